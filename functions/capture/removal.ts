/**
 * Removals: an article that nobody wanted is hidden at once and deleted a day later. Unlike a takedown it keeps nothing out: whoever posts
 * its URL brings it back. A feed does not, which knows the URL as archived.
 */
import { decodeTime } from 'ulid';
import type { Article, Removed } from '../article/article.ts';
import { toIso } from '../article/times.ts';
import { dayMs } from '../durations.ts';
import { type Problem, ProblemError } from '../problems.ts';
import { forgetRemoved, getKnown, hideArticle, purge, type Store, showArticle } from '../store/articles.ts';
import { moveDue, removeDue } from '../store/due.ts';
import { enqueue } from '../store/enqueue.ts';
import type { Job } from '../store/job.ts';
import type { CaptureDeps } from './capture-deps.ts';
import type { CapturedPage } from './incoming.ts';
import type { Requests } from './request-capture.ts';

/** So long a removal can be undone. */
export const undoWithinMs = dayMs;
/** Lost compare-and-sets in a row before giving up. */
const maxRounds = 10;

/** What is due first, then the article out of sight: the sweeper deletes it whatever happens after. */
export async function removeArticle({ store, queue, now }: Requests, id: string): Promise<void> {
  const hiddenAt = toIso(now());
  const due = { kind: 'purge', id, dueAt: toIso(now() + undoWithinMs), sends: 0 } as const;
  for (let round = 0; round < maxRounds; round++) {
    const known = await getKnown(store.table, id);
    if (!known) throw new ProblemError('unknown-article', `no article has the id ${id}`);
    if (known.tombstone)
      throw new ProblemError('taken-down', `the article was taken down at ${known.tombstone.takenDownAt}`);
    if (known.removed) return;
    const article = known.article ?? known.joined.article;
    const hide = () => hideArticle(store.table, article, { hiddenAt });
    if (await enqueue({ store, queue }, [{ due, isSent: false }], hide)) return;
  }
  throw new ProblemError('conflict', 'send the request again');
}

/** Brings a removed article back whole, as long as it is there. */
export async function undoRemoval(store: Store, id: string): Promise<Article> {
  const removed = (await getKnown(store.table, id))?.removed;
  if (!removed) throw new ProblemError('invalid-request', 'the article is not removed');
  if (!removed.article) throw new ProblemError('removed', `${removedProblem(removed).detail}; its content is deleted`);
  const shown = await showArticle(store.table, removed.article);
  if (!shown) throw new ProblemError('conflict', 'send the request again');
  return shown;
}

export function removedProblem({ id, hiddenAt }: Removed): Problem {
  return {
    code: 'removed',
    detail: `the article ${id} was removed at ${hiddenAt}; PATCH it with {"removed": false} within a day to undo that, or post its URL`,
  };
}

/** Whether this capture was asked for by somebody who knew of the removal: not by a feed, and not before it. */
export function bringsBack({ captureId, origin, source }: CapturedPage, { hiddenAt }: Removed): boolean {
  const ulid = /\.([0-9A-HJKMNP-TV-Z]{26})(\+entry)?$/.exec(captureId)?.[1];
  // What is imported is asked for as it comes.
  if (source === 'document' || source === 'warc') return true;
  // A re-check has no time at which it was asked for.
  return source !== 'feed' && origin.feed === null && ulid !== undefined && decodeTime(ulid) >= Date.parse(hiddenAt);
}

/** Deletes what a removal left, a day after it. */
export async function purgeRemoved(deps: CaptureDeps, job: Job, removed: Removed): Promise<void> {
  const { store, now } = deps;
  const { table } = store;
  const atMs = Date.parse(removed.hiddenAt) + undoWithinMs;
  if (removed.purgedAt !== null) return removeDue(table, job);
  if (now() < atMs) {
    await moveDue(table, job, { kind: 'purge', id: job.id, dueAt: toIso(atMs), sends: 0 });
    return;
  }
  // First it can be shown no more; then nothing can be put under its id until all is gone.
  const left = removed.article === null ? removed : await forgetRemoved(table, removed, null);
  if (left === null) return;
  await purge(store, job.id);
  if (!(await forgetRemoved(table, left, toIso(now())))) return;
  deps.log({ event: 'removed article deleted', article: job.id });
  return removeDue(table, job);
}
