/** Sitemaps, those of news, and indexes of sitemaps (sitemaps.org 0.9, Google's news sitemaps) -> Feed. */
import { feedDate } from './dates.ts';
import { type Entry, entryCollector, type Feed, makeEntry, makeFeed, maxEntries } from './feed.ts';
import { resolveLink } from './links.ts';
import { plain } from './text.ts';
import { children, hasElements, readXml, type XmlElement, type XmlSource } from './xml.ts';

/** Null when there is nothing in it that a sitemap has. A location that is no http(s) URL is left out. */
export function readSitemap(text: string, source: XmlSource & { format: 'sitemap' | 'sitemap-index' }): Feed | null {
  const { entries, add } = entryCollector();
  const sitemaps = new Set<string>();
  const root = readXml(text, source, (element) => {
    if (element.name !== 'url' && element.name !== 'sitemap') return false;
    const location = resolveLink(textIn(element, 'loc'), element.base);
    if (location && element.name === 'url') add(() => toEntry(element, location));
    if (location && element.name === 'sitemap' && sitemaps.size < maxEntries) sitemaps.add(location);
    return true;
  });
  if (!root || (entries.length === 0 && sitemaps.size === 0 && !isEmpty(root))) return null;
  return makeFeed(source.format, { entries, sitemaps: [...sitemaps] });
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
