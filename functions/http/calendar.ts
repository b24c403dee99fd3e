/** `GET /calendar`: how many articles were published on each day of a month, and on which sites. */
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Search } from '../search/search.ts';
import { describe } from './describe.ts';
import * as schemas from './schemas.ts';
import { valid } from './validate.ts';

const calendarQuery = v.strictObject({
  month: v.pipe(v.string('write a month as 2024-04'), v.regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'write a month as 2024-04')),
});

export function calendar(search: Search): Hono {
  return new Hono().get(
    '/',
    describe(
      'Count the articles of a month by day of publication (UTC) and by site',
      { 200: { description: 'The days that have articles, in order', schema: schemas.calendar } },
      ['invalid-request'],
    ),
    valid('query', calendarQuery),
    async (c) => {
      const { month } = c.req.valid('query');
      const { histogram, damaged } = await search.histogram();
      const days = [...histogram]
        .filter(([day]) => day.startsWith(month))
        .map(([date, counts]) => {
          const sites = [...counts].map(([site, count]) => ({ site, count })).filter(({ count }) => count > 0);
          sites.sort((a, b) => b.count - a.count || (a.site < b.site ? -1 : 1));
          return { date, count: sites.reduce((total, { count }) => total + count, 0), sites };
        })
        .filter(({ count }) => count > 0)
        .sort((a, b) => (a.date < b.date ? -1 : 1));
      const total = days.reduce((sum, { count }) => sum + count, 0);
      return c.json({ month, total, days, ...(damaged.length > 0 ? { partial: true, damaged } : {}) });
    },
  );
}
