/** `POST /articles`: one URL, many, or a page that the client holds -> captures, and their outcome if it comes in time. */

import { type Context, Hono } from 'hono';
import type * as v from 'valibot';
import { type Article, joinTags } from '../article/article.ts';
import type { ArticleUrl } from '../article/article-url.ts';
import { parseStoryUrl } from '../article/article-url.ts';
import { routeOf, urlHash } from '../article/norm.ts';
import { toIso } from '../article/times.ts';
import { lookUp } from '../capture/captured-article.ts';
import { needsBrowser } from '../capture/needs-browser.ts';
import { isPending } from '../capture/plan.ts';
import {
  type ManyRequests,
  requestBatch,
  requestCapture,
  requestSubmitted,
  type Wishes,
  waitsForRetry,
} from '../capture/request-capture.ts';
import { takenDownProblem } from '../capture/takedown.ts';
import { takedownsOf } from '../capture/takedown-traces.ts';
import { minuteMs } from '../durations.ts';
import { ProblemError } from '../problems.ts';
import { archivedAt } from '../store/aliases.ts';
import { getKnown, putArticle } from '../store/articles.ts';
import { type Capture, getCapture } from '../store/captures.ts';
import { getFollowedOne } from '../store/followed.ts';
import type { Table } from '../store/table.ts';
import { describe } from './describe.ts';
import { readPrefer } from './prefer.ts';
import { problemBody, problemResponse } from './problem-response.ts';
import { isForm, savedPage, unpacked } from './saved-page.ts';
import * as schemas from './schemas.ts';
import { uploadObject } from './uploads.ts';
import { jsonBody, noQuery } from './validate.ts';
import { articleView, captureView, snapshotUrl } from './views.ts';

export type PostDeps = ManyRequests & { sleep: (ms: number) => Promise<void> };

/** The clocks of clients are ahead by up to so much; what they say then is taken as now. */
const furthestAheadMs = 10 * minuteMs;

/** The first look comes soon, since most captures of a quick site are done in a tenth of a second; later ones grow rarer. */
const firstPollMs = 15;
const pollGrowth = 1.25;
const longestPollMs = 500;

export function postArticles(deps: PostDeps): Hono {
  return new Hono().post(
    '/',
    describe(
      'Archive a URL, several URLs, or a page that you hold',
      {
        200: {
          description: 'The article was known; `snapshot` says whether its bytes are new',
          schema: schemas.posted,
        },
        201: { description: 'A new article, with its first snapshot', schema: schemas.posted },
        202: {
          description: 'The capture, if it is not done in time or will be tried again. For `urls`: the batch',
          schema: schemas.accepted,
        },
      },
      [
        'invalid-json',
        'invalid-request',
        'body-too-large',
        'unsupported-media-type',
        'url-refused',
        'needs-browser',
        'conflict',
        'blocked-by-robots',
        'not-found',
        'gone',
        'access-denied',
        'http-error',
        ['taken-down', 409],
        ['removed', 409],
        'too-many-redirects',
        'not-html',
        'empty-page',
        'too-large',
        'dns',
        'tls',
        'bytes-gone',
        'worker-lost',
      ],
      schemas.postBody,
      ['application/json', 'multipart/form-data'],
    ),
    noQuery,
    async (c) => {
      if (isForm(c)) return answerSaved(c, deps);
      const body = await jsonBody(c, (sent) =>
        'urls' in sent
          ? schemas.batchBody
          : 'html' in sent
            ? schemas.submitBody
            : 'upload' in sent
              ? schemas.uploadedBody
              : schemas.urlBody,
      );
      const wishes = { tags: [...new Set(body.tags ?? [])], note: body.note || null, pictures: body.pictures };
      if ('urls' in body) return acceptBatch(c, deps, { texts: body.urls, wishes });
      const url = articleUrl(body.url);
      if ('html' in body) {
        return answer(
          c,
          deps,
          await requestSubmitted(deps, url, {
            html: body.html,
            contentType: asUtf8(body.contentType),
            capturedAt: pastTime(body.capturedAt, deps.now()),
            wishes,
          }),
        );
      }
      if ('upload' in body) return answer(c, deps, await requestUploaded(deps, url, { ...body, wishes }));
      if (body.ifNotArchivedWithin !== undefined) {
        const found = await storedWithin(deps, url, body.ifNotArchivedWithin);
        const stored = found && (await withWishes(deps.store.table, found, wishes));
        if (stored)
          return c.json(
            {
              ...articleView(stored),
              snapshot: 'stored',
              snapshotUrl: snapshotUrl(stored.id, stored.latest.timestamp),
            },
            200,
          );
      }
      if (routeOf(url)) throw new ProblemError('needs-browser', needsBrowser(url).detail);
      await refuseIfTakenDown(deps, url);
      return answer(c, deps, await requestCapture(deps, url, wishes));
    },
  );
}

/**
 * What a browser saved is kept by then, whatever becomes of the capture: its program takes 202 for a fault, or for no answer at all.
 */
async function answerSaved(c: Context, deps: PostDeps): Promise<Response> {
  const { url, bytes, contentType } = await savedPage(c);
  const page = { html: bytes, contentType, capturedAt: toIso(deps.now()) };
  const answered = await answer(c, deps, await requestSubmitted(deps, articleUrl(url), page));
  return answered.status === 202 ? new Response(answered.body, { status: 201, headers: answered.headers }) : answered;
}

/** The page that was put where `POST /uploads` said; from then on the capture has its bytes. */
async function requestUploaded(
  deps: PostDeps,
  url: ArticleUrl,
  { upload, contentType, capturedAt, wishes }: v.InferOutput<typeof schemas.uploadedBody> & { wishes: Wishes },
): Promise<Capture> {
  const key = uploadObject(upload);
  const object = await deps.store.bucket.get(key);
  if (!object)
    throw new ProblemError('bytes-gone', `no bytes are at ${upload}: put them first, and send this within a day`);
  const html = await unpacked(object.bytes);
  const page = { html, contentType: contentType ?? 'text/html', capturedAt: pastTime(capturedAt, deps.now()), wishes };
  const capture = await requestSubmitted(deps, url, page);
  await deps.store.bucket.remove(key);
  return capture;
}

async function acceptBatch(
  c: Context,
  deps: PostDeps,
  { texts, wishes }: { texts: string[]; wishes: Wishes },
): Promise<Response> {
  const parsed = texts.map((text) => ({ text, result: parseFetchable(text) }));
  const urls = parsed.flatMap(({ result }) => ('url' in result ? [result.url] : []));
  const asked = urls.map((url) => ({ url, wishes }));
  const { batch, captures } = await requestBatch(deps, asked);
  let next = 0;
  const items = parsed.map(({ text, result }) =>
    'url' in result
      ? { url: text, capture: captures[next++]?.id }
      : { url: text, problem: problemBody(result.problem) },
  );
  return c.json({ batch, items }, 202, { location: `/captures?batch=${batch}` });
}

/** Waits for the capture as long as the client prefers (RFC 7240), then says how it stands. */
async function answer(c: Context, deps: PostDeps, capture: Capture): Promise<Response> {
  const { waitMs, applied } = readPrefer(c.req.header('prefer'));
  c.header('preference-applied', applied);
  const latest = await waitFor(deps, capture, waitMs);
  const { state } = latest;
  switch (state.status) {
    case 'succeeded': {
      const article = (await getFollowedOne(deps.store.table, state.article))?.known.article;
      if (!article) throw new ProblemError('taken-down', 'the article was taken down meanwhile', {}, 409);
      const view = {
        ...articleView(article),
        snapshot: state.snapshot,
        snapshotUrl: snapshotUrl(article.id, state.timestamp),
      };
      return state.snapshot === 'first'
        ? c.json(view, 201, { location: `/articles/${article.id}` })
        : c.json(view, 200);
    }
    case 'failed': {
      const article = state.article ? (await getKnown(deps.store.table, state.article))?.article : null;
      const extra = { capture: `/captures/${capture.id}`, ...(article ? { article: articleView(article) } : {}) };
      return problemResponse(c, {
        problem: state.problem,
        extra,
        status: ['taken-down', 'removed'].includes(state.problem.code) ? 409 : undefined,
      });
    }
    default:
      return c.json(captureView(latest), 202, { location: `/captures/${capture.id}` });
  }
}

/** The capture once it is finished, or has failed an attempt that was under way, or the time is up. */
async function waitFor(deps: PostDeps, capture: Capture, waitMs: number): Promise<Capture> {
  const until = deps.now() + waitMs;
  let latest = capture;
  let pauseMs = firstPollMs;
  while (isUnderWay(latest, capture) && deps.now() + pauseMs <= until) {
    await deps.sleep(pauseMs);
    pauseMs = Math.min(pauseMs * pollGrowth, longestPollMs);
    latest = (await getCapture(deps.store.table, capture.id)) ?? latest;
  }
  return latest;
}

/** A capture that failed before we asked is under way when that made its next attempt come now. */
function isUnderWay(latest: Capture, asked: Capture): boolean {
  if (!isPending(latest)) return false;
  const failed = latest.state.status === 'queued' && latest.state.problem !== null;
  return !failed || (latest.attempts === asked.attempts && waitsForRetry(asked));
}

async function storedWithin(deps: PostDeps, url: ArticleUrl, withinMs: number): Promise<Article | null> {
  const found = await lookUp(deps.store.table, url);
  const article = found?.by === 'direct' ? found.known.article : null;
  return article && deps.now() - Date.parse(article.lastArchivedAt) < withinMs ? article : null;
}

/** Spares a site the fetch of what would not be kept. The worker looks again: a redirect may lead to such an article. */
async function refuseIfTakenDown(deps: PostDeps, url: ArticleUrl): Promise<void> {
  const { table } = deps.store;
  // By a page that was served there: what another page named as its canonical URL was never fetched.
  const id = await archivedAt(table, urlHash(url));
  const [traced] = await takedownsOf(table, { urls: [url], site: '', textId: null });
  for (const stone of [id, traced]) {
    const tombstone = stone ? (await getKnown(table, stone))?.tombstone : null;
    if (!tombstone) continue;
    const { code, detail } = takenDownProblem(tombstone);
    throw new ProblemError(code, detail, {}, 409);
  }
}

/** What is fetched: a URL without a route. */
function parseFetchable(text: string): ReturnType<typeof parseStoryUrl> {
  const parsed = parseStoryUrl(text);
  return 'url' in parsed && routeOf(parsed.url) ? { problem: needsBrowser(parsed.url) } : parsed;
}

/** The stored article with the tags and the note of a request that needs no capture. */
async function withWishes(table: Table, article: Article, { tags, note }: Wishes): Promise<Article> {
  if (tags.length === 0 && note === null) return article;
  const wished = {
    ...article,
    tags: joinTags(article.tags, tags),
    note: note ?? article.note,
  };
  const put = await putArticle(table, wished, article);
  if (!put) throw new ProblemError('conflict', 'send the request again');
  return put;
}

function articleUrl(text: string): ArticleUrl {
  const parsed = parseStoryUrl(text);
  if ('problem' in parsed) throw new ProblemError(parsed.problem.code, parsed.problem.detail);
  return parsed.url;
}

/** JSON is Unicode, so whatever charset the page declared, it reaches us as UTF-8. */
function asUtf8(contentType: string | undefined): string {
  return `${contentType?.split(';', 1)[0]?.trim() || 'text/html'}; charset=utf-8`;
}

function pastTime(capturedAt: string | undefined, nowMs: number): string {
  if (capturedAt === undefined) return toIso(nowMs);
  if (Date.parse(capturedAt) > nowMs + furthestAheadMs)
    throw new ProblemError('invalid-request', 'field "capturedAt": the time is in the future');
  return Date.parse(capturedAt) > nowMs ? toIso(nowMs) : capturedAt;
}
