/** A snapshot as a browser is shown it: the page written anew with what is kept beside it in its place. */

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Article, Snapshot } from '../article/article.ts';
import { WarcError } from '../formats/warc-read.ts';
import { bodyObject, type Store } from '../store/articles.ts';
import { type Pack, packBytes } from '../store/packs.ts';
import { type Manifest, type Part, readPack } from './pack.ts';
import { isPage, shareOfRepeats } from './replay-policy.ts';
import type { PartKind } from './rewrite-css.ts';
import { type Rewritten, rewritePage } from './rewrite-page.ts';
import { decodeSheet } from './sheet.ts';

/** A snapshot, and the last pack of its article at its time, which may be of other bytes. */
type Looks = { article: Pick<Article, 'id'>; snapshot: Snapshot; pack: Pack | null };

/** What is kept beside a snapshot, or beside an earlier one with the same bytes. */
export async function partsOf(
  store: Store,
  { article: { id }, snapshot, pack }: Looks,
): Promise<{ parts: Map<string, Part>; manifest: Manifest } | null> {
  const bytes = pack?.of === snapshot.digest ? await packBytes(store, id, pack.digest) : null;
  try {
    return bytes && (await readPack(bytes));
  } catch (error) {
    // The page is whole without its pictures; `verify` says more of what is damaged.
    if (!(error instanceof WarcError)) throw error;
    const missing = [
      { url: snapshot.finalUrl, kind: 'picture', why: `what was kept is damaged: ${error.message}` },
    ] as const;
    return { parts: new Map(), manifest: { extent: 'story', parts: [], missing: [...missing] } };
  }
}

/** Null when the bytes are gone, or are no page. */
export async function replaySnapshot(
  store: Store,
  { leave, most, ...looks }: Looks & { leave: (target: string) => string; most: number },
): Promise<Rewritten | null> {
  const { snapshot } = looks;
  const source = isPage(snapshot.contentType) ? await pageOf(store, looks) : null;
  if (source === null) return null;
  const kept = await partsOf(store, looks);
  return replay(source, { url: snapshot.finalUrl, leave, parts: kept?.parts ?? new Map(), most });
}

async function pageOf(store: Store, { article, snapshot }: Looks): Promise<string | null> {
  const object = await store.bucket.get(bodyObject(article.id, snapshot.digest));
  return object && decode(await promisify(gunzip)(object.bytes), snapshot.charset);
}

/** What is kept and not shown, for the answer would be too large: how often each. */
export type LeftOut = Map<string, number>;

/** What is left out of the snapshot with answers of that size. */
export async function leftOutOf(store: Store, { most, ...looks }: Looks & { most: number }): Promise<LeftOut> {
  const kept = await partsOf(store, looks);
  const text = kept && isPage(looks.snapshot.contentType) ? await pageOf(store, looks) : null;
  if (!kept || text === null) return new Map();
  // Nothing of the answer is made but its account.
  const account = makeAccount(kept.parts, most, ({ type }) => `data:${type},`);
  rewritePage(text, { url: looks.snapshot.finalUrl, leave: (target) => target, partOf: account.partOf });
  return account.leftOut;
}

/** `most`: the bytes of parts that an answer may have; what is beyond them shows its box. Pure. */
export function replay(
  source: string,
  {
    url,
    leave,
    parts,
    most,
  }: { url: string; leave: (target: string) => string; parts: Map<string, Part>; most: number },
): Rewritten {
  const data = new Map<string, string>();
  const { partOf } = makeAccount(parts, most, ({ url: address, type, body }) => {
    const known = data.get(address) ?? `data:${type};base64,${Buffer.from(body).toString('base64')}`;
    data.set(address, known);
    return known;
  });
  return rewritePage(source, { url, leave, partOf });
}

/** Each time that a part is named it stands in the answer. No browser has a way to say it once that changes nothing else. */
function makeAccount(parts: Map<string, Part>, most: number, dataOf: (part: Part) => string) {
  let left = most;
  let leftForRepeats = most * shareOfRepeats;
  const sheets = new Map<string, string>();
  const shown = new Set<string>();
  const leftOut: LeftOut = new Map();

  function mayShow({ url, body: { length } }: Part): boolean {
    const isRepeat = shown.has(url);
    if (length > left || (isRepeat && length > leftForRepeats)) {
      leftOut.set(url, (leftOut.get(url) ?? 0) + 1);
      return false;
    }
    left -= length;
    if (isRepeat) leftForRepeats -= length;
    shown.add(url);
    return true;
  }

  return {
    leftOut,
    partOf(address: string, kind: PartKind) {
      const part = parts.get(address);
      if (!part || part.kind !== kind || !mayShow(part)) return null;
      if (kind !== 'style') return dataOf(part);
      const css = sheets.get(address) ?? decodeSheet(part.body, part.type);
      sheets.set(address, css);
      return { css, url: part.at };
    },
  };
}

/** The charset was found when the page was saved. */
function decode(body: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(body);
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder().decode(body);
    throw error;
  }
}
