/**
 * HTML from anywhere -> a small, shallow DOM that the extractors can afford: no scripts, styles or comments, capped in
 * depth, elements, attributes and text. Measured: 5,000 nested elements take Readability 22 s, 100,000 overflow the
 * stack, so nothing deeper than the cap is ever built. JSON-LD is taken out on the way.
 */
import { type ChildNode, type Document, DomHandler, type Element, isTag } from 'domhandler';
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
const maxNoscript = 200;
const maxStateLength = 4_000_000;
/** So much of a script says whether it is data; a shorter one holds no story. */
const beginningLength = 200;

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
  'audio',
  'video',
  'map',
]);

/** One element around all: selectors over many roots take time in the square of their number (15,000 `<h1>` took 13 s). */
export const rootName = 'page-root';

/** `root`: the one element of the document. `noscript`: what is shown without scripts only, taken out of it. */
export type PrunedPage = {
  document: Document;
  root: Element;
  jsonLd: string[];
  noscript: Element[];
  /** Data that scripts build the page of. */
  states: string[];
};

export function prune(html: string): PrunedPage {
  const handler = new DomHandler(null, { withStartIndices: false, withEndIndices: false });
  const jsonLd: string[] = [];
  const noscript: Element[] = [];
  /** For each open element of the source: whether it is in the DOM. */
  const open: boolean[] = [];
  /** For each of them: whether it is a shadow root. */
  const shadows: boolean[] = [];
  let depth = 0;
  let elements = 0;
  let textLength = 0;
  let jsonLdLength = 0;
  /** The number of open elements that are dropped whole. */
  let inside = 0;
  const states: string[] = [];
  let stateLength = 0;
  let script: 'none' | 'dropped' | 'json-ld' | 'json' | 'maybe' = 'none';
  /** What a script that is `maybe` began with so far: its text comes in parts. */
  let beginning = '';

  const callbacks: Partial<Handler> = {
    onopentag(given, attributes) {
      // A shadow root that is written into the page is read in the place of its host.
      const isShadow =
        given === 'template' && /^(open|closed)$/i.test(attributes.shadowrootmode ?? attributes.shadowroot ?? '');
      const name = isShadow ? 'div' : given;
      if (name === 'script') {
        script = scriptOf(attributes);
        beginning = '';
        if (script === 'json-ld') jsonLd.push('');
        if (script === 'json') states.push('');
      }
      if (name === 'script' || dropped.has(name)) inside++;
      const keep = inside === 0 && depth < maxDepth && elements < maxElements;
      open.push(keep);
      shadows.push(isShadow);
      if (!keep) return;
      depth++;
      elements++;
      handler.onopentag(name, capped(attributes));
      if (name === 'noscript' && noscript.length < maxNoscript) {
        const last = lastOpened(handler);
        if (last) noscript.push(last);
      }
    },
    ontext(part) {
      let text = part;
      if (script === 'json-ld' && jsonLdLength + text.length <= maxJsonLdLength) {
        jsonLdLength += text.length;
        jsonLd.push((jsonLd.pop() ?? '') + text);
      }
      if (script === 'maybe') {
        beginning = (beginning + text).trimStart();
        if (beginning.length < beginningLength) return;
        script = assignment.test(beginning.slice(0, beginningLength)) ? 'json' : 'dropped';
        if (script === 'json') states.push('');
        text = beginning;
      }
      if (script === 'json' && stateLength + text.length <= maxStateLength) {
        stateLength += text.length;
        states.push((states.pop() ?? '') + text);
      }
      if (inside > 0 || textLength >= maxTextLength) return;
      textLength += text.length;
      handler.ontext(text.replaceAll('\0', ''));
    },
    onclosetag(given) {
      const kept = open.pop();
      const name = shadows.pop() ? 'div' : given;
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
  for (const element of noscript) detach(element);
  return { document: handler.root, root: handler.root.firstChild as Element, jsonLd, noscript, states };
}

/** `window.__INITIAL_STATE__ = {…}` */
const assignment =
  /^(?:window|self|globalThis)\s?[.[]\s?["']?\w{0,40}(?:STATE|DATA|PROPS|CONTENT|CONTEXT)\w{0,20}["']?\]?\s?=\s?[{[]/i;

function scriptOf({ type = '', src }: Record<string, string>): 'json-ld' | 'json' | 'maybe' | 'dropped' {
  if (/^application\/ld\+json\b/i.test(type)) return 'json-ld';
  if (/^application\/json\b/i.test(type)) return 'json';
  return src === undefined && (type === '' || /javascript/i.test(type)) ? 'maybe' : 'dropped';
}

function detach(element: Element): void {
  const { parent, prev, next } = element;
  if (parent) parent.children.splice(parent.children.indexOf(element), 1);
  if (prev) prev.next = next;
  if (next) next.prev = prev;
  element.parent = null;
  element.prev = null;
  element.next = null;
}

/** The element that the handler has open: parts of it come next. */
function lastOpened(handler: DomHandler): Element | null {
  let at: ChildNode | null = handler.root.lastChild;
  let last: Element | null = null;
  while (at && isTag(at)) {
    last = at;
    at = at.lastChild;
  }
  return last;
}

function capped(attributes: Record<string, string>): Element['attribs'] {
  const kept: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of Object.entries(attributes)) {
    if (++count > maxAttributes) break;
    // All that is kept of a style is whether it hides.
    if (name === 'style' && /(^|;)\s{0,9}(display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)/i.test(value))
      kept.hidden ??= 'style';
    if (/^on/.test(name) || name === 'style' || !/^[a-z][\w:.-]*$/.test(name)) continue;
    kept[name] = value.length > maxAttributeLength ? value.slice(0, maxAttributeLength) : value;
  }
  return kept;
}
