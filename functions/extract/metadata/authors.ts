/** The authors of a story: people from the page's data first, then from what readers see near the headline; the publisher when it is all that is named. */

import { squeeze } from '../../squeeze.ts';
import { isNobody } from './byline-words.ts';
import { firstUrl, isObject, type JsonObject, names, typesOf } from './json-ld.ts';
import { isFullName, organisationIn, peopleIn } from './names.ts';
import type { PageFacts } from './page.ts';
import { openingAuthors, signature, visibleAuthors } from './seen-authors.ts';
import { siteNames } from './site-names.ts';

const maxAuthors = 20;
/** In the order of trust. */
const sources = [
  jsonLdAuthors,
  metaAuthors,
  labelledAuthors,
  visibleAuthors,
  namesInOpening,
  pageAuthors,
  signature,
  addressedAuthors,
];

export function findAuthors(page: PageFacts): string[] {
  const isOwn = publisherTest(page);
  let publisher: string[] = [];
  let isPersonal = false;
  for (const source of sources) {
    const found = distinct(source(page));
    // A name of an account is better than none, but not than what readers see.
    const people = found.filter((name) => !isOwn(name) && (source === visibleAuthors || !/^[a-z\d._-]+$/.test(name)));
    // Behind the site's own name, single words are where it is.
    const isPlace = isOwn(found[0] ?? '') && people.every((name) => !/\S[\s・·]\S|\p{Lo}/u.test(name));
    if (people.length > 0 && !isPlace && !(source === signature && isPersonal))
      return inFull(people, page).slice(0, maxAuthors);
    if (publisher.length === 0) publisher = found;
    // A site that is called as the person who writes it.
    isPersonal ||= found.some(isFullName);
  }
  return publisher.slice(0, maxAuthors);
}

/** `Ida` -> `Ida Storm`, where readers see the whole name. */
function inFull(people: string[], page: PageFacts): string[] {
  const [only = '', other] = people;
  if (other !== undefined || !/^\p{Lu}\p{Ll}+$/u.test(only)) return people;
  const whole = [...visibleAuthors(page), ...namesInOpening(page)].find(
    (name) => name.startsWith(`${only} `) && isFullName(name),
  );
  return [whole ?? only];
}

/** Whether a name is that of the site, of who publishes it, or of the account that a program came with. */
function publisherTest(page: PageFacts): (name: string) => boolean {
  const own = [...siteNames(page).names, ...accounts(page).map(squeeze)];
  return (name) => {
    const plain = squeeze(name);
    return (
      own.some(
        (each) => plain === each || (each.length > 4 && plain.startsWith(each) && plain.length < each.length + 12),
      ) || isNobody(name)
    );
  };
}

function accounts(page: PageFacts): string[] {
  return [page.story?.author]
    .flat()
    .filter((author) => isObject(author) && account.test(firstUrl(author) ?? ''))
    .flatMap((author) => names(author, page.nodes));
}

const account = /\/(?:admin|administrator|webmaster|editor|newsroom|newsdesk|webdesk|redaktion|staff)\/?$/;

function namesInOpening(page: PageFacts): string[] {
  return openingAuthors(page, accounts(page).length > 0);
}

function jsonLdAuthors(page: PageFacts): string[] {
  return page.story ? authorsIn(page.story.author ?? page.story.creator, page.nodes) : [];
}

/** The author that the data of the page names, where there is none of the story; else the only person that it knows. */
function pageAuthors(page: PageFacts): string[] {
  const pages = page.nodes.filter((node) =>
    typesOf(node).some((type) => /^(Web|Item|About|Profile|Collection)Page$/.test(type)),
  );
  const of = pages.map((node) => authorsIn(node.author, page.nodes)).find((found) => found.length > 0);
  if (of !== undefined) return of;
  const people = page.nodes.filter(
    (node) => typesOf(node).includes('Person') && !typesOf(node).includes('Organization'),
  );
  const named = distinct(people.flatMap((node) => names(node, page.nodes)));
  return named.length === 1 ? named.flatMap((name) => peopleIn(name, 'data')) : [];
}

function isOrganisation(node: JsonObject): boolean {
  return typesOf(node).some((type) => /Organization$/.test(type));
}

/** An author that is named by type is one, whose name is not to be divided if it is an organisation's. */
function authorsIn(value: unknown, nodes: JsonObject[]): string[] {
  const list = Array.isArray(value) ? value.slice(0, 50) : [value];
  return list.flatMap((author) => {
    return names(author, nodes).flatMap((name) =>
      isObject(author) && isOrganisation(author) ? organisationIn(name) : peopleIn(name, 'data'),
    );
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
      .filter((content) => !isAddress(content))
      .flatMap((content) => peopleIn(content, 'data'));
    if (people.length > 0) return people;
  }
  const other = [...page.meta].flatMap(([key, contents]) =>
    otherAuthor.test(key) && !noAuthor.test(key) ? contents.filter((content) => !isAddress(content)) : [],
  );
  const named = other.map((content) => peopleIn(content, 'data')).find((people) => people.length > 0);
  return named ?? [];
}

/** Label and value, as Slack and others show them. */
function labelledAuthors(page: PageFacts): string[] {
  for (const n of ['1', '2']) {
    const label = page.meta.get(`twitter:label${n}`)?.[0] ?? '';
    if (
      /^((written|interview|story|words|reported) by|by|author|verfasst von|geschrieben von|autor|escrito por|écrit par|scritto da)\W*$/i.test(
        label,
      )
    )
      return (page.meta.get(`twitter:data${n}`) ?? []).flatMap((content) => peopleIn(content, 'data'));
  }
  return [];
}

/** Names that programs make of the same words: `qha:author`, `articleAuthor`, `news_byline`. */
const otherAuthor = /(?:^|[a-z:._-])(?:authors?(?:[._-]?names?)?|byline(?:authors?)?)$/;
const noAuthor =
  /banner|app|site|url|link|id$|image|photo|mail|twitter|desc|bio|page|count|comment|quot|book|translat|copyright|review/;

function isAddress(content: string): boolean {
  return /^https?:|^\/|\.com\//.test(content);
}

/** `…/authors/jane-doe`: the author's own page, when the data names nothing else. */
function addressedAuthors(page: PageFacts): string[] {
  const isOwn = publisherTest(page);
  const told = [page.story?.author]
    .flat()
    .map((author) => (isObject(author) && isOrganisation(author) ? null : firstUrl(author)));
  const addresses = [...(page.meta.get('article:author') ?? []), ...told].filter((href) => href !== null);
  return addresses.flatMap((href) => {
    const [, slug] = authorPage.exec(href.slice(0, 300)) ?? [];
    const name = slug?.replace(/(^|-)(\p{L})/gu, (_, mark, letter) => (mark ? ' ' : '') + letter.toUpperCase()) ?? '';
    return isFullName(name) && !isOwn(name) ? [name] : [];
  });
}

const authorPage =
  /\/(?:authors?|autor(?:en|es)?|auteurs?|autori|profiles?|profil|people|person|journalists?|by|writers?|staff|contributors?|reporters?|columnists?)\/(\p{Ll}{2,20}(?:-\p{Ll}{2,20}){1,3})\/?$/u;

function distinct(list: string[]): string[] {
  const seen = new Set<string>();
  return list.filter((name) => {
    const plain = squeeze(name);
    return plain !== '' && !seen.has(plain) && seen.add(plain);
  });
}
