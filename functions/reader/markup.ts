/**
 * Pieces of HTML. `html` escapes whatever it is given but other pieces of it, so that words from outside are shown and never run. Sources
 * run as they are, and Node strips types but no JSX; so pages are hono's tagged templates and not hono/jsx.
 */
import { raw, html as template } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString;
/** What may stand in a template: nothing is written for null, undefined and false. */
export type Part = string | number | Html | null | undefined | false | Part[];

export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  // Only a promise among the parts makes a promise, and `Part` has none.
  return template(strings, ...parts) as Html;
}

/** HTML that our own code has written; never words from outside. */
export function ownHtml(text: string): Html {
  return raw(text);
}

/** Characters that turn the direction of what follows (UAX 9, 2.1 to 2.6), which outlive an attribute or a title. */
const turners = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Words from outside for places without an element of their own: titles, attributes, options. */
export function plain(text: string): string {
  return text.replace(turners, '').replace(/\s+/g, ' ').trim();
}

/** What a list shows of a headline; the page of the story has `maxHeadline`. */
export const listHeadline = 300;
export const maxHeadline = 10_000;

/** At most so many characters, and then an ellipsis; no pair of surrogates is parted. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\uD800-\uDBFF]/.test(text[length - 1] ?? '') ? length - 1 : length;
  return `${text.slice(0, end).trimEnd()}…`;
}

/** An address that a link may have: http or https; null for all others, `javascript:` among them. */
export function webLink(url: string | null | undefined): string | null {
  if (!url || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? href : null;
}

/** An address of ours with a query; what is null, undefined or empty is left out. */
export function address(path: string, query: Record<string, string | null | undefined>): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) asked.set(name, value);
  return asked.size === 0 ? path : `${path}?${asked}`;
}

/** Text with some of it marked. `ranges`: [start, end) in UTF-16 units, in order, none overlapping. */
export function marked(text: string, ranges: readonly (readonly [number, number])[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    if (start >= text.length) break;
    parts.push(text.slice(at, start), html`<mark>${text.slice(start, end)}</mark>`);
    at = end;
  }
  return [...parts, text.slice(at)];
}

/** Parts with something between them. */
export function between(parts: Part[], separator: Part): Part[] {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part]));
}
