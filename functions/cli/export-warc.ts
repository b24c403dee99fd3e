/**
 * The archive as WARC 1.1 files: each snapshot a request and a response, or a revisit where the bytes are those of an earlier one, with the
 * pictures, styles and fonts that are kept beside it; and, for an archive that takes them in, what it knows beyond its pages: tags, notes, corrections, feeds, takedowns.
 */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import {
  factsRecord,
  metadataRecord,
  requestRecord,
  resourceRecord,
  responseRecord,
  revisitRecord,
  warcinfoRecord,
} from '../formats/warc-write.ts';
import { hash22 } from '../hash.ts';
import { makeFolder } from '../make-folder.ts';
import { version } from '../version.ts';
import { ArchiveError, allItems, type Client, callArchive, fetchArchive } from './client.ts';
import type { Progress } from './progress.ts';

/** As the WARC guidelines have it: files of about a gigabyte. */
const maxFileBytes = 1024 ** 3;

type Listed = {
  id: string;
  title: string | null;
  authors: string[];
  publishedAt: string;
  publishedAtSource: string;
  lang: string | null;
  feed: string | null;
  tags: string[];
  extracted?: { title: string | null; publishedAt: string | null };
  joined: string[];
  firstArchivedAt: string;
  lastArchivedAt: string;
  url: string;
};
type Feed = Record<'id' | 'url' | 'every' | 'capture' | 'pictures' | 'createdAt', string> & {
  name: string | null;
  tags: string[];
  recheck: string[];
  pausedAt: string | null;
};
type Takedown = { id: string; urlHash: string; keys: string[]; takenDownAt: string };
type Writer = Awaited<ReturnType<typeof openWarc>>;
type SnapshotItem = {
  timestamp: string;
  fetchedAt: string;
  digest: string;
  bytes: number;
  status: number;
  contentType: string;
  source: string;
  file: string | null;
  requestedUrl: string;
  finalUrl: string;
  redirects: string[];
  headers: [string, string][];
  pictures: { url: string } | null;
  url: string;
};

export type Exported = {
  snapshots: number;
  feeds: number;
  takedowns: number;
  files: string[];
  /** What the key of the export may not read. */
  leftOut: string[];
};

/**
 * `isPublic`: pages alone, without what is nobody else's business: notes, feeds with their addresses, takedowns. Awaits `onFile` when a
 * file is complete.
 */
export async function exportWarc(
  client: Client,
  {
    dir,
    progress,
    isPublic = false,
    onFile = async () => undefined,
  }: { dir: string; progress: Pick<Progress, 'step'>; isPublic?: boolean; onFile?: (path: string) => Promise<void> },
): Promise<Exported> {
  makeFolder(dir);
  const files: string[] = [];
  const exported: Exported = { snapshots: 0, feeds: 0, takedowns: 0, files, leftOut: [] };
  let writer: Writer | null = null;
  const writerAt = async (date: string): Promise<Writer> => {
    if (writer !== null && writer.bytes() < maxFileBytes) return writer;
    if (writer) await onFile(await writer.close());
    const name = `nightdesk-${String(files.length + 1).padStart(5, '0')}.warc.gz`;
    files.push(name);
    writer = await openWarc(dir, name, date);
    return writer;
  };
  for await (const article of allItems<Listed>(client, '/articles?order=oldest&limit=100')) {
    const file = await writerAt(article.firstArchivedAt);
    // The snapshots of articles that were joined to this one keep their place.
    for (const id of [article.id, ...article.joined])
      exported.snapshots += await writeSnapshots(client, file, { ...article, id });
    if (!isPublic) await writeFacts(client, file, article);
    progress.step(`written   ${article.id}`);
  }
  if (!isPublic) {
    const leaveOut = (what: string) => (error: unknown) => {
      if (!(error instanceof ArchiveError) || ![401, 403, 404].includes(error.status ?? 0)) throw error;
      exported.leftOut.push(`${what}: ${error.message}`);
      return 0;
    };
    exported.feeds = await writeFeeds(client, writerAt).catch(leaveOut('feeds'));
    exported.takedowns = await writeTakedowns(client, writerAt).catch(leaveOut('takedowns'));
  }
  // What `writerAt` has set meanwhile, which the compiler does not follow.
  const last = writer as Writer | null;
  if (last) await onFile(await last.close());
  return exported;
}

/** Of one article, the oldest first: a revisit refers to what was written before. */
async function writeSnapshots(client: Client, file: Writer, article: Listed): Promise<number> {
  const stored: SnapshotItem[] = [];
  for await (const snapshot of allItems<SnapshotItem>(client, `/articles/${article.id}/snapshots?limit=100`))
    stored.push(snapshot);
  const written = new Map<string, SnapshotItem>();
  for (const snapshot of stored.reverse()) await writeLook(client, file, { article, snapshot, written });
  return stored.length;
}

/** A snapshot with what is kept of its looks: the pack's records are those of an export. */
async function writeLook(
  client: Client,
  file: Writer,
  look: { article: Listed; snapshot: SnapshotItem; written: Map<string, SnapshotItem> },
): Promise<void> {
  for (const record of await recordsOf(client, { ...look, warcinfo: file.info })) await file.write(record);
  const { pictures } = look.snapshot;
  if (pictures) await file.write((await fetchArchive(client, pictures.url)).bytes);
}

/** What persons have put to an article. */
async function writeFacts(client: Client, file: Writer, article: Listed): Promise<void> {
  const { note, bookmarkedAt } = (await callArchive(client, `/articles/${article.id}`)) as {
    note?: string | null;
    bookmarkedAt?: string | null;
  };
  const { id, url, tags, title, publishedAt, extracted } = article;
  const facts = {
    url,
    ...(tags.length > 0 ? { tags } : {}),
    ...(note ? { note } : {}),
    ...(bookmarkedAt ? { bookmarkedAt } : {}),
    ...(extracted && extracted.title !== title ? { title } : {}),
    ...(extracted && extracted.publishedAt !== publishedAt ? { publishedAt } : {}),
  };
  if (Object.keys(facts).length > 1)
    await writeFact(file, `article ${id}`, { date: article.lastArchivedAt, targetUri: url, body: { article: facts } });
}

async function writeFeeds(client: Client, writerAt: (date: string) => Promise<Writer>): Promise<number> {
  let count = 0;
  for await (const feed of allItems<Feed>(client, '/feeds?limit=100')) {
    const { id, url, every, capture, pictures, name, tags, recheck, pausedAt, createdAt: date } = feed;
    const paused = pausedAt === null ? {} : { paused: true };
    const body = { feed: { id, url, every, capture, pictures, name, tags, recheck, ...paused } };
    await writeFact(await writerAt(date), `feed ${id}`, { date, targetUri: url, body });
    count++;
  }
  return count;
}

async function writeTakedowns(client: Client, writerAt: (date: string) => Promise<Writer>): Promise<number> {
  let count = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path = `/takedowns?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { secret, items, next } = (await callArchive(client, path)) as {
      secret: string;
      items: Takedown[];
      next: string | null;
    };
    const [first] = items;
    if (first) {
      const about = {
        date: first.takenDownAt,
        targetUri: 'urn:nightdesk:takedowns',
        body: { takedowns: { secret, items } },
      };
      await writeFact(await writerAt(first.takenDownAt), `takedowns ${first.id}`, about);
    }
    count += items.length;
    cursor = next;
  }
  return count;
}

/** Its id is of what it says, since the same id for ever is the same record. */
async function writeFact(
  file: Writer,
  name: string,
  fact: { date: string; targetUri: string; body: unknown },
): Promise<void> {
  const key = `${name} ${hash22(JSON.stringify(fact.body))}`;
  await file.write(await factsRecord({ ...fact, key, warcinfo: file.info }));
}

/** A file that is there whole or, but for its `.part`, not at all. */
async function openWarc(dir: string, name: string, date: string) {
  const part = join(dir, `${name}.part`);
  // Left by a killed export; or a symlink, which is removed and not followed.
  await rm(part, { force: true });
  const out = createWriteStream(part, { flags: 'wx' });
  const info = `warcinfo ${name}`;
  let bytes = 0;
  const write = async (record: Uint8Array) => {
    bytes += record.length;
    if (!out.write(record)) await new Promise<void>((resolve) => out.once('drain', resolve));
  };
  await write(
    await warcinfoRecord({
      key: info,
      date,
      fileName: name,
      fields: [
        ['software', `Nightdesk/${version}`],
        ['format', 'WARC File Format 1.1'],
        ['description', 'Pages as decoded from their content encoding; requests are made anew from the URL'],
      ],
    }),
  );
  return {
    info,
    write,
    bytes: () => bytes,
    /** Where the file is. */
    async close() {
      out.end();
      await finished(out);
      await rename(part, join(dir, name));
      return join(dir, name);
    },
  };
}

async function recordsOf(
  client: Client,
  {
    article,
    snapshot,
    written,
    warcinfo,
  }: { article: Listed; snapshot: SnapshotItem; written: Map<string, SnapshotItem>; warcinfo: string },
): Promise<Uint8Array[]> {
  const key = `${article.id} ${snapshot.timestamp}`;
  const { fetchedAt: date, finalUrl: targetUri, status, headers, digest } = snapshot;
  const about = { date, targetUri, warcinfo };
  const metadata = await metadataRecord({
    ...about,
    key: `metadata ${key}`,
    concurrentTo: key,
    fields: fieldsOf(article, snapshot),
  });
  if (snapshot.contentType.startsWith('text/markdown')) {
    const { bytes: body } = await fetchArchive(client, snapshot.url);
    return [await resourceRecord({ ...about, key, contentType: snapshot.contentType, body }), metadata];
  }
  const request = await requestRecord({ ...about, key: `request ${key}`, concurrentTo: key, headers: [] });
  // A page that a client held has no headers but what it was called.
  const sent: [string, string][] = headers.length > 0 ? headers : [['Content-Type', snapshot.contentType]];
  const earlier = written.get(digest);
  if (earlier) {
    const refersTo = {
      key: `${article.id} ${earlier.timestamp}`,
      targetUri: earlier.finalUrl,
      date: earlier.fetchedAt,
    };
    const revisit = {
      ...about,
      key,
      status,
      headers: sent,
      payloadDigest: digest,
      bodyBytes: snapshot.bytes,
      refersTo,
    };
    return [request, await revisitRecord(revisit), metadata];
  }
  written.set(digest, snapshot);
  const { bytes: body } = await fetchArchive(client, snapshot.url);
  return [request, await responseRecord({ ...about, key, status, headers: sent, body }), metadata];
}

function fieldsOf(article: Listed, { source, file, requestedUrl, redirects }: SnapshotItem): [string, string][] {
  const fields: [string, string | null][] = [
    ['title', article.title],
    ...article.authors.map((author): [string, string] => ['author', author]),
    ['published', article.publishedAt],
    ['language', article.lang],
    ['feed', article.feed],
    ['entry-published', article.publishedAtSource === 'feed' ? article.publishedAt : null],
    ...(article.feed === null ? [] : article.authors.map((author): [string, string] => ['entry-author', author])),
    ['source', source],
    ['file', file],
    ['requested', requestedUrl],
    ...redirects.map((redirect): [string, string] => ['redirect', redirect]),
  ];
  return fields.filter((field): field is [string, string] => field[1] !== null);
}
