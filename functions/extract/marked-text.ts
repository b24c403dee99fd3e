/** Lines -> the text of a story, and the same story in a clean, safe and small subset of HTML. */

import type { AnyNode } from 'domhandler';
import { type Holder, type HolderTag, type Line, linesOf } from './marked-lines.ts';
import { maxHtmlLength, maxTextLength } from './text-limit.ts';

/** `text`: one line a block. `html`: p, h2 to h4, lists, quotes, tables, code, figures and what may stand in their lines. */
export type MarkedText = {
  text: string;
  html: string;
  /** The share of the text that is the words of links. */
  linkedShare: number;
};

/** Null when there are no lines. */
export function markedText(lines: Line[]): MarkedText | null {
  const text = lines
    .map((line) => line.text)
    .join('\n')
    .slice(0, maxTextLength);
  if (text === '') return null;
  const linked = lines.reduce((sum, line) => sum + line.linked * line.text.length, 0);
  return { text, html: htmlOf(lines), linkedShare: linked / text.length };
}

/** All of what a tree says, as one text: for bodies that hold a story and nothing else. */
export function wholeText(nodes: AnyNode[], base: string | null = null): MarkedText | null {
  return markedText(linesOf(nodes, { base }));
}

/** Those that hold their lines themselves; in the others a line is a paragraph. */
const holdsText = new Set<HolderTag>(['p', 'h2', 'h3', 'h4', 'pre', 'figcaption', 'li', 'td', 'th']);

/** What no longer fits in `maxHtmlLength` is left out, from the end. */
function htmlOf(lines: Line[]): string {
  const parts: string[] = [];
  let length = 0;
  let open: Holder[] = [];
  let before: Holder | null = null;
  for (const { holder, html } of lines) {
    const path = pathOf(holder);
    let shared = 0;
    while (shared < open.length && shared < path.length && open[shared] === path[shared]) shared++;
    const last = path.at(-1);
    const isBare = last === undefined || !holdsText.has(last.tag);
    const added: string[] = [];
    for (const { tag } of open.slice(shared).reverse()) added.push(`</${tag}>`);
    for (const { tag, attributes } of path.slice(shared)) added.push(`<${tag}${attributes}>`);
    if (!isBare && before === holder && shared === path.length) added.push(last.tag === 'pre' ? '\n' : '<br>');
    added.push(isBare ? `<p>${html}</p>` : html);
    const room = path.reduce((sum, { tag }) => sum + tag.length + 3, 0);
    const more = added.reduce((sum, part) => sum + part.length, 0);
    if (length + more + room > maxHtmlLength) break;
    parts.push(...added);
    length += more;
    open = path;
    before = holder;
  }
  for (const { tag } of open.reverse()) parts.push(`</${tag}>`);
  return parts.join('');
}

function pathOf(holder: Holder | null): Holder[] {
  const path: Holder[] = [];
  for (let at = holder; at !== null; at = at.parent) path.push(at);
  return path.reverse();
}
