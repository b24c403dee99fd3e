/** The segments that are current, with their heads: read once, and kept as long as there is room. */
import { getSegmentHeads, type SegmentInfo } from '../store/search-index.ts';
import type { Table } from '../store/table.ts';
import { makeByteCache } from './byte-cache.ts';
import { SegmentDamaged } from './bytes.ts';
import type { LogView } from './log-view.ts';
import { readHead, type SegmentHead } from './segment.ts';
import type { OpenSegment } from './segment-reader.ts';

/** Hears of a segment that cannot be read, and why. */
export type OnDamage = (segment: string, error: SegmentDamaged) => void;

/** `cacheBytes`: for heads. `isWanted`: of which segments. A segment that is damaged is left out. */
export function makeSegments(
  table: Table,
  cacheBytes: number,
): (log: LogView, onDamage: OnDamage, isWanted?: (segment: SegmentInfo) => boolean) => Promise<OpenSegment[]> {
  const heads = makeByteCache<SegmentHead>(
    cacheBytes,
    (head) => 1000 + head.blocks.length * 100 + head.rowTimes.length * 8,
  );
  return openSegments;

  async function openSegments(
    { epoch: { current } }: LogView,
    onDamage: OnDamage,
    isWanted: (segment: SegmentInfo) => boolean = () => true,
  ): Promise<OpenSegment[]> {
    const wanted = current.segments.filter(isWanted);
    const known = new Map(wanted.map(({ key }) => [key, heads.peek(key)]));
    const unknown = [...known].filter(([, head]) => head === undefined).map(([key]) => key);
    const read = unknown.length > 0 ? await getSegmentHeads(table, unknown) : new Map();
    const open = await Promise.all(
      wanted.map(async ({ key }) => {
        try {
          const makeHead = async () => {
            const bytes = read.get(key)?.head;
            if (!bytes) throw new SegmentDamaged('the head is not there');
            return readHead(bytes);
          };
          const head = known.get(key) ?? (await heads.get(key, makeHead));
          return [{ key, head }];
        } catch (error) {
          if (!(error instanceof SegmentDamaged)) throw error;
          onDamage(key, error);
          return [];
        }
      }),
    );
    return open.flat();
  }
}
