/** Which sitemaps of an index hold what is new: those of news, then the newest by what the index says, or by their names. Pure. */
import { hourMs } from '../durations.ts';

/** `modifiedAt`: RFC 3339 UTC, as the index says. */
export type ListedSitemap = { url: string; modifiedAt: string | null };

/** East of UTC a day begins so much earlier; what is dated later than that was not changed then. */
const furthestEastMs = 14 * hourMs;

/**
 * All of them, the newest first. Where several are equally new, or say that they are from the future, or nothing, the number or the
 * date in the name decides, then the place: what was added last stands last.
 */
export function newestFirst(sitemaps: readonly ListedSitemap[], nowMs: number): string[] {
  const read = sitemaps.map(({ url, modifiedAt }, place) => {
    const ms = modifiedAt === null ? Number.NaN : Date.parse(modifiedAt);
    const believed = ms <= nowMs + furthestEastMs ? ms : null;
    return { url, place, believed, isNews: /news/i.test(url), numbers: numbersIn(url) };
  });
  const byName = read.toSorted((a, b) => compareNumbers(a.numbers, b.numbers) || a.place - b.place);
  // What is not believed is as new as what comes before it by name.
  const times = new Map<string, number>();
  let before = byName.find(({ believed }) => believed !== null)?.believed ?? 0;
  for (const { url, believed } of byName) {
    before = believed ?? before;
    times.set(url, before);
  }
  const rank = new Map(byName.map(({ url }, i) => [url, i]));
  const timeOf = (url: string) => times.get(url) ?? 0;
  return read
    .toSorted(
      (a, b) =>
        Number(b.isNews) - Number(a.isNews) ||
        timeOf(b.url) - timeOf(a.url) ||
        (rank.get(b.url) ?? 0) - (rank.get(a.url) ?? 0),
    )
    .map(({ url }) => url);
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The numbers of a path and query in order, but a year first; the names of months count as numbers. */
function numbersIn(url: string): number[] {
  const { pathname, search } = new URL(url);
  const parts = (pathname + search).toLowerCase().match(/\d{1,15}|(?<![a-z])[a-z]{3,9}(?![a-z])/g) ?? [];
  const numbers = parts.flatMap((part) => {
    if (/^\d/.test(part)) return [Number(part)];
    const month = months.findIndex((name) => part === name || (monthNames.has(part) && part.startsWith(name)));
    return month < 0 ? [] : [month + 1];
  });
  const year = numbers.findIndex((n) => n >= 1990 && n < 2100);
  return year < 0 ? numbers : [numbers[year] ?? 0, ...numbers.filter((_, i) => i !== year)];
}

const monthNames = new Set(
  'january february march april june july august september sept october november december'.split(' '),
);

/** Numbers in turn; what has none in a place comes first. */
function compareNumbers(a: number[], b: number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? -1) - (b[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
