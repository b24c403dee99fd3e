/** A pruned page -> the text of its story: Readability's choice of the main part, then our own rules on what in it is not the story. */
import { Readability } from '@mozilla/readability';
import type { Document } from 'domhandler';
import { parseHTML } from 'linkedom';
import { blocks } from './block-text.ts';
import { declutter, unmask } from './declutter.ts';
import { isObject, type JsonObject, text as textOf } from './metadata/json-ld.ts';
import { clean, type PageFacts } from './metadata/page.ts';
import { maxTextLength } from './text-limit.ts';

/** A page that gives less is looked at again with less taken away. */
const enoughText = 400;

/** Lines that sites put into stories and that are not theirs. Whole short lines only. */
const boilerplate =
  /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|[+-]\d\d:?\d\d))?|advertisement|advertisment|anzeige|werbung|publicité|publicidad|pubblicità|read more|read also|also read|see also|related( articles| stories| topics)?|recommended|share( this)?( article| story)?|share on.{0,30}|follow us.{0,60}|sign up.{0,80}|subscribe.{0,60}|click here.{0,80}|copy link|print|listen|loading\.*|more on this story|image source.{0,80}|getty images|photo:.{0,100}|広告|相关(阅读|新闻|报道)|延伸閱讀|延伸阅读|相關新聞|責任編輯.{0,12}|责任编辑.{0,12}|关注我们|扫码.{0,20}|lesen sie auch.{0,120}|mehr zum thema|lire aussi.{0,120}|à lire aussi.{0,120}|leia também.{0,120}|leggi anche.{0,120}|lee también.{0,120}|read more:.{0,150}|also read:.{0,150}|related:.{0,150}|see also:.{0,150}|skip .{0,20}(ad|advertisement|newsletter).{0,30}|(article|story) continues below.{0,40})$/i;

/** Null where there is no part that reads like a story. A headline that opens the text is left to `title`. */
export function findMainText(document: Document, page: PageFacts, title: string | null): string | null {
  const strict = readableText(declutter(document, { strict: true }));
  const fromPage =
    strict && strict.length >= enoughText
      ? strict
      : longer(strict, readableText(declutter(document, { strict: false })));
  const text = better(fromPage, articleBody(page.story));
  return text === null ? null : withoutHeadline(text, title).slice(0, maxTextLength) || null;
}

/** Readability drops a heading that repeats the title by comparing words, which Chinese does not space. */
function withoutHeadline(text: string, title: string | null): string {
  const end = text.indexOf('\n');
  const first = end < 0 ? text : text.slice(0, end);
  return title !== null && squeeze(first) === squeeze(title) ? text.slice(first.length + 1) : text;
}

function squeeze(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

function longer(a: string | null, b: string | null): string | null {
  return (b?.length ?? 0) > 2 * (a?.length ?? 0) ? b : a;
}

function readableText(html: string | null): string | null {
  if (html === null) return null;
  const { document } = parseHTML(html);
  const found = new Readability<Node>(document, {
    charThreshold: 250,
    keepClasses: true,
    disableJSONLD: true,
    serializer: (node) => node as Node,
  }).parse();
  return found?.content ? toLines(found.content) : null;
}

/** The DOM types of linkedom are those of browsers; only these parts are used. */
type Node = { nodeType: number; nodeName: string; textContent: string | null; childNodes: ArrayLike<Node> };

/** One line a block, white space folded, lines that are not the story left out. */
function toLines(root: Node): string | null {
  const lines: { text: string; linked: number }[] = [];
  let line = '';
  let linked = 0;
  const flush = () => {
    const text = unmask(line).replace(/\s+/g, ' ').trim();
    if (text) lines.push({ text, linked: linked / text.length });
    line = '';
    linked = 0;
  };
  const visit = (node: Node, inLink: boolean): void => {
    // linkedom makes this list anew at each reading.
    const children = node.childNodes;
    for (let i = 0; i < children.length; i++) {
      const child = children[i];
      if (!child) continue;
      if (child.nodeType === 3) {
        line += child.textContent ?? '';
        if (inLink) linked += child.textContent?.trim().length ?? 0;
      } else if (child.nodeType === 1) {
        const name = child.nodeName.toLowerCase();
        if (name === 'br') {
          line += '\n';
          flush();
        } else if (blocks.has(name)) {
          flush();
          visit(child, inLink);
          flush();
        } else visit(child, inLink || name === 'a');
      }
    }
  };
  visit(root, false);
  flush();
  const kept = lines.filter(
    ({ text, linked: share }) => !boilerplate.test(text) && !(share > 0.9 && text.length < 160 && lines.length > 6),
  );
  return kept.length > 0 ? kept.map(({ text }) => text).join('\n') : null;
}

/** JSON-LD `articleBody`, which some sites give whole and some cut, as HTML or as plain text. */
function articleBody(story: JsonObject | null): string | null {
  const body = textOf(story?.articleBody) ?? (isObject(story?.hasPart) ? textOf(story.hasPart.articleBody) : null);
  if (!body || body.length < 200) return null;
  const lines = body
    .replace(/<(br|\/p|\/div|\/h\d|\/li)\b[^>]{0,100}>/gi, '\n')
    .split(/\n+/)
    .map((line) => clean(line))
    .filter((line): line is string => line !== null);
  return lines.length > 0 ? lines.join('\n') : null;
}

/**
 * The page's text, unless its data holds the story and the page does not: a wall that hides the rest, or a page that is
 * built by script. Data that is much shorter than the page is a teaser.
 */
function better(fromPage: string | null, fromData: string | null): string | null {
  if (fromData === null) return fromPage;
  if (fromPage === null) return fromData;
  if (fromData.length > fromPage.length * 1.3) return fromData;
  return fromPage;
}
