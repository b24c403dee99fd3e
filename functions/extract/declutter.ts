/**
 * A pruned page -> the HTML that Readability is to judge: without navigation, forms, pictures and what sites put around
 * their stories. One walk with one test per element, because building what is then thrown away is what costs time.
 */
import { type ChildNode, type Document, type Element, isTag, isText } from 'domhandler';
import { rootName } from './prune.ts';

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
  /(^|[\s_-])(newsletter|related|recommend(ed|ations?)?|social|share(bar|box|buttons?|links|tools)?|sharing|cookie|advert(isement)?|promo|comments?|disqus|breadcrumbs?|captions?|author-?(bio|box|info)|about-?author|tags?(-?list|cloud)?|topics?|most-?(read|popular)|trending|read-?(more|next|also)|subscribe|sponsored|outbrain|taboola|teasers?|skip-?link|sidebar|popup|modal|toolbar|byline|dateline|timestamp|pagination|correction-?link|toc|gallery-?nav|screen-reader-text|visually-?hidden|sr-only)([\s_-]|$)/;
/** Written by us around everything, once, whether the page has them or not. */
const transparent = new Set(['html', 'body', rootName]);
const voidElements = new Set(['br', 'hr', 'wbr', 'col', 'area', 'base', 'param', 'track']);
/** An element with a larger share of the page's text is not clutter, whatever its name is. */
const largestClutter = 0.4;
/** All that Readability looks at, save pictures, and what the text keeps. */
const keptAttributes = ['class', 'id', 'href', 'role', 'itemprop', 'rel', 'dir', 'lang'];

/** `strict: false` drops by element only, for pages whose story the class names would take with them. */
export function declutter(document: Document, { strict }: { strict: boolean }): string | null {
  const lengths = new Map<Element, number>();
  const whole = measure(document.children, lengths);
  if (whole === 0) return null;
  const parts: string[] = ['<!doctype html><html><body>'];
  const write = (nodes: ChildNode[]): void => {
    for (const node of nodes) {
      if (isText(node)) parts.push(mask(node.data));
      else if (isTag(node) && !isClutter(node, strict && (lengths.get(node) ?? 0) < whole * largestClutter)) {
        const shown = !transparent.has(node.name);
        if (shown) parts.push('<', node.name, ...attributes(node), '>');
        if (voidElements.has(node.name)) continue;
        write(node.children);
        if (shown) parts.push('</', node.name, '>');
      }
    }
  };
  write(document.children);
  return parts.join('');
}

/** The length of the text below each element that could be shown; returns that of all. */
function measure(nodes: ChildNode[], lengths: Map<Element, number>): number {
  let sum = 0;
  for (const node of nodes) {
    if (isText(node)) sum += node.data.trim().length;
    else if (isTag(node) && !droppedElements.has(node.name)) {
      const length = measure(node.children, lengths);
      lengths.set(node, length);
      sum += length;
    }
  }
  return sum;
}

function isClutter(element: Element, strict: boolean): boolean {
  if (droppedElements.has(element.name)) return true;
  const { role, hidden, class: classes = '', id = '' } = element.attribs;
  if (kept.has(element.name)) return false;
  if (hidden !== undefined || element.attribs['aria-hidden'] === 'true' || (role && droppedRoles.has(role)))
    return true;
  return strict && clutter.test(words(classes)) ? true : strict && clutter.test(words(id));
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

function attributes(element: Element): string[] {
  return keptAttributes.flatMap((name) => {
    const value = element.attribs[name];
    return value === undefined ? [] : [` ${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`];
  });
}

/**
 * linkedom makes a text node of every entity, and a text of a million `<` a million nodes. Two characters of the private
 * use area stand for what would have to be escaped; where a page uses these two itself they mean nothing and go.
 */
function mask(text: string): string {
  return text
    .replace(/[\ue000\ue001]/g, '')
    .replaceAll('&', '\ue000')
    .replaceAll('<', '\ue001');
}

/** Text of what `declutter` wrote -> as the page had it. */
export function unmask(text: string): string {
  return text.replaceAll('\ue000', '&').replaceAll('\ue001', '<');
}
