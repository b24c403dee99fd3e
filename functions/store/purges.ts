/**
 * What is to leave the search index after takedowns, an item each, so that there may be any number:
 *
 *   PURGE / <segment key>#<article id>   rows of the article go from all segments with a lower key; {since}: when that was asked for
 */
import type { Table } from './table.ts';

/** `below`: the key that segments are older than which may have the article. `since`: RFC 3339. */
export type Purge = { id: string; below: string; since: string };

const partition = 'PURGE';

/** Its place among the purges: those that are asked for later stand behind it. */
export function placeOf({ below, id }: Pick<Purge, 'below' | 'id'>): string {
  return `${below}#${id}`;
}

export async function putPurges(table: Table, purges: Purge[]): Promise<void> {
  await table.writeMany(purges.map((purge) => ({ put: { pk: partition, sk: placeOf(purge), since: purge.since } })));
}

/** All of them, in order. */
export async function readPurges(table: Table): Promise<Purge[]> {
  const purges: Purge[] = [];
  for (let from = '!'; ; ) {
    const { items, more } = await table.query({ partition, from });
    for (const { sk, since } of items) {
      const [below = '', id = ''] = sk.split('#');
      purges.push({ below, id, since: String(since) });
    }
    const last = items.at(-1);
    if (!more || !last) return purges;
    from = `${last.sk}!`;
  }
}

/** The key below which the latest of them takes rows away; null when there is none. */
export async function lastPurgedKey(table: Table): Promise<string | null> {
  const { items } = await table.query({ partition, newestFirst: true, limit: 1 });
  return items[0]?.sk.split('#', 1)[0] ?? null;
}

export async function removePurges(table: Table, purges: Purge[]): Promise<void> {
  await table.writeMany(purges.map((purge) => ({ remove: { pk: partition, sk: placeOf(purge) } })));
}

/** Those that a segment may still have: asked for after it was made, and not looked for in it yet. */
export function pendingIn(purges: Purge[], segment: { key: string; purgedTo?: string }): Purge[] {
  const { key, purgedTo = '' } = segment;
  return purges.filter((purge) => key < purge.below && placeOf(purge) > purgedTo);
}

/** Articles that were taken down since a segment was made: what it says of them goes with its next merge, and counts no more. */
export function dropsOf(purges: Purge[], segmentKey: string): ReadonlySet<string> {
  return new Set(purges.filter(({ below }) => segmentKey < below).map(({ id }) => id));
}
