/** How many fetches of a site are under way in this process: a slow one must not take the places of all others. */
import { getDomain } from 'tldts';
import type { ArticleUrl } from './article-url.ts';

/** Of the twelve jobs that are in work at once on one machine. */
const maxOfOneSite = 3;

export type Crowd = {
  isFull: (url: ArticleUrl) => boolean;
  join: <T>(url: ArticleUrl, fetch: () => Promise<T>) => Promise<T>;
};

/** Names below one domain are one site here, since whoever has the domain makes as many as they like. */
export function makeCrowd(): Crowd {
  const underWay = new Map<string, number>();
  const count = (site: string) => underWay.get(site) ?? 0;
  return {
    isFull: (url) => count(ownerOf(url)) >= maxOfOneSite,
    async join(url, fetch) {
      const site = ownerOf(url);
      underWay.set(site, count(site) + 1);
      try {
        return await fetch();
      } finally {
        if (count(site) > 1) underWay.set(site, count(site) - 1);
        else underWay.delete(site);
      }
    },
  };
}

function ownerOf(url: string): string {
  const { hostname } = new URL(url);
  return getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;
}
