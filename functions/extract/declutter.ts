/**
 * A pruned page -> the document that Readability is to judge: without navigation, forms, pictures and what sites put around
 * their stories. One walk with one test per element, because building what is then thrown away is what costs time.
 */
import { type ChildNode, type Document, type Element, isTag, isText } from 'domhandler';
import { blocks } from './marked-lines.ts';
import { rootName } from './prune.ts';
import { Attribute, ReadableDocument, ReadableElement, ReadableText } from './readable-dom.ts';
import { remembered } from './remembered.ts';

const droppedElements = new Set([
  'head',
  'script',
  'nav',
  'footer',
  'aside',
  'form',
  'button',
  'dialog',
  'input',
  'textarea',
  'label',
  'img',
  'picture',
  'source',
  'figcaption',
  'link',
  'meta',
  'menu',
]);
const droppedRoles = new Set([
  'navigation',
  'complementary',
  'dialog',
  'alertdialog',
  'contentinfo',
  'menu',
  'banner',
  'search',
  'tooltip',
]);
/** Elements that hold the whole page or story: their names say what the page is, not what they are. */
const kept = new Set(['html', 'body', 'main', 'article']);
/** Class and id names, matched word by word as sites write them (`related-posts`, `relatedPosts`, `related_posts`). */
const clutter =
  /(^|[\s_-])(newsletter|related|recommend(ed|ations?)?|social|share(bar|box|buttons?|links|tools)?|sharing|cookie|advert(isement)?|promo|comments?|disqus|breadcrumbs?|captions?|author-?(bio|box|info)|about-?author|tags?(-?list|cloud)?|topics?|most-?(read|popular)|trending|read-?(more|next|also)|subscribe|sponsored|outbrain|taboola|teasers?|skip-?link|sidebar|popup|modal|toolbar|byline|dateline|timestamp|pagination|correction-?link|toc|gallery-?nav|screen-reader-text|visually-?hidden|sr-only|(tooltip|popover)-?(text|content|body|inner)|rollover|hover-?card|(photo|image|figure|picture|media)-?credits?|material-(icons|symbols))([\s_-]|$)/;
/** A label is prose, often the heading of the section: only as a whole it says what the element is. */
const clutterLabel =
  /^\s*(?:related(?: (?:articles?|stories|topics|links))?|recommended(?: for you)?|newsletter(?: sign-?up)?|share(?: this(?: article| story)?)?|comments?|advertisements?|breadcrumbs?|social(?: media)?|most (?:read|popular)|trending)\s*$/i;
/** Written by us around everything, once, whether the page has them or not. */
const transparent = new Set(['html', 'body', rootName]);
const voidElements = new Set(['br', 'hr', 'wbr', 'col', 'area', 'base', 'param', 'track']);
/** Characters of prose to a field of a form that a click opens: a hidden half of a story may have a field, too, and more words. */
const mostBesideField = 400;
/** An element with a larger share of the page's text is not clutter, whatever its name is. */
const largestClutter = 0.4;
/** All that Readability looks at, save pictures, and what the text keeps. */
const keptAttributes = ['class', 'id', 'href', 'role', 'itemprop', 'rel', 'dir', 'lang'];

/** What of a page is not its story; `strict: false` goes by elements only, for pages whose story the class names would take with them. */
export function clutterTest(document: Document, { strict }: { strict: boolean }): (element: Element) => boolean {
  const sizes = measure(document);
  const { whole, prose, hasHiddenStory, controlled } = sizes;
  const known = new Map<Element, boolean>();
  const judged = (element: Element): boolean => {
    const { name, attribs } = element;
    if (name === 'script' || name === 'head' || name === 'noscript') return true;
    if (kept.has(name)) return false;
    const own = sizes.of(element);
    // A form, a dialog or a hidden part that holds most of what the page says is its story, whatever it is called.
    const isMost = own.prose > prose * 0.5;
    if (droppedElements.has(name)) return !isMost && !isQuestion(element);
    if (attribs.role !== undefined && droppedRoles.has(attribs.role)) return !isMost;
    if (isHidden(element)) {
      // A form that a click opens, or what is written again for programs alone.
      if (own.prose < own.fields * mostBesideField && !isMost) return true;
      if (isDataAlone(element) && (prose - own.prose) * 3 > own.prose) return true;
      if (isMost || (hasHiddenStory && own.prose > 60) || isForSubscribers(element)) return false;
      return !(controlled(element) && own.prose > own.length * 0.6);
    }
    if (!strict || own.length >= whole * largestClutter) return false;
    if (clutterLabel.test(attribs['aria-label'] ?? '')) return true;
    const names = [words(attribs.class ?? ''), words(attribs.id ?? '')];
    if (!names.some(isClutterName)) return false;
    // What pages show before the rest is paid for.
    const isStory =
      isRunningText(element, own) ||
      (/^teaser/.test(names[0] ?? '') && own.prose > own.length * 0.95 && hasParagraphs(element));
    return !(isStory && names.every(isWeakClutter));
  };
  // Asked for what is given to Readability, and for what is compared with its choice.
  return (element) => {
    const before = known.get(element);
    if (before !== undefined) return before;
    const isClutter = judged(element);
    known.set(element, isClutter);
    return isClutter;
  };
}

/** Null for a page without text. */
export function declutter(document: Document, isClutter: (element: Element) => boolean): ReadableDocument | null {
  const made = new ReadableDocument();
  let hasText = false;
  const write = (nodes: ChildNode[], parent: ReadableElement): void => {
    for (const node of nodes) {
      if (isText(node)) {
        parent.appendChild(new ReadableText(node.data));
        hasText ||= node.data.trim() !== '';
      } else if (isTag(node) && !isClutter(node)) {
        const isShown = !transparent.has(node.name);
        const element = isShown ? readable(node) : parent;
        if (isShown) parent.appendChild(element);
        if (!voidElements.has(node.name)) write(node.children, element);
      }
    }
  };
  write(document.children, made.body);
  return hasText ? made : null;
}

function readable(element: Element): ReadableElement {
  const name = asBlock.has(element.name) ? 'div' : element.name === 'button' ? 'span' : element.name;
  const made = new ReadableElement(name);
  made.attributes = attributes(element, isParagraph(element));
  return made;
}

/** Outer boxes that Readability would pass over for their names. */
const asBlock = new Set(['form', 'aside', 'dialog', 'label', 'menu', 'nav', 'footer', 'fieldset']);

type Size = { length: number; prose: number; fields: number };

/** How much text there is below each element, and how much of it is in no link; those of pictures and scripts not counted. */
function measure(document: Document): {
  whole: number;
  prose: number;
  hasHiddenStory: boolean;
  controlled: (element: Element) => boolean;
  of: (element: Element) => Size;
} {
  const sizes = new Map<Element, Size>();
  const controls = new Set<string>();
  let hidden = 0;
  let dropped = 0;
  const visit = (nodes: ChildNode[], isLinked: boolean, isInHidden: boolean, isInDropped: boolean): Size => {
    const size = { length: 0, prose: 0, fields: 0 };
    for (const node of nodes) {
      if (isText(node)) {
        const { length } = node.data.trim();
        size.length += length;
        if (!isLinked) size.prose += length;
      } else if (isTag(node) && !/^(script|head|noscript)$/.test(node.name)) {
        const target = node.attribs['aria-controls'] ?? node.attribs['data-target'] ?? node.attribs['data-bs-target'];
        if (target) for (const id of target.slice(0, 300).split(/\s+/)) controls.add(id.replace(/^#/, ''));
        const hides = isHidden(node);
        const drops = droppedElements.has(node.name);
        const own = visit(node.children, isLinked || node.name === 'a', isInHidden || hides, isInDropped || drops);
        if (hides && !isInHidden) hidden += own.prose;
        if (drops && !isInDropped) dropped += own.length;
        sizes.set(node, own);
        size.length += own.length;
        size.prose += own.prose;
        size.fields += own.fields + (isField(node) ? 1 : 0);
      }
    }
    return size;
  };
  const all = visit(document.children, false, false, false);
  return {
    whole: all.length - dropped,
    prose: all.prose,
    hasHiddenStory: hidden > all.prose - hidden,
    controlled: (element) =>
      (element.attribs.id !== undefined && controls.has(element.attribs.id)) || followsControl(element),
    of: (element) => sizes.get(element) ?? { length: 0, prose: 0, fields: 0 },
  };
}

/** What somebody is to write into. */
function isField({ name, attribs }: Element): boolean {
  return name === 'textarea' || (name === 'input' && /^(email|password|text|tel)$/i.test(attribs.type ?? 'text'));
}

/** The story again, as microdata. */
function isDataAlone({ attribs }: Element): boolean {
  return attribs.itemscope !== undefined && /\/\w*(Article|Posting|NewsArticle)$/.test(attribs.itemtype ?? '');
}

function isHidden({ name, attribs }: Element): boolean {
  if (kept.has(name)) return false;
  return (attribs.hidden !== undefined && attribs.hidden !== 'until-found') || attribs['aria-hidden'] === 'true';
}

/** A paragraph among others, which is hidden from those who have not paid. */
function isForSubscribers(element: Element): boolean {
  if (element.name !== 'p' || element.attribs.hidden !== undefined) return false;
  for (const step of ['prev', 'next'] as const) {
    let at = element[step];
    for (let steps = 0; at !== null && steps < 16; steps++, at = at[step])
      if (isTag(at) && at.name === 'p' && !isHidden(at) && lengthOf(at, 80) >= 80) return true;
  }
  return false;
}

/** A panel that its reader opens: behind a button, a tab or a summary. */
function followsControl(element: Element): boolean {
  if (/^(tabpanel|region)$/.test(element.attribs.role ?? '') && element.attribs['aria-labelledby']) return true;
  let before = element.prev;
  while (before && !isTag(before)) before = before.prev;
  return before !== null && isTag(before) && isControl(before, 3);
}

function isControl(element: Element, levels: number): boolean {
  if (
    /^(button|summary)$/.test(element.name) ||
    element.attribs['aria-expanded'] !== undefined ||
    element.attribs.role === 'tab'
  )
    return true;
  return levels > 0 && element.children.slice(0, 5).some((child) => isTag(child) && isControl(child, levels - 1));
}

/** The heading of a panel is a button in many a list of questions. */
function isQuestion(element: Element): boolean {
  if (element.name !== 'button') return false;
  if (element.attribs['aria-expanded'] === undefined && element.attribs['aria-controls'] === undefined) return false;
  const parent = element.parent;
  return parent !== null && isTag(parent) && (/^(h[2-6]|dt|summary)$/.test(parent.name) || lengthOf(element, 20) >= 20);
}

function lengthOf(element: Element, most: number): number {
  let length = 0;
  for (const child of element.children) {
    if (length >= most) break;
    if (isText(child)) length += child.data.trim().length;
    else if (isTag(child)) length += lengthOf(child, most);
  }
  return length;
}

const isClutterName = remembered((names) => names !== '' && clutter.test(names));
const everyClutter = new RegExp(clutter.source, 'g');
/** Names that leads, boxes and opinions have as well as what stands around stories. */
const weak =
  /^(teasers?|topics?|promo|captions?|comments?|byline|dateline|toc|read-?more|social|related|subscribe|toolbar|modal|tags?)$/;

function isWeakClutter(names: string): boolean {
  const found = names.split(/\s+/).flatMap((name) => [...name.matchAll(everyClutter)].map((match) => match[2] ?? ''));
  return found.every((word) => weak.test(word));
}

/** Two of them, at least. */
function hasParagraphs(element: Element): boolean {
  let count = 0;
  const visit = (nodes: ChildNode[], depth: number): void => {
    for (const node of nodes) {
      if (!isTag(node) || depth > 4) continue;
      if (node.name === 'p' && lengthOf(node, 80) >= 80) count++;
      else visit(node.children, depth + 1);
    }
  };
  visit(element.children, 0);
  return count > 1;
}

function isParagraph(element: Element): boolean {
  if (!/^(p|div)$/.test(element.name) || element.attribs.class === undefined) return false;
  const length = lengthOf(element, 1000);
  return isRunningText(element, { length, prose: length, fields: 0 });
}

/** One paragraph of sentences, in no link and with no block in it. */
function isRunningText(element: Element, { length, prose }: Size): boolean {
  if (prose < 80 || prose < length * 0.8) return false;
  const hasBlock = element.children.some((child) => isTag(child) && blocks.has(child.name));
  return !hasBlock && /[.!?。！？…”"»]\s*$/.test(lastText(element));
}

function lastText(element: Element): string {
  for (const child of [...element.children].reverse()) {
    if (isText(child) && child.data.trim() !== '') return child.data.slice(-20);
    if (isTag(child)) return lastText(child);
  }
  return '';
}

/** `relatedPosts__item` -> `related-posts__item`. */
function words(name: string): string {
  return name === ''
    ? ''
    : name
        .slice(0, 300)
        .replace(/([a-z])([A-Z])/g, '$1-$2')
        .toLowerCase();
}

/** A paragraph is judged by what it says, not by its names. */
function attributes(element: Element, isUnnamed: boolean): ReadableElement['attributes'] {
  const made: Attribute[] = [];
  for (const name of keptAttributes) {
    const value = element.attribs[name];
    if (value !== undefined && !(isUnnamed && (name === 'class' || name === 'id')))
      made.push(new Attribute(name, value));
  }
  return made;
}
