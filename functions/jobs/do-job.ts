/**
 * One job of the queue, from message to acknowledgement. This file is a capture's way: read what is due, ask robots.txt,
 * wait for the host's turn, fetch, extract, save, and say how it ended.
 */

import type { Article } from '../article/article.ts';
import { parseArticleUrl } from '../article/article-url.ts';
import { urlHash } from '../article/norm.ts';
import { toIso } from '../article/times.ts';
import type { Extraction } from '../capture/page-reader.ts';
import { isOfEarlierPlan, isPending, planNext, removeEarlier } from '../capture/plan.ts';
import { readPage, reread } from '../capture/read-page.ts';
import { recheckJob, scheduleFirstRecheck } from '../capture/recheck.ts';
import { isGone, markRemoved } from '../capture/removed.ts';
import { type CapturedPage, type Saved, savedBefore, savePage } from '../capture/save.ts';
import { purgeJob, takenDownProblem } from '../capture/takedown.ts';
import { awaitTurn } from '../capture/turn.ts';
import { pollJob } from '../feeds/poll.ts';
import type { PollDeps } from '../feeds/poll-deps.ts';
import type { FetchedPage } from '../fetch/fetch-page.ts';
import { notAPage } from '../fetch/html-check.ts';
import { aboutProblem, type Problem } from '../problems.ts';
import { type Stopwatch, stopwatch } from '../stopwatch.ts';
import { archivedAt } from '../store/aliases.ts';
import { getKnown, olderSnapshots, type Store } from '../store/articles.ts';
import {
  type Capture,
  type CaptureState,
  getCapture,
  type PendingCapture,
  putPlanned,
  putUnfinished,
  removeSubmitted,
  submittedObject,
} from '../store/captures.ts';
import { noteStart, removeDue, takeBackStart } from '../store/due.ts';
import { countArticle } from '../store/feeds.ts';
import type { Job } from '../store/job.ts';
import { isServiceFault } from '../store/service-fault.ts';

/** What a failed attempt is followed by: these waits in turn, then no more. */
export const retryDelaysMs = [60_000, 600_000, 3_600_000, 21_600_000, 86_400_000];
const allDelaysMs = retryDelaysMs.reduce((sum, ms) => sum + ms, 0);
const defaultRunningAfterMs = 1000;

/**
 * Does the job and returns when its message may be deleted. Throws when a service failed: the message comes again. `receives`: how
 * often this message was handed out, where the queue says so.
 */
export function makeWorker(deps: PollDeps): (job: Job, receives?: number) => Promise<void> {
  return (job, receives = 1) => (job.sends === 1 && receives === 1 ? work(deps, job) : workAgain(deps, job));
}

/** A job that may have been started before, and ended the process. A first start is counted by its absence: it costs no write. */
async function workAgain(deps: PollDeps, job: Job): Promise<void> {
  try {
    if (await noteStart(deps.store.table, job)) await work(deps, job);
  } catch (error) {
    // A service that is away, for days perhaps, says nothing of the page.
    if (isServiceFault(error)) await endStart(deps, job);
    throw error;
  }
}

/** Best effort: the service that failed may be the table. It takes seven of these in a row to matter. */
async function endStart({ store, log }: PollDeps, job: Job): Promise<void> {
  await takeBackStart(store.table, job).catch((error: unknown) =>
    log({ event: 'start not taken back', kind: job.kind, id: job.id, error }),
  );
}

function work(deps: PollDeps, job: Job): Promise<void> {
  switch (job.kind) {
    case 'capture':
      return captureJob(deps, job);
    case 'recheck':
      return recheckJob(deps, job);
    case 'purge':
      return purgeJob(deps, job);
    case 'poll':
      return pollJob(deps, job);
  }
}

async function captureJob(deps: PollDeps, job: Job): Promise<void> {
  const { store } = deps;
  const capture = await getCapture(store.table, job.id);
  // Without a capture this is step 1 of a request that died before step 2; its client never got an answer.
  if (capture === null || !isPending(capture)) return tidy(deps, job, capture);
  if (await isOfEarlierPlan(store.table, capture, job, deps.now())) return removeEarlier(store.table, capture, job);
  if (job.sends > 1 || wasTriedBefore(capture)) {
    const article = await committedBefore(store, capture);
    if (article) return succeed(deps, job, capture, await savedBefore(store, article));
  }
  const steps = stopwatch(deps.now);
  const running = showRunning(deps, capture);
  try {
    const isHeld = capture.submitted !== null && capture.submitted.role !== 'fallback';
    const got = isHeld ? await readSubmitted(deps, capture) : await fetchInTurn(deps, job, capture, steps);
    if ('deferred' in got) return;
    steps.mark('fetch');
    const pages = 'page' in got ? [await readPage(deps, capture, got.page)] : [];
    const isStory = pages[0]?.extraction.extracted.kind === 'article';
    if (capture.submitted?.role === 'fallback' && !isStory) pages.push(await readFallback(deps, capture));
    steps.mark('extract');
    let saved: Saved | null = null;
    for (const page of pages) {
      saved = await savePage(store, page, (id, snapshot) => reread(deps, id, snapshot));
      if (saved.status === 'taken-down') break;
    }
    steps.mark('save');
    await running.stop();
    if (saved?.status === 'taken-down') {
      return await fail(deps, job, capture, takenDownProblem(saved.tombstone), null, steps.times());
    }
    const next = 'problem' in got ? nextAttempt(capture, got.problem, deps.now()) : null;
    // The text that the feed carries is safe by now; its page may still be had later.
    if ('problem' in got && (saved === null || next !== null))
      return await fail(deps, job, capture, got.problem, next, steps.times());
    if (saved === null) throw new Error(`the capture ${capture.id} gave neither a page nor a problem`);
    await succeed(deps, job, capture, saved);
    logCaptured(deps, capture, saved, pages.at(-1)?.extraction ?? null, steps.times());
  } finally {
    await running.stop();
  }
}

/** Robots, the host's slot, the fetch. `deferred`: the message went back to the queue to wait for its turn. */
async function fetchInTurn(
  deps: PollDeps,
  job: Job,
  capture: Capture,
  steps: Stopwatch,
): Promise<{ page: FetchedPage } | { problem: Problem } | { deferred: true }> {
  const parsed = parseArticleUrl(capture.url);
  if ('problem' in parsed) return parsed;
  const turn = await awaitTurn(deps, job, parsed.url, steps);
  if (turn === 'deferred') return { deferred: true };
  if (turn) return turn;
  const result = await deps.fetchPage(parsed.url, {});
  if ('notModified' in result)
    return { problem: { code: 'bad-response', detail: 'the site answered 304 to a request without conditions' } };
  if ('problem' in result) return result;
  const problem = deps.unwanted(result.page);
  return problem ? { problem } : result;
}

function logCaptured(
  deps: PollDeps,
  { url }: Capture,
  saved: Extract<Saved, { status: 'saved' }>,
  extraction: Extraction | null,
  ms: Record<string, number>,
): void {
  const { extent = 'all', reason = null } = extraction ?? {};
  deps.log({
    event: 'captured',
    url,
    article: saved.article.id,
    snapshot: saved.snapshot,
    kind: extraction?.extracted.kind,
    ms,
    ...(extent === 'all' ? {} : { extent, reason }),
  });
}

/** The text that the feed carries, as a capture of its own beside that of the page. */
async function readFallback(deps: PollDeps, capture: Capture): Promise<CapturedPage> {
  const got = await readSubmitted(deps, capture);
  if ('problem' in got) throw new Error(`the entry of ${capture.url} is no document: ${got.problem.detail}`);
  return { ...(await readPage(deps, capture, got.page)), captureId: fallbackId(capture), source: 'feed' };
}

function fallbackId({ id }: Capture): string {
  return `${id}+entry`;
}

async function readSubmitted(deps: PollDeps, capture: Capture): Promise<{ page: FetchedPage } | { problem: Problem }> {
  const object = await deps.store.bucket.get(submittedObject(capture.id));
  if (!capture.submitted) throw new Error(`no bytes came with ${capture.id}`);
  if (!object)
    return {
      problem: { code: 'bytes-gone', detail: 'they were deleted by a takedown, or after 30 days; send them again' },
    };
  const { contentType, capturedAt, role } = capture.submitted;
  const problem = role === 'page' ? notAPage(object.bytes, contentType) : null;
  if (problem) return { problem };
  return {
    page: {
      requestedUrl: capture.url,
      finalUrl: capture.url,
      redirects: [],
      status: 200,
      headers: [],
      headersCut: false,
      contentType,
      body: object.bytes,
      fetchedAtMs: Date.parse(capturedAt),
      durationMs: 0,
    },
  };
}

/** The article, when an earlier worker committed this capture and died before it could say so. */
async function committedBefore(store: Store, capture: Capture): Promise<Article | null> {
  const article = await articleAt(store, capture.url);
  if (article?.latest.capture === capture.id) return article;
  // The text of the feed comes last where the page is no story; alone it leaves the page to be had.
  if (article?.latest.capture !== fallbackId(capture)) return null;
  const [page] = (await olderSnapshots(store.table, article, { limit: 1 })).snapshots;
  return page?.capture === capture.id ? article : null;
}

async function articleAt(store: Store, url: string): Promise<Article | null> {
  const id = await archivedAt(store.table, urlHash(url));
  return id === null ? null : ((await getKnown(store.table, id))?.article ?? null);
}

/** An old address of a story may go while the story stays: only the one it was last read at, or goes by, counts. */
function isWhereItWas(article: Article, url: string): boolean {
  const { requestedUrl, finalUrl } = article.latest;
  return [article.url, requestedUrl, finalUrl].some((known) => urlHash(known) === urlHash(url));
}

/** Step 10. */
async function succeed(
  deps: PollDeps,
  job: Job,
  capture: Capture,
  saved: Extract<Saved, { status: 'saved' }>,
): Promise<void> {
  const { article, timestamp, snapshot } = saved;
  const isNew = snapshot === 'first' || (await isAllOf(deps.store, article, capture));
  if (isNew) await scheduleFirstRecheck(deps, article);
  const state = {
    status: 'succeeded',
    finishedAt: toIso(deps.now()),
    article: article.id,
    timestamp,
    snapshot,
  } as const;
  await finish(deps, job, capture, state, isNew);
}

/** Whether an article is there by this capture alone, which may have kept a page and the text of the feed. */
async function isAllOf(store: Store, article: Article, capture: Capture): Promise<boolean> {
  if (capture.submitted?.role !== 'fallback' || article.snapshotCount > 2) return false;
  const older = (await olderSnapshots(store.table, article, { limit: 1 })).snapshots;
  return [article.latest, ...older].every(({ capture: id }) => id === capture.id || id === fallbackId(capture));
}

type Attempt = { atMs: number; attempts: number };

/**
 * When another attempt is made, in epoch milliseconds, and how many there have been then; null when none would help or is left. One
 * for which the site was not asked is none, for as long as all attempts would have taken, and it waits longer each time.
 */
function nextAttempt(capture: Capture, problem: Problem, nowMs: number): Attempt | null {
  if (!aboutProblem(problem.code).retry) return null;
  const { attempts, createdAt } = capture;
  const { retryAfterMs = 0 } = problem;
  const ageMs = nowMs - Date.parse(createdAt);
  if (problem.isUnasked && ageMs < allDelaysMs) return { atMs: nowMs + Math.max(retryAfterMs, ageMs / 8), attempts };
  const delayMs = retryDelaysMs[attempts];
  return delayMs === undefined ? null : { atMs: nowMs + Math.max(delayMs, retryAfterMs), attempts: attempts + 1 };
}

/** The next attempt, where there is one, else the end; a page that is gone marks the article that we have of it. */
async function fail(
  deps: PollDeps,
  job: Job,
  capture: PendingCapture,
  problem: Problem,
  next: Attempt | null,
  ms: Record<string, number>,
): Promise<void> {
  const nowMs = deps.now();
  const attempts = next?.attempts ?? capture.attempts + 1;
  deps.log({
    event: 'capture failed',
    url: capture.url,
    code: problem.code,
    detail: problem.detail,
    attempt: attempts,
    ms,
  });
  if (next !== null) {
    const state = { status: 'queued', nextAttemptAt: toIso(next.atMs), problem } as const;
    return planNext(deps.store.table, capture, { ...capture, attempts, state }, job);
  }
  const article = await articleAt(deps.store, capture.url);
  if (article && isGone(problem) && isWhereItWas(article, capture.url)) await markRemoved(deps, article.id);
  await finish(
    deps,
    job,
    { ...capture, attempts },
    { status: 'failed', finishedAt: toIso(nowMs), problem, article: article?.id ?? null },
  );
}

async function finish(
  deps: PollDeps,
  job: Job,
  capture: Capture,
  state: CaptureState,
  isNewArticle = false,
): Promise<void> {
  const ended = { ...capture, state };
  const isOurs = await putUnfinished(deps.store.table, ended);
  // Whoever writes the end counts it, so that a message that came twice is counted once.
  if (isOurs && capture.origin && isNewArticle) await countArticle(deps.store.table, capture.origin.feed);
  await tidy(deps, job, isOurs ? ended : await getCapture(deps.store.table, capture.id));
}

/** What is left to do once the end is written, by whoever comes by. What is due goes last, or nobody would come again. */
async function tidy(deps: PollDeps, job: Job, capture: Capture | null): Promise<void> {
  await removeSubmitted(deps.store.bucket, job.id, capture);
  await removeDue(deps.store.table, job);
}

/** Shows a capture as running once it takes longer than most. `stop` waits for a write that is under way. */
function showRunning(deps: PollDeps, capture: PendingCapture): { stop(): Promise<void> } {
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
