/** A disk that fails under an archive: what is said, and that what was whole stays whole. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Json } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { type RunningArchive, run, startProcess } from '../support/process.ts';
import { until } from '../support/until.ts';
import { useFolder } from '../support/use-folder.ts';
import { useSite } from '../support/use-site.ts';

const root = useFolder();
const good = join(root, 'good');
const site = await useSite();
const env = { QUIET: '1', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` };

beforeAll(async () => {
  const archive = await startProcess({ ...env, DATA_DIR: good });
  for (const n of [1, 2, 3]) await post(archive, n);
  // Killed, so that all is in the log, as LevelDB has it before it makes tables of it.
  archive.kill('SIGKILL');
  await archive.ended;
});

async function post(archive: RunningArchive, n: number, html = storyPage(numberedStory(n))): Promise<number> {
  const url = `http://disk.example/${n}`;
  site.serve(url, html);
  const headers = { 'content-type': 'application/json', prefer: 'wait=5' };
  const init = { method: 'POST', headers, body: JSON.stringify({ url }) };
  return (await fetch(`${archive.url}/articles`, init)).status;
}

/** Some 100 KB that do not pack well. */
function largePage(n: number): string {
  return storyPage(numberedStory(n)).replace('</body>', `<!-- ${randomBytes(75_000).toString('base64')} --></body>`);
}

function copyOf(name: string): string {
  const dir = join(root, name);
  cpSync(good, dir, { recursive: true });
  return dir;
}

const tableFile = (dir: string, ending: RegExp) =>
  join(dir, 'table', readdirSync(join(dir, 'table')).find((name) => ending.test(name)) ?? '');
const photograph = (dir: string) =>
  readdirSync(join(dir, 'table'))
    .filter((name) => !/^LO/.test(name))
    .map((name) => [name, readFileSync(join(dir, 'table', name), 'hex')]);

async function pathsIn(archive: RunningArchive, query = ''): Promise<string[]> {
  const { items } = (await (await fetch(`${archive.url}/articles?limit=100${query}`)).json()) as Json;
  return items.map(({ url }: Json) => new URL(url).pathname).sort();
}

async function stopped(archive: RunningArchive): Promise<string> {
  archive.kill('SIGINT');
  expect(await archive.ended).toBe(0);
  return archive.output();
}

test('the end of a log that cannot be read is told of, with how much; all before it is there', async () => {
  const dir = copyOf('log');
  const path = tableFile(dir, /\.log$/);
  const bytes = readFileSync(path);
  for (let at = bytes.length - 3000; at < bytes.length - 2900; at++) bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
  writeFileSync(path, bytes);
  const archive = await startProcess({ ...env, DATA_DIR: dir });
  expect(await pathsIn(archive)).toEqual(expect.arrayContaining(['/1', '/2']));
  expect(await post(archive, 4)).toBe(201);
  const output = await stopped(archive);
  expect(output).toMatch(/The log of the table in .*log was damaged: the last [1-9]\d* bytes could not be read/);

  const again = await startProcess({ ...env, DATA_DIR: dir });
  expect(await pathsIn(again)).toContain('/4');
  expect(await stopped(again)).not.toContain('damaged');
});

test.each([
  { name: 'its list of files', ending: /^MANIFEST/ },
  { name: 'its pointer to that', ending: /^CURRENT$/ },
])('a table that has lost $name is refused in a sentence, and left as it is', async ({ ending }) => {
  const dir = copyOf(String(ending).replace(/\W/g, ''));
  writeFileSync(tableFile(dir, ending), 'damaged');
  const before = photograph(dir);
  const running = run('start', [], { ...env, DATA_DIR: dir, PORT: '0' });
  expect(await running.ended).toBe(2);
  expect(running.output()).toBe(
    `the table in ${join(dir, 'table')} cannot be opened: it is damaged. It was left as it is; put back a copy of ${dir}, or set DATA_DIR to another folder\n`,
  );
  expect(photograph(dir)).toEqual(before);
});

test('a table with a block that cannot be read ends the archive, verify and export with a sentence that says so', async () => {
  const dir = copyOf('block');
  // A start makes a table of the log.
  await stopped(await startProcess({ ...env, DATA_DIR: dir }));
  const path = tableFile(dir, /\.ldb$/);
  const bytes = readFileSync(path);
  for (let at = 200; at < 300; at++) bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
  writeFileSync(path, bytes);
  const says = new RegExp(`^The storage in ${dir} is damaged: .*orruption.*put back a copy of it\\.$`, 'm');
  for (const [file, args] of [
    ['verify', []],
    ['export', [join(root, 'out')]],
  ] as const) {
    const command = run(file, [...args], { ...env, DATA_DIR: dir, PORT: '9' });
    expect(await command.ended).toBe(2);
    expect(command.output()).toMatch(says);
    expect(command.output()).not.toMatch(/^ {4}at /m);
  }
});

test.each([
  { name: 'verify', file: 'verify', args: [] },
  { name: 'reindex', file: 'reindex', args: [] },
  { name: 'export', file: 'export', args: [join(root, 'slip-out')] },
])('$name of a folder without an archive says so and makes none', async ({ name, file, args }) => {
  const dir = join(root, `slip-${name}`);
  const command = run(file, args, { ...env, DATA_DIR: dir, PORT: '9' });
  expect(await command.ended).toBe(2);
  expect(command.output()).toBe(`there is no archive in ${dir}; set DATA_DIR to the folder of the archive\n`);
  expect([existsSync(dir), existsSync(join(root, 'slip-out'))]).toEqual([false, false]);
});

test('a bucket that is no longer one is refused in a sentence', async () => {
  const dir = copyOf('bucket');
  for (const name of readdirSync(join(dir, 'bucket'))) writeFileSync(join(dir, 'bucket', name), 'damaged'.repeat(1000));
  const running = run('start', [], { ...env, DATA_DIR: dir, PORT: '0' });
  expect(await running.ended).toBe(2);
  expect(running.output()).toMatch(
    /^what is stored in .* cannot be opened: .*not a database.*\. It was left as it is; put back a copy/,
  );
});

test.each([
  {
    env: { HOST: 'no-such-host.invalid' },
    says: /^HOST is no-such-host\.invalid, which is no address of this machine/,
  },
  { env: { HOST: '192.0.2.1' }, says: /^HOST is 192\.0\.2\.1, which is no address of this machine/ },
])('$env is refused in a sentence', async ({ env: wrong, says }) => {
  const running = run('start', [], { ...env, ...wrong, DATA_DIR: copyOf(wrong.HOST), PORT: '0', KEYS: 'required' });
  expect(await running.ended).toBe(2);
  expect(running.output()).toMatch(says);
});

// A file system that cannot be written, with no need of rights to mount one.
test.skipIf(process.platform !== 'linux')(
  'a data directory on a read-only file system is refused in a sentence',
  async () => {
    const running = run('start', [], { ...env, DATA_DIR: '/sys/nightdesk', PORT: '0' });
    expect(await running.ended).toBe(2);
    expect(running.output()).toMatch(
      /^the archive cannot write to \/sys\/nightdesk \(.*\); set DATA_DIR to a folder that can be written\n$/,
    );
  },
);

// Takes the right to mount a small file system, which root has, outside of most containers.
test.skipIf(!canMount())(
  'a full disk ends the archive in a sentence, and what was acknowledged is there when it has room',
  async () => {
    const dir = join(root, 'full');
    mkdirSync(dir);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', dir]);
    try {
      const archive = await startProcess({ ...env, DATA_DIR: dir, QUIET: '' });
      const kept: string[] = [];
      // Whichever of the stores is full first: the archive ends, or its captures wait for room.
      for (let n = 100, others = 0; others < 2; n++) {
        const status = await post(archive, n, largePage(n)).catch(() => null);
        if (status === null) break;
        if (status === 201) kept.push(`/${n}`);
        else others++;
      }
      archive.kill('SIGTERM');
      await archive.ended;
      expect(archive.output()).toMatch(/No space left|disk is full|ENOSPC/);
      const refused = run('start', [], { ...env, DATA_DIR: dir, PORT: '0' });
      refused.process.stdout?.once('data', () => refused.kill('SIGTERM'));
      await refused.ended;
      expect(refused.output()).toMatch(/full|No space left|listens on/);
      execFileSync('mount', ['-o', 'remount,size=40m', dir]);
      const again = await startProcess({ ...env, DATA_DIR: dir });
      expect(kept.length).toBeGreaterThan(5);
      expect(await pathsIn(again, '&order=oldest')).toEqual(expect.arrayContaining(kept.slice(0, 100)));
      await stopped(again);
      const verify = run('verify', [], { DATA_DIR: dir });
      expect(await verify.ended).toBe(0);
    } finally {
      execFileSync('umount', [dir]);
    }
  },
);

function canMount(): boolean {
  const at = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at], { stdio: 'ignore' });
    execFileSync('umount', [at]);
    return true;
  } catch (error) {
    // Whatever the reason: it cannot.
    if (!(error instanceof Error)) throw error;
    return false;
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}

test('a clock that jumps an hour back and forth between starts and while it runs loses nothing', async () => {
  const dir = join(root, 'clock');
  mkdirSync(dir);
  const clock = new URL('../support/jumping-clock.mjs', import.meta.url).href;
  let n = 10;
  for (const by of ['3600000', '0,-3600000,3600000']) {
    const archive = await startProcess({
      ...env,
      DATA_DIR: dir,
      NODE_OPTIONS: `--import=${clock}`,
      TEST_CLOCK_JUMPS_MS: by,
    });
    for (let i = 0; i < 3; i++) expect([201, 202]).toContain(await post(archive, n++));
    await until(
      () => pathsIn(archive),
      (paths) => paths.length === n - 10,
    );
    await stopped(archive);
  }
  const verify = run('verify', [], { DATA_DIR: dir });
  expect(await verify.ended).toBe(0);
  expect(verify.output()).toContain('6 articles, 6 snapshots: sound. ');
});
