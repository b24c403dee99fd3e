/** Damage of any kind: SegmentDamaged comes out or the right answer; never another error, a hang, or gigabytes. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { makeByteCache } from '../../functions/search/byte-cache.ts';
import { SegmentDamaged } from '../../functions/search/bytes.ts';
import { mergeSegments } from '../../functions/search/merge.ts';
import {
  checked,
  checkHeader,
  entriesOf,
  findTerm,
  ordinalsOf,
  type Part,
  readArchived,
  readHead,
  readHistogram,
  readRow,
  readRows,
  type Segment,
  writeHead,
} from '../../functions/search/segment.ts';
import { makeSegmentReader } from '../../functions/search/segment-reader.ts';
import { forAll } from '../support/for-all.ts';
import { build, contentsOf, makeDice, manyDocs } from './segment-samples.ts';

/** What `read` gives, or that it was told to be damaged; any other error is one of the test. */
function outcome<T>(read: () => T): T | 'damaged' {
  try {
    return read();
  } catch (error) {
    if (error instanceof SegmentDamaged) return 'damaged';
    throw error;
  }
}

async function laterOutcome<T>(read: () => Promise<T>): Promise<T | 'damaged'> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SegmentDamaged) return 'damaged';
    throw error;
  }
}

/** As the bucket reads: up to where the object ends. */
const slice = (body: Uint8Array, { offset, length }: Part) => body.subarray(offset, offset + length);

/** What queries and a merge read of a segment. */
async function answersOf({ head, body }: Segment) {
  const reader = makeSegmentReader(
    async (_, part) => slice(body, part),
    makeByteCache<Uint8Array>(1e6, (bytes) => bytes.length),
  );
  const open = { key: 'a', head };
  const propose = (...terms: string[]) =>
    laterOutcome(() =>
      reader.propose(
        open,
        terms.map((term) => [[{ term }]]),
        { gets: 0 },
      ),
    );
  return {
    half: await propose('half'),
    twelfth: await propose('twelfth'),
    both: await propose('half', 'twelfth'),
    words: await laterOutcome(() => reader.propose(open, [[[{ prefix: 'word-1' }]]], { gets: 0 })),
    only: await propose('only-7'),
    none: await propose('nothing'),
    row: await laterOutcome(() => reader.row(open, 3, { gets: 0 })),
    lastRow: await laterOutcome(() => reader.row(open, head.docs - 1, { gets: 0 })),
    archived: await laterOutcome(() => reader.archivedOrder(open, { gets: 0 })),
    histogram: await laterOutcome(() => reader.histogram(open, { gets: 0 })),
  };
}

function mergedOf({ head, body }: Segment): Promise<Segment | null> {
  const read = async (part: Part) => {
    const bytes = slice(body, part);
    if (bytes.length < part.length) throw new SegmentDamaged('a part of the body is not there');
    return bytes;
  };
  return mergeSegments([{ head, read, drops: new Set() }], async () => undefined);
}

/** Every answer is the right one or that it is damaged; whether any was damaged. */
function expectRightOrDamaged(answers: Record<string, unknown>, right: Record<string, unknown>): boolean {
  const told = Object.keys(right).filter((name) => answers[name] === 'damaged');
  expect(answers).toEqual({ ...right, ...Object.fromEntries(told.map((name) => [name, 'damaged'])) });
  return told.length > 0;
}

const histogram = new Map([['2024-04-03', new Map([['news.example', 12]])]]);
const small = build(manyDocs(12), histogram);
const large = build(manyDocs(2500), histogram);

function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

describe('a body with one bit flipped', () => {
  const contents = contentsOf(small);

  it('is told wherever the bit is, behind the magic', () => {
    const untold: number[] = [];
    for (let bit = 64; bit < small.body.length * 8; bit++) {
      const found = outcome(() => contentsOf({ head: small.head, body: flipped(small.body, bit) }));
      if (found !== 'damaged') untold.push(bit);
    }
    expect(untold).toEqual([]);
  });

  it('is told in its magic when that is looked at', () => {
    for (let bit = 0; bit < 32; bit++) expect(outcome(() => checkHeader(flipped(small.body, bit)))).toBe('damaged');
    expect(outcome(() => contentsOf({ head: small.head, body: flipped(small.body, 5) }))).toEqual(contents);
  });

  it('gives the right answers or none to queries, of long lists too', async () => {
    const right = await answersOf(large);
    const dice = makeDice(7);
    let told = 0;
    for (let n = 0; n < 60; n++) {
      const body = flipped(large.body, 64 + dice(large.body.length * 8 - 64));
      if (expectRightOrDamaged(await answersOf({ head: large.head, body }), right)) told++;
    }
    expect(told).toBeGreaterThan(0);
  });

  it('is never merged', async () => {
    const dice = makeDice(8);
    for (let n = 0; n < 60; n++) {
      // The order of first captures is made anew.
      const to = n % 2 ? small.head.rows.offset + small.head.rows.length : small.head.rows.offset;
      const body = flipped(small.body, 64 + dice(to * 8 - 64));
      expect(await laterOutcome(() => mergedOf({ head: small.head, body }))).toBe('damaged');
    }
  });
});

describe('a body that ends too early', () => {
  it('is told wherever it ends', () => {
    for (let length = 0; length < small.body.length; length++) {
      const body = small.body.subarray(0, length);
      expect(outcome(() => contentsOf({ head: small.head, body }))).toBe('damaged');
    }
  });

  it('gives the right answers or none to queries', async () => {
    const right = await answersOf(large);
    for (let length = 0; length < large.body.length; length += 7001)
      expect(
        expectRightOrDamaged(await answersOf({ head: large.head, body: large.body.subarray(0, length) }), right),
      ).toBe(true);
  });

  it('is never merged', async () => {
    for (let length = 0; length < small.body.length; length += 61) {
      const merged = await laterOutcome(() => mergedOf({ head: small.head, body: small.body.subarray(0, length) }));
      expect(merged).toBe('damaged');
    }
  });

  it('is told when there is nothing of it', async () => {
    const reader = makeSegmentReader(
      async () => null,
      makeByteCache<Uint8Array>(1e6, (bytes) => bytes.length),
    );
    const row = () => reader.row({ key: 'a', head: small.head }, 0, { gets: 0 });
    await expect(row).rejects.toThrow(new SegmentDamaged('a part of the body is not there'));
  });
});

describe('a head', () => {
  const bytes = writeHead(small.head);

  it('with one bit flipped is told', () => {
    const untold: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++)
      if (outcome(() => readHead(flipped(bytes, bit))) !== 'damaged') untold.push(bit);
    expect(untold).toEqual([]);
  });

  it('that ends too early is told', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(outcome(() => readHead(bytes.subarray(0, length)))).toBe('damaged');
  });

  it('of any bytes is told', () => {
    forAll([fc.uint8Array({ maxLength: 200 })], (any) => {
      expect(outcome(() => readHead(any))).toBe('damaged');
    });
  });

  it('that unpacks to a bomb is told', () => {
    const bomb = { ...small.head, rowTimes: Array.from({ length: 9_000_000 }, () => 1_000_000) };
    const packed = writeHead(bomb);
    expect(packed.length).toBeLessThan(100_000);
    expect(outcome(() => readHead(packed))).toBe('damaged');
  });

  test.each<{ name: string; lie: (n: number) => Partial<Segment['head']> }>([
    { name: 'documents', lie: (docs) => ({ docs }) },
    { name: 'the place of its rows', lie: (offset) => ({ rows: { ...large.head.rows, offset } }) },
    { name: 'the length of its rows', lie: (length) => ({ rows: { ...large.head.rows, length } }) },
    {
      name: 'the place of its order of first captures',
      lie: (offset) => ({ archived: { ...large.head.archived, offset } }),
    },
    {
      name: 'the length of its order of first captures',
      lie: (length) => ({ archived: { ...large.head.archived, length } }),
    },
    { name: 'the place of its histogram', lie: (offset) => ({ histogram: { ...large.head.histogram, offset } }) },
    { name: 'the length of its histogram', lie: (length) => ({ histogram: { ...large.head.histogram, length } }) },
    {
      name: 'the places of its blocks',
      lie: (offset) => ({ blocks: large.head.blocks.map((block) => ({ ...block, offset })) }),
    },
    {
      name: 'the lengths of its blocks',
      lie: (length) => ({ blocks: large.head.blocks.map((block) => ({ ...block, length })) }),
    },
  ])('that lies about $name makes nobody take gigabytes', async ({ lie }) => {
    const before = process.memoryUsage().arrayBuffers;
    for (const n of [0, 1, 2499, 2501, 2 ** 31, 2 ** 32 + 1, 2 ** 52]) {
      const segment = { head: { ...large.head, ...lie(n) }, body: large.body };
      await answersOf(segment);
      await laterOutcome(() => mergedOf(segment));
      outcome(() => contentsOf(segment));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 1024 * 1024);
  });

  it.each([2 ** 31, 2 ** 32 + 1, 2 ** 52])('of %i documents is damaged to whoever reads them all', async (docs) => {
    const segment = { head: { ...large.head, docs }, body: large.body };
    expect(outcome(() => contentsOf(segment))).toBe('damaged');
    expect(await laterOutcome(() => mergedOf(segment))).toBe('damaged');
    expect((await answersOf(segment)).archived).toBe('damaged');
  });
});

describe('bytes that pass for a part', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    // Small numbers make entries that hang together for a while.
    fc.array(fc.nat(9), { maxLength: 80 }).map((numbers) => Uint8Array.from(numbers)),
  );

  it('are a block of entries, or told', () => {
    forAll([bytes, fc.uint8Array({ maxLength: 5 }), fc.nat(30)], { numRuns: 3000 }, (block, term, docs) => {
      outcome(() => {
        for (const { list } of entriesOf(block))
          for (const ordinal of ordinalsOf(list, list.part && block, docs)) expect(ordinal).toBeLessThan(docs);
      });
      outcome(() => findTerm(block, term));
    });
  });

  it('are rows, an order or a histogram, or told', () => {
    forAll([bytes, fc.nat(30)], (part, docs) => {
      outcome(() => checked(part));
      outcome(() => readRow(part, docs));
      outcome(() => readRows(part, docs));
      outcome(() => readArchived(part, docs));
      outcome(() => readHistogram(part));
    });
  });

  it('in a block do not count billions', () => {
    // The term "a" in 2 ** 31 documents, on a list of no bytes.
    const block = Buffer.from('08000161 8080808008 00'.replaceAll(' ', ''), 'hex');
    const list = findTerm(block, Buffer.from('a'));
    expect(list?.count).toBe(2 ** 31);
    expect(outcome(() => list && ordinalsOf(list, null, 2 ** 31))).toBe('damaged');
  });

  it('are no row beyond the last', () => {
    expect(outcome(() => readRow(Buffer.alloc(64), 1))).toBe('damaged');
    expect(outcome(() => readRow(Buffer.alloc(64), -1))).toBe('damaged');
    expect(outcome(() => readRow(Buffer.alloc(63), 0))).toBe('damaged');
  });
});
