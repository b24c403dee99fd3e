/** `GET /calendar`: how many articles were published on each day of a month, and on which sites. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { dayIn, dayStart, nextDay } from '../article/time-zone.ts';
import { toIso } from '../article/times.ts';
import type { Histogram } from '../search/histogram.ts';
import type { Search } from '../search/search.ts';
import { describe } from './describe.ts';
import { zoneParameter } from './parameters.ts';
import * as schemas from './schemas.ts';
import { valid } from './validate.ts';

const calendarQuery = v.strictObject({
  month: v.pipe(v.string('write a month as 2024-04'), v.regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'write a month as 2024-04')),
  tz: zoneParameter,
});

/** Sites that a day names; the sum of the others is beside them. */
const maxSites = 100;

export function calendar(search: Search): Hono {
  return new Hono().get(
    '/',
    describe(
      'Count the articles of a month by day of publication and by site',
      { 200: { description: 'The days that have articles, in order', schema: schemas.calendar } },
      ['invalid-request'],
    ),
    valid('query', calendarQuery),
    async (c) => {
      const { month, tz } = c.req.valid('query');
      return c.json(await countMonth(search, { month, zone: tz }));
    },
  );
}

/** The articles of a month, by day in a zone. Old counts know only the day in UTC, until the index is made anew. */
export async function countMonth(search: Search, { month, zone }: { month: string; zone: string }) {
  const isInMonth = monthsOf(month, zone);
  const { histogram, damaged } = await search.counts(isInMonth);
  const days = [...countsByDay(histogram, { month, zone, isInMonth })]
    .map(([date, counts]) => dayOf(date, counts))
    .filter(({ count }) => count > 0)
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  const total = days.reduce((sum, { count }) => sum + count, 0);
  return { month, total, days, ...(damaged.length > 0 ? { partial: true as const, damaged } : {}) };
}

/** True of the months of UTC that have a part of a month in a zone. */
function monthsOf(month: string, zone: string): (month: string) => boolean {
  if (zone === 'UTC' || !/^[1-9]\d{3}/.test(month) || month > '9999-11') return (other) => other === month;
  const last = nextDay(`${month}-28`);
  const start = dayStart(`${month}-01`, zone);
  const wanted = new Set(
    [start, Date.parse(`${last}T00:00:00Z`), start + 32 * 86_400_000].map((ms) => toIso(ms).slice(0, 7)),
  );
  return (other) => wanted.has(other);
}

function countsByDay(
  histogram: Histogram,
  { month, zone, isInMonth }: { month: string; zone: string; isInMonth: (month: string) => boolean },
): Map<string, Map<string, number>> {
  const days = new Map<string, Map<string, number>>();
  for (const [time, names] of histogram) {
    const [day = '', quarter] = time.split('T');
    if (day.length < 10 || !isInMonth(day.slice(0, 7))) continue;
    const date = quarter === undefined ? day : dayIn(Date.parse(`${time}:00Z`), zone);
    if (!date.startsWith(month)) continue;
    const counts = days.get(date) ?? new Map<string, number>();
    days.set(date, counts);
    for (const [name, by] of names) counts.set(name, (counts.get(name) ?? 0) + by);
  }
  return days;
}

function dayOf(date: string, counts: Map<string, number>) {
  const all = [...counts]
    .filter(([name, count]) => count > 0 && !name.startsWith('#'))
    .map(([site, count]) => ({ site, count }))
    .sort((a, b) => b.count - a.count || (a.site < b.site ? -1 : 1));
  const marks = { edited: counts.get('#edited'), removed: counts.get('#removed'), textless: counts.get('#textless') };
  const others = all.slice(maxSites).reduce((sum, { count }) => sum + count, 0);
  return {
    date,
    count: all.reduce((sum, { count }) => sum + count, 0),
    sites: all.slice(0, maxSites),
    ...(others > 0 ? { otherSites: others } : {}),
    ...Object.fromEntries(Object.entries(marks).filter(([, count]) => count !== undefined && count > 0)),
  };
}
