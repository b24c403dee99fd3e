/**
 * A URL in its normalised form, version 1, and the article id and alias key that come from it. Frozen: every id in every
 * archive depends on each rule here. A change is a version 2 beside it.
 */
import { getDomain } from 'tldts';
import { hash22 } from '../hash.ts';
import { trackingParameters, trackingPrefixes } from './tracking-parameters.ts';

/**
 * Lower-case scheme and host, no default port, credentials, fragment, trailing dot or tracking parameters, no empty
 * query, percent-encoding as RFC 3986 6.2.2 has it (unreserved characters plain, hex digits in upper case).
 */
export function norm(href: string): string {
  const url = new URL(href);
  url.hash = '';
  url.username = '';
  url.password = '';
  url.hostname = withoutTrailingDot(url.hostname);
  const query = url.search
    .slice(1)
    .split('&')
    .map(normaliseEncoding)
    .filter((part) => part !== '' && !isTracking(part))
    .join('&');
  return `${url.protocol}//${url.host}${normaliseEncoding(url.pathname)}${query ? `?${query}` : ''}`;
}

/**
 * The route of a page that scripts build: `#!/story/1` and `#/story/1` name a story, other fragments a place in it. Servers never see
 * it. Empty where there is none.
 */
export function routeOf(href: string): string {
  const { hash } = new URL(href);
  return /^#!?\/[^/]/.test(hash) ? normaliseEncoding(hash) : '';
}

/** What names a page: the normalised URL, and its route. */
export function addressOf(href: string): string {
  return norm(href) + routeOf(href);
}

/** The article id of a URL: 22 characters of base64url. Version 1 knew no routes; they are named by version 2. */
export function articleId(href: string): string {
  return routeOf(href) ? hash22(`2|${addressOf(href)}`) : hash22(`1|${norm(href)}`);
}

/** The key of a URL in the alias table. */
export function urlHash(href: string): string {
  return routeOf(href) ? hash22(`2|${addressOf(href)}`) : hash22(norm(href));
}

/** The keys under which an article may be found: with its route, and then as version 1 had it. */
export function urlHashes(href: string): string[] {
  return [...new Set([urlHash(href), hash22(norm(href))])];
}

/** The host an article is on, without `www.`. */
export function siteOf(href: string): string {
  return withoutTrailingDot(new URL(href).hostname).replace(/^www\./, '');
}

/**
 * True when two URLs differ only in what does not make another page: scheme, `www.`, `m.`, `mobile.` or `amp.` hosts,
 * AMP paths and parameters, tracking, a closing slash.
 */
export function isVariant(a: string, b: string): boolean {
  return variantKey(a) === variantKey(b);
}

/** The other scheme's URL of the same page. */
export function otherScheme(href: string): string {
  return href.startsWith('https:') ? `http:${href.slice(6)}` : `https:${href.slice(5)}`;
}

/** The registered domain of a URL's host (public suffix list with its private part: two blogs of one service are two), or the whole host. */
export function registrableDomain(href: string): string {
  return getDomain(href, { allowPrivateDomains: true }) ?? new URL(href).hostname;
}

export function sameRegistrableDomain(a: string, b: string): boolean {
  return registrableDomain(a) === registrableDomain(b);
}

/** The front page of a site, in any language: `/`, `/index.html`, `/en/`, `/zh-hans`, `/home`. */
export function isHomePage(href: string): boolean {
  const url = new URL(href);
  if (routeOf(href)) return false;
  const path = url.pathname.replace(/\/+$/, '').toLowerCase();
  if (url.search !== '') return false;
  return (
    path === '' ||
    /^\/(index|default|home)(\.\w{2,5})?$/.test(path) ||
    /^\/[a-z]{2}([-_][a-z]{2,4})?(\/index\.\w{2,5})?$/.test(path)
  );
}

/**
 * True when a page names as its canonical URL what must be a list of stories: an ancestor of its own path, or a short
 * path without a digit or a slug (`/politics`, `/news/world`).
 */
export function isSection(canonical: string, page: string): boolean {
  const [short, long] = [canonical, page].map((href) => new URL(href).pathname.split('/').filter(Boolean));
  if (!short || !long || new URL(canonical).search !== '') return false;
  const ancestor = short.length < long.length && short.every((part, i) => part === long[i]);
  const plain =
    short.length <= 2 && short.every((part) => part.length <= 20 && !/\d/.test(part) && !/[-_.%]/.test(part));
  return ancestor || plain;
}

function variantKey(href: string): string {
  const url = new URL(norm(href));
  const host = plainHost(url.host);
  const path = withoutAmp(url.pathname).replace(/\/+$/, '');
  const query = url.search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !isAmpParameter(part));
  return `${host}${path}?${query.join('&')}${routeOf(href)}`;
}

/** Whether a part of a query asks for the AMP form of the page. */
export function isAmpParameter(part: string): boolean {
  return /^(amp|outputType=amp|output=amp|amp=\w*)$/i.test(part);
}

export function withoutAmp(path: string): string {
  return path
    .replace(/^\/amp(?=\/)/, '')
    .replace(/\/amp(\.html)?\/?$/, '/')
    .replace(/\.amp(\.html)?$/, '.html');
}

/** Without the labels that name an edition of the same site. What the owner registered stays: `mobile.de` is not `de`. */
export function plainHost(host: string): string {
  const domain = getDomain(host, { allowPrivateDomains: true });
  if (!domain || !host.startsWith(domain, host.lastIndexOf(domain))) return host;
  const at = host.lastIndexOf(domain);
  const labels = host
    .slice(0, at)
    .split('.')
    .filter((part) => part !== '' && !/^(www|m|mobile|amp|wap)$/.test(part));
  return [...labels, host.slice(at)].join('.');
}

function isTracking(part: string): boolean {
  const name = part.split('=', 1)[0]?.toLowerCase() ?? '';
  return trackingParameters.has(name) || trackingPrefixes.some((prefix) => name.startsWith(prefix));
}

/** Until nothing changes, since what one pass decodes may end an escape: normalising twice gives what once gives. */
function normaliseEncoding(text: string): string {
  const next = text.replace(/%([0-9a-f]{2})/gi, (whole, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : whole.toUpperCase();
  });
  return next === text ? text : normaliseEncoding(next);
}

function withoutTrailingDot(host: string): string {
  return host.replace(/\.+$/, '');
}
