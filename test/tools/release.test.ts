/** A release as its users get it: packed, installed without what only development needs, started, stopped. */
import { execFile, spawn } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../functions/version.ts';
import { harbour, storyPage } from '../support/pages.ts';
import { startSite } from '../support/site.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
const home = join(dir, 'home');
const bin = join(home, 'node_modules/.bin/nightdesk');
/** The Node that runs this first, since `nightdesk` takes the first that it finds. */
const env = {
  ...process.env,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  npm_config_prefix: dir,
};

type Ended = { status: number; out: string; err: string };

async function run(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { env, ...options });
    return { status: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, out: stdout, err: stderr };
  }
}

async function pack(to: string): Promise<string> {
  mkdirSync(to);
  const { status, out, err } = await run('npm', ['pack', '--silent', '--pack-destination', to], { cwd: root });
  expect([status, err]).toEqual([0, '']);
  return join(to, out.trim().split('\n').at(-1) ?? '');
}

let file = '';
beforeAll(async () => {
  file = await pack(join(dir, 'first'));
  mkdirSync(home);
  const args = ['install', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline', '--prefix', home, file];
  expect(await run('npm', args, { cwd: home })).toMatchObject({ status: 0 });
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('the same files make the same bytes', async () => {
  const again = await pack(join(dir, 'second'));
  expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
});

test('it has the compiled commands, the documentation and the licence, and nothing else', () => {
  const installed = join(home, 'node_modules/nightdesk');
  const files = globSync('**/*.*', { cwd: installed });
  expect(files).toEqual(expect.arrayContaining(['dist/main.mjs', 'dist/nightdesk.mjs', 'README.md', 'CHANGELOG.md']));
  expect(
    files.filter((name) => !/^(dist\/[\w-]+\.mjs|(docs\/)?[\w/-]+\.md|docs\/.*|package\.json)$/.test(name)),
  ).toEqual([]);
});

test('what runs is installed without development packages', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const sources = globSync('functions/**/*.ts', { cwd: root }).map((name) => readFileSync(join(root, name), 'utf8'));
  const imported = sources.flatMap((source) =>
    [
      ...source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^.'][^']*)'/gm),
      ...source.matchAll(/(?:^import |import\(|import\.meta\.resolve\(|load\()'([^.'][^']*)'/gm),
    ].map(([, specifier = '']) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''),
  );
  const missing = imported.filter(
    (name) => !name.startsWith('node:') && !builtinModules.includes(name) && !(name in dependencies),
  );
  expect(imported).toContain('undici');
  expect([...new Set(missing)]).toEqual([]);
});

describe('installed', () => {
  test('it says its version, and what a release does not bring', async () => {
    expect(await run(bin, ['--version'])).toEqual({ status: 0, out: `${version}\n`, err: '' });
    expect(await run(bin, ['deploy'])).toEqual({
      status: 2,
      out: '',
      err: 'nightdesk deploy needs packages that a release does not contain: run it in a clone of the repository, after npm install.\n',
    });
  });

  test('it archives a page, and finds it when it has started', async () => {
    const site = await startSite();
    site.serve('http://pier.example/ferry', storyPage(harbour));
    const DATA_DIR = join(dir, 'data');
    const own = {
      ...env,
      ...{ DATA_DIR, PORT: '0', FETCH_ALLOW: '127.0.0.0/8', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` },
    };
    const added = await run(bin, ['add', 'http://pier.example/ferry'], { env: own });
    expect(added.status, added.err).toBe(0);
    expect(added.out).toContain('1 URL: 1 new');

    const archive = spawn(bin, ['start'], { env: own });
    let said = '';
    for (const stream of [archive.stdout, archive.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk));
    const ended = new Promise((resolve) => archive.once('close', (code, signal) => resolve(code ?? signal)));
    const url = await new Promise<string>((resolve, reject) => {
      archive.stdout.on('data', () => {
        const address = /listens on (http:\/\/\S+)/.exec(said)?.[1];
        if (address) resolve(address);
      });
      void ended.then((status) => reject(new Error(`ended with ${status}: ${said}`)));
    });
    const heap = readFileSync(`/proc/${archive.pid}/cmdline`, 'utf8');
    expect(heap).toContain('--max-old-space-size=160');
    expect(await (await fetch(`${url}/articles?q=ferry`)).json()).toMatchObject({
      items: [{ url: 'http://pier.example/ferry' }],
    });
    archive.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(said).not.toContain('Warning');
    await site.close();
  });
});

/** A Node that is too old, if the machine has one. */
const oldNode = await (async () => {
  for (const path of ['/usr/local/bin/node', '/usr/bin/node']) {
    const { out } = await run(path, ['--version']);
    if (/^v(1\d|20)\./.test(out ?? '')) return path;
  }
  return null;
})();

test.skipIf(oldNode === null)('an old Node is told which one is needed', async () => {
  const { status, err } = await run(oldNode ?? '', [join(home, 'node_modules/nightdesk/dist/nightdesk.mjs'), 'start']);
  expect(status).toBe(2);
  expect(err).toMatch(
    /^nightdesk needs Node 22\.19 or newer, and this is v\S+; install one from https:\/\/nodejs\.org\.\n$/,
  );
});
