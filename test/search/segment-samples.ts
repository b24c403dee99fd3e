/** Segments for tests: random documents, a large segment with lists of every kind, and everything that a segment says. */
import fc from 'fast-check';
import { makeBuilder } from '../../functions/search/build.ts';
import type { Histogram } from '../../functions/search/histogram.ts';
import {
  checked,
  entriesOf,
  ordinalsOf,
  type Part,
  type Row,
  readArchived,
  readHistogram,
  readRows,
  type Segment,
} from '../../functions/search/segment.ts';
import { atOnce } from '../../functions/search/steps.ts';

export type Doc = { row: Row; terms: string[] };

/** 22 characters, as ids have; greater for greater numbers. */
export function idOf(n: number): string {
  return `id-${String(n).padStart(19, '0')}`;
}

/** Beginnings in common, the prefixes of fields, both sides of the surrogates, and a long one. */
export const words = [
  'a',
  'ab',
  'abc',
  'abd',
  'b',
  'bridge',
  'bridges',
  'été',
  '\u0001a',
  '\u0003s:news.example',
  '台',
  '台湾',
  '\uE000',
  '\uFF5E',
  '𠮷',
  '𠮷野',
  '𐐨',
  'x'.repeat(64),
];

export const docArbitrary: fc.Arbitrary<Doc> = fc.record({
  row: fc.record({
    id: fc.nat(60).map(idOf),
    textId: fc.option(fc.nat(9).map(idOf)),
    sortMs: fc.oneof(fc.nat(5), fc.integer({ min: -1e12, max: 2e12 })),
    archivedMs: fc.oneof(fc.nat(5), fc.integer({ min: 0, max: 2e12 })),
    iv: fc.integer({ min: 1, max: 4 }),
  }),
  terms: fc.uniqueArray(fc.constantFrom(...words), { maxLength: 6 }),
});

/** Documents of one segment: each id once. */
export const docsArbitrary = fc.uniqueArray(docArbitrary, { selector: ({ row }) => row.id, maxLength: 40 });

export const histogramArbitrary: fc.Arbitrary<Histogram> = fc
  .dictionary(
    fc.constantFrom('2024-04-01', '2024-04-02', '2024-04-03'),
    fc.dictionary(fc.constantFrom('news.example', 'paper.example'), fc.integer({ min: 1, max: 5 }), { minKeys: 1 }),
  )
  .map((days) => new Map(Object.entries(days).map(([day, sites]) => [day, new Map(Object.entries(sites))])));

export function build(docs: Doc[], histogram: Histogram = new Map()): Segment {
  const builder = makeBuilder();
  for (const { row, terms } of docs) builder.add(row, (sink) => terms.forEach(sink.term));
  return atOnce(builder.finish(histogram));
}

/** Numbers that look random and are the same each time (Numerical Recipes' generator): below `n`. */
export function makeDice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Documents whose segment has long lists of both kinds, many blocks of terms and of rows. */
export function manyDocs(count: number, seed = 1): Doc[] {
  const dice = makeDice(seed);
  return Array.from({ length: count }, (_, n) => ({
    row: { id: idOf(n), textId: null, sortMs: dice(1e9), archivedMs: dice(1e9), iv: 1 },
    terms: [
      ...new Set([
        'all',
        ...(dice(2) === 0 ? ['half'] : []),
        ...(dice(12) === 0 ? ['twelfth'] : []),
        ...Array.from({ length: 6 }, () => `word-${dice(3000)}`),
        `only-${n}`,
      ]),
    ],
  }));
}

/** All that a segment says, by id: rows and lists in the order of the answer. */
export type Contents = {
  rows: Row[];
  lists: [term: string, ids: string[]][];
  archived: [id: string, ms: number][];
  histogram: Histogram;
};

/** Everything that is in a segment, read part by part. */
export function contentsOf({ head, body }: Segment): Contents {
  const part = ({ offset, length }: Part) => body.subarray(offset, offset + length);
  const rows = readRows(part(head.rows), head.docs);
  const idAt = (ordinal: number) => rows[ordinal]?.id ?? '';
  const { ordinals, times } = readArchived(part(head.archived), head.docs);
  return {
    rows,
    lists: head.blocks.flatMap((place) =>
      [...entriesOf(checked(part(place)))].map(({ term, list }): [string, string[]] => [
        Buffer.from(term).toString(),
        [...ordinalsOf(list, list.part && part(list.part), head.docs)].map(idAt),
      ]),
    ),
    archived: [...ordinals].map((ordinal, i) => [idAt(ordinal), times[i] ?? 0]),
    histogram: readHistogram(part(head.histogram)),
  };
}

/** What a segment of these documents has to say. */
export function contentsFor(docs: Doc[], histogram: Histogram): Contents {
  const newestFirst = (time: 'sortMs' | 'archivedMs') =>
    docs.toSorted((a, b) => b.row[time] - a.row[time] || (a.row.id < b.row.id ? 1 : -1));
  const inOrder = newestFirst('sortMs');
  const terms = [...new Set(docs.flatMap((doc) => doc.terms))];
  terms.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const byTerm = new Map<string, string[]>(terms.map((term) => [term, []]));
  for (const doc of inOrder) for (const term of new Set(doc.terms)) byTerm.get(term)?.push(doc.row.id);
  return {
    rows: inOrder.map(({ row }) => row),
    lists: [...byTerm],
    archived: newestFirst('archivedMs').map(({ row }) => [row.id, row.archivedMs]),
    histogram,
  };
}
