/** What is kept beside snapshots against itself: each pack against its digest, each part against its own, and no pack that nothing names. */
import { createHash } from 'node:crypto';
import { WarcError } from '../formats/warc-read.ts';
import { digestOf } from '../hash.ts';
import { allArticles, type Store } from '../store/articles.ts';
import { allPacks, type Pack, packBytes, packsPrefix, partsOfPackObject } from '../store/packs.ts';
import { readPack } from './pack.ts';

export type PackReport = {
  packs: number;
  /** What is wrong, a sentence each. */
  problems: string[];
  /** Objects that no snapshot names: what a job or an import left that died half-way. Harmless. */
  strays: string[];
};

export async function checkPacks(store: Store): Promise<PackReport> {
  const report: PackReport = { packs: 0, problems: [], strays: [] };
  for await (const articles of allArticles(store.table))
    for (const id of articles.flatMap((article) => [article.id, ...article.joined]))
      for await (const { timestamp, pack } of allPacks(store.table, id)) {
        report.packs++;
        const wrong = await wrongPack(store, id, pack);
        if (wrong) report.problems.push(`article ${id}: the pictures and styles of its snapshot ${timestamp} ${wrong}`);
      }
  let named = { id: '', digests: new Set<string>() };
  for await (const objects of store.bucket.list(packsPrefix))
    for (const object of objects) {
      const { id, digest } = partsOfPackObject(object);
      if (named.id !== id) named = { id, digests: await namedOf(store, id) };
      if (!named.digests.has(digest)) report.strays.push(object);
    }
  return report;
}

async function namedOf(store: Store, id: string): Promise<Set<string>> {
  const digests = new Set<string>();
  for await (const { pack } of allPacks(store.table, id)) digests.add(pack.digest);
  return digests;
}

async function wrongPack(store: Store, id: string, pack: Pack): Promise<string | null> {
  const bytes = await packBytes(store, id, pack.digest);
  if (!bytes) return 'are not in the bucket';
  const isWhole = createHash('sha256').update(bytes).digest('hex') === pack.digest;
  try {
    const { manifest, parts } = await readPack(bytes);
    const wrong = manifest.parts.filter(({ url, digest }) => {
      const part = parts.get(url);
      return !part || digestOf(part.body) !== digest;
    });
    if (wrong.length > 0) return `hold other bytes than the digest says of ${wrong.map(({ url }) => url).join(', ')}`;
  } catch (error) {
    if (!(error instanceof WarcError || error instanceof SyntaxError)) throw error;
    return `cannot be read (${error.message})`;
  }
  return isWhole ? null : 'hold other bytes than their digest says';
}
