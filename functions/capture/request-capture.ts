/** A URL that somebody wants archived -> a queued capture: what is due first, then the capture, then the message. */

import { ulid } from 'ulid';
import { joinTags } from '../article/article.ts';
import type { ArticleUrl } from '../article/article-url.ts';
import { urlHash } from '../article/norm.ts';
import type { Pictures } from '../article/pictures.ts';
import { toIso } from '../article/times.ts';
import { bookmarked } from '../article/versions.ts';
import type { Store } from '../store/articles.ts';
import {
  type Capture,
  getCaptures,
  latestCapture,
  newCaptureId,
  putBatch,
  putCapture,
  putCaptures,
  type Submitted,
  submittedObject,
} from '../store/captures.ts';
import { type Due, dueUntil } from '../store/due.ts';
import { enqueue } from '../store/enqueue.ts';
import { maxDelaySeconds, type Queue } from '../store/queue.ts';
import type { Table } from '../store/table.ts';
import { isPending, planOf } from './plan.ts';

/** What a person wants an article to have: tags beside those it has, a note in place of the one it has, the time of a bookmark. */
export type Wishes = {
  tags: string[];
  note: string | null;
  pictures?: Pictures | undefined;
  /** RFC 3339 UTC. */
  bookmarkedAt?: string | undefined;
};
export const noWishes: Wishes = { tags: [], note: null };

export type Requests = { store: Store; queue: Queue; now: () => number };
/** `hostPauseMs`: the pause between two fetches from one host. */
export type ManyRequests = Requests & { hostPauseMs: number };

/** A message that has not led to an end by then is sent again. */
export const firstDueMs = 120_000;
/** Entries of DUE that a batch reads to find what is pending: about 100 KB. */
const maxDueRead = 1000;

/**
 * Joins the capture of this URL that is still pending, if there is one. One that waits for its next attempt makes it now,
 * since somebody is asking, unless the site told us to wait.
 */
export async function requestCapture(
  { store, queue, now }: Requests,
  url: ArticleUrl,
  wishes: Wishes = noWishes,
): Promise<Capture> {
  const pending = await latestCapture(store.table, urlHash(url));
  // A request with tags is a capture of its own: the other one may be over before it could learn of them.
  if (pending && isPending(pending) && !pending.submitted && originOf(wishes) === null) {
    // As the entry that its next attempt has.
    if (waitsForRetry(pending)) await queue.send({ ...planOf(pending), sends: 1 });
    return pending;
  }
  const capture = queued(url, { nowMs: now(), batch: null, submitted: null, wishes });
  await enqueue({ store, queue }, [{ due: dueOf(capture, now()) }], async () => {
    await putCapture(store.table, capture);
    return true;
  });
  return capture;
}

/** A capture of bytes that the client holds. They wait in the bucket, since a message is too small for them. */
export async function requestSubmitted(
  { store, queue, now }: Requests,
  url: ArticleUrl,
  page: { html: string | Uint8Array; contentType: string; capturedAt: string; wishes?: Wishes },
): Promise<Capture> {
  const { html, wishes = noWishes, ...submitted } = page;
  const capture = queued(url, { nowMs: now(), batch: null, submitted: { ...submitted, role: 'page' }, wishes });
  // Bytes without a capture are found by what is due, and deleted.
  await enqueue({ store, queue }, [{ due: dueOf(capture, now()) }], async () => {
    const bytes = typeof html === 'string' ? Buffer.from(html) : html;
    const object = { bytes, contentType: 'application/octet-stream', contentEncoding: null };
    await store.bucket.put(submittedObject(capture.id), object);
    await putCapture(store.table, capture);
    return true;
  });
  return capture;
}

/** One capture per URL, in order; URLs given twice share one, and those of which nothing is wished join one that is pending. */
export async function requestBatch(
  { store, queue, now, hostPauseMs }: ManyRequests,
  asked: { url: ArticleUrl; wishes: Wishes }[],
): Promise<{ batch: string; captures: Capture[] }> {
  const batch = ulid(now());
  const byHash = new Map<string, Capture>();
  const fresh: Capture[] = [];
  const hashed = asked.map((one) => ({ ...one, hash: urlHash(one.url) }));
  const wanted = wishesByHash(hashed);
  const plain = [...wanted].flatMap(([hash, { wishes }]) => (originOf(wishes) === null ? [hash] : []));
  const joined = plain.length > 0 ? await pendingOf(store.table, plain) : [];
  for (const capture of joined) byHash.set(capture.id.slice(0, 22), capture);
  for (const [hash, { url, wishes }] of wanted) {
    if (byHash.has(hash)) continue;
    const capture = queued(url, { nowMs: now(), batch, submitted: null, wishes });
    byHash.set(hash, capture);
    fresh.push(capture);
  }
  const captures = hashed.flatMap(({ hash }) => byHash.get(hash) ?? []);
  const delays = delaysOf(fresh, hostPauseMs);
  const jobs = fresh.map((capture, i) => {
    const delaySeconds = delays[i] ?? 0;
    return { due: dueOf(capture, now() + delaySeconds * 1000), delaySeconds };
  });
  await enqueue({ store, queue }, jobs, async () => {
    await putCaptures(store.table, fresh);
    await putBatch(store.table, {
      id: batch,
      captures: [...new Set(captures.map((capture) => capture.id))],
      nowMs: now(),
    });
    return true;
  });
  return { batch, captures };
}

/** What is wished of each URL by all of its entries: all tags, the last note, the earliest time. */
function wishesByHash(
  asked: { hash: string; url: ArticleUrl; wishes: Wishes }[],
): Map<string, { url: ArticleUrl; wishes: Wishes }> {
  const byHash = new Map<string, { url: ArticleUrl; wishes: Wishes }>();
  for (const { hash, url, wishes } of asked) {
    const before = byHash.get(hash);
    byHash.set(hash, before ? { url: before.url, wishes: joined(before.wishes, wishes) } : { url, wishes });
  }
  return byHash;
}

function joined(a: Wishes, b: Wishes): Wishes {
  return {
    ...a,
    tags: joinTags(a.tags, b.tags),
    note: b.note ?? a.note,
    pictures: b.pictures ?? a.pictures,
    ...bookmarked(a, b.bookmarkedAt),
  };
}

/**
 * Seconds that each message may wait: the URLs of one host have their turns a pause apart, and messages that come all at once
 * would only be sent back, before those of other hosts.
 */
export function delaysOf(captures: { url: string }[], hostPauseMs: number): number[] {
  const before = new Map<string, number>();
  return captures.map(({ url }) => {
    const { host } = new URL(url);
    const position = before.get(host) ?? 0;
    before.set(host, position + 1);
    return Math.min(maxDelaySeconds, Math.floor((position * hostPauseMs) / 1000));
  });
}

/**
 * The pending captures of these URLs. All that is pending is in DUE, so one read of that finds them; where so much is due
 * that one read does not hold it, each URL is asked for by itself.
 */
async function pendingOf(table: Table, hashes: string[]): Promise<Capture[]> {
  const due = await dueUntil(table, '9999', maxDueRead);
  const wanted = new Set(hashes);
  const isWanted = ({ kind, id }: Due) => kind === 'capture' && wanted.has(id.slice(0, 22));
  // For a moment a capture may have two entries.
  const ids = [...new Set(due.filter(isWanted).map(({ id }) => id))];
  const captures =
    due.length < maxDueRead
      ? await getCaptures(table, ids)
      : await Promise.all(hashes.map((hash) => latestCapture(table, hash)));
  return captures.filter((capture) => capture !== null).filter((capture) => isPending(capture) && !capture.submitted);
}

/** Whether its next attempt may be made before its time. */
export function waitsForRetry({ state }: Capture): boolean {
  return state.status === 'queued' && state.problem !== null && state.problem.code !== 'rate-limited';
}

function queued(
  url: ArticleUrl,
  {
    nowMs,
    batch,
    submitted,
    wishes,
  }: { nowMs: number; batch: string | null; submitted: Submitted | null; wishes: Wishes },
): Capture {
  return {
    id: newCaptureId(urlHash(url), nowMs),
    url,
    batch,
    createdAt: toIso(nowMs),
    attempts: 0,
    submitted,
    origin: originOf(wishes),
    state: { status: 'queued', nextAttemptAt: toIso(nowMs), problem: null },
  };
}

function originOf({ tags, note, pictures, bookmarkedAt }: Wishes): Capture['origin'] {
  const isPlain = tags.length === 0 && note === null && pictures === undefined && bookmarkedAt === undefined;
  const told = { ...(pictures ? { pictures } : {}), ...(bookmarkedAt ? { bookmarkedAt } : {}) };
  return isPlain ? null : { feed: null, tags, note, entry: null, ...told };
}

export function dueOf(capture: Capture, nowMs: number): Due {
  return { kind: 'capture', id: capture.id, dueAt: toIso(nowMs + firstDueMs), sends: 1 };
}
