/** The archive and its commands as processes: started, stopped, started twice, used. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { Json } from './support/archive.ts';
import { harbour, numberedStory, storyPage } from './support/pages.ts';
import { run, startProcess } from './support/process.ts';
import { until } from './support/until.ts';
import { useFolder } from './support/use-folder.ts';
import { useSite } from './support/use-site.ts';

const site = await useSite();
const root = useFolder();
const newFolder = () => mkdtempSync(join(root, 'folder-'));

/** What makes a command's storage die once `file` is there. */
function mortal(file: string): Record<string, string> {
  const preload = new URL('./support/mortal-storage-thread.ts', import.meta.url);
  return { NODE_OPTIONS: `--import=${preload.href}`, DIE_WHEN: file };
}

const connectTo = () => `:80:127.0.0.1:${site.port}`;
async function get(url: string): Promise<Json> {
  return (await fetch(url)).json();
}
async function post(archive: string, body: unknown): Promise<Json> {
  return (
    await fetch(`${archive}/articles`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  ).json();
}

describe('npm start', () => {
  it('finishes what is running on Ctrl-C, and finds everything when it starts again', async () => {
    const DATA_DIR = newFolder();
    let release = (): unknown => undefined;
    const asked = new Promise<void>((resolve) => {
      site.serve('http://slow.example/story', (_, response) => {
        resolve();
        release = () => response.writeHead(200, { 'content-type': 'text/html' }).end(storyPage(harbour));
      });
    });
    const first = await startProcess({ DATA_DIR, FETCH_CONNECT_TO: connectTo() });
    const answer = post(first.url, { url: 'http://slow.example/story' });
    await asked;
    first.kill('SIGINT');
    await until(
      async () => first.output(),
      (text) => text.includes('Finishing the running work'),
    );
    release();
    expect((await answer).title).toBe('Harbour ferry returns after nine years');
    expect(await first.ended).toBe(0);

    const second = await startProcess({ DATA_DIR });
    const { items } = await get(`${second.url}/articles`);
    expect(items.map((item: Json) => item.title)).toEqual(['Harbour ferry returns after nine years']);
    second.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  it('says so and ends when another one has the data directory', async () => {
    const DATA_DIR = newFolder();
    const first = await startProcess({ DATA_DIR });
    const second = run('start', [], { DATA_DIR, PORT: '0' });
    expect(await second.ended).toBe(2);
    expect(second.output()).toContain(`another Nightdesk is running on ${DATA_DIR}`);
    expect((await get(`${first.url}/health`)).status).toBe('ok');
    first.kill('SIGINT');
    expect(await first.ended).toBe(0);
  });

  it('answers only to the names of this machine, whatever name leads to it', async () => {
    const archive = await startProcess({ DATA_DIR: newFolder() });
    const { port } = new URL(archive.url);
    const ask = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path: '/articles', headers: { host } }, (response) =>
          resolve(response.resume().statusCode),
        )
          .on('error', reject)
          .end();
      });
    expect(await ask(`attacker.example:${port}`)).toBe(421);
    expect(await ask(`127.0.0.1.attacker.example`)).toBe(421);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) expect(await ask(host)).toBe(200);
    archive.kill('SIGINT');
    await archive.ended;
  });

  it('answers what Node cannot read with a problem that says what to do', async () => {
    const archive = await startProcess({ DATA_DIR: newFolder() });
    const raw = async (request: string) => {
      const socket = connect(Number(new URL(archive.url).port), '127.0.0.1');
      socket.write(`${request}\r\nHost: localhost\r\n\r\n`);
      const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
      return { head: head.split('\r\n'), body: JSON.parse(body) };
    };
    const chinese = await raw('GET /articles?q=新闻 HTTP/1.1');
    expect(chinese.head[0]).toBe('HTTP/1.1 400 Bad Request');
    expect(chinese.head).toContain('Content-Type: application/problem+json; charset=utf-8');
    expect(chinese.head).toContain('Connection: close');
    expect(chinese.body).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(chinese.body.detail).toContain('percent-encode spaces and characters outside ASCII: %E6%96%B0 for 新');
    const large = await raw(`GET /articles?q=${'x'.repeat(20_000)} HTTP/1.1`);
    expect(large.head[0]).toBe('HTTP/1.1 431 Request Header Fields Too Large');
    expect(large.body).toMatchObject({
      status: 431,
      code: 'invalid-request',
      detail: 'the address and the headers of the request are larger than 16384 bytes together',
    });
    archive.kill('SIGINT');
    await archive.ended;
  });

  it('explains itself with --help', async () => {
    const running = run('start', ['--help'], {});
    expect(await running.ended).toBe(0);
    expect(running.output()).toContain('Runs the whole archive on this machine');
  });
});

describe('npm run add', () => {
  const env = () => ({
    DATA_DIR: newFolder(),
    PORT: '9',
    FETCH_ALLOW: '127.0.0.0/8',
    HOST_PAUSE_MS: '0',
    FETCH_CONNECT_TO: connectTo(),
  });

  it('archives URLs from arguments and standard input, prints a line each and a summary, without a running archive', async () => {
    for (const n of [1, 2]) site.serve(`http://add.example/${n}`, storyPage(numberedStory(n)));
    const here = env();
    const added = run(
      'add',
      ['--file', '-', 'http://add.example/1', 'nonsense'],
      here,
      '# my list\nhttp://add.example/2\n\nhttp://add.example/gone  # a comment\n',
    );
    expect(await added.ended).toBe(1);
    const lines = added.output().split('\n');
    expect(lines[0]).toBe(`No archive answers on port 9; opening the one in ${here.DATA_DIR}.`);
    expect(lines).toContain('first     http://add.example/1');
    expect(lines).toContain('first     http://add.example/2');
    expect(lines).toContain('failed    http://add.example/gone  not-found: the site answered 404');
    expect(lines).toContain('4 URLs: 2 new, 0 with a new snapshot, 0 unchanged, 2 failed.');
    expect(lines).toContain('  not-found (1): http://add.example/gone');

    const again = run('add', ['http://add.example/1'], here);
    expect(await again.ended).toBe(0);
    expect(again.output()).toContain('1 URL: 0 new, 0 with a new snapshot, 1 unchanged, 0 failed.');
  });

  it('uses the archive that runs', async () => {
    site.serve('http://add.example/3', storyPage(numberedStory(3)));
    const archive = await startProcess({ DATA_DIR: newFolder(), FETCH_CONNECT_TO: connectTo() });
    const added = run('add', ['--to', archive.url, 'http://add.example/3'], env());
    expect(await added.ended).toBe(0);
    expect(added.output()).toContain(`Sending to the archive at ${archive.url}.\n`);
    expect((await get(`${archive.url}/articles`)).items).toHaveLength(1);
    archive.kill('SIGINT');
    await archive.ended;
  });

  it('says so and ends when its storage dies', async () => {
    const [here, die] = [env(), join(newFolder(), 'die')];
    site.serve('http://add.example/last', () => writeFileSync(die, ''));
    const added = run('add', ['http://add.example/last'], { ...here, ...mortal(die) });
    expect(await added.ended).toBe(2);
    expect(added.output()).toContain(`The storage in ${here.DATA_DIR} died: it ended by itself.`);
  });
});

describe('npm run demo', () => {
  it('walks through the archive and ends', async () => {
    const demo = run('demo', ['--exit'], { PORT: '0' });
    expect(await demo.ended).toBe(0);
    expect(demo.output()).toContain('title: "Bridge will cost 65 million, mayor says"');
    expect(demo.output()).toContain('2024-04-05T00:00:00.000Z  市立圖書館整修兩年後重新開放');
    expect(demo.output()).toContain('關閉整修兩年的市立[圖書館]昨天重新開放');
    expect(demo.output()).toContain('(in the version of ');
    expect(demo.output()).toContain('code: "not-found"');
    expect(demo.output()).toContain('2024-04-07T08:05:00.000Z  Night ferry will run again from May  (local)');
  });

  it('says so and ends when its storage dies', async () => {
    const [TMPDIR, die] = [newFolder(), join(newFolder(), 'die')];
    const demo = run('demo', [], { PORT: '0', TMPDIR, ...mortal(die) });
    await until(
      async () => demo.output(),
      (output) => output.includes('Ctrl-C ends it'),
    );
    writeFileSync(die, '');
    expect(await demo.ended).toBe(2);
    expect(demo.output()).toMatch(/The storage in .*nightdesk-demo-.* died: it ended by itself\./);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });
});
