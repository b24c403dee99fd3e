/** A URL that somebody wants followed -> a feed with its first poll due: what is due first, then the feed, then the message. */

import { ulid } from 'ulid';
import type { ArticleUrl } from '../article/article-url.ts';
import { siteOf, urlHash } from '../article/norm.ts';
import { toIso } from '../article/times.ts';
import { firstDueMs, type Requests } from '../capture/request-capture.ts';
import { hourMs } from '../durations.ts';
import { cutToBytes } from '../formats/tree.ts';
import type { Due } from '../store/due.ts';
import { enqueue } from '../store/enqueue.ts';
import {
  type CaptureMode,
  changeFeed,
  claimFeedUrl,
  createFeed,
  type FollowedFeed,
  feedOfUrl,
  freeFeedUrl,
  getFeed,
  removeFeed,
} from '../store/feeds.ts';
import type { Table } from '../store/table.ts';

export type FollowSettings = {
  name: string | null;
  tags: string[];
  everyMs: number;
  capture: CaptureMode;
  pictures?: FollowedFeed['pictures'];
  recheckMs: number[] | null;
  /** Followed, and not polled until somebody goes on with it. */
  isPaused?: boolean;
};

/** How a feed is followed of which nobody said how. */
export const usualSettings: FollowSettings = {
  name: null,
  tags: [],
  everyMs: hourMs,
  capture: 'page',
  recheckMs: null,
};

/** A job, a path of the API and the folder of an export take a hundred; this leaves room for what tells namesakes apart. */
const maxIdBytes = 90;
/** More namesakes than this are not counted through. */
const maxCounted = 9;

/** The feed, and whether it is new. A URL that is followed already gives that feed, as it is. */
export async function follow(
  deps: Requests,
  url: ArticleUrl,
  settings: FollowSettings,
): Promise<{ feed: FollowedFeed; isNew: boolean }> {
  const { table } = deps.store;
  for (;;) {
    const knownId = await feedOfUrl(table, urlHash(url));
    const known = knownId === null ? null : await getFeed(table, knownId);
    if (known) return { feed: known, isNew: false };
    // It led to a feed that is there no more.
    if (knownId !== null) await freeFeedUrl(table, urlHash(url), knownId);
    const feed = await create(deps, url, settings);
    if (feed) return { feed, isNew: true };
  }
}

/**
 * Polls it now, whatever its time. One whose poll is under way keeps its time: the captures of a poll are named by it, so that
 * two at once make the same. Null when there is no such feed.
 */
export async function pollNow(deps: Requests, id: string): Promise<FollowedFeed | null> {
  const nowMs = deps.now();
  let feed: FollowedFeed | null = null;
  await enqueue(deps, [{ due: pollDue(id, nowMs) }], async () => {
    feed = await changeFeed(deps.store.table, id, (before) => ({
      ...before,
      nextPollAt: before.nextPollAt !== null && before.nextPollAt < toIso(nowMs) ? before.nextPollAt : toIso(nowMs),
      endedAt: null,
      pausedAt: null,
    }));
    return feed !== null;
  });
  return feed;
}

/**
 * Polls it no more until `pollNow`. A poll that is under way ends, and plans no other, since its time is not the one that it read. Null when there
 * is no such feed.
 */
export async function pauseFeed({ store, now }: Requests, id: string): Promise<FollowedFeed | null> {
  return changeFeed(store.table, id, (before) => ({
    ...before,
    nextPollAt: null,
    pausedAt: before.pausedAt ?? toIso(now()),
  }));
}

export async function unfollow(deps: Requests, feed: FollowedFeed): Promise<void> {
  for (const url of [feed.url, feed.askedUrl]) await freeFeedUrl(deps.store.table, urlHash(url), feed.id);
  await removeFeed(deps.store.table, feed.id);
}

/** Null when another feed has the URL by now. */
async function create(deps: Requests, url: ArticleUrl, settings: FollowSettings): Promise<FollowedFeed | null> {
  const { table } = deps.store;
  const base = slug(settings.name ?? siteOf(url));
  const nowMs = deps.now();
  for (let n = 1; ; n++) {
    const suffix = n === 1 ? '' : `-${n <= maxCounted ? n : ulid(nowMs).slice(-8).toLowerCase()}`;
    const made = newFeed(base + suffix, { url, settings, nowMs });
    let feed: FollowedFeed | null = null;
    const isClaimed = await enqueue(deps, [{ due: pollDue(made.id, nowMs) }], async () => {
      feed = (await createFeed(table, made)) ? made : await unclaimed(table, made.id, url);
      return feed !== null && claimFeedUrl(table, urlHash(url), made.id);
    });
    if (isClaimed) return feed;
    if (feed === null) continue;
    await removeFeed(table, made.id);
    return null;
  }
}

/** One that a request made which died before it claimed the URL: its client asks again, and gets that. */
async function unclaimed(table: Table, id: string, url: ArticleUrl): Promise<FollowedFeed | null> {
  const there = await getFeed(table, id);
  return there?.askedUrl === url ? there : null;
}

function pollDue(id: string, nowMs: number): Due {
  return { kind: 'poll', id, dueAt: toIso(nowMs + firstDueMs), sends: 1 };
}

/** Readable, and good as the name of a folder: the export writes `articles/<id>/`. */
export function slug(name: string): string {
  const cleaned = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}.]+/gu, '-')
    .replace(/^[-.]+/, '');
  return cutToBytes(cleaned, maxIdBytes).replace(/[-.]+$/, '') || 'feed';
}

function newFeed(
  id: string,
  {
    url,
    settings: { isPaused = false, ...settings },
    nowMs,
  }: { url: ArticleUrl; settings: FollowSettings; nowMs: number },
): FollowedFeed {
  return {
    ...settings,
    id,
    v: 1,
    url,
    askedUrl: url,
    createdAt: toIso(nowMs),
    title: null,
    siteUrl: null,
    format: null,
    etag: null,
    lastModified: null,
    nextPollAt: isPaused ? null : toIso(nowMs),
    lastPollAt: null,
    lastSuccessAt: null,
    lastNewEntryAt: null,
    entries: 0,
    unusable: 0,
    entriesSeen: 0,
    failures: 0,
    problem: null,
    endedAt: null,
    pausedAt: isPaused ? toIso(nowMs) : null,
  };
}
