/** The input of the metadata sources: the pruned page with a query function, its JSON-LD, and its address. */
import type { CheerioAPI } from 'cheerio/slim';
import { type JsonObject, jsonLdNodes, storyNode } from './json-ld.ts';
import { findZone, type Zone } from './story-zone.ts';

export type PageFacts = {
  $: CheerioAPI;
  url: string;
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
  let zone: Zone | null = null;
  const facts: PageFacts = {
    $,
    url,
    nodes,
    story: storyNode(nodes),
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
