/**
 * HTML from anywhere -> a small, shallow DOM that the extractors can afford: no scripts, styles or comments, capped in
 * depth, elements, attributes and text. Measured: 5,000 nested elements take Readability 22 s, 100,000 overflow the
 * stack, so nothing deeper than the cap is ever built. JSON-LD is taken out on the way.
 */
import { type Document, DomHandler, type Element } from 'domhandler';
import { type Handler, Parser } from 'htmlparser2';

const maxDepth = 120;
/**
 * The parser's own time grows with the square of what is open. Past this everything is closed and parsing goes on from the
 * top: the text is kept, and only a page made to be deep has such a structure to lose.
 */
const maxSourceDepth = 3000;
const chunkLength = 65_536;
const maxElements = 60_000;
const maxTextLength = 4_000_000;
const maxAttributes = 40;
const maxAttributeLength = 8192;
const maxJsonLdLength = 2_000_000;

/** Elements that never hold the story, dropped with all they hold. */
const dropped = new Set([
  'style',
  'svg',
  'math',
  'template',
  'iframe',
  'object',
  'embed',
  'canvas',
  'select',
  'noscript',
  'audio',
  'video',
  'map',
]);

/** One element around all: selectors over many roots take time in the square of their number (15,000 `<h1>` took 13 s). */
export const rootName = 'page-root';

/** `root`: the one element of the document. */
export type PrunedPage = { document: Document; root: Element; jsonLd: string[] };

export function prune(html: string): PrunedPage {
  const handler = new DomHandler(null, { withStartIndices: false, withEndIndices: false });
  const jsonLd: string[] = [];
  /** For each open element of the source: whether it is in the DOM. */
  const open: boolean[] = [];
  let depth = 0;
  let elements = 0;
  let textLength = 0;
  let jsonLdLength = 0;
  /** The number of open elements that are dropped whole. */
  let inside = 0;
  let script: 'none' | 'dropped' | 'json-ld' = 'none';

  const callbacks: Partial<Handler> = {
    onopentag(name, attributes) {
      if (name === 'script') {
        script = /^application\/ld\+json\b/i.test(attributes.type ?? '') ? 'json-ld' : 'dropped';
        if (script === 'json-ld') jsonLd.push('');
      }
      if (name === 'script' || dropped.has(name)) inside++;
      const keep = inside === 0 && depth < maxDepth && elements < maxElements;
      open.push(keep);
      if (!keep) return;
      depth++;
      elements++;
      handler.onopentag(name, capped(attributes));
    },
    ontext(text) {
      if (script === 'json-ld' && jsonLdLength + text.length <= maxJsonLdLength) {
        jsonLdLength += text.length;
        jsonLd.push((jsonLd.pop() ?? '') + text);
      }
      if (inside > 0 || textLength >= maxTextLength) return;
      textLength += text.length;
      handler.ontext(text.replaceAll('\0', ''));
    },
    onclosetag(name) {
      const kept = open.pop();
      if (name === 'script') script = 'none';
      if (name === 'script' || dropped.has(name)) inside--;
      if (!kept) return;
      depth--;
      handler.onclosetag();
    },
  };
  const newParser = () =>
    new Parser(callbacks, { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true });
  let parser = newParser();
  handler.onparserinit(parser);
  handler.onopentag(rootName, {});
  for (let at = 0; at < html.length; at += chunkLength) {
    parser.write(html.slice(at, at + chunkLength));
    if (open.length > maxSourceDepth) {
      parser.end();
      parser = newParser();
    }
  }
  parser.end();
  handler.onclosetag();
  handler.onend();
  // Opened above, before anything else.
  return { document: handler.root, root: handler.root.firstChild as Element, jsonLd };
}

function capped(attributes: Record<string, string>): Element['attribs'] {
  const kept: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of Object.entries(attributes)) {
    if (++count > maxAttributes) break;
    if (/^on/.test(name) || name === 'style' || !/^[a-z][\w:.-]*$/.test(name)) continue;
    kept[name] = value.length > maxAttributeLength ? value.slice(0, maxAttributeLength) : value;
  }
  return kept;
}
