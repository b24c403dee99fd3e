/**
 * The log as a query sees it: what is current, and which articles have changed since segments were made of them. Reads only
 * what is new since the last time, and now and then two minutes before that, for writers that were slow; when a commit has come
 * between, the whole log again. What is new is added to what is known, so that a long log costs a query no more than a short one.
 */
import { decodeTime, encodeTime } from 'ulid';
import { type Current, emptyCurrent, type LogEntry, readLog } from '../store/search-index.ts';
import type { Table } from '../store/table.ts';

const overlapMs = 120_000;
/** Between two readings of all of the overlap, readings go back only so far. */
const shortOverlapMs = 5000;
const overlapEveryMs = 10_000;

/**
 * What the log says of an article: the `iv` that it is to reach, and the last entry that says that it is taken down. `iv`
 * counts from there: 0 is for one that may be gone or not, since a takedown may have died before its stone. `seq`: how many changes came
 * before this one.
 */
export type Change = { iv: number; purge: string | null; seq: number };

/** The log between two commits, which only grows. */
export type Epoch = {
  current: Current;
  entries: Map<string, LogEntry>;
  changed: Map<string, Change>;
  /** The articles of all changes, in the order in which they were noticed. */
  news: string[];
  last: string | null;
};

/** `seq`: of the first change that this view does not have. */
export type LogView = { epoch: Epoch; seq: number };

export function makeLogView(table: Table): () => Promise<LogView> {
  let seen = epochOf(emptyCurrent, []);
  let overlapAt = Number.NEGATIVE_INFINITY;

  return async () => {
    const before = seen;
    const isWide = table.now() - overlapAt >= overlapEveryMs;
    const back = isWide ? overlapMs : shortOverlapMs;
    const from = before.last === null ? null : `${encodeTime(Math.max(0, decodeTime(before.last) - back), 10)}`;
    let read = await readLog(table, from);
    if (isWide) overlapAt = table.now();
    if (read.current.v !== before.current.v) {
      if (from !== null) read = await readLog(table, null);
      const made = epochOf(read.current, read.entries);
      // A query that began later may have seen a later version already.
      if (made.current.v >= seen.current.v) seen = made;
      return { epoch: made, seq: made.news.length };
    }
    const fresh = read.entries.filter(({ key }) => !before.entries.has(key));
    const isLate = fresh.some(({ key }) => before.last !== null && key < before.last);
    if (isLate) {
      // Changes of one article count in their order: the log is put in order again.
      const made = epochOf(before.current, [...before.entries.values(), ...fresh]);
      if (seen === before) seen = made;
      return { epoch: made, seq: made.news.length };
    }
    for (const entry of fresh) add(before, entry);
    return { epoch: before, seq: before.news.length };
  };
}

/** True if the log knows of a change, at the time of the view, that a row with this `iv` does not have. */
export function isOutdated({ epoch, seq }: LogView, { id, iv }: { id: string; iv: number }): boolean {
  const change = epoch.changed.get(id);
  return change !== undefined && change.seq < seq && change.iv > iv;
}

function epochOf(current: Current, entries: LogEntry[]): Epoch {
  const epoch: Epoch = { current, entries: new Map(), changed: new Map(), news: [], last: null };
  for (const entry of entries.toSorted((a, b) => (a.key < b.key ? -1 : 1))) add(epoch, entry);
  return epoch;
}

function add(epoch: Epoch, entry: LogEntry): void {
  const { key, id, iv, purge } = entry;
  const before = epoch.changed.get(id) ?? { iv: 0, purge: null };
  const seq = epoch.news.length;
  epoch.changed.set(id, purge ? { iv: 0, purge: key, seq } : { ...before, iv: Math.max(iv, before.iv), seq });
  epoch.entries.set(key, entry);
  epoch.news.push(id);
  epoch.last = epoch.last === null || key > epoch.last ? key : epoch.last;
}
