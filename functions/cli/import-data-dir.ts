/** A whole archive of one machine, from the folder that it is in, into another: pages with their histories, corrections, tags, feeds. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { allItems, type Client, callArchive } from './client.ts';
import { exportWarc } from './export-warc.ts';
import { importWarc, type WarcOutcome } from './import-warcs.ts';
import { openFolder } from './open-to-read.ts';

type Told = { title: string | null; publishedAt: string | null };
type Corrected = Told & { id: string; tags: string[]; extracted?: Told };
type Feed = Record<'id' | 'url' | 'every' | 'capture', string> & {
  name: string | null;
  tags: string[];
  recheck: string[];
};

/** The folder of an archive, as `DATA_DIR` names one. */
export function isDataDir(path: string): boolean {
  return existsSync(join(path, 'lock.sqlite')) && existsSync(join(path, 'bucket'));
}

/** The outcome of each page; then the number of feeds that were copied. */
export async function importDataDir(
  dir: string,
  to: Client,
  onOutcome: (outcome: WarcOutcome) => void,
): Promise<{ feeds: number }> {
  const from = await openFolder(resolve(dir));
  const passing = await mkdtemp(join(tmpdir(), 'nightdesk-import-'));
  try {
    // A file of a gigabyte at a time: the disk need not hold the archive twice.
    await exportWarc(from, {
      dir: passing,
      progress: { step: () => undefined },
      onFile: async (path) => {
        for await (const outcome of importWarc(to, path)) onOutcome(outcome);
        await rm(path);
      },
    });
    for await (const article of allItems<Corrected>(from, '/articles?order=oldest&limit=100')) {
      const { title, publishedAt, tags, extracted } = article;
      const patch = {
        ...(extracted && extracted.title !== title ? { title } : {}),
        ...(extracted && extracted.publishedAt !== publishedAt ? { publishedAt } : {}),
        ...(tags.length > 0 ? { tags } : {}),
      };
      if (Object.keys(patch).length > 0)
        await callArchive(to, `/articles/${article.id}`, { method: 'PATCH', body: patch });
    }
    let feeds = 0;
    for await (const feed of allItems<Feed>(from, '/feeds?limit=100')) {
      const { id, url, every, capture, name, tags, recheck } = feed;
      // A feed is filed under the name that it is first given, whatever it is called later.
      const body = { url, name: id, every, capture, tags, recheck };
      await callArchive(to, '/feeds', { method: 'POST', body, headers: { prefer: 'respond-async' } });
      if (name !== id) await callArchive(to, `/feeds/${encodeURIComponent(id)}`, { method: 'PATCH', body: { name } });
      feeds++;
    }
    return { feeds };
  } finally {
    await rm(passing, { recursive: true });
    await from.close();
  }
}
