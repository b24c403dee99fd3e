/**
 * Segments become larger ones, and rid of what was taken down. One indexer does this at a time, by a lease that ends by itself: two that
 * overlap all the same do no harm. What is made becomes visible by one compare-and-set, which is tried again as long as the segments
 * that it replaces are listed, whatever was committed meanwhile.
 */
import { ulid } from 'ulid';
import { toIso } from '../article/times.ts';
import { hourMs, minuteMs } from '../durations.ts';
import { endLease, takeLease } from '../store/lease.ts';
import {
  dropsOf,
  lastPurgedKey,
  type Purge,
  pendingIn,
  placeOf,
  putPurges,
  readPurges,
  removePurges,
} from '../store/purges.ts';
import {
  type Current,
  getSegmentHeads,
  newSegmentKey,
  putCurrent,
  readLog,
  type SegmentInfo,
} from '../store/search-index.ts';
import { type BodyPart, makeBodyWriter, readBodyPart } from '../store/segment-bodies.ts';
import { SegmentDamaged } from './bytes.ts';
import { newestTerms } from './fold.ts';
import { type MergeInput, mergeSegments, rowWindows } from './merge.ts';
import { nextMerge } from './merge-policy.ts';
import { type IndexerDeps, infoOf, putSegment } from './put-segment.ts';
import { readHead } from './segment.ts';

/** A takedown promises that everything is gone within a day; this much of it may be spent waiting for others to go with it. */
const purgeAfterMs = 6 * hourMs;
/** Longer than a function of AWS may take. */
const leaseMs = 16 * minuteMs;
/** Compare-and-sets that others may win before one is given up: there are some commits a minute. */
const maxTries = 20;

/** Segments at which a merge that met damage began, and those that are damaged themselves: this run leaves them as they are. */
type Failed = { merges: Set<string>; purges: Set<string> };
type Outcome = 'done' | 'damaged' | 'none';

/** What is due of merges and purges, at most so many; how many were done. `force`: although another indexer may be at it. */
export async function mergeAll(deps: IndexerDeps, most: number, { force = false } = {}): Promise<number> {
  const failed: Failed = { merges: new Set(), purges: new Set() };
  const owner = ulid(deps.now());
  let isHeld = force;
  let done = 0;
  try {
    while (done < most) {
      const work = await nextWork(deps, failed);
      if (!work) break;
      if (!force) {
        // Taken again for each piece of work, so that it lasts as long as that.
        isHeld = await takeLease(deps.store.table, owner, leaseMs);
        if (!isHeld) break;
      }
      const outcome = await work();
      if (outcome === 'none') break;
      if (outcome === 'done') done++;
    }
  } finally {
    if (isHeld && !force) await endLease(deps.store.table, owner);
  }
  return done;
}

async function nextWork(deps: IndexerDeps, failed: Failed): Promise<(() => Promise<Outcome>) | null> {
  const { current } = await readLog(deps.store.table, '~');
  // Those of older terms are renewed (`renew.ts`), and not made larger before.
  const isMergeable = ({ key, termsVersion = 1 }: SegmentInfo) =>
    termsVersion === newestTerms && !failed.merges.has(key);
  const merge = nextMerge(current.segments.filter(isMergeable));
  if (merge) return () => guarded(deps, { chosen: merge, failed: failed.merges });
  const purges = await readPurges(deps.store.table);
  const isDue = purges.some(({ since }) => deps.now() - Date.parse(since) > purgeAfterMs);
  const left = current.segments.some(
    (segment) => !failed.purges.has(segment.key) && pendingIn(purges, segment).length > 0,
  );
  return isDue && (left || failed.purges.size === 0) ? () => purgeOnce(deps, { current, purges, failed }) : null;
}

async function guarded(
  deps: IndexerDeps,
  { chosen, failed }: { chosen: { key: string }[]; failed: Set<string> },
): Promise<Outcome> {
  try {
    return (await replaceSegments(deps, chosen)) ? 'done' : 'none';
  } catch (error) {
    if (!(error instanceof SegmentDamaged)) throw error;
    deps.log({ event: 'segment damaged', segments: chosen.map(({ key }) => key), error });
    // Which of several it is, is not known: the next try is one further.
    for (const { key } of chosen.slice(0, 1)) failed.add(key);
    return 'damaged';
  }
}

/**
 * Looks for what was taken down in all segments that may have it, and rewrites the first that does. Purges that no segment has any more
 * are deleted.
 */
async function purgeOnce(
  deps: IndexerDeps,
  { current, purges, failed }: { current: Current; purges: Purge[]; failed: Failed },
): Promise<Outcome> {
  const clean = new Set<string>();
  let found: SegmentInfo | null = null;
  for (const segment of current.segments) {
    const wanted = new Set(pendingIn(purges, segment).map(({ id }) => id));
    if (wanted.size === 0 || failed.purges.has(segment.key)) continue;
    try {
      if (await hasAny(deps, segment.key, wanted)) {
        found = segment;
        break;
      }
      clean.add(segment.key);
    } catch (error) {
      if (!(error instanceof SegmentDamaged)) throw error;
      deps.log({ event: 'segment damaged', segments: [segment.key], error });
      failed.purges.add(segment.key);
    }
  }
  const purgedTo = purges.map(placeOf).at(-1) ?? '';
  const marked = (segments: SegmentInfo[]) =>
    segments.map((segment) => (clean.has(segment.key) ? { ...segment, purgedTo } : segment));
  if (clean.size > 0) await change(deps, (now) => ({ ...now, segments: marked(now.segments) }));
  if (found) return guarded(deps, { chosen: [found], failed: failed.purges });
  const { current: now } = await readLog(deps.store.table, '~');
  const over = purges.filter((purge) => !now.segments.some((segment) => pendingIn([purge], segment).length > 0));
  await removePurges(deps.store.table, over);
  return failed.purges.size > 0 || over.length === 0 ? 'none' : 'done';
}

/** Whether a segment has a row of any of these articles. */
async function hasAny(deps: IndexerDeps, key: string, ids: ReadonlySet<string>): Promise<boolean> {
  for await (const rows of rowWindows(await openInput(deps, key))) {
    if (rows.some(({ id }) => ids.has(id))) return true;
    await deps.pause();
  }
  return false;
}

/** A segment as merges read it. `drops`: articles whose rows are to go. Throws SegmentDamaged. */
export async function openInput(
  { store }: Pick<IndexerDeps, 'store'>,
  key: string,
  drops: ReadonlySet<string> = new Set(),
): Promise<MergeInput> {
  const stored = (await getSegmentHeads(store.table, [key])).get(key)?.head;
  if (!stored) throw new SegmentDamaged('its head is not in the table');
  const head = readHead(stored);
  const read = async (part: BodyPart) => {
    const bytes = await readBodyPart(store.bucket, key, part);
    if (!bytes) throw new SegmentDamaged(`its body of ${head.bytes} bytes is not all in the bucket`);
    return bytes;
  };
  return { head, drops, read };
}

/** Puts one segment in the place of some. False if somebody else has replaced any of them. */
async function replaceSegments(deps: IndexerDeps, chosen: { key: string }[]): Promise<boolean> {
  const { store, now } = deps;
  const began = now();
  const { current } = await readLog(store.table, '~');
  const key = newSegmentKey(current, now(), await lastPurgedKey(store.table));
  const purges = [...(await readPurges(store.table)), ...current.purge];
  const keys = chosen.map((segment) => segment.key);
  const merged = await mergeInto(deps, { key, keys, purges });
  const since = toIso(now());
  const won = await change(deps, (listed) => {
    const rest = listed.segments.filter((segment) => !keys.includes(segment.key));
    if (rest.length !== listed.segments.length - keys.length) return null;
    const garbage = [...listed.garbage, ...keys.map((old) => ({ key: old, since }))];
    return { ...listed, segments: merged ? [...rest, merged] : rest, garbage };
  });
  const { docs: articles = 0, bytes = 0 } = merged ?? {};
  if (won) deps.log({ event: 'merged', segments: keys.length, articles, bytes, ms: now() - began });
  return won;
}

/** Puts a segment of what some segments have, and lists it nowhere; null when they have nothing. */
export async function mergeInto(
  deps: IndexerDeps,
  { key, keys, purges }: { key: string; keys: string[]; purges: Purge[] },
): Promise<SegmentInfo | null> {
  const { store, pause } = deps;
  // A later commit's row wins over an equal one, so the order is that of the commits.
  const inOrder = keys.toSorted();
  const inputs = await Promise.all(inOrder.map((one) => openInput(deps, one, dropsOf(purges, one))));
  const body = makeBodyWriter(store.bucket, key);
  const merged = await mergeSegments(inputs, pause, body.write);
  if (merged) await putSegment(store, { key, segment: merged, log: [], body });
  return merged && infoOf(key, merged);
}

/**
 * Changes what is current, from however it is by then; false when `to` finds nothing to change. Purges that an older version listed are put
 * where they belong.
 */
export async function change(
  { store, pause }: IndexerDeps,
  to: (current: Current) => Current | null,
): Promise<boolean> {
  for (let tries = 0; tries < maxTries; tries++) {
    const { current } = await readLog(store.table, '~');
    const next = to(current);
    if (next === null) return false;
    await putPurges(store.table, current.purge);
    if (await putCurrent(store.table, { ...next, purge: [] }, current)) return true;
    await pause();
  }
  return false;
}
