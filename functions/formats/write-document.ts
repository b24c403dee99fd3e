/** A document of the git archives, written: the format that `document.ts` tells of. */

import { foldSpace, joinBrokenLines } from '../white-space.ts';

export type DocumentParts = {
  title: string;
  url: string;
  publishedAtMs: number;
  /** HTML; its lines are trimmed and joined. */
  body: string;
};

const block =
  '</?(?:address|article|aside|blockquote|br|d[dlt]|div|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|tbody|t[dhr]|tfoot|thead|ul)\\b';
const lineEndAfterBlock = new RegExp(`(${block}[^<>\\n]*>)\\n`, 'gi');
const lineEndBeforeBlock = new RegExp(`\\n(?=${block})`, 'gi');

export function writeDocument({ title, url, publishedAtMs, body }: DocumentParts): string {
  return `<!--${publishedAtMs}-->\n[${oneLine(title)}](${escapeUrl(url)})\n------\n\n${joinLines(body)}\n`;
}

/** Plain text, one line a paragraph -> the HTML of a body. */
export function paragraphs(text: string): string {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => `<p>${escapeHtml(line)}</p>`)
    .join('');
}

/** A line end is a space in HTML, but for those around blocks, which say nothing. */
function joinLines(html: string): string {
  const lines = html
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n');
  return joinBrokenLines(lines).replace(lineEndAfterBlock, '$1').replace(lineEndBeforeBlock, '').replaceAll('\n', ' ');
}

export function oneLine(text: string): string {
  return foldSpace(text).trim();
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A bracket that closes would end the link. */
function escapeUrl(url: string): string {
  return url.replaceAll('(', '%28').replaceAll(')', '%29');
}
