/**
 * A scheduled re-check: conditional, and a snapshot is kept only when the story changed. It has no capture item: an
 * unchanged page costs the host's slot and the entry in DUE.
 */

import type { Article, Snapshot } from '../article/article.ts';
import { parseStoryUrl } from '../article/article-url.ts';
import { isHomePage } from '../article/norm.ts';
import { toIso, toTimestamp } from '../article/times.ts';
import { fingerprint, showsPage } from '../article/versions.ts';
import { minuteMs } from '../durations.ts';
import { extractorVersion } from '../extract/extractor-version.ts';
import type { Validators } from '../fetch/fetch-page.ts';
import { header } from '../fetch/headers.ts';
import { aboutProblem, type Problem } from '../problems.ts';
import { stopwatch } from '../stopwatch.ts';
import { getKnown } from '../store/articles.ts';
import { putDue, removeDue } from '../store/due.ts';
import { getFeed } from '../store/feeds.ts';
import type { Job } from '../store/job.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { metadataOf } from './incoming.ts';
import { readLed, reread, wantedOf } from './read-page.ts';
import { recheckLooks } from './recheck-looks.ts';
import { recheckAfterMs } from './recheck-times.ts';
import { goneBy, markBack, markRemoved } from './removed.ts';
import { savePage } from './save.ts';
import { awaitTurn } from './turn.ts';

/** A story that a site served is looked at again; what was handed in has no page that is known to be there. */
export async function scheduleFirstRecheck(deps: Pick<CaptureDeps, 'store' | 'now'>, article: Article): Promise<void> {
  if (article.latest.source === 'fetch') await scheduleNext(deps, article);
}

/** The next time at which it is due: the same for whoever schedules it twice. */
async function scheduleNext({ store, now }: Pick<CaptureDeps, 'store' | 'now'>, article: Article): Promise<void> {
  const feed = article.feed === null ? null : await getFeed(store.table, article.feed);
  const firstMs = Date.parse(article.firstArchivedAt);
  const times = [...(feed?.recheckMs ?? recheckAfterMs)].sort((a, b) => a - b).map((ms) => firstMs + ms);
  const next = times.find((ms) => ms > now() + minuteMs);
  if (next !== undefined) await putDue(store.table, { kind: 'recheck', id: article.id, dueAt: toIso(next), sends: 0 });
}

export async function recheckJob(deps: CaptureDeps, job: Job): Promise<void> {
  const article = (await getKnown(deps.store.table, job.id))?.article;
  if (!article) return removeDue(deps.store.table, job);
  const parsed = parseStoryUrl(article.url);
  if ('problem' in parsed) return removeDue(deps.store.table, job);
  const steps = stopwatch(deps.now);
  const turn = await awaitTurn(deps, job, parsed.url);
  if (turn === 'deferred') return;
  const asked = turn ?? (await deps.courtesy.ask(parsed.url, { validators: validatorsOf(article.latest) }));
  const result = 'page' in asked ? { ...asked, page: wantedOf(deps, asked.page) } : asked;
  const problem =
    'problem' in result
      ? result.problem
      : 'page' in result
        ? (onwardToCome(result.onward?.problem) ?? deps.unwanted(result.page))
        : null;
  if (problem) {
    deps.log({
      event: 'recheck failed',
      url: article.url,
      code: problem.code,
      detail: problem.detail,
      ms: steps.times(),
    });
    const says = goneBy(problem);
    if (says) await markRemoved(deps, article.id, says);
    // The sweeper has moved the entry on and will send it again, up to its limit: of a re-check all starts count.
    await scheduleNext(deps, article);
    return aboutProblem(problem.code).retry ? undefined : removeDue(deps.store.table, job);
  }
  let changed = false;
  const captureId = `${job.id}.${toTimestamp(Date.parse(job.dueAt))}`;
  const isHome = 'page' in result && isHomePage(result.page.finalUrl) && !isHomePage(article.url);
  // What answers at the home page now says nothing of the story, but that it is gone.
  if (isHome) await markRemoved(deps, article.id, 'home');
  else if ('page' in result) {
    const page = await readLed(deps, { id: captureId, submitted: null, origin: null }, result.page);
    changed =
      (await fingerprintNow(deps, article)) !==
      fingerprint(metadataOf(page.extraction.extracted, page.fetchedAtMs), page.extraction.extracted.text);
    if (changed)
      await savePage(deps.store, page, { reread: (id, snapshot) => reread(deps, id, snapshot), ifChanged: true });
  }
  // What was saved says by itself whether the page is back; what is as it was is what the latest snapshot is.
  if (!changed && !isHome && article.removedAt !== null && showsPage(article.latest)) await markBack(deps, article.id);
  if (!isHome) await recheckLooks(deps, article.id, { captureId, page: 'page' in result ? result.page : null });
  deps.log({ event: 'rechecked', url: article.url, article: article.id, changed, ms: steps.times() });
  await scheduleNext(deps, article);
  await removeDue(deps.store.table, job);
}

/** Why the page that this one leads to could not be had, when it may be another time. */
function onwardToCome(problem: Problem | undefined): Problem | null {
  return problem && aboutProblem(problem.code).retry ? problem : null;
}

/** The latest snapshot's fingerprint as the present extractor makes it, so that like is compared with like. */
async function fingerprintNow(deps: CaptureDeps, article: Article): Promise<string> {
  if (article.latest.extractor === extractorVersion) return article.latest.fingerprint;
  const { metadata, text } = await reread(deps, article.id, article.latest);
  return fingerprint(metadata, text);
}

function validatorsOf(snapshot: Snapshot): Validators {
  const etag = header(snapshot.headers, 'etag');
  const lastModified = header(snapshot.headers, 'last-modified');
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}
