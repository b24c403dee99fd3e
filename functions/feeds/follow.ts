/** A URL that somebody wants followed -> a feed with its first poll due: what is due first, then the feed, then the message. */
import type { ArticleUrl } from '../capture/article-url.ts';
import { jobMessage } from '../capture/job.ts';
import { siteOf, urlHash } from '../capture/norm.ts';
import { firstDueMs, type Requests } from '../capture/request-capture.ts';
import { type Due, putDue } from '../store/due.ts';
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
import { toIso } from '../times.ts';

export type FollowSettings = {
  name: string | null;
  tags: string[];
  everyMs: number;
  capture: CaptureMode;
  recheckMs: number[] | null;
};

const maxIdLength = 60;

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
    const { feed, due } = await create(deps, url, settings);
    if (await claimFeedUrl(table, urlHash(url), feed.id)) {
      await deps.queue.send(jobMessage(due));
      return { feed, isNew: true };
    }
    await removeFeed(table, feed.id);
  }
}

/** Polls it now, whatever its time. Null when there is no such feed. */
export async function pollNow(deps: Requests, id: string): Promise<FollowedFeed | null> {
  const nowMs = deps.now();
  const due = pollDue(id, nowMs);
  await putDue(deps.store.table, due);
  const feed = await changeFeed(deps.store.table, id, (before) => ({
    ...before,
    nextPollAt: toIso(nowMs),
    endedAt: null,
  }));
  if (feed) await deps.queue.send(jobMessage(due));
  return feed;
}

export async function unfollow(deps: Requests, feed: FollowedFeed): Promise<void> {
  for (const url of [feed.url, feed.askedUrl]) await freeFeedUrl(deps.store.table, urlHash(url), feed.id);
  await removeFeed(deps.store.table, feed.id);
}

async function create(deps: Requests, url: ArticleUrl, settings: FollowSettings) {
  const base = slug(settings.name ?? siteOf(url));
  const nowMs = deps.now();
  for (let n = 1; ; n++) {
    const feed = newFeed(n === 1 ? base : `${base}-${n}`, url, settings, nowMs);
    const due = pollDue(feed.id, nowMs);
    await putDue(deps.store.table, due);
    if (await createFeed(deps.store.table, feed)) return { feed, due };
  }
}

function pollDue(id: string, nowMs: number): Due {
  return { kind: 'poll', id, dueAt: toIso(nowMs + firstDueMs), sends: 1 };
}

/** Readable, and good as the name of a folder: the export writes `articles/<id>/`. */
export function slug(name: string): string {
  const cleaned = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}.]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return [...cleaned].slice(0, maxIdLength).join('') || 'feed';
}

function newFeed(id: string, url: ArticleUrl, settings: FollowSettings, nowMs: number): FollowedFeed {
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
    nextPollAt: toIso(nowMs),
    lastPollAt: null,
    lastSuccessAt: null,
    lastNewEntryAt: null,
    entries: 0,
    unusable: 0,
    entriesSeen: 0,
    failures: 0,
    problem: null,
    endedAt: null,
  };
}
