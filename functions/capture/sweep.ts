/**
 * The sweeper: sends a message for whatever is due, so that a lost message, a dead worker or a throttled table delays a
 * job and never loses it. Run every minute; running it twice at once sends some messages twice, which workers stand.
 */
import type { Log } from '../log.ts';
import type { Store } from '../store/articles.ts';
import { getCapture, getCaptures, putUnfinished, removeSubmitted } from '../store/captures.ts';
import { type Due, dueUntil, putDues, removeDue, removeDues } from '../store/due.ts';
import type { Queue } from '../store/queue.ts';
import type { Table } from '../store/table.ts';
import { toIso } from '../times.ts';
import { jobMessage } from './job.ts';

export type SweepDeps = { store: Store; queue: Queue; now: () => number; log: Log };

/** At most so many a sweep, and none while so many wait: the queue is not where a backlog is kept. */
const maxPerSweep = 500;
/** Sent this often without an end, a capture is given up: its page must be killing the worker. */
const maxSends = 8;
const resendAfterMs = 180_000;
const resendLongestMs = 3_600_000;

/** How many messages were sent. */
export async function sweep(deps: SweepDeps): Promise<number> {
  const room = maxPerSweep - (await deps.queue.backlog());
  if (room <= 0) return 0;
  return send(deps, await dueUntil(deps.store.table, toIso(deps.now()), room));
}

/**
 * The sweep of a start on one machine, where no other worker can be alive: all that was sent and never came to an end is
 * due at once, however much it is. What waits for its time goes on waiting.
 */
export async function sweepAfterStart(deps: SweepDeps): Promise<number> {
  const now = toIso(deps.now());
  const all = await dueUntil(deps.store.table, '9999', Number.POSITIVE_INFINITY);
  const due = await withoutLostSends(
    deps.store.table,
    all.filter((entry) => entry.sends > 0 || entry.dueAt <= now),
  );
  // What was sent most often has waited longest: behind all that came since, a start that ends early would never reach it.
  return send(
    deps,
    due.toSorted((a, b) => b.sends - a.sends),
  );
}

/**
 * Messages are lost with their process, so a send may have led to no start: a capture that is about to be given up, and was
 * never seen to run, has none of them counted. One whose page ends the process takes long enough to be seen.
 */
async function withoutLostSends(table: Table, due: Due[]): Promise<Due[]> {
  const doubtful = due.filter(({ kind, sends }) => kind === 'capture' && sends >= maxSends - 1);
  // A crash may have left two entries of one job.
  const captures = await getCaptures(table, [...new Set(doubtful.map(({ id }) => id))]);
  const waiting = new Set(captures.filter(({ state }) => state.status === 'queued').map(({ id }) => id));
  return due.map((entry) =>
    entry.sends >= maxSends - 1 && waiting.has(entry.id) ? { ...entry, sends: maxSends - 2 } : entry,
  );
}

async function send(deps: SweepDeps, due: Due[]): Promise<number> {
  const lost = due.filter((entry) => entry.sends >= maxSends && (entry.kind === 'capture' || entry.kind === 'recheck'));
  const jobs = Map.groupBy(
    due.filter((entry) => !lost.includes(entry)),
    ({ kind, id }) => `${kind} ${id}`,
  );
  // A crash may have left two entries of one job: it is sent once.
  const again = [...jobs.values()].flatMap(([first, ...others]) =>
    first ? [{ from: [first, ...others], to: resent(first, deps.now()) }] : [],
  );
  for (const entry of lost) await giveUp(deps, entry);
  for (let i = 0; i < again.length; i += maxPerSweep) {
    const some = again.slice(i, i + maxPerSweep);
    await putDues(
      deps.store.table,
      some.map(({ to }) => to),
    );
    await deps.queue.sendMany(some.map(({ to }) => ({ body: jobMessage(to) })));
    await removeDues(
      deps.store.table,
      some.flatMap(({ from }) => from),
    );
  }
  if (due.length > 0) deps.log({ event: 'swept', sent: again.length, givenUp: lost.length });
  return again.length;
}

/** What waits for its host's turn keeps its slot, and was not started: only starts count towards giving up. */
function resent(entry: Due, nowMs: number): Due {
  const waitMs = Math.min(resendAfterMs * 2 ** Math.max(0, entry.sends - 1), resendLongestMs);
  return { ...entry, dueAt: toIso(nowMs + waitMs), sends: entry.slotMs === undefined ? entry.sends + 1 : entry.sends };
}

async function giveUp(deps: SweepDeps, entry: Due): Promise<void> {
  const capture = entry.kind === 'capture' ? await getCapture(deps.store.table, entry.id) : null;
  if (capture) {
    const problem = {
      code: 'worker-lost',
      detail: `it was started ${maxSends} times and never came to an end`,
    } as const;
    await putUnfinished(deps.store.table, {
      ...capture,
      state: { status: 'failed', finishedAt: toIso(deps.now()), problem, article: null },
    });
  }
  if (entry.kind === 'capture') await removeSubmitted(deps.store.bucket, entry.id, capture);
  deps.log({ event: 'given up', kind: entry.kind, id: entry.id });
  await removeDue(deps.store.table, entry);
}
