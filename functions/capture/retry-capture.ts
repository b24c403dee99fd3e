/** A capture that failed -> queued anew, with the bytes that came with it and all attempts before it: due, capture, message. */

import { toIso } from '../article/times.ts';
import { type Capture, getCapture, putRetried } from '../store/captures.ts';
import { removeDue } from '../store/due.ts';
import { enqueue } from '../store/enqueue.ts';
import { isPending } from './plan.ts';
import { dueOf, type Requests } from './request-capture.ts';

/** The capture, as it was when it is pending by now, as after a retry before this one; null when it did not fail. */
export async function retryCapture({ store, queue, now }: Requests, capture: Capture): Promise<Capture | null> {
  if (isPending(capture)) return capture;
  if (capture.state.status !== 'failed') return null;
  const nextAttemptAt = toIso(now());
  const retried: Capture = { ...capture, attempts: 0, state: { status: 'queued', nextAttemptAt, problem: null } };
  const due = dueOf(retried, now());
  let there: Capture | null = retried;
  const isOurs = await enqueue({ store, queue }, [{ due }], async () => {
    if (await putRetried(store.table, retried, capture.state)) return true;
    there = await getCapture(store.table, capture.id);
    return there !== null && isPending(there) && there.state.nextAttemptAt === nextAttemptAt;
  });
  if (!isOurs) await removeDue(store.table, due);
  return there && isPending(there) ? there : null;
}
