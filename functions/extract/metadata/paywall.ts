/** Whether a page says that its story is for those who pay (schema.org `isAccessibleForFree`, and the tags that publishers use). */
import { isObject, type JsonObject } from './json-ld.ts';
import { metaContent, type PageFacts } from './page.ts';

const tierTags = [
  'article:content_tier',
  'og:article:content_tier',
  'content_tier',
  'content-tier',
  'article:content-tier',
  'cxenseparse:content-tier',
  'paywall',
  'article:paywall',
  'access',
];

export function isPaid(page: PageFacts): boolean {
  const told = [page.story, ...partsOf(page.story)].map((node) => isFree(node)).filter((free) => free !== null);
  if (told.length > 0) return told.includes(false);
  const tier = metaContent(page, ...tierTags)?.toLowerCase() ?? '';
  return /^(locked|metered|paid|premium|subscriber(-only)?|subscription|plus|true|yes|paywall)$/.test(tier);
}

function partsOf(story: JsonObject | null): JsonObject[] {
  return [story?.hasPart].flat().filter(isObject).slice(0, 50);
}

/** Pages write the value as a word, with and without an address. */
function isFree(node: JsonObject | null): boolean | null {
  const value = [node?.isAccessibleForFree].flat()[0];
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  if (/(^|\/)(false|no|0)$/i.test(value)) return false;
  return /(^|\/)(true|yes|1)$/i.test(value) ? true : null;
}
