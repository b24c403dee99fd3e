/**
 * The log becomes segments, segments become larger ones, and what nothing lists any more is deleted. Whatever it does
 * becomes visible by one compare-and-set of what is current, so it may die anywhere and run twice at once: what the loser
 * made is an orphan, which the daily clean-up finds.
 *
 *   1 segment's body to the bucket   2 its head to the table   3 compare-and-set   4 delete the log entries it was made of
 */

import { decodeTime } from 'ulid';
import { type Article, countsOf } from '../article/article.ts';
import { toIso } from '../article/times.ts';
import { dayMs, hourMs, minuteMs } from '../durations.ts';
import { getKnownMany } from '../store/articles.ts';
import { lastPurgedKey, putPurges } from '../store/purges.ts';
import {
  type Current,
  isHeld,
  type LogEntry,
  newSegmentKey,
  putCurrent,
  readLog,
  removeLogEntries,
  removeSegmentHead,
  withoutTaken,
} from '../store/search-index.ts';
import { listBodies, removeBody } from '../store/segment-bodies.ts';
import { writerOf } from './article-words.ts';
import { makeBuilder } from './build.ts';
import { newestTerms } from './fold.ts';
import { countAll, type Histogram } from './histogram.ts';
import { readTexts } from './hydrate.ts';
import { essential, firstChange } from './log-changes.ts';
import { change, mergeAll } from './merge-index.ts';
import { type IndexerDeps, infoOf, putSegment, rowOf } from './put-segment.ts';
import { inTurns } from './steps.ts';

export { type IndexerDeps, infoOf, putSegment, rowOf };

/** A commit is worth its price with so many entries, or some that have waited, or any that has waited long. */
const commitAt = [
  { entries: 512, ageMs: 0 },
  { entries: 64, ageMs: 600_000 },
  { entries: 1, ageMs: dayMs },
];
/** Entries of one article beyond which those between first and last go. */
const maxOfOne = 256;
/** Articles of one segment: what a commit holds in memory. */
const maxPerCommit = 1024;
const articlesPerRead = 50;
/** An entry whose article has not come to it by then belongs to a write that never was. */
const dropAfterMs = hourMs;
/** Queries that read an older state of what is current are long over by then. */
const keepGarbageMs = 600_000;
const mergesPerRun = 20;
/** A takedown's words leave the index with the commit after this: others that were asked for with it go along. */
const commitPurgesAfterMs = 15 * minuteMs;
/** Entries of the log that are read for one commit. */
const maxRead = 2048;
/** Entries of the log that one commit takes: its segment's head names them. */
const maxTaken = 4096;

/** One run: everything that is due, in commits and merges of bounded size. `force`: also what could wait. */
export async function runIndexer(deps: IndexerDeps, { force = false } = {}): Promise<void> {
  if (await isHeld(deps.store.table, deps.now())) return;
  const faults: unknown[] = [];
  // Whatever keeps one from being done, the others go on.
  const tried = (work: Promise<unknown>) => work.catch((error: unknown) => faults.push(error));
  await tried(commitAll(deps, force));
  await tried(mergeAll(deps, mergesPerRun, { force }));
  await tried(removeGarbage(deps));
  if (faults.length > 0) throw faults[0];
}

async function commitAll(deps: IndexerDeps, force: boolean): Promise<void> {
  for (let most = maxRead; ; ) {
    const { entries, current } = await unconsumedLog(deps, most);
    if (!(force ? entries.length > 0 : isDue(entries, deps.now()))) return;
    const taken = await commit(deps, entries, current);
    // Articles whose later entries are further on wait for those: then all of the log is read.
    if (taken === 0 && entries.length < most) return;
    most = taken === 0 ? Number.POSITIVE_INFINITY : most;
  }
}

function isDue(entries: LogEntry[], nowMs: number): boolean {
  const [first] = entries;
  if (!first) return false;
  const ageMs = nowMs - decodeTime(first.key);
  const takedown = entries.find(({ purge }) => purge);
  if (takedown && nowMs - decodeTime(takedown.key) >= commitPurgesAfterMs) return true;
  return commitAt.some((rule) => entries.length >= rule.entries && ageMs >= rule.ageMs);
}

/** The log without what the last commit took, which is deleted if that has not been done. */
async function unconsumedLog({ store }: IndexerDeps, most: number): Promise<{ entries: LogEntry[]; current: Current }> {
  const log = await readLog(store.table, null, most);
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
  const ids = await takeable(deps, byId);
  const builder = makeBuilder(newestTerms);
  const histogram: Histogram = new Map();
  const taken: string[] = [];
  const purged: LogEntry[] = [];
  for await (const { steps, texts } of readAhead(deps, byId, ids)) {
    for (const { article, ...step } of steps) {
      const found = article && texts.get(article.id);
      // Without its texts it was taken down since; the entry that says so comes with the next reading.
      if (article && !found) continue;
      taken.push(...step.taken.map(({ key }) => key));
      countAll(histogram, step.was, -1);
      if (step.purge) purged.push(step.purge);
      if (!article || !found) continue;
      countAll(histogram, countsOf(article), 1);
      builder.add(rowOf(article), writerOf(article, found));
    }
    await deps.pause();
  }
  if (taken.length === 0) return 0;
  const key = newSegmentKey(current, now(), await lastPurgedKey(store.table));
  const isEmpty = builder.docs() === 0 && histogram.size === 0;
  const segment = isEmpty ? null : await inTurns(builder.finish(histogram), deps.pause);
  const bytes = segment?.head.bytes ?? 0;
  if (segment) await putSegment(store, { key, segment, log: taken });
  const since = (entry: LogEntry) => toIso(decodeTime(entry.key));
  // Before the segment is listed: from then on the log does not name them any more.
  await putPurges(
    store.table,
    purged.map((entry) => ({ id: entry.id, below: key, since: since(entry) })),
  );
  const won = await change(deps, (listed) => {
    // Another commit may have taken the same entries.
    if (listed.lastCommit !== current.lastCommit) return null;
    const segments = [...listed.segments, ...(segment ? [infoOf(key, segment)] : [])];
    return { ...listed, segments, lastCommit: segment ? key : listed.lastCommit };
  });
  if (!won) return 0;
  await removeLogEntries(store.table, taken);
  deps.log({
    event: 'indexed',
    articles: builder.docs(),
    bytes,
    ms: now() - began,
  });
  return taken.length;
}

/** Articles of one commit: as many as fit, each with all of its entries, of which an article with very many keeps the few that matter. */
async function takeable({ store }: IndexerDeps, byId: Map<string, LogEntry[]>): Promise<string[]> {
  const ids: string[] = [];
  let taken = 0;
  for (const [id, own] of byId) {
    if (own.length > maxOfOne) {
      const { kept, spare } = essential(own);
      await removeLogEntries(
        store.table,
        spare.map(({ key }) => key),
      );
      byId.set(id, kept);
    }
    taken += byId.get(id)?.length ?? 0;
    if (ids.length >= maxPerCommit || taken > maxTaken) break;
    ids.push(id);
  }
  return ids;
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
  /** The entry that says that it was taken down. */
  purge: LogEntry | undefined;
};
const nothing: Step = { taken: [], article: null, was: [], purge: undefined };

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
    if (reached.length > 0) return { taken: [...new Set([...reached, ...old])], article, was, purge };
    return { ...nothing, taken: old };
  }
  // An article that was taken down is gone, even if the takedown was lifted. A later entry belongs to its next life, which will be put soon.
  if (purge) {
    const reached = own.filter(({ key }) => key <= purge.key);
    return { taken: [...new Set([...reached, ...old])], article: null, was, purge };
  }
  return { ...nothing, taken: old };
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
