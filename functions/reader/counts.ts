/** How many stories there are: in all, by day, by site and by tag, from the counts of the search index. */
import { tagDay } from '../article/article.ts';
import type { Search } from '../search/search.ts';

export type Counts = {
  stories: number;
  /** By day of publication, UTC. */
  days: Map<string, number>;
  /** The largest first. */
  sites: [string, number][];
  tags: [string, number][];
  isPartial: boolean;
};

export async function countStories(search: Search): Promise<Counts> {
  const { histogram, damaged } = await search.histogram();
  const days = new Map<string, number>();
  const sites = new Map<string, number>();
  let stories = 0;
  for (const [day, counts] of histogram) {
    if (day === tagDay) continue;
    let ofDay = 0;
    for (const [site, count] of counts) {
      ofDay += count;
      sites.set(site, (sites.get(site) ?? 0) + count);
    }
    if (ofDay > 0) days.set(day, ofDay);
    stories += ofDay;
  }
  const tags = histogram.get(tagDay) ?? new Map<string, number>();
  return { stories, days, sites: ranked(sites), tags: ranked(tags), isPartial: damaged.length > 0 };
}

function ranked(counts: Map<string, number>): [string, number][] {
  return [...counts].filter(([, count]) => count > 0).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
