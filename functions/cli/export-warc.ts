/** The archive as WARC 1.1 files: each snapshot a request and a response, or a revisit where the bytes are those of an earlier one. */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import {
  metadataRecord,
  requestRecord,
  resourceRecord,
  responseRecord,
  revisitRecord,
  warcinfoRecord,
} from '../formats/warc-write.ts';
import { version } from '../version.ts';
import { allItems, type Client, fetchArchive } from './client.ts';
import type { Progress } from './progress.ts';

/** As the WARC guidelines have it: files of about a gigabyte. */
const maxFileBytes = 1024 ** 3;

type Listed = {
  id: string;
  title: string | null;
  authors: string[];
  publishedAt: string;
  lang: string | null;
  feed: string | null;
  firstArchivedAt: string;
};
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
  url: string;
};

/** The number of written snapshots, and the files. Awaits `onFile` when a file is complete. */
export async function exportWarc(
  client: Client,
  {
    dir,
    progress,
    onFile = async () => undefined,
  }: { dir: string; progress: Pick<Progress, 'step'>; onFile?: (path: string) => Promise<void> },
): Promise<{ snapshots: number; files: string[] }> {
  await mkdir(dir, { recursive: true });
  const files: string[] = [];
  let snapshots = 0;
  let writer: Awaited<ReturnType<typeof openWarc>> | null = null;
  for await (const article of allItems<Listed>(client, '/articles?order=oldest&limit=100')) {
    if (writer === null || writer.bytes() >= maxFileBytes) {
      if (writer) await onFile(await writer.close());
      const name = `nightdesk-${String(files.length + 1).padStart(5, '0')}.warc.gz`;
      writer = await openWarc(dir, name, article.firstArchivedAt);
      files.push(name);
    }
    const stored: SnapshotItem[] = [];
    for await (const snapshot of allItems<SnapshotItem>(client, `/articles/${article.id}/snapshots?limit=100`))
      stored.push(snapshot);
    // The oldest first: a revisit refers to what was written before.
    const written = new Map<string, SnapshotItem>();
    for (const snapshot of stored.reverse()) {
      for (const record of await recordsOf(client, { article, snapshot, written, warcinfo: writer.info }))
        await writer.write(record);
      snapshots++;
    }
    progress.step(`written   ${article.id}`);
  }
  if (writer) await onFile(await writer.close());
  return { snapshots, files };
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
    ['source', source],
    ['file', file],
    ['requested', requestedUrl],
    ...redirects.map((redirect): [string, string] => ['redirect', redirect]),
  ];
  return fields.filter((field): field is [string, string] => field[1] !== null);
}
