/**
 * A story with all that was stored of it -> one WARC: its looks, the oldest first, each with the pictures and styles that are kept with it, as
 * `npm run export -- --format warc` writes them.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Article, Snapshot } from '../article/article.ts';
import { isDocument } from '../formats/document-type.ts';
import { resourceRecord, responseRecord, revisitRecord, warcinfoRecord } from '../formats/warc-write.ts';
import { allOlderSnapshots, bodyObject, type Store } from '../store/articles.ts';
import { newestPacks, packBytes } from '../store/packs.ts';

const mostPacks = 200;
/** Of many looks with large pictures; the process holds it whole. */
const mostBytes = 64 * 1024 * 1024;

/** `maxBytes`: what an answer may have. What does not fit is left out: first pictures, then looks, of each the oldest first. */
export async function storyWarc(
  store: Store,
  article: Article,
  { software, maxBytes = Number.POSITIVE_INFINITY }: { software: string; maxBytes?: number | undefined },
): Promise<Uint8Array<ArrayBuffer>> {
  const info = `warcinfo story ${article.id}`;
  const head = await warcinfoRecord({
    key: info,
    date: article.firstArchivedAt,
    fields: [
      ['software', software],
      ['format', 'WARC File Format 1.1'],
    ],
  });
  const looks = [article.latest, ...(await allOlderSnapshots(store.table, article))].reverse();
  const written = new Map<string, Snapshot>();
  const records: { timestamp: string; record: Uint8Array; pack: Uint8Array | null }[] = [];
  for (const look of looks) {
    const record = await recordOf(store, article, { look, earlier: written.get(look.digest), warcinfo: info });
    if (!record) continue;
    if (!written.has(look.digest)) written.set(look.digest, look);
    records.push({ timestamp: look.timestamp, record, pack: null });
  }
  let size = head.length + records.reduce((sum, { record }) => sum + record.length, 0);
  while (size > maxBytes && records.length > 1) size -= records.shift()?.record.length ?? 0;
  const packs = await newestPacks(store.table, article.id, { until: '9', limit: mostPacks });
  for (const one of records.toReversed()) {
    const pack = packs.get(one.timestamp);
    if (!pack || size + pack.bytes > Math.min(maxBytes, mostBytes)) continue;
    one.pack = await packBytes(store, article.id, pack.digest);
    size += one.pack?.length ?? 0;
  }
  return Uint8Array.from(
    Buffer.concat([head, ...records.flatMap(({ record, pack }) => (pack ? [record, pack] : [record]))]),
  );
}

/** Null when its bytes were purged since the article was read. */
async function recordOf(
  store: Store,
  { id }: Article,
  { look, earlier, warcinfo }: { look: Snapshot; earlier: Snapshot | undefined; warcinfo: string },
): Promise<Uint8Array | null> {
  const { fetchedAt: date, finalUrl: targetUri, status, contentType, digest, bytes } = look;
  const about = { date, targetUri, warcinfo, key: `${id} ${look.timestamp}` };
  const headers: [string, string][] = look.headers.length > 0 ? look.headers : [['Content-Type', contentType]];
  if (earlier && !isDocument(contentType)) {
    const refersTo = { key: `${id} ${earlier.timestamp}`, targetUri: earlier.finalUrl, date: earlier.fetchedAt };
    return revisitRecord({ ...about, status, headers, payloadDigest: digest, bodyBytes: bytes, refersTo });
  }
  const object = await store.bucket.get(bodyObject(id, digest));
  if (!object) return null;
  const body = await promisify(gunzip)(object.bytes);
  return isDocument(contentType)
    ? resourceRecord({ ...about, contentType, body })
    : responseRecord({ ...about, status, headers, body });
}
