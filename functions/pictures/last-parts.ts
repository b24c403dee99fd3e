/** What an article's last pack holds, so that nothing of it is fetched again. */
import { WarcError } from '../formats/warc-read.ts';
import type { Store } from '../store/articles.ts';
import { lastPack, type Pack, packBytes } from '../store/packs.ts';
import { type Part, readPack } from './pack.ts';

/** The newest at or before a time; null where there is none, and where its object is gone or damaged: then all is had anew. */
export async function lastParts(
  store: Store,
  id: string,
  timestamp: string,
): Promise<{ pack: Pack; parts: Map<string, Part> } | null> {
  const pack = await lastPack(store, id, timestamp);
  const bytes = pack && (await packBytes(store, id, pack.digest));
  try {
    return pack && bytes ? { pack, parts: (await readPack(bytes)).parts } : null;
  } catch (error) {
    if (!(error instanceof WarcError)) throw error;
    return null;
  }
}
