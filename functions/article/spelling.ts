/**
 * The spellings of one address: what a site serves alike at several URLs. `norm` v1 leaves them apart, since ids depend on it; here they
 * come together, to find an article and to keep a takedown. Pure.
 */
import { addressOf, isAmpParameter, otherScheme, plainHost, registrableDomain, routeOf, withoutAmp } from './norm.ts';

/** Session ids by the names that servers give them: PHP, Java, ASP, ColdFusion, osCommerce and what people write by hand. */
const sessionName =
  /^(jsessionid|phpsessid|aspsessionid\w*|(user_?)?sess(ion)?(_?id)?|sid|cfid|cftoken|zenid|oscsid|s_?id)$/i;
/** ASP.NET writes a session into the path: `/(S(lit3py55t21z5v55vlm25s55))/`. */
const sessionSegment = /^\((?:[A-Za-z]\([^()]*\))+\)$/;
const shortestNumber = 5;
/** Beyond this a number is no name of a story but a key of something else. */
const longestNumber = 20;

/** One text for all spellings of an address: scheme, `www.`, `m.`, AMP, slash, tracking, session id, order of parameters. */
export function spellingOf(href: string): string {
  return spelling(href, () => false);
}

/** `isNoise`: further segments and values that do not count. */
function spelling(href: string, isNoise: (text: string) => boolean): string {
  const url = new URL(addressOf(href));
  const segments = url.pathname.split('/').map(withoutParameters);
  const path = withoutAmp(segments.filter((part) => !isSession(part) && !isNoise(part)).join('/'));
  const query = queryParts(url).filter((part) => !isSessionOrAmp(part) && !isNoise(parameterValue(part)));
  return `${plainHost(url.host)}${withoutEndSlashes(path)}?${query.sort().join('&')}${routeOf(href)}`;
}

/** The URLs that people and links use for one another: both schemes, with and without `www.` and the closing slash. */
export function nearSpellings(href: string): string[] {
  const url = new URL(addressOf(href));
  const hosts = new Set([url.host, url.host.startsWith('www.') ? url.host.slice(4) : `www.${url.host}`]);
  const paths = new Set([url.pathname, url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : `${url.pathname}/`]);
  const found: string[] = [];
  for (const host of hosts)
    for (const path of paths) {
      const near = `${url.protocol}//${host}${path}${url.search}${routeOf(href)}`;
      found.push(near, otherScheme(near));
    }
  // An IP address has no `www.` before it.
  return found.filter((near) => near !== addressOf(href) && URL.canParse(near));
}

/**
 * What other URLs of the same story may share with this one: its spelling where that is more than a near one, and the number by which
 * the site names the story, of five and more digits, that is no date. Two stories may share these, too: the text decides.
 */
export function twinKeys(href: string): string[] {
  const url = new URL(addressOf(href));
  const keys = isFarSpelling(url) ? [`spelling ${spelling(href, looksRandom)}`] : [];
  const number = storyNumber(url);
  return number === null ? keys : [...keys, `number ${registrableDomain(href)} ${number}`];
}

/** The last and longest number of the address that is no date. */
function storyNumber(url: URL): string | null {
  const numbers = (`${url.pathname} ${url.search}`.match(/\d+/g) ?? []).filter(
    (digits) => digits.length >= shortestNumber && digits.length <= longestNumber && !isDate(digits),
  );
  return numbers.reduce<string | null>((best, digits) => (best && best.length > digits.length ? best : digits), null);
}

/** `20240403`, `202404031215`, `240403` are days, which all stories of a day share. */
function isDate(digits: string): boolean {
  return (
    /^(19|20)\d\d(0[1-9]|1[0-2])((0[1-9]|[12]\d|3[01])(\d{2}|\d{4}|\d{6})?)?$/.test(digits) ||
    /^\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(digits)
  );
}

/** Whether more than scheme, `www.` and slash differ from the plainest spelling. */
function isFarSpelling(url: URL): boolean {
  const parts = queryParts(url);
  return (
    parts.length > 1 ||
    parts.some(isSessionOrAmp) ||
    parts.some((part) => looksRandom(parameterValue(part))) ||
    url.pathname.split('/').some((part) => part !== withoutParameters(part) || isSession(part) || looksRandom(part)) ||
    withoutAmp(url.pathname) !== url.pathname ||
    plainHost(url.host) !== url.host.replace(/^www\./, '')
  );
}

/** `/story;jsessionid=1A2B` is `/story` (RFC 3986 3.3 lets a segment have parameters; only those of sessions go). */
function withoutParameters(segment: string): string {
  const [name = '', ...parameters] = segment.split(';');
  return [name, ...parameters.filter((part) => !isSessionOrAmp(part))].join(';');
}

function isSession(segment: string): boolean {
  return sessionSegment.test(segment.replace(/%28/gi, '(').replace(/%29/gi, ')'));
}

function queryParts(url: URL): string[] {
  return url.search
    .slice(1)
    .split('&')
    .filter((part) => part !== '');
}

function parameterValue(part: string): string {
  return part.slice(part.indexOf('=') + 1);
}

function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/** What a session id looks like, whatever its name: a text without a word in it. Only where the text decides. */
function looksRandom(text: string): boolean {
  return /^[A-Za-z0-9]{12,}$/.test(text) && (text.match(/\d/g)?.length ?? 0) >= 3 && /[A-Za-z].*[A-Za-z]/.test(text);
}

function isSessionOrAmp(part: string): boolean {
  const [name = ''] = part.split('=', 1);
  return sessionName.test(name) || isAmpParameter(part);
}
