/** `GET /tags` and `GET /sites`: the names that filters take, and how many articles each has. */
import { Hono } from 'hono';
import { tagDay } from '../article/article.ts';
import type { Search } from '../search/search.ts';
import { filterName } from '../search/terms.ts';
import { describe } from './describe.ts';
import * as schemas from './schemas.ts';
import { noQuery } from './validate.ts';

export function totals(search: Search): Hono {
  return new Hono()
    .get(
      '/tags',
      describe(
        'Count the articles of each tag, the most used first',
        { 200: { description: 'All tags', schema: schemas.tagList } },
        ['invalid-request'],
      ),
      noQuery,
      async (c) => {
        const { histogram, damaged } = await search.histogram();
        const counts = oneNameEach(histogram.get(tagDay) ?? new Map<string, number>());
        return c.json({ items: ranked(counts).map(([tag, count]) => ({ tag, count })), ...partly(damaged) });
      },
    )
    .get(
      '/sites',
      describe(
        'Count the articles of each site, the largest first',
        { 200: { description: 'All sites', schema: schemas.siteList } },
        ['invalid-request'],
      ),
      noQuery,
      async (c) => {
        const { histogram, damaged } = await search.histogram();
        const counts = new Map<string, number>();
        for (const [day, sites] of histogram) {
          if (day === tagDay) continue;
          for (const [site, count] of sites) counts.set(site, (counts.get(site) ?? 0) + count);
        }
        return c.json({ items: ranked(counts).map(([site, count]) => ({ site, count })), ...partly(damaged) });
      },
    );
}

/** Spellings of one name that filters do not tell apart, as the most used of them. */
function oneNameEach(counts: Map<string, number>): Map<string, number> {
  const byName = Map.groupBy(ranked(counts), ([name]) => filterName(name));
  return new Map([...byName.values()].map((same) => [same[0]?.[0] ?? '', same.reduce((sum, [, n]) => sum + n, 0)]));
}

function ranked(counts: Map<string, number>): [string, number][] {
  return [...counts].filter(([, count]) => count > 0).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

function partly(damaged: { segment: string; detail: string }[]) {
  return damaged.length > 0 ? { partial: true, damaged } : {};
}
