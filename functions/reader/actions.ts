/** What the forms of the pages do, each answered with a redirect to a page that shows it. */

import type { Context } from 'hono';
import * as v from 'valibot';
import { joinTags } from '../article/article.ts';
import { parseStoryUrl } from '../article/article-url.ts';
import { dayStart } from '../article/time-zone.ts';
import { removeArticle, undoRemoval } from '../capture/removal.ts';
import { noWishes, requestBatch } from '../capture/request-capture.ts';
import { retryCapture } from '../capture/retry-capture.ts';
import { requireKeyAgain } from '../http/access.ts';
import { changeArticle, corrected } from '../http/article.ts';
import { findArticle } from '../http/find-article.ts';
import * as schemas from '../http/schemas.ts';
import { ProblemError } from '../problems.ts';
import { getBatch, getCapture, getCaptures } from '../store/captures.ts';
import { dismiss, takeBackDismissal } from '../store/dismissed.ts';
import { tagsIn } from './addresses.ts';
import { type Form, formOf } from './answers.ts';
import type { ReaderDeps } from './reader-deps.ts';
import { isDay } from './zone.ts';

export async function changeTags(deps: ReaderDeps, id: string, { add = '', drop }: Form): Promise<void> {
  const added = tagsIn(add);
  await changeArticle(deps.store, id, (before) => {
    const tags = joinTags(
      before.tags.filter((tag) => tag !== drop),
      added,
    );
    return corrected(before, { tags }, deps.now());
  });
}

export async function correct(
  deps: ReaderDeps,
  id: string,
  { form, zone }: { form: Form; zone: string },
): Promise<void> {
  const before = await findArticle(deps.store.table, id);
  const title = form.title?.trim();
  const publishedAt = form.publishedAt ? momentOf(form.publishedAt, zone) : undefined;
  const isSameTime =
    publishedAt === undefined ||
    sameMinute(
      publishedAt,
      before.corrections.publishedAt ?? before.publishedAt ?? before.entry?.publishedAt ?? before.firstArchivedAt,
    );
  const shown = before.corrections.title ?? before.title ?? '';
  const changes = form.reset
    ? { title: null, publishedAt: null }
    : {
        ...(title && title !== shown.slice(0, 499) ? { title } : {}),
        ...(isSameTime ? {} : { publishedAt }),
        ...(form.note === undefined ? {} : { note: form.note }),
      };
  const parsed = v.safeParse(schemas.patchBody, changes);
  if (!parsed.success) throw new ProblemError('invalid-request', parsed.issues[0].message);
  await changeArticle(deps.store, id, (article) => corrected(article, parsed.output, deps.now()));
}

/** `2026-11-26T21:45` by the clock of a zone -> RFC 3339 UTC. */
function momentOf(text: string, zone: string): string {
  const [, day, hours, minutes] = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?$/.exec(text) ?? [];
  if (!isDay(day)) throw new ProblemError('invalid-request', 'field "publishedAt": write a time as 2026-11-26T21:45');
  return new Date(dayStart(day, zone) + (Number(hours) * 60 + Number(minutes)) * 60_000).toISOString();
}

function sameMinute(a: string, b: string): boolean {
  return Math.floor(Date.parse(a) / 60_000) === Math.floor(Date.parse(b) / 60_000);
}

/** Looks at the page again: a batch of one, which its page shows. */
export async function lookAgain(deps: ReaderDeps, id: string): Promise<string> {
  const { url } = await findArticle(deps.store.table, id);
  const parsed = parseStoryUrl(url);
  if ('problem' in parsed) throw new ProblemError(parsed.problem.code, parsed.problem.detail);
  return (await requestBatch(deps, [{ url: parsed.url, wishes: noWishes }])).batch;
}

export async function remove(c: Context, deps: ReaderDeps, id: string): Promise<void> {
  await requireKeyAgain(c, deps.store.table, (await formOf(c)).key);
  await removeArticle(deps, id);
}

export async function undo(c: Context, deps: ReaderDeps, id: string): Promise<void> {
  await requireKeyAgain(c, deps.store.table, (await formOf(c)).key);
  await undoRemoval(deps.store, id);
}

/** Tries a failed capture of a batch again, or all of them. */
export async function retry(deps: ReaderDeps, batch: string, { capture, all }: Form): Promise<void> {
  const ids = await getBatch(deps.store.table, batch);
  if (!ids) throw new ProblemError('unknown-batch', 'batches are kept for 30 days');
  const wanted = all ? ids : ids.filter((id) => id === capture);
  for (const one of await getCaptures(deps.store.table, wanted))
    if (one.state.status === 'failed') await retryCapture(deps, one);
}

/** What the buttons of the page of attention do. */
export async function attend(deps: ReaderDeps, { capture, dismissed, back }: Form): Promise<void> {
  const { table } = deps.store;
  if (dismissed) await dismiss(table, dismissed);
  if (back) await takeBackDismissal(table, back);
  const failed = capture && /^[\w-]{22}\.[0-9A-Z]{26}$/.test(capture) ? await getCapture(table, capture) : null;
  if (failed) await retryCapture(deps, failed);
}
