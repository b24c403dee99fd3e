/**
 * Elements that hold text, in each way that feeds have to say how it is written (RFC 4287 3.1 and 4.1.3, Atom 0.3 "Content
 * Constructs"; RSS says nothing) -> text or HTML.
 */
import { foldSpace } from '../white-space.ts';
import { type FeedFormat, maxTextLength } from './feed.ts';
import { escapeText, innerMarkup, resolveLinks } from './markup.ts';
import { attribute, hasElements, textOf, type XmlElement } from './xml.ts';

type Construct = { value: string; html: boolean };

/** One line: titles and names. HTML if the feed says so, or has to be guessed at. */
export function line(element: XmlElement, format: FeedFormat): string | null {
  return readable(foldSpace(construct(element, format).value));
}

/** Summaries: text or HTML, as the feed has it. */
export function prose(element: XmlElement, format: FeedFormat): string | null {
  return readable(construct(element, format).value);
}

/** Full texts: always HTML, so what is text is escaped. */
export function html(element: XmlElement, format: FeedFormat): string | null {
  const { value, html } = construct(element, format);
  return readable(html ? value : escapeText(value));
}

/** Names, links, times: the text alone. */
export function plain(element: XmlElement): string | null {
  return readable(foldSpace(textOf(element).slice(0, maxTextLength)));
}

/** Without control characters and what is no character or half of one (XML 1.0 2.2); null when nothing is left. */
export function readable(text: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff\ufffe\uffff]/g, '');
  return clean.trim().toWellFormed() || null;
}

function construct(element: XmlElement, format: FeedFormat): Construct {
  const type = (attribute(element, 'type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const mode = attribute(element, 'mode')?.toLowerCase();
  const text = textOf(element).slice(0, maxTextLength);
  const decoded = mode === 'base64' || (!mode && isBinary(type)) ? decodeBase64(text) : null;
  if (decoded !== null) return { value: resolveLinks(decoded, element.base), html: true };
  if (type === 'xhtml') return { value: innerMarkup(onlyDiv(element) ?? element), html: true };
  if (type === 'application/xhtml+xml' || hasElements(element)) return { value: innerMarkup(element), html: true };
  // Where the format knows only one type, what is inside may be either and is HTML more often.
  const html = type === 'html' || type === 'text/html' || !(isText(type) || isAtom(element, format));
  return { value: html ? resolveLinks(text, element.base) : text, html };
}

/** RFC 4287 3.1.1.3: the one `div` around XHTML is not part of it. */
function onlyDiv(element: XmlElement): XmlElement | null {
  const parts = element.children.filter((child) => typeof child !== 'string' || child.trim() !== '');
  const [only] = parts;
  return parts.length === 1 && only !== undefined && typeof only !== 'string' && only.tag === 'div' ? only : null;
}

/** RFC 4287 4.1.3.3: what is neither text nor XML is Base64. */
function isBinary(type: string): boolean {
  return type.includes('/') && !/^text\/|[+/]xml$/.test(type);
}

function decodeBase64(text: string): string | null {
  const packed = text.replace(/\s+/g, '');
  if (packed === '' || !/^[A-Za-z\d+/]+={0,2}$/.test(packed)) return null;
  return new TextDecoder().decode(Buffer.from(packed, 'base64'));
}

function isText(type: string): boolean {
  return type === 'text' || type === 'plain' || type === 'text/plain';
}

/** There, text without a type is text (RFC 4287 3.1.1). */
function isAtom(element: XmlElement, format: FeedFormat): boolean {
  return element.name.startsWith('atom:') || (format === 'atom' && !element.name.includes(':'));
}
