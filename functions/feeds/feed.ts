/** What a feed is, whatever it was written in, and how much of each of its fields is kept. */

export type FeedFormat = 'rss' | 'atom' | 'rdf' | 'json' | 'sitemap' | 'sitemap-index';

export type Feed = {
  format: FeedFormat;
  id: string | null;
  title: string | null;
  /** The page that the feed belongs to; http(s), as all URLs here. */
  url: string | null;
  author: string | null;
  summary: string | null;
  /** Where the feed says that it is. */
  selfUrl: string | null;
  /** The WebSub hub that announces changes. */
  hubUrl: string | null;
  /** How often the feed says that it changes. */
  updateEveryMs: number | null;
  /** What a sitemap index lists; empty for all else. */
  sitemaps: string[];
  /** When each of them was changed, as the index says: RFC 3339 UTC, or null. */
  sitemapTimes: (string | null)[];
  /** In the order of the feed, at most 50,000, and 60 million letters in all. */
  entries: Entry[];
};

/**
 * `title` and `summary` are as the feed has them: text, or HTML where it says or must be guessed (RSS never says), not made
 * safe. Times are RFC 3339 UTC.
 */
export type Entry = {
  id: string | null;
  /** http(s), relative links resolved, otherwise as it was written; null where there is none that can be fetched. */
  url: string | null;
  title: string | null;
  author: string | null;
  /** The content where there is no summary. */
  summary: string | null;
  /** The full text as HTML, not made safe, with its links resolved; null where the feed has a summary only. */
  content: string | null;
  publishedAt: string | null;
  modifiedAt: string | null;
  tags: string[];
};

/** A sitemap's own limit (sitemaps.org, "Using Sitemap index files"); no feed has more. */
export const maxEntries = 50_000;
/** More than the largest feed has letters. Links that are made whole can make a hostile one grow without end. */
const maxTotalLength = 60_000_000;

/** In UTF-16 code units, as all lengths here. Nothing longer is even looked at. */
export const maxTextLength = 2_000_000;

/** What is longer is cut, or, where half of it would mean something else, dropped. */
const maxLengths = { id: 2048, title: 2000, author: 1000, summary: 200_000, content: maxTextLength, tag: 200 };
const maxTags = 100;

export function makeFeed(format: FeedFormat, known: Partial<Omit<Feed, 'format'>>): Feed {
  return {
    format,
    id: whole(known.id, maxLengths.id),
    title: cut(known.title, maxLengths.title),
    url: known.url ?? null,
    author: cut(known.author, maxLengths.author),
    summary: cut(known.summary, maxLengths.summary),
    selfUrl: known.selfUrl ?? null,
    hubUrl: known.hubUrl ?? null,
    updateEveryMs: known.updateEveryMs ?? null,
    sitemaps: known.sitemaps ?? [],
    sitemapTimes: known.sitemapTimes ?? [],
    entries: known.entries ?? [],
  };
}

export function makeEntry(known: Partial<Entry>): Entry {
  return {
    id: whole(known.id, maxLengths.id),
    url: known.url ?? null,
    title: cut(known.title, maxLengths.title),
    author: cut(known.author, maxLengths.author),
    summary: cut(known.summary ?? known.content, maxLengths.summary),
    content: cut(known.content, maxLengths.content),
    publishedAt: known.publishedAt ?? null,
    modifiedAt: known.modifiedAt ?? null,
    tags: [...new Set(known.tags)].filter((tag) => tag.length <= maxLengths.tag).slice(0, maxTags),
  };
}

/** The first entries that are made, as far as there is room for them. */
export function entryCollector(): { entries: Entry[]; add(make: () => Entry): void } {
  const entries: Entry[] = [];
  let length = 0;
  const add = (make: () => Entry) => {
    if (entries.length >= maxEntries || length >= maxTotalLength) return;
    const entry = make();
    const texts = [entry.title, entry.content, entry.summary === entry.content ? null : entry.summary];
    length += texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
    entries.push(entry);
  };
  return { entries, add };
}

function whole(text: string | null | undefined, max: number): string | null {
  return text && text.length <= max ? text : null;
}

/** Never between the halves of a character. A copy, since a slice would keep the whole text in memory. */
function cut(text: string | null | undefined, max: number): string | null {
  if (!text) return null;
  return text.length <= max ? text : Buffer.from(text.slice(0, max).replace(/[\ud800-\udbff]$/, '')).toString();
}
