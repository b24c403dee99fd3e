/** Finds the `noarchive` of a page, in its X-Robots-Tag or its robots meta tag. A setting decides if the archive obeys it. */
import { Parser } from 'htmlparser2';
import type { Problem } from '../problems.ts';
import { decodeHtml } from './charset.ts';

/** The answer of a site. */
type AnsweredPage = { headers: [string, string][]; body: Uint8Array; contentType: string | null };

/** Such tags stand in the head, and this is more than heads are long. */
const headBytes = 256 * 1024;

/** `agent`: the product token, which a tag may name instead of all robots. Null when the page does not ask. */
export function asksNotToBeArchived(page: AnsweredPage, agent: string): Problem | null {
  const own = agent.toLowerCase();
  const inHeader = page.headers.some(([name, value]) => name.toLowerCase() === 'x-robots-tag' && forbids(value, own));
  if (!inHeader && !metaTags(page).some(({ name, content }) => ['robots', own].includes(name) && forbids(content, own)))
    return null;
  const where = inHeader ? 'X-Robots-Tag' : 'robots meta tag';
  const detail = `its ${where} says noarchive; NOARCHIVE=ignore, the default, would archive it anyway`;
  return { code: 'blocked-by-robots', detail };
}

/** `noarchive`, `noindex, noarchive`, `noindex noarchive`, `otherbot: noarchive`: a name with a colon holds for what follows it. */
function forbids(directives: string, own: string): boolean {
  let isOurs = true;
  return directives
    .toLowerCase()
    .split(',')
    .some((part) => {
      // Two directives have a value after a colon, which may be a date with more of them, and are not the names of robots.
      const [named = '', name] = /^\s*(?!max-|unavailable_after)([^\s:]+)\s*:/.exec(part) ?? [];
      if (name !== undefined) isOurs = ['*', own].includes(name);
      return isOurs && part.slice(named.length).trim().split(/\s+/).includes('noarchive');
    });
}

function metaTags({
  body,
  contentType,
}: Pick<AnsweredPage, 'body' | 'contentType'>): { name: string; content: string }[] {
  const tags: { name: string; content: string }[] = [];
  const parser = new Parser({
    onopentag(tag, { name = '', content = '' }) {
      if (tag === 'meta') tags.push({ name: name.toLowerCase().trim(), content });
    },
  });
  parser.end(decodeHtml(body.subarray(0, headBytes), contentType).text);
  return tags;
}
