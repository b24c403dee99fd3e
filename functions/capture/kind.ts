/** What a page is: a story, or one of the things that are served in place of one. Judged by its text, data and links. */
import { metaContent, type PageFacts } from './metadata/page.ts';
import { isHomePage } from './norm.ts';

/** `article`: a story. `wall`: consent, login, payment or a robot check. `error`: a soft 404. `index`: a list of stories. `stub`: too little. */
export type Kind = 'article' | 'wall' | 'error' | 'index' | 'stub';

const minStoryWords = 60;
const minMarkedStoryWords = 25;
/** A page that says one of the phrases below is that kind only while it says little else. */
const maxNoticeWords = 220;

const wallTitle =
  /^(just a moment|attention required|access denied|are you a robot|robot check|security check|please wait|one more step|verify(ing)? (you|that you)|before you continue|bevor sie fortfahren|human verification|pardon our interruption|your privacy|privacy settings|cookie|log ?in|sign in|subscribe|登录|登入|驗證|验证|ログイン)/i;
const wallText =
  /(enable (javascript|cookies)|verify (that )?you are (a )?human|unusual traffic|are you a robot|captcha|we (and our \d* ?partners )?use cookies|accept (all )?cookies|manage (your )?(cookie|privacy|consent)|cookie (consent|policy|settings)|consent to (the )?(use|cookies)|zustimmung|cookies akzeptieren|subscribe to (continue|read|keep reading|unlock)|to continue reading|log in to (continue|read)|sign in to (continue|read)|already a subscriber|create (a free|an) account to|weiterlesen mit|jetzt abonnieren|réservé aux abonnés|請登入|请登录|訂閱後|订阅后|继续阅读请|会員限定|ログインして)/i;
const errorTitle =
  /(^|\W)(404|410|500|502|503)(\W|$)|(page|article|story|site|url|file)( was| is|'s|s|)? (not|no longer|cannot be|could not be) (be )?(found|available|displayed|exist)|not found|does(n't| not) exist|no longer (available|exists)|page unavailable|something went wrong|seite (wurde )?nicht gefunden|page (introuvable|non trouvée)|página no encontrada|pagina non trovata|找不到|不存在|頁面不見|已(被)?删除|已(被)?刪除|見つかりません|페이지를 찾을 수 없/i;

export function findKind(
  page: PageFacts,
  facts: { title: string | null; text: string | null; publishedAt: string | null },
): Kind {
  const text = facts.text ?? '';
  const words = countWords(text);
  const title = facts.title ?? '';
  const marked = page.story !== null || metaContent(page, 'og:type') === 'article' || facts.publishedAt !== null;
  if (words <= maxNoticeWords) {
    const plain = text.length > 0 ? text : page.$('body').text().slice(0, 20_000);
    if (errorTitle.test(title) || (errorTitle.test(plain.slice(0, 400)) && words < minStoryWords)) return 'error';
    if (wallTitle.test(title) || (wallText.test(plain) && words < maxNoticeWords / 2)) return 'wall';
  }
  if (isHomePage(page.url) && page.story === null) return 'index';
  if (words < (marked ? minMarkedStoryWords : minStoryWords)) return linkShare(page) > 0.6 ? 'index' : 'stub';
  return marked || words >= 2 * minStoryWords ? 'article' : 'stub';
}

/** Words of spaced scripts and characters of unspaced ones, as word processors count. */
export function countWords(text: string): number {
  const unspaced =
    text.match(/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/gu)
      ?.length ?? 0;
  const spaced =
    text
      .replace(
        /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/gu,
        ' ',
      )
      .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu)?.length ?? 0;
  return spaced + unspaced;
}

function linkShare(page: PageFacts): number {
  const all = page.$('body').text().replace(/\s+/g, '').length;
  const linked = page.$('body a').slice(0, 2000).text().replace(/\s+/g, '').length;
  return all === 0 ? 0 : linked / all;
}
