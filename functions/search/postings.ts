/**
 * The ordinals of the documents that have a term, ascending <-> bytes: the gaps between them as varints, or one bit a
 * document where that is shorter. So no list is longer than a bit for each document of its segment.
 */
import { type ByteReader, makeWriter, readVarint, SegmentDamaged } from './bytes.ts';

export type Encoded = { bytes: Uint8Array; bitmap: boolean };

const writer = makeWriter();

export function encodePostings(ordinals: Uint32Array): Encoded {
  let before = -1;
  for (const ordinal of ordinals) {
    writer.varint(ordinal - before - 1);
    before = ordinal;
  }
  const gaps = writer.take();
  const bitmapBytes = (before >> 3) + 1;
  if (gaps.length <= bitmapBytes) return { bytes: gaps, bitmap: false };
  const bits = new Uint8Array(bitmapBytes);
  for (const ordinal of ordinals) bits[ordinal >> 3] = (bits[ordinal >> 3] ?? 0) | (1 << (ordinal & 7));
  return { bytes: bits, bitmap: true };
}

/** `count`: how many there are; `docs`: how many documents the segment has. Throws SegmentDamaged when that is not so. */
export function decodePostings({ bytes, bitmap }: Encoded, count: number, docs: number): Uint32Array {
  // Before anything is allocated: a number takes a byte at least, or a bit.
  if (count > docs || count > bytes.length * (bitmap ? 8 : 1))
    throw new SegmentDamaged('a list names more documents than there are');
  const ordinals = new Uint32Array(count);
  let found = 0;
  // Not from `ordinals`, which wrap around.
  let last = -1;
  if (bitmap) {
    for (let i = 0; i < bytes.length; i++) {
      for (let bits = bytes[i] ?? 0; bits !== 0; bits &= bits - 1) {
        last = (i << 3) + (31 - Math.clz32(bits & -bits));
        if (found < count) ordinals[found] = last;
        found++;
      }
    }
  } else {
    const reader: ByteReader = { bytes, at: 0 };
    for (; found < count; found++) {
      last += readVarint(reader) + 1;
      ordinals[found] = last;
    }
    if (reader.at !== bytes.length) throw new SegmentDamaged('a list has bytes left over');
  }
  if (found !== count || last >= docs) throw new SegmentDamaged('a list names documents that are not there');
  return ordinals;
}
