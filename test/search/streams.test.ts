/** Streams: whatever sources candidates come from and wherever a request has to stop, all come, once, in order. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toIso } from '../../functions/article/times.ts';
import { makeByteCache } from '../../functions/search/byte-cache.ts';
import type { SegmentDamaged } from '../../functions/search/bytes.ts';
import type { Plan } from '../../functions/search/plan.ts';
import type { Segment } from '../../functions/search/segment.ts';
import { type Budget, makeSegmentReader } from '../../functions/search/segment-reader.ts';
import {
  type Candidate,
  listStream,
  type Order,
  type Span,
  type Stream,
  segmentStream,
  takeCandidates,
} from '../../functions/search/streams.ts';
import { build, type Doc, idOf, manyDocs } from './segment-samples.ts';

const orders: Order[] = ['newest', 'oldest', 'archived'];

function candidateOf({ row }: Doc, order: Order): Candidate {
  const { id, iv, textId, sortMs, archivedMs } = row;
  return { id, iv, archivedMs, textId, position: `${toIso(order === 'archived' ? archivedMs : sortMs)}#${id}` };
}

/** Of all documents those of the span with the terms, sorted. */
function expectedIds(docs: Doc[], terms: string[], { order, fromMs, toMs }: Omit<Span, 'after'>): string[] {
  const wanted = docs.filter(({ row, terms: own }) => {
    const time = order === 'archived' ? row.archivedMs : row.sortMs;
    return time >= fromMs && time <= toMs && terms.every((term) => own.includes(term));
  });
  const positions = wanted.map((doc) => candidateOf(doc, order).position).sort();
  if (order !== 'oldest') positions.reverse();
  return positions.map((position) => position.slice(25));
}

/** Documents on segments and on a list, as the index and the log have them. */
type Sources = { segments: Segment[]; log: Doc[] };

function streamsOf({ segments, log }: Sources, terms: string[], span: Span, budget: Budget): Stream[] {
  const plan: Plan = terms.map((term) => [[{ term }]]);
  const reader = makeSegmentReader(
    async (key, { offset, length }) => segments[Number(key)]?.body.subarray(offset, offset + length) ?? null,
    // Nothing is kept: whatever is read counts.
    makeByteCache<Uint8Array>(0, (bytes) => bytes.length),
  );
  const onDamage = (key: string, error: SegmentDamaged) => {
    throw new Error(`${key}: ${error.message}`);
  };
  const fromLog = log.filter((doc) => terms.every((term) => doc.terms.includes(term)));
  return [
    listStream(
      fromLog.map((doc) => candidateOf(doc, span.order)),
      span,
    ),
    ...segments.map(({ head }, i) => segmentStream(reader, { key: String(i), head }, { plan, span, budget, onDamage })),
  ];
}

/** All ids, by as many requests as it takes: each of at most so many candidates and so many reads. */
async function allIds(
  sources: Sources,
  terms: string[],
  span: Omit<Span, 'after'>,
  limits: { candidates: number; gets: number },
): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  for (let request = 0; request < 3000; request++) {
    const budget: Budget = { gets: 0 };
    const whole: Span = { ...span, after };
    const streams = streamsOf(sources, terms, whole, budget);
    const isSpent = () => budget.gets >= limits.gets;
    const { candidates, stop } = await takeCandidates(streams, whole, { count: limits.candidates, isSpent });
    ids.push(...candidates.map(({ id }) => id));
    if (stop?.reason === 'end') return ids;
    const next = stop ? stop.position : (candidates.at(-1)?.position ?? null);
    expect(next).not.toBe(after);
    after = next;
  }
  throw new Error('the requests do not end');
}

const terms = ['a', 'b', 'c'];
/** Few times, so that many are equal. Each article is in one source only. */
const sourcesArbitrary: fc.Arbitrary<Sources & { docs: Doc[] }> = fc
  .array(
    fc.record({
      source: fc.nat(4),
      sortMs: fc.oneof(fc.nat(3), fc.nat(5000)),
      archivedMs: fc.oneof(fc.nat(3), fc.nat(5000)),
      terms: fc.subarray(terms),
    }),
    { maxLength: 60 },
  )
  .map((all) => {
    const docs = all.map(({ source, terms: own, ...times }, n) => ({
      source,
      doc: { row: { id: idOf(n), textId: null, iv: 1, ...times }, terms: own },
    }));
    const of = (n: number) => docs.filter(({ source }) => source === n).map(({ doc }) => doc);
    return { segments: [1, 2, 3, 4].map((n) => build(of(n))), log: of(0), docs: docs.map(({ doc }) => doc) };
  });

const spanArbitrary = fc
  .record({ order: fc.constantFrom(...orders), a: fc.nat(5000), b: fc.nat(5000), isWhole: fc.boolean() })
  .map(({ order, a, b, isWhole }) =>
    isWhole ? { order, fromMs: -1e12, toMs: 1e12 } : { order, fromMs: Math.min(a, b), toMs: Math.max(a, b) },
  );

const limitsArbitrary = fc.record({
  candidates: fc.integer({ min: 1, max: 70 }),
  gets: fc.integer({ min: 1, max: 30 }),
});

describe('lists', () => {
  it('give what sorting all of them gives', async () => {
    const lists = fc.array(fc.uniqueArray(fc.nat(5000), { maxLength: 30 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(lists, spanArbitrary, fc.nat(100), async (all, span, count) => {
        const docs = all.map((times, list) =>
          times.map(
            (ms): Doc => ({ row: { id: idOf(list), textId: null, iv: 1, sortMs: ms, archivedMs: ms }, terms: [] }),
          ),
        );
        const whole = { ...span, after: null };
        const streams = docs.map((own) =>
          listStream(
            own.map((doc) => candidateOf(doc, span.order)),
            whole,
          ),
        );
        const { candidates, stop } = await takeCandidates(streams, whole, { count: count, isSpent: () => false });
        const expected = expectedIds(docs.flat(), [], span);
        expect(candidates.map(({ id }) => id)).toEqual(expected.slice(0, count));
        expect(stop?.reason ?? null).toBe(count > expected.length ? 'end' : null);
      }),
    );
  });

  test.each(orders)('in the order "%s" go on behind a position', async (order) => {
    const docs = manyDocs(50);
    const span = { order, fromMs: 0, toMs: 1e9 };
    const expected = expectedIds(docs, [], span);
    const all = docs.map((doc) => candidateOf(doc, order));
    for (const n of [0, 1, 48, 49]) {
      const after = all.find(({ id }) => id === expected[n])?.position ?? null;
      const whole = { ...span, after };
      const { candidates } = await takeCandidates([listStream(all, whole)], whole, {
        count: 100,
        isSpent: () => false,
      });
      expect(candidates.map(({ id }) => id)).toEqual(expected.slice(n + 1));
    }
  });

  it('of nothing are at their end', async () => {
    const span: Span = { order: 'newest', fromMs: 0, toMs: 1, after: null };
    expect(await takeCandidates([], span, { count: 5, isSpent: () => false })).toEqual({
      candidates: [],
      stop: { reason: 'end', position: '' },
    });
    expect(await takeCandidates([listStream([], span)], span, { count: 0, isSpent: () => false })).toEqual({
      candidates: [],
      stop: null,
    });
  });
});

describe('segments and a log', () => {
  it('give what sorting all of them gives, wherever requests stop', async () => {
    await fc.assert(
      fc.asyncProperty(
        sourcesArbitrary,
        fc.subarray(terms, { maxLength: 2 }),
        spanArbitrary,
        limitsArbitrary,
        async (...args) => {
          const [sources, wanted, span, limits] = args;
          expect(await allIds(sources, wanted, span, limits)).toEqual(expectedIds(sources.docs, wanted, span));
        },
      ),
    );
  });

  it.each(orders)('of many blocks of rows give all of them in the order "%s"', async (order) => {
    const docs = manyDocs(900);
    const sources = { segments: [build(docs.slice(0, 400)), build(docs.slice(400, 850))], log: docs.slice(850) };
    for (const [span, wanted] of [
      [{ order, fromMs: 0, toMs: 1e9 }, ['half']],
      [{ order, fromMs: 3e8, toMs: 6e8 }, []],
      [{ order, fromMs: 3e8, toMs: 3.1e8 }, ['all']],
      [{ order, fromMs: 0, toMs: 1e9 }, ['half', 'twelfth']],
    ] as const) {
      const ids = await allIds(sources, [...wanted], span, { candidates: 300, gets: 12 });
      expect(ids).toEqual(expectedIds(docs, [...wanted], span));
    }
  });

  it('that share articles give each as often as it is there', async () => {
    const docs = manyDocs(20);
    const sources = { segments: [build(docs), build(docs)], log: docs.slice(0, 5) };
    const span = { order: 'newest' as const, fromMs: 0, toMs: 1e9, after: null };
    const { candidates } = await takeCandidates(streamsOf(sources, ['all'], span, { gets: 0 }), span, {
      count: 100,
      isSpent: () => false,
    });
    const expected = expectedIds([...docs, ...docs, ...docs.slice(0, 5)], ['all'], span);
    expect(candidates.map(({ id }) => id)).toEqual(expected);
  });

  it('are not read while the log has what comes first', async () => {
    const docs = manyDocs(1000).sort((a, b) => b.row.sortMs - a.row.sortMs);
    const budget: Budget = { gets: 0 };
    const span = { order: 'newest' as const, fromMs: 0, toMs: 1e9, after: null };
    const sources = { segments: [build(docs.slice(10))], log: docs.slice(0, 10) };
    const { candidates } = await takeCandidates(streamsOf(sources, ['all'], span, budget), span, {
      count: 10,
      isSpent: () => false,
    });
    expect(candidates).toHaveLength(10);
    expect(budget.gets).toBe(0);
  });

  it('are opened side by side, and then read only where the next candidate may be', async () => {
    const docs = manyDocs(1000).sort((a, b) => b.row.sortMs - a.row.sortMs);
    const budget: Budget = { gets: 0 };
    const span = { order: 'newest' as const, fromMs: 0, toMs: 1e9, after: null };
    const parts = [0, 1, 2, 3].map((n) => build(docs.slice(n * 250, n * 250 + 250)));
    await takeCandidates(streamsOf({ segments: parts, log: [] }, ['all'], span, budget), span, {
      count: 10,
      isSpent: () => false,
    });
    // A block of terms of each segment, and the first block of rows of the newest.
    expect(budget.gets).toBe(5);
  });

  it('tell a position before all that is still to come when they must not read', async () => {
    const docs = manyDocs(30);
    const span = { order: 'newest' as const, fromMs: 0, toMs: 1e9, after: null };
    const stopped = await takeCandidates(streamsOf({ segments: [build(docs)], log: [] }, [], span, { gets: 0 }), span, {
      count: 5,
      isSpent: () => true,
    });
    const latest = Math.max(...docs.map(({ row }) => row.sortMs));
    expect(stopped).toEqual({ candidates: [], stop: { reason: 'budget', position: `${toIso(latest)}#~` } });
  });

  it('go on without a segment that is damaged', async () => {
    const [good, bad] = [manyDocs(10), manyDocs(10, 2)].map((docs) => build(docs));
    const span: Span = { order: 'newest', fromMs: 0, toMs: 1e9, after: null };
    const bodies = new Map([
      ['good', good?.body],
      ['bad', bad?.body.subarray(0, 100)],
    ]);
    const reader = makeSegmentReader(
      async (key, { offset, length }) => bodies.get(key)?.subarray(offset, offset + length) ?? null,
      makeByteCache<Uint8Array>(1e6, (bytes) => bytes.length),
    );
    const told: string[] = [];
    const streams = [good, bad].flatMap((segment, i) =>
      segment
        ? [
            segmentStream(
              reader,
              { key: i === 0 ? 'good' : 'bad', head: segment.head },
              { plan: [], span, budget: { gets: 0 }, onDamage: (key) => told.push(key) },
            ),
          ]
        : [],
    );
    const { candidates, stop } = await takeCandidates(streams, span, { count: 100, isSpent: () => false });
    expect(candidates.map(({ id }) => id)).toEqual(expectedIds(manyDocs(10), [], span));
    expect(stop).toEqual({ reason: 'end', position: '' });
    expect(told).toEqual(['bad']);
  });
});
