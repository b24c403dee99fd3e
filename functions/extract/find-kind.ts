/** Finds the kind of a page by its text, data and links: a story, or something that is served in place of one. */

import type { Kind, KindReason } from '../article/kind.ts';
import { isHomePage } from '../article/norm.ts';
import { countWords } from '../article/words.ts';
import { listScore } from './list-score.ts';
import type { MarkedText } from './marked-text.ts';
import { clean } from './metadata/clean.ts';
import { metaContent, type PageFacts } from './metadata/page.ts';
import { withoutSite } from './metadata/title.ts';
import { isErrorNotice, isErrorText, isWallNotice, isWallText } from './notices.ts';

const minStoryWords = 60;
const minUnmarkedStoryWords = 75;
const minMarkedStoryWords = 25;
const minLoneStoryWords = 300;
/** More control characters than this share are no text but bytes that were taken for one. */
const maxControls = 0.01;
/** A page that asks for something, and says little else, is a wall. */
const maxWallWords = 110;
/** So much speaks for a list that a page with a story's data is one. */
const isList = 2;

export type FoundKind = { kind: Kind; kindReason: KindReason; kindConfidence: number };

/** `main`: the text of the page, if it has one. Text is kept whatever the kind. */
export function findKind(
  page: PageFacts,
  {
    main,
    title,
    publishedAt,
    authors,
  }: { main: MarkedText | null; title: string | null; publishedAt: string | null; authors: string[] },
): FoundKind {
  const found = (kind: Kind, kindReason: KindReason, kindConfidence: number) => ({ kind, kindReason, kindConfidence });
  const text = main?.text ?? '';
  const words = countWords(text);
  const marked = page.story !== null || metaContent(page, 'og:type') === 'article' || publishedAt !== null;
  const notice = noticeOf(page, { title, text, words });
  if (notice) return notice;
  const score = main === null ? 0 : listScore(page, { main, publishedAt, authors });
  // A site of one story has it on its first page.
  const isOnlyStory = words >= minLoneStoryWords && score < 0;
  if (isHomePage(page.url) && page.story === null && !isOnlyStory) return found('index', 'home-page', 0.9);
  if (words < (marked ? minMarkedStoryWords : minStoryWords)) {
    if (linkShare(page) > 0.6) return found('index', 'list-of-links', 0.7);
    return words === 0 ? found('stub', 'no-text', 1) : found('stub', 'too-little-text', 0.7);
  }
  if ((text.match(/(?![\n\r\t])\p{Cc}/gu)?.length ?? 0) > text.length * maxControls)
    return found('stub', 'not-readable', 0.9);
  if (score >= isList) return found('index', 'list-of-links', Math.min(0.9, 0.5 + score / 10));
  if (marked) return found('article', 'story-data', page.story === null ? 0.8 : 0.95);
  if (words >= minUnmarkedStoryWords) return found('article', 'running-text', 0.6);
  return found('stub', 'too-little-text', 0.5);
}

/** An error page or a wall says so where the headline belongs, or says nothing else. */
function noticeOf(
  page: PageFacts,
  { title, text, words }: { title: string | null; text: string; words: number },
): FoundKind | null {
  const bare = clean(page.$(page.named('title').slice(0, 1)).text().slice(0, 300));
  const titles = [title, bare, bare === null ? null : withoutSite(bare, page)].filter((each) => each !== null);
  const heading = clean(page.$(page.named('h1').slice(0, 1)).text().slice(0, 300));
  const isTold = page.story !== null && words >= minStoryWords;
  const plain = text.length > 0 ? text : page.bodyText().slice(0, 20_000).trim();
  const says = (test: (notice: string) => boolean) =>
    titles.some(test) && (heading === null || test(heading) || titles.every(test) || words < minStoryWords);
  if (!isTold && (says(isErrorNotice) || (heading !== null && isErrorNotice(heading) && words < maxWallWords * 2)))
    return { kind: 'error', kindReason: 'error-title', kindConfidence: 0.9 };
  if (words < minStoryWords && isErrorText(plain.slice(0, 400)))
    return { kind: 'error', kindReason: 'error-text', kindConfidence: 0.8 };
  if (isTold || words > maxWallWords * 2) return null;
  if (says(isWallNotice)) return { kind: 'wall', kindReason: 'wall-title', kindConfidence: 0.9 };
  const rest = plain.split('\n').filter((line) => !isWallText(line));
  return words < maxWallWords && isWallText(plain) && countWords(rest.join('\n')) < minStoryWords
    ? { kind: 'wall', kindReason: 'wall-text', kindConfidence: 0.8 }
    : null;
}

function linkShare(page: PageFacts): number {
  const all = page.bodyText().replace(/\s+/g, '').length;
  const linked = page.$(page.named('a').slice(0, 2000)).text().replace(/\s+/g, '').length;
  return all === 0 ? 0 : linked / all;
}
