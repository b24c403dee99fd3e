/** A whole archive of one machine, from the folder that it is in, into another: pages with their histories, corrections, tags, notes, feeds and takedowns. */
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Client } from './client.ts';
import { exportWarc } from './export-warc.ts';
import { importWarc, type WarcOutcome } from './import-warcs.ts';
import { openFolder } from './open-to-read.ts';

/** The folder of an archive, as `DATA_DIR` names one. */
export function isDataDir(path: string): boolean {
  return existsSync(join(path, 'lock.sqlite')) && existsSync(join(path, 'bucket'));
}

/** Gives the outcome of each page, feed and takedown. */
export async function importDataDir(dir: string, to: Client, onOutcome: (outcome: WarcOutcome) => void): Promise<void> {
  const from = await openFolder(resolve(dir));
  const passing = await mkdtemp(join(tmpdir(), 'nightdesk-import-'));
  try {
    // A file of a gigabyte at a time: the disk need not hold the archive twice.
    await exportWarc(from, {
      dir: passing,
      progress: { step: () => undefined },
      onFile: async (path) => {
        for await (const outcome of importWarc(to, { path, open: () => createReadStream(path) })) onOutcome(outcome);
        await rm(path);
      },
    });
  } finally {
    await rm(passing, { recursive: true });
    await from.close();
  }
}
