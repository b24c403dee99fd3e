/** A segment written from front to back, in the format that `segment.ts` draws. Holds the open block of the dictionary, and the rows at the end. */
import { zstdCompressSync } from 'node:zlib';
import { makeWriter } from './bytes.ts';
import type { TermsVersion } from './fold.ts';
import { type Histogram, histogramToJson } from './histogram.ts';
import { encodePostings } from './postings.ts';
import {
  archivedBytes,
  crcBytes,
  formatVersion,
  idBytes,
  magic,
  type Part,
  type Row,
  rowBytes,
  rowsPerBlock,
  type Segment,
  type SegmentHead,
  writeChecked,
} from './segment.ts';

const blockTarget = 16_384;
/** A list up to this stays in its block: one read finds term and list together. */
const maxInline = 256;
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

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let i = 0;
  while (i < most && a[i] === b[i]) i++;
  return i;
}
