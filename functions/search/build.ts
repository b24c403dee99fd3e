/** Documents with their terms -> a segment. Holds one number a posting, so that a thousand stories fit in a few megabytes. */
import type { TermsVersion } from './fold.ts';
import { byMonth, type Histogram, sum, totalsOf } from './histogram.ts';
import { compareRows, type Row, type Segment } from './segment.ts';
import { makeSegmentWriter, rowList, type SegmentWriter } from './segment-writer.ts';
import { makeTermIds, type TermSink } from './term-ids.ts';

export type SegmentBuilder = {
  /** `write` is given the sink for the row's terms, which may come more than once. */
  add(row: Row, write: (sink: TermSink) => void): void;
  docs(): number;
  /** The segment, in steps of a few milliseconds each. */
  finish(histogram: Histogram): Generator<void, Segment>;
};

const termsPerStep = 5000;

/** `version`: by which rules the terms are made that are added. */
export function makeBuilder(version: TermsVersion = 1): SegmentBuilder {
  const ids = makeTermIds();
  /** By term: how many rows have it, and the number of the last of them, from 1. */
  let counts = new Uint32Array(1024);
  let last = new Uint32Array(1024);
  let own = new Uint32Array(1024);
  let owned = 0;
  const rows: Row[] = [];
  const termsOfRow: Uint32Array[] = [];

  function take(id: number): void {
    if (id >= counts.length) {
      counts = doubled(counts);
      last = doubled(last);
    }
    if (last[id] === rows.length) return;
    last[id] = rows.length;
    counts[id] = (counts[id] ?? 0) + 1;
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
    *finish(histogram) {
      const order = [...rows.keys()].sort((a, b) => compareRows(rows[a], rows[b], 'sortMs'));
      const size = ids.size();
      const starts = new Uint32Array(size + 1);
      for (let id = 0; id < size; id++) starts[id + 1] = (starts[id] ?? 0) + (counts[id] ?? 0);
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
      return finishSegment(
        writer,
        order.flatMap((index) => rows[index] ?? []),
        version === 1 ? { all: histogram } : byMonth(histogram),
      );
    },
  };
}

function doubled(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(numbers.length * 2);
  more.set(numbers);
  return more;
}

type Counts = { all: Histogram } | ReturnType<typeof byMonth>;

function finishSegment(writer: SegmentWriter, rows: Row[], counts: Counts): Segment {
  if ('all' in counts) return writer.finish(rowList(rows), counts.all);
  const inOrder = [...counts.months].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [month, histogram] of inOrder) writer.addMonth(month, histogram);
  return writer.finish(rowList(rows), sum([counts.rest, ...inOrder.map(([, histogram]) => totalsOf(histogram))]));
}
