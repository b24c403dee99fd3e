/**
 * What AWS does by itself and the embedded services do not: items and copies for downloads leave when their time is up, and
 * every item is in the indexes that it belongs to. dynalite writes an item and its index rows one after the other, so a kill between them
 * loses rows. And a second look at the law of the archive: what is pending for long stands in what is due. One scan of everything; for
 * one machine only.
 */
import { toIso } from '../article/times.ts';
import { dayMs, hourMs } from '../durations.ts';
import { type Store, timePartition, tombstonePartition } from './articles.ts';
import { downloads as copies, uploads } from './bucket.ts';
import { capturePartition, submittedObject, submittedOf } from './captures.ts';
import { type Due, dueUntil, putDue } from './due.ts';
import { ledgerPartitions } from './ledgers.ts';
import { ttlAttribute } from './schema.ts';
import type { Item, Table } from './table.ts';

const indexes = [
  { index: 'time', attribute: 'sort' },
  { index: 'archived', attribute: 'arch' },
] as const;

/** Of articles, captures and tombstones, and the ledgers. */
const indexPartitions = [timePartition, capturePartition, tombstonePartition, ...Object.values(ledgerPartitions)];

/** A link to one is good for minutes. */
const keepDownloadsMs = dayMs;
/** Those that came without ever becoming a capture; others leave with its item, a month after its end. As on AWS. */
const keepSubmittedMs = 61 * dayMs;

export async function maintain(
  { table, bucket }: Store,
  nowMs: number,
): Promise<{ expired: number; mended: number; forgotten: number; downloads: number }> {
  const downloads = await bucket.removeOlder(copies, nowMs - keepDownloadsMs);
  await bucket.removeOlder(submittedObject(''), nowMs - keepSubmittedMs);
  await bucket.removeOlder(uploads, nowMs - keepDownloadsMs);
  const rows = await allRows(table);
  const due = new Set((await dueUntil(table, '9999', Number.POSITIVE_INFINITY)).map(nameOf));
  let expired = 0;
  let mended = 0;
  let forgotten = 0;
  for await (const items of table.scan()) {
    const isOver = (item: Item) => typeof item[ttlAttribute] === 'number' && item[ttlAttribute] < nowMs / 1000;
    // A capture that an earlier version put has a time from its beginning on.
    const over = items.filter((item) => isOver(item) && !isPending(item));
    for (const key of over.flatMap((item) => submittedOf(item) ?? [])) await bucket.remove(key);
    await table.writeMany(over.map(({ pk, sk }) => ({ remove: { pk, sk } })));
    expired += over.length;
    for (const item of items) {
      if (over.includes(item)) continue;
      const waits = entryOf(item, nowMs);
      if (waits !== null && !due.has(nameOf(waits))) {
        await putDue(table, waits);
        forgotten++;
      }
      if (!isLost(item, rows)) continue;
      // Writing an item writes its index rows.
      await table.update({ pk: item.pk, sk: item.sk }, { set: { t: item.t } }, { absent: false });
      mended++;
    }
  }
  return { expired, mended, forgotten, downloads };
}

const nameOf = ({ kind, id }: Due) => `${kind} ${id}`;

function isPending({ t, status }: Record<string, unknown>): boolean {
  return t === capturePartition && (status === 'queued' || status === 'running');
}

/**
 * The entry that an item waits by: a pending capture, a feed, a takedown or removal that is not purged. What was written in the last
 * hour has one soon.
 */
function entryOf({ pk, sk, t, status, createdAt, nextAttemptAt, ...item }: Item, nowMs: number): Due | null {
  const isOld = (time: unknown): time is string => typeof time === 'string' && time < toIso(nowMs - hourMs);
  if (isPending({ t, status }) && isOld(createdAt))
    return { kind: 'capture', id: `${pk.slice(2)}.${sk}`, dueAt: String(nextAttemptAt), sends: 0 };
  if (pk === 'FEED' && isOld(item.nextPollAt)) return { kind: 'poll', id: sk, dueAt: item.nextPollAt, sends: 0 };
  const goneAt = item.takenDownAt ?? item.hiddenAt;
  if (pk.startsWith('A#') && sk === 'A' && isOld(goneAt) && !item.purgedAt)
    return { kind: 'purge', id: pk.slice(2), dueAt: goneAt, sends: 0 };
  return null;
}

function isLost(item: Item, rows: Set<string>): boolean {
  return indexes.some(
    ({ index, attribute }) =>
      item.t !== undefined &&
      item[attribute] !== undefined &&
      !rows.has(`${index} ${item.pk} ${item.sk} ${item[attribute]}`),
  );
}

async function allRows(table: Table): Promise<Set<string>> {
  const rows = new Set<string>();
  for (const { index, attribute } of indexes) {
    for (const partition of indexPartitions) {
      let from = '!';
      for (;;) {
        const { items, more } = await table.query({ index, partition, from });
        for (const item of items) rows.add(`${index} ${item.pk} ${item.sk} ${item[attribute]}`);
        const last = items.at(-1);
        if (!more || !last) break;
        from = `${last[attribute]}!`;
      }
    }
  }
  return rows;
}
