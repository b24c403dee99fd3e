/** One attempt at a capture: its bytes, from the site or from the bucket, read and saved. Says how it ended and settles nothing. */

import { parseStoryUrl } from '../article/article-url.ts';
import { routeOf } from '../article/norm.ts';
import type { FetchedPage } from '../fetch/fetch-page.ts';
import { notKept } from '../fetch/html-check.ts';
import type { Problem } from '../problems.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { type Capture, type PendingCapture, submittedObject } from '../store/captures.ts';
import type { Job } from '../store/job.ts';
import { nextAttempt } from './attempts.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { fallbackId } from './captured-article.ts';
import type { Saved } from './commit.ts';
import type { CapturedPage } from './incoming.ts';
import { needsBrowser } from './needs-browser.ts';
import type { Extraction } from './page-reader.ts';
import { readLed, readPage, reread, wantedOf } from './read-page.ts';
import { removedProblem } from './removal.ts';
import { savePage } from './save.ts';
import { takenDownProblem } from './takedown.ts';
import { awaitTurn } from './turn.ts';

export type SavedPage = Extract<Saved, { status: 'saved' }>;

/**
 * `deferred`: it waits for its turn, or another message has it. `alsoRetry`: the text that the feed carries is safe, and this is why its
 * page could not be had; it may still be.
 */
export type Outcome =
  | { deferred: true }
  | { saved: SavedPage; extraction: Extraction | null; alsoRetry: Problem | null }
  | { problem: Problem };

export async function tryCapture(
  deps: CaptureDeps,
  { job, capture }: { job: Job; capture: PendingCapture },
  steps: Stopwatch,
): Promise<Outcome> {
  const isHeld = capture.submitted !== null && capture.submitted.role !== 'fallback';
  const got = isHeld ? await readSubmitted(deps, capture) : await fetchInTurn(deps, job, capture);
  if ('deferred' in got) return got;
  steps.mark('fetch');
  const pages = 'page' in got ? [await readLed(deps, capture, got.page)] : [];
  const isStory = pages[0]?.extraction.extracted.kind === 'article';
  if (capture.submitted?.role === 'fallback' && !isStory) pages.push(...(await readFallback(deps, capture)));
  steps.mark('extract');
  const saved = await saveAll(deps, pages);
  steps.mark('save');
  const problem = 'problem' in got ? got.problem : null;
  if (saved?.status === 'taken-down') return { problem: takenDownProblem(saved.tombstone) };
  if (saved?.status === 'removed') return { problem: removedProblem(saved.removed) };
  if (saved) return { saved, extraction: pages.at(-1)?.extraction ?? null, alsoRetry: problem };
  if (problem) return { problem };
  throw new Error(`the capture ${capture.id} gave neither a page nor a problem`);
}

/** What came of the last; a takedown ends it. */
async function saveAll(deps: CaptureDeps, pages: CapturedPage[]): Promise<Saved | null> {
  let saved: Saved | null = null;
  for (const page of pages) {
    saved = await savePage(deps.store, page, { reread: (id, snapshot) => reread(deps, id, snapshot) });
    if (saved.status !== 'saved') break;
  }
  return saved;
}

type Got = { page: FetchedPage } | { problem: Problem };

async function fetchInTurn(deps: CaptureDeps, job: Job, capture: Capture): Promise<Got | { deferred: true }> {
  const { url } = capture;
  const parsed = parseStoryUrl(url);
  if ('problem' in parsed) return parsed;
  if (routeOf(url)) return { problem: needsBrowser(url) };
  const turn = await awaitTurn(deps, job, parsed.url);
  if (turn === 'deferred') return { deferred: true };
  if (turn) return turn;
  const result = await deps.courtesy.ask(parsed.url, {});
  if ('notModified' in result)
    return { problem: { code: 'bad-response', detail: 'the site answered 304 to a request without conditions' } };
  if ('problem' in result) return result;
  // A page that leads on says little itself: it is kept when nothing more will come of it.
  const { onward } = result;
  if (onward && nextAttempt(capture, onward.problem, deps.now())) return onward;
  const page = wantedOf(deps, result.page);
  const problem = deps.unwanted(page);
  return problem ? { problem } : { page };
}

/** The text that the feed carries, as a capture of its own beside that of the page; none when it is stored no longer. */
async function readFallback(deps: CaptureDeps, capture: Capture): Promise<CapturedPage[]> {
  const got = await readSubmitted(deps, capture);
  if ('problem' in got) return [];
  return [{ ...(await readPage(deps, capture, got.page)), captureId: fallbackId(capture), source: 'feed' }];
}

async function readSubmitted(deps: CaptureDeps, capture: Capture): Promise<Got> {
  const object = await deps.store.bucket.get(submittedObject(capture.id));
  if (!capture.submitted) throw new Error(`no bytes came with ${capture.id}`);
  if (!object)
    return { problem: { code: 'bytes-gone', detail: 'a takedown deleted them, or 30 days; send them again' } };
  const { contentType, capturedAt, role } = capture.submitted;
  const problem = role === 'page' ? notKept(object.bytes, contentType) : null;
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
