/**
 * The log as a query sees it: what is current, and which articles have changed since segments were made of them. Reads only
 * what is new since the last time, and two minutes before that, for writers that were slow; when a commit has come between,
 * the whole log again.
 */
import { decodeTime, encodeTime } from 'ulid';
import { type Current, emptyCurrent, type LogEntry, readLog } from '../store/search-index.ts';
import type { Table } from '../store/table.ts';

const overlapMs = 120_000;

/**
 * What the log says of an article: the `iv` that it is to reach, and the last entry that says that it is taken down. `iv`
 * counts from there: 0 is for one that may be gone or not, since a takedown may have died before its stone.
 */
export type Change = { iv: number; purge: string | null };

export type LogView = {
  current: Current;
  changed: ReadonlyMap<string, Change>;
  entries: LogEntry[];
};

export function makeLogView(table: Table): () => Promise<LogView> {
  let seen: { current: Current; entries: Map<string, LogEntry>; last: string | null } = {
    current: emptyCurrent,
    entries: new Map(),
    last: null,
  };

  return async () => {
    const before = seen;
    const from = before.last === null ? null : `${encodeTime(Math.max(0, decodeTime(before.last) - overlapMs), 10)}`;
    let read = await readLog(table, from);
    let entries = before.entries;
    if (read.current.v !== before.current.v) {
      if (from !== null) read = await readLog(table, null);
      entries = new Map();
    }
    entries = new Map([...entries, ...read.entries.map((entry) => [entry.key, entry] as const)]);
    const last = [...entries.keys()].reduce<string | null>((a, b) => (a === null || b > a ? b : a), null);
    const now = { current: read.current, entries, last };
    // A query that began later may have seen a later version already.
    if (now.current.v >= seen.current.v) seen = now;
    return { current: now.current, entries: [...entries.values()], changed: changesOf([...entries.values()]) };
  };
}

function changesOf(entries: LogEntry[]): Map<string, Change> {
  const changed = new Map<string, Change>();
  for (const { key, id, iv, purge } of entries.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const before = changed.get(id) ?? { iv: 0, purge: null };
    changed.set(id, purge ? { iv: 0, purge: key } : { ...before, iv: Math.max(iv, before.iv) });
  }
  return changed;
}
