/** The authors of a story: people from the page's data first, then from what readers see near the headline; the publisher when it is all that is named. */

import { squeeze } from '../squeeze.ts';
import { isObject, type JsonObject, names, typesOf } from './json-ld.ts';
import { isFullName, organisationIn, peopleIn } from './names.ts';
import type { PageFacts } from './page.ts';
import { signature, visibleAuthors } from './seen-authors.ts';
import { siteNames } from './site-names.ts';

const maxAuthors = 20;

export function findAuthors(page: PageFacts): string[] {
  const isOwn = publisherTest(page);
  let publisher: string[] = [];
  let isPersonal = false;
  for (const source of [jsonLdAuthors, metaAuthors, visibleAuthors, pageAuthors, signature]) {
    const found = distinct(source(page));
    // A name of an account is better than none, but not than what readers see.
    const people = found.filter((name) => !isOwn(name) && (source === visibleAuthors || !/^[a-z\d._-]+$/.test(name)));
    if (people.length > 0 && !(source === signature && isPersonal)) return people.slice(0, maxAuthors);
    if (publisher.length === 0) publisher = found;
    // A site that is called as the person who writes it.
    isPersonal ||= found.some(isFullName);
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
  /^(the )?(web ?desk|news ?desk|editorial (staff|team|board)|online (desk|editors?)|editors?|staff( writer| reporter)?|redaktion|die redaktion|la rédaction|redacción|redazione|redactie|redakcja|editorial|newsroom|content team|marketing team)$/i;

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

function distinct(list: string[]): string[] {
  const seen = new Set<string>();
  return list.filter((name) => {
    const plain = squeeze(name);
    return plain !== '' && !seen.has(plain) && seen.add(plain);
  });
}
