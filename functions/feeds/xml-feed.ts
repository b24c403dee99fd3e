/**
 * RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 -> Feed. One reading for all, since what feeds mix is of all of them: each field
 * has the elements that may hold it in order of trust, and the first that says something is believed.
 */
import { dayMs, hourMs } from '../durations.ts';
import { feedDate } from './dates.ts';
import { type Entry, entryCollector, type Feed, makeEntry, makeFeed } from './feed.ts';
import { type Addresses, idText, pageLink, pagesOf, permalink, relatedLink, resolveLink } from './links.ts';
import { html, line, plain, prose } from './text.ts';
import { attribute, children, hasElements, readXml, type XmlElement, type XmlSource } from './xml.ts';

type XmlFormat = 'rss' | 'atom' | 'rdf';

/** Null when there is nothing in it that a feed has. */
export function readXmlFeed(text: string, source: XmlSource & { format: XmlFormat }): Feed | null {
  const { format, url } = source;
  const { entries, add } = entryCollector();
  /** Of each entry that was added. */
  const addresses: Addresses[] = [];
  const root = readXml(text, source, (element) => {
    if (element.name !== 'item' && element.name !== 'entry') return false;
    add(() => {
      addresses.push(addressesOf(element));
      return toEntry(element, format, url);
    });
    return true;
  });
  if (!root || (entries.length === 0 && !root.children.some((child) => typeof child !== 'string'))) return null;
  const channel = children(root, 'channel')[0] ?? root;
  const feed = toFeed(channel, format, url);
  const inherited = format === 'atom' ? feed.author : null;
  const pages = pagesOf(addresses);
  return {
    ...feed,
    entries: entries.map((entry, i) => ({ ...entry, url: pages[i] ?? null, author: entry.author ?? inherited })),
  };
}

function toFeed(channel: XmlElement, format: XmlFormat, url: string): Feed {
  const about = attribute(channel, 'rdf:about');
  return makeFeed(format, {
    id: first(channel, ['id', 'guid', 'atom:id'], (id) => idText(id, url)) ?? about,
    title: first(channel, ['title', 'atom:title', 'dc:title', 'itunes:title'], (title) => line(title, format)),
    url: pageLink(channel) ?? resolveLink(about, channel.base),
    author: authorOf(channel, feedAuthors),
    summary: first(channel, feedSummaries, (summary) => prose(summary, format)),
    selfUrl: relatedLink(channel, 'self'),
    hubUrl: relatedLink(channel, 'hub'),
    updateEveryMs: updateEvery(channel),
  });
}

const feedAuthors = ['managingeditor', 'author', 'dc:creator', 'dc:author', 'itunes:author', 'atom:author'];
const feedSummaries = [
  'description',
  'subtitle',
  'tagline',
  'atom:subtitle',
  'itunes:summary',
  'dc:description',
  'itunes:subtitle',
];
const entryAuthors = ['dc:creator', 'author', 'atom:author', 'dc:author', 'itunes:author', 'managingeditor'];
const entrySummaries = ['atom:summary', 'itunes:summary', 'dc:description', 'itunes:subtitle', 'media:description'];
const contents = ['content:encoded', 'content', 'atom:content', 'xhtml:body', 'body', 'xhtml:div', 'fullitem'];
const publishedDates = [
  'published',
  'pubdate',
  'issued',
  'atom:published',
  'dcterms:issued',
  'dc:date',
  'dcterms:created',
  'created',
];
const modifiedDates = ['updated', 'modified', 'atom:updated', 'dcterms:modified', 'lastbuilddate'];

function addressesOf(item: XmlElement): Addresses {
  const about = resolveLink(attribute(item, 'rdf:about'), item.base);
  return { link: pageLink(item), own: first(item, ['guid', 'id', 'atom:id'], permalink) ?? about };
}

/** Without its page, which the other entries decide with it. */
function toEntry(item: XmlElement, format: XmlFormat, url: string): Entry {
  const about = attribute(item, 'rdf:about');
  const { short, long } = descriptions(item, format);
  const date = (element: XmlElement) => feedDate(plain(element));
  return makeEntry({
    id: first(item, ['guid', 'id', 'atom:id'], (id) => idText(id, url)) ?? about,
    title:
      first(item, ['title', 'atom:title', 'dc:title', 'itunes:title'], (title) => line(title, format)) ??
      inMedia(item, 'media:title', (title) => line(title, format)),
    author: authorOf(item, entryAuthors) ?? authorOf(children(item, 'source')[0], ['author']),
    summary:
      short ??
      first(item, entrySummaries, (summary) => prose(summary, format)) ??
      inMedia(item, 'media:description', (summary) => prose(summary, format)),
    content: first(item, contents, (content) => html(content, format)) ?? long,
    publishedAt: first(item, publishedDates, date),
    modifiedAt: first(item, modifiedDates, date),
    tags: tagsOf(item),
  });
}

/** What the first of these elements that has something to say says. */
function first<T>(element: XmlElement, names: string[], read: (child: XmlElement) => T | null): T | null {
  for (const name of names) {
    for (const child of children(element, name)) {
      const found = read(child);
      if (found !== null) return found;
    }
  }
  return null;
}

/** `description` is RSS's word and `summary` Atom's. Where an entry has two, the second is the story at length. */
function descriptions(item: XmlElement, format: XmlFormat): { short: string | null; long: string | null } {
  const elements = item.children.filter(
    (child): child is XmlElement => typeof child !== 'string' && /^(description|summary)$/.test(child.name),
  );
  const [first, second] = elements
    .map((element) => ({ element, text: prose(element, format) }))
    .filter(({ text }) => text !== null);
  return { short: first?.text ?? null, long: second ? html(second.element, format) : null };
}

/** Media RSS 1.5.1 "Optional elements": on the item, its group, or a content of either. */
function inMedia(item: XmlElement, name: string, read: (child: XmlElement) => string | null): string | null {
  const groups = [item, ...children(item, 'media:group')];
  for (const holder of [...groups, ...groups.flatMap((group) => children(group, 'media:content'))]) {
    const found = first(holder, [name], read);
    if (found) return found;
  }
  return null;
}

/** All of the first kind of element that names somebody, joined. */
function authorOf(element: XmlElement | undefined, names: string[]): string | null {
  if (!element) return null;
  for (const name of names) {
    const people = children(element, name)
      .map(person)
      .filter((found) => found !== null);
    if (people.length > 0) return [...new Set(people)].join(', ');
  }
  return null;
}

/** `Name (mail)`, or what there is of it (RFC 4287 3.2); in RSS the text as it is. */
function person(element: XmlElement): string | null {
  const name = first(element, ['name', 'atom:name'], plain);
  const email = first(element, ['email', 'atom:email'], plain);
  if (name && email) return `${name} (${email})`;
  return name ?? email ?? (hasElements(element) ? null : plain(element));
}

/** `category` of RSS and Atom, `dc:subject`, and the lists of Media RSS and podcasts. */
function tagsOf(item: XmlElement): string[] {
  const single = ['category', 'atom:category', 'dc:subject']
    .flatMap((name) => children(item, name))
    .map((category) => attribute(category, 'label') ?? attribute(category, 'term') ?? plain(category));
  const lists = ['media:keywords', 'itunes:keywords']
    .flatMap((name) => children(item, name))
    .flatMap((list) => plain(list)?.split(',') ?? []);
  return [...single, ...lists].map((tag) => tag?.trim() ?? '').filter((tag) => tag !== '');
}

/** `ttl` of RSS 2.0 in minutes, or the syndication module of RSS 1.0: so many updates a period. */
function updateEvery(channel: XmlElement): number | null {
  const number = (name: string) => Number(first(channel, [name], plain) ?? Number.NaN);
  const period = periods[first(channel, ['sy:updateperiod'], plain)?.toLowerCase() ?? ''];
  const ttl = number('ttl') * 60_000;
  const every = ttl > 0 ? ttl : (period ?? Number.NaN) / (number('sy:updatefrequency') || 1);
  return every > 0 && every <= yearMs ? Math.round(every) : null;
}

const yearMs = 365 * dayMs;
const periods: Record<string, number> = {
  hourly: hourMs,
  daily: dayMs,
  weekly: 7 * dayMs,
  monthly: 30 * dayMs,
  yearly: yearMs,
};
