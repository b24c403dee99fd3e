/** A job waits for its host's turn: for a moment here, for longer back in the queue. */
import { moveDue } from '../store/due.ts';
import { reserveSlot } from '../store/hosts.ts';
import { toIso } from '../times.ts';
import type { ArticleUrl } from './article-url.ts';
import { type Job, jobMessage } from './job.ts';
import { firstDueMs } from './request-capture.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** A slot this near is waited for; a later one sends the message back to the queue. */
const maxSlotWaitMs = 5000;
/** SQS delays a message by at most this. */
const maxDelaySeconds = 900;

/** True when the slot is too far off to wait for: the message was sent again, to come back shortly before it. */
export async function waitForSlot(deps: WorkerDeps, job: Job, url: ArticleUrl): Promise<boolean> {
  if (deps.hostPauseMs === 0) return false;
  const slotMs = job.slotMs ?? (await reserveSlot(deps.store.table, new URL(url).host, deps.hostPauseMs, deps.now()));
  const waitMs = slotMs - deps.now();
  if (waitMs > maxSlotWaitMs) {
    const delaySeconds = Math.min(maxDelaySeconds, Math.floor((waitMs - maxSlotWaitMs / 2) / 1000));
    const due = { kind: job.kind, id: job.id, dueAt: toIso(slotMs + firstDueMs), sends: Math.max(1, job.sends) };
    await moveDue(deps.store.table, job, due);
    await deps.queue.send(jobMessage({ ...job, dueAt: due.dueAt, slotMs }), delaySeconds);
    return true;
  }
  if (waitMs > 0) await deps.sleep(waitMs);
  return false;
}
