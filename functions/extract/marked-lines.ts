/**
 * A tree of HTML -> its lines, one a block, each as plain text and as HTML with the marks that have a meaning. Which lines are
 * of the story is decided by those who call this; `marked-text.ts` puts the lines that stay together again.
 */
import { type AnyNode, type Element, isTag, isText } from 'domhandler';
import { parseArticleUrl } from '../article/article-url.ts';
import { escapeHtml } from '../formats/escape-html.ts';
import { brokenEnd, foldSpace } from '../white-space.ts';
import { maxTextLength } from './text-limit.ts';

/** An element that holds lines, in the house's own choice of elements. `parent`: the one around it. */
export type Holder = { tag: HolderTag; attributes: string; parent: Holder | null };
export type HolderTag =
  | 'p'
  | 'h2'
  | 'h3'
  | 'h4'
  | 'ul'
  | 'ol'
  | 'li'
  | 'blockquote'
  | 'table'
  | 'tr'
  | 'td'
  | 'th'
  | 'pre'
  | 'figure'
  | 'figcaption';

export type Line = {
  /** White space folded; without the readings of ruby. Never empty. */
  text: string;
  /** The same words, escaped, with inline elements; what is opened in it is closed in it. */
  html: string;
  /** The share of its characters that are links. */
  linked: number;
  holder: Holder | null;
  /** The element that the line stands in. */
  element: Element | null;
};

/** Elements before and after which a line ends. */
export const blocks = new Set(
  `p div section article main h1 h2 h3 h4 h5 h6 li ul ol dl dt dd blockquote pre table tr td th header figure hr center
   address tbody details summary figcaption caption thead tfoot form fieldset legend aside footer nav menu dialog button label`.split(
    /\s+/,
  ),
);

const holders: Record<string, HolderTag> = {
  p: 'p',
  dt: 'p',
  dd: 'p',
  summary: 'p',
  legend: 'p',
  address: 'p',
  caption: 'p',
  h1: 'h2',
  h2: 'h2',
  h3: 'h3',
  h4: 'h4',
  h5: 'h4',
  h6: 'h4',
  ul: 'ul',
  menu: 'ul',
  ol: 'ol',
  li: 'li',
  blockquote: 'blockquote',
  table: 'table',
  tr: 'tr',
  td: 'td',
  th: 'th',
  pre: 'pre',
  figure: 'figure',
  figcaption: 'figcaption',
};
/** Those that hold text and nothing else: a block in one of them is a line of it. */
const leaves = new Set<HolderTag>(['p', 'h2', 'h3', 'h4', 'pre', 'figcaption']);
const inline: Record<string, string> = {
  b: 'strong',
  strong: 'strong',
  i: 'em',
  em: 'em',
  cite: 'em',
  code: 'code',
  kbd: 'code',
  samp: 'code',
  tt: 'code',
  a: 'a',
  ruby: 'ruby',
  rt: 'rt',
  rp: 'rp',
};
const readings = new Set(['rt', 'rp', 'rtc']);

export type LineOptions = {
  /** The address that links are resolved against; null leaves the words of links alone. */
  base: string | null;
  /** True for those elements that are to be passed over with all that they hold. */
  skip?: (element: Element) => boolean;
};

/** The lines of the tree in their order, `maxTextLength` characters of them at most. */
export function linesOf(nodes: AnyNode[], options: LineOptions): Line[] {
  const reader = lineReader(options);
  reader.visit(nodes, true);
  reader.flush(null);
  return reader.lines;
}

/** A line of plain text. */
export function plainLine(text: string): Line {
  return { text, html: escapeHtml(text), linked: 0, holder: null, element: null };
}

function lineReader({ base, skip }: LineOptions) {
  const lines: Line[] = [];
  let length = 0;
  let text = '';
  let linked = 0;
  /** What the line has so far, as HTML, and where in it the last words are. */
  let parts: string[] = [];
  let lastWords = 0;
  let endsInSpace = true;
  /** A broken line at the end of the last words, which is white space if words follow that it parts. */
  let owed = '';
  /** The end of the last words. */
  let said = '';
  let holder: Holder | null = null;
  let inLink = false;
  let inReading = false;
  /** Inline elements around the present place, and how many of them the line has opened. */
  const around: { open: string; close: string }[] = [];
  let opened = 0;

  function flush(element: Element | null): void {
    // Where blocks stand side by side there is nothing between them.
    if (text === '' && parts.length === 0) return;
    const folded = foldSpace(text).trim();
    if (folded !== '' && length < maxTextLength) {
      parts[lastWords] = parts[lastWords]?.trimEnd() ?? '';
      for (const { close } of around.slice(0, opened).reverse()) parts.push(close);
      lines.push({ text: folded, html: parts.join(''), linked: linked / folded.length, holder, element });
      length += folded.length + 1;
    }
    text = '';
    linked = 0;
    parts = [];
    endsInSpace = true;
    owed = '';
    said = '';
    opened = 0;
  }

  function say(data: string): void {
    const isAlone = data.trim() === '';
    if (!inReading) {
      // White space alone between two elements parts what is in them, and so does a line end that is shown.
      text += isAlone || holder?.tag === 'pre' ? data.replace(/\s+/g, ' ') : data;
      if (inLink) linked += data.trim().length;
    }
    let written = data;
    if (holder?.tag !== 'pre') {
      written = isAlone ? ' ' : foldSpace(said + owed + data).slice(said.length);
      // The space that a broken line came to stands before the element that follows, as it was written.
      if (owed !== '' && written.startsWith(' ')) parts.push(' ');
      if (owed !== '') written = written.trimStart();
      // Whether a line end at the end of this parts words is known when the next words come.
      owed = isAlone ? '' : brokenEnd(data);
      if (owed !== '') written = written.trimEnd();
      if (endsInSpace) written = written.trimStart();
    } else if (parts.length === 0) written = data.replace(/^\n+/, '');
    if (written === '') return;
    for (; opened < around.length; opened++) parts.push(around[opened]?.open ?? '');
    if (written.trim() !== '') lastWords = parts.length;
    parts.push(escapeHtml(written));
    endsInSpace = /\s$/.test(written);
    said = endsInSpace ? '' : written.slice(-10);
  }

  function visit(nodes: AnyNode[], isTop: boolean, within: Element | null = null): void {
    for (const node of nodes) {
      if (isText(node)) {
        if (isTop) sayParagraphs(node.data, within);
        else say(node.data);
      } else if (isTag(node) && !skip?.(node)) enter(node, within);
    }
  }

  /** An empty line in text that stands in no element parts two paragraphs, as in Markdown. */
  function sayParagraphs(data: string, within: Element | null): void {
    const [first = '', ...others] = data.split(/\n[ \t]*\n/);
    say(first);
    for (const other of others) {
      flush(within);
      say(other);
    }
  }

  function enter(element: Element, within: Element | null): void {
    const { name } = element;
    if (name === 'br') flush(within);
    else if (blocks.has(name)) {
      flush(within);
      const outer = holder;
      holder = inside(outer, element);
      visit(element.children, false, element);
      flush(element);
      holder = outer;
    } else enterInline(element, within);
  }

  function enterInline(element: Element, within: Element | null): void {
    const { name } = element;
    const outer = { inLink, inReading };
    // One without an address is a place that links lead to.
    inLink = inLink || (name === 'a' && element.attribs.href !== undefined);
    inReading = inReading || readings.has(name);
    const tag = inline[name];
    const open = tag === undefined || around.length > maxAround ? null : openTag(tag, element);
    if (open === null) visit(element.children, false, within);
    else {
      around.push({ open, close: `</${tag}>` });
      visit(element.children, false, within);
      around.pop();
      if (opened > around.length) {
        opened = around.length;
        parts.push(`</${tag}>`);
      }
    }
    ({ inLink, inReading } = outer);
  }

  /** Null for an element that would say nothing: a link to nowhere, or one in another of its kind. */
  function openTag(tag: string, element: Element): string | null {
    if (tag !== 'a')
      return around.some(({ close }) => close === `</${tag}>`) ? null : `<${tag}${localAttributes(element)}>`;
    const href = inLinkAlready() ? null : httpLink(element.attribs.href, base);
    return href === null ? null : `<a href="${escapeHtml(href)}">`;
  }

  function inLinkAlready(): boolean {
    return around.some(({ close }) => close === '</a>');
  }

  return { lines, visit, flush };
}

const maxAround = 12;

function inside(outer: Holder | null, element: Element): Holder | null {
  if (outer !== null && leaves.has(outer.tag)) return outer;
  const tag = holders[element.name];
  if (tag === undefined) return outer;
  return { tag: allowed(tag, outer), attributes: localAttributes(element), parent: outer };
}

/** A part of a list or table that stands in none is a paragraph. */
function allowed(tag: HolderTag, outer: Holder | null): HolderTag {
  if (tag === 'li') return outer?.tag === 'ul' || outer?.tag === 'ol' ? 'li' : 'p';
  if (tag === 'tr') return outer?.tag === 'table' ? 'tr' : 'p';
  if (tag === 'td' || tag === 'th') return outer?.tag === 'tr' ? tag : 'p';
  if (tag === 'figcaption') return outer?.tag === 'figure' ? tag : 'p';
  return tag;
}

/** The direction and the language, if they are such. */
function localAttributes({ attribs }: Element): string {
  const dir = /^(ltr|rtl|auto)$/i.test(attribs.dir ?? '') ? ` dir="${attribs.dir?.toLowerCase()}"` : '';
  const lang = /^[a-z]{2,3}(-[a-z\d]{2,8}){0,3}$/i.test(attribs.lang ?? '') ? ` lang="${attribs.lang}"` : '';
  return dir + lang;
}

const maxHrefLength = 2048;

function httpLink(href: string | undefined, base: string | null): string | null {
  if (!href || base === null || href.length > maxHrefLength || href.trim().startsWith('#')) return null;
  const parsed = parseArticleUrl(href, base);
  return 'url' in parsed ? parsed.url : null;
}
