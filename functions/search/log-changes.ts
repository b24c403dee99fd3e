/** The log's entries of one article -> what they say together. Pure. */
import type { LogEntry } from '../store/search-index.ts';

/**
 * The change that came first: what it says of the time before is what segments count the article as. After a takedown an
 * article begins anew, at `iv` 1; up to there the lowest `iv` is the first, whatever order clocks put the entries in.
 */
export function firstChange(own: LogEntry[]): LogEntry | null {
  const ordered = own.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const takedown = ordered.findIndex(({ purge }) => purge);
  const before = takedown < 0 ? ordered : ordered.slice(0, takedown + 1);
  return before.toSorted((a, b) => a.iv - b.iv)[0] ?? null;
}
