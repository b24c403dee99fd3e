/** Where an entry or a feed says that its page is -> an http(s) URL. What else a link can be (javascript:, data:) is dropped. */
import { decodeXML } from 'entities';
import { maxUrlLength } from '../article/article-url.ts';
import { isHomePage, norm, siteOf } from '../article/norm.ts';
import { plain } from './text.ts';
import { attribute, children, type XmlElement } from './xml.ts';

/** An absolute URL stays as it is written; null for what can be no address of a page. */
export function resolveLink(text: string | null, base: string): string | null {
  // The WHATWG parser takes these away too.
  const written = text?.trim().replace(/[\t\n\r]/g, '');
  if (!written || written.length > maxEscapedLength) return null;
  const link = unescaped(written);
  if (link.length > maxUrlLength || isNoAddress(link)) return null;
  const url = URL.parse(link, base);
  if (!url || !/^https?:$/.test(url.protocol) || url.href.length > maxUrlLength) return null;
  // `https:page` is relative where the base is https (WHATWG URL 4.4), and no address without it.
  return URL.parse(link)?.href === url.href && !/[\s<>"]/.test(link) ? link : url.href;
}

/** A URL of the longest kind with each of its characters escaped twice. */
const maxEscapedLength = maxUrlLength * 10;
const maxEscapes = 3;

/** What was escaped twice has still escapes of XML in it, which no site serves an address with. */
function unescaped(link: string): string {
  let plain = link;
  for (let times = 0; times < maxEscapes && plain.includes('&'); times++)
    plain = plain.replace(escaped, (whole) => decodeXML(whole.toLowerCase()));
  return plain;
}

const escaped =
  /&(amp|#0{0,4}38|#x0{0,4}26|#0{0,4}47|#x0{0,4}2f|#0{0,4}58|#x0{0,4}3a|#0{0,4}61|#x0{0,4}3d|#0{0,4}63|#x0{0,4}3f);/gi;

/** What programs write where they have no address. */
function isNoAddress(link: string): boolean {
  return /^(n\/?a|none|null|undefined|nil|false|true|-+|#|\?+|tba|about:blank)$/i.test(link);
}

/**
 * The page: an HTML alternate, any alternate, or the text of a link, whichever is first of its kind (RFC 4287 4.2.7). The
 * format's own links come before Atom's in RSS, which are there to name the feed and often forget to say so.
 */
export function pageLink(element: XmlElement): string | null {
  const own = children(element, 'link');
  return (
    alternateOf(own) ??
    firstOf(own, (link) => resolveLink(plain(link), link.base)) ??
    alternateOf(children(element, 'atom:link'))
  );
}

/** What entries say of their pages, each in its place: where the link leads, and the address that the id is. */
export type Addresses = { link: string | null; own: string | null };

/**
 * The page of each: its link, unless that is no page of its own, as a home page is or one that other entries of the same site link to
 * as well, and its id is one.
 */
export function pagesOf(entries: readonly Addresses[]): (string | null)[] {
  const ownOf = new Map<string, Set<string>>();
  for (const { link, own } of entries) {
    if (link === null || own === null || link === own) continue;
    ownOf.set(link, (ownOf.get(link) ?? new Set()).add(own));
  }
  return entries.map(({ link, own }) => {
    if (link === null || own === null || link === own) return link ?? own;
    const isShared = (ownOf.get(link)?.size ?? 0) > 1 && siteOf(link) === siteOf(own);
    return (isShared || isHomePage(norm(link))) && !isHomePage(norm(own)) ? own : link;
  });
}

/** The first link of this relation, such as `self` or `hub`. */
export function relatedLink(element: XmlElement, rel: string): string | null {
  return firstOf(
    linksOf(element).filter((link) => relOf(link) === rel),
    hrefOf,
  );
}

/**
 * A guid or id that is an address as well. RSS 2.0 says that a guid is one unless `isPermaLink` is false; Atom does not say
 * so of ids, but where there is no link there is nothing better.
 */
export function permalink(id: XmlElement): string | null {
  const text = plain(id);
  const permanent = isPermalink(id);
  if (!text || permanent === false) return null;
  return isAbsolute(text) || permanent ? resolveLink(text, id.base) : null;
}

/**
 * An id as it is, since ids are compared letter by letter (RFC 4287 4.2.6.1). What is relative where an `xml:base` or
 * `isPermaLink` says to what is made whole.
 */
export function idText(id: XmlElement, feedUrl: string): string | null {
  const text = plain(id);
  const permanent = isPermalink(id);
  if (!text || isAbsolute(text) || permanent === false) return text;
  return permanent || id.base !== feedUrl ? (resolveLink(text, id.base) ?? text) : text;
}

/** What it says itself; null when it says nothing. */
function isPermalink(id: XmlElement): boolean | null {
  const says = attribute(id, 'isPermaLink')?.trim().toLowerCase();
  return says === 'true' ? true : says === 'false' ? false : null;
}

/** A URI of any kind, `tag:` and `urn:` too. */
function isAbsolute(text: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(text);
}

function alternateOf(links: XmlElement[]): string | null {
  const alternates = links.filter((link) => relOf(link) === 'alternate');
  const pages = alternates.filter((link) => isPage(attribute(link, 'type')));
  return firstOf([...pages, ...alternates], hrefOf);
}

function linksOf(element: XmlElement): XmlElement[] {
  return [...children(element, 'link'), ...children(element, 'atom:link')];
}

function relOf(link: XmlElement): string {
  const rel = attribute(link, 'rel')?.trim().toLowerCase() || 'alternate';
  return rel.replace(/^http:\/\/www\.iana\.org\/assignments\/relation\//, '');
}

function isPage(type: string | null): boolean {
  return type === null || /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(type);
}

function hrefOf(link: XmlElement): string | null {
  return resolveLink(attribute(link, 'href'), link.base);
}

function firstOf(elements: XmlElement[], read: (element: XmlElement) => string | null): string | null {
  for (const element of elements) {
    const found = read(element);
    if (found) return found;
  }
  return null;
}
