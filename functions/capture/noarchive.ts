/** Whether a page asks not to be archived, in its X-Robots-Tag or its robots meta tag. Whether that counts is a setting. */
import type { Problem } from '../problems.ts';
import type { FetchedPage } from './fetch-page.ts';

/** Such tags stand in the head, and this is more than heads are long. */
const headBytes = 256 * 1024;

/** `agent`: the product token, which a tag may name instead of all robots. Null when the page does not ask. */
export function asksNotToBeArchived(page: Pick<FetchedPage, 'headers' | 'body'>, agent: string): Problem | null {
  const own = agent.toLowerCase();
  const inHeader = page.headers.some(([name, value]) => name.toLowerCase() === 'x-robots-tag' && forbids(value, own));
  if (!inHeader && !metaTags(page.body).some((tag) => isForUs(tag, own) && forbids(attribute(tag, 'content'), own)))
    return null;
  const where = inHeader ? 'X-Robots-Tag' : 'robots meta tag';
  const detail = `its ${where} says noarchive; NOARCHIVE=ignore, which is the default, would archive it all the same`;
  return { code: 'blocked-by-robots', detail };
}

/** `noarchive`, `noindex, noarchive`, `otherbot: noarchive`: a name with a colon holds for what follows it. */
function forbids(directives: string, own: string): boolean {
  let isOurs = true;
  return directives
    .toLowerCase()
    .split(',')
    .some((part) => {
      const at = part.indexOf(':');
      // Two directives have a value after a colon, and are not the names of robots.
      if (at >= 0 && !/^\s*(max-|unavailable_after)/.test(part)) isOurs = ['*', own].includes(part.slice(0, at).trim());
      return isOurs && part.slice(at + 1).trim() === 'noarchive';
    });
}

function metaTags(body: Uint8Array): string[] {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, headBytes)).toString('latin1');
  return head.match(/<meta\s[^<>]*>/gi) ?? [];
}

function isForUs(tag: string, own: string): boolean {
  return ['robots', own].includes(attribute(tag, 'name').toLowerCase().trim());
}

function attribute(tag: string, name: string): string {
  for (const [, key, quoted, single, bare] of tag.matchAll(/\s([\w-]+)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g))
    if (key?.toLowerCase() === name) return quoted ?? single ?? bare ?? '';
  return '';
}
