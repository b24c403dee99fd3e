/** Feeds as strings, parsed as if https://example.org/blog/feed.xml had served them. */
import { expect } from 'vitest';
import type { Entry, Feed } from '../../functions/feeds/feed.ts';
import { FeedError } from '../../functions/feeds/feed-error.ts';
import { parseFeed } from '../../functions/feeds/parse.ts';

export const feedUrl = 'https://example.org/blog/feed.xml';

export function read(source: string | Uint8Array, contentType: string | null = null): Feed {
  return parseFeed(typeof source === 'string' ? Buffer.from(source) : source, { url: feedUrl, contentType });
}

/** The first entry; a feed without one fails the test. */
export function firstEntry(source: string): Entry {
  const [entry] = read(source).entries;
  if (!entry) throw new Error('the feed has no entry');
  return entry;
}

export function rssItem(inside: string, declarations = ''): Entry {
  return firstEntry(`<rss version="2.0" ${declarations}><channel><item>${inside}</item></channel></rss>`);
}

export function atomEntry(inside: string, attributes = ''): Entry {
  return firstEntry(`<feed xmlns="http://www.w3.org/2005/Atom" ${attributes}><entry>${inside}</entry></feed>`);
}

/** The code of the FeedError that parsing throws; anything else that is thrown, or nothing, fails the test. */
export function errorCode(source: string | Uint8Array): string {
  try {
    read(source);
  } catch (error) {
    expect(error).toBeInstanceOf(FeedError);
    return error instanceof FeedError ? error.code : '';
  }
  throw new Error('the feed was read');
}
