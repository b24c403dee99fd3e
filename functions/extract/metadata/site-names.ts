/** What the site of a page is called: by its own data, by its publisher's, and by its address. */
import { getDomainWithoutSuffix } from 'tldts';
import { squeeze } from '../../squeeze.ts';
import { clean } from './clean.ts';
import { names, typesOf } from './json-ld.ts';
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
  const all = [...given, host, getDomainWithoutSuffix(host, { allowPrivateDomains: true }) ?? ''].map(squeeze);
  return { given, names: all.filter((name) => name.length > 1) };
}

/** How the site calls itself; null where it does not. */
export function findSiteName(page: PageFacts): string | null {
  const sites = page.nodes.filter((node) => typesOf(node).includes('WebSite'));
  const found =
    metaContent(page, 'og:site_name') ??
    (page.story ? names(page.story.publisher, page.nodes)[0] : undefined) ??
    sites.flatMap((node) => names(node, page.nodes))[0] ??
    metaContent(page, 'application-name', 'apple-mobile-web-app-title') ??
    tailOfTitle(page);
  const name = clean(found);
  return name !== null && name.length <= maxSiteName && !/^https?:/i.test(name) ? name : null;
}

const maxSiteName = 80;

/** `Headline | Quay Herald` of quayherald.example -> the name, because the address has its words. */
function tailOfTitle(page: PageFacts): string | null {
  const title = page.$(page.named('title').slice(0, 1)).text().slice(0, 500);
  const tail =
    title
      .split(/\s[|–—·•»-]\s|[|｜]/u)
      .at(-1)
      ?.trim() ?? '';
  const plain = squeeze(tail);
  const host = squeeze(hostOf(page.url));
  return tail.length < title.trim().length && plain.length > 2 && host.includes(plain) ? tail : null;
}

/** Without `www.`. */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^www\./, '');
}
