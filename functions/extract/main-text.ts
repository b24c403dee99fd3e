/** A pruned page -> the text of its story: Readability's choice of the main part, then our own rules on what in it is not the story. */
import { Readability } from '@mozilla/readability';
import { type AnyNode, type Document, Element, Text } from 'domhandler';
import { squeeze } from '../squeeze.ts';
import { clutterTest, declutter } from './declutter.ts';
import { withLeftOut } from './left-out.ts';
import { type Line, linesOf, plainLine } from './marked-lines.ts';
import { type MarkedText, markedText } from './marked-text.ts';
import { clean } from './metadata/clean.ts';
import { isObject, type JsonObject, text as textOf } from './metadata/json-ld.ts';
import { metaContent, type PageFacts } from './metadata/page.ts';
import { type ReadableDocument, ReadableElement } from './readable-dom.ts';
import { isStoryLine, withoutEdges, withoutTeasers } from './site-lines.ts';
import { stateLines } from './state-text.ts';

/** A page that says less has its text in what its scripts are given. */
const hardlyText = 250;
/** A page that gives less is looked at again with less taken away. */
const enoughText = 400;

export type MainTextInput = {
  document: Document;
  noscript: Element[];
  /** Data that scripts build the page of. */
  states: string[];
  page: PageFacts;
  title: string | null;
  authors: string[];
};

/** Null where there is no part that reads like a story. A headline that opens the text is left to `title`. */
export function findMainText({ document, noscript, states, page, title, authors }: MainTextInput): MarkedText | null {
  const isClutter = clutterTest(document, { strict: true });
  const strict = readableLines(declutter(document, isClutter), page.base);
  const loose = () => readableLines(declutter(document, clutterTest(document, { strict: false })), page.base);
  const fromPage = lengthOf(strict) >= enoughText ? strict : longer(strict, loose());
  const shown = linesOf(document.children, { base: null, skip: isClutter });
  const isOfStory = shown.map(isStoryLine);
  const lines = shown.filter((_, i) => isOfStory[i]);
  const isWrong = proseOf(fromPage) < proseOf(lines) * leastShare && !saysSummary(fromPage, page);
  // Links take time to resolve, and most pages need none of these.
  const whole = () => linesOf(document.children, { base: page.base, skip: isClutter }).filter((_, i) => isOfStory[i]);
  const chosen = isWrong ? fromFirstToLast(whole()) : fromPage;
  const found = lengthOf(chosen) >= enoughText ? chosen : longer(chosen, lastResort(document, noscript, page.base));
  const all = isWrong ? found : withLeftOut(found, { lines, page, base: page.base, isProse });
  const told = better(all, dataLines(page.story));
  const best = lengthOf(told) < hardlyText ? longer(told, stateLines(states, title)) : told;
  return markedText(withoutEdges(withoutTeasers(withoutHeadline(best, title)), authors));
}

/** Readability takes one part of a page that has its story in several; with less of the prose than this it took the wrong one. */
const leastShare = 0.25;
const proseLine = 80;

/** Whether the text begins as its own summary says. */
function saysSummary(lines: Line[], page: PageFacts): boolean {
  const summary = squeeze(metaContent(page, 'og:description', 'description') ?? '').slice(0, 50);
  return (
    summary.length >= 30 &&
    squeeze(
      lines
        .map(({ text }) => text)
        .join(' ')
        .slice(0, 3000),
    ).includes(summary)
  );
}

/** All paragraphs of a page and what stands between them. */
function fromFirstToLast(lines: Line[]): Line[] {
  const first = lines.findIndex(isProse);
  return first < 0 ? [] : lines.slice(Math.max(0, first - 1), lines.findLastIndex(isProse) + 1);
}

/** A story told in captions, or one that is shown where scripts do not run. */
function lastResort(document: Document, noscript: Element[], base: string): Line[] {
  const captions: Line[] = linesOf(document.children, {
    base,
    skip: (element) => /^(head|script|nav|footer|aside|form|button|menu|noscript)$/.test(element.name),
  }).filter((line) => line.holder?.tag === 'figcaption' || isProse(line));
  return longer(captions, linesOf(noscript, { base }).filter(isProse));
}

function isProse({ text, linked }: Line): boolean {
  return (
    text.length >=
      (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u.test(text) ? proseLine / 2 : proseLine) &&
    linked < 0.5
  );
}

function proseOf(lines: Line[]): number {
  return lines.reduce((sum, line) => sum + (isProse(line) ? line.text.length : 0), 0);
}

/** Readability drops a heading that repeats the title by comparing words, which Chinese does not space. */
function withoutHeadline(lines: Line[], title: string | null): Line[] {
  const [first, ...others] = lines;
  return first && title !== null && squeeze(first.text) === squeeze(title) ? others : lines;
}

function longer(a: Line[], b: Line[]): Line[] {
  return lengthOf(b) > 2 * lengthOf(a) ? b : a;
}

/** Of the text that the lines make. */
function lengthOf(lines: Line[]): number {
  return lines.reduce((sum, { text }) => sum + text.length + 1, -1);
}

function readableLines(document: ReadableDocument | null, base: string): Line[] {
  if (document === null) return [];
  const found = new Reader(document as never, {
    charThreshold: 250,
    keepClasses: true,
    disableJSONLD: true,
    serializer: (node) => node as unknown as ReadableElement,
  }).parse();
  if (!found?.content) return [];
  const lines = linesOf(copies(found.content), { base });
  // A heading that is a link leads to its own place, or to what the words below it are about.
  const isHeading = (line: Line, i: number) =>
    /^h[234]$/.test(line.holder?.tag ?? '') && lines.slice(i + 1, i + 3).some(isProse);
  return lines.filter(
    (line, i) =>
      isStoryLine(line) && (!isLink(line) || line.text.length >= 160 || lines.length <= 6 || isHeading(line, i)),
  );
}

/** A line that is one link, with what kind of thing it leads to in brackets behind it: `[VIDEO]`. */
function isLink({ text, linked }: Line): boolean {
  const label = /\s?\[\p{Lu}{3,20}\]\s?\|?$/u.exec(text)?.[0].length ?? 0;
  return linked * text.length > 0.9 * (text.length - label);
}

/**
 * Without the steps that change nothing here: links are resolved where they are shown, and no style has come so far. Its text is what
 * each element is asked for most.
 */
class Reader extends Readability<ReadableElement> {
  _getInnerText(element: ReadableElement, isPlain = true): string {
    return isPlain ? element.plainText : element.textContent.trim();
  }
  _fixRelativeUris(): void {
    // As they are.
  }
  _cleanStyles(): void {
    // There are none.
  }
}

/** The children of what Readability chose as elements of the parser. */
function copies(node: ReadableElement): AnyNode[] {
  return node.childNodes.flatMap((child): AnyNode[] => {
    if (!(child instanceof ReadableElement)) return [new Text(child.textContent)];
    const attributes = Object.fromEntries(child.attributes.map(({ name, value }) => [name, value]));
    return [new Element(child.localName, attributes, copies(child) as Element[])];
  });
}

/** JSON-LD `articleBody`, which some sites give whole and some cut, as HTML or as plain text; and that of a live blog's posts. */
function dataLines(story: JsonObject | null): Line[] {
  const body = textOf(story?.articleBody) ?? (isObject(story?.hasPart) ? textOf(story.hasPart.articleBody) : null);
  const updates = [story?.liveBlogUpdate].flat().filter(isObject).slice(0, maxUpdates);
  const told = updates.flatMap((update) => [
    ...plainLines(textOf(update.headline)),
    ...plainLines(textOf(update.articleBody)),
  ]);
  const lines = [...plainLines(body), ...told];
  return lengthOf(lines) < 200 ? [] : lines;
}

const maxUpdates = 1000;

function plainLines(text: string | null): Line[] {
  return (text ?? '')
    .replace(/<(br|\/p|\/div|\/h\d|\/li)\b[^>]{0,100}>/gi, '\n')
    .split(/\n+/)
    .map((line) => clean(line))
    .filter((line) => line !== null)
    .map(plainLine);
}

/**
 * The page's text, unless its data holds the story and the page does not: a wall that hides the rest, or a page that is
 * built by script. Data that is much shorter than the page is a teaser.
 */
function better(fromPage: Line[], fromData: Line[]): Line[] {
  return lengthOf(fromData) > lengthOf(fromPage) * 1.3 ? fromData : fromPage;
}
