/**
 * The log becomes segments, segments become larger ones, and what nothing lists any more is deleted. Whatever it does
 * becomes visible by one compare-and-set of what is current, so it may die anywhere and run twice at once: what the loser
 * made is an orphan, which the daily clean-up finds.
 *
 *   1 segment's body to the bucket   2 its head to the table   3 compare-and-set   4 delete the log entries it was made of
 */

import { decodeTime } from 'ulid';
import { type Article, effective, placesOf } from '../article/article.ts';
import { toIso } from '../article/times.ts';
import { dayMs, hourMs } from '../durations.ts';
import type { Log } from '../log.ts';
import { getKnownMany, type Store } from '../store/articles.ts';
import { markIndex } from '../store/format.ts';
import {
  type Current,
  dropsOf,
  getSegmentHeads,
  isHeld,
  type LogEntry,
  newSegmentKey,
  putCurrent,
  putSegmentHead,
  readLog,
  removeLogEntries,
  removeSegmentHead,
  type SegmentInfo,
  withoutTaken,
} from '../store/search-index.ts';
import { type BodyPart, listBodies, putBody, readBodyPart, removeBody } from '../store/segment-bodies.ts';
import { termsOfArticle } from './article-words.ts';
import { makeBuilder } from './build.ts';
import { SegmentDamaged } from './bytes.ts';
import { newestTerms } from './fold.ts';
import { countAll, type Histogram } from './histogram.ts';
import { readTexts } from './hydrate.ts';
import { firstChange } from './log-changes.ts';
import { mergeSegments } from './merge.ts';
import { nextMerge } from './merge-policy.ts';
import { type Row, readHead, type Segment, writeHead } from './segment.ts';
import { inTurns } from './steps.ts';

export type IndexerDeps = {
  store: Store;
  now: () => number;
  /** Lets others run between two pieces of work. */
  pause: () => Promise<void>;
  log: Log;
};

/** A commit is worth its price with so many entries, or some that have waited, or any that has waited long. */
const commitAt = [
  { entries: 512, ageMs: 0 },
  { entries: 64, ageMs: 600_000 },
  { entries: 1, ageMs: dayMs },
];
/** Articles of one segment: what a commit holds in memory. */
const maxPerCommit = 1024;
const articlesPerRead = 50;
/** An entry whose article has not come to it by then belongs to a write that never was. */
const dropAfterMs = hourMs;
/** Queries that read an older state of what is current are long over by then. */
const keepGarbageMs = 600_000;
const mergesPerRun = 20;
/** A takedown promises that everything is gone within a day. */
const purgeAfterMs = 12 * hourMs;
/** The list of current segments is one item, of at most 400 KB. */
const maxPurge = 500;

/** One run: everything that is due, in commits and merges of bounded size. `force`: also what could wait. */
export async function runIndexer(deps: IndexerDeps, { force = false } = {}): Promise<void> {
  if (await isHeld(deps.store.table, deps.now())) return;
  for (;;) {
    const { entries, current } = await unconsumedLog(deps);
    if (!(force ? entries.length > 0 : isDue(entries, deps.now()))) break;
    const done = await commit(deps, entries, current);
    if (done === 0) break;
  }
  await mergeAll(deps, mergesPerRun);
  await removeGarbage(deps);
}

/** Merges what the policy wants merged, at most so often; how often it did. */
export async function mergeAll(deps: IndexerDeps, most: number): Promise<number> {
  const failed: Failed = { merges: new Set(), purges: new Set() };
  let merges = 0;
  while (merges < most) {
    const outcome = await mergeOnce(deps, failed);
    if (outcome === 'none') break;
    if (outcome === 'done') merges++;
  }
  return merges;
}

function isDue(entries: LogEntry[], nowMs: number): boolean {
  const [first] = entries;
  if (!first) return false;
  const ageMs = nowMs - decodeTime(first.key);
  return commitAt.some((rule) => entries.length >= rule.entries && ageMs >= rule.ageMs);
}

/** The log without what the last commit took, which is deleted if that has not been done. */
async function unconsumedLog({ store }: IndexerDeps): Promise<{ entries: LogEntry[]; current: Current }> {
  const log = await readLog(store.table, null);
  const entries = await withoutTaken(store.table, log);
  const isLeft = new Set(entries);
  const taken = log.entries.filter((entry) => !isLeft.has(entry)).map(({ key }) => key);
  if (taken.length > 0) await removeLogEntries(store.table, taken);
  return { entries, current: log.current };
}

/** Makes a segment of the oldest entries; how many entries left the log. */
async function commit(deps: IndexerDeps, entries: LogEntry[], current: Current): Promise<number> {
  const { store, now } = deps;
  const began = now();
  const byId = Map.groupBy(entries, ({ id }) => id);
  const ids = [...byId.keys()].slice(0, maxPerCommit);
  const builder = makeBuilder(newestTerms);
  const histogram: Histogram = new Map();
  const taken: string[] = [];
  const purged: string[] = [];
  for await (const { steps, texts } of readAhead(deps, byId, ids)) {
    for (const { article, ...step } of steps) {
      const found = article && texts.get(article.id);
      // Without its texts it was taken down since; the entry that says so comes with the next reading.
      if (article && !found) continue;
      taken.push(...step.taken.map(({ key }) => key));
      countAll(histogram, step.was, -1);
      const [first] = step.taken;
      if (step.isPurge && first) purged.push(first.id);
      if (!article || !found) continue;
      countAll(histogram, placesOf(article), 1);
      builder.add(rowOf(article), termsOfArticle(article, found));
    }
    await deps.pause();
  }
  if (taken.length === 0) return 0;
  const key = newSegmentKey(current, now());
  const isEmpty = builder.docs() === 0 && histogram.size === 0;
  const segment = isEmpty ? null : await inTurns(builder.finish(histogram), deps.pause);
  if (segment) await putSegment(store, { key, segment, log: taken });
  const since = toIso(now());
  const won = await putCurrent(
    store.table,
    {
      ...current,
      segments: [...current.segments, ...(segment ? [infoOf(key, segment)] : [])],
      lastCommit: segment ? key : current.lastCommit,
      purge: [...current.purge, ...purged.map((id) => ({ id, below: key, since }))],
    },
    current,
  );
  if (!won) return 0;
  await removeLogEntries(store.table, taken);
  deps.log({
    event: 'indexed',
    articles: builder.docs(),
    bytes: segment?.body.length ?? 0,
    ms: now() - began,
  });
  return taken.length;
}

/** The changes of the log's articles, with their texts; the next articles are read while these are processed. */
async function* readAhead({ store, now }: IndexerDeps, byId: Map<string, LogEntry[]>, ids: string[]) {
  const readSome = async (some: string[]) => {
    const known = await getKnownMany(store.table, some);
    const steps = some.map((id) => stepOf(byId.get(id) ?? [], known.get(id)?.article ?? null, now()));
    const articles = steps.flatMap(({ article }) => article ?? []);
    return { steps, texts: await readTexts(store, articles) };
  };
  let next = readSome(ids.slice(0, articlesPerRead));
  for (let at = articlesPerRead; at < ids.length; at += articlesPerRead) {
    const read = await next;
    next = readSome(ids.slice(at, at + articlesPerRead));
    // If what is read now is not taken, since the work before it failed, its own failure is not to be the process's.
    next.catch(() => undefined);
    yield read;
  }
  yield await next;
}

type Step = {
  taken: LogEntry[];
  article: Article | null;
  was: LogEntry['was'];
  isPurge: boolean;
};
const nothing: Step = { taken: [], article: null, was: [], isPurge: false };

/** The sum of the entries of one article, which is now `article`. */
function stepOf(own: LogEntry[], article: Article | null, nowMs: number): Step {
  const old = own.filter(({ key }) => nowMs - decodeTime(key) > dropAfterMs);
  // Its count before the first of these changes.
  const was = firstChange(own)?.was ?? [];
  const purge = own.findLast((entry) => entry.purge);
  if (article) {
    const since = purge ? own.filter(({ key }) => key > purge.key) : own;
    const highest = Math.max(0, ...since.map(({ iv }) => iv));
    // It has moved on while the log was read; the entry that says so comes with the next reading.
    if (highest < article.iv && old.length < own.length) return nothing;
    const reached = own.filter((entry) => entry.iv <= article.iv || (purge !== undefined && entry.key <= purge.key));
    if (reached.length > 0)
      return { taken: [...new Set([...reached, ...old])], article, was, isPurge: purge !== undefined };
    return { ...nothing, taken: old };
  }
  // An article that was taken down is gone, even if the takedown was lifted. A later entry belongs to its next life, which will be put soon.
  if (purge) {
    const reached = own.filter(({ key }) => key <= purge.key);
    return { taken: [...new Set([...reached, ...old])], article: null, was, isPurge: true };
  }
  return { ...nothing, taken: old };
}

/** Segments at which a merge that met damage began, and those that are damaged themselves: this run leaves them as they are. */
type Failed = { merges: Set<string>; purges: Set<string> };

/** One merge, or one segment rid of what was taken down; `none`: there was nothing to do, or somebody else was faster. */
async function mergeOnce(deps: IndexerDeps, failed: Failed): Promise<'done' | 'damaged' | 'none'> {
  const { current } = await readLog(deps.store.table, '~');
  const merge = nextMerge(current.segments.filter(({ key }) => !failed.merges.has(key)));
  const chosen = merge ?? purgeable(deps, current, failed.purges);
  if (!chosen) return 'none';
  const began = deps.now();
  try {
    return (await replaceSegments(deps, { current, chosen, began })) ? 'done' : 'none';
  } catch (error) {
    if (!(error instanceof SegmentDamaged)) throw error;
    deps.log({ event: 'segment damaged', segments: chosen.map(({ key }) => key), error });
    // Which of several it is, is not known: the next try is one further.
    for (const { key } of chosen.slice(0, 1)) (merge ? failed.merges : failed.purges).add(key);
    return 'damaged';
  }
}

/** Rows of articles that were taken down go with the next merge, and within a day in any case. */
function purgeable(
  { now }: IndexerDeps,
  { segments, purge }: Current,
  failed: ReadonlySet<string>,
): SegmentInfo[] | null {
  const overdue = purge.filter(({ since }) => purge.length > maxPurge || now() - Date.parse(since) > purgeAfterMs);
  const oldest = segments.find(({ key }) => !failed.has(key) && overdue.some(({ below }) => key < below));
  return oldest ? [oldest] : null;
}

async function replaceSegments(
  deps: IndexerDeps,
  { current, chosen, began }: { current: Current; chosen: { key: string }[]; began: number },
): Promise<boolean> {
  const { store, now } = deps;
  // A later commit's row wins over an equal one, so the order is that of the commits.
  const keys = chosen.map(({ key }) => key).sort();
  const heads = await getSegmentHeads(store.table, keys);
  const inputs = keys.map((key) => {
    const item = heads.get(key);
    if (!item) throw new SegmentDamaged(`the head of ${key} is not there`);
    return {
      head: readHead(item.head),
      drops: dropsOf(current, key),
      read: async (part: BodyPart) => {
        const bytes = await readBodyPart(store.bucket, key, part);
        if (!bytes) throw new SegmentDamaged(`the body of ${key} is not all there`);
        return bytes;
      },
    };
  });
  const merged = await mergeSegments(inputs, deps.pause);
  const key = newSegmentKey(current, now());
  if (merged) await putSegment(store, { key, segment: merged, log: [] });
  const since = toIso(now());
  const rest = current.segments.filter((segment) => !keys.includes(segment.key));
  const segments = merged ? [...rest, infoOf(key, merged)] : rest;
  const won = await putCurrent(
    store.table,
    {
      ...current,
      segments,
      purge: current.purge.filter(({ below }) => rest.some((segment) => segment.key < below)),
      garbage: [...current.garbage, ...keys.map((old) => ({ key: old, since }))],
    },
    current,
  );
  const bytes = merged?.body.length ?? 0;
  if (won)
    deps.log({ event: 'merged', segments: keys.length, articles: merged?.head.docs ?? 0, bytes, ms: now() - began });
  return won;
}

/** Deletes segments that no version has listed for ten minutes, each once: to look for a body that is gone costs a list. */
async function removeGarbage({ store, now }: IndexerDeps): Promise<void> {
  const { current } = await readLog(store.table, '~');
  const over = current.garbage.filter(({ since }) => now() - Date.parse(since) > keepGarbageMs);
  const bodies = over.filter(({ isBodiless }) => !isBodiless);
  // The last commit's head says which log entries are gone: it stays, as garbage, until the next commit.
  const gone = over.filter(({ key }) => key !== current.lastCommit);
  for (const { key } of bodies) await removeBody(store.bucket, key);
  for (const { key } of gone) await removeSegmentHead(store.table, key);
  // Each new version makes queries read the whole log again.
  if (bodies.length === 0 && gone.length === 0) return;
  const left = current.garbage.filter((entry) => !gone.includes(entry));
  const garbage = left.map((entry) => (over.includes(entry) ? { ...entry, isBodiless: true as const } : entry));
  await putCurrent(store.table, { ...current, garbage }, current);
}

/**
 * Deletes objects of the index that nothing lists and that are an hour old: what an indexer made that died or lost. Not
 * while the index is being made anew: what that has made is listed at its end, which may be hours away.
 */
export async function removeOrphans({ store, now }: Pick<IndexerDeps, 'store' | 'now'>): Promise<number> {
  if (await isHeld(store.table, now())) return 0;
  let removed = 0;
  for await (const key of listBodies(store.bucket)) {
    if (now() - decodeTime(key) < dropAfterMs) continue;
    const { current } = await readLog(store.table, '~');
    if ([...current.segments, ...current.garbage].some((listed) => listed.key === key)) continue;
    await removeBody(store.bucket, key);
    await removeSegmentHead(store.table, key);
    removed++;
  }
  return removed;
}

/** `log`: the entries of the log that it was made of. */
export async function putSegment(
  store: Store,
  { key, segment, log }: { key: string; segment: Segment; log: string[] },
): Promise<void> {
  // Before anything of the new version can be listed: older code would misread it.
  await markIndex(store.table);
  await putBody(store.bucket, key, segment.body);
  await putSegmentHead(store.table, { key, head: writeHead(segment.head), log });
}

export function infoOf(key: string, { head }: Segment): SegmentInfo {
  const { docs, bytes, rowTimes, termsVersion } = head;
  const times = { minSortMs: rowTimes.at(-1) ?? 0, maxSortMs: rowTimes[0] ?? 0 };
  return { key, docs, bytes, ...times, ...(termsVersion === undefined ? {} : { termsVersion }) };
}

export function rowOf(article: Article): Row {
  const { id, textId, iv, firstArchivedAt } = article;
  const sortMs = Date.parse(effective(article).publishedAt);
  return { id, textId, iv, sortMs, archivedMs: Date.parse(firstArchivedAt) };
}
