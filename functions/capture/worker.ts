/**
 * One job of the queue, from message to acknowledgement. This file is a capture's way: read what is due, ask robots.txt,
 * wait for the host's turn, fetch, extract, save, and say how it ended.
 */

import { gunzipSync } from 'node:zlib';
import type { Log } from '../log.ts';
import { aboutProblem, type Problem } from '../problems.ts';
import { getAliases } from '../store/aliases.ts';
import type { Article, Metadata, Snapshot } from '../store/article.ts';
import { bodyObject, getKnown, purge, putArticle, putTombstone, type Store } from '../store/articles.ts';
import { type Capture, type CaptureState, getCapture, putUnfinished, submittedObject } from '../store/captures.ts';
import { moveDue, putDue, removeDue } from '../store/due.ts';
import { reserveSlot } from '../store/hosts.ts';
import type { Queue } from '../store/queue.ts';
import { toIso, toTimestamp } from '../times.ts';
import { type ArticleUrl, parseArticleUrl } from './article-url.ts';
import type { Extractor } from './extractor.ts';
import { extractorVersion } from './extractor-version.ts';
import { type FetchedPage, type FetchResult, header, type Validators } from './fetch-page.ts';
import { notAPage } from './html-check.ts';
import { type Job, jobMessage } from './job.ts';
import { urlHash } from './norm.ts';
import { firstDueMs } from './request-capture.ts';
import { type CapturedPage, metadataOf, type Saved, savePage } from './save.ts';
import { fingerprint } from './versions.ts';

export type WorkerDeps = {
  store: Store;
  queue: Queue;
  fetchPage: (
    url: ArticleUrl,
    options: { validators?: Validators; beforeHop?: (url: ArticleUrl) => Promise<Problem | null> },
  ) => Promise<FetchResult>;
  /** The problem that forbids fetching a URL, or null. */
  robots: (url: ArticleUrl) => Promise<Problem | null>;
  extractor: Extractor;
  hostPauseMs: number;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** A capture that takes longer than this is shown as running; a quick one is spared the write. */
  runningAfterMs?: number | undefined;
  log: Log;
};

/** What a failed attempt is followed by: these waits in turn, then no more. */
export const retryDelaysMs = [60_000, 600_000, 3_600_000, 21_600_000, 86_400_000];
/** A slot this near is waited for; a later one sends the message back to the queue. */
const maxSlotWaitMs = 5000;
/** SQS delays a message by at most this. */
const maxDelaySeconds = 900;
const defaultRunningAfterMs = 1000;
/** A takedown is purged again this long after, against captures that were in flight. */
export const purgeAgainMs = 900_000;

/** Does the job and returns when its message may be deleted. Throws when a service failed: the message comes again. */
export function makeWorker(deps: WorkerDeps): (job: Job) => Promise<void> {
  return (job) => {
    switch (job.kind) {
      case 'capture':
        return captureJob(deps, job);
      case 'recheck':
        return recheckJob(deps, job);
      case 'purge':
        return purgeJob(deps, job);
    }
  };
}

async function captureJob(deps: WorkerDeps, job: Job): Promise<void> {
  const { store } = deps;
  const capture = await getCapture(store.table, job.id);
  // Without a capture this is step 1 of a request that died before step 2; its client never got an answer.
  if (capture === null || isFinished(capture)) return removeDue(store.table, job);
  if (job.sends > 1 || capture.attempts > 0) {
    const article = await committedBefore(store, capture);
    if (article)
      return succeed(deps, job, capture, {
        status: 'saved',
        article,
        timestamp: article.latest.timestamp,
        snapshot: article.snapshotCount === 1 ? 'first' : 'new',
      });
  }
  const steps = stopwatch(deps.now);
  const running = showRunning(deps, capture);
  try {
    const got = capture.submitted ? await readSubmitted(deps, capture) : await fetchInTurn(deps, job, capture, steps);
    if ('deferred' in got) return;
    if ('problem' in got) {
      await running.stop();
      return await fail(deps, job, capture, got.problem, steps.times());
    }
    steps.mark('fetch');
    const page = await read(deps, capture, got.page);
    steps.mark('extract');
    const saved = await savePage(store, page, (id, snapshot) => reread(deps, id, snapshot));
    steps.mark('save');
    await running.stop();
    if (saved.status === 'taken-down') {
      return await fail(
        deps,
        job,
        capture,
        { code: 'taken-down', detail: `the article ${saved.id} was taken down; an admin can lift that` },
        steps.times(),
      );
    }
    await succeed(deps, job, capture, saved);
    const { extent, reason } = page.extraction;
    deps.log({
      event: 'captured',
      url: capture.url,
      article: saved.article.id,
      snapshot: saved.snapshot,
      kind: page.extraction.extracted.kind,
      ms: steps.times(),
      ...(extent === 'all' ? {} : { extent, reason }),
    });
  } finally {
    await running.stop();
  }
}

/** Robots, the host's slot, the fetch. `deferred`: the message went back to the queue to wait for its turn. */
async function fetchInTurn(
  deps: WorkerDeps,
  job: Job,
  capture: Capture,
  steps: ReturnType<typeof stopwatch>,
): Promise<{ page: FetchedPage } | { problem: Problem } | { deferred: true }> {
  const parsed = parseArticleUrl(capture.url);
  if ('problem' in parsed) return parsed;
  const forbidden = await deps.robots(parsed.url);
  if (forbidden) return { problem: forbidden };
  steps.mark('robots');
  if (await waitForSlot(deps, job, parsed.url)) return { deferred: true };
  steps.mark('slot');
  const result = await deps.fetchPage(parsed.url, { beforeHop: deps.robots });
  if ('notModified' in result)
    return { problem: { code: 'bad-response', detail: 'the site answered 304 to a request without conditions' } };
  if ('problem' in result) return result;
  const problem = notAPage(result.page.body, result.page.contentType);
  return problem ? { problem } : result;
}

/** True when the slot is too far off to wait for: the message was sent again, to come back shortly before it. */
async function waitForSlot(deps: WorkerDeps, job: Job, url: ArticleUrl): Promise<boolean> {
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

async function readSubmitted(
  deps: WorkerDeps,
  capture: Capture,
): Promise<{ page: FetchedPage } | { problem: Problem }> {
  const object = await deps.store.bucket.get(submittedObject(capture.id));
  if (!object || !capture.submitted) throw new Error(`the bytes submitted with ${capture.id} are not in the bucket`);
  const { contentType, capturedAt } = capture.submitted;
  const problem = notAPage(object.bytes, contentType);
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

async function read(
  deps: WorkerDeps,
  capture: Pick<Capture, 'id' | 'submitted'>,
  page: FetchedPage,
): Promise<CapturedPage> {
  const extraction = await deps.extractor.extract(page.body, { url: page.finalUrl, contentType: page.contentType });
  return { ...page, captureId: capture.id, source: capture.submitted ? 'submitted' : 'fetch', extraction };
}

/** Reads a stored body with the present extractor. */
async function reread(
  deps: WorkerDeps,
  id: string,
  snapshot: Snapshot,
): Promise<{ metadata: Metadata; text: string | null }> {
  const object = await deps.store.bucket.get(bodyObject(id, snapshot.digest));
  if (!object) throw new Error(`the body ${snapshot.digest} of ${id} is not in the bucket`);
  const { extracted } = await deps.extractor.extract(gunzipSync(object.bytes), {
    url: snapshot.finalUrl,
    contentType: snapshot.contentType,
  });
  return { metadata: metadataOf(extracted, Date.parse(snapshot.fetchedAt)), text: extracted.text };
}

/** The article, when an earlier worker committed this capture and died before it could say so. */
async function committedBefore(store: Store, capture: Capture): Promise<Article | null> {
  const hash = urlHash(capture.url);
  const alias = (await getAliases(store.table, [hash])).get(hash);
  const article = alias ? (await getKnown(store.table, alias.article))?.article : null;
  return article?.latest.capture === capture.id ? article : null;
}

/** Step 10. */
async function succeed(
  deps: WorkerDeps,
  job: Job,
  capture: Capture,
  saved: Extract<Saved, { status: 'saved' }>,
): Promise<void> {
  const { article, timestamp, snapshot } = saved;
  await finish(deps, job, capture, {
    status: 'succeeded',
    finishedAt: toIso(deps.now()),
    article: article.id,
    timestamp,
    snapshot,
  });
}

/** Another attempt later where that may help, else the end; a page that is gone marks the article that we have of it. */
async function fail(
  deps: WorkerDeps,
  job: Job,
  capture: Capture,
  problem: Problem,
  ms: Record<string, number>,
): Promise<void> {
  const nowMs = deps.now();
  const attempts = capture.attempts + 1;
  const delayMs = retryDelaysMs[attempts - 1];
  deps.log({
    event: 'capture failed',
    url: capture.url,
    code: problem.code,
    detail: problem.detail,
    attempt: attempts,
    ms,
  });
  if (aboutProblem(problem.code).retry && delayMs !== undefined) {
    const dueAt = toIso(nowMs + Math.max(delayMs, problem.retryAfterMs ?? 0));
    await putDue(deps.store.table, { kind: 'capture', id: capture.id, dueAt, sends: 0 });
    await putUnfinished(deps.store.table, {
      ...capture,
      attempts,
      state: { status: 'queued', nextAttemptAt: dueAt, problem },
    });
    return removeDue(deps.store.table, job);
  }
  const article = await knownArticle(deps.store, capture.url);
  if (article && (problem.code === 'not-found' || problem.code === 'gone')) await markRemoved(deps, article.id);
  await finish(
    deps,
    job,
    { ...capture, attempts },
    { status: 'failed', finishedAt: toIso(nowMs), problem, article: article?.id ?? null },
  );
}

async function finish(deps: WorkerDeps, job: Job, capture: Capture, state: CaptureState): Promise<void> {
  await putUnfinished(deps.store.table, { ...capture, state });
  if (capture.submitted) await deps.store.bucket.removeAll(submittedObject(capture.id));
  await removeDue(deps.store.table, job);
}

async function knownArticle(store: Store, url: string): Promise<Article | null> {
  const hash = urlHash(url);
  const alias = (await getAliases(store.table, [hash])).get(hash);
  return alias ? ((await getKnown(store.table, alias.article))?.article ?? null) : null;
}

async function markRemoved(deps: WorkerDeps, id: string): Promise<void> {
  for (;;) {
    const article = (await getKnown(deps.store.table, id))?.article;
    if (!article || article.removedAt) return;
    const removed = { ...article, v: article.v + 1, iv: article.iv + 1, removedAt: toIso(deps.now()) };
    if (await putArticle(deps.store.table, removed, article)) return;
  }
}

/**
 * A scheduled re-check: conditional, and a snapshot is kept only when the story changed. It has no capture item: an
 * unchanged page costs the host's slot and the entry in DUE.
 */
async function recheckJob(deps: WorkerDeps, job: Job): Promise<void> {
  const article = (await getKnown(deps.store.table, job.id))?.article;
  if (!article) return removeDue(deps.store.table, job);
  const parsed = parseArticleUrl(article.url);
  if ('problem' in parsed) return removeDue(deps.store.table, job);
  const steps = stopwatch(deps.now);
  const forbidden = await deps.robots(parsed.url);
  if (!forbidden && (await waitForSlot(deps, job, parsed.url))) return;
  const result = forbidden
    ? { problem: forbidden }
    : await deps.fetchPage(parsed.url, { validators: validatorsOf(article.latest), beforeHop: deps.robots });
  const problem =
    'problem' in result
      ? result.problem
      : 'page' in result
        ? notAPage(result.page.body, result.page.contentType)
        : null;
  if (problem) {
    deps.log({
      event: 'recheck failed',
      url: article.url,
      code: problem.code,
      detail: problem.detail,
      ms: steps.times(),
    });
    if (problem.code === 'not-found' || problem.code === 'gone') await markRemoved(deps, article.id);
    // The sweeper has moved the entry on and will send it again, up to its limit.
    return aboutProblem(problem.code).retry ? undefined : removeDue(deps.store.table, job);
  }
  if ('page' in result) {
    const page = await read(
      deps,
      { id: `${job.id}.${toTimestamp(Date.parse(job.dueAt))}`, submitted: null },
      result.page,
    );
    const changed =
      (await fingerprintNow(deps, article)) !==
      fingerprint(metadataOf(page.extraction.extracted, page.fetchedAtMs), page.extraction.extracted.text);
    if (changed) await savePage(deps.store, page, (id, snapshot) => reread(deps, id, snapshot));
    deps.log({ event: 'rechecked', url: article.url, article: article.id, changed, ms: steps.times() });
  } else deps.log({ event: 'rechecked', url: article.url, article: article.id, changed: false, ms: steps.times() });
  await removeDue(deps.store.table, job);
}

/** The latest snapshot's fingerprint as the present extractor makes it, so that like is compared with like. */
async function fingerprintNow(deps: WorkerDeps, article: Article): Promise<string> {
  if (article.latest.extractor === extractorVersion) return article.latest.fingerprint;
  const { metadata, text } = await reread(deps, article.id, article.latest);
  return fingerprint(metadata, text);
}

function validatorsOf(snapshot: Snapshot): Validators {
  const etag = header(snapshot.headers, 'etag');
  const lastModified = header(snapshot.headers, 'last-modified');
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

/** Deletes what a takedown left, and once more after 15 minutes, since a capture in flight may have added to it. */
async function purgeJob(deps: WorkerDeps, job: Job): Promise<void> {
  const { table } = deps.store;
  const tombstone = (await getKnown(table, job.id))?.tombstone;
  if (!tombstone) return removeDue(table, job);
  await purge(deps.store, job.id);
  const againMs = Date.parse(tombstone.takenDownAt) + purgeAgainMs;
  if (deps.now() < againMs) return moveDue(table, job, { kind: 'purge', id: job.id, dueAt: toIso(againMs), sends: 0 });
  await putTombstone(table, { ...tombstone, v: tombstone.v + 1, purgedAt: toIso(deps.now()) }, tombstone);
  deps.log({ event: 'purged', article: job.id });
  return removeDue(table, job);
}

/** Shows a capture as running once it takes longer than most. `stop` waits for a write that is under way. */
function showRunning(deps: WorkerDeps, capture: Capture): { stop(): Promise<void> } {
  let write: Promise<unknown> = Promise.resolve();
  const timer = setTimeout(() => {
    write = putUnfinished(deps.store.table, {
      ...capture,
      state: { status: 'running', nextAttemptAt: toIso(deps.now()), problem: null },
    });
    write.catch((error: unknown) => deps.log({ event: 'running not shown', url: capture.url, error }));
  }, deps.runningAfterMs ?? defaultRunningAfterMs);
  return {
    async stop() {
      clearTimeout(timer);
      await write.catch(() => undefined);
    },
  };
}

function isFinished(capture: Capture): boolean {
  return capture.state.status === 'succeeded' || capture.state.status === 'failed';
}

/** Milliseconds between marks, by name. */
function stopwatch(now: () => number): { mark(name: string): void; times(): Record<string, number> } {
  let lastMs = now();
  const times: Record<string, number> = {};
  return {
    mark(name) {
      times[name] = now() - lastMs;
      lastMs = now();
    },
    times: () => times,
  };
}
