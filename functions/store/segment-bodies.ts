/**
 * The bodies of segments in the bucket, in pieces of 4 MB: `index/<key>/<n>`. The embedded S3 takes no request over 11 MB,
 * and reads a whole object for any range of it, which of 50 MB takes longer than all of a query.
 */
import type { Bucket } from './bucket.ts';

export type BodyPart = { offset: number; length: number };

const pieceBytes = 4 * 1024 * 1024;
const prefix = 'index/';

/** Where piece `n` of a segment's body is. */
export const pieceObject = (key: string, n: number) => `${prefix}${key}/${n}`;

export async function putBody(bucket: Bucket, key: string, body: Uint8Array): Promise<void> {
  const writer = makeBodyWriter(bucket, key);
  await writer.write(body);
  await writer.end();
}

/** Puts a body as it is made: each piece once it is full, and the rest at the end. Holds one piece. */
export function makeBodyWriter(bucket: Bucket, key: string) {
  let held: Uint8Array[] = [];
  let bytes = 0;
  let pieces = 0;

  async function putPiece(): Promise<void> {
    const all = held.length === 1 && held[0] ? held[0] : Buffer.concat(held);
    const piece = {
      bytes: all.subarray(0, pieceBytes),
      contentType: 'application/octet-stream',
      contentEncoding: null,
    };
    await bucket.put(pieceObject(key, pieces++), piece);
    held = all.length > pieceBytes ? [all.subarray(pieceBytes)] : [];
    bytes = Math.max(0, all.length - pieceBytes);
  }

  return {
    async write(more: Uint8Array): Promise<void> {
      held.push(more);
      bytes += more.length;
      while (bytes >= pieceBytes) await putPiece();
    },
    async end(): Promise<void> {
      if (bytes > 0) await putPiece();
    },
  };
}

/** Bytes of a body, one read a piece; null when they are not all there. */
export async function readBodyPart(
  bucket: Bucket,
  key: string,
  { offset, length }: BodyPart,
): Promise<Uint8Array | null> {
  if (length === 0) return new Uint8Array(0);
  const first = Math.floor(offset / pieceBytes);
  const last = Math.floor((offset + length - 1) / pieceBytes);
  const parts = await Promise.all(
    Array.from({ length: last - first + 1 }, (_, i) => {
      const start = (first + i) * pieceBytes;
      const from = Math.max(offset, start);
      const to = Math.min(offset + length, start + pieceBytes);
      return bucket.getRange(pieceObject(key, first + i), from - start, to - from);
    }),
  );
  const found = parts.filter((part) => part !== null);
  const bytes = found.length === 1 ? found[0] : Buffer.concat(found);
  return found.length === parts.length && bytes?.length === length ? bytes : null;
}

export async function removeBody(bucket: Bucket, key: string): Promise<void> {
  await bucket.removeAll(`${prefix}${key}/`);
}

/** The keys of all segments that have any piece in the bucket, each once. */
export async function* listBodies(bucket: Bucket): AsyncGenerator<string> {
  let before = '';
  for await (const objects of bucket.list(prefix)) {
    for (const object of objects) {
      const key = object.slice(prefix.length).split('/', 1)[0] ?? '';
      if (key !== before) yield key;
      before = key;
    }
  }
}
