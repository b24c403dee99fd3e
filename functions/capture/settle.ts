/** How an attempt at a capture ended -> what is written of it: its end, or the next attempt. Once, by who made the attempt. */

import { toIso } from '../article/times.ts';
import type { Problem } from '../problems.ts';
import {
  type Capture,
  type CaptureState,
  getCapture,
  type PendingCapture,
  putUnfinished,
  removeSubmitted,
} from '../store/captures.ts';
import { removeDue } from '../store/due.ts';
import { countArticle } from '../store/feeds.ts';
import type { Job } from '../store/job.ts';
import { type Next, nextAttempt } from './attempts.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { articleAt, isAllOf, isWhereItWas } from './captured-article.ts';
import { planNext } from './plan.ts';
import { scheduleFirstRecheck } from './recheck.ts';
import { goneBy, markRemoved } from './removed.ts';
import { requestPictures } from './request-pictures.ts';
import type { Outcome, SavedPage } from './try-capture.ts';

export { retryDelaysMs } from './attempts.ts';

/** `ms`: how long its steps took; null when it was made by somebody before, who could not say so. */
export type Attempt = { job: Job; capture: PendingCapture; ms: Record<string, number> | null };

export async function settle(deps: CaptureDeps, attempt: Attempt, outcome: Outcome): Promise<void> {
  if ('deferred' in outcome) return;
  if ('problem' in outcome) return retryOrFail(deps, attempt, outcome.problem);
  const { saved, extraction, alsoRetry } = outcome;
  const next = alsoRetry && nextAttempt(attempt.capture, alsoRetry, deps.now());
  if (alsoRetry && next) return retry(deps, attempt, { ...next, problem: alsoRetry });
  await succeed(deps, attempt, saved);
  const { ms, capture } = attempt;
  if (ms === null) return;
  const { extent = 'all', reason = null } = extraction ?? {};
  deps.log({
    event: 'captured',
    url: capture.url,
    article: saved.article.id,
    snapshot: saved.snapshot,
    kind: extraction?.extracted.kind,
    ms,
    ...(extent === 'all' ? {} : { extent, reason }),
  });
}

async function succeed(deps: CaptureDeps, { job, capture }: Attempt, saved: SavedPage): Promise<void> {
  const { article, timestamp, snapshot } = saved;
  const isNew = snapshot === 'first' || (await isAllOf(deps.store, article, capture));
  if (isNew) await scheduleFirstRecheck(deps, article);
  await requestPictures(deps, saved, capture);
  const finishedAt = toIso(deps.now());
  const state = { status: 'succeeded', finishedAt, article: article.id, timestamp, snapshot } as const;
  await finish(deps, { job, ended: { ...capture, attempts: capture.attempts + 1, state }, isNewArticle: isNew });
}

function retryOrFail(deps: CaptureDeps, attempt: Attempt, problem: Problem): Promise<void> {
  const next = nextAttempt(attempt.capture, problem, deps.now());
  return next ? retry(deps, attempt, { ...next, problem }) : fail(deps, attempt, problem);
}

function retry(deps: CaptureDeps, attempt: Attempt, { problem, atMs, attempts }: Next & { problem: Problem }) {
  const { job, capture } = attempt;
  logFailed(deps, attempt, { ...problem, attempt: attempts });
  const state = { status: 'queued', nextAttemptAt: toIso(atMs), problem } as const;
  return planNext(deps.store.table, { read: capture, next: { ...capture, attempts, state }, made: job });
}

/** The end; a page that is gone marks the article that we have of it. */
async function fail(deps: CaptureDeps, attempt: Attempt, problem: Problem): Promise<void> {
  const { job, capture } = attempt;
  const attempts = capture.attempts + 1;
  logFailed(deps, attempt, { ...problem, attempt: attempts });
  const article = await articleAt(deps.store, capture.url);
  const says = goneBy(problem);
  if (article && says && isWhereItWas(article, capture.url)) await markRemoved(deps, article.id, says);
  const finishedAt = toIso(deps.now());
  const state = { status: 'failed', finishedAt, problem, article: article?.id ?? null } as const;
  await finish(deps, { job, ended: { ...capture, attempts, state }, isNewArticle: false });
}

function logFailed(
  { log }: CaptureDeps,
  { capture: { url }, ms }: Attempt,
  failed: Problem & { attempt: number },
): void {
  const { code, detail, attempt } = failed;
  log({ event: 'capture failed', url, code, detail, attempt, ms });
}

/** Step 10. */
async function finish(
  deps: CaptureDeps,
  { job, ended, isNewArticle }: { job: Job; ended: Capture & { state: CaptureState }; isNewArticle: boolean },
): Promise<void> {
  const isOurs = await putUnfinished(deps.store.table, ended);
  // Whoever writes the end counts it, so that a message that came twice is counted once.
  const feed = ended.origin?.feed ?? null;
  if (isOurs && feed !== null && isNewArticle) await countArticle(deps.store.table, feed);
  await tidy(deps, job, isOurs ? ended : await getCapture(deps.store.table, ended.id));
}

/** What is left to do once the end is written, by whoever comes by. What is due goes last, or nobody would come again. */
export async function tidy(deps: CaptureDeps, job: Job, capture: Capture | null): Promise<void> {
  await removeSubmitted(deps.store.bucket, job.id, capture);
  await removeDue(deps.store.table, job);
}
