/** What is remembered of a host: its next free slot (`H#<host>` / `SLOT`) and its robots.txt (`ROBOTS#<origin>`). */
import { gunzipSync, gzipSync } from 'node:zlib';
import { ttlAttribute } from './schema.ts';
import type { Key, Table } from './table.ts';

const slotKey = (host: string): Key => ({ pk: `H#${host}`, sk: 'SLOT' });
const robotsKey = (origin: string): Key => ({ pk: `H#${new URL(origin).host}`, sk: `ROBOTS#${origin}` });

/** Longer than any queue for a host: one that DynamoDB forgets would have two lines side by side. */
const keepSlotSeconds = 30 * 86_400;

/**
 * Reserves the next start for a fetch from a host and says when it is, in epoch milliseconds. Starts of one host are at
 * least `pauseMs` apart across all workers. One write unit when the host is idle, two when others wait.
 */
export async function reserveSlot(
  table: Table,
  { host, pauseMs, nowMs }: { host: string; pauseMs: number; nowMs: number },
): Promise<number> {
  for (;;) {
    const slotMs = await reserveSlotBefore(table, { host, pauseMs, nowMs, latestMs: Number.MAX_SAFE_INTEGER });
    if (slotMs !== null) return slotMs;
  }
}

/** As `reserveSlot`; null when the next start is after `latestMs`, or when others took what was free at this moment. */
export async function reserveSlotBefore(
  table: Table,
  { host, pauseMs, nowMs, latestMs }: { host: string; pauseMs: number; nowMs: number; latestMs: number },
): Promise<number | null> {
  const kept = { [ttlAttribute]: Math.floor(nowMs / 1000) + keepSlotSeconds };
  const isFree = { either: [{ lacks: ['freeAtMs'] }, { atMost: { freeAtMs: nowMs } }] };
  const free = await table.update(
    slotKey(host),
    { set: { freeAtMs: nowMs + pauseMs, restedAtMs: nowMs + pauseMs, ...kept } },
    isFree,
  );
  if (free) return nowMs;
  const isNear = { above: { freeAtMs: nowMs }, atMost: { freeAtMs: latestMs } };
  const queued = await table.update(slotKey(host), { set: kept, add: { freeAtMs: pauseMs } }, isNear);
  return queued ? Number(queued.freeAtMs) - pauseMs : null;
}

/**
 * When a fetch starts whose slot was reserved before, in epoch milliseconds; not before `turnMs`. Its message may come late, when others
 * have their slots: it starts once the host has rested. Null when that is after `latestMs`, when the host asked to be left alone since,
 * or when a slot at the end of the line is as near. One write unit.
 */
export async function startInTurn(
  table: Table,
  {
    host,
    pauseMs,
    turnMs,
    nowMs,
    latestMs,
  }: { host: string; pauseMs: number; turnMs: number; nowMs: number; latestMs: number },
): Promise<number | null> {
  for (;;) {
    const item = await table.get(slotKey(host));
    if (item === null) return null;
    const [freeAtMs, restedAtMs] = [Number(item.freeAtMs), Number(item.restedAtMs)];
    if (Number(item.closedUntilMs) > Math.max(nowMs, turnMs)) return null;
    const isLate = nowMs >= turnMs + pauseMs;
    if (isLate && freeAtMs > nowMs && freeAtMs <= latestMs) return null;
    const startMs = Math.max(nowMs, turnMs, restedAtMs || 0);
    if (startMs > latestMs) return null;
    const nextMs = startMs + pauseMs;
    // The line goes on behind it.
    const isLast = !(freeAtMs > nextMs);
    const isAsRead = {
      is: { ...(restedAtMs ? { restedAtMs } : {}), ...(isLast && freeAtMs ? { freeAtMs } : {}) },
      lacks: restedAtMs ? [] : ['restedAtMs'],
    };
    const set = { restedAtMs: nextMs, ...(isLast ? { freeAtMs: nextMs } : {}) };
    if (await table.update(slotKey(host), { set }, isAsRead)) return startMs;
  }
}

/**
 * A host that asked to be left alone until then is asked by nobody: slots from now on are after it, and `closedUntil` says
 * so to those that have one before it.
 */
export async function closeHost(table: Table, host: string, untilMs: number): Promise<void> {
  const closed = { closedUntilMs: untilMs, [ttlAttribute]: Math.floor(untilMs / 1000) + keepSlotSeconds };
  const isFirst = await table.update(
    slotKey(host),
    { set: { ...closed, freeAtMs: untilMs } },
    { either: [{ lacks: ['freeAtMs'] }, { below: { freeAtMs: untilMs } }] },
  );
  if (isFirst) return;
  // Of several answers that were under way together, the longest time holds.
  const isLonger = { either: [{ lacks: ['closedUntilMs'] }, { below: { closedUntilMs: untilMs } }] };
  await table.update(slotKey(host), { set: closed }, isLonger);
}

/** When the next slot that nobody has begins, in epoch milliseconds; 0 for a host that was never asked. */
export async function freeAt(table: Table, host: string): Promise<number> {
  return Number((await table.get(slotKey(host)))?.freeAtMs ?? 0);
}

/** In epoch milliseconds; 0 for a host that never asked. */
export async function closedUntil(table: Table, host: string): Promise<number> {
  return Number((await table.get(slotKey(host)))?.closedUntilMs ?? 0);
}

/** What a robots.txt said to `agent` when it was fetched: the rules for that, or that all is allowed or forbidden. */
export type RobotsFile = { text: string | null; status: number; fetchedAt: string; agent: string };

/** DynamoDB takes items of 400 KB. */
const maxPackedBytes = 256 * 1024;

export async function getRobots(table: Table, origin: string): Promise<RobotsFile | null> {
  const item = await table.get(robotsKey(origin));
  if (!item) return null;
  const text = item.text ? gunzipSync(item.text as Uint8Array).toString('utf8') : null;
  return { text, status: Number(item.status), fetchedAt: String(item.fetchedAt), agent: String(item.agent) };
}

/** `untilMs`: when it is no longer of use. Rules that do not fit into an item are left out, and asked for by each start. */
export async function putRobots(
  table: Table,
  { origin, file, untilMs }: { origin: string; file: RobotsFile; untilMs: number },
): Promise<void> {
  const packed = file.text === null ? null : gzipSync(file.text);
  if (packed && packed.length > maxPackedBytes) return;
  await table.put({
    ...robotsKey(origin),
    ...(packed ? { text: packed } : {}),
    status: file.status,
    fetchedAt: file.fetchedAt,
    agent: file.agent,
    [ttlAttribute]: Math.floor(untilMs / 1000),
  });
}
