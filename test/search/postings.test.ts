/** Posting lists: what goes in comes out, in no more than a bit a document, and bytes that are no list are said to be none. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { SegmentDamaged } from '../../functions/search/bytes.ts';
import { decodePostings, encodePostings } from '../../functions/search/postings.ts';
import { forAll } from '../support/for-all.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('a list', () => {
  test.each<{ name: string; ordinals: number[]; bytes: string; bitmap: boolean }>([
    { name: 'of none is nothing', ordinals: [], bytes: '', bitmap: false },
    { name: 'of the first is a zero', ordinals: [0], bytes: '00', bitmap: false },
    { name: 'of a later one is its number', ordinals: [300], bytes: 'ac02', bitmap: false },
    { name: 'of some is the gaps between', ordinals: [3, 4, 10, 300], bytes: '030005a102', bitmap: false },
    { name: 'of many is a bit for each', ordinals: [0, 1, 2, 3, 8], bytes: '0f01', bitmap: true },
    { name: 'of all is all bits', ordinals: [0, 1, 2, 3, 4, 5, 6, 7], bytes: 'ff', bitmap: true },
    { name: 'that could be either is gaps', ordinals: [0, 8], bytes: '0007', bitmap: false },
  ])('$name', ({ ordinals, bytes, bitmap }) => {
    const encoded = encodePostings(Uint32Array.from(ordinals));
    expect([hex(encoded.bytes), encoded.bitmap]).toEqual([bytes, bitmap]);
  });

  const docs = 5000;
  const dense = fc.tuple(fc.nat(100), fc.nat(200)).map(([from, length]) => Array.from({ length }, (_, i) => from + i));
  const sparse = fc.uniqueArray(fc.nat(docs - 1), { maxLength: 300 });
  const ordinals = fc
    .tuple(fc.constantFrom('dense', 'sparse', 'both'), dense, sparse)
    .map(([which, a, b]) => [...new Set([...(which === 'sparse' ? [] : a), ...(which === 'dense' ? [] : b)])])
    .map((all) => Uint32Array.from(all).sort());

  it('comes back as it was, from no more than a bit a document', () => {
    forAll([ordinals], (list) => {
      const encoded = encodePostings(list);
      expect(decodePostings(encoded, list.length, docs)).toEqual(list);
      expect(encoded.bytes.length).toBeLessThanOrEqual(Math.ceil(docs / 8));
    });
  });

  it('is of one segment: a list that names later documents is damaged', () => {
    forAll([ordinals.filter((list) => list.length > 0)], (list) => {
      expect(() => decodePostings(encodePostings(list), list.length, list.at(-1) ?? 0)).toThrow(SegmentDamaged);
    });
  });
});

describe('damage', () => {
  const bytes = (text: string) => Buffer.from(text, 'hex');
  test.each<{ name: string; bytes: string; bitmap: boolean; count: number; docs: number }>([
    { name: 'of nothing at all', bytes: '', bitmap: false, count: 1, docs: 10 },
    { name: 'in the middle of a number', bytes: '00ac', bitmap: false, count: 2, docs: 10 },
    { name: 'that leaves bytes over', bytes: '000000', bitmap: false, count: 2, docs: 10 },
    { name: 'that names a document too many', bytes: '0009', bitmap: false, count: 2, docs: 10 },
    { name: 'that counts beyond what a number holds', bytes: '00ffffffff0f', bitmap: false, count: 2, docs: 10 },
    { name: 'that goes around and comes back', bytes: 'ffffffff0f00', bitmap: false, count: 2, docs: 10 },
    { name: 'of a number of nine bytes', bytes: 'ffffffffffffffff01', bitmap: false, count: 1, docs: 10 },
    { name: 'that has a bit more', bytes: 'ff', bitmap: true, count: 7, docs: 10 },
    { name: 'that has a bit less', bytes: 'ff', bitmap: true, count: 9, docs: 10 },
    { name: 'that has a bit beyond the last document', bytes: '0004', bitmap: true, count: 1, docs: 10 },
    { name: 'that counts more than there are', bytes: '0000', bitmap: false, count: 11, docs: 10 },
    { name: 'that counts billions', bytes: '0000', bitmap: false, count: 2 ** 31, docs: 2 ** 31 },
    { name: 'that counts billions of bits', bytes: 'ffff', bitmap: true, count: 2 ** 31, docs: 2 ** 31 },
    { name: 'that counts what no array holds', bytes: '00', bitmap: false, count: 2 ** 52, docs: 2 ** 52 },
  ])('$name is told', ({ bytes: encoded, bitmap, count, docs }) => {
    expect(() => decodePostings({ bytes: bytes(encoded), bitmap }, count, docs)).toThrow(SegmentDamaged);
  });

  it('of any kind gives ascending documents of the segment, or is told', () => {
    const encoded = fc.record({ bytes: fc.uint8Array({ maxLength: 40 }), bitmap: fc.boolean() });
    forAll([encoded, fc.nat(60), fc.nat(400)], { numRuns: 2000 }, (list, count, docs) => {
      let ordinals: Uint32Array;
      try {
        ordinals = decodePostings(list, count, docs);
      } catch (error) {
        expect(error).toBeInstanceOf(SegmentDamaged);
        return;
      }
      expect(ordinals).toHaveLength(count);
      expect(ordinals.every((ordinal, i) => ordinal < docs && (i === 0 || ordinal > (ordinals[i - 1] ?? docs)))).toBe(
        true,
      );
    });
  });
});
