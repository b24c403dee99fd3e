/** What an archive on one machine opens to others: one TCP socket of its own, and nothing that another user of the machine can read. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSocketPath, removeSocket } from '../functions/store/embedded-socket.ts';
import { listeningSockets } from './support/listening.ts';
import { type Running, type RunningArchive, run, startProcess } from './support/process.ts';
import { until } from './support/until.ts';
import { useFolder } from './support/use-folder.ts';
import { useSite } from './support/use-site.ts';

const root = useFolder();
const dataDir = join(root, 'data');
const loopback = '0100007F';
const site = await useSite();
let archive: RunningArchive;

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const socketOf = (dir: string) => JSON.parse(readFileSync(join(dir, 'listening.json'), 'utf8')).socket as string;

beforeAll(async () => {
  // As an older version left it: open to all.
  mkdirSync(join(dataDir, 'table'), { recursive: true, mode: 0o755 });
  archive = await startProcess({ DATA_DIR: dataDir, QUIET: '1' });
});
afterAll(async () => {
  archive.kill('SIGKILL');
  await archive.ended;
});

/** The most listening sockets that a command had at any moment until it ended. */
async function mostSockets(command: Running): Promise<number> {
  let most = 0;
  let hasEnded = false;
  void command.ended.then(() => {
    hasEnded = true;
  });
  for (; !hasEnded; await setImmediate()) most = Math.max(most, listeningSockets(command.process.pid ?? 0).length);
  return most;
}

describe.skipIf(process.platform !== 'linux')('listening TCP sockets', () => {
  test('npm start has one, its own, on loopback', () => {
    const port = Number(new URL(archive.url).port).toString(16).toUpperCase().padStart(4, '0');
    expect(listeningSockets(archive.process.pid ?? 0)).toEqual([`${loopback}:${port}`]);
  });

  test('npm run demo has two, with that of its sample site, both on loopback', async () => {
    const demo = run('demo', [], { PORT: '0' });
    await until(
      async () => demo.output(),
      (output) => output.includes('keeps running'),
    );
    const sockets = listeningSockets(demo.process.pid ?? 0);
    demo.kill('SIGTERM');
    await demo.ended;
    expect(sockets.map((socket) => socket.split(':')[0])).toEqual([loopback, loopback]);
  });

  test.each([
    { name: 'add', file: 'add', args: ['http://doors.example/none'] },
    { name: 'export', file: 'export', args: [join(root, 'out')] },
    { name: 'export to WARC', file: 'export', args: [join(root, 'warc'), '--format', 'warc'] },
    { name: 'verify', file: 'verify', args: [] },
    { name: 'reindex', file: 'reindex', args: [] },
    { name: 'key', file: 'key', args: ['new', 'someone'] },
    { name: 'import', file: 'import', args: [join(root, 'story.md')] },
    { name: 'import of another archive', file: 'import', args: [join(root, 'other')] },
  ])('$name on a folder has none', async ({ file, args }) => {
    writeFileSync(
      join(root, 'story.md'),
      '<!--1712173501000-->\n[A story](http://doors.example/story)\n------\n\nText\n',
    );
    const env = { PORT: '9', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}`, FETCH_ALLOW: '127.0.0.0/8' };
    for (const DATA_DIR of [join(root, 'other'), join(root, 'own')]) {
      const seed = run('key', ['new', 'first'], { ...env, DATA_DIR });
      expect(await seed.ended).toBe(0);
    }
    const command = run(file, args, { ...env, DATA_DIR: join(root, 'own') });
    const most = await mostSockets(command);
    expect([await command.ended, most]).toEqual([expect.toSatisfy((status) => status === 0 || status === 1), 0]);
  });
});

describe('the folder of an archive', () => {
  test.skipIf(process.platform === 'win32')(
    'keeps what is stored for its user alone, also where an older version made it',
    () => {
      expect(['table', 'bucket'].map((part) => modeOf(join(dataDir, part)))).toEqual(['700', '700']);
      expect(modeOf(join(root, 'own'))).toBe('700');
      expect(modeOf(join(dataDir, 'listening.json'))).toBe('600');
    },
  );

  test.skipIf(process.platform === 'win32')('names a socket in a folder of that user, with a short path', () => {
    const path = socketOf(dataDir);
    expect(modeOf(dirname(path))).toBe('700');
    expect(Buffer.byteLength(path)).toBeLessThan(100);
  });

  test('is read while its archive runs, over that socket', async () => {
    const made = run('key', ['new', 'beside'], { DATA_DIR: dataDir });
    expect([await made.ended, made.output()]).toEqual([0, expect.stringContaining('"beside" has the scope write')]);
    const verified = run('verify', [], { DATA_DIR: dataDir });
    expect([await verified.ended, verified.output()]).toEqual([0, expect.stringContaining('sound')]);
  });

  test('gets a new socket after a kill, and the old one goes', async () => {
    const dir = join(root, 'killed');
    const first = await startProcess({ DATA_DIR: dir, QUIET: '1' });
    const before = socketOf(dir);
    first.kill('SIGKILL');
    await first.ended;
    const second = await startProcess({ DATA_DIR: dir, QUIET: '1' });
    const after = socketOf(dir);
    expect([before === after, existsSync(dirname(before)), existsSync(after)]).toEqual([false, false, true]);
    second.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect([existsSync(dirname(after)), existsSync(join(dir, 'listening.json'))]).toEqual([false, false]);
  });
});

describe('the path of a socket', () => {
  test('is a named pipe on Windows', () => {
    expect(newSocketPath('win32')).toMatch(/^\\\\\.\\pipe\\nightdesk-[0-9a-f-]{36}$/);
  });

  test.skipIf(process.platform === 'win32')('stays short where the folder for temporary files has a long name', () => {
    const long = join(root, 'x'.repeat(80));
    mkdirSync(long);
    const path = newSocketPath(process.platform, long);
    expect(Buffer.byteLength(path)).toBeLessThan(100);
    removeSocket(path);
    expect(existsSync(dirname(path))).toBe(false);
  });

  test('that is none of ours is never removed', () => {
    const path = join(root, 'precious', 's');
    mkdirSync(dirname(path));
    removeSocket(path);
    expect(existsSync(dirname(path))).toBe(true);
  });
});
