/** When a story was published and last changed, as the page gives it: its data, then visible times, then its URL. */
import { type DateHints, dateInUrl, parseTime } from './dates.ts';
import { type JsonObject, text, typesOf } from './json-ld.ts';
import { dateHints } from './locale.ts';
import { inOwnZone } from './own-zone.ts';
import type { PageFacts } from './page.ts';
import { type SeenTimes, timesSeen } from './seen-times.ts';

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
  'pub_date',
  'publishtime',
  'rbpubdate',
  'citation_publication_date',
  'citation_date',
];

/** Of one of the two, and nobody says of which. */
const someMeta = ['dc.date', 'dcterms.date', 'date', 'last-published', 'timestamp', 'displaydate'];

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

export type PageTimes = { publishedAt: string | null; modifiedAt: string | null };

/** Published before updated when both stand there; a page that tells only its change was published then, as far as it says. */
export function findTimes(page: PageFacts): PageTimes {
  const hints = dateHints(page);
  // Most pages say both in their data, and what is seen costs a tenth of the whole.
  let found: SeenTimes | null = null;
  const seen = () => {
    found ??= timesSeen(page, hints);
    return found;
  };
  const modifiedAt =
    parseTime(text(page.story?.dateModified), hints) ?? fromMeta(page, modifiedMeta, hints) ?? seen().updated;
  const told = parseTime(text(page.story?.datePublished), hints);
  // Some programs write the moment at which they made the page as both times.
  const raw = text(page.story?.datePublished) ?? '';
  const isStamp =
    told !== null && (told === parseTime(text(page.story?.dateModified), hints) || /^\p{L}{3,9} \d/u.test(raw));
  const before = isStamp ? seen().before() : null;
  const publishedAt =
    (before !== null && told !== null && daysBetween(before, told) > 1 ? before : told) ??
    parseTime(text(page.story?.dateCreated), hints) ??
    fromMeta(page, publishedMeta, hints) ??
    fromOtherMeta(page, modifiedAt, hints) ??
    seen().marked ??
    seen().time ??
    fromMeta(page, someMeta, hints) ??
    anyJsonLdPublished(page, hints) ??
    seen().near ??
    dateInUrl(page.url) ??
    seen().text() ??
    seen().late() ??
    modifiedAt;
  return { publishedAt: inOwnZone(publishedAt, page), modifiedAt: inOwnZone(modifiedAt, page) };
}

function daysBetween(first: string, second: string): number {
  return (Date.parse(second.slice(0, 10)) - Date.parse(first.slice(0, 10))) / 86_400_000;
}

function anyJsonLdPublished(page: PageFacts, hints: DateHints): string | null {
  const pages = page.nodes.filter((node: JsonObject) =>
    typesOf(node).some((type) => /^(WebPage|ItemPage|VideoObject|CreativeWork|Recipe|Product)$/.test(type)),
  );
  return (
    pages
      .map((node) => parseTime(text(node.datePublished) ?? text(node.uploadDate), hints))
      .find((found) => found !== null) ?? null
  );
}

/** Names that programs make of the same few words: `qha:publish-time`, `news_published_at`, `og:release_date`. */
const publishedName =
  /(?:pub(?:lish(?:ed|ing)?|lication)?|release|creat(?:ed|ion)|issue|news|display|article|pub)(?:date|time|at|on|datetime|timestamp)$|^(?:.*:)?(?:published|ptime|pdate|issued|created|thedate)$/;
const otherTime = /modif|updat|expir|revis|valid|unpub|event|start|end/;

/** None that is later than the change: that is when a program made the page. */
function fromOtherMeta(page: PageFacts, modifiedAt: string | null, hints: DateHints): string | null {
  for (const [key, contents] of page.meta) {
    const bare = key.replace(/[\s._-]/g, '');
    if (!publishedName.test(bare) || otherTime.test(bare)) continue;
    const found = contents.map((content) => parseTime(content, hints)).find((time) => time !== null);
    if (found && (modifiedAt === null || found <= modifiedAt || found.slice(0, 10) < modifiedAt.slice(0, 10)))
      return found;
  }
  return null;
}

function fromMeta(page: PageFacts, keys: string[], hints: DateHints): string | null {
  for (const key of keys) {
    for (const content of page.meta.get(key) ?? []) {
      const found = parseTime(content, hints);
      if (found) return found;
    }
  }
  return null;
}
