/** The cookies of one fetch, by RFC 6265: a site that sets one and sends us back gets it again. Nothing of them outlives the fetch. */
import { isIP } from 'node:net';
import { getDomain } from 'tldts';

/** More than this of one fetch is not for reading a page. */
const maxCookies = 50;
const maxCookieBytes = 8192;

type Cookie = {
  name: string;
  value: string;
  domain: string;
  hostOnly: boolean;
  path: string;
  secure: boolean;
};

export type CookieJar = {
  /** Takes the `Set-Cookie` headers of an answer that came from `url`. */
  take(url: string, headers: readonly [string, string][], nowMs: number): void;
  /** The `Cookie` header for a request, or null for none. */
  headerFor(url: string): string | null;
};

export function makeCookieJar(): CookieJar {
  let cookies: Cookie[] = [];
  return {
    take(href, headers, nowMs) {
      const url = new URL(href);
      for (const [name, value] of headers) {
        if (name.toLowerCase() !== 'set-cookie') continue;
        const parsed = parseCookie(value, url, nowMs);
        if (!parsed) continue;
        const { cookie, isOver } = parsed;
        const others = cookies.filter((one) => !isSame(one, cookie));
        if (isOver) cookies = others;
        else if (hasRoom(others, cookie)) cookies = [...others, cookie];
      }
    },
    headerFor(href) {
      const url = new URL(href);
      const sent = cookies
        .filter((cookie) => isFor(cookie, url))
        // Longer paths first (RFC 6265 5.4).
        .sort((a, b) => b.path.length - a.path.length)
        .map(({ name, value }) => (name === '' ? value : `${name}=${value}`));
      return sent.length > 0 ? sent.join('; ') : null;
    },
  };
}

/** RFC 6265 5.2 and 5.3. Null for one that is ignored. `isOver`: it takes an earlier one away. */
function parseCookie(header: string, url: URL, nowMs: number): { cookie: Cookie; isOver: boolean } | null {
  const [pair = '', ...rest] = header.split(';');
  const at = pair.indexOf('=');
  const name = pair.slice(0, at).trim();
  const value = pair.slice(at + 1).trim();
  // What holds a control character would be no header.
  if (at < 0 || name === '' || hasControl(pair)) return null;
  const attributes = new Map(
    rest.map((part): [string, string] => {
      const [key = '', ...words] = part.split('=');
      return [key.trim().toLowerCase(), words.join('=').trim()];
    }),
  );
  const host = hostOf(url);
  const named = attributes.get('domain')?.replace(/^\./, '').toLowerCase() ?? '';
  const isShared = named !== '' && named !== host;
  if (isShared && (!isBelow(host, named) || isPublicSuffix(named))) return null;
  const secure = attributes.has('secure');
  // What is to go over TLS alone did not come over anything else (RFC 6265bis 5.7).
  if (secure && url.protocol !== 'https:') return null;
  const path = attributes.get('path') ?? '';
  const cookie = {
    name,
    value,
    domain: named === '' ? host : named,
    // A public suffix that names itself speaks for its own host alone.
    hostOnly: named === '' || isIP(host) !== 0 || isPublicSuffix(named),
    path: path.startsWith('/') && !hasControl(path) ? path : defaultPath(url),
    secure,
  };
  return { cookie, isOver: isExpired(attributes, nowMs) };
}

function isExpired(attributes: Map<string, string>, nowMs: number): boolean {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0;
  const expires = Date.parse((attributes.get('expires') ?? '').replaceAll('-', ' '));
  return !Number.isNaN(expires) && expires <= nowMs;
}

function isFor({ domain, hostOnly, path, secure }: Cookie, url: URL): boolean {
  const host = hostOf(url);
  if (secure && url.protocol !== 'https:') return false;
  if (host !== domain && (hostOnly || !isBelow(host, domain))) return false;
  const { pathname } = url;
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function hasRoom(others: Cookie[], cookie: Cookie): boolean {
  const bytes = [...others, cookie].reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return others.length < maxCookies && bytes <= maxCookieBytes;
}

function isSame(a: Cookie, b: Cookie): boolean {
  return a.name === b.name && a.domain === b.domain && a.path === b.path && a.hostOnly === b.hostOnly;
}

/** RFC 6265 5.1.3: an address has no names below it. */
function isBelow(host: string, domain: string): boolean {
  return isIP(host) === 0 && host.endsWith(`.${domain}`);
}

/** A name below which strangers live side by side, such as `co.uk` or a hoster's; a name without a registered domain is one. */
function isPublicSuffix(domain: string): boolean {
  return getDomain(domain, { allowPrivateDomains: true }) === null;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** RFC 6265 5.1.4. */
function defaultPath({ pathname }: URL): string {
  return pathname.slice(0, pathname.lastIndexOf('/')) || '/';
}

function hasControl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\0-\x08\x0a-\x1f\x7f]/.test(text);
}
