/** The headline of a page: what its data and its readers' heading agree on, without the names of site and section, and whole. */
import { type Element, isTag, isText } from 'domhandler';
import { isHomePage } from '../../article/norm.ts';
import { squeeze } from '../../squeeze.ts';
import { clean, cleanSeen } from './clean.ts';
import { names, text, typesOf } from './json-ld.ts';
import { metaContent, type PageFacts } from './page.ts';
import { hostOf, siteNames } from './site-names.ts';

const maxTitleLength = 500;
/** A heading that has so many of its words in what the page is called elsewhere is the story's. */
const enoughShared = 0.3;
/** Shorter headings are names of sections. */
const minHeadingLength = 11;
/** A longer heading is a summary. */
const maxHeadingLength = 180;
/** No word of a headline is so short that a cut could not have been in front of it; shorter data is a name. */
const minCutLength = 20;

export function findTitle(page: PageFacts): string | null {
  const { hasName, isLike } = siteTests(page);
  const isSite = (title: string) => hasName(title) || isLike(title);
  const told = toldTitles(page).filter((title) => !isSite(title));
  const headings = headingsOf(page, told).filter((heading) => !isSite(heading));
  const data = newsHeadline(page, headings);
  const heading = onlyHeading(page, headings, told);
  const found = data ?? heading ?? told[0] ?? (headings.length === 1 ? headings[0] : undefined) ?? titleTag(page);
  return found ? whole(found, page, headings).slice(0, maxTitleLength) : null;
}

/** What data and head call the page, in order of trust, without the site's name. */
function toldTitles(page: PageFacts): string[] {
  return [
    uncut(text(page.story?.headline) ?? text(page.story?.name)),
    metaContent(page, 'og:title'),
    metaContent(page, 'twitter:title', 'dc.title', 'dcterms.title', 'headline', 'parsely-title', 'sailthru.title'),
    titleTag(page),
  ]
    .map((title) => clean(title))
    .filter((title) => title !== null)
    .map((title) => withoutSite(title, page))
    .filter((title) => title !== '');
}

/** Null for a headline that says that it is cut: schema.org once asked for at most 110 characters. */
function uncut(headline: string | null): string | null {
  return headline && !/(…|\.\.\.)\s*$/.test(headline) ? headline : null;
}

/** News sites keep their headline in their data. Where the heading says what the page's head says, the data is another version of it. */
function newsHeadline(page: PageFacts, headings: string[]): string | null {
  if (!page.story || !typesOf(page.story).some((type) => /News|LiveBlog|Report/.test(type))) return null;
  const headline = clean(uncut(text(page.story.headline)));
  if (headline === null) return null;
  const data = withoutSite(headline, page);
  // One word over the headline, which the data has with it, is a section.
  const bare = headings.find(
    (heading) =>
      heading.length >= minCutLength && data.endsWith(heading) && /^\S+\s$/.test(data.slice(0, -heading.length)),
  );
  if (bare !== undefined) return bare;
  const shared = clean(metaContent(page, 'og:title'));
  const other = shared === null ? null : withoutSite(shared, page);
  return other !== null && headings.some((heading) => squeeze(heading) === squeeze(other)) ? other : data;
}

/** The headings of the first rank that are not of other stories, without what else stands in them. */
function headingsOf(page: PageFacts, told: string[]): string[] {
  const all = allHeadings(page);
  // The only one that says what the page's title says is the story's; to find what belongs to others takes time.
  const isOwn = all.length === 1 && isTitle(all[0]?.text ?? '', page);
  const foreign = new Set(
    (isOwn ? [] : page.zone().places)
      .filter(({ isForeign, element }) => isForeign && element.name === 'h1')
      .map(({ element }) => element),
  );
  return all
    .filter(({ element }) => !foreign.has(element) && !leadsHome(element, page))
    .map(({ text, first }) => ownPart(text, first, told))
    .filter((heading) => heading !== null);
}

function isTitle(heading: string, page: PageFacts): boolean {
  const plain = squeeze(heading);
  const titles = [metaContent(page, 'og:title') ?? '', page.$(page.named('title').slice(0, 1)).text().slice(0, 1000)];
  return plain.length > 5 && titles.map(squeeze).some((title) => title.startsWith(plain) || title.endsWith(plain));
}

/** The name of the site is a link to its first page. */
function leadsHome(heading: Element, page: PageFacts): boolean {
  const parent = heading.parent;
  const link =
    parent !== null && isTag(parent) && parent.name === 'a' ? parent : heading.children.find((child) => isTag(child));
  if (!link || !isTag(link) || link.name !== 'a' || !link.attribs.href) return false;
  if (cleanSeen(page.$(link).text()) !== cleanSeen(page.$(heading).text())) return false;
  const target = URL.parse(link.attribs.href, page.base);
  return target !== null && target.hostname === new URL(page.url).hostname && isHomePage(target.href);
}

/** A heading may hold the day, a second line or the site's name as well: what data calls the story, if the heading begins with that. */
function ownPart(heading: string | null, first: string | null, told: string[]): string | null {
  if (heading === null) return null;
  const short = told.find(
    (title) =>
      title.length > minCutLength &&
      heading.length > title.length &&
      heading.startsWith(title) &&
      (first === title || /^\s*[|｜]|^\s+[–—·•-]\s/u.test(heading.slice(title.length))),
  );
  return short ?? heading;
}

function onlyHeading(page: PageFacts, headings: string[], told: string[]): string | null {
  const long = headings.filter((heading) => heading.length >= minHeadingLength);
  const [only] = long;
  if (only === undefined || long.length > 1) {
    const title = told.at(-1) ?? '';
    const named = headings.filter((heading) => heading.length > 8 && title.includes(heading));
    return named.toSorted((a, b) => b.length - a.length)[0] ?? null;
  }
  const address = page.url.slice(0, 500).replace(/[-_+]|%20/g, ' ');
  // A line over the headline, which some sites put into the heading, is none of it.
  const short = told.find(
    (title) =>
      title.length > minCutLength &&
      only.length > title.length &&
      only.endsWith(title) &&
      !/^\p{L}{1,3}\s$/u.test(only.slice(0, -title.length)),
  );
  if (short !== undefined) return short;
  if (only.length > maxHeadingLength && told.length > 0) return null;
  // The address of a story has more words of its headline than the one that names its section.
  const isInAddress = wordsOf(only).size > 1 && shareOf(only, address) >= enoughShared;
  return isInAddress || told.some((title) => shareOf(only, title) >= enoughShared) ? only : null;
}

/** The share of common words, or of characters where words are not spaced, of the text that has fewer. */
function shareOf(a: string, b: string): number {
  const [first, second] = [wordsOf(a), wordsOf(b)];
  const shared = [...first].filter((word) => second.has(word)).length;
  return shared / Math.max(1, Math.min(first.size, second.size));
}

function wordsOf(title: string): Set<string> {
  return new Set(
    title.toLowerCase().match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[\p{L}\p{N}]+/gu) ?? [],
  );
}

/** What was cut without a sign of it, as the heading or the head of the page goes on. */
function whole(title: string, page: PageFacts, headings: string[]): string {
  const begun = title.toLowerCase();
  // What readers see as a heading is whole.
  if (title.length < minCutLength || headings.includes(title)) return title;
  const longer = (other: string) =>
    other.length > title.length &&
    /[\p{L}\p{N}]/u.test(other.slice(title.length)) &&
    other.toLowerCase().startsWith(begun) &&
    !isGlued(title, other);
  const heading = headings.find(longer);
  if (heading !== undefined) return heading;
  const others = [metaContent(page, 'og:title'), metaContent(page, 'twitter:title'), titleTag(page)]
    .map((other) => clean(other))
    .filter((other) => other !== null)
    .map((other) => withoutSite(other, page));
  // What follows a dash, a bar or a bracket may be another name of the site.
  return others.find((other) => longer(other) && !/^\s*[*|｜–—\-·•»:：_⋆([]/u.test(other.slice(title.length))) ?? title;
}

/** `The basicsA guide`: what follows stands in another element. */
function isGlued(title: string, longer: string): boolean {
  return /^\p{Lu}[\p{Ll}\s]/u.test(longer.slice(title.length)) && /[\p{Ll}).!?]$/u.test(title);
}

function titleTag(page: PageFacts): string | null {
  const title = cleanSeen(page.$(page.named('title').slice(0, 1)).text());
  return title && withoutSite(title, page);
}

const separators = /\s+[*|–—\-·•»«:_⋆/‹›←→<>]+\s+|\s*[|｜_]\s*/gu;
/** Between a headline and the name of the site alone. */
const closeSeparators = /\s?[:：]\s?|\s[-–—](?=\S)/gu;
const maxPartLength = 60;

/** `Headline | Section | Site` -> `Headline`, when the parts after (or before) the bars are known to be names of section and site. */
export function withoutSite(given: string, page: PageFacts): string {
  let title = withoutAddress(given.slice(0, maxTitleLength), page);
  const { isName, hasName, isLike } = siteTests(page);
  const isSection = sectionTest(page);
  let isCut = false;
  for (let i = 0; i < 3; i++) {
    const bars = [...title.matchAll(separators)];
    const last = bars.at(-1);
    const first = bars[0];
    if (!last || !first) break;
    const tail = title.slice(last.index + last[0].length);
    const head = title.slice(0, first.index);
    const isBar = /[|｜]/.test(last[0]);
    // A headline may begin with `EU`, on a site of these letters, and end with it where the heading does.
    const isSite = hasName(tail) || (isLike(tail) && !isHeading(title, page));
    if (isSite || ((isCut || isBar) && isSection(tail)) || (isCut && isBar && isShort(tail, last.index)))
      title = title.slice(0, last.index);
    else if (hasName(head)) title = title.slice(first.index + first[0].length);
    else break;
    isCut = true;
  }
  const close = [...title.matchAll(closeSeparators)].at(-1);
  if (close && isName(title.slice(close.index + close[0].length))) title = title.slice(0, close.index);
  const cut = headingBefore(title, page);
  return unmarked(cut ?? title);
}

/** Without the host in front of it, which may also be what the story is about: `Booking.com sues …`. */
function withoutAddress(title: string, page: PageFacts): string {
  const host = hostOf(page.url);
  if (!title.toLowerCase().startsWith(host)) return title;
  const rest = title.slice(host.length);
  const behindMark = rest.replace(/^\s*[/|»›:–—-]+\s+/u, '');
  if (behindMark !== rest) return behindMark;
  const plain = squeeze(rest);
  const headings = ['h1', 'h2', 'h3'].flatMap((name) => page.named(name).slice(0, 5));
  const isSaid = headings.some((heading) => squeeze(page.$(heading).text().slice(0, maxTitleLength)) === plain);
  return isSaid && plain !== '' ? rest.trim() : title;
}

function isHeading(title: string, page: PageFacts): boolean {
  const plain = squeeze(title);
  return allHeadings(page).some(
    ({ text }) => text !== null && text.length <= maxTitleLength && squeeze(text) === plain,
  );
}

/** Between the headline and the site's name, both behind bars, there is room for a section. */
function isShort(tail: string, before: number): boolean {
  return before >= minCutLength && tail.length < before / 2 && tail.trim().split(/\s+/).length < 4;
}

/** Without the signs of a path, which are no quotation. */
function unmarked(title: string): string {
  return title.replace(title.includes('«') ? /^[\s›>|]+/u : /^[\s›>|»]+/u, '').trim();
}

/** The heading, when the title is the heading and, behind a bar, something else. */
function headingBefore(title: string, page: PageFacts): string | null {
  if (!/\s[|–—\-·•»⋆/]\s|[|｜_]/u.test(title)) return null;
  return (
    allHeadings(page)
      .slice(0, 5)
      .map(({ text }) => text)
      .find(
        (heading) =>
          heading !== null &&
          heading.length > 8 &&
          title.toLowerCase().startsWith(heading.toLowerCase()) &&
          /^(\s+[|–—\-·•»⋆/]\s|\s*[|｜_])/u.test(title.slice(heading.length)),
      ) ?? null
  );
}

type Heading = { element: Element; text: string | null; first: string | null };

const known = new WeakMap<PageFacts, Heading[]>();

/** Looked for once a page: it is asked for with every candidate for the headline. */
function allHeadings(page: PageFacts): Heading[] {
  const found =
    known.get(page) ??
    page
      .named('h1')
      .slice(0, 10)
      .map((element) => ({ element, text: cleanSeen(spacedText(element)), first: firstPart(element, page) }));
  known.set(page, found);
  return found;
}

/** The text of a heading with a space where a line or a block ends. */
function spacedText(heading: Element): string {
  let text = '';
  const visit = (nodes: Element['children']): void => {
    for (const node of nodes) {
      if (isText(node)) text += node.data;
      else if (isTag(node) && node.name !== 'script') {
        const isBlock = /^(br|div|p|h\d|li)$/.test(node.name) || (node.name === 'small' && !isInWord(node));
        if (isBlock) text += ' ';
        visit(node.children);
        if (isBlock) text += ' ';
      }
    }
  };
  visit(heading.children);
  return text;
}

/** `CO<small>2</small>`, `<small>T</small>he`: not a line of its own. */
function isInWord({ prev, next, children: [only] }: Element): boolean {
  if (!only || !isText(only) || !/^\S{1,3}$/.test(only.data)) return false;
  return (
    (prev !== null && isText(prev) && /\S$/.test(prev.data)) || (next !== null && isText(next) && /^\S/.test(next.data))
  );
}

/** The text of the first element or words in a heading, where others follow. */
function firstPart(heading: Element, page: PageFacts): string | null {
  const parts = heading.children
    .map((child) => (isText(child) ? cleanSeen(child.data) : isTag(child) ? cleanSeen(page.$(child).text()) : null))
    .filter((part) => part !== null);
  return parts.length > 1 ? (parts[0] ?? null) : null;
}

/** Three ways in which a part of a title may be the site. */
function siteTests(page: PageFacts) {
  const { names: known, given } = siteNames(page);
  const host = hostOf(page.url).replace(/\.[^.]*$/, '');
  const initials = given
    .map((name) => (name.match(/(?<![\p{L}\p{N}])\p{Lu}/gu) ?? []).join(''))
    .filter((name) => name.length > 1);
  const tests = {
    /** Nothing but its name. */
    isName(part: string): boolean {
      const plain = part.length > maxPartLength ? '' : squeeze(part).replace(/^the/, '');
      return plain !== '' && known.some((name) => plain === name.replace(/^the/, ''));
    },
    /** Its name, alone or among few other words. */
    hasName(part: string): boolean {
      if (tests.isName(part)) return true;
      const words = ` ${wordList(part.slice(0, 40))} `;
      return part.length < 40 && given.some((name) => name.length > 3 && words.includes(` ${wordList(name)} `));
    },
    /** Its first letters, or words that its address has, which are also words of headlines. */
    isLike(part: string): boolean {
      if (part.length > maxPartLength) return false;
      const words = wordList(part).split(' ');
      return (
        initials.includes(part.trim()) ||
        (words.length > 1 && words.length < 5 && words.every((word) => word.length > 3 && host.includes(word)))
      );
    },
  };
  return tests;
}

function sectionTest(page: PageFacts): (part: string) => boolean {
  const path = new URL(page.url).pathname.split('/').slice(1, -1);
  const sections = [
    ...(page.story ? names(page.story.articleSection, page.nodes) : []),
    ...(page.meta.get('article:section') ?? []),
    ...path,
  ].map(squeeze);
  return (part) => part.length < 40 && squeeze(part).length > 1 && sections.includes(squeeze(part));
}

function wordList(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}
