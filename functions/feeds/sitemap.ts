/** Sitemaps, those of news, and indexes of sitemaps (sitemaps.org 0.9, Google's news sitemaps) -> Feed. */
import { feedDate } from './dates.ts';
import { type Entry, entryCollector, type Feed, makeEntry, makeFeed, maxEntries } from './feed.ts';
import { resolveLink } from './links.ts';
import { plain } from './text.ts';
import { children, hasElements, readXml, type XmlElement, type XmlSource } from './xml.ts';

/** Null when there is nothing in it that a sitemap has. A location that is no http(s) URL is left out. */
export function readSitemap(text: string, source: XmlSource & { format: 'sitemap' | 'sitemap-index' }): Feed | null {
  const { entries, add } = entryCollector();
  const sitemaps = new Map<string, string | null>();
  const root = readXml(text, source, (element) => {
    if (element.name !== 'url' && element.name !== 'sitemap') return false;
    const location = resolveLink(textIn(element, 'loc'), element.base);
    if (location && element.name === 'url') add(() => toEntry(element, location));
    if (location && element.name === 'sitemap' && sitemaps.size < maxEntries)
      sitemaps.set(location, feedDate(textIn(element, 'lastmod')));
    return true;
  });
  if (!root || (entries.length === 0 && sitemaps.size === 0 && !isEmpty(root))) return null;
  return makeFeed(source.format, {
    entries,
    sitemaps: [...sitemaps.keys()],
    sitemapTimes: [...sitemaps.values()],
  });
}

/**
 * A sitemap of plain lines, each an address (sitemaps.org, "Text file"); null for any other text.
 * @param url where it came from
 */
export function readTextSitemap(text: string, url: string): Feed | null {
  const { entries, add } = entryCollector();
  const seen = new Set<string>();
  for (const line of text.split(/[\r\n]+/)) {
    const written = line.replace(/^\ufeff/, '').trim();
    if (written === '' || written.startsWith('#')) continue;
    const location = /^https?:\/\//i.test(written) ? resolveLink(written, url) : null;
    if (location === null || /\s/.test(written)) return null;
    if (seen.size >= maxEntries) break;
    if (!seen.has(location)) add(() => makeEntry({ url: location }));
    seen.add(location);
  }
  return entries.length > 0 ? makeFeed('sitemap', { entries }) : null;
}

/** A site without news has an empty sitemap. What `take` took is not in the root: without it, something else is. */
function isEmpty(root: XmlElement): boolean {
  return !hasElements(root);
}

function toEntry(element: XmlElement, location: string): Entry {
  const news = children(element, 'news:news')[0];
  return makeEntry({
    url: location,
    title: news ? textIn(news, 'news:title') : null,
    publishedAt: news ? feedDate(textIn(news, 'news:publication_date')) : null,
    modifiedAt: feedDate(textIn(element, 'lastmod')),
    tags: (news ? (textIn(news, 'news:keywords') ?? '') : '')
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  });
}

function textIn(element: XmlElement, name: string): string | null {
  const found = children(element, name)[0];
  return found ? plain(found) : null;
}
