/**
 * The search index in the table:
 *
 *   LOG / <ulid>            {id, iv, was?, purge?}: an article's searchable fields are about to change to `iv`
 *   LOG / ~CURRENT          which segments there are, version by version; changed by compare-and-set only
 *   LOG / ~HOLD             until when nothing is to be committed, since the index is being made anew
 *   SEGMENT#<key> / HEAD    a segment's head, and the log entries that it was made of
 *
 * CURRENT stands behind the log in one partition, so that one query reads both, the log first. An entry leaves the log only
 * after the CURRENT that lists its segment was put: who reads in this order misses no story.
 */
import { decodeTime, ulid } from 'ulid';
import type { Place } from '../article/article.ts';
import type { Item, Table } from './table.ts';
import { written } from './written.ts';

export type LogEntry = {
  /** Its place in the log; the first ten characters are its time. */
  key: string;
  id: string;
  iv: number;
  /** Where the article was counted before the change. */
  was: Place[];
  /** The article is being taken down. */
  purge: boolean;
};

export type SegmentInfo = {
  key: string;
  docs: number;
  bytes: number;
  minSortMs: number;
  maxSortMs: number;
  /** Of its dictionary. Absent in old ones, as all of these. */
  blocks?: number;
  /** Absent: 1. */
  termsVersion?: number;
  /** The place of the last purge that was looked for in it and not found. */
  purgedTo?: string;
  /** How many of its rows newer segments have by now, in newer terms. */
  renewedTo?: number;
};

export type Current = {
  v: number;
  segments: SegmentInfo[];
  /** The segment of the last commit: the entries it was made of count as gone, whether they are deleted yet or not. */
  lastCommit: string | null;
  /** Once, articles that were taken down: the next version has these among the purges (`purges.ts`), and none here. */
  purge: { id: string; below: string; since: string }[];
  /** Segments that no version lists any more, and since when. One without a body has only its head left. */
  garbage: { key: string; since: string; isBodiless?: true }[];
};

const logPartition = 'LOG';
const currentKey = '~CURRENT';
/** Behind `~CURRENT`, where no query reads. */
const holdKey = '~HOLD';
const segmentPartition = (key: string) => `SEGMENT#${key}`;

export const emptyCurrent: Current = { v: 0, segments: [], lastCommit: null, purge: [], garbage: [] };

/**
 * A key for the next segment: greater than those of all that are listed, whatever the clock says, and not below `purged`, the last key
 * that drops rows, or an article would be dropped that was archived again since.
 */
export function newSegmentKey(
  { segments, purge }: Pick<Current, 'segments' | 'purge'>,
  nowMs: number,
  purged: string | null = null,
): string {
  const keys = [...segments.map(({ key }) => key), ...purge.map(({ below }) => below), ...(purged ? [purged] : [])];
  const times = keys.map((key) => decodeTime(key) + 1);
  return ulid(Math.max(nowMs, ...times));
}

export async function putLogEntry(table: Table, entry: Omit<LogEntry, 'key'>): Promise<void> {
  await table.put(logItem(entry, table.now()));
}

/** The item of a log entry as `putLogEntry` writes it; for those that write many at once. */
export function logItem({ id, iv, was, purge }: Omit<LogEntry, 'key'>, nowMs: number): Item {
  return {
    pk: logPartition,
    sk: ulid(nowMs),
    id,
    iv,
    ...(was.length > 0 ? { was: was.slice(0, 1).map(placeText).join('') } : {}),
    ...(was.length > 1 ? { wasMore: was.slice(1).map(placeText) } : {}),
    ...(purge ? { purge } : {}),
  };
}

/** The log from `from` (a key, inclusive; null: all of it), in order, and then what is current. `most`: entries after which it stops. */
export async function readLog(
  table: Table,
  from: string | null,
  most = Number.POSITIVE_INFINITY,
): Promise<{ entries: LogEntry[]; current: Current }> {
  const entries: LogEntry[] = [];
  let current = emptyCurrent;
  for (let start = from ?? '!'; ; ) {
    const { items, more } = await table.query({ partition: logPartition, from: start, to: currentKey });
    for (const item of items) {
      if (item.sk === currentKey) current = toCurrent(item);
      else entries.push(toEntry(item));
    }
    const last = items.at(-1);
    if (!more || !last) return { entries, current };
    if (entries.length >= most) {
      const item = await table.get({ pk: logPartition, sk: currentKey });
      return { entries, current: item ? toCurrent(item) : current };
    }
    start = `${last.sk}!`;
  }
}

/** The log's entries without those that the last commit took: they may not be deleted yet, and must not be counted twice. */
export async function withoutTaken(
  table: Table,
  { entries, current }: { entries: LogEntry[]; current: Current },
): Promise<LogEntry[]> {
  const { lastCommit } = current;
  if (lastCommit === null || entries.length === 0) return entries;
  const taken = new Set((await getSegmentHeads(table, [lastCommit])).get(lastCommit)?.log);
  return entries.filter(({ key }) => !taken.has(key));
}

export async function removeLogEntries(table: Table, keys: string[]): Promise<void> {
  const removals = keys.map((sk) => ({ remove: { pk: logPartition, sk } }));
  const part = Math.ceil(removals.length / 4);
  await Promise.all([0, 1, 2, 3].map((n) => table.writeMany(removals.slice(n * part, (n + 1) * part))));
}

/** False when somebody else has changed it since `before` was read. */
export async function putCurrent(table: Table, next: Omit<Current, 'v'>, before: Current): Promise<boolean> {
  const item = { pk: logPartition, sk: currentKey, ...next, v: before.v + 1 };
  return table.put(item, before.v === 0 ? { absent: true } : { is: { v: before.v } });
}

/** Keeps indexers from committing until `untilMs`; a moment that is past lets them go on. */
export async function putHold(table: Table, untilMs: number): Promise<void> {
  await table.put({ pk: logPartition, sk: holdKey, untilMs });
}

export async function isHeld(table: Table, nowMs: number): Promise<boolean> {
  const item = await table.get({ pk: logPartition, sk: holdKey });
  return item !== null && Number(item.untilMs) > nowMs;
}

export async function putSegmentHead(
  table: Table,
  { key, head, log }: { key: string; head: Uint8Array; log: string[] },
): Promise<void> {
  await table.put({ pk: segmentPartition(key), sk: 'HEAD', head, log: Buffer.from(log.join('')) });
}

/** The heads of segments, of those that are there, and the log entries that each was made of. */
export async function getSegmentHeads(
  table: Table,
  keys: string[],
): Promise<Map<string, { head: Uint8Array; log: string[] }>> {
  const items = await table.getMany(
    keys.map((key) => ({ pk: segmentPartition(key), sk: 'HEAD' })),
    { consistent: true },
  );
  return new Map(
    items.map((item) => [
      item.pk.slice('SEGMENT#'.length),
      { head: item.head as Uint8Array, log: keysOf(Buffer.from(item.log as Uint8Array).toString('latin1')) },
    ]),
  );
}

export async function removeSegmentHead(table: Table, key: string): Promise<void> {
  await table.remove({ pk: segmentPartition(key), sk: 'HEAD' });
}

/** A ulid has 26 characters. */
function keysOf(joined: string): string[] {
  return joined.match(/.{26}/gs) ?? [];
}

function toEntry(item: Item): LogEntry {
  // What putLogEntry wrote.
  return {
    key: item.sk,
    id: item.id as string,
    iv: item.iv as number,
    was: [item.was ?? [], item.wasMore ?? []].flat().map((text) => placeFrom(String(text))),
    purge: item.purge === true,
  };
}

function toCurrent(item: Item): Current {
  const { pk: _pk, sk: _sk, ...current } = item;
  // By putCurrent.
  return written<Current>(current);
}

/** Tags may have spaces, days have none. */
function placeFrom(text: string): Place {
  const space = text.indexOf(' ');
  const [day = '', at] = text.slice(0, space).split('T');
  return { day, ...(at === undefined ? {} : { at }), site: text.slice(space + 1) };
}

function placeText({ day, at, site }: Place): string {
  return `${day}${at === undefined ? '' : `T${at}`} ${site}`;
}
