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
import { type Histogram, histogramFromJson, histogramToJson } from './histogram.ts';
import { decodePostings, type Encoded, encodePostings } from './postings.ts';

export const formatVersion = 1;
const magic = Buffer.from('NDSG');
export const headerBytes = 8;
const crcBytes = 4;
const blockTarget = 16_384;
/** A list up to this stays in its block: one read finds term and list together. */
const maxInline = 256;
/** 32 KB: neighbours in time come with one read, and one read of a few KB costs and takes the same. */
export const rowsPerBlock = 512;
export const rowBytes = 64;
/** Of a full block of rows, with its checksum. */
export const rowBlockBytes = rowsPerBlock * rowBytes + 4;
export const idBytes = 22;
const archivedBytes = 12;
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

export type SegmentWriter = {
  /** Terms in order, each with ascending ordinals. */
  add(term: Uint8Array, ordinals: Uint32Array): void;
  /** The counts of a month, after the terms, in the order of months. */
  addMonth(month: string, counts: Histogram): void;
  /** The part of the body that is finished and was not taken before. */
  take(): Buffer;
  /** Rows newest first. `histogram`: with months, what they do not count. The body is what was not taken. */
  finish(rows: RowList, histogram: Histogram): Segment;
};

/** Rows that may be packed: 262,144 of them as objects are 100 MB. */
export type RowList = {
  length: number;
  id(i: number): string;
  time(i: number, which: 'sortMs' | 'archivedMs'): number;
  /** The row as the body has it. */
  bytes(i: number): Uint8Array;
};

export function rowList(rows: Row[]): RowList {
  return {
    length: rows.length,
    id: (i) => rows[i]?.id ?? '',
    time: (i, which) => rows[i]?.[which] ?? 0,
    bytes(i) {
      const bytes = Buffer.alloc(rowBytes);
      const row = rows[i];
      if (!row) return bytes;
      bytes.write(row.id, 0, 'latin1');
      if (row.textId !== null) bytes.write(row.textId, idBytes, 'latin1');
      bytes.writeDoubleBE(row.sortMs, 2 * idBytes);
      bytes.writeDoubleBE(row.archivedMs, 2 * idBytes + 8);
      bytes.writeUInt32BE(row.iv, 2 * idBytes + 16);
      return bytes;
    },
  };
}

/** Rows that stand packed in some bytes, in an order of their own. */
export function packedRows(bytes: Buffer, order: Uint32Array): RowList {
  const at = (i: number) => (order[i] ?? 0) * rowBytes;
  return {
    length: order.length,
    id: (i) => bytes.toString('latin1', at(i), at(i) + idBytes),
    time: (i, which) => bytes.readDoubleBE(at(i) + 2 * idBytes + (which === 'sortMs' ? 0 : 8)),
    bytes: (i) => bytes.subarray(at(i), at(i) + rowBytes),
  };
}

/** `version`: by which rules the terms were made that are added. */
export function makeSegmentWriter(version: TermsVersion = 1): SegmentWriter {
  const body = makeWriter();
  const lists = makeWriter();
  const block = makeWriter();
  const places: SegmentHead['blocks'] = [];
  const months: NonNullable<SegmentHead['months']> = [];
  let taken = 0;
  let first = '';
  let before: Uint8Array = new Uint8Array(0);
  let terms = 0;
  let postings = 0;
  const offset = () => taken + body.length();
  body.bytes(magic);
  body.uint32(formatVersion);

  function closeBlock(): void {
    if (block.length() === 0) return;
    const bytes = block.take();
    body.bytes(lists.take());
    places.push({ first, offset: offset(), length: bytes.length + crcBytes });
    writeChecked(body, bytes);
  }

  function part(bytes: Uint8Array): Part {
    const at = offset();
    body.bytes(bytes);
    return { offset: at, length: bytes.length };
  }

  return {
    add(term, ordinals) {
      if (block.length() === 0) {
        first = Buffer.from(term).toString('utf8');
        before = new Uint8Array(0);
        block.varint(offset());
      }
      const shared = sharedLength(before, term);
      block.varint(shared);
      block.varint(term.length - shared);
      block.bytes(term.subarray(shared));
      block.varint(ordinals.length);
      if (ordinals.length === 1) block.varint(ordinals[0] ?? 0);
      else {
        const { bytes, bitmap } = encodePostings(ordinals);
        const long = bytes.length > maxInline;
        block.varint(bytes.length * 4 + (bitmap ? 2 : 0) + (long ? 1 : 0));
        if (long) writeChecked(lists, bytes);
        else block.bytes(bytes);
      }
      before = term;
      terms++;
      postings += ordinals.length;
      if (block.length() >= blockTarget) closeBlock();
    },
    addMonth(month, counts) {
      closeBlock();
      const { offset: at, length } = part(packedHistogram(counts));
      months.push([month, at, length]);
    },
    take() {
      const bytes = body.take();
      taken += bytes.length;
      return bytes;
    },
    finish(rows, histogram) {
      closeBlock();
      const parts = { rows: part(writeRows(rows)), archived: part(writeArchived(rows)) };
      const counted = part(packedHistogram(histogram));
      const bytes = offset();
      const times = Array.from({ length: Math.ceil(rows.length / rowsPerBlock) }, (_, n) => n * rowsPerBlock);
      const isLastFirst = times.at(-1) === rows.length - 1;
      const timed = [...times, ...(rows.length > 0 && !isLastFirst ? [rows.length - 1] : [])];
      return {
        body: body.take(),
        head: {
          version: formatVersion,
          docs: rows.length,
          terms,
          postings,
          bytes,
          ...(version === 1 ? {} : { termsVersion: version, months }),
          blocks: places,
          rows: parts.rows,
          rowTimes: timed.map((i) => rows.time(i, 'sortMs')),
          archived: parts.archived,
          archivedTimes: archivedTimes(rows),
          histogram: counted,
        },
      };
    },
  };
}

function packedHistogram(histogram: Histogram): Buffer {
  const writer = makeWriter();
  writeChecked(writer, zstdCompressSync(JSON.stringify(histogramToJson(histogram))));
  return writer.take();
}

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

function writeRows(rows: RowList): Buffer {
  const all = makeWriter();
  const block = makeWriter();
  for (let i = 0; i < rows.length; i++) {
    block.bytes(rows.bytes(i));
    if (i % rowsPerBlock === rowsPerBlock - 1 || i === rows.length - 1) writeChecked(all, block.take());
  }
  return all.take();
}

/** The latest and the earliest first capture. */
function archivedTimes(rows: RowList): [number, number] {
  let latest = 0;
  let earliest = rows.length > 0 ? rows.time(0, 'archivedMs') : 0;
  for (let i = 0; i < rows.length; i++) {
    latest = Math.max(latest, rows.time(i, 'archivedMs'));
    earliest = Math.min(earliest, rows.time(i, 'archivedMs'));
  }
  return [latest, earliest];
}

function writeArchived(rows: RowList): Buffer {
  const order = orderOf(rows, 'archivedMs');
  const bytes = Buffer.allocUnsafe(order.length * archivedBytes);
  for (const [i, ordinal] of order.entries()) {
    bytes.writeUInt32BE(ordinal, i * archivedBytes);
    bytes.writeDoubleBE(rows.time(ordinal, 'archivedMs'), i * archivedBytes + 4);
  }
  const all = makeWriter();
  writeChecked(all, bytes);
  return all.take();
}

/** The places of rows, newest first; rows of one time by id, the greatest first. */
export function orderOf(rows: RowList, which: 'sortMs' | 'archivedMs'): Uint32Array {
  const times = Float64Array.from({ length: rows.length }, (_, i) => rows.time(i, which));
  const order = new Uint32Array(rows.length).map((_, i) => i);
  return order.sort((a, b) => (times[b] ?? 0) - (times[a] ?? 0) || (rows.id(a) < rows.id(b) ? 1 : -1));
}

/** Newest first; rows of one time by id, the greatest first, as the time index has them. */
export function compareRows(a: Row | undefined, b: Row | undefined, time: 'sortMs' | 'archivedMs'): number {
  if (!a || !b) return 0;
  return b[time] - a[time] || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function writeChecked(to: ReturnType<typeof makeWriter>, bytes: Uint8Array): void {
  to.bytes(bytes);
  to.uint32(crc32(bytes));
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let i = 0;
  while (i < most && a[i] === b[i]) i++;
  return i;
}

function unpack(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(zstdDecompressSync(bytes, { maxOutputLength: maxUnpacked }).toString('utf8'));
  } catch (error) {
    throw new SegmentDamaged(`a part cannot be unpacked: ${String(error)}`);
  }
}
