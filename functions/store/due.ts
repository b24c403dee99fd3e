/**
 * What is due, and when: `DUE` / `<due at>#<kind>#<id>`, read by the sweeper. An entry is moved by putting the new one
 * before deleting the old, so that a crash between leaves two and never none.
 */
import type { Item, Key, Table } from './table.ts';

/** `capture`: a queued capture, by its id. `recheck`: capture an article again. `purge`: finish a takedown. `poll`: a feed. `pictures`: keep what a snapshot
 * looked like. */
export type DueKind = 'capture' | 'recheck' | 'purge' | 'poll' | 'pictures';

export type Due = {
  kind: DueKind;
  id: string;
  dueAt: string;
  /** How often its message was sent; 0 when it waits for its time and no message of it is in the queue. */
  sends: number;
  /** Which of these, but for the first, led to a start that never came to an end. */
  starts?: number[] | undefined;
  /** The slot, in epoch milliseconds, that it waits for; none once its turn has come. */
  slotMs?: number | undefined;
  /** The feed whose poll found it with many others: it goes after what somebody waits for. */
  feed?: string | undefined;
};

export type DueKey = Pick<Due, 'kind' | 'id' | 'dueAt'>;

const partition = 'DUE';

export async function putDue(table: Table, due: Due): Promise<void> {
  await table.put(dueItem(due));
}

export async function putDues(table: Table, dues: Due[]): Promise<void> {
  await table.writeMany(dues.map((due) => ({ put: dueItem(due) })));
}

export async function removeDue(table: Table, due: DueKey): Promise<void> {
  await table.remove(dueKey(due));
}

export async function removeDues(table: Table, dues: DueKey[]): Promise<void> {
  await table.writeMany(dues.map((due) => ({ remove: dueKey(due) })));
}

/**
 * What a worker does with the entry that its message was sent for. False when that is there no more: the job is done, or
 * was sent again under another entry, which is not this worker's. The start that led here has ended by it.
 */
export async function moveDue(table: Table, from: DueKey & Pick<Due, 'sends'>, to: Due): Promise<boolean> {
  const item = await table.get(dueKey(from));
  if (!item) return false;
  const starts = toDue(item).starts?.filter((start) => start !== from.sends);
  await putDue(table, { ...to, starts });
  if (!isSameEntry(from, to)) await removeDue(table, from);
  return true;
}

export async function hasDue(table: Table, due: DueKey): Promise<boolean> {
  return (await table.get(dueKey(due))) !== null;
}

/** The turn that an entry waited for has come. False as `moveDue`. */
export async function endWait(table: Table, due: DueKey): Promise<boolean> {
  return (await table.update(dueKey(due), { remove: ['slotMs'] }, { absent: false })) !== null;
}

/** Counts a start, each send's once however often it is tried. False as `moveDue`. */
export async function noteStart(table: Table, due: DueKey & Pick<Due, 'sends'>): Promise<boolean> {
  return (await table.update(dueKey(due), { add: { starts: new Set([due.sends]) } }, { absent: false })) !== null;
}

/** For a start that ended, though not in an end of the job. */
export async function takeBackStart(table: Table, due: DueKey & Pick<Due, 'sends'>): Promise<void> {
  await table.update(dueKey(due), { take: { starts: new Set([due.sends]) } }, { absent: false });
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

/** Those that are not the same entries as some of the others. */
export function withoutThoseOf(some: Due[], others: Due[]): Due[] {
  const taken = new Set(others.map((other) => dueKey(other).sk));
  return some.filter((one) => !taken.has(dueKey(one).sk));
}

export function isSameEntry(a: DueKey, b: DueKey): boolean {
  return dueKey(a).sk === dueKey(b).sk;
}

function toDue(item: Item): Due {
  const slot = typeof item.slotMs === 'number' ? { slotMs: item.slotMs } : {};
  // What dueItem wrote, or `noteStart`.
  const starts = item.starts instanceof Set ? { starts: [...(item.starts as Set<number>)] } : {};
  const feed = typeof item.feed === 'string' ? { feed: item.feed } : {};
  const [dueAt = '', kind = '', ...id] = item.sk.split('#');
  return { dueAt, kind: kind as DueKind, id: id.join('#'), sends: Number(item.sends), ...starts, ...slot, ...feed };
}

function dueItem({ sends, starts = [], slotMs, feed, ...key }: Due): Item {
  // A set in DynamoDB has at least one.
  return { ...dueKey(key), sends, starts: starts.length > 0 ? new Set(starts) : undefined, slotMs, feed };
}

function dueKey({ dueAt, kind, id }: DueKey): Key {
  return { pk: partition, sk: `${dueAt}#${kind}#${id}` };
}
