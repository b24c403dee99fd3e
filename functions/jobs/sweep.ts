/**
 * The sweeper: sends a message for whatever is due, so that a lost message, a dead worker or a throttled table delays a
 * job and never loses it. Run every minute; running it twice at once sends some messages twice, which workers stand.
 */

import { toIso } from '../article/times.ts';
import { isOfEarlierPlan, isPending, planOf } from '../capture/plan.ts';
import { hourMs } from '../durations.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/articles.ts';
import { type Capture, type CaptureState, getCapture, getCaptures, putPlanned } from '../store/captures.ts';
import { type Due, dueUntil, isSameEntry, putDues, removeDues, withoutThoseOf } from '../store/due.ts';
import type { Queue } from '../store/queue.ts';
import type { Table } from '../store/table.ts';
import { share } from './share.ts';

export type SweepDeps = {
  store: Store;
  queue: Queue;
  now: () => number;
  log: Log;
  /** How many messages a sweep sends at most. */
  perSweep?: number | undefined;
};

/** At most so many a sweep, and none while so many wait: the queue is not where a backlog is kept. */
const maxPerSweep = 500;
/** What one Lambda does in a minute: ten messages side by side, of which the slowest takes some two seconds. */
const perWorker = 300;
/** What the sweeper's own Lambda sends in its time. */
const mostPerSweep = 6000;
/** Entries that are read to find what goes first: some 3 MB. */
const maxRead = 20_000;
/** Started this often without an end, a capture is given up: its page must be killing the worker. Sends alone say nothing. */
const maxStarts = 8;
const resendAfterMs = 180_000;
const resendLongestMs = hourMs;

/** A job, and all entries that it has in what was read: a crash between the two writes of a move leaves two. */
type DueJob = { entry: Due; from: Due[] };

/** How many messages were sent. */
export async function sweep(deps: SweepDeps): Promise<number> {
  const { perSweep = maxPerSweep, queue, store, now } = deps;
  const room = perSweep - (await queue.backlog());
  if (room <= 0) return 0;
  const until = toIso(now());
  const first = await dueUntil(store.table, until, room);
  const all = first.length < room ? first : await dueUntil(store.table, until, maxRead);
  return send(deps, await jobsOf(store.table, all), room);
}

/** What so many workers do in a minute, each a Lambda of its own. */
export function perSweepOf(workers: number): number {
  return Math.min(mostPerSweep, Math.max(maxPerSweep, workers * perWorker));
}

/**
 * The sweep of a start on one machine, where no other worker can be alive: all that was sent and never came to an end is
 * due at once, however much it is. What waits for its time goes on waiting.
 */
export async function sweepAfterStart(deps: SweepDeps): Promise<number> {
  const now = toIso(deps.now());
  const all = await dueUntil(deps.store.table, '9999', Number.POSITIVE_INFINITY);
  const due = all.filter((entry) => entry.sends > 0 || entry.dueAt <= now);
  // What was sent most often has waited longest: behind all that came since, a start that ends early would never reach it.
  const jobs = await jobsOf(
    deps.store.table,
    due.toSorted((a, b) => b.sends - a.sends),
  );
  return send(deps, jobs, Number.POSITIVE_INFINITY);
}

async function send(deps: SweepDeps, jobs: DueJob[], room: number): Promise<number> {
  const lost = jobs.filter(({ entry }) => isLost(entry));
  const left = jobs.filter(({ entry }) => !isLost(entry));
  const again = left.length <= room ? left : share(left, ({ entry }) => entry, room);
  for (const job of lost) await giveUp(deps, job);
  for (let i = 0; i < again.length; i += maxPerSweep) await sendAgain(deps, again.slice(i, i + maxPerSweep));
  if (jobs.length > 0) deps.log({ event: 'swept', sent: again.length, givenUp: lost.length });
  return again.length;
}

/** Each job once. Only of a capture that has several entries it is read which is the right one. */
async function jobsOf(table: Table, due: Due[]): Promise<DueJob[]> {
  const groups = [...Map.groupBy(due, ({ kind, id }) => `${kind} ${id}`).values()];
  const doubled = groups.filter(({ length }) => length > 1).flatMap(([first]) => first ?? []);
  const ids = doubled.filter(({ kind }) => kind === 'capture').map(({ id }) => id);
  const captures = new Map((await getCaptures(table, ids)).map((capture) => [capture.id, capture]));
  return groups.map((from) => ({ entry: rightOf(from, captures.get(from[0]?.id ?? '')), from }));
}

/** The entry of the attempt that a capture is to have next; else the one that was put last, with the starts of all. */
function rightOf(entries: Due[], capture: Capture | undefined): Due {
  const planned =
    capture && isPending(capture) ? entries.find((entry) => isSameEntry(entry, planOf(capture))) : undefined;
  const starts = [...new Set(entries.flatMap((one) => one.starts ?? []))];
  return planned ?? { ...entries.reduce((a, b) => (b.sends > a.sends ? b : a)), starts };
}

/** The start of the first send is the one that nobody wrote down. Purges and polls are never given up. */
function isLost({ kind, starts = [] }: Due): boolean {
  return (kind === 'capture' || kind === 'recheck' || kind === 'pictures') && starts.length >= maxStarts - 1;
}

/** The new entries before the messages, and the old ones go last. A queue that takes none leaves it all as it was. */
async function sendAgain({ store: { table }, queue, now }: SweepDeps, jobs: DueJob[]): Promise<void> {
  const to = jobs.map(({ entry }) => resent(entry, now()));
  const from = jobs.flatMap((job) => job.from);
  await putDues(table, to);
  try {
    await queue.sendMany(to.map((job) => ({ job })));
  } catch (error) {
    await removeDues(table, withoutThoseOf(to, from));
    throw error;
  }
  await removeDues(table, withoutThoseOf(from, to));
}

/** What waits for its host's turn keeps its slot. */
function resent(entry: Due, nowMs: number): Due {
  const waitMs = Math.min(resendAfterMs * 2 ** Math.max(0, entry.sends - 1), resendLongestMs);
  return { ...entry, dueAt: toIso(nowMs + waitMs), sends: entry.slotMs === undefined ? entry.sends + 1 : entry.sends };
}

/** The bytes that a client sent stay, for who tries again. */
async function giveUp({ store: { table }, now, log }: SweepDeps, { entry, from }: DueJob): Promise<void> {
  const capture = entry.kind === 'capture' ? await getCapture(table, entry.id) : null;
  if (capture && isPending(capture)) {
    if (await isOfEarlierPlan(table, { capture, entry, nowMs: now() })) return removeDues(table, from);
    await putPlanned(table, { ...capture, state: lostAt(now()) }, capture);
  }
  log({ event: 'given up', kind: entry.kind, id: entry.id });
  await removeDues(table, from);
}

function lostAt(nowMs: number): CaptureState {
  const detail = `it was started ${maxStarts} times and never came to an end`;
  return { status: 'failed', finishedAt: toIso(nowMs), problem: { code: 'worker-lost', detail }, article: null };
}
