/**
 * Names of elements by what their namespace is, not by the prefix that a feed gives it: `dc:creator` whatever it was called,
 * `title` for what belongs to the format itself, `?:title` for what is unknown and only sounds alike.
 */
import type { Attributes } from './tags.ts';

/** What prefixes mean at some place. */
export type Scope = { uris: ReadonlyMap<string, string>; core: ReadonlySet<string> };

/** Lower case, without scheme and closing `/` or `#`: feeds write them in all ways. */
const prefixes: Record<string, string> = {
  'www.w3.org/2005/atom': 'atom',
  'purl.org/atom/ns': 'atom',
  'purl.org/dc/elements/1.1': 'dc',
  'purl.org/dc/elements/1.0': 'dc',
  'purl.org/dc/terms': 'dcterms',
  'purl.org/rss/1.0/modules/content': 'content',
  'purl.org/rss/1.0/modules/syndication': 'sy',
  'www.itunes.com/dtds/podcast-1.0.dtd': 'itunes',
  'search.yahoo.com/mrss': 'media',
  'www.w3.org/1999/xhtml': 'xhtml',
  'www.w3.org/1999/02/22-rdf-syntax-ns': 'rdf',
  'www.google.com/schemas/sitemap-news/0.9': 'news',
};

const knownPrefixes = new Set(Object.values(prefixes));

/** Namespaces that feeds and sitemaps put their own elements in. */
const coreUris = [
  'purl.org/rss/1.0',
  'purl.org/net/rss1.1',
  'my.netscape.com/rdf/simple/0.9',
  'channel.netscape.com/rdf/simple/0.9',
  'backend.userland.com/rss',
  'backend.userland.com/rss2',
  'backend.userland.com/rss191',
  'blogs.law.harvard.edu/tech/rss',
  'cyber.law.harvard.edu/rss/rss.html',
  'www.sitemaps.org/schemas/sitemap/0.9',
  'www.google.com/schemas/sitemap/0.84',
];

/** Many elements that each declare some must not take the square of their number. */
const maxDeclared = 100;

/**
 * The root's namespace is the format's, whatever it is: drafts of Atom and RSS 2.0 had many. The root of RDF is RDF's, and
 * what has no prefix there is the format's.
 */
export function rootScope(tag: string, attributes: Attributes): Scope {
  const { uris } = innerScope({ uris: new Map(), core: new Set() }, attributes);
  const own = uris.get(prefixOf(tag)) ?? '';
  const core = prefixes[own] === 'rdf' || tag.endsWith('RDF') ? (uris.get('') ?? '') : own;
  return { uris, core: new Set(['', core, ...coreUris]) };
}

export function innerScope(scope: Scope, attributes: Attributes): Scope {
  let uris: Map<string, string> | null = null;
  for (const [name, value] of attributes) {
    if (!name.startsWith('xmlns') || (name.length > 5 && name[5] !== ':')) continue;
    uris ??= new Map(scope.uris);
    if (uris.size < maxDeclared) uris.set(name.slice(6), plainUri(value));
  }
  return uris ? { ...scope, uris } : scope;
}

/** In lower case. A prefix that nobody declared means what it usually means. */
export function nameIn(scope: Scope, tag: string): string {
  const prefix = prefixOf(tag);
  const local = localName(tag).toLowerCase();
  const uri = scope.uris.get(prefix) ?? (prefix === '' ? '' : null);
  if (uri !== null && scope.core.has(uri)) return local;
  const known = uri === null ? prefix.toLowerCase() : prefixes[uri];
  return `${known !== undefined && knownPrefixes.has(known) ? known : '?'}:${local}`;
}

export function localName(tag: string): string {
  return tag.slice(tag.indexOf(':') + 1);
}

function prefixOf(tag: string): string {
  return tag.slice(0, Math.max(0, tag.indexOf(':')));
}

function plainUri(uri: string): string {
  return uri
    .trim()
    .slice(0, 200)
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[/#]+$/, '');
}
