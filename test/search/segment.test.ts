/** The format of a segment: everything that was written is read, and what version 1 wrote is read for ever. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { SegmentDamaged } from '../../functions/search/bytes.ts';
import {
  blockOf,
  checked,
  checkHeader,
  compareRows,
  entriesOf,
  findTerm,
  ordinalsOf,
  type Part,
  readHead,
  readRow,
  rowBlockPart,
  rowsPerBlock,
  type Segment,
  writeHead,
} from '../../functions/search/segment.ts';
import { forAll } from '../support/for-all.ts';
import {
  build,
  contentsFor,
  contentsOf,
  type Doc,
  docsArbitrary,
  histogramArbitrary,
  idOf,
  manyDocs,
  words,
} from './segment-samples.ts';

/** The ids on a term's list, found as a query finds them; null when no block has it. */
function lookUp({ head, body }: Segment, term: string): string[] | null {
  const part = ({ offset, length }: Part) => body.subarray(offset, offset + length);
  const place = head.blocks[blockOf(head, Buffer.from(term))];
  const list = place ? findTerm(checked(part(place)), Buffer.from(term)) : null;
  if (!list) return null;
  return [...ordinalsOf(list, list.part && part(list.part), head.docs)].map((ordinal) => {
    const block = Math.floor(ordinal / rowsPerBlock);
    return readRow(checked(part(rowBlockPart(head, block))), ordinal % rowsPerBlock).id;
  });
}

describe('a segment', () => {
  it('says of any documents what reading them all says', () => {
    forAll([docsArbitrary, histogramArbitrary], (docs, histogram) => {
      const segment = build(docs, histogram);
      const expected = contentsFor(docs, histogram);
      expect(contentsOf(segment)).toEqual(expected);
      const lists = new Map(expected.lists);
      for (const term of [...words, '', 'aa', 'abcd', '𠮷野家', '\u{10FFFF}'])
        expect(lookUp(segment, term)).toEqual(lists.get(term) ?? null);
      expect(segment.head.docs).toBe(docs.length);
      expect(segment.head.terms).toBe(expected.lists.length);
      expect(segment.head.postings).toBe(expected.lists.reduce((total, [, ids]) => total + ids.length, 0));
      expect(segment.head.bytes).toBe(segment.body.length);
      expect(readHead(writeHead(segment.head))).toEqual(segment.head);
    });
  });

  const many = manyDocs(4000);
  const large = build(many);

  it('of thousands of documents has all of their lists, long and short', () => {
    const expected = contentsFor(many, new Map());
    expect(contentsOf(large)).toEqual(expected);
    expect(large.head.blocks.length).toBeGreaterThan(3);
    for (const [term, ids] of expected.lists) if (ids.length > 3) expect(lookUp(large, term)).toEqual(ids);
  });

  it('has none of the terms that are not there', () => {
    for (const term of ['', 'al', 'all ', 'halg', 'only-', 'only-10000', 'word-3000', 'zzz', '\u0000', '\u{10FFFF}'])
      expect(lookUp(large, term)).toBeNull();
  });

  it('does not take the end of a later term for that of one that is not there', () => {
    const [doc] = many;
    const segment = build(doc ? [{ ...doc, terms: ['aba', 'b', 'bb', 'bbz'] }] : []);
    expect(['abz', 'az', 'bz', 'abaz'].map((term) => lookUp(segment, term))).toEqual([null, null, null, null]);
    expect(['aba', 'b', 'bb', 'bbz'].map((term) => lookUp(segment, term)?.length)).toEqual([1, 1, 1, 1]);
  });

  it('keeps long lists apart, in no more than a bit a document', () => {
    const kinds = new Map<string, string>();
    for (const place of large.head.blocks) {
      const block = checked(large.body.subarray(place.offset, place.offset + place.length));
      for (const { term, list } of entriesOf(block)) {
        const kind = list.part ? `${list.part.length} bytes, ${list.bitmap ? 'bits' : 'gaps'}` : 'here';
        kinds.set(Buffer.from(term).toString(), kind);
      }
    }
    expect(['all', 'half', 'twelfth', 'only-7'].map((term) => kinds.get(term))).toEqual([
      '504 bytes, bits',
      '504 bytes, bits',
      '351 bytes, gaps',
      'here',
    ]);
  });

  it.each([{ docs: 1 }, { docs: 511 }, { docs: 512 }, { docs: 513 }, { docs: 1024 }, { docs: 1025 }])(
    'of $docs documents tells the times of its blocks of rows',
    ({ docs }) => {
      const { head, body } = build(manyDocs(docs).map(({ row }, n) => ({ row: { ...row, sortMs: n }, terms: [] })));
      const starts = [docs - 1, docs - 513, docs - 1025].filter((ms) => ms >= 0);
      expect(head.rowTimes).toEqual(starts.includes(0) ? starts : [...starts, 0]);
      const blocks = Array.from({ length: Math.ceil(docs / 512) }, (_, i) => rowBlockPart(head, i));
      expect(blocks.reduce((total, { length }) => total + length, 0)).toBe(head.rows.length);
      for (const { offset, length } of blocks) checked(body.subarray(offset, offset + length));
    },
  );

  it('knows its latest and earliest first capture', () => {
    const row = { id: idOf(1), textId: null, sortMs: 0, archivedMs: 5, iv: 1 };
    const docs: Doc[] = [3, 9, 4].map((archivedMs, n) => ({ row: { ...row, id: idOf(n), archivedMs }, terms: [] }));
    expect(build(docs).head.archivedTimes).toEqual([9, 3]);
    expect(build([]).head.archivedTimes).toEqual([0, 0]);
  });

  it('has the order of an answer: newest first, then by id', () => {
    const rowOf = (n: number, sortMs: number) => ({ id: idOf(n), textId: null, sortMs, archivedMs: 0, iv: 1 });
    const rows = [rowOf(1, 5), rowOf(2, 5), rowOf(3, 9), rowOf(4, 1)];
    expect(rows.sort((a, b) => compareRows(a, b, 'sortMs')).map(({ id }) => id)).toEqual([3, 2, 1, 4].map(idOf));
  });
});

describe('a block', () => {
  // Its long lists begin at 8; "a" in documents 0 and 1; "all" on a list of 375 bytes of bits; "ally" in document 300; and
  // "b" on a list of 260 bytes of gaps, which is behind that of "all" with its checksum.
  const block = Buffer.from(
    '08 00016102080000 01026c6cb812df0b 0301 79 01 ac02 00 01 62 c801 9108'.replaceAll(' ', ''),
    'hex',
  );

  it('says where its long lists are', () => {
    const entries = [...entriesOf(block)].map(({ term, list }) => ({ term: Buffer.from(term).toString(), ...list }));
    expect(entries).toEqual([
      { term: 'a', count: 2, encoded: { bytes: Buffer.from([0, 0]), bitmap: false }, part: null },
      { term: 'all', count: 2360, encoded: null, part: { offset: 8, length: 379 }, bitmap: true },
      { term: 'ally', count: 1, encoded: { bytes: Buffer.from([0xac, 2]), bitmap: false }, part: null },
      { term: 'b', count: 200, encoded: null, part: { offset: 387, length: 264 }, bitmap: false },
    ]);
  });

  test.each<{ name: string; term: string; count: number | null }>([
    { name: 'the first term', term: 'a', count: 2 },
    { name: 'a term that begins as another', term: 'ally', count: 1 },
    { name: 'a term between', term: 'all', count: 2360 },
    { name: 'the last term', term: 'b', count: 200 },
    { name: 'nothing before all', term: '', count: null },
    { name: 'nothing of part of a term', term: 'al', count: null },
    { name: 'nothing beyond a term', term: 'allyz', count: null },
    { name: 'nothing behind all', term: 'c', count: null },
  ])('finds $name', ({ term, count }) => {
    expect(findTerm(block, Buffer.from(term))?.count ?? null).toBe(count);
  });
});

describe('version 1', () => {
  const sample = new Map(
    readFileSync(new URL('../fixtures/segment-v1.hex', import.meta.url), 'utf8')
      .split(/^# /m)
      .slice(1)
      .map((section) => {
        const [name = '', ...lines] = section.split('\n');
        return [name.split(':')[0], Buffer.from(lines.join('').replaceAll(' ', ''), 'hex')] as const;
      }),
  );
  const parts = ['header', 'blocks', 'rows', 'archived', 'histogram'].map(
    (name) => sample.get(name) ?? Buffer.alloc(0),
  );
  const body = Buffer.concat(parts);
  const head = readHead(sample.get('head') ?? Buffer.alloc(0));
  const docs: Doc[] = [
    {
      row: { id: 'aaaaaaaaaaaaaaaaaaaaaa', textId: null, sortMs: 1712102400000, archivedMs: 1712102460000, iv: 1 },
      terms: ['bridge', 'old', '\u0003s:news.example'],
    },
    {
      row: {
        id: '_-ZZZZZZZZZZZZZZZZZZ09',
        textId: 'tttttttttttttttttttttt',
        sortMs: 1712188800000,
        archivedMs: 1712188799999,
        iv: 4_000_000_000,
      },
      terms: ['bridges', '台', '台湾', '𠮷', '\u0003s:news.example'],
    },
    {
      row: { id: 'cccccccccccccccccccccc', textId: null, sortMs: -86400000, archivedMs: 1712275200000, iv: 2 },
      terms: ['bridge', '\uFF5E', '\u0003s:news.example'],
    },
  ];
  const histogram = new Map([
    ['2024-04-04', new Map([['news.example', 1]])],
    ['2024-04-03', new Map([['news.example', -1]])],
  ]);

  it('is read as it was written in November 2026', () => {
    checkHeader(body);
    const ids = ['_-ZZZZZZZZZZZZZZZZZZ09', 'aaaaaaaaaaaaaaaaaaaaaa', 'cccccccccccccccccccccc'] as const;
    const [second, first, third] = ids;
    expect(contentsOf({ head, body })).toEqual({
      rows: [docs[1]?.row, docs[0]?.row, docs[2]?.row],
      lists: [
        ['\u0003s:news.example', [second, first, third]],
        ['bridge', [first, third]],
        ['bridges', [second]],
        ['old', [first]],
        ['台', [second]],
        ['台湾', [second]],
        ['\uFF5E', [third]],
        ['𠮷', [second]],
      ],
      archived: [
        [third, 1712275200000],
        [second, 1712188799999],
        [first, 1712102460000],
      ],
      histogram,
    });
    expect(head.rowTimes).toEqual([1712188800000, -86400000]);
    expect(head.archivedTimes).toEqual([1712275200000, 1712102460000]);
    expect(lookUp({ head, body }, 'bridge')).toEqual([first, third]);
  });

  it('is written as it was', () => {
    const written = build(docs, histogram);
    // What zstd makes of the histogram may change with its version; so may the place of nothing else.
    expect(written.body.subarray(0, head.histogram.offset).toString('hex')).toBe(
      body.subarray(0, head.histogram.offset).toString('hex'),
    );
    expect({ ...written.head, bytes: 0, histogram: 0 }).toEqual({ ...head, bytes: 0, histogram: 0 });
  });

  it('is not taken for another', () => {
    expect(() => readHead(writeHead({ ...head, version: 2 }))).toThrow(
      new SegmentDamaged('a segment of format 2; this version of Nightdesk reads 1'),
    );
  });
});
