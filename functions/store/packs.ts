/**
 * What is kept beside a snapshot: `A#<article>` / `P#<timestamp>` names the pack, an object of its own. Nothing is shared between articles, so
 * that a takedown takes all of it.
 */
import { createHash } from 'node:crypto';
import type { Store } from './articles.ts';
import type { Table } from './table.ts';
import { written } from './written.ts';

/**
 * `of`: the digest of the page whose looks it holds. `extent`: what of them was wanted. `inlined`: the bytes of parts in a page that shows
 * them as often as it names them. `repeats`: of those, the bytes of parts that it has shown before.
 */
export type Pack = {
  digest: string;
  of: string;
  bytes: number;
  parts: number;
  missing: number;
  extent: 'story' | 'page';
  inlined: number;
  repeats: number;
  lead: PackLead | null;
};

/** The small picture that stands for the story: where its record is in the pack. `asked`: by which its site is asked whether it changed. */
export type PackLead = {
  offset: number;
  length: number;
  type: string;
  width: number;
  height: number;
  asked: { url: string; digest: string; etag?: string; lastModified?: string } | null;
};

/** What a browser shows by itself without running anything of it. */
export function isShownAlone(type: string): boolean {
  return /^image\/(png|jpeg|gif|webp|avif)$/.test(type);
}

const packKey = (id: string, timestamp: string) => ({ pk: `A#${id}`, sk: `P#${timestamp}` });
export const packsPrefix = 'pictures/';
export const packObject = (id: string, digest: string) => `${packsPrefix}${id}/${digest}.warc.gz`;

/** What the key of an object says that `packObject` named. */
export function partsOfPackObject(object: string): { id: string; digest: string } {
  const [id = '', name = ''] = object.slice(packsPrefix.length).split('/');
  return { id, digest: name.replace(/\.warc\.gz$/, '') };
}

/**
 * The object first, then what names it. One that was kept there before goes last, where nothing else names it. Of three at once, the
 * first may be taken for replaced by the second while the third puts the same bytes anew: so who replaced another puts its own once
 * more, and who removed one looks again.
 */
export async function putPack(
  { bucket, table }: Store,
  { id, timestamp }: { id: string; timestamp: string },
  pack: Omit<Pack, 'digest' | 'bytes'> & { bytes: Uint8Array },
): Promise<void> {
  const digest = createHash('sha256').update(pack.bytes).digest('hex');
  await putObject(bucket, packObject(id, digest), pack.bytes);
  const former = await table.replace({ ...packKey(id, timestamp), ...pack, digest, bytes: pack.bytes.length });
  const before = former && toPack(former).digest;
  if (before === null || before === digest) return;
  await putObject(bucket, packObject(id, digest), pack.bytes);
  await removeUnnamed({ bucket, table }, id, before);
}

function putObject(bucket: Store['bucket'], key: string, bytes: Uint8Array): Promise<void> {
  return bucket.put(key, { bytes, contentType: 'application/warc', contentEncoding: null });
}

async function removeUnnamed(store: Store, id: string, digest: string): Promise<void> {
  if (await isNamed(store.table, id, digest)) return;
  const bytes = await packBytes(store, id, digest);
  await store.bucket.remove(packObject(id, digest));
  if (bytes !== null && (await isNamed(store.table, id, digest)))
    await putObject(store.bucket, packObject(id, digest), bytes);
}

async function isNamed(table: Table, id: string, digest: string): Promise<boolean> {
  for await (const { pack } of allPacks(table, id)) if (pack.digest === digest) return true;
  return false;
}

/**
 * Names a pack by a further snapshot of its article. It is read once more after that: whoever put another in its place meanwhile may not have
 * seen the further name, and the object is gone.
 */
export async function nameAgain(
  table: Table,
  { id, timestamp }: { id: string; timestamp: string },
  { timestamp: earlier, ...pack }: Pack & { timestamp: string },
): Promise<void> {
  for (let named: Pack | null = pack; named !== null; ) {
    await table.put({ ...packKey(id, timestamp), ...named });
    const now: Pack | null = await getPack(table, id, earlier);
    if (now?.digest === named.digest) return;
    named = now;
  }
}

/** Those that are there, by `<article id> <timestamp>`, eventually consistent. */
export async function getPacks(table: Table, wanted: { id: string; timestamp: string }[]): Promise<Map<string, Pack>> {
  const items = await table.getMany(wanted.map(({ id, timestamp }) => packKey(id, timestamp)));
  return new Map(items.map((item) => [`${item.pk.slice('A#'.length)} ${item.sk.slice('P#'.length)}`, toPack(item)]));
}

export async function getPack(table: Table, id: string, timestamp: string): Promise<Pack | null> {
  const item = await table.get(packKey(id, timestamp));
  return item && toPack(item);
}

/** The newest at or before a time. */
export async function lastPack(
  { table }: Pick<Store, 'table'>,
  id: string,
  timestamp: string,
): Promise<(Pack & { timestamp: string }) | null> {
  const { items } = await table.query({
    ...{ partition: `A#${id}`, from: 'P#', to: `P#${timestamp}`, newestFirst: true, limit: 1 },
  });
  const [item] = items;
  return item ? { ...toPack(item), timestamp: item.sk.slice('P#'.length) } : null;
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

function toPack(item: Record<string, unknown>): Pack {
  const { digest, of, bytes, parts, missing, extent, inlined, repeats, lead } = item;
  return {
    ...{ digest: String(digest), of: String(of), extent: extent === 'page' ? 'page' : 'story' },
    ...{ bytes: Number(bytes), parts: Number(parts), missing: Number(missing) },
    ...{ inlined: Number(inlined ?? bytes), repeats: Number(repeats ?? 0) },
    lead: written<PackLead | undefined>(lead) ?? null,
  };
}
