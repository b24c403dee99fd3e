/** Lines that sites put into their stories: links to others, days, bylines, credits, what they ask of readers. */

import { squeeze } from '../squeeze.ts';
import type { Line } from './marked-lines.ts';
import { findDates } from './metadata/dates.ts';

/** Whole short lines only. */
const boilerplate =
  /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|[+-]\d\d:?\d\d))?|advert|advertisement( - continue reading below)?|advertisment|anzeige|werbung|publicité|publicidad|pubblicità|iklan|reklame?|annonse?|read more|read also|also read|see also|related( articles| stories| topics)?|recommended|share( this)?( article| story)?|share on.{0,30}|follow us.{0,60}|sign up.{0,80}|subscribe\b.{0,60}|click here.{0,80}|copy link|print|listen( to this (article|story).{0,40})?|\d{1,3}[ -]min(ute)?s?\.? read|in this (article|story)|loading\.*|more on this story|image source.{0,80}|getty images|photo:.{0,100}|広告|相关(阅读|新闻|报道)|延伸閱讀|延伸阅读|相關新聞|責任編輯.{0,12}|责任编辑.{0,12}|关注我们|扫码.{0,20}|lesen sie auch.{0,120}|mehr zum thema|lire aussi.{0,120}|à lire aussi.{0,120}|leia também.{0,120}|leggi anche.{0,120}|lee también.{0,120}|read more:.{0,150}|also read:.{0,150}|related:.{0,150}|see also:.{0,150}|skip .{0,20}(ad|advertisement|newsletter).{0,30}|(article|story) continues below.{0,40})$/i;

/** What leads to another story, in the words before a colon. */
const seeAlso =
  /^(?:also|see more|don['’]t miss|watch|les (?:også|mer)|läs (?:också|mer|även)|læs også|lue myös|lesen sie (?:hier|dazu|mehr)|mehr dazu|auch interessant|zum thema|passend dazu|lees ook|czytaj (?:też|także|więcej)|zobacz (?:też|także)|dowiedz się więcej|čtěte (?:také|též)|přečtěte si|číst dále|puedes ver|te puede interesar|le puede interesar|también (?:lee|puedes leer)|ver también|lea también|leia mais|saiba mais|veja também|approfondisci|per approfondire|voir aussi|sur le même sujet|ayrıca bakınız|читайте (?:также|ещё)|читайте также|baca juga|xem thêm)\s?[:»|–-]/iu;

/** Headings over what is none of the story's. */
const otherHeading =
  /^(?:(?:don['’]t miss|continue reading(?: below)?|most (?:read|popular)|more (?:stories|from .{2,30}|on this topic)|you (?:may|might) also (?:like|be interested in)|recommended (?:for you|stories)|related (?:posts?|reading|links)|latest (?:news|articles|posts)|das könnte (?:sie|dich|euch) (?:auch )?interessieren|empfohlene (?:beiträge|artikel)|neueste (?:artikel|beiträge)|(?:auch )?interessant(?:e artikel)?|mehr zum thema .{0,30}|heute empfehlen wir|kommentare? (?:schreiben|verfassen)|(?:keine|\d{1,4}) kommentare?|(?:no|\d{1,4}) comments?|leave a (?:comment|reply)|(?:post|add) a comment|vorschau auf den nächsten artikel|(?:next|previous) (?:article|post|story)|artikel teilen|teilen|share|empfohlener redaktioneller inhalt|ende der weiteren informationen|tell us what you think\W*|articles? (?:liés|similaires)|à (?:voir|lire) aussi|sur le même thème|artículos relacionados|noticias relacionadas|te puede interesar|articoli correlati|potrebbe interessarti|leia também|(?:zobacz|czytaj) (?:także|też)|lees ook|gerelateerd(?:e artikelen)?|les også|関連(?:記事|ニュース)|おすすめ記事|この記事は会員限定です。?)[:.…]?)$/iu;

/** What only a site says to its reader, and no story. */
const toReader = [
  /(?:^(?:you can )?follow us on\b|^if you (?:enjoyed|liked) this (?:article|story|post)\b|^subscribe to (?:our|us)\b|\bbookmark the permalink\b|^this entry was posted|^filed under\s?:|(?:^|[^\p{L}\s]\s?|\d\s)(?:all rights reserved|alle rechte vorbehalten)(?:\W*$|\s?[.|!])|^(?:©|\(c\)|copyright).{0,200}\ball rights reserved\b)/iu,
  /(?:^(?:.{0,40}disclosure: )?we may (?:receive|earn) (?:an? )?(?:small )?(?:affiliate )?(?:commission|compensation)\b|^(?:this|der|dieser) (?:post|article|page|artikel|beitrag) .{0,40}\baffiliate[- ]?links?\b|\bhandelt es sich um affiliate|\bwe may (?:receive|earn) (?:an? )?(?:commission|compensation) (?:when|if|for)\b|\bwant more stories like this|^submit your letter to the editor\b|^this document is subject to copyright\b|^citation: .{0,200}retrieved)/iu,
  /(?:\bsie können sich jederzeit (?:wieder )?abmelden\b|\bsie sind (?:aktuell |derzeit )?nicht (?:eingeloggt|angemeldet)|\bhier können sie den artikel bewerten\b|\bexternen?r? inhalte?n?\b.{0,120}(?:artikel|anzeigen|klick|redaktion)|^ich bin damit einverstanden, dass mir (?:externe|inhalte)|^an dieser stelle (?:finden sie|findest du|befinde[nt] sich .{0,30}\binhalte?\b))/iu,
  /^(?:was this (?:newsletter|e-?mail) forwarded to you\?|by providing .{0,80}\byou (?:are consenting|consent) to (?:be contacted|receive)\b|an? \.gov website belongs to\b|official websites use \.gov\b|secure \.gov websites use\b)/iu,
  /この記事は(?:有料)?会員限定/u,
  /^(?:damit |dabei |hierbei )?(?:können |peuvent )?(?:(?:ihre |deine )?personenbezogenen? daten|(?:your )?personal data|(?:des |vos )?données personnelles|(?:i (?:tuoi )?)?dati personali|(?:los |tus |sus )?datos personales)\b.{0,20}\b(?:können|werden|may|can|peuvent|possono|pueden)\b.{0,40}\b(?:drittplattformen|drittanbieter|third[- ]party (?:platforms|providers)|plateformes tierces|piattaforme di terzi|plataformas de terceros)\b/iu,
  /^(?:il vous reste|you (?:still )?have|ihnen bleiben|(?:le|te) queda|ti resta|restam)\s.{0,20}\d{1,3}(?:[.,]\d{1,2})?\s?% (?:of this|de cet|de este|di questo|deste|dieses) (?:article|story|artículo|articolo|artigo|artikels|beitrags)(?!\p{L})/iu,
];
/** Both in one line: a story may name a channel. Apart, since together they take steps by the square of the line. */
const channel = /\bcanal de (?:telegram|whatsapp)\b/iu;
const follow = /(?<!\p{L})(?:nuestro|únete|únase|suscríbete|sigue|síguenos)(?!\p{L})/iu;
/** What sites say and stories may: it leaves out what is a link or no sentence. */
const siteWords =
  /(?:^(?:to )?(?:download|get|try|install) (?:the|our) .{0,40}\bapps?\b|^(?:you can )?(?:follow|like) \S+(?: \S+){0,3} on (?:twitter|facebook|instagram|google news|x\b|telegram|linkedin|whatsapp|youtube)|^(?:.{3,40}[:–-] )?sign up (?:for|to|here|now)\b.{0,60}(?:newsletter|inbox|e-?mails?|alerts?|updates?|here)|^subscribe to the\b|^filed under\b|\ball rights reserved\b|\balle rechte vorbehalten\b|\bcontributed to this (?:report|story|article)\b|\bnewsletter (?:abonnieren|anmelden)\b|^an dieser stelle (?:finde[nst]+|befindet)\b|\bcanal de (?:telegram|whatsapp)\b|\bréservée? aux abonnés\b|会員限定です|無料(?:で)?会員登録)/iu;
/** Sentences that sites put over and under a story, and that say nothing else. */
const atEdges =
  /(?:\bcontributed to this (?:report|story|article)(?: (?:from|in) [^,;.]{2,40})?[.)\]]*$|\bder beitrag wurde am\b.{0,60}veröffentlicht\W*$|\bnicht (?:notwendigerweise|unbedingt) die (?:meinung )?der redaktion\b|\bgibt die meinung des autors wieder\b|^(?:.{0,40}disclosure: )?(?:.{3,40} )?may (?:receive|earn) (?:an? )?(?:small )?(?:affiliate )?(?:commission|compensation)\b.{0,100}\b(?:links?|our partners?|our products?)\b|^(?:this|der|dieser) (?:post|article|page|artikel|beitrag) (?:may )?(?:contains?|includes?|enthält|ist) .{0,40}\b(?:compensation|werbung)\b|^(?:(?:cet |l['’])?(?:article|contenu)(?: est)? )?réservée? aux abonnés\W*$|会員限定です。?$|無料(?:で)?会員登録)/iu;
/** What a site says to its reader under a story. */
const aroundStory =
  /\b(?:download|get|with|via) (?:the|our) .{0,40}\bapps?\b|\bfollow\b.{0,40}\bon (?:twitter|facebook|instagram|google news)|\b(?:to|in|into|through) your (?:inbox|phone|letterbox)\b|\bpreferred source\b|\bsign up (?:for|to|here|today|now)\b|\baffiliate (?:links?|commission)\b|\bpart of our\b.{0,40}\bnewsletter\b|\bdo you want to be informed\b|\bour newsletter\b|\bunseren? newsletter\b/i;
const toYou =
  /^(?:get|download|follow|join|sign|subscribe|click|want|read|like|visit|do|for (?:the latest|more|all))\b|(?<!\p{L})(?:you|your|our|us|sie|ihnen|ihr|ihre[mnrs]?|unser(?:e[mnrs]?)?|dich|dir|deine?[mnrs]?)(?!\p{L})/iu;
const quoted = /["“”«»„]/;
const longestToReader = 320;

/** Words of a template that no program has filled in. */
const templateMarks = [/\{[{|*%]/, /[}|*%]\}/];
const credit =
  /^\(?(?:©|\(c\)|copyright\s?(?:©|\d|:|by\b)|(?:photos?|fotos?|bild(?:er)?|images?|crédits? photos?|credits?|foto(?:graf)?|zdjęcie|фото|pictures?|illustration)(?: by| von| de| par)?\s?[:/©]\s?\D{2,60}$)/iu;
const source =
  /^(?:quellen?|sources?|źródło|fuente|fonte|bron|kilde|källa|zdroj|forrás|источник|kaynak|来源|來源|出典)\s?[:：]/iu;
const shortLine = 90;

/** `false` for a line that is not of the story. Sentences that speak of nothing but the story's matter stay. */
export function isStoryLine({ text, linked }: Line): boolean {
  if (boilerplate.test(text)) return isSentence(text);
  if (text.length > longestToReader) return true;
  if (templateMarks.every((mark) => mark.test(text))) return false;
  if (text.length < 160 && seeAlso.test(text) && (linked > 0.3 || !isSentence(text))) return false;
  if (text.length < shortLine && (otherHeading.test(text) || credit.test(text))) return false;
  if (siteWords.test(text) && (linked > 0.3 || !isSentence(text))) return false;
  return !toReader.some((words) => words.test(text)) && !(channel.test(text) && follow.test(text));
}

/** `Related: the word divides the board.` is of a story; what speaks to its reader of the site is not. */
function isSentence(text: string): boolean {
  return (
    /[\p{Sentence_Terminal}…]["”»’]?$/u.test(text) &&
    (/\S\s+\S+\s+\S+\s+\S+\s+\S/.test(text) || /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]{12}/u.test(text)) &&
    !/\b(our|your?|here|newsletter|now|app|inbox|click|sign up (for|to)|account)\b/i.test(text) &&
    !/\b[Uu]s\b/.test(text)
  );
}

/** How many lines at the top and at the end may be the day, the author or a source. */
const edge = 5;

/** Without the days and names over a story, and the sources and the author's life under it. */
export function withoutEdges(lines: Line[], authors: string[]): Line[] {
  const named = authors.map(squeeze).filter((name) => name.length > 3);
  const isName = (text: string) => {
    const plain = squeeze(text.slice(0, 200)).replace(/^(by|von|par|por|di|door)/, '');
    return named.some((name) => plain === name) || (named.length > 1 && plain === named.join(''));
  };
  return lines.filter((line, i) => {
    const { text } = line;
    const isTop = i < edge;
    const isEnd = i >= lines.length - edge;
    if (!isTop && !isEnd) return true;
    if (text.length < shortLine && (isName(text) || isDay(text))) return false;
    if (text.length <= longestToReader && atEdges.test(text)) return false;
    if (!isEnd) return true;
    if (text.length < longestToReader && asksReader(text)) return false;
    return (
      !(text.length < shortLine && source.test(text)) && !(i >= lines.length - 3 && i > 2 && isLife(text, authors))
    );
  });
}

/** A shorter line is a heading, a day or a name. */
const leastTeaser = 60;

/** Without the beginnings of other stories that end a page: two lines and more that are cut, with nothing behind them but headings. */
export function withoutTeasers(lines: Line[]): Line[] {
  let from = lines.length;
  let teasers = 0;
  for (let i = lines.length - 1; i >= 0; i--) {
    const { text, holder } = lines[i] as Line;
    const isCut = text.length >= leastTeaser && /(?:\.\.\.|…)\]?$/.test(text) && !quoted.test(text);
    const isBetween = text.length < leastTeaser || /^h[234]$/.test(holder?.tag ?? '');
    if (!isCut && !isBetween) break;
    if (!isCut) continue;
    teasers++;
    from = i;
  }
  if (teasers < 2) return lines;
  // What is over the first of them is its headline, or the last heading of the story, which then has nothing under it.
  const over = lines[from - 1];
  const kept = lines.slice(0, over && /^h[234]$/.test(over.holder?.tag ?? '') ? from - 1 : from);
  const lengthOf = (some: Line[]) => some.reduce((sum, { text }) => sum + text.length, 0);
  return lengthOf(kept) > lengthOf(lines) / 2 ? kept : lines;
}

/** In its own words: what somebody said is of the story, and so is what is told of others. */
function asksReader(text: string): boolean {
  return aroundStory.test(text) && !text.endsWith('?') && toYou.test(text) && !quoted.test(text);
}

const age =
  /^(?:(?:last )?updated(?: at)? \d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?|(?:(?:published|updated|posted|last updated)\s)?(?:\d{1,3} (?:min(?:ute)?s?|hours?|days?|weeks?|months?|years?) ago|vor \d{1,3} (?:minuten?|stunden?|tage?n?|wochen?)|il y a \d{1,3} (?:minutes?|heures?|jours?)|hace \d{1,3} (?:minutos?|horas?|días?)))$/i;

/** A day with little else: a label, the hour, a name. */
function isDay(text: string): boolean {
  if (age.test(text)) return true;
  if (!/\d/.test(text) || /[.!?][”"]?$/.test(text.replace(/\b[ap]\.m\.$/i, ''))) return false;
  const rest = text.replace(/\d{1,4}|[^\p{L}\s]/gu, ' ');
  const words = rest.match(/\p{L}{2,}/gu)?.length ?? 0;
  return words <= 6 && /^\P{L}*(?:\p{L}+\P{L}+){0,3}?\d/u.test(text) && findDates(text, {}, true).length > 0;
}

/** `Jane Doe is a writer`: what is said of the author. */
function isLife(text: string, authors: string[]): boolean {
  return authors.some(
    (name) =>
      name.length > 4 &&
      text.startsWith(name) &&
      /^,?\s(?:is|was|writes|has|covers|reports|works|lives|joined|ist|arbeitet|schreibt|lebt|studierte|est|es|è|jest|är|er|on|é)\s/iu.test(
        text.slice(name.length),
      ),
  );
}
