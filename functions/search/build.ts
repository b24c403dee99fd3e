/** Documents with their terms -> a segment. Holds one number a posting, so that a thousand stories fit in a few megabytes. */
import type { TermsVersion } from './fold.ts';
import { byMonth, type Histogram, sum, totalsOf } from './histogram.ts';
import { compareRows, type Row, type Segment } from './segment.ts';
import { makeSegmentWriter, rowList, type SegmentWriter } from './segment-writer.ts';

export type SegmentBuilder = {
  add(row: Row, terms: Iterable<string>): void;
  docs(): number;
  /** The segment, in steps of a few milliseconds each. */
  finish(histogram: Histogram): Generator<void, Segment>;
};

const termsPerStep = 5000;

/** `version`: by which rules the terms are made that are added. */
export function makeBuilder(version: TermsVersion = 1): SegmentBuilder {
  const ids = new Map<string, number>();
  const counts: number[] = [];
  const rows: Row[] = [];
  const termsOfRow: Uint32Array[] = [];

  return {
    docs: () => rows.length,
    add(row, terms) {
      const own: number[] = [];
      for (const term of terms) {
        let id = ids.get(term);
        if (id === undefined) {
          id = ids.size;
          ids.set(term, id);
          counts.push(0);
        }
        counts[id] = (counts[id] ?? 0) + 1;
        own.push(id);
      }
      rows.push(row);
      termsOfRow.push(Uint32Array.from(own));
    },
    *finish(histogram) {
      const order = [...rows.keys()].sort((a, b) => compareRows(rows[a], rows[b], 'sortMs'));
      const starts = new Uint32Array(counts.length + 1);
      for (const [id, count] of counts.entries()) starts[id + 1] = (starts[id] ?? 0) + count;
      const postings = new Uint32Array(starts[counts.length] ?? 0);
      const filled = starts.slice();
      for (const [ordinal, index] of order.entries()) {
        for (const id of termsOfRow[index] ?? []) {
          const at = filled[id] ?? 0;
          postings[at] = ordinal;
          filled[id] = at + 1;
        }
      }
      const writer = makeSegmentWriter(version);
      const terms = [...ids.keys()].sort();
      yield;
      // Sorting by UTF-16 is native; where the two orders differ, it is a start.
      if (terms.some((term) => /[\uD800-\uDFFF]/.test(term))) terms.sort(byCodePoints);
      for (const [n, term] of terms.entries()) {
        if (n % termsPerStep === 0) yield;
        const id = ids.get(term) ?? 0;
        writer.add(Buffer.from(term), postings.subarray(starts[id], starts[id + 1]));
      }
      return finishSegment(
        writer,
        order.flatMap((index) => rows[index] ?? []),
        version === 1 ? { all: histogram } : byMonth(histogram),
      );
    },
  };
}

type Counts = { all: Histogram } | ReturnType<typeof byMonth>;

function finishSegment(writer: SegmentWriter, rows: Row[], counts: Counts): Segment {
  if ('all' in counts) return writer.finish(rowList(rows), counts.all);
  const inOrder = [...counts.months].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [month, histogram] of inOrder) writer.addMonth(month, histogram);
  return writer.finish(rowList(rows), sum([counts.rest, ...inOrder.map(([, histogram]) => totalsOf(histogram))]));
}

/** The order of UTF-8 bytes is that of code points; that of UTF-16 differs from U+E000 on. */
function byCodePoints(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  for (let i = 0; i < most; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y)
      return x >= 0xd800 && y >= 0xd800
        ? (a.codePointAt(startAt(a, i)) ?? 0) - (b.codePointAt(startAt(b, i)) ?? 0)
        : x - y;
  }
  return a.length - b.length;
}

/** Where the character begins that code unit `i` is part of. */
function startAt(text: string, i: number): number {
  const unit = text.charCodeAt(i);
  return i > 0 && unit >= 0xdc00 && unit <= 0xdfff ? i - 1 : i;
}
