/**
 * The format of a segment, version 1: an immutable piece of the index. Its body is one object of the bucket, of which
 * queries read parts; its head, which says where the parts are, is an item of the table. Pure: bytes in, bytes out.
 *
 *   body       magic "NDSG", version (4 bytes), then
 *     blocks     the dictionary: blocks of about 16 KB, each with its CRC-32, and before each the long posting lists of its terms, each
 *                  with its CRC-32 (once, all long lists stood before all blocks; the places in block and head say where)
 *     months     terms of version 2: the counts of each month, JSON, zstd, and a CRC-32
 *     rows       the documents, newest first, in blocks of 512 rows of 64 bytes, each block with its CRC-32
 *     archived   the documents by first capture, newest first: ordinal (4 bytes) and time (ms, double); and a CRC-32
 *     histogram  the counts of no month, and the sums of all months, in the same form; with terms of version 1, all counts
 *   block      where its first long list is (varint), then entries to the end:
 *     entry      bytes shared with the term before, bytes that follow, those (UTF-8), how many documents, then
 *                  for one document   its ordinal
 *                  for more           length * 4 + bitmap * 2 + long; the list itself follows unless it is long
 *   row        id (22 ASCII), text id (22 ASCII, zeros for none), sort time, first capture (ms, doubles), iv (4 bytes)
 *   head       version, counts, the parts' places, the first term and place of each block, the first sort time of each
 *              block of rows: JSON, zstd, and a CRC-32
 *
 * Terms are in the order of their UTF-8 bytes. Numbers are varints where no width is given.
 */
import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type ByteReader, makeWriter, readBytes, readVarint, SegmentDamaged } from './bytes.ts';
import type { TermsVersion } from './fold.ts';
import { type Histogram, histogramFromJson } from './histogram.ts';
import { decodePostings, type Encoded } from './postings.ts';

export const formatVersion = 1;
export const magic = Buffer.from('NDSG');
export const headerBytes = 8;
export const crcBytes = 4;
/** 32 KB: neighbours in time come with one read, and one read of a few KB costs and takes the same. */
export const rowsPerBlock = 512;
export const rowBytes = 64;
/** Of a full block of rows, with its checksum. */
export const rowBlockBytes = rowsPerBlock * rowBytes + 4;
export const idBytes = 22;
export const archivedBytes = 12;
/** We write no head and no histogram that unpacks to more. */
const maxUnpacked = 64 * 1024 * 1024;

export type Row = { id: string; textId: string | null; sortMs: number; archivedMs: number; iv: number };
export type Part = { offset: number; length: number };

export type SegmentHead = {
  version: number;
  docs: number;
  terms: number;
  postings: number;
  bytes: number;
  /** By which rules its terms were made; a segment that does not say so is of version 1, and has no months. */
  termsVersion?: TermsVersion;
  months?: [month: string, offset: number, length: number][];
  blocks: { first: string; offset: number; length: number }[];
  rows: Part;
  /** Sort time (ms) of the first row of each block of rows, and of the last row of all. */
  rowTimes: number[];
  archived: Part;
  /** The latest and earliest first capture; of no rows, zeros. */
  archivedTimes: [number, number];
  histogram: Part;
};

/** What of a head tells where the counts are. */
export type CountsHead = Pick<SegmentHead, 'termsVersion' | 'months' | 'histogram'>;

export type Segment = { head: SegmentHead; body: Buffer };

/** Where a segment has the counts of some months, and of none: all counts are in one part of old ones. */
export function countParts(head: CountsHead, isWanted: (month: string) => boolean): Part[] {
  const months = (head.months ?? []).filter(([month]) => isWanted(month));
  return [...months.map(([, offset, length]) => ({ offset, length })), head.histogram];
}

export function writeHead(head: SegmentHead): Buffer {
  const writer = makeWriter();
  writeChecked(writer, zstdCompressSync(JSON.stringify(head)));
  return writer.take();
}

export function readHead(bytes: Uint8Array): SegmentHead {
  const head = unpack(checked(bytes)) as SegmentHead;
  if (head.version !== formatVersion)
    throw new SegmentDamaged(`a segment of format ${head.version}; this version of Nightdesk reads ${formatVersion}`);
  return head;
}

/** Throws SegmentDamaged when a body does not begin as one. */
export function checkHeader(bytes: Uint8Array): void {
  if (bytes.length < headerBytes || !magic.equals(bytes.subarray(0, magic.length)))
    throw new SegmentDamaged('this is no segment');
}

/** A part of a body without its checksum; throws SegmentDamaged when that does not fit. */
export function checked(part: Uint8Array): Uint8Array {
  if (part.length < crcBytes) throw new SegmentDamaged('a part is too short');
  const bytes = part.subarray(0, part.length - crcBytes);
  const view = new DataView(part.buffer, part.byteOffset, part.length);
  if (crc32(bytes) !== view.getUint32(bytes.length)) throw new SegmentDamaged('a checksum does not fit');
  return bytes;
}

/** A part that was checked before. */
export function withoutChecksum(part: Uint8Array): Uint8Array {
  return part.subarray(0, part.length - crcBytes);
}

/** Which block may hold a term: the last that begins at or before it; -1 when the term is before all. */
export function blockOf({ blocks }: SegmentHead, term: Uint8Array): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(Buffer.from(blocks[middle]?.first ?? ''), term) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A term's list: in hand, or where it is in the body (with its checksum). */
export type List =
  | { count: number; encoded: Encoded; part: null }
  | { count: number; encoded: null; part: Part; bitmap: boolean };

/** The list of a term in a checked block; null when it is not there. */
export function findTerm(block: Uint8Array, term: Uint8Array): List | null {
  const reader: ByteReader = { bytes: block, at: 0 };
  let listAt = readVarint(reader);
  // The number of leading bytes that the previous entry shares with the term; at the next byte it was smaller.
  let agreed = 0;
  while (reader.at < block.length) {
    const shared = readVarint(reader);
    const suffix = readVarint(reader);
    const from = reader.at;
    readBytes(reader, suffix);
    if (shared < agreed) return null;
    let same = false;
    if (shared === agreed) {
      let i = 0;
      while (i < suffix && agreed + i < term.length && block[from + i] === term[agreed + i]) i++;
      if (i === suffix && agreed + i === term.length) same = true;
      else if (agreed + i === term.length || (i < suffix && (block[from + i] ?? 0) > (term[agreed + i] ?? 0)))
        return null;
      else agreed += i;
    }
    const list = readList(reader, listAt);
    if (same) return list;
    if (list.part) listAt = list.part.offset + list.part.length;
  }
  return null;
}

export type Entry = { term: Uint8Array; list: List };

/** All entries of a checked block, in order. */
export function* entriesOf(block: Uint8Array): Generator<Entry> {
  const reader: ByteReader = { bytes: block, at: 0 };
  let listAt = readVarint(reader);
  let term: Uint8Array = new Uint8Array(0);
  while (reader.at < block.length) {
    const shared = readVarint(reader);
    const suffix = readBytes(reader, readVarint(reader));
    if (shared > term.length) throw new SegmentDamaged('a term shares more than there is');
    const next = new Uint8Array(shared + suffix.length);
    next.set(term.subarray(0, shared));
    next.set(suffix, shared);
    term = next;
    const list = readList(reader, listAt);
    if (list.part) listAt = list.part.offset + list.part.length;
    yield { term, list };
  }
}

function readList(reader: ByteReader, listAt: number): List {
  const count = readVarint(reader);
  if (count === 1) {
    const from = reader.at;
    readVarint(reader);
    return { count, encoded: { bytes: reader.bytes.subarray(from, reader.at), bitmap: false }, part: null };
  }
  const packed = readVarint(reader);
  const length = Math.floor(packed / 4);
  const bitmap = (packed & 2) !== 0;
  if (packed & 1) return { count, encoded: null, part: { offset: listAt, length: length + crcBytes }, bitmap };
  return { count, encoded: { bytes: readBytes(reader, length), bitmap }, part: null };
}

/** A list's ordinals; `bytes`: its part of the body when it is a long one. */
export function ordinalsOf(list: List, bytes: Uint8Array | null, docs: number): Uint32Array {
  if (list.encoded) return decodePostings(list.encoded, list.count, docs);
  return decodePostings({ bytes: checked(bytes ?? new Uint8Array(0)), bitmap: list.bitmap }, list.count, docs);
}

/** Where the block of rows is that has an ordinal. */
export function rowBlockPart({ rows, docs }: SegmentHead, block: number): Part {
  const count = Math.min(rowsPerBlock, docs - block * rowsPerBlock);
  return { offset: rows.offset + block * rowBlockBytes, length: count * rowBytes + crcBytes };
}

/** A row of a checked block of rows. */
export function readRow(block: Uint8Array, index: number): Row {
  const at = index * rowBytes;
  if (index < 0 || at + rowBytes > block.length) throw new SegmentDamaged('a row is not there');
  const bytes = Buffer.from(block.buffer, block.byteOffset + at, rowBytes);
  return {
    id: bytes.toString('latin1', 0, idBytes),
    textId: bytes[idBytes] === 0 ? null : bytes.toString('latin1', idBytes, 2 * idBytes),
    sortMs: bytes.readDoubleBE(44),
    archivedMs: bytes.readDoubleBE(52),
    iv: bytes.readUInt32BE(60),
  };
}

/** All rows, from the whole part. */
export function readRows(part: Uint8Array, docs: number): Row[] {
  const rows: Row[] = [];
  for (let at = 0; rows.length < docs; at += rowBlockBytes) {
    const block = checked(part.subarray(at, Math.min(at + rowBlockBytes, part.length)));
    const count = Math.min(rowsPerBlock, docs - rows.length);
    for (let i = 0; i < count; i++) rows.push(readRow(block, i));
  }
  return rows;
}

/** All documents by first capture, newest first: their ordinals, and when that was. */
export type ArchivedOrder = { ordinals: Uint32Array; times: Float64Array };

export function readArchived(part: Uint8Array, docs: number): ArchivedOrder {
  const bytes = checked(part);
  if (bytes.length !== docs * archivedBytes) throw new SegmentDamaged('the order of first captures has another length');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ordinals = new Uint32Array(docs);
  const times = new Float64Array(docs);
  for (let i = 0; i < docs; i++) {
    ordinals[i] = view.getUint32(i * archivedBytes);
    times[i] = view.getFloat64(i * archivedBytes + 4);
  }
  if (ordinals.some((ordinal) => ordinal >= docs)) throw new SegmentDamaged('the order of first captures names no row');
  return { ordinals, times };
}

export function readHistogram(part: Uint8Array): Histogram {
  return histogramFromJson(unpack(checked(part)) as Record<string, Record<string, number>>);
}

/** Newest first; rows of one time by id, the greatest first, as the time index has them. */
export function compareRows(a: Row | undefined, b: Row | undefined, time: 'sortMs' | 'archivedMs'): number {
  if (!a || !b) return 0;
  return b[time] - a[time] || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

export function writeChecked(to: ReturnType<typeof makeWriter>, bytes: Uint8Array): void {
  to.bytes(bytes);
  to.uint32(crc32(bytes));
}

function unpack(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(zstdDecompressSync(bytes, { maxOutputLength: maxUnpacked }).toString('utf8'));
  } catch (error) {
    throw new SegmentDamaged(`a part cannot be unpacked: ${String(error)}`);
  }
}
