/** A disk that fails under an archive: what is said, and that what was whole stays whole. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { type RunningArchive, run, startProcess } from '../support/process.ts';
import { type Site, startSite } from '../support/site.ts';

const root = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
const good = join(root, 'good');
let site: Site;
let env: Record<string, string>;

beforeAll(async () => {
  site = await startSite();
  env = { QUIET: '1', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` };
  const archive = await startProcess({ ...env, DATA_DIR: good });
  for (const n of [1, 2, 3]) await post(archive, n);
  // Killed, so that all is in the log, as LevelDB has it before it makes tables of it.
  archive.kill('SIGKILL');
  await archive.ended;
});
afterAll(async () => {
  await site.close();
  rmSync(root, { recursive: true, force: true });
});

async function post(archive: RunningArchive, n: number): Promise<number> {
  const url = `http://disk.example/${n}`;
  site.serve(url, storyPage(numberedStory(n)));
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ url }) };
  return (await fetch(`${archive.url}/articles`, init)).status;
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

async function pathsIn(archive: RunningArchive): Promise<string[]> {
  const { items } = (await (await fetch(`${archive.url}/articles`)).json()) as Json;
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
  expect(output).toMatch(
    /The log of the table in .*log was damaged: [1-9]\d* bytes of what was written last could not be read/,
  );

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
  const running = run('functions/local.ts', [], { ...env, DATA_DIR: dir, PORT: '0' });
  expect(await running.ended).toBe(1);
  expect(running.output()).toBe(
    `the table in ${join(dir, 'table')} cannot be opened: it is damaged. It was left as it is; put back a copy of ${dir}, or set DATA_DIR to another folder\n`,
  );
  expect(photograph(dir)).toEqual(before);
});

// A file system that cannot be written, with no need of rights to mount one.
test.skipIf(process.platform !== 'linux')(
  'a data directory on a read-only file system is refused in a sentence',
  async () => {
    const running = run('functions/local.ts', [], { ...env, DATA_DIR: '/sys/nightdesk', PORT: '0' });
    expect(await running.ended).toBe(1);
    expect(running.output()).toMatch(
      /^nothing can be kept in \/sys\/nightdesk \(.*\); set DATA_DIR to a folder that can be written\n$/,
    );
  },
);

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
    for (let i = 0; i < 3; i++) expect(await post(archive, n++)).toBe(201);
    expect(await pathsIn(archive)).toHaveLength(n - 10);
    await stopped(archive);
  }
  const verify = run('functions/cli/verify.ts', [], { DATA_DIR: dir });
  expect(await verify.ended).toBe(0);
  expect(verify.output()).toContain('6 articles, 6 snapshots: sound. ');
});
