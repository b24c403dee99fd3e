/** A job waits for its host's turn: for a moment here, for longer back in the queue. */
import { moveDue, putDue } from '../store/due.ts';
import { closedUntil, reserveSlot } from '../store/hosts.ts';
import { maxDelaySeconds } from '../store/queue.ts';
import { toIso } from '../times.ts';
import type { ArticleUrl } from './article-url.ts';
import { type Job, jobMessage } from './job.ts';
import { firstDueMs } from './request-capture.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** A slot this near is waited for; a later one sends the message back to the queue. */
const maxSlotWaitMs = 5000;

type SlotDeps = Pick<WorkerDeps, 'store' | 'queue' | 'pauseMs' | 'now' | 'sleep'>;

/** True when the slot is too far off to wait for: the message was sent again, to come back shortly before it. */
export async function waitForSlot(deps: SlotDeps, job: Job, url: ArticleUrl): Promise<boolean> {
  const slotMs = await slotOf(deps, job, url);
  const waitMs = slotMs - deps.now();
  if (waitMs > maxSlotWaitMs) {
    const delaySeconds = Math.min(maxDelaySeconds, Math.floor((waitMs - maxSlotWaitMs / 2) / 1000));
    const due = { kind: job.kind, id: job.id, dueAt: toIso(slotMs + firstDueMs), sends: job.sends, slotMs };
    await moveDue(deps.store.table, job, due);
    await deps.queue.send(jobMessage(due), delaySeconds);
    return true;
  }
  // Its turn has come: if it dies from here on, that counts, which it did not while it waited.
  if (job.slotMs !== undefined) {
    await putDue(deps.store.table, { kind: job.kind, id: job.id, dueAt: job.dueAt, sends: job.sends });
  }
  if (waitMs > 0) await deps.sleep(waitMs);
  return false;
}

/**
 * The slot it has, or a new one: those that a sleeping machine missed would all be now, and a host asked by all at once, and
 * those of a host that asked to come back later would be too early.
 */
async function slotOf(deps: SlotDeps, job: Job, url: ArticleUrl): Promise<number> {
  const pause = await deps.pauseMs(url);
  const { table } = deps.store;
  const { host } = new URL(url);
  if (job.slotMs !== undefined && job.slotMs >= deps.now() - pause && (await closedUntil(table, host)) <= job.slotMs)
    return job.slotMs;
  return pause === 0 ? deps.now() : reserveSlot(table, host, pause, deps.now());
}
