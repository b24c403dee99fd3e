/**
 * A captured page -> the archive: steps 4 to 9 of the order of writes. Each step can be repeated with the same result, so
 * a worker that dies anywhere is followed by one that does it all again; the conditional put of the article commits.
 *
 *   4 body to the bucket   5 aliases   6 text   8 latest snapshot aside   7 search index's log, 9 article (putArticle)
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Article, EntryFacts, Metadata, Snapshot, Source, Tombstone } from '../article/article.ts';
import { siteOf } from '../article/norm.ts';
import type { PastVersion } from '../article/past.ts';
import { readPast, writePast } from '../article/past.ts';
import { fromTimestamp, toIso, toTimestamp } from '../article/times.ts';
import {
  fingerprint,
  historyOf,
  type Incoming,
  judge,
  newArticle,
  pastOf,
  type Reading,
  textIdOf,
  withNewest,
  withOlder,
} from '../article/versions.ts';
import { countWords } from '../article/words.ts';
import type { Extracted } from '../extract/extracted.ts';
import { extractorVersion } from '../extract/extractor-version.ts';
import { toUtc } from '../extract/metadata/dates.ts';
import type { FetchedPage } from '../fetch/fetch-page.ts';
import { putAlias } from '../store/aliases.ts';
import {
  allOlderSnapshots,
  bodyObject,
  getText,
  olderSnapshots,
  putArticle,
  putSnapshot,
  putText,
  type Store,
} from '../store/articles.ts';
import type { Extraction } from './page-reader.ts';
import { type Resolution, resolve } from './resolve.ts';

/** A page's own time is not believed when it lies further ahead of the fetch than this. */
export const maxFutureMs = 86_400_000;
/** RFC 5646 4.4.1: no tag of a language that is spoken has more characters. */
const maxLangLength = 35;
/** An article that changes under us more often than this in a row is one that somebody hammers. */
const maxRounds = 12;

/** Where a page is from: the feed that named it and what that said of it, the name of the file that it was. */
export type Origin = { feed: string | null; entry: EntryFacts | null; tags: string[]; file: string | null };
export const noOrigin: Origin = { feed: null, entry: null, tags: [], file: null };

export type CapturedPage = FetchedPage & {
  captureId: string;
  source: Source;
  origin: Origin;
  extraction: Extraction;
};

export type Saved =
  | { status: 'saved'; article: Article; timestamp: string; snapshot: 'first' | 'new' | 'unchanged' }
  | { status: 'taken-down'; tombstone: Tombstone };

/** Reads a stored body again with the present extractor: for races in which an older version turns out to rule. */
export type Reread = (id: string, snapshot: Snapshot) => Promise<{ metadata: Metadata; text: string | null }>;

/** `ifChanged`: nothing is kept when the latest snapshot says the same by now, as when a re-check's message came twice. */
export async function savePage(
  store: Store,
  page: CapturedPage,
  reread: Reread,
  { ifChanged = false }: { ifChanged?: boolean } = {},
): Promise<Saved> {
  const { extracted } = page.extraction;
  const digest = `sha256:${createHash('sha256').update(page.body).digest('hex')}`;
  const packed = await promisify(gzip)(page.body);
  const metadata = metadataOf(extracted, page.fetchedAtMs);
  let putFor: string | null = null;

  for (let round = 0; round < maxRounds; round++) {
    const resolution = await resolve(store, { ...page, canonicalUrl: extracted.canonicalUrl }, extracted);
    if (resolution.known?.tombstone) return { status: 'taken-down', tombstone: resolution.known.tombstone };
    const before = resolution.known?.article ?? null;
    // What is imported is called by what it is, so that it is known however often and in whatever order it comes; the text of a feed
    // may come again after the page that it stands in for.
    const mayComeAgain = page.source === 'document' || page.source === 'warc' || page.source === 'feed';
    const there = before && mayComeAgain ? await snapshotBy(store, before, isOf(page, digest)) : null;
    if (before && there) return { status: 'saved', article: before, timestamp: there.timestamp, snapshot: 'unchanged' };
    if (before?.latest.capture === page.captureId) return savedBefore(store, before);

    const incoming = incomingOf(page, digest, metadata, resolution);
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
      await putText(store, resolution.id, textId, extracted.text);

    const saved = await commit(store, before, incoming, resolution, reread);
    if (saved) return saved;
  }
  throw new Error(`the article of ${page.finalUrl} changed ${maxRounds} times while one capture was being added`);
}

async function putAliases(store: Store, resolution: Resolution): Promise<boolean> {
  for (const { alias, over } of resolution.aliases) {
    if (!(await putAlias(store.table, alias, over))) return false;
  }
  return true;
}

/** Steps 8 and 9. Null when somebody else wrote the article first. */
async function commit(
  store: Store,
  before: Article | null,
  incoming: Incoming,
  resolution: Resolution,
  reread: Reread,
): Promise<Saved | null> {
  if (before === null) {
    const first = newArticle(resolution.id, incoming);
    const article: Article = resolution.movedTo ? { ...first, latest: { ...first.latest, mark: 'moved' } } : first;
    const put = await putArticle(store.table, article, null, resolution.lived);
    return put ? { status: 'saved', article: put, timestamp: article.latest.timestamp, snapshot: 'first' } : null;
  }
  const { timestamp } = incoming.snapshot;
  if (timestamp < before.latest.timestamp) return commitOlder(store, before, incoming, resolution, reread);

  const moved = timestamp === before.latest.timestamp ? laterBySecond(timestamp) : timestamp;
  const placed: Incoming = { ...incoming, snapshot: { ...incoming.snapshot, timestamp: moved } };
  const [current, next] = [await currentReading(store, before), readingOf(placed, resolution)];
  const verdict = judge(current, next);
  const past = verdict.rules
    ? await putPast(store, before, pastOf(await getPast(store, before), current, next))
    : before.pastId;
  const article = { ...withNewest(before, placed, verdict), pastId: past };
  if (!(await putSnapshot(store.table, before.id, before.latest)))
    throw new Error(`two snapshots of ${before.id} claim ${before.latest.timestamp}`);
  const put = await putArticle(store.table, article, before);
  const same = before.latest.digest === placed.snapshot.digest;
  return put ? { status: 'saved', article: put, timestamp: moved, snapshot: same ? 'unchanged' : 'new' } : null;
}

/** A capture that was fetched before the latest but saved after it: a snapshot beside it, and all of them judged again. */
async function commitOlder(
  store: Store,
  before: Article,
  incoming: Incoming,
  resolution: Resolution,
  reread: Reread,
): Promise<Saved | null> {
  let { timestamp } = incoming.snapshot;
  const snapshots = await allOlderSnapshots(store.table, before);
  const mine = snapshots.find((snapshot) => snapshot.capture === incoming.snapshot.capture);
  const taken = new Set([...snapshots, before.latest].map((snapshot) => snapshot.timestamp));
  while (!mine && taken.has(timestamp)) timestamp = laterBySecond(timestamp);
  if (timestamp > before.latest.timestamp) {
    // Every second up to the latest is taken: it becomes the newest after all.
    return commit(store, before, { ...incoming, snapshot: { ...incoming.snapshot, timestamp } }, resolution, reread);
  }
  const placed: Snapshot = mine ?? { ...incoming.snapshot, timestamp, mark: null, changed: true };
  const ordered = [...snapshots.filter((snapshot) => snapshot !== mine), placed, before.latest].sort((a, b) =>
    a.timestamp < b.timestamp ? -1 : 1,
  );
  // One text at a time: there may be hundreds of a megabyte.
  async function* readings(): AsyncGenerator<Reading> {
    for (const snapshot of ordered) {
      yield snapshot === placed
        ? readingOf(incoming, resolution)
        : readingOfStored(snapshot, snapshot.textId && (await getText(store, before.id, snapshot.textId)));
    }
  }
  const history = await historyOf(readings());
  const at = ordered.indexOf(placed);
  const [previous, next] = [ordered[at - 1], ordered[at + 1]];
  const snapshot: Snapshot = {
    ...placed,
    mark: history.verdicts[at]?.mark ?? null,
    changed: previous?.fingerprint !== placed.fingerprint,
  };
  if (!(await putSnapshot(store.table, before.id, snapshot))) return null;
  const nextChanged = next?.fingerprint !== placed.fingerprint;
  if (next && next !== before.latest && next.changed !== nextChanged)
    await putSnapshot(store.table, before.id, { ...next, changed: nextChanged });

  const ruling = ordered[history.ruling];
  const reading =
    !ruling || ruling.timestamp === before.versionOf
      ? null
      : ruling === placed
        ? incoming
        : await reread(before.id, ruling);
  const article = withOlder(before, incoming, {
    snapshotCount: ordered.length,
    versionCount: history.versionCount,
    past: history.past,
    latestChanged: next === before.latest ? nextChanged : before.latest.changed,
    ruling: ruling && reading ? { snapshot: ruling, metadata: reading.metadata, text: reading.text } : null,
  });
  await putPast(store, before, history.past);
  const put = await putArticle(store.table, article, before);
  return put ? { status: 'saved', article: put, timestamp: snapshot.timestamp, snapshot: 'new' } : null;
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

async function getPast(store: Store, { id, pastId }: Article): Promise<PastVersion[]> {
  return pastId === null ? [] : readPast(await getText(store, id, pastId));
}

/** Stores what is past as a text of the article; its id. */
async function putPast(store: Store, { id, pastId }: Article, past: PastVersion[]): Promise<string | null> {
  const written = writePast(past);
  const writtenId = textIdOf(written);
  if (written !== null && writtenId !== null && writtenId !== pastId) await putText(store, id, writtenId, written);
  return writtenId;
}

async function currentReading(store: Store, article: Article): Promise<Reading> {
  const text = article.textId && (await getText(store, article.id, article.textId));
  return {
    timestamp: article.versionOf,
    kind: article.kind,
    title: article.title,
    text,
    moved: article.latest.mark === 'moved' && article.versionOf === article.latest.timestamp,
  };
}

function readingOf(incoming: Incoming, resolution: Resolution): Reading {
  return {
    timestamp: incoming.snapshot.timestamp,
    kind: incoming.snapshot.kind,
    title: incoming.metadata.title,
    text: incoming.text,
    moved: resolution.movedTo !== null,
  };
}

function readingOfStored(snapshot: Snapshot, text: string | null): Reading {
  return {
    timestamp: snapshot.timestamp,
    kind: snapshot.kind,
    title: snapshot.title,
    text,
    moved: snapshot.mark === 'moved',
  };
}

function incomingOf(page: CapturedPage, digest: string, metadata: Metadata, resolution: Resolution): Incoming {
  const { extracted, extent } = page.extraction;
  const snapshot: Snapshot = {
    timestamp: toTimestamp(page.fetchedAtMs),
    fetchedAt: toIso(page.fetchedAtMs),
    digest,
    bytes: page.body.length,
    status: page.status,
    contentType: page.contentType ?? 'text/html',
    charset: extracted.charset,
    headers: page.headers,
    headersCut: page.headersCut,
    requestedUrl: page.requestedUrl,
    finalUrl: page.finalUrl,
    redirects: page.redirects,
    durationMs: Math.round(page.durationMs),
    source: page.source,
    capture: page.captureId,
    file: page.origin.file,
    changed: true,
    mark: null,
    kind: extracted.kind,
    title: metadata.title,
    textId: textIdOf(extracted.text),
    wordCount: countWords(extracted.text ?? ''),
    fingerprint: fingerprint(metadata, extracted.text),
    extractor: extractorVersion,
    extent,
  };
  return {
    snapshot,
    metadata,
    text: extracted.text,
    urls: resolution.urls,
    url: resolution.url,
    site: siteOf(resolution.url),
    feed: page.origin.feed,
    entry: page.origin.entry,
    tags: page.origin.tags,
  };
}

/** The page's own words in the archive's forms: times in UTC, none from the future, languages that there may be. */
export function metadataOf(extracted: Extracted, fetchedAtMs: number): Metadata {
  const believed = (iso: string | null) => {
    const utc = toUtc(iso);
    return utc !== null && Date.parse(utc) <= fetchedAtMs + maxFutureMs ? utc : null;
  };
  const { title, authors, description, lang, section, keywords, image } = extracted;
  return {
    title,
    authors,
    description,
    publishedAt: believed(extracted.publishedAt),
    modifiedAt: believed(extracted.modifiedAt),
    lang: lang !== null && lang.length <= maxLangLength ? lang : null,
    section,
    keywords,
    image,
  };
}

function laterBySecond(timestamp: string): string {
  return toTimestamp(fromTimestamp(timestamp) + 1000);
}
