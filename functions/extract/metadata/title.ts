/** The headline of a page: what the page's data calls it, else what readers see, without the site's name. */
import { getDomainWithoutSuffix } from 'tldts';
import { text } from './json-ld.ts';
import { clean, metaContent, type PageFacts } from './page.ts';

type Source = (page: PageFacts) => string | null;

const maxTitleLength = 500;

/** In order of trust. */
const sources: Source[] = [jsonLdHeadline, openGraphTitle, headingThatTitleRepeats, otherMeta, mainHeading, titleTag];

export function findTitle(page: PageFacts): string | null {
  for (const source of sources) {
    const title = clean(source(page));
    if (title) return title.slice(0, maxTitleLength);
  }
  return null;
}

function jsonLdHeadline(page: PageFacts): string | null {
  const headline = clean(text(page.story?.headline) ?? text(page.story?.name));
  // Cut headlines (schema.org once asked for at most 110 characters) are worse than what the page shows.
  return headline && !/(…|\.\.\.)$/.test(headline) ? withoutSite(headline, page) : null;
}

function openGraphTitle(page: PageFacts): string | null {
  const title = clean(metaContent(page, 'og:title'));
  return title && withoutSite(title, page);
}

function headingThatTitleRepeats(page: PageFacts): string | null {
  const title = clean(page.$('title').first().text()) ?? '';
  const headings = page
    .$('h1')
    .slice(0, 10)
    .toArray()
    .map((h) => clean(page.$(h).text()));
  const bare = withoutSite(title, page);
  return (
    headings.find((heading) => heading && heading.length > 8 && title.includes(heading) && bare.includes(heading)) ??
    null
  );
}

function otherMeta(page: PageFacts): string | null {
  return metaContent(page, 'twitter:title', 'dc.title', 'dcterms.title', 'headline', 'parsely-title', 'sailthru.title');
}

function mainHeading(page: PageFacts): string | null {
  const headings = page
    .$('h1')
    .slice(0, 10)
    .toArray()
    .map((h) => clean(page.$(h).text()) ?? '');
  return headings.length === 1 ? (headings[0] ?? null) : null;
}

function titleTag(page: PageFacts): string | null {
  const title = clean(page.$('title').first().text());
  return title && withoutSite(title, page);
}

/** `Headline | Site` -> `Headline`, when the part after (or before) the bar is the site's name. */
export function withoutSite(whole: string, page: PageFacts): string {
  const title = whole.slice(0, maxTitleLength);
  const site = squeeze(
    (clean(metaContent(page, 'og:site_name', 'application-name', 'twitter:site')) ?? '').replace(/^@/, ''),
  );
  const host = new URL(page.url).hostname.replace(/^www\./, '');
  const known = [
    site,
    squeeze(host),
    squeeze(getDomainWithoutSuffix(host, { allowPrivateDomains: true }) ?? ''),
  ].filter((name) => name.length > 1);
  const names = (part: string) => {
    const plain = squeeze(part).replace(/^the/, '');
    return (
      known.some((name) => plain === name.replace(/^the/, '')) ||
      (site.length > 3 && plain.includes(site) && part.length < 40)
    );
  };
  const parts = title.split(/\s+[|–—\-·»:_]\s+|\s*[|｜_]\s*/u);
  if (parts.length < 2) return title;
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (names(last) && last !== title) return title.slice(0, title.lastIndexOf(last)).replace(/[\s|｜–—\-·»:_]+$/u, '');
  if (names(first)) return title.slice(first.length).replace(/^[\s|｜–—\-·»:_]+/u, '');
  return title;
}

function squeeze(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
