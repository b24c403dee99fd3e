/** The input of the metadata sources: the pruned page with a query function, its JSON-LD, and its address. */
import type { CheerioAPI } from 'cheerio/slim';
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
  /** Where the story's own details stand; found when it is first asked for. */
  zone: () => Zone;
};

export function pageFacts(
  $: CheerioAPI,
  jsonLd: string[],
  { url, capturedAtMs = null }: { url: string; capturedAtMs?: number | null },
): PageFacts {
  const meta = new Map<string, string[]>();
  for (const element of $('meta[content]').slice(0, 500).toArray()) {
    const { name, property, itemprop, content = '' } = element.attribs;
    for (const key of new Set([name, property, itemprop])) {
      if (key && content.trim()) meta.set(key.toLowerCase(), [...(meta.get(key.toLowerCase()) ?? []), content.trim()]);
    }
  }
  const nodes = jsonLdNodes(jsonLd);
  const base = baseOf($, url);
  const canonical = [$('link[rel~="canonical"][href]').first().attr('href'), meta.get('og:url')?.[0]].filter(
    (href) => href !== undefined,
  );
  const titles = [
    ...['og:title', 'twitter:title'].map((key) => meta.get(key)?.[0] ?? ''),
    $('title').first().text().slice(0, 1000),
    ...$('h1')
      .slice(0, 3)
      .toArray()
      .map((heading) => $(heading).text().slice(0, 1000)),
  ].filter((title) => title.trim() !== '');
  let zone: Zone | null = null;
  const facts: PageFacts = {
    $,
    url,
    base,
    nodes,
    story: storyNode(nodes, { urls: [url, ...canonical], titles }),
    meta,
    capturedAtMs,
    zone() {
      zone ??= findZone($, [meta.get('og:title')?.[0], $('title').first().text()]);
      return zone;
    },
  };
  return facts;
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
function baseOf($: CheerioAPI, url: string): string {
  const href = $('base[href]').first().attr('href');
  const base = href === undefined ? null : URL.parse(href, url);
  return base !== null && /^https?:$/.test(base.protocol) ? base.href : url;
}
