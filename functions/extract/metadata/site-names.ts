/** What the site of a page is called: by its own data, by its publisher's, and by its address. */
import { getDomainWithoutSuffix } from 'tldts';
import { clean } from './clean.ts';
import { names } from './json-ld.ts';
import { metaContent, type PageFacts } from './page.ts';

/** `given`: names as the page writes them. `names`: those and the host's, letters and digits alone, in lower case. */
export type SiteNames = { given: string[]; names: string[] };

export function siteNames(page: PageFacts): SiteNames {
  const host = hostOf(page.url);
  const given = [
    metaContent(page, 'og:site_name', 'application-name', 'apple-mobile-web-app-title'),
    metaContent(page, 'twitter:site')?.replace(/^@/, ''),
    ...(page.story ? names(page.story.publisher, page.nodes) : []),
  ]
    .map((name) => clean(name))
    .filter((name) => name !== null && name.length < 60) as string[];
  const all = [...given, host, getDomainWithoutSuffix(host, { allowPrivateDomains: true }) ?? ''].map((name) =>
    name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ''),
  );
  return { given, names: all.filter((name) => name.length > 1) };
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^www\./, '');
}
