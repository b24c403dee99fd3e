/**
 * Which segments to merge next. Sizes form tiers, each four times the one below; four neighbours in time of one tier become
 * one segment of the next, or as many as fit where four would be too large. So a story is written again once a tier, and
 * below the largest size there are at most three segments a tier.
 */

export type Sized = {
  key: string;
  docs: number;
  minSortMs: number;
  maxSortMs: number;
  bytes?: number;
  blocks?: number;
};

const perTier = 4;
const smallest = 1024;
/** A merge holds the rows of its output in memory, and the places of its dictionary's blocks. */
export const maxDocs = 262_144;
/** Of a segment: longer stories make larger ones, and a merge has its time. */
export const maxBytes = 512 * 1024 * 1024;
/** Of a dictionary: the head names each, in some 15 bytes, and is one item of at most 400 KB. */
export const maxBlocks = 16_000;

/** The segments to merge, or null when there is nothing to do. */
export function nextMerge(segments: Sized[], most = maxDocs): Sized[] | null {
  const byTier = Map.groupBy(segments, ({ docs }) => tierOf(docs));
  for (const [, members] of [...byTier].sort(([a], [b]) => a - b)) {
    const inTime = members.toSorted((a, b) => b.maxSortMs - a.maxSortMs);
    for (let i = 0; i < inTime.length; i++) {
      const neighbours = fitting(inTime.slice(i, i + perTier), most);
      const isWhole = neighbours.length === perTier || neighbours.length < inTime.slice(i, i + perTier).length;
      if (isWhole && neighbours.length > 1) return neighbours;
    }
  }
  return null;
}

function tierOf(docs: number): number {
  return Math.max(0, Math.floor(Math.log(docs / smallest) / Math.log(perTier)) + 1);
}

/** The first of some segments, as many as together are not too large. */
function fitting(segments: Sized[], most: number): Sized[] {
  let total = 0;
  let totalBytes = 0;
  let totalBlocks = 0;
  const tooMany = segments.findIndex(({ docs, bytes = 0, blocks = 0 }) => {
    total += docs;
    totalBytes += bytes;
    totalBlocks += blocks;
    return total > most || totalBytes > maxBytes || totalBlocks > maxBlocks;
  });
  return tooMany < 0 ? segments : segments.slice(0, tooMany);
}
