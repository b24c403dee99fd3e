/** The segments that are current, with their heads: each read when it is needed, and kept as long as there is room. */
import { getSegmentHeads, type SegmentInfo } from '../store/search-index.ts';
import type { Table } from '../store/table.ts';
import { type ByteCache, makeByteCache } from './byte-cache.ts';
import { SegmentDamaged } from './bytes.ts';
import type { LogView } from './log-view.ts';
import { type CountsHead, readHead, type SegmentHead } from './segment.ts';
import type { LazySegment, OpenSegment } from './segment-reader.ts';

/** Hears of a segment that cannot be read, and why. */
export type OnDamage = (segment: string, error: SegmentDamaged) => void;

/** Of heads as they are stored, which take a twentieth of the memory of open ones; and of what of them counts need. */
const storedBytes = 16 * 1024 * 1024;
const countsBytes = 4 * 1024 * 1024;
const nothingRead: ReadonlyMap<string, { head: Uint8Array }> = new Map();

/** `cacheBytes`: for open heads. */
export function makeSegments(table: Table, cacheBytes: number) {
  const heads = makeByteCache<SegmentHead>(
    cacheBytes,
    (head) => 1000 + head.blocks.length * 100 + head.rowTimes.length * 8,
  );
  const stored = makeByteCache<Uint8Array>(storedBytes, (bytes) => bytes.length + 100);
  const counts = makeByteCache<CountsHead>(countsBytes, ({ months = [] }) => 200 + 100 * months.length);

  /** Segments whose heads are read once somebody opens them. */
  function lazy({ epoch }: LogView, isWanted: (segment: SegmentInfo) => boolean): LazySegment[] {
    return epoch.current.segments.filter(isWanted).map((info) => ({
      key: info.key,
      info,
      open: async () => ({ key: info.key, head: await headOf(info.key, nothingRead) }),
    }));
  }

  /** All segments, open. One that is damaged is left out. */
  async function all({ epoch }: LogView, onDamage: OnDamage): Promise<OpenSegment[]> {
    return opened(epoch.current.segments, { known: heads, onDamage, headOf });
  }

  /** What counts need of all segments. */
  async function forCounts({ epoch }: LogView, onDamage: OnDamage): Promise<{ key: string; head: CountsHead }[]> {
    const read = (key: string, found: typeof nothingRead) =>
      counts.get(key, async () => {
        const { termsVersion, months, histogram } = await headOf(key, found);
        return { ...(termsVersion === undefined ? {} : { termsVersion }), ...(months ? { months } : {}), histogram };
      });
    return opened(epoch.current.segments, { known: counts, onDamage, headOf: read });
  }

  /** In one reading of the table, those that are not known. */
  async function opened<Head>(
    segments: SegmentInfo[],
    { known, onDamage, headOf: read }: Opening<Head>,
  ): Promise<{ key: string; head: Head }[]> {
    const unknown = segments.filter(({ key }) => known.peek(key) === undefined && stored.peek(key) === undefined);
    const found =
      unknown.length > 0
        ? await getSegmentHeads(
            table,
            unknown.map(({ key }) => key),
          )
        : nothingRead;
    const open = segments.map(async ({ key }) => {
      try {
        return [{ key, head: known.peek(key) ?? (await read(key, found)) }];
      } catch (error) {
        if (!(error instanceof SegmentDamaged)) throw error;
        onDamage(key, error);
        return [];
      }
    });
    return (await Promise.all(open)).flat();
  }

  /** The head of a segment: open in memory, as it was stored, among those just `found`, or read now. */
  async function headOf(key: string, found: typeof nothingRead): Promise<SegmentHead> {
    return heads.get(key, async () => {
      const bytes = await stored.get(key, async () => {
        const read = found.get(key)?.head ?? (await getSegmentHeads(table, [key])).get(key)?.head;
        if (!read) throw new SegmentDamaged('the head is not there');
        return read;
      });
      return readHead(bytes);
    });
  }

  return { lazy, all, forCounts };
}

type Opening<Head> = {
  known: ByteCache<Head>;
  onDamage: OnDamage;
  headOf: (key: string, found: typeof nothingRead) => Promise<Head>;
};
