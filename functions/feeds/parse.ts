/** The bytes that a site served as a feed -> Feed, or a FeedError that says why not. Fetches and expands nothing. */
import { decodeFeed } from './encoding.ts';
import type { Feed } from './feed.ts';
import { FeedError } from './feed-error.ts';
import { readJsonFeed } from './json-feed.ts';
import { localName } from './names.ts';
import { readSitemap, readTextSitemap } from './sitemap.ts';
import { scanTags } from './tags.ts';
import { readXmlFeed } from './xml-feed.ts';

/** A sitemap's own limit, unpacked (sitemaps.org). */
export const maxFeedBytes = 50 * 1024 * 1024;
/** All of it is in memory at once, as objects many times its size. */
export const maxJsonBytes = 10 * 1024 * 1024;
/** Junk before the feed (warnings of scripts, mostly) may be so long. */
const maxJunkLength = 65_536;

/**
 * The whole feed, as far as it can be read: what is missing is null, what is wrong is left out.
 * @param source.url where the body came from, after redirects
 * @throws FeedError and nothing else
 */
export function parseFeed(body: Uint8Array, source: { url: string; contentType?: string | null | undefined }): Feed {
  if (body.length > maxFeedBytes) throw tooLarge(body.length, maxFeedBytes);
  if (body[0] === 0x1f && body[1] === 0x8b)
    throw new FeedError('not-a-feed', 'this is packed with gzip, as .gz files are: unpack it first');
  const text = decodeFeed(body, source.contentType ?? null);
  const first = /[^\s\ufeff\0]/.exec(text.slice(0, maxJunkLength));
  if (!first) throw new FeedError('empty-feed', 'the site answered with nothing; try again later');
  if (first[0] === '{' || first[0] === '[') {
    if (body.length > maxJsonBytes) throw tooLarge(body.length, maxJsonBytes);
    return readJsonFeed(text.slice(first.index), source.url);
  }
  const feed = /^(https?:|#)/i.test(text.slice(first.index, first.index + 6))
    ? (readTextSitemap(text, source.url) ?? readMarkup(text, source.url))
    : readMarkup(text, source.url);
  if (feed) return feed;
  throw new FeedError('malformed-feed', 'it begins as a feed, but nothing in it can be read; tell its site');
}

/** Null when nothing in it can be read. */
function readMarkup(text: string, url: string): Feed | null {
  const root = findRoot(text.slice(0, maxJunkLength));
  switch (localName(root).toLowerCase()) {
    case 'urlset':
      return readSitemap(text, { format: 'sitemap', root, url });
    case 'sitemapindex':
      return readSitemap(text, { format: 'sitemap-index', root, url });
    case 'feed':
      return readXmlFeed(text, { format: 'atom', root, url });
    case 'rdf':
      return readXmlFeed(text, { format: 'rdf', root, url });
    default:
      return readXmlFeed(text, { format: 'rss', root, url });
  }
}

const roots = /^(rss|rdf|feed|urlset|sitemapindex|html)$/i;
/** Believed only where nothing stands before them: other formats have such elements too. */
const firstRoots = /^(channel|head|body)$/i;

/** The tag of the first element that a feed begins with; what comes before is junk, unless it is a page. */
function findRoot(head: string): string {
  let root: string | undefined;
  let first = true;
  scanTags(head, {
    open(tag) {
      if (roots.test(localName(tag)) || (first && firstRoots.test(tag))) root ??= tag;
      first = false;
    },
    close: () => undefined,
    text: () => undefined,
  });
  const page = root === undefined ? /<!doctype\s+html/i.test(head) : /^(html|head|body)$/i.test(localName(root));
  if (page)
    throw new FeedError('not-a-feed', 'this is a web page, not a feed: give the address of a feed that its site names');
  if (root !== undefined) return root;
  throw new FeedError('not-a-feed', 'this is no feed: give the address of an RSS, Atom or JSON feed, or of a sitemap');
}

function tooLarge(bytes: number, maxBytes: number): FeedError {
  const [has, may] = [bytes, maxBytes].map((n) => `${Math.ceil(n / 1_048_576)} MB`);
  return new FeedError(
    'too-large',
    `the feed has ${has}, more than the ${may} that are read: give one with fewer entries`,
  );
}
