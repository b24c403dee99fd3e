/** Finds the kind of a page by its text, data and links: a story, or something that is served in place of one. */

import type { Kind } from '../article/kind.ts';
import { isHomePage } from '../article/norm.ts';
import { countWords } from '../article/words.ts';
import type { KindReason } from './extracted.ts';
import { metaContent, type PageFacts } from './metadata/page.ts';

const minStoryWords = 60;
const minUnmarkedStoryWords = 90;
const minMarkedStoryWords = 25;
/** More control characters than this share are no text but bytes that were taken for one. */
const maxControls = 0.01;
/** A page that says one of the phrases below is that kind only while it says little else. */
const maxNoticeWords = 220;

const wallTitle =
  /^(just a moment|attention required|access denied|are you (a )?(robot|human)|robot check|security check|please wait\W*$|one more step|verify(ing)? (you|that you)|before you continue|bevor sie fortfahren|human verification|pardon our interruption|your privacy|privacy settings|cookies?\W*$|cookie (settings|policy|consent|notice|wall)|log ?in\W*$|sign in\W*$|log ?in (to|or)\b|sign in (to|or)\b|subscribe\W*$|subscribe (to|now)\b|登录|登入|驗證|验证|ログイン)/i;
const wallText =
  /(enable (javascript|cookies)|verify (that )?you are (a )?human|unusual traffic|are you a robot|captcha|we (and our \d* ?partners )?use cookies|accept (all )?cookies|manage (your )?(cookie|privacy|consent)|cookie (consent|policy|settings)|consent to (the )?(use|cookies)|cookies akzeptieren|alle akzeptieren|zustimmung zu cookies|mit ihrer zustimmung|subscribe to (continue|read|keep reading|unlock)|to continue reading|log in to (continue|read)|sign in to (continue|read)|already a subscriber|create (a free|an) account to|weiterlesen mit|jetzt abonnieren|réservé aux abonnés|請登入|请登录|訂閱後|订阅后|继续阅读请|会員限定|ログインして)/i;
const errorNumber =
  /^(error|fehler|erreur)?\s*(404|410|500|502|503)(?!\d)\W*(error|not found|internal server error|bad gateway|service unavailable|forbidden|page|gone|$|\||-)|(error|fehler|erreur|http)\s*(404|410|500|502|503)(?!\d)|\W404\W*$/i;
const errorTitle =
  /(page|article|story|site|url|file|content)( was| is|'s|s|)? (not|no longer|cannot be|could not be) (be )?(found|available|displayed|exist)|^(sorry\W*)?not found\W*$|^not found\W|(page|article|story) (does(n't| not) exist|no longer (available|exists)|unavailable)|something went wrong|seite (wurde )?nicht gefunden|page (introuvable|non trouvée)|página no encontrada|pagina non trovata|(頁面|页面|网页|網頁|文章|内容|內容).{0,4}(找不到|不存在|不見)|找不到.{0,4}(頁面|页面|网页|網頁|文章)|(文章|頁面|页面|内容|內容).{0,4}已被?(删除|刪除)|ページが見つかりません|페이지를 찾을 수 없/i;

export type FoundKind = { kind: Kind; kindReason: KindReason; kindConfidence: number };

export function findKind(
  page: PageFacts,
  facts: { title: string | null; text: string | null; publishedAt: string | null },
): FoundKind {
  const found = (kind: Kind, kindReason: KindReason, kindConfidence: number) => ({ kind, kindReason, kindConfidence });
  const text = facts.text ?? '';
  const words = countWords(text);
  const title = facts.title ?? '';
  const marked = page.story !== null || metaContent(page, 'og:type') === 'article' || facts.publishedAt !== null;
  const told = page.story !== null && words >= minStoryWords;
  if (words <= maxNoticeWords && !told) {
    const plain = text.length > 0 ? text : page.$('body').text().slice(0, 20_000);
    const titles = [title, page.$('title').first().text().slice(0, 300).trim()];
    if (titles.some((t) => errorTitle.test(t) || errorNumber.test(t))) return found('error', 'error-title', 0.9);
    if (words < minStoryWords && errorTitle.test(plain.slice(0, 400))) return found('error', 'error-text', 0.8);
    if (titles.some((t) => wallTitle.test(t))) return found('wall', 'wall-title', 0.9);
    if (words < maxNoticeWords / 2 && wallText.test(plain)) return found('wall', 'wall-text', 0.8);
  }
  if (isHomePage(page.url) && page.story === null) return found('index', 'home-page', 0.9);
  if (words < (marked ? minMarkedStoryWords : minStoryWords)) {
    if (linkShare(page) > 0.6) return found('index', 'list-of-links', 0.7);
    return words === 0 ? found('stub', 'no-text', 1) : found('stub', 'too-little-text', 0.7);
  }
  if ((text.match(/(?![\n\r\t])\p{Cc}/gu)?.length ?? 0) > text.length * maxControls)
    return found('stub', 'not-readable', 0.9);
  if (marked) return found('article', 'story-data', page.story === null ? 0.8 : 0.95);
  if (words >= minUnmarkedStoryWords) return found('article', 'running-text', 0.6);
  return found('stub', 'too-little-text', 0.5);
}

function linkShare(page: PageFacts): number {
  const all = page.$('body').text().replace(/\s+/g, '').length;
  const linked = page.$('body a').slice(0, 2000).text().replace(/\s+/g, '').length;
  return all === 0 ? 0 : linked / all;
}
