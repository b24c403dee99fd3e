/** Documents with their terms -> a segment. Holds one number a posting, so that a thousand stories fit in a few megabytes. */
import type { TermsVersion } from './fold.ts';
import { byMonth, type Histogram, type MonthlyCounts, sum, totalsOf } from './histogram.ts';
import { compareRows, type Row, type Segment } from './segment.ts';
import { makeSegmentWriter, rowList, type SegmentWriter } from './segment-writer.ts';
import { makeTermIds, type TermSink } from './term-ids.ts';

export type SegmentBuilder = {
  /** `write` is given the sink for the row's terms, which may come more than once. */
  add(row: Row, write: (sink: TermSink) => void): void;
  docs(): number;
  /** The segment, in steps of a few milliseconds each. Segments of terms of version 1 have their counts in one. */
  finish(counts: Histogram | MonthlyCounts): Generator<void, Segment>;
};

const termsPerStep = 5000;

/** `version`: by which rules the terms are made that are added. */
export function makeBuilder(version: TermsVersion = 1): SegmentBuilder {
  const ids = makeTermIds();
  /** By term: how many rows have it, and the number of the last of them, from 1. */
  let rowsOf = new Uint32Array(1024);
  let last = new Uint32Array(1024);
  let own = new Uint32Array(1024);
  let owned = 0;
  const rows: Row[] = [];
  const termsOfRow: Uint32Array[] = [];

  function take(id: number): void {
    if (id >= rowsOf.length) {
      rowsOf = doubled(rowsOf);
      last = doubled(last);
    }
    if (last[id] === rows.length) return;
    last[id] = rows.length;
    rowsOf[id] = (rowsOf[id] ?? 0) + 1;
    if (owned === own.length) own = doubled(own);
    own[owned++] = id;
  }

  const sink: TermSink = {
    term: (text) => take(ids.ofTerm(text)),
    short: (first, second) => take(ids.ofShort(first, second)),
  };

  return {
    docs: () => rows.length,
    add(row, write) {
      rows.push(row);
      owned = 0;
      write(sink);
      termsOfRow.push(own.slice(0, owned));
    },
    *finish(given) {
      const counts = version !== 1 && given instanceof Map ? byMonth(given) : given;
      const order = [...rows.keys()].sort((a, b) => compareRows(rows[a], rows[b], 'sortMs'));
      const size = ids.size();
      const starts = new Uint32Array(size + 1);
      for (let id = 0; id < size; id++) starts[id + 1] = (starts[id] ?? 0) + (rowsOf[id] ?? 0);
      const postings = new Uint32Array(starts[size] ?? 0);
      const filled = starts.slice();
      for (const [ordinal, index] of order.entries()) {
        for (const id of termsOfRow[index] ?? []) {
          const at = filled[id] ?? 0;
          postings[at] = ordinal;
          filled[id] = at + 1;
        }
      }
      const writer = makeSegmentWriter(version);
      let n = 0;
      for (const { id, bytes } of ids.inOrder()) {
        if (n++ % termsPerStep === 0) yield;
        writer.add(bytes, postings.subarray(starts[id], starts[id + 1]));
      }
      return yield* finishSegment(
        writer,
        order.flatMap((index) => rows[index] ?? []),
        counts,
      );
    },
  };
}

function doubled(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(numbers.length * 2);
  more.set(numbers);
  return more;
}

/** With months, the counts of each are written as they are made. */
function* finishSegment(
  writer: SegmentWriter,
  rows: Row[],
  counts: Histogram | MonthlyCounts,
): Generator<void, Segment> {
  if (counts instanceof Map) return writer.finish(rowList(rows), counts);
  let totals = counts.rest;
  for (const [month, histogram] of counts.months) {
    writer.addMonth(month, histogram);
    totals = sum([totals, totalsOf(histogram)]);
    yield;
  }
  return writer.finish(rowList(rows), totals);
}
