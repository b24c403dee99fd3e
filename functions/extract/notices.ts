/** The words of error pages and walls: as a headline that is nothing but the notice, and in a text that says little else. */

const maxNotice = 120;

/** `Page not found`, `404`, `Error 503: Service Unavailable`; not `Crash site not found after ten-day search`. */
export function isErrorNotice(title: string): boolean {
  const bare = bared(title);
  return (
    bare.length > 0 &&
    bare.length <= maxNotice &&
    (errorNumber.test(bare) || errorSentence.test(bare) || errorInOthers.test(bare))
  );
}

/** A text, or its beginning, that tells that the page is gone. */
export function isErrorText(text: string): boolean {
  return errorPhrases.some((expression) => expression.test(text));
}

/** `Just a moment…`, `Log in`, `Before you continue`; not `Sign in the sky puzzles a town`. */
export function isWallNotice(title: string): boolean {
  const bare = bared(title);
  return bare.length > 0 && bare.length <= maxNotice && wallTitle.test(bare);
}

/** A text that asks its reader for consent, for a subscription or whether he is one. */
export function isWallText(text: string): boolean {
  return wallTexts.some((expression) => expression.test(text));
}

function bared(title: string): string {
  return title
    .slice(0, 300)
    .replace(/^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu, '')
    .replace(/\s+/g, ' ')
    .replace(
      /^(?:oops|ooops|sorry|uh[- ]?oh|whoops|hoppla|ups|error|fehler|désolé|lo sentimos)[\s,.!…:–—-]+(?=\p{L})/iu,
      '',
    );
}

const number =
  '(?:http )?(?:error |fehler |erreur |código |errore |status )?\\(?(?:400|401|403|404|410|429|500|502|503|504)\\)?';
const meaning =
  '(?:error|http error|not found|page not found|file not found|seite nicht gefunden|page introuvable|página no encontrada|pagina non trovata|internal server error|server error|bad gateway|bad request|service (?:temporarily )?unavailable|gateway time-?out|forbidden|access denied|unauthorized|too many requests|gone|page|nicht gefunden|no encontrada|找不到(?:网页|頁面|页面)|页面不存在|頁面不存在)';
/** Behind a bar there may be the name of the site. */
const site = '(?:\\s?[|–—·:-]\\s?[\\p{L}\\d .]{1,24})?';
const errorNumber = new RegExp(
  `^(?:${number}(?:[\\s:.,|–—-]{1,4}${meaning})?|${meaning}[\\s:.,|–—-]{0,3}\\(?(?:404|410|500|502|503)\\)?)${site}$`,
  'iu',
);
const thing =
  '(?:the |this |that |your |requested )?(?:requested |web ?)?(?:page|article|story|site|url|file|content|document|resource|post|link|entry|video|item)';
const asked =
  "(?: that)?(?: you(?:[’']re| are| were|[’']ve| have)? ?(?:requested|looking for|trying to (?:reach|view|access)|tried to (?:reach|view|access)|asked for|wanted))?";
const gone =
  "(?: was| is|[’']s| has been| could| can| does|may have been)?(?: not| no longer|n[’']t|not| cannot| can[’']t)?(?: be)?(?: found| available| exist| exists| displayed| moved| removed| deleted| unavailable| gone| missing)(?: or (?:was |has been )?(?:moved|removed|deleted))?";
const errorSentence = new RegExp(
  `^(?:${thing}${asked}${gone}|not found|nothing found|nothing (?:was )?found here|something went wrong|we can[’']t find (?:the|that) page.{0,40}|(?:the )?page can[’']t be found|that page can[’']t be found|this page isn[’']t available|site (?:is )?(?:temporarily )?unavailable|(?:internal )?server error|service (?:temporarily )?unavailable|bad gateway|gateway time-?out)$`,
  'iu',
);
const errorInOthers =
  /^(?:(?:die |diese )?(?:angeforderte )?(?:seite|artikel|inhalt|beitrag)(?: \p{L}{2,12}){0,2} (?:nicht|nicht mehr) (?:gefunden|verfügbar|vorhanden|vorhanden)(?: werden)?|(?:cette |la )?page (?:introuvable|non trouvée|n[’']existe (?:pas|plus)|demandée .{0,40})|(?:la )?página (?:no |não )(?:encontrada|existe|disponible)|(?:la )?pagina non (?:trovata|disponibile|esiste)|pagina niet gevonden|sidan (?:hittades inte|kunde inte hittas|finns inte)|siden (?:ble|blev) ikke funnet|siden findes ikke|sivua ei löydy|strona nie (?:została )?znaleziona|nie znaleziono strony|stránka nenalezena|stránka (?:nebyla )?nenájdená|страница не найдена|сторінку не знайдено|sayfa bulunamadı|halaman tidak ditemukan|không tìm thấy trang|(?:您|你)?(?:所)?(?:访问|訪問|请求|請求|查找|瀏覽|浏览|要找)?的?(?:頁面|页面|网页|網頁|文章|内容|內容)(?:.{0,4})(?:找不到|不存在|不見了?|已被?(?:删除|刪除|移除)|已下架)|找不到(?:.{0,6})(?:頁面|页面|网页|網頁|文章)|(?:お探しの)?ページ(?:が|は)(?:見つかりません(?:でした)?|存在しません)|(?:요청하신 )?페이지를 찾을 수 없(?:습니다|음))$/iu;
const errorPhrases = [
  /(?:page|article|story|site|url|file|content)(?: you (?:requested|are looking for|were looking for))?(?: was| is|'s|’s|s)?(?: not| no longer| cannot be| could not be| can't be| can’t be)(?: be)? (?:found|available|displayed)/i,
  /^(?:sorry\W*)?not found\W*$|^not found\W|(?:page|article|story) (?:does(?:n't|n’t| not) exist|no longer (?:available|exists)|unavailable)|something went wrong/i,
  /seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|pagina non trovata/i,
  /(?:頁面|页面|网页|網頁|文章|内容|內容).{0,4}(?:找不到|不存在|不見)|找不到.{0,4}(?:頁面|页面|网页|網頁|文章)|(?:文章|頁面|页面|内容|內容).{0,4}已被?(?:删除|刪除)|ページが見つかりません|페이지를 찾을 수 없/i,
];

const wallTitle =
  /^(?:just a moment|attention required|access (?:to this page has been )?denied|are you (?:a )?(?:robot|human)|robot check|security check(?:point)?|please wait|one more step|verify(?:ing)? (?:that )?you(?:[’']re| are) (?:a )?human|checking (?:your|if the site) .{0,40}|before you continue(?: to .{1,40})?|bevor sie fortfahren|human verification|pardon our interruption|your privacy(?: (?:choices|settings|matters|rights|is important.{0,20}))?|(?:we value your|manage your|your) privacy|privacy settings|cookies?|cookie (?:settings|policy|consent|notice|wall|preferences|einstellungen)|consent|log ?in(?: (?:page|required|to (?:your account|continue|read).{0,30}|or (?:register|sign up|create.{0,20})))?|sign in(?: (?:required|to (?:your account|continue|read).{0,30}|or (?:register|sign up|create.{0,20})))?|anmelden|anmeldung|connexion|iniciar sesión|accedi|subscribe(?: (?:now|today|to (?:continue|read|keep).{0,30}))?|subscribe to .{1,40}|(?:用户|用戶|会员|會員)?(?:登录|登入)|(?:安全|人机|人機)?(?:驗證|验证)(?:码|碼)?|ログイン)$/i;
/** Of those who look for robots, who ask for consent, and who sell the rest of the text. Apart, since one alone takes long to prove linear. */
const wallTexts = [
  /(?:enable (?:javascript|cookies)|verify (?:that )?you are (?:a )?human|detected unusual traffic|unusual traffic from your|are you a robot\?)/i,
  /(?:(?:complete|solve|fill in|enter|pass) (?:the|this|a) captcha|captcha (?:below|to continue|to prove))/i,
  /(?:we (?:and our (?:\d{1,5} )?partners )?use cookies|accept (?:all )?cookies (?:to|or)|accept all cookies|manage (?:your )?(?:cookie|privacy|consent))/i,
  /(?:cookie (?:consent|policy|settings)|consent to (?:the )?(?:use|cookies)|cookies akzeptieren|alle akzeptieren|zustimmung zu cookies|mit ihrer zustimmung)/i,
  /(?:subscribe to (?:continue|read|keep reading|unlock)|to continue reading|(?:log|sign) in to (?:continue|read)|already a subscriber|create (?:a free|an) account to)/i,
  /(?:weiterlesen mit|jetzt abonnieren|réservé aux abonnés|請登入|请登录|訂閱後|订阅后|继续阅读请|会員限定|ログインして)/i,
];
