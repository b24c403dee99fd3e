/** `GET /tags`, `/sites`, `/languages` and `/kinds`: the values that filters take, and how many articles each has. */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { tagDay } from '../article/article.ts';
import type { Search } from '../search/search.ts';
import { filterName } from '../search/terms.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { describe } from './describe.ts';
import { cursorParameter } from './parameters.ts';
import * as schemas from './schemas.ts';
import { noQuery, valid } from './validate.ts';

const limitHelp = 'limit must be a whole number from 1 to 1000';
const pageQuery = v.strictObject({
  limit: v.optional(v.pipe(v.string(), v.regex(/^(?:[1-9]\d{0,2}|1000)$/, limitHelp), v.transform(Number)), '1000'),
  cursor: cursorParameter,
});
const noMonth = () => false;

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
        const { histogram, damaged } = await search.counts(noMonth);
        const counts = oneNameEach(histogram.get(tagDay) ?? new Map<string, number>());
        return c.json({ items: ranked(counts).map(([tag, count]) => ({ tag, count })), ...partly(damaged) });
      },
    )
    .get(
      '/sites',
      describe(
        'Count the articles of each site, the largest first',
        { 200: { description: 'A page of sites', schema: schemas.siteList } },
        ['invalid-request', 'invalid-cursor'],
      ),
      valid('query', pageQuery),
      (c) => page(c, c.req.valid('query'), { total: 'site', toItem: (site, count) => ({ site, count }) }),
    )
    .get(
      '/languages',
      describe(
        'Count the articles of each language, the largest first',
        { 200: { description: 'A page of languages', schema: schemas.languageList } },
        ['invalid-request', 'invalid-cursor'],
      ),
      valid('query', pageQuery),
      (c) => page(c, c.req.valid('query'), { total: 'lang', toItem: (lang, count) => ({ lang, count }) }),
    )
    .get(
      '/kinds',
      describe(
        'Count the articles of each kind, the largest first',
        { 200: { description: 'A page of kinds', schema: schemas.kindList } },
        ['invalid-request', 'invalid-cursor'],
      ),
      valid('query', pageQuery),
      (c) => page(c, c.req.valid('query'), { total: 'kind', toItem: (kind, count) => ({ kind, count }) }),
    );

  /** One page of the totals of a filter; its cursor holds for no other. */
  async function page<T>(
    c: Context,
    { limit, cursor }: v.InferOutput<typeof pageQuery>,
    { total, toItem }: { total: 'site' | 'lang' | 'kind'; toItem: (name: string, count: number) => T },
  ) {
    const { histogram, damaged } = await search.counts(noMonth);
    const all = ranked(histogram.get(`#${total}`) ?? new Map());
    const list = `total ${total}`;
    const from = Number(readCursor(list, cursor) ?? 0);
    const next = from + limit < all.length ? writeCursor(list, String(from + limit)) : null;
    return c.json({
      items: all.slice(from, from + limit).map(([name, count]) => toItem(name, count)),
      next,
      ...partly(damaged),
    });
  }
}

/** Spellings of one name that filters do not tell apart, as the most used of them. */
function oneNameEach(counts: Map<string, number>): Map<string, number> {
  const byName = Map.groupBy(ranked(counts), ([name]) => filterName(name));
  return new Map([...byName.values()].map((same) => [same[0]?.[0] ?? '', same.reduce((sum, [, n]) => sum + n, 0)]));
}

/** The names that are counted, the largest first. */
export function ranked(counts: Map<string, number>): [string, number][] {
  return [...counts].filter(([, count]) => count > 0).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

function partly(damaged: { segment: string; detail: string }[]) {
  return damaged.length > 0 ? { partial: true, damaged } : {};
}
