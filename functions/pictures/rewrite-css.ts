/**
 * Styles of an archived page -> the same without anything that is loaded: no `@import`, no address but `data:` of a picture or a font. What is
 * kept beside the page is put in place of its address. Escapes are resolved before names are judged, since `u\72l(` is `url(`. Pure, linear.
 */

import { cssTokens } from './css-tokens.ts';

/** What a style or a page names, as what it is wanted. */
export type PartKind = 'picture' | 'style' | 'font';

/**
 * Gives what is kept of an address: a `data:` URL, or of a style sheet its text and the address that its own are relative to. Null where
 * nothing is. Whoever collects addresses gives null, and takes notes.
 */
export type PartOf = (url: string, kind: PartKind) => string | { css: string; url: string } | null;

/** `base`: what addresses are relative to. */
export type CssParts = { base: string; partOf: PartOf };

/** Functions that load what they name. */
const loading = new Set([
  'url',
  'src',
  'image',
  'image-set',
  '-webkit-image-set',
  'cross-fade',
  '-webkit-cross-fade',
  'paint',
  'element',
  '-moz-element',
]);
/** What holds what it names: a picture or a font. */
const kept =
  /^data:(image\/(png|jpeg|gif|webp|avif|svg\+xml)|font\/[\w.+-]{1,40}|application\/(x-)?font-[\w.+-]{1,40})[;,]/i;
const maxData = 2_000_000;
const maxImports = 20;
const deepestImport = 4;

/** Without these nothing is named, and nothing ends before its time. */
const matters = /[(@<\\]/;

export function rewriteCss(css: string, parts: CssParts | null = null): string {
  if (!matters.test(css)) return css;
  return rewritten(css, parts, { depth: 0, imports: 0 });
}

function rewritten(css: string, from: CssParts | null, level: { depth: number; imports: number }): string {
  const parts: string[] = [];
  /** How deep in brackets the function that is left out is; 0 outside of one. */
  let depth = 0;
  let held = '';
  let isUrl = false;
  let inImport = false;
  let imported = '';
  /** Whether the block that is open holds a font. */
  let isFont = false;
  for (const raw of cssTokens(css)) {
    if (raw.startsWith('/*')) continue;
    if (depth > 0) {
      if (raw === '(') depth++;
      else if (raw === ')' && --depth === 0) parts.push(isUrl ? urlOf(held, from, isFont) : setOf(held, from));
      if (depth > 0 && held.length < maxData) held += raw;
      continue;
    }
    if (inImport) {
      if (raw !== ';' && raw !== '}') {
        if (imported.length < 4000) imported += raw;
        continue;
      }
      inImport = false;
      parts.push(importOf(imported, from, level));
      if (raw === '}') parts.push(raw);
      continue;
    }
    if (raw === '(' && parts.length > 0) {
      const name = unescaped(parts.at(-1) ?? '').toLowerCase();
      if (loading.has(name)) {
        parts.pop();
        depth = 1;
        held = '';
        isUrl = name === 'url' || name === 'src';
        continue;
      }
    }
    if (raw.startsWith('@')) {
      const name = unescaped(raw).toLowerCase();
      if (name === '@import' || name === '@namespace' || name === '@charset') {
        inImport = true;
        imported = name === '@import' ? ' ' : '';
        continue;
      }
      isFont = name === '@font-face';
    }
    if (raw === '}') isFont = false;
    parts.push(raw);
  }
  if (inImport) parts.push(importOf(imported, from, level));
  // `<` would let a style end where it does not.
  return parts.join('').replaceAll('<', '\\3c ');
}

/** The address in brackets, if it is one that holds what it names. */
function urlOf(held: string, from: CssParts | null, isFont: boolean): string {
  const bare = addressIn(held);
  if (held.length >= maxData) return 'none';
  const data = kept.test(bare) ? bare : partIn(bare, from, isFont ? 'font' : 'picture');
  return data !== null && kept.test(data) ? `url("${data.replace(/["\\\s]/g, '')}")` : 'none';
}

/** `image-set("a.png" 1x, url(b.png) 2x)`: the first picture of it. */
function setOf(held: string, from: CssParts | null): string {
  const address = firstAddress(held.slice(0, 10_000));
  return address === null ? 'none' : urlOf(address.address, from, false);
}

/** The styles that it names, in their place: as text between `@import` and its end, empty for what imports nothing. */
function importOf(text: string, from: CssParts | null, level: { depth: number; imports: number }): string {
  const found = firstAddress(text);
  if (from === null || found === null || level.depth >= deepestImport || level.imports >= maxImports) return '';
  const url = absolute(addressIn(found.address), from.base);
  const part = url === null ? null : from.partOf(url, 'style');
  if (part === null || typeof part === 'string') return '';
  level.imports++;
  const inner = rewritten(part.css, { ...from, base: part.url }, { ...level, depth: level.depth + 1 });
  const condition = found.rest.replace(/\b(layer|supports)\b(\([^()]{0,500}\))?/gi, '').trim();
  return condition === '' ? inner : `@media ${condition.replace(/[{}<;]/g, '')}{${inner}}`;
}

/** What stands in the first `url(...)` or string, whichever comes first, and what follows it. */
function firstAddress(text: string): { address: string; rest: string } | null {
  const at = /url\(|["']/i.exec(text);
  if (at === null) return null;
  const isUrl = at[0].length > 1;
  const from = at.index + (isUrl ? at[0].length : 0);
  const end = text.indexOf(isUrl ? ')' : at[0], from + (isUrl ? 0 : 1));
  if (end < 0) return null;
  return { address: text.slice(from, isUrl ? end : end + 1), rest: text.slice(end + 1) };
}

function addressIn(held: string): string {
  const address = held.trim();
  return unescaped(/^["']/.test(address) ? address.slice(1, /["']$/.test(address) ? -1 : undefined) : address);
}

function partIn(address: string, from: CssParts | null, kind: PartKind): string | null {
  const url = from && absolute(address, from.base);
  const part = url && from.partOf(url, kind);
  return typeof part === 'string' ? part : null;
}

/** Null for what is no http(s) address. */
export function absolute(address: string, base: string): string | null {
  const url = address === '' || address.startsWith('#') ? null : URL.parse(address.trim(), base);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') return null;
  url.hash = '';
  return url.href.length <= 4096 ? url.href : null;
}

/** CSS Syntax 4.3.7: up to six hex digits and a space, or a character as it is. */
function unescaped(name: string): string {
  return name.replace(
    /\\(?:([0-9a-f]{1,6})\s?|([\s\S]))/gi,
    (_, hex: string | undefined, plain: string | undefined) => {
      if (hex === undefined) return plain ?? '';
      const code = Number.parseInt(hex, 16);
      return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)
        ? '\ufffd'
        : String.fromCodePoint(code);
    },
  );
}
