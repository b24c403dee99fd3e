/** What pages write where an author's name belongs -> the names of people: without labels, roles, places and times. */
import { hasRole, hasTopic, isAgency, isPlace, labelLength } from './byline-words.ts';
import { clean } from './clean.ts';

const maxNameLength = 80;
const maxRaw = 600;

/**
 * Where it stands: `data` holds a name and little else; what is `marked` as an author is one, whatever it looks like; what readers
 * only `see` has labels and other things around it, and must look like a name.
 */
export type Where = 'data' | 'marked' | 'seen';

export function peopleIn(raw: string, where: Where): string[] {
  const visible = where !== 'data';
  const text = tidy(raw).replace(/^\(([^()]{4,200})\)$/, '$1');
  if (text === '') return [];
  const cjk = cjkNames(text, visible);
  if (cjk !== null) return cjk;
  const lines = visible ? labelledLines(text) : text;
  const unlabelled = visible ? withoutLabel(lines, true) : text;
  const bare = visible
    ? withoutTail(unlabelled)
    : text
        .replace(/^(?:by|por|par)\s+(?=\p{Lu})/iu, '')
        .replace(withAgency, '')
        .replace(/^(autor|author)(in)?\s*:\s*/i, '');
  const parts = bare
    .replace(/\([^()]{0,80}\)|\[[^[\]]{0,80}\]/g, ' ')
    .split(/\s*[\n;|•·│/]\s*|\s+[–—-]\s+/u)
    .map((part) => (visible ? withoutLabel(part.trim(), unlabelled === lines) : part.trim()))
    .filter(Boolean)
    .map(withoutCredit);
  const whole =
    parts.length === 2 && parts.every(isOneWord) && /^[^|;/•·]*\n[^|;/•·]*$/.test(bare) ? [parts.join(' ')] : parts;
  const names = whole
    .flatMap((part) => splitList(part, visible))
    .map(trimName)
    .filter((name) => isName(name, where));
  // `Jane Doe - Kyodo`, `JANE DOE / Quay`: beside somebody's full name, an agency, a town or one word is where it is from.
  const [first = ''] = names;
  return names
    .filter(
      (name) =>
        name === first ||
        !isPerson(first) ||
        !(isAgency(name) || isPlace(name) || hasRole(name) || (visible && isOneWord(name))),
    )
    .map((name) => name + degreesOf(name, bare));
}

/** `Jane Doe, MS, RD`: what somebody may write behind the name is a part of it. */
const degrees =
  /^(?:,\s?(?:M\.?D|Ph\.?\s?D|D\.?O|D\.?D\.?S|DMD|DVM|VMD|J\.?D|Esq|R\.?D|RDN|LDN?|CDN|CDCES|CNSC|FAND|FACLM|FACP|FACS|FRCP|R\.?N|BSN|MSN|NP|PA-C|DPT|PharmD|PsyD|EdD|LCSW|LMFT|LPC|M\.?S|M\.?A|MSc|MEd|MFA|MPH|MPP|MBA|B\.?S|B\.?A|BSc|LL\.?M|CFP|CFA|CPA|CEPF|CISSP|CPT|CSCS|DACVB|CFRE|PMP)\b\.?[®™]?)+/;

function degreesOf(name: string, text: string): string {
  const at = /\S\s\S/.test(name) ? text.indexOf(name) : -1;
  return at < 0 ? '' : (degrees.exec(text.slice(at + name.length, at + name.length + 60))?.[0] ?? '');
}

/** An organisation's name is whole, whatever words are in it. */
export function organisationIn(raw: string): string[] {
  const name = tidy(raw);
  return name.length >= 2 && name.length <= maxNameLength && !/https?:|@\S+\./.test(name) ? [name] : [];
}

function tidy(raw: string): string {
  return raw
    .slice(0, maxRaw)
    .split('\n')
    .map((line) => clean(line))
    .filter((line) => line !== null)
    .join('\n');
}

const label =
  /^(?:(?:words|analysis|opinion|commentary|comment|reporting|interview|essay|written|reported|posted|published|story|text|article|created|submitted|reviewed|photos?|shared|contributed|authored|edited|updated|last updated|medically reviewed|fact[- ]checked)\s+(?:and\s+photos\s+)?by|by|von|vom|par|por|door|af|från|fra|skrevet av|skriven av|geschrieben von|eingestellt von|gepostet von|ver(?:ö|oe)ffentlicht von|erstellt von|verfasst von|ein (?:artikel|beitrag|kommentar|gastbeitrag|interview|essay) von|eine (?:analyse|kolumne|reportage|rezension) von|escrito por|publicado por|écrit par|publié par|rédigé par|propos recueillis par|scritto da|pubblicato da|a cura di|geschreven door|tekst door|napisał(?:a)?|kirjoittanut|írta|автор|текст|the author|authors?|autor(?:en|in|es|a)?|auteurs?|autor[ei]|verfasser(?:in)?|redaktion(?=\s?[:：])|redakteur(?:in)?|penulis|tác giả|bởi|skribent|forfatter|toimittaja|kirjoittaja|szerző)(?:\s*[:：]\s*|\s+|$)/iu;

/** Labels that are first names as well, as which they stand before one word: `Oleh Budi Santoso` and `Oleh Petrenko`. */
const nameOrLabel = /^(?:oleh|di|av)(?:\s*[:：]\s*|\n|\s+(?=\p{L}\S*\s+\p{L}|$))/iu;

/** `Text: Jane Doe` -> the name; `Photo: John Roe` -> nothing, since whoever made the pictures did not write the story. */
function withoutCredit(part: string): string {
  const [, what = '', name = ''] = /^([\p{L}\p{M} ]{2,24})\s?[:：]\s?(.*)$/u.exec(part) ?? [];
  if (/^(?:additional )?(?:editing|edited|production|photograph(?:y|s)|graphics?) by\s/i.test(part)) return '';
  if (what === '') return part.replace(/^von (?=\S+ \S)/i, '').replace(leadingRole, '');
  return /^(?:foto|photo|bild|image|picture|illustration|grafik|graphic|design|code|video|quelle|source|datum|date|stand|updated|published)/i.test(
    what,
  )
    ? ''
    : name;
}

/** `Correspondent Jane Doe`, `FOCUS-Experte Max Muster` */
const leadingRole =
  /^\S*(?:expert|correspondent|reporter|experte|expertin|redakteur|redakteurin|korrespondent|korrespondentin|reporterin|autor|autorin|contributor|columnist)\s+(?=\p{Lu}\S*\s\p{Lu})/iu;

/** Of several lines those that a label says to be names; a label alone speaks for the next. */
function labelledLines(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const chosen = lines.flatMap((line, i) => {
    const isGoingOn =
      i > 0 && authorLabel.test(lines[i - 1] ?? '') && /(?:,|\s(?:and|&|und|et|y))$/iu.test(lines[i - 1] ?? '');
    if (!authorLabel.test(line) && !isGoingOn) return [];
    return [withoutLabel(line, true) === '' ? (lines[i + 1] ?? '') : line];
  });
  return lines.length > 1 && chosen.length > 0 ? chosen.join('\n') : text;
}

const authorLabel =
  /^(?:(?:written |posted |words |story |text )?by|author|autor(?:in|en)?|auteur|von|verfasst von|geschrieben von|eingestellt von|par|por|автор|作者|記者|记者|文)(?:\s*[:：]|\s|$)/iu;

/** `isFirst`: no label stood before; behind one, `Di` and `Oleh` are first names. */
function withoutLabel(text: string, isFirst: boolean): string {
  let bare = text.replace(/^[-–—]\s?/u, '');
  for (let i = 0; i < 3; i++) {
    const known = labelLength(bare);
    const pattern = isFirst && i === 0 && nameOrLabel.test(bare) ? nameOrLabel : label;
    const next = known > 0 ? bare.slice(known) : bare.replace(pattern, '').trim();
    // `von Redaktion`: what is left of two labels is a name.
    if (next === bare || (next === '' && i > 0)) break;
    bare = next;
  }
  return bare;
}

/** `Jane Doe on 3 April`, `Jane Doe for the board` -> `Jane Doe`. */
function withoutTail(text: string): string {
  return text
    .replace(
      /\s(?:on behalf of\s|(?:at|on|am|um|in|le|el|den|il|em|@)\s(?=\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)))[^\n]*/giu,
      '',
    )
    .replace(pictures, '')
    .replace(change, '')
    .replace(client, (cut, at: number, all: string) => (isPerson(lastOf(all.slice(0, at))) ? '' : cut))
    .replace(town, '');
}

/** `Jane Doe Updated: 3 April` */
const change = /\s(?:last updated|updated|published|posted)\s?:[^\n]*/giu;
/** `Jane Doe for the Quay Herald`, up to the next name: not `Campaign for Better Transport`. */
const client = /\sfor (?:the )?\p{Lu}(?:(?! (?:and|&) \p{Lu}\S{1,30} \p{Lu})[^\n,])*/gu;
/** `Jane Doe in Portside and`, `Jane Doe in Rio de Janeiro` */
const town = /\sin \p{Lu}\p{L}{2,20}(?: (?:\p{Ll}{2,3} )?\p{Lu}\p{L}{2,20})?(?=,| and | und | & |$)/gu;

/** The last name of a list. */
function lastOf(list: string): string {
  return withoutLabel(
    list
      .split(/[\n,;&|/]|\sand\s/)
      .at(-1)
      ?.trim() ?? '',
    false,
  );
}

/** `Jean Dupont avec AFP` */
const withAgency =
  /\s(?:with|avec|con|com|mit)\s(?:agencies|agences|agencias|agências|agenturen|AFP|AP|EFE|Reuters|dpa|ANSA)$/u;

/** `Jane Doe   Photos by John Roe` */
const pictures =
  /\s(?:illustration(?:en|s)?|fotos?|photos?|photographs?|photography|bilder|grafik(?:en)?|video|fotografías?|фото|עיצוב|zdjęcia)\s?(?:by|von|par|de|di|:)\s[^\n]*/iu;

const conjunction = /\s+(?:and|&|und|et|y|e|i|en|och|og|ja|dan|và|и|ve)\s+/iu;
const titles = /^(?:dr|prof|mag|dipl|ing|sir|dame|lord|lady|mr|mrs|ms)\.?$/i;

/** `A B, C D and E F` -> three; `Ortega y Gasset`, `Marks and Spencer` and `Doe, Jane` are one each. */
function splitList(text: string, visible: boolean): string[] {
  const named = /^[^,]{4,40}(?=,)/u.exec(text)?.[0] ?? '';
  if (isOrganisation(text))
    return isPerson(named) && (isRole(text.slice(named.length)) || isAgency(text.slice(named.length + 1)))
      ? [named]
      : [text];
  const byComma = text
    .split(/\s*[,，、]\s*/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const people =
    byComma.length > 1
      ? byComma.filter((part) => !isRole(part))
      : visible
        ? byComma.filter((part) => !role.test(part))
        : byComma;
  const [last = '', first = ''] = people;
  if (
    people.length === 2 &&
    isOneWord(last) &&
    !conjunction.test(first) &&
    wordCount(first) <= 2 &&
    isCapitalised(first) &&
    !titles.test(last)
  )
    return [`${first} ${last}`];
  // After somebody's full name, one word is a place or an agency.
  const isFull = people.some((part) => wordCount(part) > 1);
  const full = isFull ? people.filter((part) => wordCount(part) > 1) : people;
  return full.flatMap((part) => splitPair(part, visible || people.length > 1));
}

function splitPair(text: string, isList: boolean): string[] {
  const bare = text.replace(/^(?:and|&|und|et|y)\s+/iu, '').replace(/\s(?:and|&|und|et|y|e|og|och|en|i)$/iu, '');
  const parts = bare.split(conjunction);
  const areNames = parts.every((part) => wordCount(part) >= 2 && isCapitalised(part)) || (isList && parts.length > 2);
  return parts.length > 1 && areNames ? parts.flatMap((part) => (isRole(part) ? [] : [part])) : [bare];
}

/** Two to four words, all of them capitalised, none of which is a word of roles or organisations. */
function isPerson(text: string): boolean {
  const words = text.split(/\s+/);
  const own = words.filter((word) => !particle.test(word));
  return words.length <= 5 && own.length >= 2 && own.every(isCapitalised) && !isRole(text) && !isOrganisation(text);
}

/** A name of a person in full, by its looks alone. */
export function isFullName(text: string): boolean {
  if (!isPerson(text) || !isName(text, 'seen') || !/^[\p{L}\p{M}.'’ -]+$/u.test(text)) return false;
  return !noPerson.test(text) && !hasTopic(text) && !isPlace(text);
}

function isOneWord(text: string): boolean {
  return text !== '' && !/\s/.test(text);
}

function wordCount(text: string): number {
  return text.split(/\s+/).length;
}

function isCapitalised(text: string): boolean {
  return /^["'“„«(]?[\p{Lu}\p{Lt}\p{Lo}\p{sc=Geor}]/u.test(text);
}

const organisation =
  /(^|[\s-])(agency|association|authority|board|bureau|center|centre|club|co|college|committee|company|council|department|desk|editors|federation|foundation|gmbh|group|inc|institut|institute|journal|limited|llc|ltd|magazine|media|ministry|museum|network|news|office|partners|press|redaktion|rédaction|redacción|redazione|reports?|school|services?|society|staff|studio|team|times|trust|union|university|universität|ag|sons|wire)(?=$|[\s.,&-])/i;

function isOrganisation(text: string): boolean {
  return organisation.test(text);
}

/** Words of headings and of calls to readers, which are capitalised as well. */
const noPerson =
  /(^|\s)(your?|our|this|that|how|why|what|when|now|here|website|online|get|new|best|top|all|image|credits?|sources?|start|try|buy|shop|book|free|key|final|related|frequently|reading|time|contact|us|für|mit|und|the|and|of|for|in|to|is)(\s|$)/i;

const role =
  /(^|[\s/-])(analyst|anchor|architect|attorney|author|autor|autorin|blogger|business|ceo|cfo|chef|chief|co-?founder|coach|columnist|commentator|consultant|contributor|contributing|coordinator|copywriter|correspondent|critic|cto|desk|dietitian|director|doctor|economist|editor|engineer|expert|experte|expertin|fellow|founder|freelance|freelancer|guest|head|historian|intern|journalist|journaliste|journalistin|korrespondent|korrespondentin|lawyer|lecturer|lead|leiter|leiterin|manager|marketer|marketing|nutritionist|officer|owner|photographer|photojournalist|physician|policy|president|producer|professor|programmer|psychologist|redakteur|redakteurin|redactor|redactora|redattore|rédacteur|rédactrice|researcher|reporter|reviewer|science|scientist|secretary|senior|specialist|sports|staff|strategist|student|teacher|technology|therapist|trainee|vice|volontär|volontärin|writer|ceo|m\.?d|ph\.?d|rdn?|r\.d|ms|mba|ma|bsc|msc|jd|cfp|cpa|cissp|ld|faclm|esq|jr|sr|rn|dvm|dds|fact.?check(ed|er)?|reviewed|updated|published|posted|min(utes?)? read|special to|for the|of the|at the)(?=$|[\s.,/:-])/i;

/** By a word for what somebody is. */
function saysRole(text: string): boolean {
  return role.test(text) || hasRole(text);
}

const trade =
  /(^|[\s/-])(columnist|contribut(?:or|ing)|correspondent|editor|journalist(?:e|in)?|korrespondent(?:in)?|redakteur(?:in)?|redactora?|redattore|rédact(?:eur|rice)|reporter(?:in)?|staff|volontär(?:in)?|writer|special to)(?=$|[\s.,/:-])/i;

/** By a word for those who write: who leads a company, or took the pictures, is in the news or beside it. */
export function saysTrade(text: string): boolean {
  return (trade.test(text) || hasRole(text)) && !/photo|foto|фото|צלם|picture/i.test(text);
}

function isRole(text: string): boolean {
  return saysRole(text) || (/^(?:[A-Z]\.?){2,5}$/.test(text) && !isAgency(text));
}

function trimName(name: string): string {
  return name
    .replace(/^["'“”„«»‹›*@#:,.\s-]+/u, '')
    .replace(/\s*(?:@\S+|[\s"“”„«»‹›*:,+>→»|-]+)$/u, '')
    .replace(/\s+/g, ' ')
    .trim();
}

const nobody =
  /^(?:admin|administrator|editor|editors|staff|null|undefined|none|author|authors?|by|no author|no byline|unknown|anonymous|webmaster|root|user|guest|view|more|share|follow|profile|website|home|contact|about|bio|facebook|twitter|instagram|linkedin|youtube|email|e-mail|rss|comments?|subscribe|news|n\/a|read|next|previous|print|save|tags?|archive|updated|posted|published|written|article|story|post|blog|photos?|image|video|login|sign in|menu|search|close|copy link|source|credit|topics?|opinion|spotlight|inhalt|veröffentlicht|publié|publicado|pubblicato|gepubliceerd|опубликовано|impressum)$/i;
const noName =
  /https?:|www\.|@\S|\.(?:com|org|net|de|php|html?)$|[?!=<>{}[\]#%€$©]|\b(?:view|read|more|posts?|articles?|stories|comments?|ago|minutes?|hours?|days?|share|follow|subscribe|newsletter|updated|published|posted|click|here|about the|all by|see|latest|views?|likes?|copyright|rights|reserved|cookies?|artikel|beiträge|mehr|alle|uhr|kommentare?|teilen|lesezeit|min|voir|lire|plus|más|leer|artículos|weitere|zum|zur|profil|seite)\b/iu;
const month =
  /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|januar|februar|märz|mai|juni|juli|oktober|dezember|january|february|march|april|june|july|august|september|october|november|december|mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|today|yesterday|heute|gestern)\.?(?:$|[,\s]+\d)/i;
const particle =
  /^(?:von|van|vom|zu|zur|zum|de|da|do|dos|das|del|della|dello|di|du|des|la|le|les|el|al|ap|bin|bint|ibn|ben|bar|der|den|dem|ter|ten|te|af|av|y|e|i|und|and|et|of|for|the|’t|'t|d['’]\S*|l['’]\S*|al-\S+|el-\S+|ash-\S+|ad-\S+|an-\S+|as-\S+|\p{L}\.)$/iu;

function isName(text: string, where: Where): boolean {
  if (text.length < 2 || text.length > maxNameLength || !/\p{L}/u.test(text)) return false;
  if (nobody.test(text) || month.test(text)) return false;
  if (where === 'data')
    return !/https?:|@\S+\.|\d{4}|^\d+(?!\d| ?\p{L})|:|^(view (all|more)|more (posts|articles|stories)|read more|all posts) /iu.test(
      text,
    );
  if (noName.test(text)) return false;
  const words = text.split(/\s+/);
  if (words.length > 6) return false;
  if (where === 'marked' && words.length < (/\d{2}/.test(text) ? 2 : 3)) return true;
  if (/\d{2}/.test(text)) return false;
  const named = words.filter((word) => !particle.test(word));
  return (
    named.length > 0 &&
    named.every((word) => /^["'“„(]?[\p{Lu}\p{Lt}\p{Lo}\p{sc=Geor}]/u.test(word) || /\p{Lu}/u.test(word))
  );
}

const cjkLabel =
  /(?:(?:本报|本報|本社|本刊|本网|特约|特約|特派|实习|實習|见习|首席|资深|資深|專題|专题|地方|駐地)?(?:记者|記者|通讯员|通訊員|撰稿人?|特派员|特派員|评论员|評論員)|作者|撰文|撰稿|采写|採訪|采访|文字|編譯|编译|著者|筆者|執筆者?|執筆|ライター|取材・文|[图圖]?文(?=\s*[/／|｜:：•·・]))\s*[:：/／|｜•・]?\s*/u;

/** Null where this is no byline in Chinese, Japanese or Korean. */
function cjkNames(text: string, visible: boolean): string[] | null {
  if (!/[\p{sc=Han}\p{sc=Hangul}\p{sc=Katakana}\p{sc=Hiragana}]/u.test(text)) return null;
  const korean = koreanNames(text);
  if (korean !== null) return korean;
  const found = cjkLabel.exec(text);
  if (found === null) {
    if (visible && text.length > 40) return [];
    return text
      .split(/\s*[,，、;；/／|｜\n・&]\s*|\s*和\s*(?=.{2,4}$)/u)
      .map((name) =>
        name
          .replace(/\s*[(（【].{0,30}$/u, '')
          .replace(/(?:さん|氏|記者|记者|報導|报道|著)$/u, '')
          .trim(),
      )
      .flatMap((name) =>
        /^\p{sc=Han}{2,4}(?: \p{sc=Han}{2,4})+$/u.test(name) && !isJapaneseName(name) ? name.split(' ') : [name],
      )
      .filter((name) => isCjkName(name, visible));
  }
  // `王小明 記者`: behind the name there is nothing else.
  const behind = text.slice(found.index + found[0].length).trim();
  const rest = (behind === '' && found.index > 1 ? text.slice(0, found.index).trim() : behind).replace(
    /^[(（【「]|[】」]$/gu,
    '',
  );
  // What follows a slash, a bracket or the word for a report is a place or another part of the line.
  const list =
    rest.split(/[/／(（【】)）|｜\n]|\s*(?:报道|報導|報道|摄影|攝影|編輯|编辑|责编|來源|来源|翻译|翻譯|\d)/u, 1)[0] ??
    '';
  const names = list
    .split(/[,，、;；・&\s]+|和/u)
    .filter((name) => name !== '')
    .map((name) => (/^\p{sc=Han}{5,}$/u.test(name) ? name.slice(0, 3) : name));
  const joined = isJapaneseLabel(found[0]) && names.length === 2 ? [names.join(' ')] : latinRuns(names, list);
  return joined.filter((name) => isCjkName(name, visible));
}

/** Names in Latin letters that stand in such a line are of several words. */
function latinRuns(names: string[], list: string): string[] {
  return /\p{sc=Latin}/u.test(list) && !/\p{sc=Han}/u.test(list)
    ? list.split(/[,，、;；&]/u).map((name) => name.trim())
    : names;
}

function isJapaneseLabel(found: string): boolean {
  return /著者|筆者|執筆|ライター|取材/u.test(found);
}

/** With a space between surname and given name, as Japanese sites write; two Chinese names have two or three characters each. */
function isJapaneseName(name: string): boolean {
  return /^\p{sc=Han}{1,2} \p{sc=Han}{1,2}$/u.test(name) && name.length <= 5;
}

function isCjkName(name: string, visible: boolean): boolean {
  if (name.length < 2 || name.length > 30) return false;
  if (
    /[\d。！？:：]|登録|登录|登錄|ログイン|会員|會員|会员|编辑部|編輯部|转载|责任|时间|時間|来源|來源|更新|发布|發布|分享|点击|閱讀|阅读|评论$/u.test(
      name,
    )
  )
    return false;
  if (!visible || /^[\p{sc=Latin}\s.'-]+$/u.test(name)) return true;
  return /^(?:[\p{sc=Han}々]{2,5}|[\p{sc=Han}々]{1,4} [\p{sc=Han}々\p{sc=Hiragana}\p{sc=Katakana}]{1,6}|[\p{sc=Hangul}]{2,4}|\p{sc=Katakana}[\p{sc=Katakana}ー]{0,12}[・=＝][\p{sc=Katakana}ー・=＝]{1,20}|[\p{sc=Han}]{1,6}·[\p{sc=Han}·]{1,10})$/u.test(
    name,
  );
}

/** `홍길동 기자`, `서울=김철수·이영희 기자` */
function koreanNames(text: string): string[] | null {
  const found =
    /((?:\p{sc=Hangul}{2,4}[\s·,]{1,2}){0,5}\p{sc=Hangul}{2,4})\s?(?:인턴|수습|선임|전문)?\s?(?:기자|특파원|논설위원|칼럼니스트)/u.exec(
      text,
    );
  if (found?.[1])
    return found[1]
      .split(/[·,]\s?/u)
      .map((part) => part.trim().split(/\s/u).at(-1) ?? '')
      .filter((name) => name.length >= 2);
  const labelled = /^(?:기자명?|글|작성자|저자)\s?[:：=]?\s?(\p{sc=Hangul}{2,4})$/u.exec(text);
  return labelled?.[1] ? [labelled[1]] : null;
}
