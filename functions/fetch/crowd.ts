/** How much of a site is under way in this process: a slow one must not take the places of all others. */
import type { ArticleUrl } from '../article/article-url.ts';
import { registrableDomain } from '../article/norm.ts';

/**
 * Of the twelve jobs that are in work at once on one machine a site has at most three that fetch, or six that wait for its
 * robots.txt: the first few of a site all do that at once, and mostly for a moment.
 */
const weights = { fetch: 2, wait: 1 };
const maxWeight = 6;

export type Crowd = {
  isFull: (url: ArticleUrl) => boolean;
  join: <T>(url: ArticleUrl, as: keyof typeof weights, work: () => Promise<T>) => Promise<T>;
};

/** Names below one domain are one site here, since whoever has the domain makes as many as they like. */
export function makeCrowd(): Crowd {
  const underWay = new Map<string, number>();
  const weightOf = (site: string) => underWay.get(site) ?? 0;
  function add(site: string, weight: number): void {
    const sum = weightOf(site) + weight;
    if (sum > 0) underWay.set(site, sum);
    else underWay.delete(site);
  }
  return {
    isFull: (url) => weightOf(registrableDomain(url)) >= maxWeight,
    async join(url, as, work) {
      const site = registrableDomain(url);
      add(site, weights[as]);
      try {
        return await work();
      } finally {
        add(site, -weights[as]);
      }
    },
  };
}
