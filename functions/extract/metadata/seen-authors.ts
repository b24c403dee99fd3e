/** The authors whom readers see on a page: near its headline, else in a line that the story is signed with. */
import { type ChildNode, type Element, isTag, isText, type ParentNode, type Text } from 'domhandler';
import { squeeze } from '../../squeeze.ts';
import { remembered } from '../remembered.ts';
import { isAgency, isLabel, labelLength } from './byline-words.ts';
import { findDates } from './dates.ts';
import { isFullName, peopleIn, saysTrade } from './names.ts';
import type { PageFacts } from './page.ts';
import { brokenText, type Place, spaced } from './story-zone.ts';

/** How an element is known to hold names, in the order of trust. */
const authorName =
  /(^|[\s_-])(authors?|author-?names?|autor(en|in|es)?|auteurs?|byline(s|-?names?)?|by-?line|bylines?|writer|writter|verfasser|redakteur|redacteur|signature|forfatter|toimittaja|reporter|journalist|columnist|kolumnist|contributors?|posted-?by|written-?by|postedby|writtenby|vcard|author-?link|authored|staff-?name|person-?name)([\s_-]|$)/i;
const authorNameElsewhere =
  /(^|[\s_-])(firmas?|redactor(a|es)?|autore|autora|journaliste?s?|redacteure?|dziennikarz|novinar|kirjoittaja|skribent|muhabir|yazar|penulis|pewarta|tac-?gia|autor-?name|author_?meta|authorinfo|createdby|created-by|submitted-by|post-by|postauthor|articleauthor|reporters|writers?-name)([\s_-]|$)/i;
const notAuthor =
  /(^|[\s_-])(bio|about|box|description|avatar|image|img|photo|role|title|job|position|social|follow|posts|articles|more|email|icon|count|related|quotes?|testimonials?)([\s_-]|$)/i;
/** WordPress writes the author's account into the names of the whole story. */
const wholePost = /(^|\s)(hentry|type-post|post-\d+)(\s|$)/;
/** Elements that hold more than names, whatever they are called. */
const large = new Set(['html', 'body', 'main', 'article', 'section', 'form', 'ul', 'ol', 'table']);
const authorLink =
  /\/(?:authors?|autor(?:en|in|es)?|auteurs?|autore|autori|redakteur(?:e|in)?|profiles?|profils?|profil|people|person|personen|journalists?|journalisten|reporters?|contributors?|columnists?|kolumnisten|writers?|staff|team|by|bylines?|users?|u|members?|mitarbeiter|our-people|experts?|forfatter|periodistas?|firmas?|author-archive|penulis|tac-gia|editor|creators?)\/[^?#]*[^/?#]|[?&]author=/i;
const labelStart =
  /(?:^|\n)[-–—]?\s?(?:by|von|par|por|written by|words by|posted by|reported by|story by|text by|article by|author:|autor(?:in|en)?:|auteur ?:|text:|texto:|texte ?:|escrito por|geschrieben von|verfasst von|ein (?:artikel|beitrag|kommentar|gastbeitrag) von|a cura di|scritto da|door|av|af|tekst|oleh|автор|текст:|文|文字|撰文|作者|著者|記者|记者|本报记者|執筆|eingestellt von|gepostet von|redaktion:)(?:\s*[:：／/|]\s*|\s+|(?<=:)\s*)\S/iu;
/** Words that mean other things in other languages: a name of one word behind one of them is none. */
const looseLabel = /^(?:door|av|af|par|por|tekst)\s/i;
/** A label that stands alone, before what it labels. */
const bareLabel =
  /^(?:(?:written|words|posted|reported|story|text|article|blog|published) by|by|author|author\(s\)|autor(?:in|en)?|auteur(?:\(s\)|s)?|von|verfasst von|geschrieben von|erstellt von|gespeichert von|par|por|escrito por|écrit par|scritto da|a cura di|geschreven door|oleh|penulis|автор|текст|作者|記者|记者|文|撰文|著者|執筆者?|글|about the author)\s*[:：]?$/iu;

/** An element that is further from the headline belongs to something else, unless the story ends with it. */
const near = 1200;
/** A longer link is one to a story. */
const longestName = 60;
const longestBefore = 45;
const together = 400;

type Seen = { people: string[]; distance: number; element: Element };

export function visibleAuthors(page: PageFacts): string[] {
  const { places, isSure } = page.zone();
  const own = places.filter(({ isForeign, distance }) => !isForeign && (!isSure || distance > -near));
  const beside = own.filter(({ distance }) => !isSure || (distance > -together && distance < near));
  const ahead = own.filter(({ distance }) => !isSure || distance > -together);
  const ways: (() => Seen[])[] = [
    () => holding(own, isMarked, (element) => peopleIn(brokenText(element), 'marked')),
    () =>
      holding(own, isNamed, (element) =>
        peopleIn(brokenText(element), 'seen').filter((name) => !isFiledUnder(name, page)),
      ),
    () => holding(upTo(beside, 200), isLinked, linked),
    () => holding(upTo(beside, longestLine), isLabelled, labelled),
    () => (eastAsianText.test(page.bodyText()) ? holding(beside, isEastAsian, eastAsian) : []),
    () => holding(ahead, () => true, behindLabel),
  ];
  for (const way of ways) {
    const found = nearest(way());
    if (found.length > 0) return found;
  }
  return [];
}

/** A byline is short, and the text of an element takes time to read. */
const longestLine = 120;

function upTo(places: Place[], most: number): Place[] {
  return places.filter(({ length }) => length > 0 && length <= most);
}

function holding(places: Place[], test: (element: Element) => boolean, read: (element: Element) => string[]): Seen[] {
  const found: Seen[] = [];
  for (const { element, distance } of places) {
    if (!test(element) || found.some((each) => isWithin(element, each.element))) continue;
    const people = read(element);
    if (people.length > 0 && people.length < 9 && !isByOther(element)) found.push({ people, distance, element });
    if (found.length > 30) break;
  }
  return found;
}

function isByOther(element: Element): boolean {
  return byOthers.test(brokenText(element)) || isOfPicture(element) || isInTeaser(element);
}

/** Within a link that says more than a name: to another story, with its headline. */
function isInTeaser(element: Element): boolean {
  let at = element.parent;
  for (let level = 0; level < 6 && at !== null && isTag(at); level++, at = at.parent)
    if (at.name === 'a') return brokenText(at, 300).length > brokenText(element, 100).length + 30;
  let inner: Element | undefined = element;
  for (let level = 0; level < 4 && inner !== undefined; level++) {
    if (inner.name === 'a') return brokenText(inner, 100).length > longestName;
    const elements: Element[] = inner.children.filter(isTag);
    inner = elements.length === 1 ? elements[0] : undefined;
  }
  return false;
}

function nearest(found: Seen[]): string[] {
  const after = found.filter(({ distance }) => distance >= 0);
  const first =
    after[0] && after[0].distance < near ? after[0] : (found.findLast(({ distance }) => distance < 0) ?? after[0]);
  if (!first) return [];
  return found
    .filter(({ distance }) => Math.abs(distance - first.distance) <= together)
    .flatMap(({ people }) => people);
}

/** A link to somebody's page, who may have the name of an account. */
function linked(element: Element): string[] {
  const text = brokenText(element);
  const people = peopleIn(text, 'seen');
  return people.length > 0 || text.length > 30 || /\n/.test(text) ? people : peopleIn(text, 'marked');
}

/** `【記者王小明台北報導】`, `取材・文：山田太郎`, `来源：港报 记者：王小明` */
const hanByline =
  /^[【〔[（(［]?\s?(?:[\p{sc=Han}\p{sc=Latin}]{0,10}\s?)(?:記者|记者|作者|撰文|執筆|著者|取材・文|文(?=[・：:／/]))[\s：:／/・]{0,3}\p{sc=Han}/u;
const hanLabel = /(?:記者|记者|作者|撰文|撰稿|文字|執筆)\s?[：:]\s?\p{sc=Han}/u;
/** `[항구일보 홍길동 기자]`, `(서울=항구뉴스) 홍길동 기자 =` */
const hangulByline =
  /^(?:[[(【][^\])】]{0,24}[\])】]?\s?)?(?:\p{sc=Hangul}{2,8}\s)?\p{sc=Hangul}{2,4}\s?(?:선임|전문|인턴)?\s?기자/u;
/** A line of names, or the beginning of a paragraph that one stands in. */
const eastAsianLine = 60;

const eastAsianText = /[\p{sc=Han}\p{sc=Hangul}]/u;

function isEastAsian(element: Element): boolean {
  if (!/^(p|div|span|li|em|strong|b|address|small|td|h[3-6])$/.test(element.name)) return false;
  return eastAsianByline(element) !== '';
}

function eastAsian(element: Element): string[] {
  return peopleIn(eastAsianByline(element), 'seen');
}

function eastAsianByline(element: Element): string {
  const text = brokenText(element, eastAsianLine);
  if (!eastAsianText.test(text)) return '';
  const hangul = hangulByline.exec(text)?.[0];
  if (hangul !== undefined) return hangul;
  if (text.length < eastAsianLine) return hanByline.test(text) || hanLabel.test(text) ? text : '';
  const bracket = /^[【〔[（(［][^】〕\]）)］]{4,40}[】〕\]）)］]/u.exec(text)?.[0] ?? '';
  return hanByline.test(bracket) ? bracket : '';
}

/** What a text says of others than its authors. */
const byOthers =
  /^(?:(?:last )?updated|edited|(?:medically |expert |legally |clinically )?reviewed|fact[- ]checked|photos?|photographs?|pictures?|illustrations?|translated|fotos?|bilder|übersetzt)\s(?:by|von|par|por)(?=\s|$)|^(?:übersetzung|translation|traduction|traducción|vertaling)\b/iu;

function labelled(element: Element): string[] {
  const text = brokenText(element);
  const label = labelStart.exec(text)?.[0].trimStart().slice(0, -1) ?? '';
  const isLoose = looseLabel.test(label);
  if (isLoose && text.includes('\n')) return [];
  // `Oleh Petrenko`: what looks like a label is the first name.
  const people = peopleIn(text, 'seen').filter((name) => label === '' || !name.startsWith(label));
  if (people.length > 0) return isLoose ? people.filter((name) => /\s/.test(name)) : people;
  // An account is called so by its own name, in small letters.
  const [, account] = /^(?:by|von)\s+([\p{L}\d._-]{2,30})$/iu.exec(text) ?? [];
  return account === undefined ? [] : peopleIn(account, 'marked');
}

/** `<div>Written by</div><div>Jane Doe</div>`: the words that follow a label in the order of the page. */
function behindLabel(element: Element): string[] {
  for (const child of element.children) {
    if (!isText(child)) continue;
    const label = child.data.trim();
    if (label.length < 2 || label.length > 20 || !(bareLabel.test(label) || isLabel(label))) continue;
    const next = textBehind(child);
    if (next === null) continue;
    const holder = next.parent;
    const whole = holder !== null && isTag(holder) ? brokenText(holder, 120) : '';
    return peopleIn(whole !== '' && whole.length < 80 ? whole : next.data.slice(0, 80), 'marked');
  }
  return [];
}

/** The next text that says something, or the one before. */
function textBehind(node: ChildNode, step: 'next' | 'prev' = 'next'): Text | null {
  let at: ChildNode | null = node;
  for (let steps = 0; at !== null && steps < 40; steps++) {
    const isOpen: boolean = isTag(at) && at.name !== 'script' && at !== node;
    const down: ChildNode | null = isOpen
      ? step === 'next'
        ? (at as Element).firstChild
        : (at as Element).lastChild
      : null;
    let next: ChildNode | null = down ?? at[step];
    for (let parent = at.parent; next === null && parent !== null && isTag(parent); parent = parent.parent)
      next = parent[step];
    at = next;
    if (at !== null && isText(at) && /[\p{L}]/u.test(at.data)) return at;
  }
  return null;
}

/** Nobody is called the author: the name in one line with the date, in a line that says `By Jane Doe`, or alone under the story. */
export function signature(page: PageFacts): string[] {
  const { places, isSure } = page.zone();
  const own = upTo(
    places.filter(({ isForeign, distance }) => !isForeign && (!isSure || distance > -together)),
    longestLine,
  );
  const signed = own.findLast(({ element }) => isSigned(element) && !isOfPicture(element) && !isInTeaser(element));
  if (signed !== undefined) return peopleIn(brokenText(signed.element), 'seen');
  const posted = /\b(?:posted|published|submitted) by\b/i.test(page.bodyText())
    ? own.map(({ element }) => postedBy(element)).find((found) => found !== null)
    : undefined;
  if (posted !== undefined) return [posted];
  const dated = own
    .filter(({ distance }) => distance < together)
    .map(({ element }) => besideDate(element, page))
    .find((found) => found.length > 0);
  if (dated !== undefined) return dated;
  const alone = isSure
    ? own.find(({ element, distance }) => distance > -100 && distance < together && isNameLine(element, page))
    : undefined;
  if (alone !== undefined) return peopleIn(brokenText(alone.element), 'seen').slice(0, 1);
  const closing = own.findLast(({ element }) => isClosing(element) && !isOfPicture(element));
  if (closing !== undefined) return [brokenText(closing.element)];
  const agency = own
    .filter(({ distance }) => distance >= 0 && distance < together)
    .map(({ element }) => (element.children.length === 1 ? brokenText(element).replace(/^\(|\)$/g, '') : ''))
    .find((text) => text.length > 2 && isAgency(text));
  return agency === undefined ? [] : [agency];
}

/** `Posted by Ida at April 3, 2024 11:15`, which may stand far below the story. */
function postedBy(element: Element): string | null {
  if (!/^(p|div|span|li|address|small|em|i)$/.test(element.name)) return null;
  const text = brokenText(element);
  const [, name = ''] = text.length < 80 ? (postedLine.exec(text) ?? []) : [];
  return name !== '' && peopleIn(name, 'marked')[0] === name ? name : null;
}

const postedLine =
  /^(?:posted|published|submitted) by (\p{Lu}[\p{L}.'-]{1,20}(?: \p{L}[\p{L}.'-]{1,20}){0,2}) (?:at|on) (?=.{0,20}\d)/iu;

/** `Ida Storm, Quay correspondent`, `IDA STORM / PORT, (Kyodo)`; or a name alone beside the date. */
function isNameLine(element: Element, page: PageFacts): boolean {
  if (!/^(p|div|span|a|strong|b|em|small|address|li|h[4-6])$/.test(element.name)) return false;
  const text = brokenText(element);
  if (text.length > 80 || text.length < 5 || element.attribs.href?.startsWith('#')) return false;
  const [first = '', ...others] = text.split(/\s?[/,|()\n]\s?/).filter((part) => part !== '');
  if (!isFullName(first)) return false;
  const isByline = others.length > 0 ? saysWho(text, first, others) : isLone(element, text);
  return isByline && !isCredit(element) && !isTopic(first, page);
}

/**
 * An agency alone behind a name is that of a photographer, or of a report that begins with its town; behind a name, a slash and a
 * town it is a reporter's.
 */
function saysWho(text: string, name: string, others: string[]): boolean {
  if (others.length > 3) return false;
  const isFromTown =
    /^\s?\//.test(text.slice(name.length)) && others.some(isAgency) && others.some((part) => !isAgency(part));
  return isFromTown || others.some(saysTrade) || peopleIn(text, 'seen')[0]?.startsWith(`${name},`) === true;
}

function isLone(element: Element, text: string): boolean {
  if (/\d/.test(text) || !element.children.every((child) => isText(child))) return false;
  const before = textBehind(element, 'prev');
  const [next = '', last = ''] = [textBehind(element), before].map((each) => each?.data.trim() ?? '');
  // Behind a quotation, it is the name of who said it.
  if (isQuoted(element) || isQuoted(before)) return false;
  const isTrade = saysTrade(next) && next.split(/\s+/).length < 5 && !/[”"»“]$/u.test(last);
  return isTrade || isDated(next) || isDated(last) || (next.length < 60 && timeLabel.test(next));
}

const timeLabel = /^(?:last )?(?:updated|published|posted)\b|^\d{1,3} min(?:utes?)? read\b/i;

function isQuoted(node: ChildNode | null): boolean {
  let at: ParentNode | ChildNode | null = node;
  for (let level = 0; level < 6 && at !== null; level++, at = at.parent)
    if (isTag(at) && /^(blockquote|q)$/.test(at.name)) return true;
  return false;
}

/** The name belongs to a picture: by where it is, what its place is called, or what stands before. */
function isCredit(element: Element): boolean {
  const around = element.parent !== null && isTag(element.parent) ? [element, element.parent] : [element];
  return (
    isOfPicture(element) ||
    around.some(({ attribs }) => creditName.test(spaced(attribs.class)) || creditName.test(spaced(attribs.id))) ||
    pictureLabel.test(textBehind(element, 'prev')?.data.trim() ?? '')
  );
}

const creditName = /(^|[\s_-])(credits?|captions?|photos?|photographers?|photo-?credits?|copyright)([\s_-]|$)/i;
const pictureLabel =
  /^\(?(?:photos?|photographs?|pictures?|images?|illustrations?|fotos?|bild|bilder|фото)(?: (?:by|credit|von|par))?\s?:?$/iu;

function isDated(text: string): boolean {
  return text.length < 60 && findDates(text, {}, true).length > 0;
}

/**
 * The names that a story begins with, in bold, where programs know only who put it on the page. One name alone may as well be that of
 * whom the story is about: `isByAccount` tells that the page names an account in the place of its author.
 */
export function openingAuthors(page: PageFacts, isByAccount: boolean): string[] {
  const { places, isSure } = page.zone();
  const opening = places.find(
    ({ element, isForeign, distance }) =>
      isSure && !isForeign && distance >= 0 && distance < near && isOpening(element),
  );
  if (opening === undefined) return [];
  const text = brokenText(opening.element);
  const people = peopleIn(text, 'seen');
  const isByline = isByAccount || /^by\s|[/&]/i.test(text);
  return isByline && !people.some((name) => isTopic(name, page)) ? people : [];
}

function isOpening(element: Element): boolean {
  if (element.name !== 'p' || !isMarkedWhole(element)) return false;
  const names = brokenText(element)
    .replace(/^by\s/i, '')
    .split(/\s?[/,&]\s?|\sand\s/i);
  if (names.length > 4 || !names.every(isFullName)) return false;
  const next = beside(element, 'next');
  if (next === null || !/^(p|div|section)$/.test(next.name) || brokenText(next, 100).length <= 80) return false;
  // Last, since it looks at all that stands before: few names that near the headline have a long text behind them.
  for (let at = beside(element, 'prev'); at !== null; at = beside(at, 'prev'))
    if (isLong(at) && !isMarkedWhole(at)) return false;
  return true;
}

function isLong(element: Element | null): boolean {
  return element?.name === 'p' && brokenText(element, 100).length > 80;
}

function isMarkedWhole(element: Element): boolean {
  const inner = element.children.filter((child) => !isText(child) || child.data.trim() !== '');
  return inner.length > 0 && inner.every((child) => isTag(child) && /^(strong|em|b|i|br)$/.test(child.name));
}

/** A paragraph that is nothing but a marked name, behind those of the story. */
function isClosing(element: Element): boolean {
  if (element.name !== 'p') return false;
  const text = brokenText(element);
  if (text.length > 40 || !isFullName(text)) return false;
  if (!isMarkedWhole(element)) return false;
  return isLong(beside(element, 'prev')) && !isLong(beside(element, 'next'));
}

function beside(element: Element, step: 'prev' | 'next'): Element | null {
  let at = element[step];
  while (at !== null && !isTag(at)) at = at[step];
  return at;
}

function besideDate(element: Element, page: PageFacts): string[] {
  const text = brokenText(element);
  if (text.length > 90 || !/\d/.test(text)) return [];
  const parts = text.split(/[\n|•·│]|\s[–—-]\s/u).map((part) => part.trim());
  if (parts.length < 2 || !parts.some((part) => findDates(part).length > 0) || isCredit(element)) return [];
  return parts.filter((part) => isFullName(part) && peopleIn(part, 'seen')[0] === part && !isTopic(part, page));
}

/** Words that the page is filed under, or that its address, its title or its story has. */
function isTopic(text: string, page: PageFacts): boolean {
  const plain = squeeze(text);
  return isFiledUnder(text, page) || squeeze(page.url).includes(plain) || proseOf(page).includes(plain);
}

const proses = new WeakMap<PageFacts, string>();
/** More than most stories, and little enough to look through for each name. */
const mostProse = 20_000;

function proseOf(page: PageFacts): string {
  const known = proses.get(page);
  if (known !== undefined) return known;
  const titles = page.named('title').slice(0, 1).concat(page.named('h1').slice(0, 3));
  const { places } = page.zone();
  const paragraphs = places.filter(
    ({ element, isForeign, length }) => element.name === 'p' && !isForeign && length > longestLine,
  );
  let prose = '';
  for (const element of [...titles, ...paragraphs.map((place) => place.element)]) {
    if (prose.length > mostProse) break;
    prose += `${squeeze(brokenText(element, mostProse))} `;
  }
  proses.set(page, prose);
  return prose;
}

function isFiledUnder(text: string, page: PageFacts): boolean {
  const topics = topicsOf.get(page) ?? linkedTopics(page);
  topicsOf.set(page, topics);
  return topics.has(squeeze(text));
}

/** Read once for a page, since each of its names asks for them. */
const topicsOf = new WeakMap<PageFacts, Set<string>>();
const topicLink = /\/(?:tags?|categor\w{1,4}|topics?|themen|thema|rubri\w{1,4}|sections?|news|c)\b/i;

function linkedTopics(page: PageFacts): Set<string> {
  const links = page.named('a').filter(({ attribs }) => topicLink.test(attribs.href ?? ''));
  return new Set(links.map((link) => squeeze(brokenText(link, 60))));
}

function isSigned(element: Element): boolean {
  if (!/^(p|div|em|strong|b|i|h[2-6])$/.test(element.name)) return false;
  const text = brokenText(element);
  const by = signed.exec(text);
  return (
    text.length < 60 &&
    by !== null &&
    /^\p{Lu}\S*\s\p{Lu}/u.test(text.slice(by[0].length)) &&
    peopleIn(text, 'seen').length > 0
  );
}

const signed =
  /^[-–—(]?\s?(?:(?:reporting|analysis|text|ein(?:e)? \p{L}{3,20}|this post was written|written|posted|reported)\s)?(?:(?:by|von|vom|par|por)\s|(?:text|autor|author):\s?)/iu;

/** Whoever made a picture did not write the story. */
function isOfPicture(element: Element): boolean {
  for (let at: ParentNode | null = element; at !== null && isTag(at); at = at.parent)
    if (/^(figure|figcaption|picture)$/.test(at.name)) return true;
  return false;
}

function isWithin(element: Element, outer: Element): boolean {
  for (let at: unknown = element.parent; at; at = (at as Element).parent) if (at === outer) return true;
  return false;
}

function isMarked({ attribs: { rel, itemprop, class: names } }: Element): boolean {
  return (
    (rel !== undefined && /(^|\s)author(\s|$)/.test(rel)) ||
    (itemprop !== undefined && /(^|\s)(author|creator)(\s|$)/.test(itemprop)) ||
    (names !== undefined && isAuthorClass(names))
  );
}

const isAuthorClass = remembered((names) => /(^|\s)p-author(\s|$)/.test(names));

function isNamed({ name, attribs }: Element): boolean {
  if (large.has(name)) return false;
  let isAuthor = false;
  for (const key in attribs) {
    const name = nameKeys.has(key) ? attribs[key] : '';
    if (!name) continue;
    const says = saysOf(name);
    if (says === 'other') return false;
    isAuthor ||= says === 'author';
  }
  return isAuthor;
}

const saysOf = remembered((name) => {
  const words = spaced(name);
  if (notAuthor.test(words) || wholePost.test(words)) return 'other';
  return authorName.test(words) || authorNameElsewhere.test(words) ? 'author' : 'nothing';
});

/** Where programs that build pages of parts name them. */
const nameKeys = new Set([
  'class',
  'id',
  'data-testid',
  'data-component',
  'data-role',
  'data-type',
  'data-qa',
  'data-test',
  'data-field',
]);

/** Not one in a sentence, which names somebody that the story is about. */
function isLinked(element: Element): boolean {
  if (element.name !== 'a' || !authorLink.test((element.attribs.href ?? '').slice(0, 300))) return false;
  let around = element.parent;
  while (around && isTag(around) && /^(span|b|strong|em|i)$/.test(around.name)) around = around.parent;
  return around === null || !isTag(around) || brokenText(around, 250).length < brokenText(element).length + 90;
}

function isLabelled(element: Element): boolean {
  if (!/^(p|div|span|em|strong|b|i|small|h[2-6]|li|address|a|td|cite)$/.test(element.name)) return false;
  const text = brokenText(element);
  if (text.length >= longestLine) return false;
  // A name behind many other words is that of a teaser.
  return labelLength(text) > 0 || (labelStart.exec(text)?.index ?? longestName) < longestBefore;
}
