/**
 * Where on a page the story's own details stand: near its headline, and not in what belongs to other stories, to readers'
 * comments or to the site. One walk over the page, for authors and times alike.
 */
import type { CheerioAPI } from 'cheerio/slim';
import { type ChildNode, type Element, isTag, isText } from 'domhandler';
import { squeeze } from '../../squeeze.ts';
import { remembered } from '../remembered.ts';
import { clean } from './clean.ts';

export type Place = {
  element: Element;
  /** Characters of text between the headline and the element; negative before the headline. */
  distance: number;
  /** Of the element's own text, white space at the ends of its parts left out: never more than what readers see. */
  length: number;
  /** True if it belongs to something else than the story. */
  isForeign: boolean;
};

export type Zone = {
  headline: Element | null;
  /** Whether the title of the page says the same. */
  isSure: boolean;
  /** Elements with a class, id, rel, itemprop or href, or that are `time` or short paragraphs, in the order of the page. */
  places: Place[];
};

/** An aside that says so little names the author or the day. */
const detailLength = 80;
const maxPlaces = 20_000;
/** A shorter end of a title is the name of the site. */
const leastOfTitle = 0.4;
const maxNameLength = 300;

/** Parts of a page that are not of its story, by the words of class and id. */
const foreignName =
  /(^|[\s_-])(comments?|comment-?list|respond|disqus|related|relateds|recommend(ed|ations?)?|recirc|popular|most-?(read|viewed|popular|recent|shared)|trending|teasers?|sidebar|side-?bar|latest|recent(-?posts?)?|more-?(stories|news|from|on|articles|posts)|read-?(more|next|also)|also-?like|you-?may|next-?(article|story|post)|prev(ious)?-?(article|story|post)|promo|newsletter|cookies?|navbar|navigation|site-?(header|footer|nav)|page-?footer|masthead|topbar|ticker|breadcrumbs?|tags|tag-?list|tag-?cloud|article-?tags?|keywords|categories|outbrain|taboola|carousel|slider|swiper|weather|clock|calendar|login|mega-?menu|ranking|upcoming|reviews?-list)([\s_-]|$)/i;
const isForeignName = remembered((name) => foreignName.test(spaced(name)));
const foreignElements = new Set(['aside', 'nav', 'select', 'button', 'dialog']);
const foreignRoles = new Set(['navigation', 'complementary', 'contentinfo', 'search', 'dialog']);

/** `named`: the elements of a name. `titles`: what the page's head calls it. */
export function findZone($: CheerioAPI, named: (name: string) => Element[], titles: (string | undefined)[]): Zone {
  const root = $.root()[0];
  const lengths = new Map<Element, number>();
  const whole = root ? measure(root.children, lengths) : 0;
  const { element: headline, isSure } = findHeadline($, named, titles);
  const around = new Set<unknown>();
  for (let at: unknown = headline; at; at = (at as Element).parent) around.add(at);
  const largest = largestArticle(lengths);
  const inArticle = [...around].some((each) => (each as Element).name === 'article');
  const places: Place[] = [];
  let offset = 0;
  let headlineAt: number | null = null;
  const offsets: number[] = [];

  const isForeignBy = (element: Element): boolean => {
    if (around.has(element) || (lengths.get(element) ?? 0) > whole / 2) return false;
    const { name, attribs } = element;
    const isDetail = name === 'aside' && (lengths.get(element) ?? 0) < detailLength;
    if ((foreignElements.has(name) && !isDetail) || (attribs.role !== undefined && foreignRoles.has(attribs.role)))
      return true;
    if (name === 'footer') return !isInside(element, 'article');
    if (name === 'header') return isSure && !isInside(element, 'article') && !isInside(element, 'main');
    if (name === 'article') return inArticle || element !== largest;
    if (/(^|\/)Comment$/.test(attribs.itemtype ?? '') || attribs.itemprop === 'comment') return true;
    return isForeignName(attribs.class ?? '') || isForeignName(attribs.id ?? '');
  };
  const visit = (nodes: ChildNode[], isForeign: boolean): void => {
    for (const node of nodes) {
      if (isText(node)) offset += node.data.trim().length;
      else if (isTag(node) && node.name !== 'head' && node.name !== 'script') {
        if (node === headline) headlineAt = offset;
        const foreign = isForeign || isForeignBy(node);
        if (places.length < maxPlaces) {
          places.push({ element: node, distance: 0, length: lengths.get(node) ?? 0, isForeign: foreign });
          offsets.push(offset);
        }
        visit(node.children, foreign);
        if (node === headline) headlineAt = offset;
      }
    }
  };
  if (root) visit(root.children, false);
  const from = headlineAt ?? 0;
  places.forEach((place, i) => {
    place.distance = (offsets[i] ?? 0) - from;
  });
  return { headline, isSure, places };
}

function largestArticle(lengths: Map<Element, number>): Element | null {
  let largest: Element | null = null;
  for (const [element, length] of lengths)
    if (element.name === 'article' && length > (largest === null ? 0 : (lengths.get(largest) ?? 0))) largest = element;
  return largest;
}

function isInside(element: Element, name: string): boolean {
  for (let at = element.parent; at; at = at.parent) if (isTag(at) && at.name === name) return true;
  return false;
}

/** The heading that the page's title repeats, else the only one of the first rank. */
function findHeadline(
  $: CheerioAPI,
  named: (name: string) => Element[],
  given: (string | undefined)[],
): { element: Element | null; isSure: boolean } {
  const titles = given.map((title) => bare(title ?? '')).filter((title) => title !== '');
  const repeated = (headings: Element[]) =>
    headings.find((heading) => {
      const text = bare($(heading).text().slice(0, 500));
      const isIn = (title: string) =>
        title.startsWith(text) || (title.endsWith(text) && text.length > title.length * leastOfTitle);
      return text.length > 5 && titles.some(isIn) && !isInPath(heading);
    });
  const smaller = () => smallHeadings($.root()[0]?.children ?? [], 80);
  const sure = repeated(named('h1').slice(0, 20)) ?? repeated(named('h2').slice(0, 40)) ?? repeated(smaller());
  return { element: sure ?? named('h1')[0] ?? null, isSure: sure !== undefined };
}

/** The first `most` elements that are headings of a lower rank, or are called so. */
function smallHeadings(nodes: ChildNode[], most: number, found: Element[] = []): Element[] {
  for (const node of nodes) {
    if (found.length === most) break;
    if (!isTag(node)) continue;
    const names = node.attribs.class;
    const isCalledSo = names !== undefined && (names.includes('title') || names.includes('headline'));
    if (node.name === 'h3' || node.name === 'h4' || isCalledSo) found.push(node);
    smallHeadings(node.children, most, found);
  }
  return found;
}

/** The last part of the path of a page, which some sites write as a heading. */
function isInPath(heading: Element): boolean {
  let at = heading.parent;
  for (let level = 0; level < 4 && at !== null && isTag(at); level++, at = at.parent)
    if (at.name === 'nav' || /breadcrumb/i.test(`${at.attribs.class ?? ''} ${at.attribs.itemtype ?? ''}`)) return true;
  return false;
}

function bare(text: string): string {
  return squeeze(clean(text.slice(0, 1000)) ?? '');
}

function measure(nodes: ChildNode[], lengths: Map<Element, number>): number {
  let sum = 0;
  for (const node of nodes) {
    if (isText(node)) sum += node.data.trim().length;
    else if (isTag(node) && node.name !== 'head' && node.name !== 'script') {
      const length = measure(node.children, lengths);
      lengths.set(node, length);
      sum += length;
    }
  }
  return sum;
}

/** `relatedPosts__item` -> `related-posts__item`. */
export function spaced(name: string | undefined): string {
  return name === undefined ? '' : name.slice(0, maxNameLength).replace(/([a-z])([A-Z])/g, '$1-$2');
}

const blocks = new Set([
  'p',
  'div',
  'li',
  'ul',
  'br',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'section',
  'span',
  'a',
  'td',
]);

/** The text of an element with a line break wherever two elements, or two blocks, meet. */
export function brokenText(element: Element, most = 400): string {
  let text = '';
  let pending = false;
  const visit = (nodes: ChildNode[]): void => {
    for (const node of nodes) {
      if (text.length > most) return;
      if (isText(node)) {
        if (node.data.trim() === '') {
          if (text !== '' && !pending) text += ' ';
          continue;
        }
        if (pending) text += '\n';
        pending = false;
        text += node.data.replace(/\s+/g, ' ');
      } else if (isTag(node) && node.name !== 'script') {
        const isBlock = blocks.has(node.name) && isNextToElement(node);
        if (isBlock && text !== '') pending = true;
        visit(node.children);
        if (isBlock && text !== '') pending = true;
      }
    }
  };
  visit(element.children);
  return text.trim();
}

/** No words between this element and the ones before and after, or it is a block. */
function isNextToElement(element: Element): boolean {
  if (element.name !== 'span' && element.name !== 'a') return true;
  const beside = (node: ChildNode | null, step: 'prev' | 'next'): boolean => {
    let at = node;
    while (at && isText(at) && at.data.trim() === '') at = at[step];
    return at !== null && isTag(at);
  };
  return beside(element.prev, 'prev') || beside(element.next, 'next');
}
