/**
 * XML, well-formed or not -> small trees: each entry is handed out when it ends and forgotten, so that a feed of any length
 * takes the memory of one entry. What is left open is closed; what is too deep or too much keeps its text and loses its tags.
 */
import { maxUrlLength } from '../article/article-url.ts';
import { innerScope, localName, nameIn, rootScope, type Scope } from './names.ts';
import { type Attributes, scanTags } from './tags.ts';

export type XmlElement = {
  /** See names.ts. */
  name: string;
  /** The name in its markup, without its prefix. */
  tag: string;
  attributes: Attributes;
  children: (XmlElement | string)[];
  /** What relative links in it are resolved against (XML Base): its own or inherited `xml:base`, or the document's URL. */
  base: string;
};

/** No feed that was not made to be deep is deeper; what reads the trees recurses so far. */
const maxDepth = 200;
/** So many elements that are never closed are believed, the next are taken as empty. */
const maxOpen = 100_000;
/** Elements and texts in memory at a time: those of one entry, of the feed itself, and of what is no entry. */
const maxNodes = 50_000;

type Open = {
  /** Its tag in lower case: some feeds end in small letters what they begin in capitals. */
  key: string;
  /** That of an ancestor for what is too deep or too much. */
  element: XmlElement;
  own: boolean;
  scope: Scope;
  /** How many nodes there were before it. */
  nodesBefore: number;
};

/** Elements that never hold another of their name: when the next begins, the last one was not closed. */
const neverNested = /^(item|entry|url|sitemap)$/i;

/** `root`: the tag of the element that all begins with; what comes before or after it is left out. */
export type XmlSource = { root: string; url: string };

/**
 * The root, without those children and grandchildren that `take` took; null when there is no root.
 * @param take called with each child and grandchild of the root when it ends
 */
export function readXml(text: string, source: XmlSource, take: (element: XmlElement) => boolean): XmlElement | null {
  const open: Open[] = [];
  const openTags = new Map<string, number>();
  const roots: XmlElement[] = [];
  let nodes = 0;

  const begin = (tag: string, attributes: Attributes) => {
    const parent = open.at(-1);
    const scope = parent ? within(parent, attributes) : rootScope(tag, attributes);
    const own = open.length < maxDepth && nodes < maxNodes;
    const element =
      own || !parent
        ? makeElement({ tag, attributes }, { scope, base: parent?.element.base ?? source.url })
        : parent.element;
    const key = tag.toLowerCase();
    open.push({ key, element, own, scope, nodesBefore: nodes });
    openTags.set(key, (openTags.get(key) ?? 0) + 1);
    if (!parent) roots.push(element);
    if (own) nodes++;
  };
  const end = () => {
    const last = open.pop();
    if (!last) return;
    openTags.set(last.key, (openTags.get(last.key) ?? 1) - 1);
    if (!last.own) return;
    const parent = open.at(-1);
    if (open.length > 0 && open.length <= 2 && take(last.element)) nodes = last.nodesBefore;
    else parent?.element.children.push(last.element);
  };
  const endTo = (tag: string) => {
    const key = tag.toLowerCase();
    if (!openTags.get(key)) return;
    while (open.at(-1)?.key !== key) end();
    end();
  };

  scanTags(text, {
    open(tag, attributes, selfClosing) {
      if (open.length === 0 && (roots.length > 0 || tag !== source.root)) return;
      if (neverNested.test(localName(tag)) && open.length > 1) endTo(tag);
      if (open.length >= maxOpen) return;
      begin(tag, attributes);
      if (selfClosing) end();
    },
    close: endTo,
    text(text) {
      // Space between entries is not kept, and no text is when there is too much of everything.
      if (nodes >= maxNodes || (open.length <= 2 && text.trim() === '')) return;
      open.at(-1)?.element.children.push(text);
      nodes++;
    },
  });
  while (open.length > 0) end();
  return roots[0] ?? null;
}

/** Declarations deeper than elements are kept have nothing to name. */
function within(parent: Open, attributes: Attributes): Scope {
  return parent.own ? innerScope(parent.scope, attributes) : parent.scope;
}

function makeElement(
  { tag, attributes }: { tag: string; attributes: Attributes },
  { scope, base }: { scope: Scope; base: string },
): XmlElement {
  return {
    name: nameIn(scope, tag),
    tag: localName(tag),
    attributes,
    children: [],
    base: resolveBase(attributes.get('xml:base'), base),
  };
}

function resolveBase(own: string | undefined, outer: string): string {
  if (own === undefined) return outer;
  const base = URL.parse(own.trim(), outer);
  // The length is bounded, since each nested one may add to the last.
  return base && /^https?:$/.test(base.protocol) && base.href.length <= maxUrlLength ? base.href : outer;
}

/** By its name in any case; `rdf:about` also under another prefix. */
export function attribute(element: XmlElement, name: string): string | null {
  const exact = element.attributes.get(name);
  if (exact !== undefined) return exact;
  for (const [key, value] of element.attributes) {
    if ((name.includes(':') ? localName(key) : key).toLowerCase() === localName(name).toLowerCase()) return value;
  }
  return null;
}

export function children(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child): child is XmlElement => typeof child !== 'string' && child.name === name);
}

export function hasElements(element: XmlElement): boolean {
  return element.children.some((child) => typeof child !== 'string');
}

/** All text in it, without markup. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}
