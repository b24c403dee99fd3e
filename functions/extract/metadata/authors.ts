/** The authors of a story: people from the page's data first, then from what readers see near the headline; the publisher when it is all that is named. */
import { type Element, isTag } from 'domhandler';
import { isObject, type JsonObject, names, typesOf } from './json-ld.ts';
import { organisationIn, peopleIn } from './names.ts';
import type { PageFacts } from './page.ts';
import { siteNames } from './site-names.ts';
import { brokenText, type Place, spaced } from './story-zone.ts';

const maxAuthors = 20;

export function findAuthors(page: PageFacts): string[] {
  const isOwn = publisherTest(page);
  let publisher: string[] = [];
  for (const source of [jsonLdAuthors, metaAuthors, visibleAuthors]) {
    const found = distinct(source(page));
    // A name of an account is better than none, but not than what readers see.
    const people = found.filter((name) => !isOwn(name) && (source === visibleAuthors || !/^[a-z\d._-]+$/.test(name)));
    if (people.length > 0) return people.slice(0, maxAuthors);
    if (publisher.length === 0) publisher = found;
  }
  return publisher.slice(0, maxAuthors);
}

/** Whether a name is that of the site or of who publishes it. */
function publisherTest(page: PageFacts): (name: string) => boolean {
  const own = siteNames(page).names;
  return (name) => {
    const plain = squeeze(name);
    return (
      own.some(
        (each) => plain === each || (each.length > 4 && plain.startsWith(each) && plain.length < each.length + 12),
      ) || generic.test(name)
    );
  };
}

/** Nobody in particular, who is better than none. */
const generic =
  /^(the )?(web ?desk|news ?desk|editorial (staff|team|board)|online (desk|editors?)|staff( writer| reporter)?|redaktion|die redaktion|la rédaction|redacción|redazione|redactie|redakcja|editorial|newsroom|content team|marketing team)$/i;

function jsonLdAuthors(page: PageFacts): string[] {
  return page.story ? authorsIn(page.story.author ?? page.story.creator, page.nodes) : [];
}

/** An author that is named by type is one, whose name is not to be divided if it is an organisation's. */
function authorsIn(value: unknown, nodes: JsonObject[]): string[] {
  const list = Array.isArray(value) ? value.slice(0, 50) : [value];
  return list.flatMap((author) => {
    const isOrganisation = isObject(author) && typesOf(author).some((type) => /Organization$/.test(type));
    return names(author, nodes).flatMap((name) => (isOrganisation ? organisationIn(name) : peopleIn(name, 'data')));
  });
}

const metaNames = [
  'article:author',
  'author',
  'authors',
  'parsely-author',
  'sailthru.author',
  'dc.creator',
  'dcterms.creator',
  'dc.creator.personalname',
  'dc.contributor',
  'byl',
  'cxenseparse:author',
  'og:article:author',
  'article:author_name',
  'article.author',
  'author_name',
  'author-name',
  'dcsext.author',
  'shareaholic:article_author_name',
  'citation_author',
  'creator',
  'byline',
];

function metaAuthors(page: PageFacts): string[] {
  for (const key of metaNames) {
    const people = (page.meta.get(key) ?? [])
      .filter((content) => !/^https?:|^\/|\.com\//.test(content))
      .flatMap((content) => peopleIn(content, 'data'));
    if (people.length > 0) return people;
  }
  // Label and value, as Slack and others show them.
  for (const n of ['1', '2']) {
    const label = page.meta.get(`twitter:label${n}`)?.[0] ?? '';
    if (/^(written by|by|author|verfasst von|geschrieben von|autor|escrito por|écrit par|scritto da)\W*$/i.test(label))
      return (page.meta.get(`twitter:data${n}`) ?? []).flatMap((content) => peopleIn(content, 'data'));
  }
  return [];
}

/** How an element is known to hold names, in the order of trust. */
const authorName =
  /(^|[\s_-])(authors?|author-?names?|autor(en|in|es)?|auteurs?|byline(s|-?names?)?|by-?line|bylines?|writer|writter|verfasser|redakteur|redacteur|signature|forfatter|toimittaja|reporter|journalist|columnist|kolumnist|contributors?|posted-?by|written-?by|postedby|writtenby|vcard|author-?link|authored|staff-?name|person-?name)([\s_-]|$)/i;
const notAuthor =
  /(^|[\s_-])(bio|about|box|description|avatar|image|img|photo|role|title|job|position|social|follow|date|time|meta-?date|posts|articles|more|email|icon|count|related)([\s_-]|$)/i;
const authorLink =
  /\/(?:authors?|autor(?:en|in|es)?|auteurs?|autore|autori|redakteur(?:e|in)?|profiles?|profils?|profil|people|person|personen|journalists?|journalisten|reporters?|contributors?|columnists?|kolumnisten|writers?|staff|team|by|bylines?|users?|u|members?|mitarbeiter|our-people|experts?|forfatter|periodistas?|firmas?|author-archive|penulis|tac-gia|editor)\/[^?#]*[^/?#]|[?&]author=/i;
const labelStart =
  /(?:^|\n)(?:by|von|par|por|written by|words by|posted by|reported by|story by|text by|article by|author:|autor(?:in|en)?:|auteur ?:|text:|texto:|texte ?:|escrito por|geschrieben von|verfasst von|ein (?:artikel|beitrag|kommentar|gastbeitrag) von|a cura di|scritto da|door|av|af|tekst|oleh|автор|текст:|文|文字|撰文|作者|著者|記者|记者|本报记者|執筆|eingestellt von|gepostet von)(?:\s*[:：／/|]\s*|\s+|(?<=:)\s*)\S/iu;

/** An element that is further from the headline belongs to something else, unless the story ends with it. */
const near = 1200;
const together = 400;

function visibleAuthors(page: PageFacts): string[] {
  const { places, isSure } = page.zone();
  const own = places.filter(({ isForeign, distance }) => !isForeign && (!isSure || distance > -near));
  const beside = own.filter(({ distance }) => !isSure || (distance > -together && distance < near));
  for (const test of [isMarked, isNamed, isLinked, isLabelled]) {
    const found = nearest(test === isLinked || test === isLabelled ? beside : own, test);
    if (found.length > 0) return found;
  }
  return [];
}

function nearest(places: Place[], test: (element: Element) => boolean): string[] {
  const found: { people: string[]; distance: number; element: Element }[] = [];
  for (const { element, distance } of places) {
    if (found.some((each) => isWithin(element, each.element)) || !test(element)) continue;
    const people = peopleIn(brokenText(element), test === isMarked ? 'marked' : 'seen');
    if (people.length > 0 && people.length < 9) found.push({ people, distance, element });
    if (found.length > 30) break;
  }
  const after = found.filter(({ distance }) => distance >= 0);
  const first =
    after[0] && after[0].distance < near ? after[0] : (found.findLast(({ distance }) => distance < 0) ?? after[0]);
  if (!first) return [];
  return found
    .filter(({ distance }) => Math.abs(distance - first.distance) <= together)
    .flatMap(({ people }) => people);
}

function isWithin(element: Element, outer: Element): boolean {
  for (let at: unknown = element.parent; at; at = (at as Element).parent) if (at === outer) return true;
  return false;
}

function isMarked({ attribs }: Element): boolean {
  return (
    /(^|\s)author(\s|$)/.test(attribs.rel ?? '') ||
    /(^|\s)(author|creator)(\s|$)/.test(attribs.itemprop ?? '') ||
    /(^|\s)p-author(\s|$)/.test(attribs.class ?? '')
  );
}

function isNamed({ attribs }: Element): boolean {
  const names = `${spaced(attribs.class)} ${spaced(attribs.id)} ${spaced(attribs['data-testid'])}`;
  return authorName.test(names) && !notAuthor.test(names);
}

/** Not one in a sentence, which names somebody that the story is about. */
function isLinked(element: Element): boolean {
  if (element.name !== 'a' || !authorLink.test((element.attribs.href ?? '').slice(0, 300))) return false;
  let around = element.parent;
  while (around && isTag(around) && /^(span|b|strong|em|i)$/.test(around.name)) around = around.parent;
  return around === null || !isTag(around) || brokenText(around, 250).length < brokenText(element).length + 90;
}

function isLabelled(element: Element): boolean {
  if (!/^(p|div|span|em|strong|b|i|small|h[2-6]|li|address|a|td|cite)$/.test(element.name)) return false;
  const text = brokenText(element, 130);
  return text.length < 120 && labelStart.test(text);
}

function distinct(list: string[]): string[] {
  const seen = new Set<string>();
  return list.filter((name) => {
    const plain = squeeze(name);
    return plain !== '' && !seen.has(plain) && seen.add(plain);
  });
}

function squeeze(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
