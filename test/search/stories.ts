/** Articles put straight into the store, as a capture would, and questions about them, for tests of the index that need no web. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type Article, countsOf, type Place } from '../../functions/article/article.ts';
import { pastAfter, readPast, writePast } from '../../functions/article/past.ts';
import { textIdOf } from '../../functions/article/versions.ts';
import { liftTakedown } from '../../functions/capture/takedown.ts';
import { noLog } from '../../functions/log.ts';
import { termsOfArticle } from '../../functions/search/article-words.ts';
import { makeBuilder } from '../../functions/search/build.ts';
import { countAll, daysOf, type Histogram } from '../../functions/search/histogram.ts';
import { readTexts } from '../../functions/search/hydrate.ts';
import { type IndexerDeps, infoOf, putSegment, rowOf, runIndexer } from '../../functions/search/index-log.ts';
import { parseQuery, type Query } from '../../functions/search/query-language.ts';
import type { Search, SearchAnswer, SearchRequest } from '../../functions/search/search.ts';
import { atOnce } from '../../functions/search/steps.ts';
import {
  articleItem,
  getKnown,
  getLived,
  getText,
  purge,
  putArticle,
  putFirstArticle,
  putText,
  putTombstone,
  type Store,
  takeDownArticle,
  textItem,
} from '../../functions/store/articles.ts';
import { logItem, newSegmentKey, putCurrent, readLog, removeLogEntries } from '../../functions/store/search-index.ts';
import type { Item } from '../../functions/store/table.ts';

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
  const put = before
    ? await putArticle(store.table, article, before)
    : await putFirstArticle(store.table, article, await getLived(store.table, id));
  if (!put) throw new Error(`${story.name} was written by somebody else`);
  return put;
}

/** Puts many new articles, in few calls. */
export async function putNewStories(store: Store, stories: Story[]): Promise<void> {
  const items = await Promise.all(
    stories.map(async (story) => {
      const article = await nextOf(null, null, story);
      const { id, iv, textId } = article;
      const text = textId === null ? [] : [textItem(id, textId, story.text)];
      return [logItem({ id, iv, was: [], purge: false }, Date.now()), articleItem(article), ...text];
    }),
  );
  await putItems(store, items.flat());
}

export async function putItems(store: Store, items: Item[]): Promise<void> {
  const part = Math.ceil(items.length / 8);
  const parts = Array.from({ length: 8 }, (_, n) => items.slice(n * part, (n + 1) * part));
  await Promise.all(parts.map((some) => store.table.writeMany(some.map((put) => ({ put })))));
}

/** What the article becomes; without a store nothing is stored, and there can be nothing before. */
export async function nextOf(store: Store | null, before: Article | null, story: Story): Promise<Article> {
  const id = idOf(story.name);
  const textId = textIdOf(story.text);
  if (store && textId) await putText(store, { id, textId, text: story.text });
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
    if (past && pastId) await putText(store, { id, textId: pastId, text: past });
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
    siteName: null,
    isPaid: false,
    newsType: null,
    tags: story.tags ?? [],
    feed: null,
    entry: null,
    note: null,
    parts: [],
    ownTextId: null,
    joined: [],
    countedBy: 2,
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
      part: null,
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

/** Takes it down, as if the last purge had run. */
export async function takeDownStory(store: Store, name: string): Promise<void> {
  const article = (await getKnown(store.table, idOf(name)))?.article;
  if (!article) return;
  const takenDownAt = '2024-06-01T00:00:00.000Z';
  await takeDownArticle(store.table, article, { takenDownAt, keys: [], isIndexed: true });
  const tombstone = (await getKnown(store.table, article.id))?.tombstone;
  if (tombstone) await putTombstone(store.table, { ...tombstone, purgedAt: takenDownAt }, tombstone);
}

export async function liftStory(store: Store, name: string): Promise<void> {
  await purge(store, idOf(name));
  await liftTakedown(store, idOf(name));
}

/** What lifting a takedown left once: nothing, not even how far the article was counted. */
export async function liftStoryAsOnce(store: Store, name: string): Promise<void> {
  await purge(store, idOf(name));
  await store.table.remove({ pk: `A#${idOf(name)}`, sk: 'A' });
}

/** Empties table and bucket of what the tests put there. */
export async function clear(store: Store): Promise<void> {
  const emptyBucket = store.bucket.removeAll('');
  for await (const items of store.table.scan())
    await store.table.writeMany(items.map(({ pk, sk }) => ({ remove: { pk, sk } })));
  await emptyBucket;
}

export function indexerDeps(store: Store): IndexerDeps {
  return { store, now: Date.now, pause: setImmediate, log: noLog };
}

/** One run of the indexer that leaves nothing for later. */
export async function index(store: Store, now = Date.now): Promise<void> {
  await runIndexer({ ...indexerDeps(store), now }, { force: true });
}

/** Commits the log as version 0.2 did: old terms, and days alone. The ids that its segment has; takedowns wait. */
export async function indexAsOnce(store: Store): Promise<Set<string>> {
  const { entries, current } = await readLog(store.table, null);
  const builder = makeBuilder(1);
  const histogram: Histogram = new Map();
  const isDay = ({ site, day }: Place) => !site.startsWith('#') && day.length === 10;
  const days = (places: Place[]) => places.filter(isDay).map(({ day, site }) => ({ day, site }));
  const committed = new Set<string>();
  for (const [id, own] of Map.groupBy(entries, (entry) => entry.id)) {
    const article = (await getKnown(store.table, id))?.article;
    if (!article || own.some(({ purge }) => purge)) continue;
    countAll(histogram, days(own.toSorted((a, b) => a.iv - b.iv)[0]?.was ?? []), -1);
    countAll(histogram, days(countsOf(article)), 1);
    const texts = (await readTexts(store, [article])).get(id);
    builder.add(rowOf(article), (sink) =>
      termsOfArticle(article, texts ?? { text: null, past: [] }, 1).forEach(sink.term),
    );
    committed.add(id);
  }
  if (committed.size === 0) return committed;
  const taken = entries.filter(({ id }) => committed.has(id)).map(({ key }) => key);
  const segment = atOnce(builder.finish(histogram));
  const key = newSegmentKey(current, Date.now());
  await putSegment(store, { key, segment, log: taken });
  const segments = [...current.segments, infoOf(key, segment)];
  await putCurrent(store.table, { ...current, segments, lastCommit: key }, current);
  await removeLogEntries(store.table, taken);
  return committed;
}

export const always = { from: '0000-01-01T00:00:00.000Z', to: '9999-12-31T23:59:59.999Z' };

export function queryOf(q: string): Query {
  const parsed = parseQuery(q);
  if ('problem' in parsed) throw new Error(`${q}: ${parsed.problem.detail}`);
  return parsed.query;
}

/** The first hundred articles that match, oldest first, unless `request` says otherwise. */
export function ask({ search }: Search, q: string, request: Partial<SearchRequest> = {}): Promise<SearchAnswer> {
  return search({ query: queryOf(q), filters: {}, order: 'oldest', ...always, limit: 100, after: null, ...request });
}

export function titlesOf({ found }: SearchAnswer): string[] {
  return found.map(({ article }) => article.title ?? '');
}

/** How many articles the calendar counts on each day. */
export async function countsByDay({ counts }: Search): Promise<Record<string, number>> {
  const { histogram } = await counts(() => true);
  return Object.fromEntries(
    [...daysOf(histogram)].map(([day, sites]) => [day, [...sites.values()].reduce((a, b) => a + b, 0)]),
  );
}

/** How many articles the calendar counts in all. */
export async function countOf(search: Search): Promise<number> {
  return Object.values(await countsByDay(search)).reduce((a, b) => a + b, 0);
}
