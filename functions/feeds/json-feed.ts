/** JSON Feed 1.0 and 1.1 (jsonfeed.org) -> Feed. What is not of the type that it should be counts as left out. */
import { feedDate } from './dates.ts';
import { type Entry, entryCollector, type Feed, makeEntry, makeFeed, maxTextLength } from './feed.ts';
import { FeedError } from './feed-error.ts';
import { pagesOf, resolveLink } from './links.ts';
import { escapeText, resolveLinks } from './markup.ts';
import { readable } from './text.ts';

type JsonObject = { [name: string]: unknown };

export function readJsonFeed(source: string, url: string): Feed {
  const feed = parse(source);
  const { version, items } = isObject(feed) ? feed : {};
  const named = typeof version === 'string' && /jsonfeed\.org\/version/i.test(version);
  if (!isObject(feed) || !(named || Array.isArray(items)))
    throw new FeedError('not-a-feed', 'this is JSON, but no JSON Feed: give the address of an RSS, Atom or JSON feed');
  if (!Array.isArray(items))
    throw new FeedError('malformed-feed', 'this JSON Feed has no list of items; tell its site');
  const author = authorOf(feed);
  const { entries, add } = entryCollector();
  for (const item of items) if (isObject(item)) add(() => toEntry(item, url, author));
  return makeFeed('json', {
    id: text(feed.feed_url),
    title: text(feed.title),
    url: resolveLink(text(feed.home_page_url), url),
    author,
    summary: text(feed.description),
    selfUrl: resolveLink(text(feed.feed_url), url),
    hubUrl: resolveLink(hubOf(feed), url),
    entries,
  });
}

/** Each is some sixty bytes in memory and may be three in the feed. */
const maxObjects = 500_000;

function parse(source: string): unknown {
  if (objectsIn(source) > maxObjects)
    throw new FeedError('too-large', `this JSON has more than the ${maxObjects} objects and lists that are read`);
  try {
    return JSON.parse(source);
  } catch (error) {
    const begun = /"https?:\\?\/\\?\/(www\.)?jsonfeed\.org/i.test(source.slice(0, 2000));
    throw begun
      ? new FeedError('malformed-feed', 'this JSON Feed is broken or cut off; tell its site', { cause: error })
      : new FeedError('not-a-feed', 'this is neither a feed nor JSON: give the address of a feed', { cause: error });
  }
}

/** At most, since brackets inside of texts count too. */
function objectsIn(source: string): number {
  let count = 0;
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) count++;
  }
  return count;
}

function toEntry(item: JsonObject, url: string, feedAuthor: string | null): Entry {
  const html = text(item.content_html);
  const plain = text(item.content_text);
  return makeEntry({
    // Numbers are forbidden as ids, and used.
    id: typeof item.id === 'number' ? String(item.id) : text(item.id),
    url:
      pagesOf([
        { link: resolveLink(text(item.url), url) ?? resolveLink(text(item.external_url), url), own: urlOfId(item.id) },
      ])[0] ?? null,
    title: text(item.title),
    author: authorOf(item) ?? feedAuthor,
    summary: text(item.summary),
    content: html ? resolveLinks(html, url) : plain ? escapeText(plain) : null,
    publishedAt: feedDate(text(item.date_published)),
    modifiedAt: feedDate(text(item.date_modified)),
    tags: (Array.isArray(item.tags) ? item.tags : []).map(text).filter((tag) => tag !== null),
  });
}

/** The id "is usually the URL". */
function urlOfId(id: unknown): string | null {
  const found = text(id);
  return found && /^https?:/i.test(found) ? resolveLink(found, found) : null;
}

/** `authors` of 1.1, `author` of 1.0. */
function authorOf(owner: JsonObject): string | null {
  const authors = Array.isArray(owner.authors) ? owner.authors : [owner.author];
  const names = authors.slice(0, 100).map((author) => (isObject(author) ? text(author.name) : text(author)));
  return names.filter((name) => name !== null).join(', ') || null;
}

function hubOf(feed: JsonObject): string | null {
  const hub: unknown = Array.isArray(feed.hubs) ? feed.hubs[0] : null;
  return isObject(hub) ? text(hub.url) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? readable(value.slice(0, maxTextLength)) : null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
