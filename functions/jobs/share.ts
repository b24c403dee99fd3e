/** What of all that is due is sent now, when there is more than there is room for: a share for each kind of work. Pure. */
import type { Due } from '../store/due.ts';

/** Of the room, what re-checks and first captures get however much else there is: whatever is due is done some day. */
const leastOf = { rechecks: 0.2, firsts: 0.1 };
/** Of the room, what the entries of one feed get at most: its first poll may find 50,000. */
const mostOfFeed = 0.5;

/**
 * At most `room` jobs. Purges, polls and captures that somebody waits for go before re-checks, and those before what the first poll of
 * a feed found. `due`: in the order of their times, which stays within each kind.
 */
export function share<T>(due: readonly T[], entryOf: (one: T) => Due, room: number): T[] {
  const urgent = due.filter((one) => classOf(entryOf(one)) === 'urgent');
  const rechecks = due.filter((one) => classOf(entryOf(one)) === 'recheck');
  const firsts = inTurns(
    due.filter((one) => classOf(entryOf(one)) === 'first'),
    (one) => entryOf(one).feed ?? '',
    Math.ceil(room * mostOfFeed),
  );
  const kept = (some: T[], part: number) => Math.min(some.length, Math.ceil(room * part));
  const forFirsts = kept(firsts, leastOf.firsts);
  const forRechecks = Math.min(kept(rechecks, leastOf.rechecks), Math.max(0, room - forFirsts));
  const first = urgent.slice(0, Math.max(0, room - forRechecks - forFirsts));
  const second = rechecks.slice(0, Math.max(0, room - first.length - forFirsts));
  return [...first, ...second, ...firsts.slice(0, Math.max(0, room - first.length - second.length))];
}

function classOf({ kind, feed }: Due): 'urgent' | 'recheck' | 'first' {
  if (kind === 'recheck' || kind === 'pictures') return 'recheck';
  return kind === 'capture' && feed !== undefined ? 'first' : 'urgent';
}

/** One of each group in turn, and of none more than `most`. */
function inTurns<T>(all: T[], groupOf: (one: T) => string, most: number): T[] {
  const groups = [...Map.groupBy(all, groupOf).values()].map((group) => group.slice(0, most));
  const longest = groups.reduce((length, group) => Math.max(length, group.length), 0);
  return Array.from({ length: longest }, (_, i) =>
    groups.flatMap((group) => (i < group.length ? [group[i] as T] : [])),
  ).flat();
}
