/**
 * The number of articles by quarter of an hour of publication (UTC) and site, and by month for language and kind, as changes: a segment
 * adds its articles and subtracts their earlier counts, so that the sum over all segments is exact however often an article was
 * indexed.
 */

import type { Place } from '../article/article.ts';

/**
 * Quarter (2024-04-03T13:45; in old counts the day) -> site, or mark of stories, -> how many more; month -> language or kind -> how
 * many more; and `#tag` -> tag -> how many more. No zeros.
 */
export type Histogram = Map<string, Map<string, number>>;

/** Counts in each of these places. */
export function countAll(histogram: Histogram, places: Place[], by: number): void {
  for (const place of places) count(histogram, place, by);
}

/** Changes `histogram`, which its maker is still filling. */
export function count(histogram: Histogram, { day, at, site }: Place, by: number): void {
  addTo(histogram, [at === undefined ? day : `${day}T${at}`, site], by);
}

function addTo(histogram: Histogram, [time, name]: [string, string], by: number): void {
  const names = histogram.get(time) ?? new Map<string, number>();
  histogram.set(time, names);
  const now = (names.get(name) ?? 0) + by;
  if (now !== 0) names.set(name, now);
  else names.delete(name);
  if (names.size === 0) histogram.delete(time);
}

export function sum(histograms: Iterable<Histogram>): Histogram {
  const total: Histogram = new Map();
  for (const histogram of histograms) {
    for (const [time, names] of histogram) for (const [name, by] of names) addTo(total, [time, name], by);
  }
  return total;
}

/** The counts of months, in their order, and those of no month (tags). */
export type MonthlyCounts = { months: Iterable<[month: string, counts: Histogram]>; rest: Histogram };

export function byMonth(histogram: Histogram): MonthlyCounts {
  const months = new Map<string, Histogram>();
  const rest: Histogram = new Map();
  for (const [time, names] of histogram) {
    const month = time.slice(0, 7);
    const part = time.startsWith('#') ? rest : (months.get(month) ?? new Map());
    part.set(time, names);
    if (part !== rest) months.set(month, part);
  }
  return { months: [...months].sort(([a], [b]) => (a < b ? -1 : 1)), rest };
}

/** The sites, languages and kinds of all time, as `#site`, `#lang` and `#kind`, from the counts of months. */
export function totalsOf(histogram: Histogram): Histogram {
  const made: Histogram = new Map();
  for (const [time, names] of histogram) {
    if (time.startsWith('#')) continue;
    for (const [name, by] of names) {
      const [kind = '', value] = name.split(/:(.*)/s);
      if (!name.startsWith('#')) addTo(made, ['#site', name], by);
      else if (value !== undefined) addTo(made, [kind, value], by);
    }
  }
  return made;
}

const totals = ['#site', '#lang', '#kind'];

/** What was counted, without the sums that `totalsOf` made of it. */
export function withoutTotals(histogram: Histogram): Histogram {
  return new Map([...histogram].filter(([time]) => !totals.includes(time)));
}

/** The counts of sites by day (UTC), and of tags, without what is counted beside them. */
export function daysOf(histogram: Histogram): Histogram {
  const days: Histogram = new Map();
  for (const [time, names] of histogram) {
    if (/^\d+-\d\d$/.test(time)) continue;
    const isTags = time.startsWith('#');
    if (totals.includes(time)) continue;
    for (const [name, by] of names)
      if (isTags || !name.startsWith('#')) addTo(days, [isTags ? time : time.slice(0, 10), name], by);
  }
  return days;
}

export function histogramToJson(histogram: Histogram): Record<string, Record<string, number>> {
  return Object.fromEntries([...histogram].map(([day, sites]) => [day, Object.fromEntries(sites)]));
}

export function histogramFromJson(json: Record<string, Record<string, number>>): Histogram {
  return new Map(Object.entries(json).map(([day, sites]) => [day, new Map(Object.entries(sites))]));
}
