/** The story of a page that scripts build, from the JSON that they build it of: its longest text, or the longest list of paragraphs. */
import { isTag } from 'domhandler';
import { type Line, linesOf, plainLine } from './marked-lines.ts';
import { prune } from './prune.ts';

const maxDepth = 40;
const maxValues = 50_000;
/** Shorter texts are summaries. */
const minStory = 400;
const minParagraph = 60;
/** Where such data keeps the words of a paragraph. */
const wordKeys =
  /^(text|content|contents|value|html|body|paragraph|children|data|copy|markup|articleBody|bodyHtml|blocks?|elements?|items?|rendered)$/i;

/** No lines where no JSON holds a story. `states`: what prune.ts found. */
export function stateLines(states: string[]): Line[] {
  let best: string[] = [];
  let bestLength = minStory;
  let values = 0;
  const offer = (paragraphs: string[]) => {
    const length = paragraphs.reduce((sum, text) => sum + text.length, 0);
    if (length > bestLength) [best, bestLength] = [paragraphs, length];
  };
  const visit = (value: unknown, depth: number): void => {
    if (depth > maxDepth || ++values > maxValues || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) offer(value.slice(0, 2000).flatMap((item) => wordsOf(item, 0)));
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'string' && wordKeys.test(key) && isProse(inner)) offer([inner]);
      else visit(inner, depth + 1);
    }
  };
  for (const state of states) visit(parsed(state), 0);
  return best.flatMap(asLines);
}

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
  return (
    /[.!?。！？…]/.test(start) &&
    (/\p{L}\s+\p{L}/u.test(start) || /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Thai}]{8}/u.test(start))
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
