/** A snapshot as a browser is shown it: the page written anew with what is kept beside it in its place. */

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Article, Snapshot } from '../article/article.ts';
import { WarcError } from '../formats/warc-read.ts';
import { bodyObject, type Store } from '../store/articles.ts';
import { type Pack, packBytes } from '../store/packs.ts';
import { type Manifest, type Part, readPack } from './pack.ts';
import { isPage } from './replay-policy.ts';
import { type Rewritten, rewritePage } from './rewrite-page.ts';
import { decodeSheet } from './sheet.ts';

/** A browser takes tens of MB; a Lambda answers with six. */
export const mostInlined = { direct: 16 * 1024 * 1024, small: 3 * 1024 * 1024 };

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
  const { article, snapshot } = looks;
  if (!isPage(snapshot.contentType)) return null;
  const object = await store.bucket.get(bodyObject(article.id, snapshot.digest));
  if (!object) return null;
  const source = decode(await promisify(gunzip)(object.bytes), snapshot.charset);
  const kept = await partsOf(store, looks);
  return replay(source, { url: snapshot.finalUrl, leave, parts: kept?.parts ?? new Map(), most });
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
  let left = most;
  const data = new Map<string, string>();
  return rewritePage(source, {
    url,
    leave,
    partOf(address, kind) {
      const part = parts.get(address);
      if (!part || part.kind !== kind) return null;
      if (kind === 'style') return { css: decodeSheet(part.body, part.type), url: part.at };
      // Each time that it is named it stands in the answer.
      left -= part.body.length;
      if (left < 0) return null;
      const known = data.get(address) ?? `data:${part.type};base64,${Buffer.from(part.body).toString('base64')}`;
      data.set(address, known);
      return known;
    },
  });
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
