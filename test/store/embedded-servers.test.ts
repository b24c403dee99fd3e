/** The storage thread when it dies: the archive is told, and can still be closed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { launchServers } from '../../functions/store/embedded-servers.ts';

const dyingThread = new URL('../support/dying-storage-thread.ts', import.meta.url);
const notAThread = new URL('../support/no-such-thread.ts', import.meta.url);

it.each([
  { name: 'of an error', folder: 'error', reason: 'Error: no space left' },
  { name: 'without a word', folder: 'exit', reason: 'it ended by itself' },
])('a thread that dies $name is told of, and its folder is free', async ({ folder, reason }) => {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'nightdesk-test-')), folder);
  for (let n = 0; n < 2; n++) {
    const servers = launchServers(dataDir, dyingThread);
    // Its last word and its error come on ways of their own, in either order.
    await Promise.allSettled([servers.opened]);
    expect(await servers.died).toBe(
      `The storage in ${dataDir} died: ${reason}. Everything that was acknowledged is stored; start again.`,
    );
    await servers.close();
  }
  rmSync(dataDir, { recursive: true });
});

it('a thread that dies before it listens is no start', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  const servers = launchServers(dataDir, notAThread);
  await expect(servers.opened).rejects.toThrow();
  await servers.died;
  await servers.close();
  rmSync(dataDir, { recursive: true });
});
