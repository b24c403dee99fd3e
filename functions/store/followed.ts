/** Articles by id, where an article that was joined to another one leads there. */
import type { Known } from '../article/article.ts';
import { getKnownMany } from './articles.ts';
import type { Table } from './table.ts';

/** A join leads to an article that was not joined itself, but that may be joined later: so few steps are enough for any. */
const maxSteps = 8;

export type Followed = { id: string; known: Known };

/** By the id that was asked for and by that it led to, consistently. Ids that stand for nothing are left out. */
export async function getFollowed(table: Table, ids: string[]): Promise<Map<string, Followed>> {
  const found = new Map<string, Followed>();
  const asked = new Map([...new Set(ids)].map((id) => [id, id]));
  for (let step = 0; step < maxSteps && asked.size > 0; step++) {
    const known = await getKnownMany(table, [...new Set(asked.values())]);
    for (const [id, at] of [...asked]) {
      const there = known.get(at);
      if (there?.joined) {
        asked.set(id, there.joined.into);
        continue;
      }
      asked.delete(id);
      if (!there) continue;
      found.set(id, { id: at, known: there });
      found.set(at, { id: at, known: there });
    }
  }
  return found;
}

export async function getFollowedOne(table: Table, id: string): Promise<Followed | null> {
  return (await getFollowed(table, [id])).get(id) ?? null;
}
