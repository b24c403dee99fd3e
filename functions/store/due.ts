/**
 * What is due, and when: `DUE` / `<due at>#<kind>#<id>`, read by the sweeper. An entry is moved by putting the new one
 * before deleting the old, so that a crash between leaves two and never none.
 */
import type { Item, Table } from './table.ts';

/** `capture`: a queued capture, by its id. `recheck`: capture an article again. `purge`: finish a takedown. `poll`: a feed. */
export type DueKind = 'capture' | 'recheck' | 'purge' | 'poll';

export type Due = {
  kind: DueKind;
  id: string;
  dueAt: string;
  /** How often its message was sent; 0 when it waits for its time and no message of it is in the queue. */
  sends: number;
  /** The slot, in epoch milliseconds, that it waits for; none once its turn has come. */
  slotMs?: number | undefined;
};

const partition = 'DUE';

export async function putDue(table: Table, due: Due): Promise<void> {
  await table.put(dueItem(due));
}

export async function putDues(table: Table, dues: Due[]): Promise<void> {
  await table.writeMany(dues.map((due) => ({ put: dueItem(due) })));
}

export async function removeDue(table: Table, due: Pick<Due, 'kind' | 'id' | 'dueAt'>): Promise<void> {
  await table.remove({ pk: partition, sk: dueSortKey(due) });
}

export async function removeDues(table: Table, dues: Pick<Due, 'kind' | 'id' | 'dueAt'>[]): Promise<void> {
  await table.writeMany(dues.map((due) => ({ remove: { pk: partition, sk: dueSortKey(due) } })));
}

export async function moveDue(table: Table, from: Pick<Due, 'kind' | 'id' | 'dueAt'>, to: Due): Promise<void> {
  await putDue(table, to);
  if (dueSortKey(from) !== dueSortKey(to)) await removeDue(table, from);
}

/** Entries due at or before `until`, the earliest first, at most `limit` of them. */
export async function dueUntil(table: Table, until: string, limit: number): Promise<Due[]> {
  const found: Due[] = [];
  let from = '!';
  for (;;) {
    const { items, more } = await table.query({
      partition,
      from,
      to: `${until}#~`,
      limit: Math.min(limit - found.length, 1000),
    });
    found.push(...items.map(toDue));
    const last = items.at(-1);
    if (!more || !last || found.length >= limit) return found;
    from = `${last.sk}!`;
  }
}

function toDue(item: Item): Due {
  const slot = typeof item.slotMs === 'number' ? { slotMs: item.slotMs } : {};
  const [dueAt = '', kind = '', ...id] = item.sk.split('#');
  // What dueSortKey wrote.
  return { dueAt, kind: kind as DueKind, id: id.join('#'), sends: Number(item.sends), ...slot };
}

function dueItem(due: Due) {
  return { pk: partition, sk: dueSortKey(due), sends: due.sends, slotMs: due.slotMs };
}

function dueSortKey({ dueAt, kind, id }: Pick<Due, 'kind' | 'id' | 'dueAt'>): string {
  return `${dueAt}#${kind}#${id}`;
}
