/** The text of a snapshot as its site meant it, for whoever looks in it for pictures and styles. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Snapshot } from '../article/article.ts';
import { decodeHtml } from '../extract/charset.ts';
import { bodyObject, type Store } from '../store/articles.ts';

/** Null when its bytes are gone. */
export async function storedPage(
  store: Store,
  { id, snapshot }: { id: string; snapshot: Pick<Snapshot, 'digest' | 'contentType' | 'charset'> },
): Promise<string | null> {
  const object = await store.bucket.get(bodyObject(id, snapshot.digest));
  if (!object) return null;
  const bytes = await promisify(gunzip)(object.bytes);
  return decodeHtml(bytes, `${snapshot.contentType.split(';')[0]}; charset=${snapshot.charset}`).text;
}
