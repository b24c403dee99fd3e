/**
 * The story of a page that scripts build, from the JSON that they build it of: its longest text, or the longest list of paragraphs.
 * One that is about what the title says goes before a longer one, and what asks for consent or money is none.
 */
import { isTag } from 'domhandler';
import { type Line, linesOf, plainLine } from './marked-lines.ts';
import { isWallText } from './notices.ts';
import { prune } from './prune.ts';

const maxDepth = 40;
const maxValues = 50_000;
/** Shorter texts are summaries. */
const minStory = 400;
const minParagraph = 60;
/** Where such data keeps the words of a paragraph. */
const wordKeys =
  /^(text|content|contents|value|html|body|paragraph|children|data|copy|markup|articleBody|bodyHtml|blocks?|elements?|items?|rendered)$/i;

/** What stands under such a name is said to every reader. */
const noticeKeys =
  /^(cookies?|consent|privacy|gdpr|disclaimer|paywall)[_-]?(text|banner|notice|policy|dialog|message|settings|wall|layer)?s?$/i;
/** More of a text than this in lines that ask for something makes it a notice. */
const noticeShare = 1 / 3;
/** A text with so many of the words of the title is about the same. */
const titleShare = 1 / 3;

/** No lines where no JSON holds a story. `states`: what prune.ts found. */
export function stateLines(states: string[], title: string | null): Line[] {
  const words = wordsIn(title ?? '');
  let best: string[] = [];
  let bestLength = minStory;
  let isBestAbout = false;
  let values = 0;
  const offer = (paragraphs: string[]) => {
    const length = paragraphs.reduce((sum, text) => sum + text.length, 0);
    if (length <= (isBestAbout ? bestLength : minStory)) return;
    const isNowAbout = isAbout(paragraphs, words);
    const isBetter = isNowAbout === isBestAbout ? length > bestLength : isNowAbout;
    if (isBetter && !isNotice(paragraphs)) [best, bestLength, isBestAbout] = [paragraphs, length, isNowAbout];
  };
  const visit = (value: unknown, depth: number): void => {
    if (depth > maxDepth || ++values > maxValues || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) offer(value.slice(0, 2000).flatMap((item) => wordsOf(item, 0)));
    for (const [key, inner] of Object.entries(value)) {
      if (noticeKeys.test(key)) continue;
      if (typeof inner === 'string' && wordKeys.test(key) && isProse(inner)) offer([inner]);
      else visit(inner, depth + 1);
    }
  };
  for (const state of states) visit(parsed(state), 0);
  return best.flatMap(asLines);
}

function isNotice(paragraphs: string[]): boolean {
  const all = paragraphs.flatMap((text) => text.slice(0, maxJudged).split(/\n|<\/p>|<br/));
  const lengthOf = (some: string[]) => some.reduce((sum, text) => sum + text.length, 0);
  return lengthOf(all.filter(isWallText)) > lengthOf(all) * noticeShare;
}

/** So much of each text says what it is about. */
const maxJudged = 5000;

function isAbout(paragraphs: string[], title: string[]): boolean {
  if (title.length === 0) return false;
  const text = paragraphs
    .map((paragraph) => paragraph.slice(0, maxJudged))
    .join('\n')
    .slice(0, 4 * maxJudged)
    .toLowerCase();
  return title.filter((word) => text.includes(word)).length >= title.length * titleShare;
}

/** The words of a title that may be of its story only: not the short ones, and of a script without spaces each two letters. */
function wordsIn(title: string): string[] {
  const words =
    title
      .slice(0, 300)
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return [...new Set(words.flatMap((word) => (unspaced.test(word) ? pairsOf(word) : word)))].filter(
    (word) => word.length > 3 || unspaced.test(word),
  );
}

function pairsOf(word: string): string[] {
  const letters = [...word];
  return letters.slice(1).map((letter, i) => `${letters[i]}${letter}`);
}

const unspaced =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tibetan}]/u;

/** The paragraph that one item of a list is, in a few levels of objects. */
function wordsOf(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return isProse(value) ? [value] : [];
  if (depth > 4 || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.slice(0, 200).flatMap((item) => wordsOf(item, depth + 1));
  const key = Object.keys(value).find((name) => wordKeys.test(name));
  return key === undefined ? [] : wordsOf((value as Record<string, unknown>)[key], depth + 1);
}

/** Words of a language, and not an address, a style or a name. */
function isProse(text: string): boolean {
  if (text.length < minParagraph) return false;
  const start = text.slice(0, 2000);
  if (/^\s*(?:https?:|data:|[{[]|\.?[\w-]+\s*\{)/.test(start)) return false;
  // Thai and Lao end no sentence with a sign.
  if (/[\p{sc=Thai}\p{sc=Lao}]{8}/u.test(start)) return true;
  return (
    /[\p{Sentence_Terminal}…]/u.test(start) &&
    (/[\p{L}\p{M}]\s+\p{L}/u.test(start) ||
      /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tibetan}]{8}/u.test(start))
  );
}

function asLines(text: string): Line[] {
  if (!/<[a-z][^<>]{0,300}>/i.test(text))
    return text
      .split(/\n+/)
      .map((line) => line.replace(/\s+/g, ' ').trim())
      .filter(Boolean)
      .map(plainLine);
  return linesOf(prune(text).root.children, {
    base: null,
    skip: (element) => isTag(element) && /^(script|figure|aside|button|form)$/.test(element.name),
  });
}

function parsed(state: string): unknown {
  const start = state.search(/[{[]/);
  const end = Math.max(state.lastIndexOf('}'), state.lastIndexOf(']'));
  if (start < 0 || end < start) return null;
  try {
    return JSON.parse(state.slice(start, end + 1));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}
