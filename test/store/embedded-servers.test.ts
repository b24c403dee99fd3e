/** The storage thread when it dies: the archive is told, and can still be closed. The folder that a command looks into, and what it lacks. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { launchServers, requireArchive, whyNoArchive } from '../../functions/store/embedded-servers.ts';

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

it.each([
  { code: 'EACCES', says: 'no permission to read /srv/news; run the command as the user who runs the archive' },
  { code: 'EPERM', says: 'no permission to read /srv/news;' },
  { code: 'ENOENT', says: 'there is no archive in /srv/news; set DATA_DIR to the folder of the archive' },
  { code: 'ENOTDIR', says: 'there is no archive in /srv/news;' },
  { code: 'EIO', says: '/srv/news cannot be read (EIO)' },
])('a folder that cannot be read is told from one that is not there: $code', ({ code, says }) => {
  expect(whyNoArchive('/srv/news', code)).toContain(says);
});

it('a folder in which nothing was archived has no archive', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  expect(() => requireArchive(dataDir)).toThrow(`there is no archive in ${dataDir};`);
  mkdirSync(join(dataDir, 'table'));
  expect(() => requireArchive(dataDir)).not.toThrow();
  rmSync(dataDir, { recursive: true });
});

// To root nothing is unreadable, and Windows has no such modes.
it.skipIf(process.getuid === undefined || process.getuid() === 0)('a folder of somebody else is refused as one', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  mkdirSync(join(dataDir, 'table'));
  chmodSync(dataDir, 0o000);
  expect(() => requireArchive(dataDir)).toThrow(`no permission to read ${dataDir};`);
  chmodSync(dataDir, 0o700);
  rmSync(dataDir, { recursive: true });
});
