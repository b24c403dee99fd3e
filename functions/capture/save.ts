/**
 * A captured page -> the archive: steps 4 to 9 of the order of writes. Each step can be repeated with the same result, so
 * a worker that dies anywhere is followed by one that does it all again; the conditional put of the article commits.
 *
 *   4 body to the bucket   5 aliases   6 text   8 latest snapshot aside   7 search index's log, 9 article (putArticle)
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Article, Snapshot } from '../article/article.ts';
import { toIso } from '../article/times.ts';
import { digestOf } from '../hash.ts';
import { putAlias } from '../store/aliases.ts';
import { allOlderSnapshots, bodyObject, olderSnapshots, putText, type Store, showArticle } from '../store/articles.ts';
import { commitFirst, commitNewest, type Reread, type Saved, type Saving } from './commit.ts';
import { commitOlder } from './commit-older.ts';
import { type CapturedPage, incomingOf } from './incoming.ts';
import { joinArticles } from './join.ts';
import { bringsBack } from './removal.ts';
import { type Resolution, resolve } from './resolve.ts';

/** An article that changes under us more often than this in a row is one that somebody hammers. */
const maxRounds = 12;

/** `ifChanged`: nothing is kept when the latest snapshot says the same by now, as when a re-check's message came twice. */
export async function savePage(
  store: Store,
  page: CapturedPage,
  { reread, ifChanged = false }: { reread: Reread; ifChanged?: boolean },
): Promise<Saved> {
  const { extracted } = page.extraction;
  const digest = digestOf(page.body);
  const packed = await promisify(gzip)(page.body);
  let putFor: string | null = null;

  for (let round = 0; round < maxRounds; round++) {
    const resolution = await resolve(store, { ...page, canonicalUrl: extracted.canonicalUrl }, extracted);
    const { tombstone, removed } = resolution.known ?? {};
    if (tombstone) return { status: 'taken-down', tombstone };
    if (removed && removed.article === null && removed.purgedAt === null)
      throw new Error(`the removed article ${removed.id} is being deleted; what comes to it is tried again`);
    if (removed && !bringsBack(page, removed)) return { status: 'removed', removed };
    if (removed?.article) {
      await showArticle(store.table, removed.article);
      continue;
    }
    if (resolution.join) {
      await joinArticles(store, resolution.join);
      continue;
    }
    const before = resolution.known?.article ?? null;
    // What is imported is called by what it is, so that it is known however often and in whatever order it comes; the text of a feed
    // may come again after the page that it stands in for.
    const mayComeAgain = page.source === 'document' || page.source === 'warc' || page.source === 'feed';
    const there = before && mayComeAgain ? await snapshotBy(store, before, isOf(page, digest)) : null;
    if (before && there) return { status: 'saved', article: before, timestamp: there.timestamp, snapshot: 'unchanged' };
    if (before?.latest.capture === page.captureId) return savedBefore(store, before);

    const incoming = incomingOf(page, digest, resolution);
    if (before && ifChanged && before.latest.fingerprint === incoming.snapshot.fingerprint)
      return { status: 'saved', article: before, timestamp: before.latest.timestamp, snapshot: 'unchanged' };
    // A committed snapshot with these bytes has its object; anything less than committed is put again.
    if (before?.latest.digest !== digest && putFor !== resolution.id) {
      await store.bucket.put(bodyObject(resolution.id, digest), {
        bytes: packed,
        contentType: incoming.snapshot.contentType,
        contentEncoding: 'gzip',
      });
      putFor = resolution.id;
    }
    if (!(await putAliases(store, resolution))) continue;
    const { textId } = incoming.snapshot;
    if (textId && extracted.text && before?.textId !== textId)
      await putText(store, { id: resolution.id, textId, text: extracted.text, html: extracted.html });

    const saved = await commit({ store, before, incoming, resolution, reread });
    if (saved) return saved;
  }
  throw new Error(`the article of ${page.finalUrl} changed ${maxRounds} times while one capture was being added`);
}

function commit(saving: Saving): Promise<Saved | null> {
  const { before, incoming } = saving;
  if (before === null) return commitFirst(saving);
  const isOlder = incoming.snapshot.timestamp < before.latest.timestamp;
  return isOlder ? commitOlder({ ...saving, before }) : commitNewest({ ...saving, before });
}

async function putAliases(store: Store, resolution: Resolution): Promise<boolean> {
  for (const { alias, over } of resolution.aliases) {
    if (!(await putAlias(store.table, alias, over))) return false;
  }
  return true;
}

/** What a capture that was committed before, as the article's latest, would have been told, but for the lost reply. */
export async function savedBefore(store: Store, article: Article): Promise<Saved & { status: 'saved' }> {
  const { timestamp, digest } = article.latest;
  const [previous] = (await olderSnapshots(store.table, article, { limit: 1 })).snapshots;
  const snapshot = !previous ? 'first' : previous.digest === digest ? 'unchanged' : 'new';
  return { status: 'saved', article, timestamp, snapshot };
}

/** The same capture; of a WARC also the capture that it was written from, here or in another archive. */
function isOf({ captureId, source, fetchedAtMs }: CapturedPage, digest: string): (snapshot: Snapshot) => boolean {
  const fetchedAt = toIso(fetchedAtMs);
  return (snapshot) =>
    snapshot.capture === captureId ||
    (source === 'warc' && snapshot.digest === digest && snapshot.fetchedAt === fetchedAt);
}

async function snapshotBy(
  store: Store,
  article: Article,
  isIt: (snapshot: Snapshot) => boolean,
): Promise<Snapshot | null> {
  if (isIt(article.latest)) return article.latest;
  if (article.snapshotCount === 1) return null;
  return (await allOlderSnapshots(store.table, article)).find(isIt) ?? null;
}
