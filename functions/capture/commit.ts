/**
 * Steps 8 and 9 of the order of writes: the latest snapshot aside, and the article by one conditional put. What the article becomes is
 * decided by `versions.ts`.
 */
import type { Article, Metadata, Removed, Snapshot, Tombstone } from '../article/article.ts';
import { laterBySecond } from '../article/times.ts';
import { type Incoming, isEdit, judge, newArticle, pastOf, withAside, withNewest } from '../article/versions.ts';
import { putArticle, putFirstArticle, putSnapshot, type Store } from '../store/articles.ts';
import { partsWith, withParts } from './parts.ts';
import { currentReading, getPast, putPast, readingOf } from './readings.ts';
import type { Resolution } from './resolve.ts';

export type Saved =
  | { status: 'saved'; article: Article; timestamp: string; snapshot: 'first' | 'new' | 'unchanged' }
  | { status: 'taken-down'; tombstone: Tombstone }
  | { status: 'removed'; removed: Removed };

/** Reads a stored body again with the present extractor: for races in which an older version turns out to rule. */
export type Reread = (id: string, snapshot: Snapshot) => Promise<{ metadata: Metadata; text: string | null }>;

/** What is being added, to which article. `before`: the article as it was read; null when there is none. */
export type Saving = {
  store: Store;
  before: Article | null;
  incoming: Incoming;
  resolution: Resolution;
  reread: Reread;
};

/** A new article. Null when somebody else wrote it first, as with the others. */
export async function commitFirst({ store, incoming, resolution }: Saving): Promise<Saved | null> {
  const first = newArticle(resolution.id, incoming);
  const article: Article = resolution.movedTo ? { ...first, latest: { ...first.latest, mark: 'moved' } } : first;
  const put = await putFirstArticle(store.table, article, resolution.lived);
  return put ? { status: 'saved', article: put, timestamp: article.latest.timestamp, snapshot: 'first' } : null;
}

/** A capture that is the newest of its article, or of the same second as the newest. */
export async function commitNewest(saving: Saving & { before: Article }): Promise<Saved | null> {
  const { store, before, incoming, resolution } = saving;
  const { timestamp } = incoming.snapshot;
  const moved = timestamp === before.latest.timestamp ? laterBySecond(timestamp) : timestamp;
  const placed: Incoming = { ...incoming, snapshot: { ...incoming.snapshot, timestamp: moved } };
  const [current, next] = [await currentReading(store, before), readingOf(placed, resolution)];
  const verdict = { ...judge(current, next), isEdit: isEdit(current, next) };
  const pastBefore = await getPast(store, before);
  const past = verdict.rules
    ? pastOf(pastBefore, current, next)
    : withAside(pastBefore, current, { ...next, mark: verdict.mark });
  const pastId = past === pastBefore ? before.pastId : await putPast(store, before, past);
  const after = { ...withNewest(before, placed, verdict), pastId, parts: partsWith(before, placed) };
  const isWhole = verdict.rules || after.parts !== before.parts;
  const article = isWhole ? await withParts(store, after, verdict.rules ? incoming.text : current.text) : after;
  if (!(await putSnapshot(store.table, before.id, before.latest)))
    throw new Error(`two snapshots of ${before.id} claim ${before.latest.timestamp}`);
  const put = await putArticle(store.table, article, before);
  const same = before.latest.digest === placed.snapshot.digest;
  return put ? { status: 'saved', article: put, timestamp: moved, snapshot: same ? 'unchanged' : 'new' } : null;
}
