/** JSON-LD blocks of a page -> the one object that describes its story, and what it says (schema.org/NewsArticle). */

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

/** The node that is the story: the article-typed one with most to say. */
export function storyNode(nodes: JsonObject[]): JsonObject | null {
  const stories = nodes.filter((node) => typesOf(node).some((type) => storyTypes.test(type)));
  const said = (node: JsonObject) =>
    ['headline', 'datePublished', 'author', 'articleBody'].filter((key) => node[key]).length;
  return stories.reduce<JsonObject | null>(
    (best, node) => (best === null || said(node) > said(best) ? node : best),
    null,
  );
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
  if (value.name !== undefined) return strings(value.name);
  const id = value['@id'];
  const target =
    typeof id === 'string' ? nodes.find((node) => node['@id'] === id && node.name !== undefined) : undefined;
  return target ? strings(target.name) : [];
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
  for (const candidate of [bare, withoutControls(bare), withoutControls(bare).replace(/,(\s*[}\]])/g, '$1')]) {
    try {
      return JSON.parse(candidate);
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    }
  }
  return null;
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
