/**
 * An archived page -> what a browser is shown of it: written anew from its tokens, without scripts, frames, forms that send, or any address that
 * would be loaded. What is kept beside it, pictures, styles and fonts, is put in its place. Links lead to a page of ours. A parser that reads the bytes in another way than this one finds nothing else in the
 * answer: it holds start tags, end tags and escaped text alone. Pure.
 */
import { type Handler, Parser } from 'htmlparser2';
import { parseArticleUrl } from '../article/article-url.ts';
import { escapeHtml } from '../formats/escape-html.ts';
import { candidatesIn, choosePicture, isLazy, isLazyName } from './choose-picture.ts';
import { absolute, type PartOf, rewriteCss } from './rewrite-css.ts';

/** `small`: one of `all`, narrow and wide enough for a list. */
export type PagePicture = { url: string; small: string | null; all: string[]; inStory: boolean };

export type Rewritten = {
  html: string;
  /** What the page would have shown beside its own bytes. */
  missing: { pictures: number; frames: number; media: number; styles: number };
  /** True when the page is longer than is shown. */
  isCut: boolean;
};

/** Dropped with all that they hold. */
const dropped = new Set([
  'script',
  'embed',
  'applet',
  'frameset',
  'noembed',
  'noframes',
  'portal',
  'fencedframe',
  'canvas',
  'template',
  'video',
  'audio',
  'object',
  'math',
]);
/** The tag goes, what it holds stays. */
const unwrapped = new Set([
  'base',
  'frame',
  'plaintext',
  'xmp',
  'animate',
  'animatemotion',
  'animatetransform',
  'set',
  'track',
  'source',
  'param',
  'noscript',
  'picture',
  'form',
  'link',
  'listing',
  'image',
  'mpath',
  'discard',
  'handler',
  'isindex',
  'keygen',
  'bgsound',
  'command',
  'meta',
]);
const empty = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'wbr']);
/** Addresses, and what would do something. */
const attributeless = new Set(
  'integrity crossorigin nonce referrerpolicy ping attributionsrc target download method srcdoc autofocus autoplay action enctype novalidate manifest profile codebase classid archive data background longdesc lowsrc dynsrc usemap ismap cite poster srcset imagesrcset imagesizes sizes loading fetchpriority is slot part shadowrootmode shadowroot popover popovertarget popovertargetaction command commandfor contenteditable accesskey http-equiv xmlns:xlink icon to from by values begin dur attributename'.split(
    ' ',
  ),
);
/** SVG's, whose values are those of styles. */
const presentation = new Set(
  'fill stroke filter mask clip-path marker marker-start marker-mid marker-end cursor style'.split(' '),
);
const name = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const attributeName = /^[a-z][a-z0-9:_.-]{0,60}$/i;
const picture = /^data:image\/(png|jpeg|gif|webp|avif|svg\+xml)[;,]/i;
const maxAttributes = 60;
const maxAttributeLength = 2_000_000;
/** More is shown of no page. Browsers stop at 512 open elements by themselves. */
const maxLength = 24_000_000;
const maxDepth = 400;
/** The parser's own time grows with the square of what is open: past this everything is closed, and it goes on from the top. */
const maxSourceDepth = 3000;
const chunkLength = 65_536;

/**
 * `url`: where the page was. `leave`: the address of ours that a link to another page leads to. `partOf`: what is kept beside the page;
 * `inStory` of a picture that stands in the story. `onPicture`: told of each with all that it may show.
 */
export function rewritePage(
  source: string,
  {
    url,
    leave,
    partOf = () => null,
    onPicture,
  }: {
    url: string;
    leave: (target: string) => string;
    partOf?: (url: string, kind: Parameters<PartOf>[1], inStory: boolean) => ReturnType<PartOf>;
    onPicture?: (picture: PagePicture) => void;
  },
): Rewritten {
  const parts: string[] = ['<!doctype html>'];
  const missing = { pictures: 0, frames: 0, media: 0, styles: 0 };
  let length = 0;
  let isCut = false;
  let base = url;
  /** For each open element of the source: the tag that was written for it, or null. */
  const open: (string | null)[] = [];
  /** The number of open elements that are dropped whole. */
  let inside = 0;
  let style: string[] | null = null;
  /** Open elements that hold a story, and of `source` elements before an `img`, their sets. */
  let stories = 0;
  let sets: string[] = [];
  const pictures = new Set<string>();
  let afterLazy = false;
  let noscripts = 0;
  const css = () => ({
    base,
    partOf: (address: string, kind: Parameters<PartOf>[1]) => partOf(address, kind, stories > 0),
  });

  const write = (text: string) => {
    length += text.length;
    if (length > maxLength) isCut = true;
    else parts.push(text);
  };

  const callbacks: Partial<Handler> = {
    onopentag(tag, attributes) {
      if (tag === 'article' || tag === 'main') stories++;
      if (tag === 'noscript') noscripts++;
      if (tag === 'picture') sets = [];
      if (tag === 'source' && attributes.srcset) sets.push(attributes.srcset);
      if (tag === 'source' && attributes['data-srcset']) sets.push(attributes['data-srcset']);
      if (inside === 0 && tag === 'link') sheet(attributes);
      if (inside === 0 && tag === 'video' && attributes.poster) poster(attributes);
      const shown = tag === 'img' && inside === 0 ? pictureOf(attributes) : null;
      count(tag, attributes, shown);
      if (tag === 'img' && shown === 'twin') {
        open.push(null);
        return;
      }
      if (dropped.has(tag) || tag === 'iframe') inside++;
      if (tag === 'iframe' && inside === 1) write('<iframe></iframe>');
      if (inside > 0 || open.length > maxDepth || unwrapped.has(tag) || !name.test(tag)) {
        if (tag === 'base' && attributes.href && URL.canParse(attributes.href, url))
          base = new URL(attributes.href, url).href;
        if (tag === 'meta' && inside === 0) meta(attributes);
        open.push(null);
        return;
      }
      open.push(empty.has(tag) ? null : tag);
      if (tag === 'style') style = [];
      write(`<${tag}${attributesOf(tag, shown === null ? attributes : { ...attributes, src: '' })}${shown ?? ''}>`);
      if (tag === 'img') afterLazy = isLazy(attributes);
      else if (tag !== 'noscript' && tag !== 'picture') afterLazy = false;
    },
    ontext(text) {
      if (inside > 0) return;
      if (style) style.push(text);
      else write(escapeHtml(text));
    },
    onclosetag(tag) {
      const written = open.pop();
      if (tag === 'article' || tag === 'main') stories = Math.max(0, stories - 1);
      if (tag === 'noscript') {
        noscripts = Math.max(0, noscripts - 1);
        afterLazy = false;
      }
      if (dropped.has(tag) || tag === 'iframe') inside--;
      if (written === 'style' && style) {
        write(rewriteCss(style.join(''), css()));
        style = null;
      }
      if (written) write(`</${written}>`);
    },
  };
  const newParser = () =>
    new Parser(callbacks, { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true });

  /** The attributes that show what is kept of it; `twin`: it stands for browsers without scripts, beside one that is shown already. */
  function pictureOf(attributes: Record<string, string>): string | 'twin' | null {
    const chosen = choosePicture(attributes, sets);
    const from = sets;
    sets = [];
    const address = chosen && absolute(chosen.url, base);
    if (noscripts > 0 && (afterLazy || (address !== null && pictures.has(address)))) return 'twin';
    if (address === null) return null;
    if (onPicture) {
      const { all, small } = candidatesIn(attributes, from);
      const addresses = all.flatMap((one) => absolute(one, base) ?? []);
      onPicture({
        url: address,
        small: small === null ? null : absolute(small, base),
        all: addresses,
        inStory: stories > 0,
      });
    }
    pictures.add(address);
    const data = partOf(address, 'picture', stories > 0);
    if (typeof data !== 'string' || !picture.test(data)) return null;
    // By its width a browser works out how large it is shown.
    const sizes = attributes.sizes ?? attributes['data-sizes'] ?? '';
    return chosen?.width == null
      ? ` src="${escapeHtml(data)}"`
      : ` srcset="${escapeHtml(data)} ${chosen.width}w" sizes="${escapeHtml(/^\s*auto\b/i.test(sizes) || sizes === '' ? '100vw' : sizes)}"`;
  }

  /** A style sheet in its place. One that a script would have turned on is on. */
  function sheet(attributes: Record<string, string>): void {
    const { rel = '', href = '', as = '', media = '', onload = '' } = attributes;
    const isSheet = /\bstylesheet\b/i.test(rel) && !/\balternate\b/i.test(rel);
    const isSwapped = onload !== '' && (/\bpreload\b/i.test(rel) ? /^style$/i.test(as) : isSheet);
    const address = isSheet || isSwapped ? absolute(href, base) : null;
    const part = address === null ? null : partOf(address, 'style', false);
    if (part === null || typeof part === 'string') {
      if (isSheet) missing.styles++;
      return;
    }
    const condition = isSwapped ? '' : media.trim();
    write(`<style${condition === '' ? '' : ` media="${escapeHtml(condition)}"`}>`);
    write(rewriteCss(part.css, { ...css(), base: part.url }));
    write('</style>');
  }

  /** Of a film, the picture that stands for it. */
  function poster(attributes: Record<string, string>): void {
    const address = absolute(attributes.poster ?? '', base);
    const data = address === null ? null : partOf(address, 'picture', stories > 0);
    if (typeof data === 'string' && picture.test(data))
      write(`<img${attributesOf('img', { ...attributes, src: '' })} src="${escapeHtml(data)}">`);
  }

  function count(tag: string, attributes: Record<string, string>, shown: string | null): void {
    if (inside > 0) return;
    if (tag === 'img' && shown === null && !picture.test(attributes.src ?? '')) missing.pictures++;
    else if (tag === 'iframe' || tag === 'frame') missing.frames++;
    else if (tag === 'video' || tag === 'audio') missing.media++;
  }

  function meta(attributes: Record<string, string>): void {
    const { name: what = '', content = '' } = attributes;
    if (attributes['http-equiv'] !== undefined) return;
    if (/^(viewport|description|author|color-scheme)$/i.test(what))
      write(`<meta name="${escapeHtml(what)}" content="${escapeHtml(content)}">`);
  }

  function attributesOf(tag: string, attributes: Record<string, string>): string {
    let written = '';
    for (const [attribute, value] of Object.entries(attributes).slice(0, maxAttributes)) {
      const kept = keptValue(tag, attribute, value);
      if (kept !== null) written += ` ${attribute}="${escapeHtml(kept)}"`;
    }
    if (tag === 'a' && /href="(?!#)/.test(written)) written += ' target="_top" rel="noreferrer"';
    if (
      tag === 'button' ||
      (tag === 'input' && /^(password|file|submit|image|button|reset)$/i.test(attributes.type ?? ''))
    )
      written += ' disabled=""';
    return written;
  }

  /** Null for an attribute that is left out. */
  function keptValue(tag: string, attribute: string, value: string): string | null {
    if (
      !attributeName.test(attribute) ||
      (tag === 'img' && isLazyName(attribute)) ||
      /^(on|form)/i.test(attribute) ||
      attributeless.has(attribute) ||
      value.length > maxAttributeLength
    )
      return null;
    if (attribute === 'src') return tag === 'img' && picture.test(value.trim()) ? value.trim() : null;
    if (/(^|:)href$/.test(attribute)) return hrefOf(tag, value);
    if (attribute === 'type' && tag === 'input' && /^image$/i.test(value.trim())) return 'button';
    if (attribute === 'disabled') return tag === 'button' || tag === 'input' ? null : value;
    if (presentation.has(attribute)) return rewriteCss(value, css());
    if (attribute === 'class') return value.replace(/\blazyload(ing)?\b/g, 'lazyloaded');
    if (attribute === 'rel' || attribute === 'ns' || attribute === 'xmlns') return null;
    return value;
  }

  function hrefOf(tag: string, value: string): string | null {
    const trimmed = value.trim();
    if (trimmed.startsWith('#')) return trimmed;
    if (tag !== 'a') return null;
    if (/^(mailto|tel):[^\s<>"']*$/i.test(trimmed)) return trimmed;
    const parsed = parseArticleUrl(trimmed, base);
    return 'url' in parsed ? leave(parsed.url) : null;
  }

  let parser = newParser();
  for (let at = 0; at < source.length && !isCut; at += chunkLength) {
    parser.write(source.slice(at, at + chunkLength));
    if (open.length > maxSourceDepth) {
      parser.end();
      parser = newParser();
    }
  }
  parser.end();
  return { html: parts.join(''), missing, isCut };
}
