/**
 * The index anew from the stored articles and texts, all of it or what some segments lack, while the archive goes on
 * serving and capturing. Commits are held back meanwhile: new stories stay in the log, which queries read. What is new
 * becomes visible by one compare-and-set, so that a rebuild that dies has changed nothing.
 */
import { type Article, countsOf, effective, type Place } from '../article/article.ts';
import { toIso } from '../article/times.ts';
import { allArticles, getKnownMany } from '../store/articles.ts';
import {
  type Current,
  type LogEntry,
  newSegmentKey,
  putCurrent,
  putHold,
  readLog,
  removeSegmentHead,
  type SegmentInfo,
  withoutTaken,
} from '../store/search-index.ts';
import { removeBody } from '../store/segment-bodies.ts';
import { writerOf } from './article-words.ts';
import { makeBuilder } from './build.ts';
import { type CountTable, makeCountTable } from './count-table.ts';
import { newestTerms } from './fold.ts';
import { readTexts } from './hydrate.ts';
import { makeIvTable, makeTimeList } from './iv-table.ts';
import { firstChange } from './log-changes.ts';
import { readWholeHistogram } from './merge.ts';
import { mergeAll, mergeInto, openInput } from './merge-index.ts';
import { nextMerge } from './merge-policy.ts';
import { type IndexerDeps, infoOf, putSegment, rowOf } from './put-segment.ts';
import { inTurns } from './steps.ts';

/** The segments that stay, and the `iv` of each article in them. `countsOnly`: all stay, whatever is in them, and only the counts are made anew. */
export type Kept = {
  segments: SegmentInfo[];
  ivs: { get(id: string): number | undefined };
  countsOnly?: true;
};

export const nothingKept: Kept = { segments: [], ivs: new Map() };

const articlesPerSegment = 2048;
const articlesPerRead = 100;
const holdMs = 120_000;

/**
 * Indexes every article that `keep` does not have, and lets go of all other segments. `onProgress` is told how many
 * articles of how many are done. How many there were. Throws when somebody else changed the index meanwhile.
 */
export async function rebuildIndex(
  deps: IndexerDeps,
  keep: Kept,
  onProgress: (done: number, of: number) => void,
): Promise<number> {
  const { store, now } = deps;
  let heldAt = Number.NEGATIVE_INFINITY;
  const hold = async () => {
    if (now() - heldAt < holdMs / 4) return;
    heldAt = now();
    await putHold(store.table, heldAt + holdMs);
  };
  await hold();
  const pause = async () => {
    await deps.pause();
    await hold();
  };
  try {
    const { current } = await readLog(store.table, null);
    const kept = keep.countsOnly ? { ...keep, segments: current.segments } : keep;
    const { ids, total } = await missing(deps, kept, hold);
    const segments: SegmentInfo[] = [...kept.segments];
    // What the segments that stay count already.
    for (const { key } of kept.segments) total.addAll(await readWholeHistogram(await openInput(deps, key)), -1);
    const inOrder = ids.inOrder();
    for (let at = 0; at < ids.length() || at === 0; at += articlesPerSegment) {
      await hold();
      const isLast = at + articlesPerSegment >= ids.length();
      const made = await buildOne(
        { ...deps, pause },
        {
          ids: inOrder(at, at + articlesPerSegment),
          current,
          before: segments,
          counts: isLast ? total : null,
        },
      );
      if (made) segments.push(made);
      await mergeOwn({ ...deps, pause }, { current, segments, kept: kept.segments.length });
      onProgress(Math.min(at + articlesPerSegment, ids.length()), ids.length());
    }
    const listed = new Set(segments.map(({ key }) => key));
    const gone = current.segments.filter(({ key }) => !listed.has(key));
    const since = toIso(now());
    const garbage = [...current.garbage, ...gone.map(({ key }) => ({ key, since }))];
    if (!(await putCurrent(store.table, { ...current, segments, garbage }, current)))
      throw new Error('the index was changed by somebody else meanwhile; nothing was replaced, run it again');
    return ids.length();
  } finally {
    await putHold(store.table, 0);
    await mergeAll(deps, Number.POSITIVE_INFINITY, { force: true });
  }
}

/** Ids of the articles to index, oldest first, so that segments are neighbours in time; and the count of all articles. */
async function missing(
  { store }: IndexerDeps,
  keep: Kept,
  hold: () => Promise<void>,
): Promise<{ ids: ReturnType<typeof makeTimeList>; total: CountTable }> {
  const ids = makeTimeList();
  const counted = makeIvTable(1);
  const total = makeCountTable();
  for await (const articles of allArticles(store.table)) {
    await hold();
    const log = Map.groupBy(await logOf(store), ({ id }) => id);
    for (const article of articles) {
      counted.raise(article.id, 0, 1);
      for (const place of countedAs(article, log.get(article.id) ?? [])) total.add(place, 1);
      if (!keep.countsOnly && keep.ivs.get(article.id) !== article.iv)
        ids.add(article.id, Date.parse(effective(article).publishedAt));
    }
  }
  await countTakenDown(store, total, (id) => counted.get(id, 0) === 1);
  return { ids, total };
}

/**
 * What an article has to be counted as so that the log's entries, once committed, bring it to what it is: what it was
 * before the first change that the log still has.
 */
export function countedAs(article: Article, own: LogEntry[]): Place[] {
  const first = firstChange(own);
  const isDone = first !== null && (first.iv <= article.iv || own.some(({ purge }) => purge));
  return isDone ? first.was : countsOf(article);
}

/** Entries of the log that no segment counts. */
async function logOf({ table }: IndexerDeps['store']): Promise<LogEntry[]> {
  return withoutTaken(table, await readLog(table, null));
}

/** Articles whose takedown is in the log count still, if they do not yet: its commit takes them back. */
async function countTakenDown(
  store: IndexerDeps['store'],
  total: CountTable,
  isCounted: (id: string) => boolean,
): Promise<void> {
  const entries = await logOf(store);
  const purged = Map.groupBy(
    entries.filter(({ id, purge }) => purge && !isCounted(id)),
    ({ id }) => id,
  );
  const known = await getKnownMany(store.table, [...purged.keys()]);
  for (const id of purged.keys()) {
    if (known.get(id)?.article) continue;
    const was = firstChange(entries.filter((entry) => entry.id === id))?.was;
    for (const place of was ?? []) total.add(place, 1);
  }
}

/**
 * Merges what was made and is not listed yet, as it will be: a list of thousands would not fit into its item. The first `kept` segments
 * are listed, and left alone.
 */
async function mergeOwn(
  deps: IndexerDeps,
  { current, segments, kept }: { current: Current; segments: SegmentInfo[]; kept: number },
): Promise<void> {
  for (let chosen = nextMerge(segments.slice(kept)); chosen; chosen = nextMerge(segments.slice(kept))) {
    const keys = chosen.map(({ key }) => key);
    const key = newSegmentKey({ ...current, segments: [...current.segments, ...segments] }, deps.now());
    const merged = await mergeInto(deps, { key, keys, purges: [] });
    const rest = segments.filter((segment) => !keys.includes(segment.key));
    segments.splice(0, segments.length, ...rest, ...(merged ? [merged] : []));
    for (const old of keys) {
      await removeBody(deps.store.bucket, old);
      await removeSegmentHead(deps.store.table, old);
    }
  }
}

async function buildOne(
  { store, now, pause }: IndexerDeps,
  {
    ids,
    current,
    before,
    counts,
  }: { ids: string[]; current: Current; before: SegmentInfo[]; counts: CountTable | null },
): Promise<SegmentInfo | null> {
  const builder = makeBuilder(newestTerms);
  for (let at = 0; at < ids.length; at += articlesPerRead) {
    const known = await getKnownMany(store.table, ids.slice(at, at + articlesPerRead));
    const articles = [...known.values()].flatMap(({ article }) => article ?? []);
    const texts = await readTexts(store, articles);
    for (const article of articles) {
      const found = texts.get(article.id);
      if (found) builder.add(rowOf(article), writerOf(article, found));
    }
    await pause();
  }
  if (builder.docs() === 0 && (counts === null || counts.isEmpty())) return null;
  const segment = await inTurns(builder.finish(counts?.monthly() ?? new Map()), pause);
  const key = newSegmentKey({ ...current, segments: [...current.segments, ...before] }, now());
  await putSegment(store, { key, segment, log: [] });
  return infoOf(key, segment);
}
