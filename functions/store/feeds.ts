/**
 * Followed feeds in the table.
 *
 *   FEED / <id>            the feed: how it is followed, and how its polls went
 *   FEED#<id> / SEEN       the keys of entries that were seen, packed
 *   FEED#<id> / COUNT      how many articles it brought
 *   FU#<hash of URL> / F   leads from a URL to the feed, so that none is followed twice
 */
import type { Pictures } from '../article/pictures.ts';
import type { Problem } from '../problems.ts';
import type { Item, Key, Table } from './table.ts';
import { written } from './written.ts';

/** What is captured of an entry: its page, the text that the feed carries, or the page and, where that fails, the text. */
export type CaptureMode = 'page' | 'feed' | 'both';

export type FollowedFeed = {
  id: string;
  /** Counts the writes; each write is conditional on it. */
  v: number;
  /** Where it is polled. */
  url: string;
  /** What was asked for, a home page perhaps. */
  askedUrl: string;
  name: string | null;
  tags: string[];
  everyMs: number;
  capture: CaptureMode;
  /** What is kept of the looks of its pages; nothing when nobody says. */
  pictures?: Pictures | undefined;
  /** How long after its first capture an article is captured again, in milliseconds; null for the usual times. */
  recheckMs: number[] | null;
  createdAt: string;
  /** What it says of itself. */
  title: string | null;
  siteUrl: string | null;
  /** Null until the first poll that found a feed. */
  format: string | null;
  etag: string | null;
  lastModified: string | null;
  /** Null when it has ended. */
  nextPollAt: string | null;
  lastPollAt: string | null;
  lastSuccessAt: string | null;
  lastNewEntryAt: string | null;
  /** How many entries the last poll found, and how many of them have no link that can be archived. */
  entries: number;
  unusable: number;
  /** How many different entries there were in all. */
  entriesSeen: number;
  /** Polls in a row that failed, and what the last one failed with. */
  failures: number;
  problem: Problem | null;
  endedAt: string | null;
  /** Set while somebody has paused it: then nothing is polled. */
  pausedAt: string | null;
  /** When it usually has something new; known since its first poll. */
  habit?: Habit | undefined;
  /** Other feeds that the page named for which this one was found; nobody has decided about them yet. */
  others?: NamedFeed[] | undefined;
};

export type NamedFeed = { url: string; title: string | null };

export type Habit = {
  /** The day (UTC) of the last count, RFC 3339. */
  day: string;
  /** New entries by day, the newest last. */
  counts: number[];
  /** The usual time from one entry to the next; null while too little is known. */
  gapMs: number | null;
};

const partition = 'FEED';
const feedKey = (id: string): Key => ({ pk: partition, sk: id });
const seenKey = (id: string): Key => ({ pk: `FEED#${id}`, sk: 'SEEN' });
const countKey = (id: string): Key => ({ pk: `FEED#${id}`, sk: 'COUNT' });
const urlKey = (urlHash: string): Key => ({ pk: `FU#${urlHash}`, sk: 'F' });

export async function getFeed(table: Table, id: string): Promise<FollowedFeed | null> {
  const item = await table.get(feedKey(id));
  return item && toFeed(item);
}

/** False when there is one of this id already. */
export async function createFeed(table: Table, feed: FollowedFeed): Promise<boolean> {
  return table.put({ ...feedKey(feed.id), ...stored(feed) }, { absent: true });
}

/** Writes what `change` makes of it, however often somebody else writes it meanwhile; null when it is followed no more. */
export async function changeFeed(
  table: Table,
  id: string,
  change: (feed: FollowedFeed) => FollowedFeed,
): Promise<FollowedFeed | null> {
  for (;;) {
    const before = await getFeed(table, id);
    if (!before) return null;
    const after = { ...change(before), v: before.v + 1 };
    const isPut = await table.put({ ...feedKey(id), ...stored(after) }, { is: { v: before.v } });
    if (isPut) return after;
  }
}

/** Deletes the feed and what was remembered for it. Its articles stay. Safe to repeat. */
export async function removeFeed(table: Table, id: string): Promise<void> {
  await table.remove(seenKey(id));
  await table.remove(countKey(id));
  await table.remove(feedKey(id));
}

/** A page of them by id, after `after`. */
export async function listFeeds(
  table: Table,
  range: { after: string | null; limit: number },
): Promise<{ feeds: FollowedFeed[]; more: boolean }> {
  const { items, more } = await table.query({
    partition,
    ...(range.after === null ? {} : { from: `${range.after}\u0001` }),
    limit: range.limit,
  });
  return { feeds: items.map(toFeed), more };
}

/** The feed that a URL is known to lead to. */
export async function feedOfUrl(table: Table, urlHash: string): Promise<string | null> {
  const item = await table.get(urlKey(urlHash));
  return item === null ? null : String(item.feed);
}

/** Claims a URL for a feed; false when another has it. */
export async function claimFeedUrl(table: Table, urlHash: string, id: string): Promise<boolean> {
  return table.put({ ...urlKey(urlHash), feed: id }, { either: [{ absent: true }, { is: { feed: id } }] });
}

/** Makes a URL lead to a feed, whoever had it. */
export async function pointFeedUrl(table: Table, urlHash: string, id: string): Promise<void> {
  await table.put({ ...urlKey(urlHash), feed: id });
}

/** Frees a URL that leads to this feed. */
export async function freeFeedUrl(table: Table, urlHash: string, id: string): Promise<void> {
  await table.remove(urlKey(urlHash), { is: { feed: id } });
}

const keyBytes = 6;

/** The keys of entries that were seen in earlier polls, newest first. */
export async function getSeen(table: Table, id: string): Promise<string[]> {
  const packed = (await table.get(seenKey(id)))?.keys as Uint8Array | undefined;
  if (!packed) return [];
  const hex = Buffer.from(packed).toString('hex');
  return hex.match(new RegExp(`.{${keyBytes * 2}}`, 'g')) ?? [];
}

/** Each key costs six bytes: 60,000 of them still fit an item. */
export async function putSeen(table: Table, id: string, keys: string[]): Promise<void> {
  await table.put({ ...seenKey(id), keys: Buffer.from(keys.join(''), 'hex') });
}

/** One more article that this feed brought. */
export async function countArticle(table: Table, id: string): Promise<void> {
  await table.update(countKey(id), { add: { archived: 1 } });
}

export async function articlesOf(table: Table, ids: string[]): Promise<Map<string, number>> {
  const items = await table.getMany(ids.map(countKey));
  return new Map(items.map((item) => [item.pk.slice('FEED#'.length), Number(item.archived)]));
}

/** Null is stored as absent. */
function stored(feed: FollowedFeed): Record<string, unknown> {
  return Object.fromEntries(Object.entries(feed).filter(([key, value]) => key !== 'id' && value !== null));
}

function toFeed(item: Item): FollowedFeed {
  const { pk: _pk, sk, ...rest } = item;
  const absent = {
    name: null,
    recheckMs: null,
    title: null,
    siteUrl: null,
    format: null,
    etag: null,
    lastModified: null,
    nextPollAt: null,
    lastPollAt: null,
    lastSuccessAt: null,
    lastNewEntryAt: null,
    problem: null,
    endedAt: null,
    pausedAt: null,
  };
  // By `stored`, with what it left out put back.
  return written<FollowedFeed>({ ...absent, ...rest, id: sk });
}
