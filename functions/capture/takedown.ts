/** Takedowns: the article becomes a stone that keeps its URLs out, what it held is deleted twice, and an admin may lift it. */

import type { Tombstone } from '../article/article.ts';
import { toIso } from '../article/times.ts';
import { type Problem, ProblemError } from '../problems.ts';
import { getKnown, liftTombstone, purge, putTombstone, type Store, takeDownArticle } from '../store/articles.ts';
import { removeFailedSubmitted } from '../store/captures.ts';
import { moveDue, removeDue } from '../store/due.ts';
import { enqueue, mayStillCome } from '../store/enqueue.ts';
import type { Job } from '../store/job.ts';
import { putTakedowns, removeTakedowns } from '../store/takedowns.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { purgeRemoved } from './removal.ts';
import { firstDueMs, type Requests } from './request-capture.ts';
import { tracesOf } from './takedown-traces.ts';

/** A takedown is purged again this long after, against captures that were in flight. */
export const purgeAgainMs = 900_000;
/** Somebody who writes the same article at the same moment as we, this often in a row, is no coincidence. */
const maxRounds = 10;

/** What is due first, then the stone, then the message: whatever happens after the stone, the sweeper finishes the purge. */
export async function takeDown({ store, queue, now }: Requests, id: string): Promise<void> {
  const takenDownAt = toIso(now());
  const due = { kind: 'purge', id, dueAt: toIso(now() + firstDueMs), sends: 1 } as const;
  for (let round = 0; round < maxRounds; round++) {
    const known = await getKnown(store.table, id);
    if (!known) throw new ProblemError('unknown-article', `no article has the id ${id}`);
    if (known.tombstone) return;
    const article = known.article ?? known.joined?.article ?? known.removed?.article ?? null;
    if (!article) throw new ProblemError('removed', 'the article was removed, and its content is deleted');
    // Of one story both go, whichever was asked for. Those that were joined to it first, since the tombstone has no words of them.
    for (const other of article.joined) await takeDownJoined({ store, queue, now }, other, id);
    const keys = await tracesOf(store, article);
    const stone = { takenDownAt, keys, isIndexed: known.article !== null };
    const write = async () => {
      await putTakedowns(store.table, keys, id);
      return takeDownArticle(store.table, article, stone);
    };
    if (!(await enqueue({ store, queue }, [{ due }], write))) continue;
    if (known.joined) await takeDown({ store, queue, now }, known.joined.into);
    return;
  }
  throw new ProblemError('conflict', 'send the request again');
}

/** An article that says that it was joined to another one, unless somebody has undone that. */
async function takeDownJoined(requests: Requests, id: string, into: string): Promise<void> {
  const joined = (await getKnown(requests.store.table, id))?.joined;
  if (joined?.into === into) await takeDown(requests, id);
}

/** Why a URL of the article is not archived, in the same words whoever finds out: the API at once, the worker after a redirect. */
export function takenDownProblem({ id, takenDownAt }: Tombstone): Problem {
  return {
    code: 'taken-down',
    detail: `the article ${id} was taken down at ${takenDownAt}; PATCH it with {"takenDown": false} to lift that`,
  };
}

/** The article starts anew with the next capture of one of its URLs; only its counts go on. */
export async function liftTakedown(store: Store, id: string): Promise<void> {
  const known = await getKnown(store.table, id);
  if (!known) throw new ProblemError('unknown-article', `no article has the id ${id}`);
  if (!known.tombstone) throw new ProblemError('invalid-request', 'the article is not taken down');
  if (known.tombstone.purgedAt === null)
    throw new ProblemError(
      'takedown-in-progress',
      'the content of the article is still being deleted; try again 15 minutes after the takedown',
    );
  await removeTakedowns(store.table, known.tombstone.keys, id);
  if (!(await liftTombstone(store.table, known.tombstone)))
    throw new ProblemError('conflict', 'send the request again');
}

/** Deletes what a takedown left, and once more after 15 minutes, since a capture in flight may have added to it. */
export async function purgeJob(deps: CaptureDeps, job: Job): Promise<void> {
  const { table } = deps.store;
  const known = await getKnown(table, job.id);
  if (known?.removed) return purgeRemoved(deps, job, known.removed);
  const tombstone = known?.tombstone;
  if (!tombstone && mayStillCome(job)) return;
  // Once it is purged it may be lifted at any moment, and what is there then is of the next life.
  if (!tombstone || tombstone.purgedAt !== null) return removeDue(table, job);
  await purge(deps.store, job.id);
  // A capture that failed keeps its bytes, which are of this story too.
  await removeFailedSubmitted(table, deps.store.bucket, tombstone.urlHash);
  const againMs = Date.parse(tombstone.takenDownAt) + purgeAgainMs;
  if (deps.now() < againMs) {
    await moveDue(table, job, { kind: 'purge', id: job.id, dueAt: toIso(againMs), sends: 0 });
    return;
  }
  await putTombstone(table, { ...tombstone, v: tombstone.v + 1, purgedAt: toIso(deps.now()) }, tombstone);
  deps.log({ event: 'purged', article: job.id });
  return removeDue(table, job);
}
