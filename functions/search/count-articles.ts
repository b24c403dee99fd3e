/** The number of articles by time and site: what the segments count, and what the log changes in it. */
import type { Place } from '../article/article.ts';
import { type LogEntry, withoutTaken } from '../store/search-index.ts';
import type { Table } from '../store/table.ts';
import { SegmentDamaged } from './bytes.ts';
import { countAll, type Histogram, sum, totalsOf } from './histogram.ts';
import { firstChange } from './log-changes.ts';
import type { LogDoc } from './log-docs.ts';
import type { LogView } from './log-view.ts';
import type { OnDamage } from './open-segments.ts';
import type { CountsHead } from './segment.ts';
import type { Budget, SegmentReader } from './segment-reader.ts';

type Counted = {
  table: Table;
  reader: SegmentReader;
  log: LogView;
  segments: { key: string; head: CountsHead }[];
  docs: ReadonlyMap<string, LogDoc>;
};
/** `isWanted`: of which months; with none, the sums of all. */
type Wanted = { isWanted: (month: string) => boolean; onDamage: OnDamage };

/** The counts of some months, with those of all segments that count no months; and the totals (`#tag`, `#site`, `#lang`, `#kind`). */
export async function countArticles(counted: Counted, { isWanted, onDamage }: Wanted): Promise<Histogram> {
  const { table, reader, log, segments, docs } = counted;
  const budget: Budget = { gets: 0 };
  const histograms = await Promise.all(
    segments.map(async (segment): Promise<Histogram[]> => {
      try {
        const own = await reader.histogram(segment, budget, isWanted);
        return segment.head.months === undefined ? [own, totalsOf(own)] : [own];
      } catch (error) {
        if (!(error instanceof SegmentDamaged)) throw error;
        onDamage(segment.key, error);
        return [];
      }
    }),
  );
  const changes: Histogram = new Map();
  for (const change of uncounted(
    await withoutTaken(table, { entries: [...log.epoch.entries.values()], current: log.epoch.current }),
    docs,
  )) {
    countAll(changes, change.was, -1);
    countAll(changes, change.is, 1);
  }
  return sum([...histograms.flat(), changes, totalsOf(changes)]);
}

/** The log's changes of the counts, one article at a time: its count before, and its count now. */
function uncounted(entries: LogEntry[], docs: ReadonlyMap<string, LogDoc>): { was: Place[]; is: Place[] }[] {
  return [...Map.groupBy(entries, ({ id }) => id)].flatMap(([id, own]) => {
    const first = firstChange(own);
    const doc = docs.get(id);
    const isDone = doc
      ? first !== null && (doc.iv >= first.iv || own.some(({ purge }) => purge))
      : own.some(({ purge }) => purge);
    return isDone ? [{ was: first?.was ?? [], is: doc?.places ?? [] }] : [];
  });
}
