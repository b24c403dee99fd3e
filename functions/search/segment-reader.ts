/**
 * A segment's parts, read as queries need them: dictionary blocks, lists, rows. Parts are cached by bytes across queries,
 * and each read that is not in the cache is taken from the query's budget.
 */
import type { ByteCache } from './byte-cache.ts';
import { SegmentDamaged } from './bytes.ts';
import { type Histogram, sum } from './histogram.ts';
import type { Needed, Plan } from './plan.ts';
import {
  type ArchivedOrder,
  blockOf,
  type CountsHead,
  checked,
  countParts,
  entriesOf,
  findTerm,
  type List,
  ordinalsOf,
  type Part,
  type Row,
  readArchived,
  readHistogram,
  readRow,
  rowBlockPart,
  rowsPerBlock,
  type SegmentHead,
  withoutChecksum,
} from './segment.ts';

/** The number of reads of one query that were not in the cache. */
export type Budget = { gets: number };

export type PartReader = (key: string, part: Part) => Promise<Uint8Array | null>;

export type OpenSegment = { key: string; head: SegmentHead };
/** One whose head is read when it is opened; what is current tells enough of it until then. */
export type LazySegment = {
  key: string;
  info: { minSortMs: number; maxSortMs: number; termsVersion?: number };
  open(): Promise<OpenSegment>;
};

/** A prefix that is spread over more blocks than this proposes every document instead. */
const maxPrefixBlocks = 8;
/** Of the lists that a document must be on, the shortest ones are read. */
const maxLists = 4;

export type SegmentReader = ReturnType<typeof makeSegmentReader>;

export function makeSegmentReader(read: PartReader, cache: ByteCache<Uint8Array>) {
  async function part(segment: { key: string }, where: Part, budget: Budget): Promise<Uint8Array> {
    return cache.get(`${segment.key} ${where.offset}`, async () => {
      budget.gets++;
      const bytes = await read(segment.key, where);
      if (!bytes || bytes.length !== where.length) throw new SegmentDamaged('a part of the body is not there');
      // Damage must not stay in the cache: the next read may be whole.
      checked(bytes);
      return bytes;
    });
  }

  async function block(segment: OpenSegment, index: number, budget: Budget): Promise<Uint8Array> {
    const place = segment.head.blocks[index];
    if (!place) throw new SegmentDamaged('there is no such block');
    return withoutChecksum(await part(segment, place, budget));
  }

  /** The lists of the terms that a need stands for; null stands for every document. */
  async function listsOf(segment: OpenSegment, need: Needed, budget: Budget): Promise<List[] | null> {
    const text = Buffer.from('term' in need ? need.term : need.prefix);
    const first = blockOf(segment.head, text);
    if ('term' in need) {
      if (first < 0) return [];
      const list = findTerm(await block(segment, first, budget), text);
      return list ? [list] : [];
    }
    const blocks: number[] = [];
    for (let i = Math.max(0, first); i < segment.head.blocks.length; i++) {
      if (i > first && !startsWith(Buffer.from(segment.head.blocks[i]?.first ?? ''), text)) break;
      if (blocks.push(i) > maxPrefixBlocks) return null;
    }
    const found = await Promise.all(blocks.map((i) => block(segment, i, budget)));
    return found.flatMap((bytes) =>
      [...entriesOf(bytes)].filter(({ term }) => startsWith(term, text)).map(({ list }) => list),
    );
  }

  /**
   * The ordinals of the documents that a plan proposes, ascending; null stands for all. Two rounds of reads at most, the
   * dictionary's and the lists'.
   */
  async function propose(segment: OpenSegment, plan: Plan, budget: Budget): Promise<Uint32Array | null> {
    const { docs } = segment.head;
    const groups = await Promise.all(
      plan.map((group) =>
        Promise.all(group.map((needs) => Promise.all(needs.map((need) => listsOf(segment, need, budget))))),
      ),
    );
    const sized = groups
      .map((alternatives) => alternatives.map((needs) => shortest(needs, docs)))
      .filter((alternatives) => alternatives.every((needs) => needs.length > 0))
      .map((alternatives) => ({
        alternatives,
        most: alternatives.reduce((total, needs) => total + sizeOf(needs[0] ?? []), 0),
      }))
      .sort((a, b) => a.most - b.most);
    if (sized.some(({ most }) => most === 0)) return new Uint32Array(0);
    const sets = await Promise.all(
      sized
        .slice(0, maxLists)
        .map(async ({ alternatives }) =>
          union(
            await Promise.all(
              alternatives.map(async (needs) =>
                intersection(await Promise.all(needs.map((lists) => anyOf(segment, lists, budget)))),
              ),
            ),
          ),
        ),
    );
    return sets.length === 0 ? null : intersection(sets);
  }

  /** The documents on any of some lists. */
  async function anyOf(segment: OpenSegment, lists: List[], budget: Budget): Promise<Uint32Array> {
    const { docs } = segment.head;
    return union(
      await Promise.all(
        lists.map(async (list) => ordinalsOf(list, list.part && (await part(segment, list.part, budget)), docs)),
      ),
    );
  }

  return {
    propose,
    async row(segment: OpenSegment, ordinal: number, budget: Budget): Promise<Row> {
      const index = Math.floor(ordinal / rowsPerBlock);
      const bytes = withoutChecksum(await part(segment, rowBlockPart(segment.head, index), budget));
      return readRow(bytes, ordinal % rowsPerBlock);
    },
    async archivedOrder(segment: OpenSegment, budget: Budget): Promise<ArchivedOrder> {
      return readArchived(await part(segment, segment.head.archived, budget), segment.head.docs);
    },
    /** The counts of the wanted months, and of no month; of old segments all. */
    async histogram(
      segment: { key: string; head: CountsHead },
      budget: Budget,
      isWanted: (month: string) => boolean = () => true,
    ): Promise<Histogram> {
      const parts = countParts(segment.head, isWanted);
      return sum(await Promise.all(parts.map(async (where) => readHistogram(await part(segment, where, budget)))));
    },
  };
}

/** Of needs that all have to be met, the ones met by fewest documents; those that every document meets are left out. */
function shortest(needs: (List[] | null)[], docs: number): List[][] {
  return needs
    .filter((lists) => lists !== null)
    .filter((lists) => lists.length !== 1 || lists[0]?.count !== docs)
    .sort((a, b) => sizeOf(a) - sizeOf(b))
    .slice(0, maxLists);
}

function sizeOf(lists: List[]): number {
  return lists.reduce((total, { count }) => total + count, 0);
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && Buffer.compare(bytes.subarray(0, prefix.length), prefix) === 0;
}

function intersection(sets: Uint32Array[]): Uint32Array {
  const [first = new Uint32Array(0), ...rest] = sets.toSorted((a, b) => a.length - b.length);
  let common = first;
  for (const set of rest) {
    const kept = new Uint32Array(common.length);
    let filled = 0;
    let at = 0;
    for (const ordinal of common) {
      while (at < set.length && (set[at] ?? 0) < ordinal) at++;
      if (set[at] === ordinal) kept[filled++] = ordinal;
    }
    common = kept.subarray(0, filled);
  }
  return common;
}

function union(sets: Uint32Array[]): Uint32Array {
  const [only] = sets;
  if (sets.length === 1 && only) return only;
  const all = new Uint32Array(sets.reduce((total, set) => total + set.length, 0));
  let filled = 0;
  for (const set of sets) {
    all.set(set, filled);
    filled += set.length;
  }
  all.sort();
  let distinct = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[distinct++] = all[i] ?? 0;
  return all.subarray(0, distinct);
}
