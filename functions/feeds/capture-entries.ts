/**
 * The entries of a poll -> a capture of each that is new, once, whatever its id or its tracking parameters are next time. A
 * repeated poll finds the captures it made: their ids follow from the feed, the poll and the entry.
 */
import { createHash } from 'node:crypto';
import { type ArticleUrl, parseStoryUrl } from '../article/article-url.ts';
import { urlHash } from '../article/norm.ts';
import { toIso } from '../article/times.ts';
import { delaysOf, firstDueMs, type ManyRequests } from '../capture/request-capture.ts';
import { minuteMs } from '../durations.ts';
import { wholeText } from '../extract/marked-text.ts';
import { prune } from '../extract/prune.ts';
import { documentType } from '../formats/document-type.ts';
import { writeDocument } from '../formats/write-document.ts';
import { getAliases } from '../store/aliases.ts';
import { getKnownMany } from '../store/articles.ts';
import { type Capture, getCaptures, putCaptures, stableCaptureId, submittedObject } from '../store/captures.ts';
import { enqueue, type Queued } from '../store/enqueue.ts';
import { type FollowedFeed, getSeen, putSeen } from '../store/feeds.ts';
import { authorNames } from './author-names.ts';
import { entryKeys } from './entry-key.ts';
import type { Entry } from './feed.ts';

type Fresh = { entry: Entry; url: ArticleUrl; key: string };

const chunk = 100;
/** So many entries of a poll are due together, and then so many a minute: one feed is half of what the sweeper sends. */
const maxDueAtOnce = 1000;
const duePerMinute = 250;
/** So many messages a poll sends itself; what a long feed has beyond is due, and the sweeper sends it as there is room. */
const maxSent = 200;
/** Entries that left the feed are remembered up to so many keys, since feeds show old entries again. */
const minKept = 1000;
const maxKept = 60_000;
const keyLength = 12;
/** The largest body that is kept of an entry. */
const maxContentLength = 2_000_000;

export async function captureEntries(
  deps: ManyRequests,
  feed: FollowedFeed,
  entries: Entry[],
): Promise<{ fresh: number; unusable: number }> {
  const { table } = deps.store;
  const before = await getSeen(table, feed.id);
  const known = new Set(before);
  const seen = new Set(before);
  const keysOf = entryKeys(entries).map((keys) => keys.map(short));
  const fresh: Fresh[] = [];
  let unusable = 0;
  for (const [i, entry] of entries.entries()) {
    const parsed = entry.url === null ? null : parseStoryUrl(entry.url);
    const [key] = keysOf[i] ?? [];
    if (!parsed || 'problem' in parsed || key === undefined) unusable++;
    else if (!keysOf[i]?.some((own) => seen.has(own))) fresh.push({ entry, url: parsed.url, key });
    for (const own of keysOf[i] ?? []) seen.add(own);
  }
  let sent = 0;
  for (let at = 0; at < fresh.length; at += chunk) {
    sent += await requestCaptures(deps, {
      feed,
      entries: fresh.slice(at, at + chunk),
      before: at,
      room: maxSent - sent,
    });
  }
  // The best key of each first: one is enough to know it by, where there is no room for all.
  const now = [...new Set([...keysOf.flatMap(([best]) => best ?? []), ...keysOf.flat()])];
  const current = new Set(now);
  const kept = Math.min(maxKept, Math.max(minKept, now.length * 2));
  const keys = [...now, ...before.filter((key) => !current.has(key))].slice(0, kept);
  // Nothing new: nothing is written. Those that left stay remembered as they were.
  if (keys.some((key) => !known.has(key))) await putSeen(table, feed.id, keys);
  return { fresh: fresh.length, unusable };
}

/** How many messages were sent. `before`: how many entries of the poll came before these. What is archived already, by whatever way, is not captured again. */
async function requestCaptures(
  deps: ManyRequests,
  { feed, entries, before, room }: { feed: FollowedFeed; entries: Fresh[]; before: number; room: number },
): Promise<number> {
  const { store, now } = deps;
  const byHash = new Map(entries.map((fresh) => [urlHash(fresh.url), fresh]));
  const aliases = await getAliases(store.table, [...byHash.keys()]);
  // An alias is put before its article, which a capture that died, and then failed for good, has never put.
  const named = new Set([...aliases.values()].map(({ article }) => article));
  const there = await getKnownMany(store.table, [...named]);
  // What another page names as its canonical URL has not been fetched.
  const isArchived = (hash: string) => {
    const alias = aliases.get(hash);
    return alias?.by === 'direct' && there.has(alias.article);
  };
  const pollMs = Date.parse(feed.nextPollAt ?? feed.createdAt);
  const wanted = [...byHash]
    .filter(([hash]) => !isArchived(hash))
    .map(([hash, fresh]) => ({ fresh, id: stableCaptureId(hash, pollMs, `${feed.id} ${fresh.key}`) }));
  const made = new Set(
    (
      await getCaptures(
        store.table,
        wanted.map(({ id }) => id),
      )
    ).map(({ id }) => id),
  );
  const captures = wanted
    .filter(({ id }) => !made.has(id))
    .map(({ fresh, id }) => captureOf(feed, fresh, { id, nowMs: now() }));
  const delays = delaysOf(
    captures.map(({ capture }) => capture),
    deps.hostPauseMs,
  );
  const jobs = captures.map(({ capture }, i): Queued => {
    const isSent = i < room;
    const delaySeconds = isSent ? (delays[i] ?? 0) : 0;
    // Not before its capture is there, also when no message of it is sent: a sweep in between would find none, and end it.
    const firstMs = firstDueMs + delaySeconds * 1000;
    // What lies behind what a sweep sends of one feed comes later: the sweeper finds what else is due before it.
    const waitMs = Math.floor(Math.max(0, before + i - maxDueAtOnce) / duePerMinute) * minuteMs;
    const dueAt = toIso(now() + Math.max(firstMs, waitMs));
    const due = { kind: 'capture', id: capture.id, dueAt, sends: isSent ? 1 : 0 } as const;
    return { due: isSent ? due : { ...due, feed: feed.id }, delaySeconds, isSent };
  });
  await enqueue(deps, jobs, async () => {
    for (const { capture, document } of captures) {
      if (document === null) continue;
      const object = { bytes: Buffer.from(document), contentType: documentType, contentEncoding: null };
      await store.bucket.put(submittedObject(capture.id), object);
    }
    await putCaptures(
      store.table,
      captures.map(({ capture }) => capture),
    );
    return true;
  });
  return Math.min(room, jobs.length);
}

function captureOf(
  feed: FollowedFeed,
  { entry, url }: Fresh,
  { id, nowMs }: { id: string; nowMs: number },
): { capture: Capture; document: string | null } {
  const body = (entry.content ?? (feed.capture === 'feed' ? entry.summary : null))?.slice(0, maxContentLength) ?? null;
  const isCarried = feed.capture !== 'page' && body !== null;
  const publishedAt = entry.publishedAt ?? entry.modifiedAt;
  const document = isCarried
    ? writeDocument({
        title: plainText(entry.title) ?? '',
        url,
        publishedAtMs: publishedAt === null ? nowMs : Date.parse(publishedAt),
        body,
      })
    : null;
  return {
    document,
    capture: {
      id,
      url,
      batch: null,
      createdAt: toIso(nowMs),
      attempts: 0,
      submitted: isCarried
        ? { contentType: documentType, capturedAt: toIso(nowMs), role: feed.capture === 'feed' ? 'entry' : 'fallback' }
        : null,
      origin: {
        feed: feed.id,
        tags: feed.tags,
        entry: { publishedAt, authors: authorNames(plainText(entry.author)) },
      },
      state: { status: 'queued', nextAttemptAt: toIso(nowMs), problem: null },
    },
  };
}

/** Titles and names may be written as HTML. */
function plainText(html: string | null): string | null {
  return html === null ? null : (wholeText(prune(html).root.children)?.text.replaceAll('\n', ' ') ?? null);
}

function short(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, keyLength);
}
