/**
 * The Markdown document of the git archives that Nightdesk grew out of, read. One line each: the publication time in
 * milliseconds, the linked title, a rule, an empty line, the body as HTML on one line.
 *
 *     <!--1712173501000-->
 *     [title](url)
 *     ------
 *
 *     <p>first paragraph</p><p>second paragraph</p>
 *
 * Some archives put Jekyll front matter before it, or in its place. A document is kept as the bytes that came; what is read
 * here is only what it says.
 */
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { joinBrokenLines } from '../white-space.ts';
import { oneLine } from './write-document.ts';

export type ReadDocument = {
  title: string | null;
  /** As it is written, not checked; null when the document names none. */
  url: string | null;
  /** Epoch milliseconds; null when it gives no time, or none that a calendar has. */
  publishedAtMs: number | null;
  authors: string[];
  /** Tags and categories of the front matter. */
  tags: string[];
  /** The first category of the front matter, which in these archives is the feed that the story came from. */
  category: string | null;
  body: string;
};

/** More front matter than any writer has: YAML is parsed in time that grows with it. */
const maxFrontMatter = 65_536;
const maxNames = 30;
const maxNameLength = 200;
const maxTitleLength = 1000;
/** The last moment that JavaScript can tell (ECMA-262, time values). */
const maxTimeMs = 8.64e15;

const frontMatterAt = /^---[ \t]*\n([\s\S]*?\n)?---[ \t]*(?:\n|$)/;
const timeAt = /^<!--\s*(-?\d{1,16})\s*-->[ \t]*(?:\n|$)/;
const titleAt = /^\[.*[\])][ \t]*(?:\n|$)/;
const ruleAt = /^-{3,}[ \t]*(?:\n|$)/;

/** Never throws: what a document does not say is null, and all that is no heading is its body. */
export function readDocument(source: string): ReadDocument {
  let rest = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const take = (pattern: RegExp): RegExpExecArray | null => {
    rest = rest.replace(/^[ \t\n]+/, '');
    const found = pattern.exec(rest);
    if (found) rest = rest.slice(found[0].length);
    return found;
  };
  const front = frontMatter(take(frontMatterAt)?.[1] ?? '');
  const time = take(timeAt);
  // The link is the document's heading only where it opens the document; further down it belongs to the text.
  const heading = front.url === null || time ? take(titleAt) : null;
  if (heading) take(ruleAt);
  const link = heading ? linkOf(heading[0].trimEnd()) : null;
  const commentMs = time ? validTime(Number(time[1])) : null;
  return {
    title: (link?.title ?? front.title)?.slice(0, maxTitleLength) || null,
    url: link?.url ?? front.url,
    publishedAtMs: commentMs ?? front.publishedAtMs,
    authors: front.authors,
    tags: front.tags,
    category: front.category,
    body: rest.replace(/^\n+/, '').trimEnd(),
  };
}

/**
 * `[title](url)`, where titles hold brackets and URLs parentheses: the URL begins after the last `](` that is followed by a
 * scheme, or else after the last one.
 */
function linkOf(line: string): { title: string | null; url: string | null } {
  if (!line.endsWith(')')) return { title: unescaped(line.slice(1, -1)) || null, url: null };
  const schemes = [...line.matchAll(/\]\((?=\s*<?https?:)/gi)];
  const at = schemes.at(-1)?.index ?? line.lastIndexOf('](');
  const url = line
    .slice(at + 2, -1)
    .trim()
    .replace(/^<(.*)>$/, '$1');
  return { title: unescaped(line.slice(1, at)) || null, url: unescaped(url) || null };
}

/** Markdown's escapes of the characters that a link is made of (CommonMark 2.4); all others stay as they are. */
function unescaped(text: string): string {
  return joinBrokenLines(text.replace(/\\([[\]()\\])/g, '$1')).trim();
}

type FrontMatter = Pick<ReadDocument, 'title' | 'url' | 'publishedAtMs' | 'authors' | 'tags' | 'category'>;

/** All values are read as text, since a date in YAML has types that we do not want. Broken YAML gives what its lines say. */
function frontMatter(source: string): FrontMatter {
  const fields = new Map<string, string[]>();
  const yaml = source.slice(0, maxFrontMatter);
  const { contents, errors } = parseDocument(yaml, { schema: 'failsafe', logLevel: 'silent', uniqueKeys: false });
  if (errors.length === 0 && isMap(contents)) {
    for (const { key, value } of contents.items) if (isScalar(key)) fields.set(String(key.value), textsOf(value));
  } else {
    for (const [, key = '', value = ''] of yaml.matchAll(/^(\w+)[ \t]*:[ \t]*(.*)$/gm))
      fields.set(key, [oneLine(value.replace(/^(["'])(.*)\1\s*$/, '$2'))].filter(Boolean));
  }
  const texts = (...keys: string[]) => keys.flatMap((key) => fields.get(key) ?? []);
  const names = (...keys: string[]) =>
    [...new Set(texts(...keys).filter((name) => name.length <= maxNameLength))].slice(0, maxNames);
  const [time] = texts('date', 'published');
  return {
    title: texts('title')[0] ?? null,
    url: texts('from', 'url', 'link', 'source', 'original_url', 'canonical_url').find(isWeb) ?? null,
    publishedAtMs: time === undefined ? null : timeOf(time),
    authors: names('author', 'authors'),
    tags: names('tags', 'tag', 'keywords', 'categories', 'category'),
    category: names('categories', 'category')[0] ?? null,
  };
}

/** The words of a scalar or of a list of scalars; deeper things, and YAML's references, say nothing here. */
function textsOf(value: unknown): string[] {
  const items = isSeq(value) ? value.items : [value];
  return items
    .map((item) => (isScalar(item) && typeof item.value === 'string' ? oneLine(item.value) : ''))
    .filter(Boolean);
}

/** `2014-02-04T08:59:12+01:00`, or as Jekyll writes it, `2014-02-04 08:59:12 +0100`; without an offset it is UTC. */
function timeOf(text: string): number | null {
  const found =
    /^(\d{4}-\d\d-\d\d)(?:[T ]\s*(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  if (!found) return null;
  const [, day, clock = '00:00', zone = 'Z'] = found;
  const offset = /^[a-z]/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d\d):?/, '$1:');
  return validTime(Date.parse(`${day}T${clock}${offset}`));
}

function validTime(ms: number): number | null {
  return Number.isFinite(ms) && Math.abs(ms) <= maxTimeMs ? ms : null;
}

function isWeb(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
