/**
 * Captures in the table, `C#<hash of the URL>` / `<ulid>`, so that the pending one of a URL is found by one read, and
 * batches, `B#<ulid>`, which name their captures. Captures are kept until 30 days after their end, batches for 30 days.
 */

import { createHash } from 'node:crypto';
import { encodeTime, ulid } from 'ulid';
import type { EntryFacts } from '../article/article.ts';
import type { Pictures } from '../article/pictures.ts';
import type { Problem } from '../problems.ts';
import type { Bucket } from './bucket.ts';
import { ttlAttribute } from './schema.ts';
import type { Item, Key, Table } from './table.ts';
import { written } from './written.ts';

/** `nextAttemptAt` stays while an attempt runs: with `attempts` it says which one that is. */
export type PendingState = { status: 'queued' | 'running'; nextAttemptAt: string; problem: Problem | null };

export type CaptureState =
  | PendingState
  | {
      status: 'succeeded';
      finishedAt: string;
      article: string;
      timestamp: string;
      snapshot: 'first' | 'new' | 'unchanged';
    }
  | { status: 'failed'; finishedAt: string; problem: Problem; article: string | null };

/**
 * Bytes that came with the request; they wait in the bucket until the capture is done. `page`: a client held them. `entry`: a feed
 * carries the text. `fallback`: it does, and the page is asked for first.
 */
export type Submitted = { contentType: string; capturedAt: string; role: 'page' | 'entry' | 'fallback' };

/** The feed that named the URL and what its entry says, or what a person wrote beside it. */
export type CaptureOrigin = {
  feed: string | null;
  tags: string[];
  entry: EntryFacts | null;
  note?: string | null;
  /** When the URL was put into the bookmarks that somebody brought. */
  bookmarkedAt?: string;
  /** What is kept of its looks; left to the setting when nobody says. */
  pictures?: Pictures;
};

export type Capture = {
  id: string;
  url: string;
  batch: string | null;
  createdAt: string;
  /** Attempts that were made and have ended, the one that succeeded among them. */
  attempts: number;
  submitted: Submitted | null;
  origin: CaptureOrigin | null;
  state: CaptureState;
};

export type PendingCapture = Capture & { state: PendingState };

/** Where the bytes of a capture come from, those of its page where it has a fallback. */
export function capturedFrom({ submitted }: Pick<Capture, 'submitted'>): 'fetch' | 'submitted' | 'feed' {
  if (submitted === null || submitted.role === 'fallback') return 'fetch';
  return submitted.role === 'page' ? 'submitted' : 'feed';
}

const keepDays = 30;
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const capturePartition = 'C';

/** `<hash of the normalised URL>.<ulid>`: unique, and it leads to its item. */
export function newCaptureId(urlHash: string, nowMs: number): string {
  return `${urlHash}.${ulid(nowMs)}`;
}

export function isCaptureId(text: string): boolean {
  return /^[\w-]{22}\.[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
}

const captureKey = (id: string): Key => ({ pk: `C#${id.slice(0, 22)}`, sk: id.slice(23) });
const batchKey = (id: string): Key => ({ pk: `B#${id}`, sk: 'B' });

/** Where the bytes of a submitted capture wait. */
export const submittedObject = (captureId: string) => `submitted/${captureId}`;

/**
 * Deletes the bytes that waited for a capture when they are of no more use; safe to repeat. One that failed keeps them as long as its
 * item is there, for who tries it again, but for what was taken down. `capture: null`: it is not there, or not yet, and the bytes are
 * put before it; those of a request that died leave after two months.
 */
export async function removeSubmitted(bucket: Bucket, id: string, capture: Capture | null): Promise<void> {
  if (capture?.submitted && hasDone(capture.state)) await bucket.remove(submittedObject(id));
}

function hasDone(state: CaptureState): boolean {
  return state.status === 'succeeded' || (state.status === 'failed' && state.problem.code === 'taken-down');
}

/** Deletes the bytes that captures of a URL have kept since they failed. */
export async function removeFailedSubmitted(table: Table, bucket: Bucket, urlHash: string): Promise<void> {
  const { items } = await table.query({ partition: `C#${urlHash}` });
  const failed = items.filter(({ status }) => status === 'failed');
  for (const key of failed.flatMap((item) => submittedOf(item) ?? [])) await bucket.remove(key);
}

/** Where the bytes are that came with an item's capture; null when it is of none that had any. */
export function submittedOf(item: Item): string | null {
  return item.submitted ? submittedObject(toCapture(item).id) : null;
}

export async function getCapture(table: Table, id: string): Promise<Capture | null> {
  const item = await table.get(captureKey(id));
  return item && toCapture(item);
}

/** The newest capture of a URL. */
export async function latestCapture(table: Table, urlHash: string): Promise<Capture | null> {
  const { items } = await table.query({ partition: `C#${urlHash}`, newestFirst: true, limit: 1 });
  const [item] = items;
  return item ? toCapture(item) : null;
}

export async function getCaptures(table: Table, ids: string[]): Promise<Capture[]> {
  const found = new Map(
    (await table.getMany(ids.map(captureKey), { consistent: true })).map(toCapture).map((c) => [c.id, c]),
  );
  return ids.flatMap((id) => found.get(id) ?? []);
}

export async function putCapture(table: Table, capture: Capture): Promise<void> {
  await table.put(captureItem(capture));
}

/** An id that the same URL, moment and reason always give, so that whoever asks twice asks once. */
export function stableCaptureId(urlHash: string, ms: number, reason: string): string {
  const digest = createHash('sha256').update(reason).digest();
  const random = [...digest.subarray(0, 16)].map((byte) => crockford[byte % 32]).join('');
  return `${urlHash}.${encodeTime(ms, 10)}${random}`;
}

export async function putCaptures(table: Table, captures: Capture[]): Promise<void> {
  await table.writeMany(captures.map((capture) => ({ put: captureItem(capture) })));
}

const unfinished = { either: [{ is: { status: 'queued' } }, { is: { status: 'running' } }] };

/** Writes the state of a capture that is not finished; false when it is, or is not there. */
export async function putUnfinished(table: Table, capture: Capture): Promise<boolean> {
  return table.put(captureItem(capture), unfinished);
}

/** As `putUnfinished`, by who read it as `read`: false too when another attempt has been planned since. */
export async function putPlanned(table: Table, capture: Capture, read: PendingCapture): Promise<boolean> {
  const { attempts, state } = read;
  return table.put(captureItem(capture), { ...unfinished, is: { attempts, nextAttemptAt: state.nextAttemptAt } });
}

/** Writes a capture that failed anew; false when it is not as `failed` any more. */
export async function putRetried(table: Table, capture: Capture, failed: CaptureState): Promise<boolean> {
  if (failed.status !== 'failed') return false;
  return table.put(captureItem(capture), { is: { status: 'failed', finishedAt: failed.finishedAt } });
}

/** Captures of all kinds, newest first, strictly before `after` (a capture's position). Rows are hints, hydrated. */
export async function listCaptures(
  table: Table,
  range: { after: string | null; limit: number },
): Promise<{ rows: { position: string; capture: Capture | null }[]; more: boolean }> {
  const { items, more } = await table.query({
    index: 'archived',
    partition: capturePartition,
    ...(range.after === null ? {} : { to: `${range.after.slice(0, 26)}` }),
    newestFirst: true,
    limit: range.limit + 1,
  });
  const rows = items.filter((item) => range.after === null || String(item.arch) < range.after);
  const found = await table.getMany(rows.map(({ pk, sk }) => ({ pk, sk })));
  const byKey = new Map(found.map((item) => [item.pk + item.sk, toCapture(item)]));
  return {
    rows: rows.map((row) => ({ position: String(row.arch), capture: byKey.get(row.pk + row.sk) ?? null })),
    more,
  };
}

export async function putBatch(
  table: Table,
  { id, captures, nowMs }: { id: string; captures: string[]; nowMs: number },
): Promise<void> {
  await table.put({ ...batchKey(id), captures, [ttlAttribute]: expiry(nowMs) });
}

export async function getBatch(table: Table, id: string): Promise<string[] | null> {
  const item = await table.get(batchKey(id));
  return item && (item.captures as string[]);
}

function captureItem(capture: Capture): Item {
  const { id, state, batch, submitted, origin, ...rest } = capture;
  return {
    ...captureKey(id),
    ...rest,
    ...state,
    ...(batch ? { batch } : {}),
    ...(submitted ? { submitted } : {}),
    ...(origin ? { origin } : {}),
    t: capturePartition,
    arch: id.slice(23),
    // One that waits longer than that for its turn is still to be made.
    [ttlAttribute]: 'finishedAt' in state ? expiry(Date.parse(state.finishedAt)) : undefined,
  };
}

function toCapture(item: Item): Capture {
  const { pk, sk, batch = null, submitted = null, origin = null, t: _t, arch: _arch, ttl: _ttl, ...rest } = item;
  const { url, createdAt, attempts, ...state } = rest;
  // By captureItem.
  return written<Capture>({ id: `${pk.slice(2)}.${sk}`, url, createdAt, attempts, batch, submitted, origin, state });
}

function expiry(nowMs: number): number {
  return Math.floor(nowMs / 1000) + keepDays * 86_400;
}
