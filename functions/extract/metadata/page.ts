/** The input of the metadata sources: the pruned page with a query function, its JSON-LD, and its address. */
import type { CheerioAPI } from 'cheerio/slim';
import { type JsonObject, jsonLdNodes, storyNode } from './json-ld.ts';

export type PageFacts = {
  $: CheerioAPI;
  url: string;
  nodes: JsonObject[];
  /** The JSON-LD node that is the story, if the page has one. */
  story: JsonObject | null;
  /** `name`, `property` or `itemprop` of each meta tag, lower-cased -> its contents, in page order. */
  meta: Map<string, string[]>;
};

export function pageFacts($: CheerioAPI, jsonLd: string[], url: string): PageFacts {
  const meta = new Map<string, string[]>();
  for (const element of $('meta[content]').slice(0, 500).toArray()) {
    const { name, property, itemprop, content = '' } = element.attribs;
    for (const key of new Set([name, property, itemprop])) {
      if (key && content.trim()) meta.set(key.toLowerCase(), [...(meta.get(key.toLowerCase()) ?? []), content.trim()]);
    }
  }
  const nodes = jsonLdNodes(jsonLd);
  return { $, url, nodes, story: storyNode(nodes), meta };
}

/** The first content of the first of these meta tags that the page has. */
export function metaContent(page: PageFacts, ...keys: string[]): string | null {
  for (const key of keys) {
    const found = page.meta.get(key)?.[0];
    if (found) return found;
  }
  return null;
}

/** Text as people read it: entities that were escaped twice undone, white space folded, control characters gone. */
export function clean(text: string | null | undefined): string | null {
  if (!text) return null;
  const plain = text
    .replace(/&(amp|lt|gt|quot|apos|nbsp);/gi, (_, name: string) => entities[name.toLowerCase()] ?? ' ')
    .replace(/&#(\d{1,6}|x[\da-f]{1,5});/gi, (_, code: string) =>
      String.fromCodePoint(Number(code.toLowerCase().startsWith('x') ? `0${code}` : code)),
    )
    .replace(/<\/?[a-z][^<>]{0,200}>/gi, '')
    .replace(/[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\s]+/gu, ' ')
    .trim();
  return plain === '' ? null : plain;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
