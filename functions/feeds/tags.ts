/**
 * Markup -> its tags and texts, one after the other, in one pass whatever is wrong with it. Written here because parsers of
 * XML stop at the first fault, and htmlparser2 reads `<3` as a tag, a DOCTYPE's declarations as text, and takes the square of
 * the depth. Nothing is expanded but characters: entities that a document declares stay as they are written.
 */
import { decodeHTMLStrict } from 'entities';

/** By name, as written; the first of two that are alike. */
export type Attributes = ReadonlyMap<string, string>;

export type TagHandler = {
  open(tag: string, attributes: Attributes, selfClosing: boolean): void;
  close(tag: string): void;
  /** References decoded, save in CDATA, where there are none. */
  text(text: string): void;
};

const maxAttributes = 100;
/** Elements of HTML that hold text alone. */
const rawText = /^(script|style|textarea|xmp|noembed)$/i;

/** `html`: the elements that hold text alone are known, and have no text here. */
export function scanTags(source: string, handler: TagHandler, { html = false } = {}): void {
  let textFrom = 0;
  let at = 0;
  let doctypeSeen = false;
  while (at < source.length) {
    const lt = source.indexOf('<', at);
    if (lt === -1) break;
    const markup = readMarkup(source, lt, { html, doctypeSeen });
    at = markup.end;
    if (markup.kind === 'text') continue;
    if (lt > textFrom) handler.text(decodeText(source.slice(textFrom, lt)));
    textFrom = at;
    if (markup.kind === 'declaration') doctypeSeen = true;
    if (markup.kind === 'literal') handler.text(markup.text);
    if (markup.kind === 'open') handler.open(markup.tag, markup.attributes, markup.selfClosing);
    if (markup.kind === 'close') handler.close(markup.tag);
  }
  if (textFrom < source.length) handler.text(decodeText(source.slice(textFrom)));
}

type Markup = { end: number } & (
  | { kind: 'open'; tag: string; attributes: Attributes; selfClosing: boolean }
  | { kind: 'close'; tag: string }
  | { kind: 'literal'; text: string }
  | { kind: 'declaration' | 'nothing' | 'text' }
);

function readMarkup(
  source: string,
  lt: number,
  { html, doctypeSeen }: { html: boolean; doctypeSeen: boolean },
): Markup {
  if (source.startsWith('<!--', lt)) return { kind: 'nothing', end: after(source, '-->', lt + 4) };
  if (source.startsWith('<![CDATA[', lt)) {
    const close = source.indexOf(']]>', lt + 9);
    const [textEnd, end] = close === -1 ? [source.length, source.length] : [close, close + 3];
    return { kind: 'literal', text: source.slice(lt + 9, textEnd), end };
  }
  // One DOCTYPE only: to look for the end of a second one could be to read everything again.
  if (source.startsWith('<!', lt))
    return { kind: 'declaration', end: doctypeSeen ? after(source, '>', lt) : afterDoctype(source, lt) };
  if (source.startsWith('<?', lt)) return { kind: 'nothing', end: after(source, '>', lt) };
  const closing = matchAt(closingTag, source, lt);
  if (closing?.[1]) return { kind: 'close', tag: closing[1], end: lt + closing[0].length };
  const opening = matchAt(openingTag, source, lt);
  if (!opening?.[1]) return { kind: 'text', end: lt + 1 };
  const { attributes, end, whole } = readAttributes(source, lt + opening[0].length);
  if (!whole) return { kind: 'text', end };
  const tag = opening[1];
  const next = html && rawText.test(tag) ? closingOf(tag, source, end) : end;
  return { kind: 'open', tag, attributes, selfClosing: source[end - 2] === '/', end: next };
}

/** `&eacute;` is the letter though XML does not know it, `AT&T` and what only the document defines stay as they are. */
export function decodeText(text: string): string {
  return text.includes('&') ? decodeHTMLStrict(text) : text;
}

function after(source: string, end: string, from: number): number {
  const found = source.indexOf(end, from);
  return found === -1 ? source.length : found + end.length;
}

/** The declarations that a DOCTYPE may hold between brackets go with it. */
function afterDoctype(source: string, lt: number): number {
  const gt = source.indexOf('>', lt);
  const bracket = source.indexOf('[', lt);
  if (bracket === -1 || gt === -1 || bracket > gt) return after(source, '>', lt);
  const end = /\]\s*>/g;
  end.lastIndex = bracket;
  const found = end.exec(source);
  return found ? found.index + found[0].length : gt + 1;
}

const closingTag = /<\/\s*([^\s<>/]+)[^<>]*>?/y;
const openingTag = /<([\p{L}_:][^\s<>/="']*)/uy;

function closingOf(tag: string, source: string, from: number): number {
  const closing = new RegExp(`</${tag}`, 'gi');
  closing.lastIndex = from;
  return closing.exec(source)?.index ?? source.length;
}

const gap = /[\s/"']*/y;
const attributeName = /[^\s=<>/"']+/y;
const equals = /\s*=\s*/y;
const bareValue = /[^\s<>]*/y;

/** `whole`: it came to its `>` before another tag began. */
function readAttributes(source: string, from: number): { attributes: Attributes; end: number; whole: boolean } {
  const attributes = new Map<string, string>();
  let at = from;
  while (at < source.length) {
    at += matchAt(gap, source, at)?.[0].length ?? 0;
    if (source[at] === '>') return { attributes, end: at + 1, whole: true };
    if (source[at] === '<') break;
    const name = matchAt(attributeName, source, at)?.[0] ?? source.slice(at, at + 1);
    at += name.length;
    const equal = matchAt(equals, source, at)?.[0];
    const value = equal === undefined ? { text: '', end: at } : readValue(source, at + equal.length);
    at = value.end;
    if (attributes.size < maxAttributes && !attributes.has(name)) attributes.set(name, decodeText(value.text));
  }
  return { attributes, end: at, whole: false };
}

/** A quote that would close only after other tags was never closed: then the value ends where it would without. */
function readValue(source: string, from: number): { text: string; end: number } {
  const quote = source[from];
  const quoted = quote === '"' || quote === "'";
  if (quoted) {
    const close = source.indexOf(quote, from + 1);
    const text = close === -1 ? null : source.slice(from + 1, close);
    if (text !== null && !hasTags(text)) return { text, end: close + 1 };
  }
  const start = quoted ? from + 1 : from;
  const value = matchAt(bareValue, source, start)?.[0] ?? '';
  // The slash that closes the tag is not part of it.
  const text = source[start + value.length] === '>' && value.endsWith('/') ? value.slice(0, -1) : value;
  return { text, end: start + text.length };
}

function hasTags(text: string): boolean {
  const gt = text.indexOf('>');
  return gt !== -1 && text.indexOf('<', gt) !== -1;
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}
