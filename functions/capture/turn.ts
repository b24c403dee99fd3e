/** A job waits for its host's turn: for a moment here, for longer back in the queue. */

import type { ArticleUrl } from '../article/article-url.ts';
import { toIso } from '../article/times.ts';
import type { Problem } from '../problems.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { endWait, moveDue } from '../store/due.ts';
import { closedUntil, freeAt, reserveSlot, reserveSlotBefore } from '../store/hosts.ts';
import { type Job, jobMessage } from '../store/job.ts';
import { maxDelaySeconds } from '../store/queue.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { firstDueMs } from './request-capture.ts';

/** A slot this near is waited for; a later one sends the message back to the queue. */
const maxSlotWaitMs = 5000;

/** With enough fetches of its site under way, a job comes back after at least so long. */
const crowdedWaitMs = 10_000;

type SlotDeps = Pick<CaptureDeps, 'store' | 'queue' | 'pauseMs' | 'isCrowded' | 'hostPauseMs' | 'now' | 'sleep'>;

/**
 * All that comes before a job's fetch: null when it may be made now, the problem that forbids it, or `deferred` when the message
 * went back to the queue. `steps`: marked after robots.txt and after the turn.
 */
export async function awaitTurn(
  deps: SlotDeps & Pick<CaptureDeps, 'forbids'>,
  job: Job,
  url: ArticleUrl,
  steps?: Stopwatch,
): Promise<{ problem: Problem } | 'deferred' | null> {
  if (await giveWay(deps, job, url)) return 'deferred';
  const problem = await deps.forbids(url);
  if (problem) return { problem };
  steps?.mark('robots');
  if (await waitForSlot(deps, job, url)) return 'deferred';
  steps?.mark('slot');
  return null;
}

/** True when enough of its site is under way: the message was sent again, to come back when others have had their turn. */
async function giveWay(deps: SlotDeps, job: Job, url: ArticleUrl): Promise<boolean> {
  if (deps.hostPauseMs === 0 || !deps.isCrowded(url)) return false;
  const slotMs = await reserveSlot(deps.store.table, new URL(url).host, deps.hostPauseMs, deps.now());
  await backToQueue(deps, job, Math.max(slotMs, deps.now() + crowdedWaitMs));
  return true;
}

/**
 * True when the slot is too far off to wait for: the message was sent again, to come back shortly before it. Or when another
 * message has the job by now.
 */
export async function waitForSlot(deps: SlotDeps, job: Job, url: ArticleUrl): Promise<boolean> {
  const slotMs = await slotOf(deps, job, url);
  const waitMs = slotMs - deps.now();
  if (waitMs > maxSlotWaitMs) {
    await backToQueue(deps, job, slotMs);
    return true;
  }
  // Its turn has come: if it dies from here on, that counts, which it did not while it waited.
  if (job.slotMs !== undefined && !(await endWait(deps.store.table, job))) return true;
  if (waitMs > 0) await deps.sleep(waitMs);
  return giveWay(deps, job, url);
}

async function backToQueue({ store, queue, now }: SlotDeps, job: Job, slotMs: number): Promise<void> {
  const early = slotMs - now() - maxSlotWaitMs / 2;
  const delaySeconds = Math.min(maxDelaySeconds, Math.floor(early / 1000));
  const due = { kind: job.kind, id: job.id, dueAt: toIso(slotMs + firstDueMs), sends: job.sends, slotMs };
  // One that was sent again under another entry has a message for that.
  if (await moveDue(store.table, job, due)) await queue.send(jobMessage(due), delaySeconds);
}

/**
 * A redirect to another site is a fetch from it like any other, for which a turn that is near is waited for here. The problem
 * when it is not: the whole comes again then, and has taken no turn that it does not use.
 */
export async function turnOfHop(
  deps: Pick<SlotDeps, 'store' | 'now' | 'sleep'>,
  to: ArticleUrl,
  pause: number,
): Promise<Problem | null> {
  const { table } = deps.store;
  const { host } = new URL(to);
  if (pause === 0) return null;
  const nowMs = deps.now();
  const slotMs = await reserveSlotBefore(table, host, pause, nowMs, nowMs + maxSlotWaitMs);
  if (slotMs === null) {
    const detail = `it redirects to ${host}, for which others wait or which asked to be left alone`;
    const retryAfterMs = Math.max(pause, (await freeAt(table, host)) - nowMs);
    return { code: 'rate-limited', detail, retryAfterMs, isUnasked: true };
  }
  await deps.sleep(slotMs - nowMs);
  return null;
}

/**
 * The slot it has, or a new one: those that a sleeping machine missed would all be now, and a host asked by all at once, and
 * those of a host that asked to come back later would be too early.
 */
async function slotOf(deps: SlotDeps, job: Job, url: ArticleUrl): Promise<number> {
  const pause = await deps.pauseMs(url);
  const { table } = deps.store;
  const { host } = new URL(url);
  if (job.slotMs !== undefined && job.slotMs >= deps.now() - pause && (await closedUntil(table, host)) <= job.slotMs)
    return job.slotMs;
  return pause === 0 ? deps.now() : reserveSlot(table, host, pause, deps.now());
}
