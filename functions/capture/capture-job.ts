/**
 * A capture, from its message to its end: whether an attempt is to be made, the attempt (`try-capture.ts`), and what is written of how it
 * ended (`settle.ts`).
 */
import { stopwatch } from '../stopwatch.ts';
import { getCapture, type PendingCapture, putPlanned } from '../store/captures.ts';
import { mayStillCome } from '../store/enqueue.ts';
import type { Job } from '../store/job.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { committedBefore } from './captured-article.ts';
import { isOfEarlierPlan, isPending, removeEarlier } from './plan.ts';
import { savedBefore } from './save.ts';
import { settle, tidy } from './settle.ts';
import { tryCapture } from './try-capture.ts';

const defaultRunningAfterMs = 1000;

export async function captureJob(deps: CaptureDeps, job: Job): Promise<void> {
  const { store } = deps;
  const capture = await getCapture(store.table, job.id);
  // Without a capture this is step 1 of a request that has not made step 2 yet, or died before it; its client has no answer.
  if (capture === null && mayStillCome(job)) return;
  if (capture === null || !isPending(capture)) return tidy(deps, job, capture);
  if (await isOfEarlierPlan(store.table, { capture, entry: job, nowMs: deps.now() }))
    return removeEarlier(store.table, capture, job);
  if (job.sends > 1 || wasTriedBefore(capture)) {
    const article = await committedBefore(store, capture);
    const saved = article && (await savedBefore(store, article));
    if (saved) return settle(deps, { job, capture, ms: null }, { saved, extraction: null, alsoRetry: null });
  }
  const steps = stopwatch(deps.now);
  const running = showRunning(deps, capture);
  try {
    const outcome = await tryCapture(deps, { job, capture }, steps);
    await running.stop();
    await settle(deps, { job, capture, ms: steps.times() }, outcome);
  } finally {
    await running.stop();
  }
}

/** Shows a capture as running once it takes longer than most. `stop` waits for a write that is under way. */
function showRunning(deps: CaptureDeps, capture: PendingCapture): { stop(): Promise<void> } {
  let write: Promise<unknown> = Promise.resolve();
  const timer = setTimeout(() => {
    const state = { ...capture.state, status: 'running', problem: null } as const;
    write = putPlanned(deps.store.table, { ...capture, state }, capture);
    write.catch((error: unknown) => deps.log({ event: 'running not shown', url: capture.url, error }));
  }, deps.runningAfterMs ?? defaultRunningAfterMs);
  return {
    async stop() {
      clearTimeout(timer);
      await write.catch(() => undefined);
    },
  };
}

/** A first attempt is planned for when the capture was made, and no later one is. */
function wasTriedBefore({ attempts, createdAt, state }: PendingCapture): boolean {
  return attempts > 0 || state.nextAttemptAt !== createdAt;
}
