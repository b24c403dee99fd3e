/** Which article a capture came to, or would come to: by the URL at which a page was served, and by whose snapshot is its latest. */

import type { Article, Known } from '../article/article.ts';
import { urlHash, urlHashes } from '../article/norm.ts';
import { nearSpellings } from '../article/spelling.ts';
import { archivedAt, getAliases } from '../store/aliases.ts';
import { olderSnapshots, type Store } from '../store/articles.ts';
import type { Capture } from '../store/captures.ts';
import { getFollowedOne } from '../store/followed.ts';
import type { Table } from '../store/table.ts';

/** The article, when an earlier worker committed this capture and died before it could say so. */
export async function committedBefore(store: Store, capture: Capture): Promise<Article | null> {
  const article = await articleAt(store, capture.url);
  if (article?.latest.capture === capture.id) return article;
  // The text of the feed comes last where the page is no story; alone it leaves the page to be had.
  if (article?.latest.capture !== fallbackId(capture)) return null;
  const [page] = (await olderSnapshots(store.table, article, { limit: 1 })).snapshots;
  return page?.capture === capture.id ? article : null;
}

export async function articleAt(store: Store, url: string): Promise<Article | null> {
  const id = await archivedAt(store.table, urlHash(url));
  return id === null ? null : ((await getFollowedOne(store.table, id))?.known.article ?? null);
}

/**
 * What is known at a URL or at one that differs in scheme, `www.` or the closing slash only, and `by` what. A page that was served there goes
 * before what another page names as its canonical URL.
 */
export async function lookUp(table: Table, url: string): Promise<{ known: Known; by: 'direct' | 'canonical' } | null> {
  const hashes = [...urlHashes(url), ...nearSpellings(url).map(urlHash)];
  const aliases = await getAliases(table, hashes);
  const ordered = hashes.flatMap((hash) => aliases.get(hash) ?? []);
  for (const by of ['direct', 'canonical'] as const) {
    const alias = ordered.find((one) => one.by === by);
    const found = alias && (await getFollowedOne(table, alias.article));
    if (found) return { known: found.known, by };
  }
  return null;
}

/** An old address of a story may go while the story stays: only the one it was last read at, or goes by, counts. */
export function isWhereItWas(article: Article, url: string): boolean {
  const { requestedUrl, finalUrl } = article.latest;
  return [article.url, requestedUrl, finalUrl].some((known) => urlHash(known) === urlHash(url));
}

/** Whether an article is there by this capture alone, which may have kept a page and the text of the feed. */
export async function isAllOf(store: Store, article: Article, capture: Capture): Promise<boolean> {
  if (capture.submitted?.role !== 'fallback' || article.snapshotCount > 2) return false;
  const older = (await olderSnapshots(store.table, article, { limit: 1 })).snapshots;
  return [article.latest, ...older].every(({ capture: id }) => id === capture.id || id === fallbackId(capture));
}

/** The text that a feed carries is a capture of its own, beside that of its page. */
export function fallbackId({ id }: Capture): string {
  return `${id}+entry`;
}
