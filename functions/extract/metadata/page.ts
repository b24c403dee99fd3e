/** The input of the metadata sources: the pruned page with a query function, its JSON-LD, and its address. */
import type { CheerioAPI } from 'cheerio/slim';
import { type AnyNode, type Element, isTag } from 'domhandler';
import { type JsonObject, jsonLdNodes, storyNode } from './json-ld.ts';
import { findZone, type Zone } from './story-zone.ts';

export type PageFacts = {
  $: CheerioAPI;
  url: string;
  /** What links of the page are relative to: its URL, or its `base`. */
  base: string;
  nodes: JsonObject[];
  /** The JSON-LD node that is the story, if the page has one. */
  story: JsonObject | null;
  /** `name`, `property` or `itemprop` of each meta tag, lower-cased -> its contents, in page order. */
  meta: Map<string, string[]>;
  /** When the page was read; null when nobody says. */
  capturedAtMs: number | null;
  /** The elements of a name, in the order of the page: a selector would walk the whole page each time. */
  named: (name: string) => Element[];
  /** All text of the body. */
  bodyText: () => string;
  /** Where the story's own details stand; found when it is first asked for. */
  zone: () => Zone;
};

export function pageFacts(
  $: CheerioAPI,
  jsonLd: string[],
  { url, capturedAtMs = null }: { url: string; capturedAtMs?: number | null },
): PageFacts {
  const byName = elementsByName($);
  const named = (name: string) => byName.get(name) ?? [];
  const textOf = (elements: Element[]) => $(elements.slice(0, 1)).text();
  const meta = new Map<string, string[]>();
  for (const element of named('meta')
    .filter(({ attribs }) => attribs.content !== undefined)
    .slice(0, 500)) {
    const { name, property, itemprop, content = '' } = element.attribs;
    for (const key of new Set([name, property, itemprop])) {
      if (key && content.trim()) meta.set(key.toLowerCase(), [...(meta.get(key.toLowerCase()) ?? []), content.trim()]);
    }
  }
  // Some programs write it into the head as if it were a name and its value.
  const misplaced = [...meta].flatMap(([key, contents]) => (/\bld\+json$/.test(key) ? contents : []));
  const nodes = jsonLdNodes([...jsonLd, ...misplaced]);
  const base = baseOf(named('base'), url);
  const canonical = [canonicalLink(named), meta.get('og:url')?.[0]].filter((href) => href !== undefined);
  const titles = [
    ...['og:title', 'twitter:title'].map((key) => meta.get(key)?.[0] ?? ''),
    textOf(named('title')).slice(0, 1000),
    ...named('h1')
      .slice(0, 3)
      .map((heading) => $(heading).text().slice(0, 1000)),
  ].filter((title) => title.trim() !== '');
  let zone: Zone | null = null;
  let bodyText: string | null = null;
  const facts: PageFacts = {
    $,
    url,
    base,
    nodes,
    story: storyNode(nodes, { urls: [url, ...canonical], titles }),
    meta,
    capturedAtMs,
    named,
    bodyText() {
      bodyText ??= $(named('body')).text();
      return bodyText;
    },
    zone() {
      zone ??= findZone($, named, [meta.get('og:title')?.[0], textOf(named('title'))]);
      return zone;
    },
  };
  return facts;
}

/** The address that the page says is its own. */
export function canonicalLink(named: PageFacts['named']): string | undefined {
  const isCanonical = ({ attribs }: Element) =>
    attribs.href !== undefined && /(^|\s)canonical(\s|$)/.test(attribs.rel ?? '');
  return named('link').find(isCanonical)?.attribs.href;
}

/** The first content of the first of these meta tags that the page has. */
export function metaContent(page: PageFacts, ...keys: string[]): string | null {
  for (const key of keys) {
    const found = page.meta.get(key)?.[0];
    if (found) return found;
  }
  return null;
}

/** HTML 4.2.3: the first `base` with an address. */
function baseOf(bases: Element[], url: string): string {
  const href = bases.find(({ attribs }) => attribs.href !== undefined)?.attribs.href;
  const base = href === undefined ? null : URL.parse(href, url);
  return base !== null && /^https?:$/.test(base.protocol) ? base.href : url;
}

function elementsByName($: CheerioAPI): Map<string, Element[]> {
  const found = new Map<string, Element[]>();
  // A list of its own, since pages are as deep as their authors please.
  const waiting: AnyNode[] = $.root()[0]?.children.toReversed() ?? [];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!isTag(node)) continue;
    const known = found.get(node.name);
    if (known) known.push(node);
    else found.set(node.name, [node]);
    for (let child = node.lastChild; child !== null; child = child.prev) waiting.push(child);
  }
  return found;
}
