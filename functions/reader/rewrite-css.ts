/**
 * Styles of an archived page -> the same without anything that is loaded: no `@import`, no address but `data:` of a picture or a font. Escapes
 * are resolved before names are judged, since `u\72l(` is `url(`. Pure, linear.
 */

/** In order: comments, strings, names with escapes, white space, any other character. Strings end with their line (CSS Syntax 4.3.5). */
const token =
  /\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|\/\*[\s\S]*$|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|@?(?:[\w-]|[^\0-\x7f]|\\[^\n])+|\s+|[\s\S]/g;

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

export function rewriteCss(css: string): string {
  const parts: string[] = [];
  /** How deep in brackets the function that is left out is; 0 outside of one. */
  let depth = 0;
  let held = '';
  let isUrl = false;
  let inImport = false;
  for (const [raw] of css.matchAll(token)) {
    if (raw.startsWith('/*')) continue;
    if (depth > 0) {
      if (raw === '(') depth++;
      else if (raw === ')' && --depth === 0) parts.push(isUrl ? urlOf(held) : 'none');
      if (depth > 0 && held.length < maxData) held += raw;
      continue;
    }
    if (inImport) {
      if (raw === ';' || raw === '}') inImport = false;
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
        continue;
      }
    }
    parts.push(raw);
  }
  // `<` would let a style end where it does not.
  return parts.join('').replaceAll('<', '\\3c ');
}

/** The address in brackets, if it is one that holds what it names. */
function urlOf(held: string): string {
  const address = held.trim();
  const bare = /^["']/.test(address) ? address.slice(1, /["']$/.test(address) ? -1 : undefined) : address;
  if (held.length >= maxData || !kept.test(bare)) return 'none';
  return `url("${bare.replace(/["\\\s]/g, '')}")`;
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
