/**
 * One capture, one plan: which attempt is next, and when. A capture's item says it, and an entry of DUE beside it brings it about.
 * Messages come late and twice, and the sweeper moves entries on, so a plan is made only by who acted on the one before.
 */

import { toIso } from '../article/times.ts';
import { type Capture, getCapture, type PendingCapture, putPlanned } from '../store/captures.ts';
import { type Due, type DueKey, hasDue, isSameEntry, putDue, removeDue } from '../store/due.ts';
import type { Table } from '../store/table.ts';

export function isPending(capture: Capture): capture is PendingCapture {
  return capture.state.status === 'queued' || capture.state.status === 'running';
}

/** The entry that an attempt after the first has until it is sent. */
export function planOf({ id, state }: PendingCapture): Due {
  return { kind: 'capture', id, dueAt: state.nextAttemptAt, sends: 0 };
}

/**
 * Whether an entry, or the message that was sent for it, is of an attempt that has been made: the next one has its time later, and its
 * own entry. Without that it is the next one itself, by another clock than ours. Somebody may ask for the next one early.
 */
export async function isOfEarlierPlan(
  table: Table,
  { capture, entry, nowMs }: { capture: PendingCapture; entry: DueKey & Pick<Due, 'sends'>; nowMs: number },
): Promise<boolean> {
  const plan = planOf(capture);
  if (capture.state.status !== 'queued' || plan.dueAt <= toIso(nowMs)) return false;
  const isAskedEarly = entry.sends === 1 && isSameEntry(entry, plan);
  return !isAskedEarly && hasDue(table, plan);
}

/** Takes away the entry of an attempt that has been made. */
export async function removeEarlier(table: Table, capture: PendingCapture, entry: DueKey): Promise<void> {
  if (!isSameEntry(entry, planOf(capture))) await removeDue(table, entry);
}

/**
 * The next attempt, planned by who has made the one that `read` tells of: due first. Not by who has a message whose entry was moved
 * on since: another message was sent for that, and makes the attempt again. Of two at once one is faster.
 */
export async function planNext(
  table: Table,
  { read, next, made }: { read: PendingCapture; next: PendingCapture; made: DueKey },
): Promise<void> {
  if (!(await hasDue(table, made))) return;
  await putDue(table, planOf(next));
  if (await putPlanned(table, next, read)) return removeEarlier(table, next, made);
  const there = await getCapture(table, read.id);
  const isPlanned = there !== null && isPending(there);
  for (const entry of [planOf(next), made]) {
    if (!isPlanned) await removeDue(table, entry);
    // While it runs, what was made is perhaps its only entry.
    else if (there.state.status === 'queued' || entry !== made) await removeEarlier(table, there, entry);
  }
}
