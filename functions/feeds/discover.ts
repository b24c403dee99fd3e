/** Where a site may have its feeds, best first: what its page names, where such files usually are, what robots.txt names. */
import { resolveLink } from './links.ts';
import { type Attributes, scanTags } from './tags.ts';
import { readable } from './text.ts';

export type FeedLink = {
  url: string;
  title: string | null;
  /** The media type that the page gives; null where only the address looks like a feed's. */
  type: string | null;
};

/** Whether a feed that a page names may hold stories: those of comments do not. */
export function mayHoldStories({ url, title }: FeedLink): boolean {
  return !besideStories.test(`${title} ${url}`);
}

const maxHtmlLength = 4_000_000;
const maxLinks = 50;
const maxSitemaps = 1000;
const maxTitleLength = 500;

/** What a `<link>` may name a feed as (RSS Advisory Board "RSS Autodiscovery", jsonfeed.org "Discovery"). */
const feedTypes = /^(application\/(rss|atom|rdf|feed)\+(xml|json)|application\/(json|xml)|text\/xml)$/;
/** Feeds that hold no stories: of comments, and the interfaces of WordPress, which are named in the same way. */
const besideStories = /comments?\b|kommentar|commentaires|oembed|\/wp-json\b|评论|評論/i;
/** An address that by its last part can hardly be anything else. */
const looksLikeFeed =
  /\/(feeds?|rss2?|atom)\/?$|[/._-](rss|atom|feed)\.(xml|json|rdf)$|\.(rss|atom|rdf)$|\/(rss|atom|feed|index)\.xml$/i;
/** Readers that open a feed, and schemes that stood for it. */
const throughReader =
  /^https?:\/\/(www\.)?(feedly\.com|newsblur\.com|inoreader\.com|theoldreader\.com|add\.my\.yahoo\.com)\//i;

/** The links to feeds in a page, without doubles, at most 50. */
export function feedLinks(html: string, url: string): FeedLink[] {
  const ranked: { rank: number; link: FeedLink }[] = [];
  let base = url;
  scanTags(
    html.slice(0, maxHtmlLength),
    {
      open(tag, attributes) {
        const name = tag.toLowerCase();
        if (name === 'base') base = resolveLink(attribute(attributes, 'href'), url) ?? base;
        const found = name === 'link' ? named(attributes, base) : name === 'a' ? guessed(attributes, base) : null;
        // Each kind is bounded by itself, so that a page full of links cannot hide what is named after them.
        if (found && ranked.filter(({ rank }) => rank === found.rank).length < maxLinks) ranked.push(found);
      },
      close: () => undefined,
      text: () => undefined,
    },
    { html: true },
  );
  const links = ranked.sort((a, b) => a.rank - b.rank).map(({ link }) => link);
  return [...new Map(links.toReversed().map((link) => [link.url, link])).values()].toReversed().slice(0, maxLinks);
}

function named(attributes: Attributes, base: string): { rank: number; link: FeedLink } | null {
  const rel = attribute(attributes, 'rel')?.toLowerCase().split(/\s+/) ?? [];
  const type = attribute(attributes, 'type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!(rel.includes('alternate') || rel.includes('feed')) || !feedTypes.test(type)) return null;
  const url = linkIn(attributes, base);
  if (!url) return null;
  const title = titleIn(attributes);
  const sure = /\+(xml|json)$/.test(type);
  const rank = besideStories.test(`${title} ${url}`) ? 4 : sure ? 0 : 1;
  return { rank, link: { url, title, type } };
}

function guessed(attributes: Attributes, base: string): { rank: number; link: FeedLink } | null {
  const url = linkIn(attributes, base);
  if (!url || throughReader.test(url) || !looksLikeFeed.test(new URL(url).pathname)) return null;
  const title = titleIn(attributes);
  return { rank: besideStories.test(`${title} ${url}`) ? 5 : 2, link: { url, title, type: null } };
}

function titleIn(attributes: Attributes): string | null {
  return readable((attribute(attributes, 'title') ?? '').slice(0, maxTitleLength));
}

/** `feed:` was a scheme of its own: `feed://host/path` and `feed:https://host/path`. */
function linkIn(attributes: Attributes, base: string): string | null {
  const href = attribute(attributes, 'href')?.trim();
  return resolveLink(href?.replace(/^feed:(?=https?:)/i, '').replace(/^feed:\/\//i, 'https://') ?? null, base);
}

function attribute(attributes: Attributes, name: string): string | null {
  const exact = attributes.get(name);
  if (exact !== undefined) return exact;
  for (const [key, value] of attributes) if (key.toLowerCase() === name) return value;
  return null;
}

/** In the order in which they are worth trying: those of WordPress, of site generators, of Blogger, then sitemaps. */
const usualPaths = [
  '/feed',
  '/rss',
  '/rss.xml',
  '/feed.xml',
  '/atom.xml',
  '/index.xml',
  '/feed.json',
  '/rss/index.xml',
  '/index.rdf',
  '/feeds/posts/default',
  '/sitemap-news.xml',
  '/news-sitemap.xml',
  '/sitemap_news.xml',
  '/sitemap.xml',
  '/sitemap_index.xml',
];

/** Where to look when a page names nothing: below its own path first, if it has one, then at the root of its site. */
export function usualPlaces(url: string): string[] {
  const page = URL.parse(url);
  if (!page || !/^https?:$/.test(page.protocol)) return [];
  const folder = page.pathname.replace(/\/[^/]*\.\w{2,5}$/, '').replace(/\/+$/, '');
  const below = folder === '' ? [] : usualPaths.slice(0, 6).map((path) => `${page.origin}${folder}${path}`);
  return [...new Set([...below, ...usualPaths.map((path) => `${page.origin}${path}`)])];
}

/** The `Sitemap:` lines of a robots.txt (sitemaps.org "Informing search engines"; RFC 9309 2.2.4), those of news first. */
export function sitemapsOfRobots(text: string): string[] {
  const found = new Set<string>();
  for (const [, value = ''] of text.matchAll(/^[ \t]*sitemap[ \t]*:(.*)$/gim)) {
    const href = value.replace(/\s#[\s\S]*$/, '').trim();
    const url = /^https?:/i.test(href) ? resolveLink(href, href) : null;
    if (url) found.add(url);
    if (found.size >= maxSitemaps) break;
  }
  const isNews = (url: string) => /news/i.test(new URL(url).pathname);
  return [...found].sort((a, b) => Number(isNews(b)) - Number(isNews(a)));
}
