/** Text from outside -> a URL that the archive may fetch, or a problem that says why not. Looks nothing up. */
import type { Problem } from '../problems.ts';
import { routeOf } from './norm.ts';
import { isOtherService } from './ports.ts';

export const maxUrlLength = 2048;
/** RFC 1035 2.3.4. The table's keys take no more than a few hundred either. */
const maxHostLength = 253;

/**
 * An http(s) URL without credentials, at most 2,048 characters, as the WHATWG parser writes it, without fragment; of a story
 * (`parseStoryUrl`) with its route.
 */
export type ArticleUrl = string & { readonly __brand: 'ArticleUrl' };

/** `base`: what a relative text (a redirect's Location, a canonical link) is resolved against. */
export function parseArticleUrl(text: string, base?: string): { url: ArticleUrl } | { problem: Problem } {
  return parse(text, base, () => '');
}

/** As `parseArticleUrl`, and a route, `#!/…` or `#/…`, stays: it names a story on a page that scripts build. */
export function parseStoryUrl(text: string, base?: string): { url: ArticleUrl } | { problem: Problem } {
  return parse(text, base, routeOf);
}

function parse(
  text: string,
  base: string | undefined,
  fragmentOf: (href: string) => string,
): { url: ArticleUrl } | { problem: Problem } {
  const refuse = (detail: string) => ({ problem: { code: 'url-refused', detail } as const });
  const trimmed = text.trim();
  if (trimmed.length > maxUrlLength)
    return refuse(`a URL may have at most ${maxUrlLength} characters, this one has ${trimmed.length}`);
  if (!URL.canParse(trimmed, base)) return refuse(`"${shorten(trimmed)}" is not a URL; write it whole, with https://`);
  const url = new URL(trimmed, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return refuse(`only http and https URLs are archived, not ${shorten(url.protocol)}`);
  }
  if (url.username || url.password) return refuse('the URL holds a user name or password; remove it');
  if (url.hostname === '' || url.hostname === '.') return refuse('the URL has no host');
  if (url.hostname.length > maxHostLength) return refuse(`a host name has at most ${maxHostLength} characters`);
  if (isOtherService(url.port)) return refuse(`port ${url.port} is one of a service that is no web site`);
  url.hash = fragmentOf(url.href);
  if (url.href.length > maxUrlLength)
    return refuse(`a URL may have at most ${maxUrlLength} characters once it is encoded`);
  // Everything that the brand promises was checked above.
  return { url: url.href as ArticleUrl };
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
