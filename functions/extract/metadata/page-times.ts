/** When a story was published and last changed, as the page gives it: its data, then visible times, then its URL. */
import { dateInUrl, findDate, parseTime } from './dates.ts';
import { type JsonObject, text, typesOf } from './json-ld.ts';
import type { PageFacts } from './page.ts';

type Source = (page: PageFacts) => string | null;

const publishedMeta = [
  'article:published_time',
  'article:published',
  'og:article:published_time',
  'og:published_time',
  'og:pubdate',
  'datepublished',
  'datecreated',
  'parsely-pub-date',
  'sailthru.date',
  'cxenseparse:recs:publishtime',
  'cxenseparse:publishtime',
  'dc.date.issued',
  'dcterms.issued',
  'dcterms.created',
  'dcterms.date',
  'dc.date',
  'dc.date.created',
  'dc.created',
  'pubdate',
  'publishdate',
  'publish_date',
  'publish-date',
  'published-date',
  'published_date',
  'published_time',
  'publication_date',
  'date.created',
  'date_published',
  'article.published',
  'article.created',
  'article_date_original',
  'originalpublicationdate',
  'originaldate',
  'shareaholic:article_published_time',
  'bt:pubdate',
  'rnews:datepublished',
  'iso-8601-publish-date',
  'date',
  'last-published',
  'pub_date',
  'displaydate',
  'timestamp',
  'publishtime',
  'rbpubdate',
  'citation_publication_date',
  'citation_date',
];

const modifiedMeta = [
  'article:modified_time',
  'og:updated_time',
  'datemodified',
  'dcterms.modified',
  'dc.date.modified',
  'last-modified',
  'lastmod',
  'modified',
  'article.updated',
  'og:modified_time',
  'date_modified',
];

/** In order of trust. */
const published: Source[] = [
  jsonLdPublished,
  (page) => fromMeta(page, publishedMeta),
  markedTime,
  anyJsonLdPublished,
  timeElement,
  classedDate,
  (page) => dateInUrl(page.url),
  headText,
  modified,
];
const changed: Source[] = [
  (page) => parseTime(text(page.story?.dateModified)),
  (page) => fromMeta(page, modifiedMeta),
  markedModified,
];

export function findPublished(page: PageFacts): string | null {
  return first(published, page);
}

export function findModified(page: PageFacts): string | null {
  return first(changed, page);
}

function first(sources: Source[], page: PageFacts): string | null {
  for (const source of sources) {
    const found = source(page);
    if (found) return found;
  }
  return null;
}

function jsonLdPublished(page: PageFacts): string | null {
  return parseTime(text(page.story?.datePublished)) ?? parseTime(text(page.story?.dateCreated));
}

function anyJsonLdPublished(page: PageFacts): string | null {
  const pages = page.nodes.filter((node: JsonObject) =>
    typesOf(node).some((type) => /^(WebPage|ItemPage|VideoObject|CreativeWork|Recipe|Product)$/.test(type)),
  );
  return (
    pages.map((node) => parseTime(text(node.datePublished) ?? text(node.uploadDate))).find((found) => found !== null) ??
    null
  );
}

function fromMeta(page: PageFacts, keys: string[]): string | null {
  for (const key of keys) {
    for (const content of page.meta.get(key) ?? []) {
      const found = parseTime(content);
      if (found) return found;
    }
  }
  return null;
}

function markedTime(page: PageFacts): string | null {
  return fromElements(
    page,
    '[itemprop~="datePublished"], time[pubdate], abbr.published, .published[datetime], .dt-published, .entry-date[datetime], time.published, [property="dc:date"], [property~="schema:datePublished"]',
  );
}

function markedModified(page: PageFacts): string | null {
  return fromElements(page, '[itemprop~="dateModified"], time.updated, .dt-updated');
}

/** A time inside the story's own header counts; those of other stories, in lists and asides, do not. */
function timeElement(page: PageFacts): string | null {
  return fromElements(
    page,
    'article header time, header time[datetime], article time[datetime], main time[datetime], time[datetime], time',
  );
}

function classedDate(page: PageFacts): string | null {
  return fromElements(
    page,
    '[class*="publish"], [class*="post-date"], [class*="postdate"], [class*="entry-date"], [class*="article-date"], [class*="articledate"], [class*="pubdate"], [class*="date-posted"], [class*="posted-on"], [class*="dateline"], [class*="timestamp"], [class~="date"], [id*="date"], [class*="article__date"], [class*="byline"], [class*="meta"] [class*="date"], [class*="time"], [class*="date"], [class*="datum"], [class*="fecha"], [class*="meta"]',
  );
}

function fromElements(page: PageFacts, selector: string): string | null {
  for (const element of page.$(selector).slice(0, 30).toArray()) {
    const { datetime, content, title } = page.$(element).attr() ?? {};
    const found =
      parseTime(datetime) ??
      parseTime(content) ??
      findDate(page.$(element).text().slice(0, 300).replace(/\s+/g, ' ')) ??
      parseTime(title);
    if (found) return found;
  }
  return null;
}

/** Running text near the headline, as the last resort before the time of change. */
function headText(page: PageFacts): string | null {
  const body = page.$('article, main, #content, .content').first();
  const text = (body.length > 0 ? body : page.$('body')).text().slice(0, 20_000).replace(/\s+/g, ' ');
  const headline = page.$('h1').first().text().replace(/\s+/g, ' ').trim();
  const at = headline ? text.indexOf(headline) : 0;
  return findDate(text.slice(Math.max(0, at), Math.max(0, at) + headline.length + 400));
}

function modified(page: PageFacts): string | null {
  return first(changed, page);
}
