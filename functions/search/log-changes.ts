/** The log's entries of one article -> what they say together. Pure. */
import type { LogEntry } from '../store/search-index.ts';

/**
 * The change that came first: what it says of the time before is what segments count the article as. Up to
 * a takedown the lowest `iv` is the first, whatever order clocks put the entries in; after one older versions counted from 1.
 */
export function firstChange(own: LogEntry[]): LogEntry | null {
  const ordered = own.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const takedown = ordered.findIndex(({ purge }) => purge);
  const before = takedown < 0 ? ordered : ordered.slice(0, takedown + 1);
  return before.toSorted((a, b) => a.iv - b.iv)[0] ?? null;
}

/** The entries of one article that say what all of them say: the first change, the last takedown, and the furthest after it. */
export function essential(own: LogEntry[]): { kept: LogEntry[]; spare: LogEntry[] } {
  const ordered = own.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const purge = ordered.findLast((entry) => entry.purge);
  const since = ordered.filter(({ key }) => purge === undefined || key > purge.key);
  const furthest = since.reduce<LogEntry | undefined>((a, b) => (a === undefined || b.iv > a.iv ? b : a), undefined);
  const kept = ordered.filter((entry) => entry === firstChange(own) || entry === purge || entry === furthest);
  return { kept, spare: ordered.filter((entry) => !kept.includes(entry)) };
}
