/** An article whose page is gone from the web is marked, and what was stored of it stays; the mark goes when the page is back. */

import { type Article, backAt, type Removal } from '../article/article.ts';
import { toIso } from '../article/times.ts';
import type { Problem } from '../problems.ts';
import { getKnown, putArticle } from '../store/articles.ts';
import type { CaptureDeps } from './capture-deps.ts';

/** What a problem says of a page that is gone; null of all others. */
export function goneBy({ code }: Problem): 'not-found' | 'gone' | null {
  return code === 'not-found' || code === 'gone' ? code : null;
}

/** `says`: what the site answers in the place of the page. */
export function markRemoved(deps: CaptureDeps, id: string, says: Removal['says']): Promise<void> {
  const at = toIso(deps.now());
  return change(deps, id, ({ removedAt }) => (removedAt === null ? { removedAt: at, removal: { at, says } } : null));
}

export function markBack(deps: CaptureDeps, id: string): Promise<void> {
  return change(deps, id, (article) => (article.removedAt === null ? null : backAt(article, toIso(deps.now()))));
}

/** Until it is so or the article is taken down, however often somebody else writes it meanwhile. */
async function change(
  deps: CaptureDeps,
  id: string,
  changes: (article: Article) => Partial<Article> | null,
): Promise<void> {
  for (;;) {
    const article = (await getKnown(deps.store.table, id))?.article;
    const changed = article && changes(article);
    if (!changed || (await putArticle(deps.store.table, { ...article, ...changed }, article))) return;
  }
}
