/**
 * One poll of a feed, from message to the next one being due: fetch it if it changed, find it if a home page was given, read it,
 * and have captured what is new.
 */
import { type ArticleUrl, parseArticleUrl } from '../article/article-url.ts';
import { urlHash } from '../article/norm.ts';
import { toIso } from '../article/times.ts';
import { awaitTurn } from '../capture/turn.ts';
import type { Problem } from '../problems.ts';
import { stopwatch } from '../stopwatch.ts';
import { hasDue, isSameEntry, putDue, removeDue } from '../store/due.ts';
import { mayStillCome } from '../store/enqueue.ts';
import {
  changeFeed,
  claimFeedUrl,
  type FollowedFeed,
  feedOfUrl,
  getFeed,
  pointFeedUrl,
  removeFeed,
} from '../store/feeds.ts';
import type { Job } from '../store/job.ts';
import { captureEntries } from './capture-entries.ts';
import type { Entry, Feed } from './feed.ts';
import { acceptFeed, type FoundFeed, findFeed, readFeed, readSitemaps } from './find-feed.ts';
import { firstHabit, habitAfter } from './habit.ts';
import type { PollDeps } from './poll-deps.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Failures in a row double the wait, up to this. */
const longestBackOffMs = dayMs;
/** What a feed asks to be left alone for is believed up to this. */
const longestHintMs = dayMs;
/** A message that comes this much before its time was meant for the poll before. */
const earlyMs = 1000;

export async function pollJob(deps: PollDeps, job: Job): Promise<void> {
  const { table } = deps.store;
  const feed = await getFeed(table, job.id);
  if (feed === null && mayStillCome(job)) return;
  // Followed no more, ended, or polled already by another message.
  if (feed === null || feed.nextPollAt === null || (await isOfEarlierPoll(deps, job, feed.id, feed.nextPollAt)))
    return removeDue(table, job);
  const parsed = parseArticleUrl(feed.url);
  if ('problem' in parsed) return endPoll(deps, { job, feed, outcome: { problem: parsed.problem } });
  const steps = stopwatch(deps.now);
  const turn = await awaitTurn(deps, job, parsed.url);
  if (turn === 'deferred') return;
  const outcome = turn ?? (await poll(deps, feed, parsed.url));
  steps.mark('poll');
  if ('duplicateOf' in outcome) {
    await pointFeedUrl(table, urlHash(feed.askedUrl), outcome.duplicateOf);
    await removeFeed(table, feed.id);
    return removeDue(table, job);
  }
  const added = 'read' in outcome ? await captureEntries(deps, feed, outcome.read.entries) : { fresh: 0, unusable: 0 };
  steps.mark('capture');
  await endPoll(deps, { job, feed, outcome, added });
  const problem = 'problem' in outcome ? outcome.problem : null;
  deps.log({
    event: problem ? 'poll failed' : 'polled',
    feed: feed.id,
    url: feed.url,
    ...(problem ? { code: problem.code, detail: problem.detail } : { new: added.fresh, changed: 'read' in outcome }),
    ms: steps.times(),
  });
}

/**
 * Whether a message is of a poll that has been made: the next one has its time later, and its own entry. Without that it is the next one
 * itself, by another clock than ours.
 */
async function isOfEarlierPoll(deps: PollDeps, job: Job, id: string, nextPollAt: string): Promise<boolean> {
  if (Date.parse(nextPollAt) <= deps.now() + earlyMs) return false;
  const next = { kind: 'poll', id, dueAt: nextPollAt } as const;
  return !isSameEntry(job, next) && hasDue(deps.store.table, next);
}

type Read = Feed & { fetched: FoundFeed['fetched']; others: FoundFeed['others'] };
type Outcome = { read: Read } | { notModified: true } | { problem: Problem } | { duplicateOf: string };

async function poll(deps: PollDeps, feed: FollowedFeed, url: ArticleUrl): Promise<Outcome> {
  // An index that is as it was says nothing of the sitemaps that it lists.
  const isIndex = feed.format === 'sitemap-index';
  const validators = {
    ...(feed.etag && !isIndex ? { etag: feed.etag } : {}),
    ...(feed.lastModified && !isIndex ? { lastModified: feed.lastModified } : {}),
  };
  const result = await deps.courtesy.ask(url, { validators, accept: acceptFeed });
  if (!('page' in result)) return result;
  if (result.onward) return { problem: result.onward.problem };
  const read = await readFeed(deps, result.page);
  // The first poll may have been given a page that only names its feed.
  const found = 'problem' in read && feed.format === null ? await findFeed(deps, result.page) : read;
  if ('problem' in found) return found;
  const { movedTo } = found.fetched;
  if (feed.format === null || movedTo !== feed.url) {
    const other = await claim(deps, movedTo, feed.id);
    // One that moves to where another is goes on beside it: both have articles by their names.
    if (other !== null && feed.format === null) return { duplicateOf: other };
  }
  const listed = found.feed.sitemaps.length > 0 ? await readSitemaps(deps, found.feed, found.fetched.url) : found.feed;
  if ('problem' in listed) return listed;
  return { read: { ...found.feed, fetched: found.fetched, others: found.others, entries: listed.entries } };
}

/**
 * Makes the address that is polled lead to this feed, the one that was asked for too: a follow that died before its claim was
 * perhaps repeated since. The feed that has it, if there is one.
 */
async function claim({ store: { table } }: PollDeps, url: string, id: string): Promise<string | null> {
  if (await claimFeedUrl(table, urlHash(url), id)) return null;
  const other = await feedOfUrl(table, urlHash(url));
  if (other !== null && (await getFeed(table, other))) return other;
  await pointFeedUrl(table, urlHash(url), id);
  return null;
}

/** The next poll is due before this one is done, so that a crash between polls twice and never stops polling. */
async function endPoll(
  deps: PollDeps,
  {
    job,
    feed,
    outcome,
    added = { fresh: 0, unusable: 0 },
  }: {
    job: Job;
    feed: FollowedFeed;
    outcome: Exclude<Outcome, { duplicateOf: string }>;
    added?: { fresh: number; unusable: number };
  },
): Promise<void> {
  const nowMs = deps.now();
  const after = (before: FollowedFeed): FollowedFeed => afterPoll(before, { outcome, added, nowMs });
  const { nextPollAt } = after(feed);
  if (nextPollAt !== null) await putDue(deps.store.table, { kind: 'poll', id: feed.id, dueAt: nextPollAt, sends: 0 });
  // Who made the same poll beside this one and was faster has told of it: failures in a row count once.
  await changeFeed(deps.store.table, feed.id, (before) =>
    before.nextPollAt === feed.nextPollAt ? { ...after(before), nextPollAt } : before,
  );
  await removeDue(deps.store.table, job);
}

/** What a poll says of its feed. Pure. */
export function afterPoll(
  feed: FollowedFeed,
  {
    outcome,
    added,
    nowMs,
  }: {
    outcome: { read: Read } | { notModified: true } | { problem: Problem };
    added: { fresh: number; unusable: number };
    nowMs: number;
  },
): FollowedFeed {
  const polled = { ...feed, lastPollAt: toIso(nowMs) };
  if ('problem' in outcome) {
    const { problem } = outcome;
    if (problem.isUnasked) {
      const waitMs = Math.max(feed.everyMs, Math.min(problem.retryAfterMs ?? 0, dayMs));
      return { ...polled, problem, nextPollAt: toIso(nowMs + waitMs) };
    }
    const failures = feed.failures + 1;
    if (problem.code === 'gone') return { ...polled, failures, problem, nextPollAt: null, endedAt: toIso(nowMs) };
    const backOffMs = Math.min(longestBackOffMs, feed.everyMs * 2 ** Math.min(failures - 1, 20));
    const waitMs = Math.max(feed.everyMs, backOffMs, Math.min(problem.retryAfterMs ?? 0, dayMs));
    return { ...polled, failures, problem, nextPollAt: toIso(nowMs + waitMs) };
  }
  const good = { ...polled, failures: 0, problem: null, lastSuccessAt: toIso(nowMs) };
  if ('notModified' in outcome) return { ...good, nextPollAt: toIso(nowMs + feed.everyMs) };
  const { fetched, format, title, url, entries, updateEveryMs, others } = outcome.read;
  const isFirst = feed.format === null;
  const first = isFirst ? firstHabit(publishedAtOf(entries), nowMs) : null;
  const lastMs = feed.lastNewEntryAt === null ? null : Date.parse(feed.lastNewEntryAt);
  // What a first poll finds is as old as it says.
  const freshMs = first?.lastMs ?? nowMs;
  const hintMs = Math.min(longestHintMs, Math.max(fetched.maxAgeMs, updateEveryMs ?? 0));
  return {
    ...good,
    url: fetched.movedTo,
    format,
    title: title ?? feed.title,
    siteUrl: url ?? feed.siteUrl,
    etag: fetched.etag,
    lastModified: fetched.lastModified,
    entries: entries.length,
    unusable: added.unusable,
    entriesSeen: feed.entriesSeen + added.fresh,
    lastNewEntryAt: added.fresh > 0 ? toIso(freshMs) : feed.lastNewEntryAt,
    habit: first?.habit ?? habitAfter(feed.habit, { ...added, lastMs, nowMs }),
    ...(isFirst && others ? { others } : {}),
    nextPollAt: toIso(nowMs + Math.max(feed.everyMs, hintMs)),
  };
}

function publishedAtOf(entries: Entry[]): (string | null)[] {
  return entries.map(({ publishedAt }) => publishedAt);
}
