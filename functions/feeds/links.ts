/** Where an entry or a feed says that its page is -> an http(s) URL. What else a link can be (javascript:, data:) is dropped. */
import { maxUrlLength } from '../capture/article-url.ts';
import { plain } from './text.ts';
import { attribute, children, type XmlElement } from './xml.ts';

/** An absolute URL stays as it is written; null for what can be no address of a page. */
export function resolveLink(text: string | null, base: string): string | null {
  // The WHATWG parser takes these away too.
  const link = text?.trim().replace(/[\t\n\r]/g, '');
  if (!link || link.length > maxUrlLength) return null;
  const url = URL.parse(link, base);
  if (!url || !/^https?:$/.test(url.protocol) || url.href.length > maxUrlLength) return null;
  return isAbsolute(link) && !/[\s<>"]/.test(link) ? link : url.href;
}

/** A URI of any kind, `tag:` and `urn:` too. */
export function isAbsolute(text: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(text);
}

/** The page: an HTML alternate, any alternate, or the text of a link, whichever is first of its kind (RFC 4287 4.2.7). */
export function pageLink(element: XmlElement): string | null {
  const links = linksOf(element);
  const alternates = links.filter((link) => relOf(link) === 'alternate');
  const pages = alternates.filter((link) => isPage(attribute(link, 'type')));
  return (
    firstOf([...pages, ...alternates], hrefOf) ??
    firstOf(children(element, 'link'), (link) => resolveLink(plain(link), link.base))
  );
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
  const says = attribute(id, 'isPermaLink')?.trim().toLowerCase();
  if (!text || says === 'false') return null;
  return isAbsolute(text) || says === 'true' ? resolveLink(text, id.base) : null;
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
