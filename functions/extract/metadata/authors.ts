/** The authors of a story: from the page's data first, then from marked-up bylines. An organisation counts if the page names it. */
import { names } from './json-ld.ts';
import { clean, metaContent, type PageFacts } from './page.ts';

type Source = (page: PageFacts) => string[];

const maxAuthors = 20;
const maxNameLength = 80;

/** In order of trust. */
const sources: Source[] = [jsonLdAuthors, metaAuthors, markedAuthors, bylines];

export function findAuthors(page: PageFacts): string[] {
  for (const source of sources) {
    const labelled = source === bylines || source === markedAuthors;
    const found = distinct(
      source(page)
        .flatMap((raw) => splitNames(raw, labelled))
        .filter(isName),
    );
    if (found.length > 0) return found.slice(0, maxAuthors);
  }
  return [];
}

function jsonLdAuthors(page: PageFacts): string[] {
  return page.story ? names(page.story.author ?? page.story.creator, page.nodes) : [];
}

function metaAuthors(page: PageFacts): string[] {
  for (const key of [
    'article:author',
    'author',
    'authors',
    'parsely-author',
    'sailthru.author',
    'dc.creator',
    'dcterms.creator',
    'dc.contributor',
    'byl',
    'cxenseparse:author',
    'og:article:author',
    'citation_author',
  ]) {
    const found = page.meta.get(key)?.filter((content) => !/^https?:|^\/|\.com\//.test(content)) ?? [];
    if (found.length > 0) return found;
  }
  return [];
}

function markedAuthors(page: PageFacts): string[] {
  return visible(page, '[itemprop~="author"] [itemprop~="name"], [itemprop~="author"]:not(:has(*)), a[rel~="author"]');
}

function bylines(page: PageFacts): string[] {
  return visible(
    page,
    '[class*="author-name"], [class*="byline__name"], [class*="byline-name"], .byline a, .author a, [class*="byline"], .author, [class~="article-author"]',
  ).slice(0, 3);
}

function visible(page: PageFacts, selector: string): string[] {
  return page
    .$(selector)
    .slice(0, 20)
    .toArray()
    .map((element) => page.$(element).text())
    .filter((text) => text.length < 200);
}

/** `By A, B and C` -> three names; roles and agencies in brackets go. Only what readers see has labels: `Di Wu` is a name. */
function splitNames(raw: string, labelled: boolean): string[] {
  const text = (clean(raw) ?? '').slice(0, 1000);
  const bare = labelled ? text.replace(label, '') : text.replace(/^\s*by\s+/i, '');
  return bare
    .replace(/^\s*(作者|記者|记者|撰文)\s*[:：/]?\s*/u, '')
    .replace(/\s*\([^)]{0,60}\)\s*$/u, '')
    .split(/\s*(?:,|;|、|，|\||\s&\s|\sand\s|\sund\s|\set\s|\sy\s)\s*/iu)
    .map((name) => name.trim())
    .filter(Boolean);
}

const label = /^\s*(by|von|par|por|di|da|door|av|af|text|words by|written by|reported by)(\s*[:：]\s*|\s+)/iu;

function isName(text: string): boolean {
  return (
    text.length >= 2 &&
    text.length <= maxNameLength &&
    /\p{L}/u.test(text) &&
    !/https?:|@|\d{4}|^(admin|editor|staff|null|undefined|author|by)$/i.test(text)
  );
}

function distinct(list: string[]): string[] {
  const seen = new Set<string>();
  return list.filter((name) => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()));
}

/** Exported for the text extractor, which drops a byline that opens the text. */
export function metaAuthorLine(page: PageFacts): string | null {
  return metaContent(page, 'author', 'byl');
}
