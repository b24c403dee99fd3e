/** How much speaks for a page that lists stories or things, and against one that tells a story; from about -6 to 10. */
import { type Element, isTag } from 'domhandler';
import type { MarkedText } from './marked-text.ts';
import { type JsonObject, typesOf } from './metadata/json-ld.ts';
import { metaContent, type PageFacts } from './metadata/page.ts';

const listTypes = /^(CollectionPage|ItemList|SearchResultsPage|ProductGroup|OfferCatalog|ProfilePage)$/;
/** The last parts of addresses under which sites list things. */
const listPath =
  /\/(collections?|category|categories|kategorien?|categorias?|catégories?|c|b|tags?|topics?|themen?|thema|subjects?|search|browse|shop|s|archives?|sections?|products?|rubrik|rubrique|seccion|ressort)\/([a-z\d]+([-_%][^/]*){0,2})\/?$|\/(news|blog|articles?|products?|archives?|search|shop|newest|latest|catalog|browse|collections?|category)\/?$/i;
/** Those that mean nothing else, wherever they stand in the address; and the only part of one. */
const surePath =
  /\/(category|categories|kategorien?|tags?|collections?|search)\/[^/]|^\/(?:[a-z]{2}\/)?(news|blog|articles?|shop|products?|magazine|stories)\/?$/i;
const price = /[$€£¥]\s?\d|\d\s?(?:€|EUR|USD|kr\b|zł)/g;
const manyPrices = 20;
/** A line with so many words is a paragraph. */
const paragraphWords = 20;

export function listScore(
  page: PageFacts,
  { main, publishedAt, authors }: { main: MarkedText; publishedAt: string | null; authors: string[] },
): number {
  const lines = main.text.split('\n');
  const counts = lines.map(wordsIn);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const prose = counts.reduce((sum, count) => sum + (count >= paragraphWords ? count : 0), 0);
  const share = prose / Math.max(1, all);
  const links = page.named('a').length;
  const headings = ['h2', 'h3', 'h4'].flatMap(page.named);
  const linkedHeadings = headings.filter(isLinked).length;
  const ogType = metaContent(page, 'og:type')?.toLowerCase() ?? '';
  const isDated = page.story?.datePublished !== undefined || page.meta.has('article:published_time');
  const listed =
    page.story === null && page.nodes.some((node: JsonObject) => typesOf(node).some((type) => listTypes.test(type)));

  const path = new URL(page.url).pathname.slice(0, 300);
  const signs: [boolean, number][] = [
    [main.linkedShare > 0.4, 3],
    [prose < 60 && lines.length >= 15, 3],
    [!(prose < 60 && lines.length >= 15) && share < 0.35 && lines.length >= 20, 2],
    [listed, 3.5],
    [/^(product|[\w-]{1,20}:ecommerce)/.test(ogType), 6],
    [page.story === null && surePath.test(path), 2.5],
    [page.story === null && share < 0.6 && pricesIn(page.bodyText()) >= manyPrices, 2],
    [share > 0.5 && prose > 700 && main.linkedShare < 0.2, -1],
    [listPath.test(path), 2],
    [hasFewerWords(page.bodyText(), links * 6), 1],
    [linkedHeadings >= 15 && linkedHeadings > headings.length / 2, 2],
    [page.named('article').length >= 12, 1.5],
    [ogType === 'website' && page.story === null, 1],
    [publishedAt === null && authors.length === 0 && page.story === null, 1],
    [page.story !== null, -3],
    [isDated, -2],
    [authors.length > 0, -1],
    [ogType === 'article', -1],
    [share > 0.6 && prose > 250, -2],
    [share > 0.8 && prose >= 80, -1.5],
    [publishedAt !== null, -0.5],
  ];
  return signs.reduce((sum, [holds, weight]) => sum + (holds ? weight : 0), 0);
}

function pricesIn(text: string): number {
  return text.slice(0, 100_000).match(price)?.length ?? 0;
}

/** A heading in a link, or with a link in it. */
function isLinked(heading: Element): boolean {
  const parent = heading.parent;
  return (
    (parent !== null && isTag(parent) && parent.name === 'a') ||
    heading.children.some((child) => isTag(child) && child.name === 'a')
  );
}

/** As `wordsIn(text) < most`, and no further than it takes to know. */
function hasFewerWords(text: string, most: number): boolean {
  const piece = 4096;
  let words = 0;
  for (let at = 0; at < text.length && words < most; at += piece) words += wordsIn(text.slice(at, at + piece));
  return words < most;
}

/** Two characters of a script without spaces are about a word. */
function wordsIn(text: string): number {
  const unspaced = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/gu)?.length ?? 0;
  return (text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0) + Math.floor(unspaced / 2);
}
