/** Bytes and pages -> a feed: what was fetched read as one, or else the feed that the page, its site or robots.txt leads to. */
import { gunzipSync } from 'node:zlib';
import { parseArticleUrl } from '../article/article-url.ts';
import { codeOf } from '../error-code.ts';
import { decodeHtml } from '../extract/charset.ts';
import type { FetchedPage } from '../fetch/fetch-page.ts';
import { header } from '../fetch/headers.ts';
import type { Problem } from '../problems.ts';
import type { NamedFeed } from '../store/feeds.ts';
import { type FeedLink, feedLinks, mayHoldStories, sitemapsOfRobots, usualPlaces } from './discover.ts';
import { type Entry, type Feed, maxEntries } from './feed.ts';
import { newestFirst } from './newest-sitemaps.ts';
import { maxFeedBytes } from './parse.ts';
import type { PollDeps } from './poll-deps.ts';

/** What the answer that a feed came in says beside it. */
export type FetchedFeed = {
  url: string;
  etag: string | null;
  lastModified: string | null;
  /** For how long it need not be asked for again (RFC 9111 5.2.2.1). */
  maxAgeMs: number;
  /** As far as it was moved for good: where it is asked for from now on. */
  movedTo: string;
};

export type FoundFeed = {
  feed: Feed;
  fetched: FetchedFeed;
  /** Other feeds with stories that the page names for which this one was found, at most ten. */
  others?: NamedFeed[];
};

export const acceptFeed =
  'application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.9,text/html;q=0.5,*/*;q=0.1';
/** Each is a fetch from a site that did not ask for any. */
const maxLinksTried = 4;
const maxPlacesTried = 10;
const maxOthers = 10;
const maxOtherTitle = 200;
const maxOfRobots = 3;
const maxSitemaps = 20;
/** For all that is asked beside the address itself, turns included: a worker on AWS has 300 s for all of a batch. */
const maxSearchMs = 40_000;

export async function readFeed(
  { extractor }: Pick<PollDeps, 'extractor'>,
  page: FetchedPage,
): Promise<FoundFeed | { problem: Problem }> {
  const unpacked = unpack(page.body);
  if ('problem' in unpacked) return unpacked;
  const reading = await extractor.readFeed(unpacked.body, { url: page.finalUrl, contentType: page.contentType });
  if ('problem' in reading) return reading;
  const fetched = {
    url: page.finalUrl,
    etag: header(page.headers, 'etag'),
    lastModified: header(page.headers, 'last-modified'),
    maxAgeMs: maxAgeOf(header(page.headers, 'cache-control')),
    movedTo: page.movedTo ?? page.requestedUrl,
  };
  return { feed: reading.feed, fetched };
}

/** Sitemaps are served as files that are packed themselves, `sitemap.xml.gz` (sitemaps.org). */
function unpack(body: Uint8Array): { body: Uint8Array } | { problem: Problem } {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return { body };
  try {
    return { body: gunzipSync(body, { maxOutputLength: maxFeedBytes }) };
  } catch (error) {
    const isTooLarge = codeOf(error) === 'ERR_BUFFER_TOO_LARGE';
    return isTooLarge
      ? { problem: { code: 'too-large', detail: `it unpacks to more than ${maxFeedBytes / 1024 / 1024} MB` } }
      : { problem: { code: 'malformed-feed', detail: 'its gzip is damaged' } };
  }
}

/** The first that is a feed with entries of what a page names, then of the usual places of its site. */
export async function findFeed(deps: PollDeps, page: FetchedPage): Promise<FoundFeed | { problem: Problem }> {
  const tried = new Set<string>();
  const untilMs = deps.now() + maxSearchMs;
  const named = feedLinks(decodeHtml(page.body, page.contentType).text, page.finalUrl);
  for await (const url of candidates(deps, { page, named }, untilMs)) {
    if (url === 'late') return late;
    if (tried.has(url)) continue;
    tried.add(url);
    const found = await fetchFeed(deps, url, untilMs);
    if (found === 'late') return late;
    if (found && 'feed' in found && (found.feed.entries.length > 0 || found.feed.sitemaps.length > 0))
      return { ...found, others: othersOf(named, [...tried, found.fetched.url]) };
  }
  const detail = `it is a web page, and none of the ${tried.size} addresses that it names or that feeds usually have is a feed; give the address of the feed itself`;
  return { problem: { code: 'not-a-feed', detail } };
}

const late = {
  problem: {
    code: 'timeout',
    detail: `no feed was found within ${maxSearchMs / 1000} s; give the address of the feed itself`,
  } satisfies Problem,
};

/** What is left to choose from; those that were tried are no feeds, or are the one that was found. */
function othersOf(named: FeedLink[], tried: string[]): NamedFeed[] {
  return named
    .filter((link) => mayHoldStories(link) && !tried.includes(link.url))
    .slice(0, maxOthers)
    .map(({ url, title }) => ({ url, title: title?.slice(0, maxOtherTitle).toWellFormed() ?? null }));
}

/** robots.txt is asked for only when all before it led to nothing. */
async function* candidates(
  deps: PollDeps,
  { page, named }: { page: FetchedPage; named: FeedLink[] },
  untilMs: number,
): AsyncGenerator<string | 'late'> {
  yield* named.slice(0, maxLinksTried).map(({ url }) => url);
  yield* usualPlaces(page.finalUrl).slice(0, maxPlacesTried);
  const robots = parseArticleUrl('/robots.txt', page.finalUrl);
  if ('problem' in robots) return;
  const may = await deps.courtesy.mayAskBefore(robots.url, untilMs);
  if (may === 'late') return yield 'late';
  if (may !== 'now') return;
  const result = await deps.courtesy.ask(robots.url, {});
  if ('page' in result) yield* sitemapsOfRobots(Buffer.from(result.page.body).toString('utf8')).slice(0, maxOfRobots);
}

/**
 * The entries of the sitemaps that an index lists, those of news and the newest first; an index in an index is not followed.
 * When time is up, of those that were read; a problem when that is none.
 */
export async function readSitemaps(
  deps: PollDeps,
  index: Feed,
  indexUrl: string,
): Promise<{ entries: Entry[] } | { problem: Problem }> {
  const listed = index.sitemaps
    .map((url, i) => ({ url, modifiedAt: index.sitemapTimes[i] ?? null }))
    .filter(({ url }) => url !== indexUrl);
  const ordered = newestFirst(listed, deps.now()).slice(0, maxSitemaps);
  const entries: Entry[] = [];
  const untilMs = deps.now() + maxSearchMs;
  for (const url of ordered) {
    const found = await fetchFeed(deps, url, untilMs);
    if (found === 'late' && entries.length === 0) return late;
    if (found === 'late') break;
    if (found && 'feed' in found) for (const entry of found.feed.entries) entries.push(entry);
    if (entries.length >= maxEntries) break;
  }
  return { entries: entries.slice(0, maxEntries) };
}

async function fetchFeed(
  deps: PollDeps,
  url: string,
  untilMs: number,
): Promise<FoundFeed | { problem: Problem } | null | 'late'> {
  const parsed = parseArticleUrl(url);
  if ('problem' in parsed) return null;
  // Each address that is tried waits for its host here, since the poll as a whole has no way back to the queue.
  const may = await deps.courtesy.mayAskBefore(parsed.url, untilMs);
  if (may === 'late') return 'late';
  if (may !== 'now') return null;
  const result = await deps.courtesy.ask(parsed.url, { accept: acceptFeed });
  return 'page' in result ? readFeed(deps, result.page) : null;
}

function maxAgeOf(cacheControl: string | null): number {
  if (cacheControl === null || /\bno-(cache|store)\b/i.test(cacheControl)) return 0;
  const seconds = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,9})/i.exec(cacheControl)?.[1];
  return seconds === undefined ? 0 : Number(seconds) * 1000;
}
