/** A pruned page -> what it says of itself. Each source is a small function beside this file, asked in order of trust. */
import { parseStoryUrl } from '../../article/article-url.ts';
import type { NewsType } from '../../article/news-type.ts';
import { findAuthors } from './authors.ts';
import { clean } from './clean.ts';
import { firstUrl, names, strings, text } from './json-ld.ts';
import { findLanguage } from './language.ts';
import { findNewsType } from './news-type.ts';
import { canonicalLink, metaContent, type PageFacts } from './page.ts';
import { findTimes } from './page-times.ts';
import { isPaid } from './paywall.ts';
import { findSiteName } from './site-names.ts';
import { findTitle } from './title.ts';

export type PageMetadata = {
  title: string | null;
  authors: string[];
  /** ISO 8601 as the page gives it, its offset kept: a day, or a day and a time. */
  publishedAt: string | null;
  modifiedAt: string | null;
  description: string | null;
  lang: string | null;
  section: string | null;
  keywords: string[];
  image: string | null;
  canonicalUrl: string | null;
  /** What the site calls itself. */
  siteName: string | null;
  /** Whether the page says that its story is for those who pay. */
  isPaid: boolean;
  /** Null where nothing says that it is news. */
  newsType: NewsType | null;
};

const maxDescription = 1000;
const maxKeywords = 30;
const maxKeywordLength = 80;

export function findMetadata(page: PageFacts): PageMetadata {
  const section = findSection(page);
  return {
    title: findTitle(page),
    authors: findAuthors(page),
    ...findTimes(page),
    description: findDescription(page),
    lang: findLanguage(page),
    section,
    keywords: findKeywords(page),
    image: findImage(page),
    canonicalUrl: findCanonical(page),
    siteName: findSiteName(page),
    isPaid: isPaid(page),
    newsType: findNewsType(page, section),
  };
}

function findDescription(page: PageFacts): string | null {
  const found =
    metaContent(page, 'og:description', 'description', 'twitter:description', 'dc.description') ??
    text(page.story?.description);
  return clean(found)?.slice(0, maxDescription) ?? null;
}

function findSection(page: PageFacts): string | null {
  const found =
    names(page.story?.articleSection, page.nodes)[0] ??
    metaContent(page, 'article:section', 'section', 'parsely-section', 'cxenseparse:section');
  return clean(found)?.slice(0, maxKeywordLength) ?? null;
}

function findKeywords(page: PageFacts): string[] {
  const listed = strings(page.story?.keywords);
  const tags = page.meta.get('article:tag') ?? [];
  const all =
    listed.length > 0
      ? listed
      : tags.length > 0
        ? tags
        : (page.meta.get('news_keywords') ?? page.meta.get('keywords') ?? []);
  const words = all
    .flatMap((part) => part.split(/[,;，、；]/))
    .map(clean)
    .filter((word): word is string => word !== null && word.length <= maxKeywordLength);
  return [...new Set(words)].slice(0, maxKeywords);
}

function findImage(page: PageFacts): string | null {
  return absolute(
    metaContent(page, 'og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image', 'twitter:image:src') ??
      firstUrl(page.story?.image),
    page.base,
  );
}

function findCanonical(page: PageFacts): string | null {
  return absolute(canonicalLink(page.named) ?? metaContent(page, 'og:url'), page.base);
}

function absolute(href: string | null | undefined, base: string): string | null {
  if (!href) return null;
  const parsed = parseStoryUrl(href, base);
  return 'url' in parsed ? parsed.url : null;
}
