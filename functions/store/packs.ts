/**
 * What is kept beside a snapshot: `A#<article>` / `P#<timestamp>` names the pack, an object of its own. Nothing is shared between articles, so
 * that a takedown takes all of it.
 */
import { createHash } from 'node:crypto';
import type { Store } from './articles.ts';
import type { Table } from './table.ts';

/** `of`: the digest of the page whose looks it holds. */
export type Pack = { digest: string; of: string; bytes: number; parts: number; missing: number };

const packKey = (id: string, timestamp: string) => ({ pk: `A#${id}`, sk: `P#${timestamp}` });
export const packsPrefix = 'pictures/';
export const packObject = (id: string, digest: string) => `${packsPrefix}${id}/${digest}.warc.gz`;

/** What the key of an object says that `packObject` named. */
export function partsOfPackObject(object: string): { id: string; digest: string } {
  const [id = '', name = ''] = object.slice(packsPrefix.length).split('/');
  return { id, digest: name.replace(/\.warc\.gz$/, '') };
}

/** The object first, then what names it. */
export async function putPack(
  { bucket, table }: Store,
  { id, timestamp }: { id: string; timestamp: string },
  pack: { bytes: Uint8Array; of: string; parts: number; missing: number },
): Promise<void> {
  const digest = createHash('sha256').update(pack.bytes).digest('hex');
  await bucket.put(packObject(id, digest), {
    ...{ bytes: pack.bytes, contentType: 'application/warc', contentEncoding: null },
  });
  const { parts, missing, of } = pack;
  await table.put({ ...packKey(id, timestamp), digest, of, bytes: pack.bytes.length, parts, missing });
}

export async function getPack(table: Table, id: string, timestamp: string): Promise<Pack | null> {
  const item = await table.get(packKey(id, timestamp));
  return item && toPack(item);
}

/** The newest at or before a time. */
export async function lastPack({ table }: Store, id: string, timestamp: string): Promise<Pack | null> {
  const { items } = await table.query({
    ...{ partition: `A#${id}`, from: 'P#', to: `P#${timestamp}`, newestFirst: true, limit: 1 },
  });
  const [item] = items;
  return item ? toPack(item) : null;
}

/** The newest at or before a time, by their timestamps. */
export async function newestPacks(
  table: Table,
  id: string,
  { until, limit }: { until: string; limit: number },
): Promise<Map<string, Pack>> {
  const { items } = await table.query({ partition: `A#${id}`, from: 'P#', to: `P#${until}`, newestFirst: true, limit });
  return new Map(items.map((item) => [item.sk.slice('P#'.length), toPack(item)]));
}

/** All of an article, the oldest first. */
export async function* allPacks(table: Table, id: string): AsyncGenerator<{ timestamp: string; pack: Pack }> {
  for (let from = 'P#'; ; ) {
    const { items, more } = await table.query({ partition: `A#${id}`, from, to: 'P#~' });
    for (const item of items) yield { timestamp: item.sk.slice('P#'.length), pack: toPack(item) };
    const last = items.at(-1);
    if (!more || !last) return;
    from = `${last.sk}!`;
  }
}

export async function packBytes(store: Store, id: string, digest: string): Promise<Uint8Array | null> {
  return (await store.bucket.get(packObject(id, digest)))?.bytes ?? null;
}

function toPack({ digest, of, bytes, parts, missing }: Record<string, unknown>): Pack {
  return {
    ...{ digest: String(digest), of: String(of) },
    ...{ bytes: Number(bytes), parts: Number(parts), missing: Number(missing) },
  };
}
