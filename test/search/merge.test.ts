/** Merging: one segment that says what a segment of all that survives would say, byte for byte. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Histogram, sum } from '../../functions/search/histogram.ts';
import { mergeSegments } from '../../functions/search/merge.ts';
import type { Part, Segment } from '../../functions/search/segment.ts';
import {
  build,
  contentsFor,
  contentsOf,
  type Doc,
  docsArbitrary,
  histogramArbitrary,
  idOf,
  manyDocs,
} from './segment-samples.ts';

/** What one commit left: its documents, how they count, and whom a takedown has since named. */
type Commit = { docs: Doc[]; histogram: Histogram; drops: number[] };

const noPause = async () => undefined;

function inputOf({ docs, histogram, drops }: Commit) {
  const { head, body } = build(docs, histogram);
  const read = async ({ offset, length }: Part) => {
    if (offset < 0 || offset + length > body.length) throw new Error(`reads ${length} bytes at ${offset}`);
    // A copy: nothing may depend on where the bytes are.
    return Uint8Array.from(body.subarray(offset, offset + length));
  };
  return { head, read, drops: new Set(drops.map(idOf)) };
}

const merge = (commits: Commit[]) => mergeSegments(commits.map(inputOf), noPause);

/** The rule, said once more: of what is not dropped the highest iv, and of equals the latest. */
function survivors(commits: Commit[]): Doc[] {
  const all = commits.flatMap(({ docs, drops }, commit) =>
    docs.filter(({ row }) => !drops.map(idOf).includes(row.id)).map((doc) => ({ doc, commit })),
  );
  const ranked = all.sort((a, b) => b.doc.row.iv - a.doc.row.iv || b.commit - a.commit).map(({ doc }) => doc);
  return ranked.filter(({ row }, i) => ranked.findIndex((other) => other.row.id === row.id) === i);
}

/** Everything but the histogram, whose days may stand in any order. */
function bytesBeforeHistogram({ head, body }: Segment): string {
  return body.subarray(0, head.histogram.offset).toString('hex');
}

const doc = (n: number, iv: number, ...terms: string[]): Doc => ({
  row: { id: idOf(n), textId: null, sortMs: n * 1000, archivedMs: n, iv },
  terms,
});
const commit = (docs: Doc[], drops: number[] = []): Commit => ({ docs, histogram: new Map(), drops });

describe('a merge', () => {
  test.each<[name: string, commits: Commit[], lists: [string, number[]][]]>([
    [
      'has the documents of all',
      [commit([doc(1, 1, 'a')]), commit([doc(2, 1, 'a', 'b')])],
      [
        ['a', [2, 1]],
        ['b', [2]],
      ],
    ],
    ['has the highest iv, when that comes last', [commit([doc(1, 1, 'a')]), commit([doc(1, 2, 'b')])], [['b', [1]]]],
    ['has the highest iv, when that comes first', [commit([doc(1, 2, 'a')]), commit([doc(1, 1, 'b')])], [['a', [1]]]],
    ['has the later commit of equal iv', [commit([doc(1, 1, 'a')]), commit([doc(1, 1, 'b')])], [['b', [1]]]],
    [
      'has nothing of what was taken down',
      [commit([doc(1, 1, 'a', 'c'), doc(2, 1, 'a')], [1]), commit([doc(3, 1, 'a')])],
      [['a', [3, 2]]],
    ],
    [
      'has what was archived again after it was taken down, whatever its iv',
      [commit([doc(1, 9, 'a')], [1]), commit([doc(1, 1, 'b')])],
      [['b', [1]]],
    ],
    ['of one segment rids it of what was taken down', [commit([doc(1, 1, 'a'), doc(2, 1, 'b')], [2])], [['a', [1]]]],
    ['passes over segments without documents', [commit([]), commit([doc(1, 1, 'a')]), commit([])], [['a', [1]]]],
  ])('%s', async (_, commits, lists) => {
    const merged = await merge(commits);
    expect(merged && contentsOf(merged).lists).toEqual(lists.map(([term, docs]) => [term, docs.map(idOf)]));
  });

  it('of nothing that is left is nothing', async () => {
    expect(await merge([commit([doc(1, 1, 'a')], [1]), commit([])])).toBeNull();
    expect(await merge([])).toBeNull();
  });

  it('keeps the counts when no document is left', async () => {
    const histogram = new Map([['2024-04-03', new Map([['news.example', -1]])]]);
    const merged = await merge([{ docs: [doc(1, 1, 'a')], histogram, drops: [1] }]);
    expect(merged && contentsOf(merged)).toEqual({ rows: [], lists: [], archived: [], histogram });
  });

  it('is what a segment of all that survives is', async () => {
    const drops = fc.oneof(
      { weight: 2, arbitrary: fc.constant<number[]>([]) },
      fc.uniqueArray(fc.nat(60), { maxLength: 20 }),
    );
    const any: fc.Arbitrary<Commit> = fc.record({ docs: docsArbitrary, histogram: histogramArbitrary, drops });
    await fc.assert(
      fc.asyncProperty(fc.array(any, { maxLength: 5 }), async (commits) => {
        const merged = await merge(commits);
        const left = survivors(commits);
        const histogram = sum(commits.map((one) => one.histogram));
        if (left.length === 0 && histogram.size === 0) {
          expect(merged).toBeNull();
          return;
        }
        const whole = build(left, histogram);
        expect(merged && contentsOf(merged)).toEqual(contentsFor(left, histogram));
        expect(merged && bytesBeforeHistogram(merged)).toBe(bytesBeforeHistogram(whole));
        expect({ ...merged?.head, bytes: 0, histogram: 0 }).toEqual({ ...whole.head, bytes: 0, histogram: 0 });
      }),
    );
  });

  it('in any steps is the same segment', async () => {
    const commits = fc.array(docsArbitrary, { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(commits, async (docs) => {
        const [a, b, c] = docs.map((own) => inputOf(commit(own)));
        if (!a || !b || !c) return;
        const again = (segment: Segment | null) =>
          segment === null
            ? []
            : [
                {
                  head: segment.head,
                  read: async (part: Part) => segment.body.subarray(part.offset, part.offset + part.length),
                  drops: new Set<string>(),
                },
              ];
        const atOnce = await mergeSegments([a, b, c], noPause);
        const left = await mergeSegments([...again(await mergeSegments([a, b], noPause)), c], noPause);
        const right = await mergeSegments([a, ...again(await mergeSegments([b, c], noPause))], noPause);
        expect(left?.body.toString('hex')).toBe(atOnce?.body.toString('hex'));
        expect(right?.body.toString('hex')).toBe(atOnce?.body.toString('hex'));
      }),
    );
  });

  it('of thousands of documents has all of their lists, long and short, and lets others run', async () => {
    const docs = manyDocs(6000);
    // Every second document in the other one, and some in both.
    const parts = [0, 1].map((n) => docs.filter((_, i) => i % 2 === n || i % 10 === 0));
    let pauses = 0;
    const merged = await mergeSegments(
      parts.map((own) => inputOf(commit(own))),
      async () => {
        pauses++;
      },
    );
    expect(merged && bytesBeforeHistogram(merged)).toBe(bytesBeforeHistogram(build(docs)));
    expect(pauses).toBeGreaterThan(1);
  });
});
