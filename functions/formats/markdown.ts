/**
 * A story with its marks -> Markdown that reads well (CommonMark, with the tables of GitHub): front matter, no raw HTML, links to http(s) only. The
 * marks are the subset of HTML that extraction writes, so a few rules read them. Pure.
 */
import { foldSpace } from '../white-space.ts';

export type MarkdownParts = {
  /** In the order in which they are written; null and empty lists are left out. */
  front: [string, string | string[] | null][];
  title: string | null;
  html: string;
};

/** What begins a list, a heading, a quotation or a rule only at the beginning of a line. */
const atLineStart = /^(\s*\d{0,9})([#>+.)-]+)(?=\s|$)/;

export function writeMarkdown({ front, title, html }: MarkdownParts): string {
  const lines = front.flatMap(([name, value]) => {
    if (value === null || value.length === 0) return [];
    return [`${name}: ${Array.isArray(value) ? `[${value.map(quoted).join(', ')}]` : quoted(value)}`];
  });
  const head = title === null ? '' : `# ${escaped(oneLine(title))}\n\n`;
  return `---\n${lines.join('\n')}\n---\n\n${head}${blocksOf(parse(html)).join('\n\n')}\n`;
}

type Element = { tag: string; href: string | null; children: Node[] };
type Node = Element | string;

const empty = new Set(['br']);

function parse(html: string): Node[] {
  const root: Element = { tag: '', href: null, children: [] };
  const open = [root];
  for (const [token, close, name] of html.matchAll(/<(\/?)([a-z0-9]{1,10})(?: [^<>]{0,5000})?>|[^<]+|</g)) {
    const top = open.at(-1) ?? root;
    if (name === undefined) top.children.push(decoded(token));
    else if (close) {
      if (open.length > 1 && top.tag === name) open.pop();
    } else {
      const href = / href="([^"]*)"/.exec(token)?.[1];
      const element = { tag: name, href: href === undefined ? null : decoded(href), children: [] };
      top.children.push(element);
      if (!empty.has(name)) open.push(element);
    }
  }
  return root.children;
}

function blocksOf(nodes: Node[]): string[] {
  return nodes.flatMap((node) => (typeof node === 'string' ? lineBlock(escaped(node)) : blockOf(node)));
}

function blockOf(element: Element): string[] {
  const { tag, children } = element;
  switch (tag) {
    case 'h2':
    case 'h3':
    case 'h4':
      return prefixed(`${'#'.repeat(Number(tag[1]))} `, inline(children).replaceAll('\n', ' '));
    case 'ul':
    case 'ol':
      return [listOf(element)];
    case 'blockquote':
      return [blocksOf(children).join('\n\n').replace(/^/gm, '> ').replace(/^> $/gm, '>')];
    case 'pre':
      return [fenced(plain(children))];
    case 'table':
      return tableOf(element);
    case 'figure':
      return blocksOf(children);
    case 'figcaption':
      return inline(children).trim() === '' ? [] : [`*${inline(children).trim().replaceAll('\n', ' ')}*`];
    default:
      return lineBlock(inline(children));
  }
}

function lineBlock(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim().replace(atLineStart, '$1\\$2'));
  const filled = lines.filter(Boolean);
  // Two spaces at its end break a line.
  return filled.length === 0 ? [] : [filled.join('  \n')];
}

function prefixed(prefix: string, text: string): string[] {
  return text.trim() === '' ? [] : [prefix + text.trim()];
}

const blockTags = new Set(['p', 'ul', 'ol', 'blockquote', 'pre', 'table', 'figure', 'h2', 'h3', 'h4']);

function listOf({ tag, children }: Element): string {
  const items = children.filter((child): child is Element => typeof child !== 'string' && child.tag === 'li');
  return items
    .map((item, n) => {
      const mark = tag === 'ol' ? `${n + 1}. ` : '- ';
      const isBlock = (child: Node) => typeof child !== 'string' && blockTags.has(child.tag);
      const at = item.children.findIndex(isBlock);
      const own = at < 0 ? item.children : item.children.slice(0, at);
      const rest = at < 0 ? [] : item.children.slice(at);
      const blocks = [...lineBlock(inline(own)), ...blocksOf(rest)];
      return mark + blocks.join('\n\n').replace(/\n(?=.)/g, `\n${' '.repeat(mark.length)}`);
    })
    .join('\n');
}

function tableOf({ children }: Element): string[] {
  const rows = children
    .filter((row): row is Element => typeof row !== 'string' && row.tag === 'tr')
    .map((row) =>
      row.children
        .filter((cell): cell is Element => typeof cell !== 'string')
        .map((cell) =>
          inline(cell.children)
            .trim()
            .split('\n')
            .map((line) => line.trim())
            .join(' ')
            .replace(/(?<!\\)\|/g, '\\|'),
        ),
    );
  const width = Math.max(0, ...rows.map((row) => row.length));
  const [head, ...body] = rows;
  if (!head || width === 0) return [];
  const written = (cells: string[]) => `| ${Array.from({ length: width }, (_, n) => cells[n] ?? '').join(' | ')} |`;
  const rule = `|${' --- |'.repeat(width)}`;
  return [[written(head), rule, ...body.map(written)].join('\n')];
}

function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}

function inline(nodes: Node[]): string {
  return nodes.map((node) => (typeof node === 'string' ? escaped(node) : inlineOf(node))).join('');
}

function inlineOf({ tag, href, children }: Element): string {
  switch (tag) {
    case 'br':
      return '\n';
    case 'strong':
      return marked('**', inline(children));
    case 'em':
      return marked('*', inline(children));
    case 'code':
      return codeSpan(plain(children));
    case 'a':
      return href !== null && /^https?:\/\//.test(href) ? linkOf(inline(children), href) : inline(children);
    case 'rt': {
      const reading = inline(children).trim();
      return reading === '' ? '' : `（${reading}）`;
    }
    case 'rp':
      return '';
    default:
      return inline(children);
  }
}

/** Marks stand at the words, or they are none (CommonMark 6.2). */
function marked(mark: string, text: string): string {
  const words = text.trim();
  const before = text.slice(0, text.length - text.trimStart().length);
  const after = text.slice(text.trimEnd().length);
  return words === '' ? text : `${before}${mark}${words}${mark}${after}`;
}

function codeSpan(code: string): string {
  const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const tick = '`'.repeat(longest + 1);
  const space = /^`|`$/.test(code) ? ' ' : '';
  return code === '' ? '' : `${tick}${space}${code}${space}${tick}`;
}

function linkOf(text: string, href: string): string {
  const target = href.replace(
    /[\s<>()\\]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return text.trim() === '' ? '' : `[${text}](${target})`;
}

function plain(nodes: Node[]): string {
  return nodes
    .map((node) => (typeof node === 'string' ? node : node.tag === 'br' ? '\n' : plain(node.children)))
    .join('');
}

/** What Markdown would read as a mark stays a sign (CommonMark 2.4). */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>~|]/g, '\\$&').replace(/&(?=#?\w+;)/g, '\\&');
}

function oneLine(text: string): string {
  return foldSpace(text).trim();
}

/** YAML takes JSON strings. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
