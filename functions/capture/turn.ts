/** A job that waits for its host: for a moment here, for longer back in the queue. */
import type { ArticleUrl } from '../article/article-url.ts';
import { toIso } from '../article/times.ts';
import { nearMs } from '../fetch/courtesy.ts';
import type { Problem } from '../problems.ts';
import { endWait, moveDue } from '../store/due.ts';
import type { Job } from '../store/job.ts';
import { maxDelaySeconds } from '../store/queue.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { firstDueMs } from './request-capture.ts';

type TurnDeps = Pick<CaptureDeps, 'store' | 'queue' | 'courtesy' | 'now'>;

/**
 * Null when the job's fetch may be made now, the problem that forbids it, or `deferred`: the message went back to the queue, to come
 * shortly before its turn, or another message has the job by now.
 */
export async function awaitTurn(
  deps: TurnDeps,
  job: Job,
  url: ArticleUrl,
): Promise<{ problem: Problem } | 'deferred' | null> {
  const answer = await deps.courtesy.mayAsk(url, job.slotMs);
  if (answer === 'now') {
    // Its turn has come: if it dies from here on, that counts, which it did not while it waited.
    const isOurs = job.slotMs === undefined || (await endWait(deps.store.table, job));
    return isOurs ? null : 'deferred';
  }
  if ('problem' in answer) return answer;
  await backToQueue(deps, job, answer.atMs);
  return 'deferred';
}

async function backToQueue({ store, queue, now }: TurnDeps, job: Job, slotMs: number): Promise<void> {
  const early = slotMs - now() - nearMs / 2;
  const delaySeconds = Math.min(maxDelaySeconds, Math.floor(early / 1000));
  const due = { kind: job.kind, id: job.id, dueAt: toIso(slotMs + firstDueMs), sends: job.sends, slotMs };
  // One that was sent again under another entry has a message for that.
  if (await moveDue(store.table, job, due)) await queue.send(due, delaySeconds);
}
