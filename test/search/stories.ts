/** Articles put straight into the store, as a capture would, for tests of the index that need many and no web. */
import { createHash } from 'node:crypto';
import { textIdOf } from '../../functions/capture/versions.ts';
import { pastAfter, readPast, writePast } from '../../functions/search/past.ts';
import type { Article } from '../../functions/store/article.ts';
import {
  getKnown,
  getText,
  purge,
  putArticle,
  putText,
  type Store,
  takeDownArticle,
} from '../../functions/store/articles.ts';

export type Story = {
  name: string;
  title: string;
  text: string;
  publishedAt: string;
  site?: string;
  lang?: string;
  tags?: string[];
  authors?: string[];
  archivedAt?: string;
  removedAt?: string | null;
};

export function idOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}

/** Puts an article, or the next version of it: what left the text becomes its past. */
export async function putStory(store: Store, story: Story): Promise<Article> {
  const id = idOf(story.name);
  const before = (await getKnown(store.table, id))?.article ?? null;
  const article = await nextOf(store, before, story);
  const put = await putArticle(store.table, article, before);
  if (!put) throw new Error(`${story.name} was written by somebody else`);
  return put;
}

/** What the article becomes; without a store nothing is stored, and there can be nothing before. */
export async function nextOf(store: Store | null, before: Article | null, story: Story): Promise<Article> {
  const id = idOf(story.name);
  const textId = textIdOf(story.text);
  if (store && textId) await putText(store, id, textId, story.text);
  const timestamp = `2024010100${String(before?.v ?? 0).padStart(4, '0')}`;
  const isEdited = before !== null && (before.textId !== textId || before.title !== story.title);
  let pastId = before?.pastId ?? null;
  if (store && isEdited) {
    const said = before.textId && (await getText(store, id, before.textId));
    const known = readPast(pastId && (await getText(store, id, pastId)));
    const past = writePast(
      pastAfter(
        known,
        { timestamp: before.versionOf, title: before.title, text: said },
        { timestamp, title: story.title, text: story.text },
      ),
    );
    pastId = textIdOf(past);
    if (past && pastId) await putText(store, id, pastId, past);
  }
  const archivedAt = before?.firstArchivedAt ?? story.archivedAt ?? '2024-01-01T00:00:00.000Z';
  return {
    id,
    v: 1,
    iv: 1,
    url: `https://${story.site ?? 'news.example'}/${story.name}`,
    aliases: [],
    site: story.site ?? 'news.example',
    kind: 'article',
    title: story.title,
    authors: story.authors ?? [],
    description: null,
    publishedAt: story.publishedAt,
    modifiedAt: null,
    lang: story.lang ?? null,
    section: null,
    keywords: [],
    image: null,
    tags: story.tags ?? [],
    feed: null,
    entry: null,
    files: [],
    firstArchivedAt: archivedAt,
    lastArchivedAt: archivedAt,
    snapshotCount: 1,
    versionCount: (before?.versionCount ?? 1) + (isEdited ? 1 : 0),
    wordCount: 1,
    textId,
    pastId,
    versionOf: isEdited || before === null ? timestamp : before.versionOf,
    removedAt: story.removedAt ?? null,
    corrections: {},
    latest: {
      timestamp,
      fetchedAt: archivedAt,
      digest: `sha256:${'0'.repeat(64)}`,
      bytes: 1,
      status: 200,
      contentType: 'text/html',
      charset: 'utf-8',
      headers: [],
      headersCut: false,
      requestedUrl: 'https://news.example/',
      finalUrl: 'https://news.example/',
      redirects: [],
      durationMs: 1,
      source: 'fetch',
      capture: `${story.name}-${before?.v ?? 0}`,
      changed: true,
      mark: null,
      kind: 'article',
      title: story.title,
      textId,
      wordCount: 1,
      fingerprint: 'x',
      file: null,
      extractor: 1,
      extent: 'all',
    },
  };
}

export async function takeDownStory(store: Store, name: string): Promise<void> {
  const article = (await getKnown(store.table, idOf(name)))?.article;
  if (!article) return;
  const { id, v, url, site } = article;
  const takenDownAt = '2024-06-01T00:00:00.000Z';
  await takeDownArticle(store.table, { id, v: v + 1, url, site, takenDownAt, purgedAt: takenDownAt }, article);
}

/** What lifting a takedown leaves: nothing of the article. */
export async function liftStory(store: Store, name: string): Promise<void> {
  await purge(store, idOf(name));
  await store.table.remove({ pk: `A#${idOf(name)}`, sk: 'A' });
}

/** Empties table and bucket of what the tests put there. */
export async function clear(store: Store): Promise<void> {
  for await (const items of store.table.scan())
    await store.table.writeMany(items.map(({ pk, sk }) => ({ remove: { pk, sk } })));
  await store.bucket.removeAll('');
}
