/**
 * Articles in the table: the current state, earlier snapshots, texts, and the two time indexes that lead to them.
 *
 *   A#<id> / A              the article; its tombstone; or the article as it was, with what became of it: `joinedTo`, `hiddenAt`
 *   A#<id> / L              how far it was counted when its last takedown was lifted
 *   A#<id> / S#<timestamp>  a snapshot that is not the latest any more
 *   A#<id> / T#<text id>    a version's text, zstd; when that is over 256 KB the item says so and the bucket has it
 *
 * An index row is a hint (KEYS_ONLY): it is hydrated from the base item and dropped when its key differs.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import {
  type Article,
  begun,
  type Counted,
  countsOf,
  effective,
  type Known,
  type Removed,
  revised,
  type Snapshot,
  type Tombstone,
} from '../article/article.ts';
import { urlHash } from '../article/norm.ts';
import type { Bucket } from './bucket.ts';
import { type Ledger, ledgerPartitions, ledgerTime, putLedgerRows } from './ledgers.ts';
import { putLogEntry } from './search-index.ts';
import type { Item, Key, Table } from './table.ts';
import { written } from './written.ts';

export type Store = { table: Table; bucket: Bucket };

/** One partition for all: at 1,000 writes a second its limit is far above one archive's ingest. */
export const timePartition = 'T';
/** That of tombstones, which only the archived index has. */
export const tombstonePartition = 'D';
/** DynamoDB takes items of 400 KB. */
const maxInlineText = 256 * 1024;
/**
 * Where a stone without an `iv` counts on from its `v`: older versions kept none. `v` counts every write, so in that life no
 * `iv` was above it; this is above what an earlier life of the article can have come to.
 */
const beyondEarlierLives = 1_000_000;

const articleKey = (id: string): Key => ({ pk: `A#${id}`, sk: 'A' });
const livedKey = (id: string): Key => ({ pk: `A#${id}`, sk: 'L' });
const snapshotKey = (id: string, timestamp: string): Key => ({ pk: `A#${id}`, sk: `S#${timestamp}` });
const textKey = (id: string, textId: string): Key => ({ pk: `A#${id}`, sk: `T#${textId}` });
const textObject = (id: string, textId: string) => `texts/${id}/${textId}`;
/** Where the bytes of a snapshot are: under the article, so that taking one down harms no other. */
export const bodyObject = (id: string, digest: string) => `snapshots/${id}/${digest.replace(/^sha256:/, '')}`;

export async function getKnown(table: Table, id: string): Promise<Known | null> {
  const item = await table.get(articleKey(id));
  return item && toKnown(item);
}

/** Several articles by id, eventually consistent; those that do not exist or were taken down are left out. */
export async function getArticles(table: Table, ids: string[]): Promise<Map<string, Article>> {
  const items = await table.getMany(ids.map(articleKey));
  const articles = items.flatMap((item) => toKnown(item).article ?? []);
  return new Map(articles.map((article) => [article.id, article]));
}

/** Several articles or tombstones by id, consistently; those that do not exist are left out. */
export async function getKnownMany(table: Table, ids: string[]): Promise<Map<string, Known>> {
  const items = await table.getMany(ids.map(articleKey), { consistent: true });
  return new Map(items.map((item) => [item.pk.slice(2), toKnown(item)]));
}

/**
 * Writes an article whole if it is still as it was read, `before`. What changes for the search index is put in its log first, so that no
 * change is ever in the table and unknown to the index. Null when somebody else was faster, or it was taken down. Whoever
 * gets null reads again.
 */
export async function putArticle(table: Table, changed: Article, before: Article): Promise<Article | null> {
  const article = revised(before, changed);
  const { id, iv } = article;
  if (iv !== before.iv) await putLogEntry(table, { id, iv, was: countsOf(before), purge: false });
  await putLedgerRows(table, article, before);
  const isAsRead = { is: { v: before.v }, lacks: ['takenDownAt'] };
  return (await table.put(articleItem(article), isAsRead)) ? article : null;
}

/**
 * As `putArticle`, an article that is not there. `lived`: how far one was counted that was taken down or removed; `isLeft`: what is
 * left of it stands in the article's place.
 */
export async function putFirstArticle(
  table: Table,
  first: Article,
  lived: (Counted & { isLeft?: boolean }) | null,
): Promise<Article | null> {
  const article = begun(first, lived);
  const { id, iv } = article;
  await putLogEntry(table, { id, iv, was: [], purge: false });
  const condition = lived?.isLeft
    ? { is: { v: lived.v }, lacks: ['takenDownAt', 'latest'] }
    : { absent: true as const };
  return (await table.put(articleItem(article), condition)) ? article : null;
}

/** Puts a tombstone in the place of an article, and the article's going in the log of the search index before. */
export async function takeDownArticle(
  table: Table,
  before: Article,
  { takenDownAt, keys, isIndexed }: { takenDownAt: string; keys: string[]; isIndexed: boolean },
): Promise<boolean> {
  const { id, url } = before;
  const { v, iv } = next(before);
  await putLogEntry(table, { id, iv, was: isIndexed ? countsOf(before) : [], purge: true });
  return putTombstone(table, { id, v, iv, urlHash: urlHash(url), keys, takenDownAt, purgedAt: null }, before);
}

/**
 * Hides an article whole: no list, no index and no search has it, and everything that it was stays. `state`: what became of it. Its going is
 * in the log of the search index before.
 */
export async function hideArticle(
  table: Table,
  before: Article,
  state: { joinedTo: string } | { hiddenAt: string },
): Promise<boolean> {
  const { id } = before;
  const counted = next(before);
  await putLogEntry(table, { id, iv: counted.iv, was: countsOf(before), purge: true });
  const { t: _t, sort: _sort, arch: _arch, ...item } = articleItem({ ...before, ...counted });
  return table.put({ ...item, ...state }, { is: { v: before.v }, lacks: ['takenDownAt'] });
}

/** An article that was hidden, as it was; null when somebody changed it meanwhile. */
export async function showArticle(table: Table, hidden: Article): Promise<Article | null> {
  const shown = { ...hidden, ...next(hidden) };
  await putLogEntry(table, { id: hidden.id, iv: shown.iv, was: [], purge: false });
  return (await table.put(articleItem(shown), { is: { v: hidden.v }, lacks: ['takenDownAt'] })) ? shown : null;
}

/** What is left of a removed article: its counts. `purgedAt`: when its content was deleted; null before that. */
export async function forgetRemoved(
  table: Table,
  { id, v, iv, hiddenAt }: Removed,
  purgedAt: string | null,
): Promise<Removed | null> {
  const left = { id, ...next({ v, iv }), hiddenAt, purgedAt };
  return (await table.put({ ...articleKey(id), ...left }, { is: { v } })) ? { ...left, article: null } : null;
}

function next({ v, iv }: Counted): Counted {
  return { v: v + 1, iv: iv + 1 };
}

export async function putTombstone(table: Table, tombstone: Tombstone, before: { v: number }): Promise<boolean> {
  return table.put(tombstoneItem(tombstone), { is: { v: before.v } });
}

/** A tombstone where nothing is: of an article that was taken down in another archive. */
export async function putFirstTombstone(table: Table, tombstone: Tombstone): Promise<boolean> {
  return table.put(tombstoneItem(tombstone), { absent: true });
}

function tombstoneItem(tombstone: Tombstone): Item {
  const { id, takenDownAt } = tombstone;
  return { ...articleKey(id), ...tombstone, t: tombstonePartition, arch: `${takenDownAt}#${id}` };
}

/** Tombstones in the order of their time, strictly beyond `after`, the position of the last one. */
export async function listTombstones(
  table: Table,
  { after, limit }: { after: string | null; limit: number },
): Promise<{ tombstones: Tombstone[]; next: string | null }> {
  const from = after === null ? '0' : `${after}!`;
  const { items, more } = await table.query({ index: 'archived', partition: tombstonePartition, from, limit });
  const known = await getKnownMany(
    table,
    items.map((item) => item.pk.slice(2)),
  );
  const tombstones = items.flatMap((item) => known.get(item.pk.slice(2))?.tombstone ?? []);
  const last = items.at(-1);
  return { tombstones, next: more && last ? String(last.arch) : null };
}

/** Brings a tombstone of an older version into the list. False when it is there, or is none any more. */
export async function relistTombstone(table: Table, item: Item): Promise<boolean> {
  if (!item.takenDownAt || item.t) return false;
  const { tombstone } = toKnown(item);
  return tombstone !== null && putTombstone(table, tombstone, tombstone);
}

/**
 * Takes the stone away, after what its successor counts on from was put. False when somebody else changed it. The numbers only
 * grow, whoever comes late.
 */
export async function liftTombstone(table: Table, { id, v, iv }: Tombstone): Promise<boolean> {
  await table.put({ ...livedKey(id), v, iv }, { either: [{ absent: true }, { below: { v } }] });
  return table.remove(articleKey(id), { is: { v } });
}

/** How far an article was counted that is not there any more; null when it never was. */
export async function getLived(table: Table, id: string): Promise<Counted | null> {
  const item = await table.get(livedKey(id));
  return item && { v: Number(item.v), iv: Number(item.iv) };
}

/** Stores a snapshot beside the article; false when another capture has that timestamp. */
export async function putSnapshot(table: Table, id: string, snapshot: Snapshot): Promise<boolean> {
  return table.put(
    { ...snapshotKey(id, snapshot.timestamp), ...snapshotAttributes(snapshot) },
    { either: [{ absent: true }, { is: { capture: snapshot.capture } }] },
  );
}

export async function getSnapshot(table: Table, article: Article, timestamp: string): Promise<Snapshot | null> {
  if (article.latest.timestamp === timestamp) return article.latest;
  const item = await table.get(snapshotKey(article.id, timestamp));
  return item && toSnapshot(item);
}

/** The snapshots older than `before` (a timestamp), newest first, without the article's latest. */
export async function olderSnapshots(
  table: Table,
  article: Article,
  options: { before?: string; limit?: number } = {},
): Promise<{ snapshots: Snapshot[]; more: boolean }> {
  const { items, more } = await table.query({
    partition: `A#${article.id}`,
    from: 'S#',
    // A crash after step 8 leaves a copy of the latest; `/` is the character before `0`.
    to: `S#${previousTimestamp(options.before ?? article.latest.timestamp)}`,
    newestFirst: true,
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  });
  return { snapshots: items.map(toSnapshot), more };
}

/** All of them, however many pages of the table that takes. */
export async function allOlderSnapshots(table: Table, article: Article): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  for (let before = article.latest.timestamp; ; ) {
    const { snapshots, more } = await olderSnapshots(table, article, { before });
    found.push(...snapshots);
    const last = snapshots.at(-1);
    if (!more || !last) return found;
    before = last.timestamp;
  }
}

/** Stores a text under its own hash, with its marks if it has any; doing it twice changes nothing. */
export async function putText(
  store: Store,
  { id, textId, text, html = null }: { id: string; textId: string; text: string; html?: string | null },
): Promise<void> {
  const packed = packText(text);
  const large = packed.length > maxInlineText;
  if (large) {
    await store.bucket.put(textObject(id, textId), {
      bytes: packed,
      contentType: 'text/plain; charset=utf-8',
      contentEncoding: 'zstd',
    });
  }
  const marks = html === null || large ? {} : { html: packMarks(html, text) };
  await store.table.put({ ...textKey(id, textId), ...(large ? { inBucket: true } : { zstd: packed }), ...marks });
}

/** Beyond this the links go: they are most of it where a page has many. */
const maxMarks = 600;
/** Without links; a page of ten thousand marks has none. */
const mostMarks = 64 * 1024;

/**
 * The marks of a text, packed with the text as their dictionary, so that they cost what they are beside the words: 0.4 write units an
 * article (296 pages of real sites). Empty where there are too many.
 */
function packMarks(html: string, text: string): Uint8Array {
  const dictionary = Buffer.from(text);
  const pack = (marked: string) =>
    zstdCompressSync(Buffer.from(marked), { dictionary, params: { [constants.ZSTD_c_compressionLevel]: 19 } });
  const whole = pack(html);
  const packed = whole.length <= maxMarks ? whole : pack(html.replace(/<a [^<>]*>|<\/a>/g, ''));
  return packed.length <= mostMarks ? packed : new Uint8Array();
}

/** A text with its marks; `html` is null where it was stored without. Null when the text is not there. */
export async function getMarkedText(
  store: Store,
  id: string,
  textId: string,
): Promise<{ text: string; html: string | null } | null> {
  const item = await store.table.get(textKey(id, textId));
  const text = item && (await unpackText(store, item));
  if (!item || text === null) return null;
  const packed = written<Uint8Array | undefined>(item.html);
  if (!packed || packed.length === 0) return { text, html: null };
  return { text, html: zstdDecompressSync(packed, { dictionary: Buffer.from(text) }).toString('utf8') };
}

/** The item of a text of news size as `putText` writes it; for those that write many at once. */
export function textItem(id: string, textId: string, text: string): Item {
  return { ...textKey(id, textId), zstd: packText(text) };
}

/**
 * Every started KB of an item is a write unit: 1,200 Chinese characters pack to 1.85 KB at level 19 and 1.98 KB at level 3,
 * for 0.7 ms instead of 0.2 ms (258 documents). The size is pledged, or zstd would set up 80 MB for an endless text.
 */
function packText(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const level = bytes.length <= 16_384 ? 19 : 6;
  return zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    pledgedSrcSize: bytes.length,
  });
}

/** The text, or null when it is not there (taken down meanwhile). */
export async function getText(store: Store, id: string, textId: string): Promise<string | null> {
  const item = await store.table.get(textKey(id, textId));
  return item && unpackText(store, item);
}

async function unpackText(store: Store, item: Item): Promise<string | null> {
  const packed = item.inBucket
    ? (await store.bucket.get(textObject(item.pk.slice(2), item.sk.slice(2))))?.bytes
    : (item.zstd as Uint8Array | undefined);
  return packed ? zstdDecompressSync(packed).toString('utf8') : null;
}

/** Several texts, by `<article id> <text id>`; those that are not there are left out. */
export async function getTexts(
  store: Store,
  wanted: { id: string; textId: string }[],
  options: { consistent?: boolean } = {},
): Promise<Map<string, string>> {
  const keys = new Map(wanted.map(({ id, textId }) => [`${id} ${textId}`, textKey(id, textId)]));
  const items = await store.table.getMany([...keys.values()], options);
  const texts = await Promise.all(
    items.map(async (item) => [`${item.pk.slice(2)} ${item.sk.slice(2)}`, await unpackText(store, item)] as const),
  );
  return new Map(texts.flatMap(([key, text]) => (text === null ? [] : [[key, text]])));
}

/** All articles, from the base table, a page of it at a time. For maintenance only: it reads, and on AWS bills, everything. */
export async function* allArticles(table: Table): AsyncGenerator<Article[]> {
  for await (const items of allArticleItems(table)) yield items.flatMap((item) => toKnown(item).article ?? []);
}

/** As `allArticles`, what stands in their place, too. */
export async function* allArticleItems(table: Table): AsyncGenerator<Item[]> {
  for await (const items of table.scan()) yield items.filter(({ pk, sk }) => pk.startsWith('A#') && sk === 'A');
}

/** Deletes everything that an article is made of, save the article item itself and what it was counted to. Safe to repeat. */
export async function purge(store: Store, id: string): Promise<void> {
  for (const prefix of ['S#', 'T#', 'P#', 'E#', 'R#']) {
    for (;;) {
      const { items } = await store.table.query({ partition: `A#${id}`, from: prefix, to: `${prefix}~`, limit: 100 });
      if (items.length === 0) break;
      await store.table.writeMany(items.map(({ pk, sk }) => ({ remove: { pk, sk } })));
    }
  }
  for (const prefix of ['snapshots', 'texts', 'pictures', 'downloads/snapshots', 'downloads/pictures'])
    await store.bucket.removeAll(`${prefix}/${id}/`);
}

export type TimeOrder = 'newest' | 'oldest' | 'archived' | Ledger;
/** A row of a time index: its sort key, and the article it leads to when that still has this key. */
export type TimeRow = { position: string; article: Article | null };

/**
 * One page of a time index, in its order, within inclusive times and strictly beyond `after` (a row's position).
 * Rows whose article has moved, is not there or was taken down come with `article: null`.
 */
export async function timeRows(
  table: Table,
  range: { order: TimeOrder; from: string; to: string; after: string | null; limit: number },
): Promise<{ rows: TimeRow[]; more: boolean }> {
  const index = range.order === 'newest' || range.order === 'oldest' ? 'time' : 'archived';
  const attribute = index === 'time' ? 'sort' : 'arch';
  const newestFirst = range.order !== 'oldest';
  // Ids are base64url, so `#~` sorts after every id of a time, and a position plus one character after itself.
  const low = newestFirst || range.after === null ? `${range.from}#` : `${range.after}!`;
  const high = newestFirst && range.after !== null ? justBefore(range.after) : `${range.to}#~`;
  if (low > high) return { rows: [], more: false };
  const { items, more } = await table.query({
    index,
    partition: range.order in ledgerPartitions ? ledgerPartitions[range.order as Ledger] : timePartition,
    from: low,
    to: high,
    newestFirst,
    limit: range.limit,
  });
  const articles = await getArticles(table, [...new Set(items.map((item) => item.pk.slice(2)))]);
  const rows = items.map((item) => {
    const position = String(item[attribute]);
    const article = articles.get(item.pk.slice(2));
    return { position, article: article && timePosition(article, range.order) === position ? article : null };
  });
  return { rows, more };
}

/** Where an article stands in an order: the sort key of its index row. */
export function timePosition(article: Article, order: TimeOrder): string {
  return `${timeOf(article, order) ?? ''}#${article.id}`;
}

/** The time by which an order has an article; null where it does not stand in it. */
export function timeOf(article: Article, order: TimeOrder): string | null {
  if (order === 'edited' || order === 'removed') return ledgerTime(article, order);
  return order === 'archived' ? article.firstArchivedAt : effective(article).publishedAt;
}

/** The item of an article as `putArticle` writes it; for those that write many at once. */
export function articleItem(article: Article): Item {
  const { latest, corrections, ...rest } = article;
  return {
    ...articleKey(article.id),
    ...withoutEmpty(rest),
    latest: snapshotAttributes(latest),
    ...(Object.keys(corrections).length > 0 ? { corrections } : {}),
    t: timePartition,
    sort: timePosition(article, 'newest'),
    arch: timePosition(article, 'archived'),
  };
}

function toKnown(item: Item): Known {
  if (item.takenDownAt) {
    const { pk: _pk, sk: _sk, t: _t, arch: _arch, url, site: _site, ...stored } = item;
    // By putTombstone, now or long ago: then it kept its URL, and no keys.
    const old = { iv: Number(item.v) + beyondEarlierLives, keys: [], urlHash: url && urlHash(String(url)) };
    return { ...nothing, tombstone: written<Tombstone>({ ...old, ...stored }) };
  }
  const { id, v, iv, joinedTo, hiddenAt, purgedAt = null } = item;
  const counted = written<{ id: string } & Counted>({ id, v, iv });
  if (hiddenAt) {
    const article = item.latest ? toArticle(item) : null;
    return {
      ...nothing,
      removed: { ...counted, hiddenAt: String(hiddenAt), article, purgedAt: purgedAt ? String(purgedAt) : null },
    };
  }
  const article = toArticle(item);
  return joinedTo ? { ...nothing, joined: { ...counted, into: String(joinedTo), article } } : { ...nothing, article };
}

const nothing = { article: null, tombstone: null, joined: null, removed: null };

function toArticle(item: Item): Article {
  const {
    pk: _pk,
    sk: _sk,
    t: _t,
    sort: _sort,
    arch: _arch,
    joinedTo: _joinedTo,
    hiddenAt: _hiddenAt,
    latest,
    ...rest
  } = item;
  const absent = {
    title: null,
    authors: [],
    description: null,
    publishedAt: null,
    modifiedAt: null,
    lang: null,
    section: null,
    keywords: [],
    image: null,
    siteName: null,
    isPaid: false,
    newsType: null,
    aliases: [],
    tags: [],
    feed: null,
    entry: null,
    files: [],
    textId: null,
    pastId: null,
    removedAt: null,
    corrections: {},
    note: null,
    parts: [],
    ownTextId: null,
    joined: [],
    countedBy: 1 as const,
  };
  // By articleItem, with what it left out put back.
  return written<Article>({ ...absent, ...rest, latest: toSnapshot(written(latest)) });
}

/** Headers are two thirds of a snapshot and compress to a third; every KB of an item is a write unit. */
function snapshotAttributes(snapshot: Snapshot): Record<string, unknown> {
  const { headers, ...rest } = snapshot;
  return { ...withoutEmpty(rest), headers: zstdCompressSync(Buffer.from(JSON.stringify(headers))) };
}

function toSnapshot(attributes: Record<string, unknown>): Snapshot {
  const { pk: _pk, sk: _sk, headers, ...rest } = attributes;
  const absent = {
    redirects: [],
    headersCut: false,
    changed: false,
    mark: null,
    part: null,
    title: null,
    textId: null,
    file: null,
  };
  // By snapshotAttributes, with what it left out put back.
  return written<Snapshot>({
    ...absent,
    ...rest,
    headers: JSON.parse(zstdDecompressSync(written<Uint8Array>(headers)).toString('utf8')),
  });
}

/** Null, false and empty lists are stored as absent: attribute names are paid for by the byte. */
function withoutEmpty(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) => value !== null && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** The greatest string below a sort key that any other row can have: the last character lowered, then the highest. */
function justBefore(position: string): string {
  return `${position.slice(0, -1)}${String.fromCharCode(position.charCodeAt(position.length - 1) - 1)}~`;
}

function previousTimestamp(timestamp: string): string {
  return justBefore(timestamp);
}
