/**
 * Several segments -> one. Of each article the row with the highest `iv` stays; those that `drops` names go, with all that
 * the index says of them. Reads its inputs once, front to back, in large pieces; pure but for the `read` it is given.
 */

import { SegmentDamaged } from './bytes.ts';
import { type Histogram, sum, withoutTotals } from './histogram.ts';
import {
  checked,
  countParts,
  type Entry,
  entriesOf,
  headerBytes,
  idBytes,
  ordinalsOf,
  type Part,
  type Row,
  readHistogram,
  readRow,
  readRows,
  rowBlockBytes,
  rowBlockPart,
  rowBytes,
  rowsPerBlock,
  type Segment,
  type SegmentHead,
} from './segment.ts';
import { makeSegmentWriter, orderOf, packedRows, type RowList } from './segment-writer.ts';

export type MergeInput = {
  head: SegmentHead;
  read(part: Part): Promise<Uint8Array>;
  /** Ids of articles whose rows in this segment are to go. */
  drops: ReadonlySet<string>;
};

const window = 4 * 1024 * 1024;
/** Postings between two pauses: a few milliseconds of work. */
const postingsPerTurn = 100_000;

/**
 * All inputs have terms of one version. `pause` lets others run; `write` takes the body as it is made, and without it the segment has all of
 * it: else only the end. Null when nothing is left of the inputs. Throws SegmentDamaged.
 */
export async function mergeSegments(
  inputs: MergeInput[],
  pause: () => Promise<void>,
  write: ((bytes: Buffer) => Promise<void>) | null = null,
): Promise<Segment | null> {
  const { rows, places } = await mergeRows(inputs, pause);
  const histogram = await sumOf(inputs, ({ head }) => head.histogram);
  const months = [...new Set(inputs.flatMap(({ head }) => head.months ?? []).map(([month]) => month))].sort();
  if (rows.length === 0 && histogram.size === 0 && months.length === 0) return null;
  const writer = makeSegmentWriter(inputs[0]?.head.termsVersion ?? 1);
  const cursors = await Promise.all(inputs.map(makeCursor));
  const scratch = new Uint32Array(rows.length);
  let work = 0;
  for (;;) {
    const least = leastTerm(cursors);
    if (!least) break;
    let filled = 0;
    for (const [i, cursor] of cursors.entries()) {
      const { entry } = cursor;
      if (!entry || Buffer.compare(entry.term, least) !== 0) continue;
      for (const ordinal of ordinalsOf(entry.list, cursor.listBytes(), cursor.docs)) {
        const place = places[i]?.[ordinal] ?? -1;
        if (place >= 0) scratch[filled++] = place;
      }
      work += entry.list.count;
      const waits = cursor.next();
      if (waits) await waits;
    }
    if (filled > 0) writer.add(least, ascending(scratch.subarray(0, filled)));
    if (work > postingsPerTurn) {
      work = 0;
      if (write) await write(writer.take());
      await pause();
    }
  }
  for (const month of months) {
    const counts = await sumOf(inputs, ({ head }) => monthPart(head, month));
    if (counts.size > 0) writer.addMonth(month, counts);
  }
  return writer.finish(rows, histogram);
}

/** The sum of one part of the counts of all inputs, of those that have it. */
async function sumOf(inputs: MergeInput[], partOf: (input: MergeInput) => Part | null): Promise<Histogram> {
  const parts = inputs.map(async (input) => {
    const part = partOf(input);
    return part === null ? new Map() : readHistogram(await input.read(part));
  });
  return sum(await Promise.all(parts));
}

function monthPart({ months = [] }: SegmentHead, wanted: string): Part | null {
  const found = months.find(([month]) => month === wanted);
  return found ? { offset: found[1], length: found[2] } : null;
}

/** One block of rows. */
export async function readRowBlock({ head, read }: Pick<MergeInput, 'head' | 'read'>, block: number): Promise<Row[]> {
  const count = Math.min(rowsPerBlock, head.docs - block * rowsPerBlock);
  return readRows(await read(rowBlockPart(head, block)), count);
}

/** All counts of a segment, without the sums of them. */
export async function readWholeHistogram({ head, read }: Pick<MergeInput, 'head' | 'read'>): Promise<Histogram> {
  const parts = await Promise.all(countParts(head, () => true).map(read));
  return withoutTotals(sum(parts.map(readHistogram)));
}

/** All rows of a segment in their order, a few megabytes of them at a time. */
export async function* rowWindows(input: Pick<MergeInput, 'head' | 'read'>): AsyncGenerator<Row[]> {
  for await (const blocks of blockWindows(input))
    yield blocks.flatMap((block) => Array.from({ length: block.length / rowBytes }, (_, i) => readRow(block, i)));
}

/** The checked blocks of rows of a segment, a few megabytes of them at a time. */
async function* blockWindows({ head, read }: Pick<MergeInput, 'head' | 'read'>): AsyncGenerator<Uint8Array[]> {
  const { offset, length } = head.rows;
  const size = Math.max(1, Math.floor(window / rowBlockBytes)) * rowBlockBytes;
  let left = head.docs;
  for (let at = 0; left > 0; at += size) {
    const bytes = await read({ offset: offset + at, length: Math.min(size, length - at) });
    const blocks: Uint8Array[] = [];
    for (let from = 0; from < bytes.length; from += rowBlockBytes) {
      const block = checked(bytes.subarray(from, from + rowBlockBytes));
      if (block.length !== Math.min(rowsPerBlock, left) * rowBytes)
        throw new SegmentDamaged('there are more or fewer rows than there should be');
      left -= block.length / rowBytes;
      blocks.push(block);
    }
    yield blocks;
  }
}

/** The rows of the merged segment, and for each input where each of its rows went (-1: nowhere). */
async function mergeRows(
  inputs: MergeInput[],
  pause: () => Promise<void>,
): Promise<{ rows: RowList; places: Int32Array[] }> {
  for (const { head } of inputs) {
    // Before anything is allocated.
    if (head.rows.length !== head.docs * rowBytes + Math.ceil(head.docs / rowsPerBlock) * (rowBlockBytes % rowBytes))
      throw new SegmentDamaged('there are more or fewer rows than there should be');
  }
  const most = inputs.reduce((total, { head }) => total + head.docs, 0);
  const packed = Buffer.alloc(most * rowBytes);
  const [inputOf, ordinalOf] = [new Uint8Array(most), new Uint32Array(most)];
  const best = new Map<string, number>();
  for (const [input, { head, read, drops }] of inputs.entries()) {
    let ordinal = 0;
    for await (const blocks of blockWindows({ head, read })) {
      for (const block of blocks) {
        for (let at = 0; at < block.length; at += rowBytes, ordinal++) {
          const row = Buffer.from(block.buffer, block.byteOffset + at, rowBytes);
          const id = row.toString('latin1', 0, idBytes);
          if (drops.has(id)) continue;
          const place = best.get(id) ?? best.size;
          // Of equals the later input's: it was committed later.
          if (best.has(id) && ivOf(row, 0) < ivOf(packed, place * rowBytes)) continue;
          best.set(id, place);
          row.copy(packed, place * rowBytes);
          inputOf[place] = input;
          ordinalOf[place] = ordinal;
        }
      }
      await pause();
    }
  }
  const all = packedRows(
    packed,
    new Uint32Array(best.size).map((_, i) => i),
  );
  const order = orderOf(all, 'sortMs');
  const places = inputs.map(({ head }) => new Int32Array(head.docs).fill(-1));
  for (const [place, from] of order.entries()) {
    const own = places[inputOf[from] ?? 0];
    if (own) own[ordinalOf[from] ?? 0] = place;
  }
  return { rows: packedRows(packed, order), places };
}

function ivOf(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at + rowBytes - 4);
}

type Cursor = {
  docs: number;
  entry: Entry | null;
  /** The bytes of the entry's list when it is a long one. */
  listBytes(): Uint8Array | null;
  /** Moves to the next entry; a promise when that has to be read first. */
  next(): Promise<void> | null;
};

/** A segment's dictionary, entry by entry, read from front to back. */
export async function makeCursor({ head, read }: Pick<MergeInput, 'head' | 'read'>): Promise<Cursor> {
  const isOld = head.termsVersion === undefined;
  const lists = sequentialReader(read, head.blocks[0]?.offset ?? 0);
  const blocks = sequentialReader(read, head.rows.offset);
  let block = 0;
  let entries: Entry[] = [];
  let at = -1;
  let listsFrom = 0;
  let blockLists: Uint8Array = new Uint8Array(0);
  const cursor: Cursor = {
    docs: head.docs,
    entry: null,
    listBytes() {
      const part = cursor.entry?.list.part;
      return part ? blockLists.subarray(part.offset - listsFrom, part.offset - listsFrom + part.length) : null;
    },
    next() {
      at++;
      cursor.entry = entries[at] ?? null;
      return cursor.entry || block >= head.blocks.length ? null : readBlock();
    },
  };
  async function readBlock(): Promise<void> {
    const before = head.blocks[block - 1];
    const place = head.blocks[block++];
    if (!place) return;
    // The long lists of a block stand before it, or in old segments before all blocks.
    const from = isOld ? place.offset : before ? before.offset + before.length : headerBytes;
    const bytes = await blocks({ offset: from, length: place.offset + place.length - from });
    entries = [...entriesOf(checked(bytes.subarray(place.offset - from)))];
    [listsFrom, blockLists] = isOld ? await oldLists(entries) : [from, bytes];
    at = 0;
    cursor.entry = entries[0] ?? null;
  }
  async function oldLists(of: Entry[]): Promise<[number, Uint8Array]> {
    const parts = of.flatMap(({ list }) => list.part ?? []);
    const [from, to] = [parts[0], parts.at(-1)];
    if (!from || !to) return [0, new Uint8Array(0)];
    return [from.offset, await lists({ offset: from.offset, length: to.offset + to.length - from.offset })];
  }
  await readBlock();
  return cursor;
}

/** Reads parts that follow each other in pieces of some megabytes, up to `end`. */
function sequentialReader(read: MergeInput['read'], end: number): (part: Part) => Promise<Uint8Array> {
  let from = 0;
  let bytes: Uint8Array = new Uint8Array(0);
  return async ({ offset, length }) => {
    if (offset < from || offset + length > from + bytes.length) {
      from = offset;
      bytes = await read({ offset, length: Math.max(length, Math.min(window, end - offset)) });
    }
    return bytes.subarray(offset - from, offset - from + length);
  };
}

function leastTerm(cursors: Cursor[]): Uint8Array | null {
  let least: Uint8Array | null = null;
  for (const { entry } of cursors)
    if (entry && (least === null || Buffer.compare(entry.term, least) < 0)) least = entry.term;
  return least;
}

/** Segments that are neighbours in time rarely interleave, so most lists are in order already. */
function ascending(ordinals: Uint32Array): Uint32Array {
  for (let i = 1; i < ordinals.length; i++) if ((ordinals[i] ?? 0) < (ordinals[i - 1] ?? 0)) return ordinals.sort();
  return ordinals;
}
