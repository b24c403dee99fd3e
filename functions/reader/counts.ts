/** How many stories there are: in all, by site, language, kind and tag, and by day of a month in the reader's zone; from the search index. */
import { dayStart } from '../article/time-zone.ts';
import { countMonth } from '../http/calendar.ts';
import { findArticles } from '../http/list-articles.ts';
import { ranked } from '../http/totals.ts';
import type { Search } from '../search/search.ts';
import { toListQuery } from './asked.ts';
import type { ReaderDeps } from './reader-deps.ts';
import type { View } from './view.ts';
import { addDays, dayOf } from './zone.ts';

/** The largest first. */
type Ranked = [string, number][];
export type Counts = { stories: number; sites: Ranked; languages: Ranked; kinds: Ranked; tags: Ranked };

/** No month is read for the totals. */
const noMonth = () => false;

export async function countStories(search: Search): Promise<Counts> {
  const { histogram } = await search.counts(noMonth);
  const of = (name: string) => ranked(histogram.get(name) ?? new Map<string, number>());
  const sites = of('#site');
  return {
    stories: sites.reduce((sum, [, count]) => sum + count, 0),
    sites,
    languages: of('#lang'),
    kinds: of('#kind'),
    tags: of('#tag'),
  };
}

export type DayCounts = { count: number; edited: number; removed: number };
/** `before`, `after`: the nearest months that have stories; null where there is none. */
export type Month = { month: string; days: Map<string, DayCounts>; before: string | null; after: string | null };

/** `wanted`: the month that was asked for, or else the newest that has stories. */
export async function readMonth(deps: ReaderDeps, view: View, wanted: string | undefined): Promise<Month> {
  const today = dayOf(view.nowMs, view.zone);
  const month = wanted ?? (await newestMonth(deps, view, today));
  const next = addDays(`${month}-01`, 31).slice(0, 7);
  const [days, before, after] = await Promise.all([
    daysOfMonth(deps, view, month),
    monthBeside(deps, view, { to: addDays(`${month}-01`, -1) }),
    // Of the newest month nothing comes after.
    wanted === undefined ? null : monthBeside(deps, view, { from: `${next}-01` }),
  ]);
  return { month, days, before, after };
}

/** The one until today; stories that claim to be of a later day are found by their month. */
async function newestMonth(deps: ReaderDeps, view: View, today: string): Promise<string> {
  return (await monthBeside(deps, view, { to: today })) ?? today.slice(0, 7);
}

export async function daysOfMonth({ search }: ReaderDeps, { zone }: View, month: string): Promise<Month['days']> {
  const { days } = await countMonth(search, { month, zone });
  return new Map(days.map(({ date, count, ...marks }) => [date, { count, edited: 0, removed: 0, ...marks }]));
}

/** The month of the newest story until a day, or of the oldest since one. */
async function monthBeside(
  { store, search }: ReaderDeps,
  { zone }: View,
  span: { to: string } | { from: string },
): Promise<string | null> {
  const asked = { ...span, kind: 'any', order: 'from' in span ? 'oldest' : 'newest' };
  // A calendar has no days beyond its four digits.
  if (dayStart('from' in span ? span.from : span.to, zone) < 0) return null;
  const { items } = await findArticles(store.table, search, toListQuery(asked, zone, 1));
  const [story] = items;
  return story ? dayOf(story.publishedAt, zone).slice(0, 7) : null;
}
