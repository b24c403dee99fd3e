/** JSON-LD blocks of a page -> the one object that describes its story, and what it says (schema.org/NewsArticle). */
import { decodeHTMLStrict } from 'entities';
import { squeeze } from '../../squeeze.ts';

export type JsonObject = Record<string, unknown>;

const maxDepth = 12;
const maxNodes = 5000;
const storyTypes =
  /^(Analysis|AskPublic|Background|Opinion|Report(age)?|Review|Satirical|Sponsored|AdvertiserContent|Tech|Scholarly|Medical|Live|SocialMedia|Discussion)?(News)?(Article|BlogPosting|LiveBlogPosting|Posting|Report)$|NewsArticle$|^Article$|^BlogPosting$|^ReportageNewsArticle$/;

/** The nodes of all blocks, flattened through `@graph` and lists. A block that is not JSON, even after mending, counts as none. */
export function jsonLdNodes(blocks: string[]): JsonObject[] {
  const nodes: JsonObject[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (depth > maxDepth || nodes.length >= maxNodes) return;
    if (Array.isArray(value)) for (const item of value) visit(item, depth + 1);
    else if (isObject(value)) {
      nodes.push(value);
      visit(value['@graph'], depth + 1);
      visit(value.mainEntity, depth + 1);
      visit(value.mainEntityOfPage, depth + 1);
    }
  };
  for (const block of blocks) visit(parseLoosely(block), 0);
  return nodes;
}

/** What tells a page's own story from others that its data has as well. */
export type OwnStory = { urls: string[]; titles: string[] };

/** The node that is the page's story: it names the page or has its headline, and has most to say. Null where all are of other pages. */
export function storyNode(nodes: JsonObject[], own: OwnStory = { urls: [], titles: [] }): JsonObject | null {
  const stories = nodes.filter((node) => typesOf(node).some((type) => storyTypes.test(type)));
  const said = (node: JsonObject) =>
    ['headline', 'datePublished', 'author', 'articleBody'].filter((key) => node[key]).length;
  const rank = (node: JsonObject) => ownership(node, own) * 10 + said(node);
  const best = stories.reduce<JsonObject | null>(
    (best, node) => (best === null || rank(node) > rank(best) ? node : best),
    null,
  );
  return best !== null && ownership(best, own) >= 0 ? best : null;
}

/** From 2, for a node that names this page and has its headline, to -1, for one that names another and has another. */
function ownership(node: JsonObject, { urls, titles }: OwnStory): number {
  const named = [node.url, node.mainEntityOfPage, node['@id']]
    .map((value) => firstUrl(value))
    .filter((url) => url !== null && /^(https?:\/\/|\/)[^#]/i.test(url))
    .map((url) => addressOf(url ?? ''))
    .filter((address) => address !== '');
  const addresses = urls.map(addressOf);
  const isNamed = named.some((address) => addresses.includes(address));
  const headline = plain(text(node.headline) ?? text(node.name) ?? '');
  const isCalled =
    headline.length > 5 &&
    titles.some(
      (title) =>
        plain(title).includes(headline.slice(0, 60)) || (plain(title).length > 15 && headline.includes(plain(title))),
    );
  if (isNamed || isCalled) return (isNamed ? 1 : 0) + (isCalled ? 1 : 0);
  return named.length > 0 && headline !== '' && titles.length > 0 ? -1 : 0;
}

/** The last part of a path, which stays whatever host, scheme and parameters are. Empty for a home page, which names no story. */
function addressOf(url: string): string {
  const path =
    url
      .slice(0, 2048)
      .replace(/^https?:\/\/[^/]*/i, '')
      .split(/[?#]/, 1)[0] ?? '';
  return (
    path
      .split('/')
      .filter((part) => part !== '' && !/^(amp|index\.\w+)$/.test(part))
      .at(-1) ?? ''
  ).toLowerCase();
}

function plain(title: string): string {
  return squeeze(title.slice(0, 500).replace(/&\w{2,8};|&#\d{1,6};/g, ''));
}

export function typesOf(node: JsonObject): string[] {
  return strings(node['@type']).map((type) => type.replace(/^.*[/#:]/, ''));
}

/** Text values of a property that may be one, a list, or objects with a name. What is nested too deep counts as none. */
export function names(value: unknown, nodes: JsonObject[], depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value))
    return depth > maxDepth ? [] : value.slice(0, 50).flatMap((item) => names(item, nodes, depth + 1));
  if (!isObject(value)) return [];
  const own = nameOf(value);
  if (own.length > 0) return own;
  const id = value['@id'];
  const target =
    typeof id === 'string' ? nodes.find((node) => node['@id'] === id && nameOf(node).length > 0) : undefined;
  return target ? nameOf(target) : [];
}

/** What a node is called; a person, by given name and family name where there is no other. */
function nameOf({ name, givenName, familyName }: JsonObject): string[] {
  if (name !== undefined) return strings(name);
  const parts = [text(givenName), text(familyName)].filter((part) => part !== null);
  return parts.length > 0 ? [parts.join(' ')] : [];
}

export function firstUrl(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return value;
  if (depth > maxDepth) return null;
  if (Array.isArray(value)) return firstUrl(value[0], depth + 1);
  return isObject(value) ? firstUrl(value.url ?? value.contentUrl ?? value['@id'], depth + 1) : null;
}

export function text(value: unknown): string | null {
  const [first] = strings(value);
  return first ?? null;
}

export function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Real pages hold raw line breaks inside strings, comment wrappers and trailing commas; each try mends a little more. */
function parseLoosely(block: string): unknown {
  const bare = unwrapped(block);
  // Most need no mending, which takes longer than to parse them.
  const tries = [
    () => bare,
    () => withoutControls(bare),
    () => mended(withoutControls(bare)),
    () => firstValue(mended(withoutControls(bare))),
    () => (/^[{[]\s*&quot;/.test(bare) ? decodeHTMLStrict(bare) : bare),
  ];
  for (const candidate of tries) {
    try {
      return JSON.parse(candidate());
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    }
  }
  return null;
}

/** Without comments, trailing commas and escapes that JSON does not know; what stands in strings stays. */
function mended(block: string): string {
  const parts: string[] = [];
  let isString = false;
  for (let at = 0; at < block.length; at++) {
    const character = block[at] ?? '';
    if (isString) {
      if (character === '\\') {
        const next = block[++at] ?? '';
        parts.push(/["\\/bfnrtu]/.test(next) ? `\\${next}` : next);
        continue;
      }
      if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (block.startsWith('/*', at)) {
      const end = block.indexOf('*/', at + 2);
      if (end < 0) break;
      at = end + 1;
      continue;
    }
    parts.push(character);
  }
  return parts.join('').replace(/,(\s*[}\]])/g, '$1');
}

/** The first object or list alone, where something is left behind it. */
function firstValue(block: string): string {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < block.length; at++) {
    const character = block[at];
    if (isString) {
      if (character === '\\') at++;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return block.slice(0, at + 1);
  }
  return block;
}

/** Without the comment or CDATA marks that some templates put around; no expression here, since those were quadratic in spaces. */
function unwrapped(block: string): string {
  let bare = block.trim();
  for (const mark of ['//', '<![CDATA[', '<!--']) if (bare.startsWith(mark)) bare = bare.slice(mark.length).trimStart();
  for (const mark of [';', ']]>', '-->', '//', ';'])
    if (bare.endsWith(mark)) bare = bare.slice(0, -mark.length).trimEnd();
  return bare;
}

function withoutControls(block: string): string {
  return Array.from(block, (character) => (character < ' ' ? ' ' : character)).join('');
}
