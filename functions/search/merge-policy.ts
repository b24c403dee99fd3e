/**
 * Which segments to merge next. Sizes form tiers, each four times the one below; four neighbours in time of one tier become
 * one segment of the next. So a story is written again once a tier, and there are at most three segments a tier.
 */

export type Sized = { key: string; docs: number; minSortMs: number; maxSortMs: number };

const perTier = 4;
const smallest = 1024;
/** A merge holds its output in memory: 262,144 stories of news size are 180 MB. */
export const maxDocs = 262_144;

/** The segments to merge, or null when there is nothing to do. */
export function nextMerge(segments: Sized[], most = maxDocs): Sized[] | null {
  const byTier = Map.groupBy(segments, ({ docs }) => tierOf(docs));
  for (const [, members] of [...byTier].sort(([a], [b]) => a - b)) {
    const inTime = members.toSorted((a, b) => b.maxSortMs - a.maxSortMs);
    for (let i = 0; i + perTier <= inTime.length; i++) {
      const neighbours = inTime.slice(i, i + perTier);
      if (neighbours.reduce((total, { docs }) => total + docs, 0) <= most) return neighbours;
    }
  }
  return null;
}

function tierOf(docs: number): number {
  return Math.max(0, Math.floor(Math.log(docs / smallest) / Math.log(perTier)) + 1);
}
