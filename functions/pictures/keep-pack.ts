/** Parts that were found -> the pack of a snapshot. */
import type { Snapshot } from '../article/article.ts';
import { getKnown, type Store } from '../store/articles.ts';
import { putPack } from '../store/packs.ts';
import { type MissingPart, type Part, writePack } from './pack.ts';

export async function keepPack(
  store: Store,
  { id, snapshot }: { id: string; snapshot: Snapshot },
  { parts, missing }: { parts: Part[]; missing: MissingPart[] },
): Promise<void> {
  const { timestamp, fetchedAt, finalUrl, digest } = snapshot;
  const { bytes } = await writePack({ id, timestamp, fetchedAt, url: finalUrl }, parts, missing);
  // Whoever took it down meanwhile purges once more, later than any job takes.
  if (!(await getKnown(store.table, id))?.article) return;
  await putPack(store, { id, timestamp }, { bytes, of: digest, parts: parts.length, missing: missing.length });
}
