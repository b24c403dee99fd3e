/**
 * What is kept beside a snapshot: `A#<article>` / `P#<timestamp>` names the pack, an object of its own. Nothing is shared between articles, so
 * that a takedown takes all of it.
 */
import { createHash } from 'node:crypto';
import type { Store } from './articles.ts';
import type { Table } from './table.ts';

export type Pack = { digest: string; bytes: number; parts: number; missing: number };

const packKey = (id: string, timestamp: string) => ({ pk: `A#${id}`, sk: `P#${timestamp}` });
export const packObject = (id: string, digest: string) => `pictures/${id}/${digest}.warc.gz`;

/** The object first, then what names it. */
export async function putPack(
  { bucket, table }: Store,
  { id, timestamp }: { id: string; timestamp: string },
  pack: { bytes: Uint8Array; parts: number; missing: number },
): Promise<void> {
  const digest = createHash('sha256').update(pack.bytes).digest('hex');
  await bucket.put(packObject(id, digest), {
    ...{ bytes: pack.bytes, contentType: 'application/warc', contentEncoding: null },
  });
  const { parts, missing } = pack;
  await table.put({ ...packKey(id, timestamp), digest, bytes: pack.bytes.length, parts, missing });
}

export async function getPack(table: Table, id: string, timestamp: string): Promise<Pack | null> {
  const item = await table.get(packKey(id, timestamp));
  return item && { ...numbers(item), digest: String(item.digest) };
}

/** The newest at or before a time, and its bytes. */
export async function lastPack(store: Store, id: string, timestamp: string): Promise<Uint8Array | null> {
  const { items } = await store.table.query({
    ...{ partition: `A#${id}`, from: 'P#', to: `P#${timestamp}`, newestFirst: true, limit: 1 },
  });
  const [item] = items;
  return item ? packBytes(store, id, String(item.digest)) : null;
}

export async function packBytes(store: Store, id: string, digest: string): Promise<Uint8Array | null> {
  return (await store.bucket.get(packObject(id, digest)))?.bytes ?? null;
}

function numbers(item: Record<string, unknown>): Omit<Pack, 'digest'> {
  return { bytes: Number(item.bytes), parts: Number(item.parts), missing: Number(item.missing) };
}
