/** A git archive moves in with `npm run import`, and out again with `npm run export`, as processes of their own. */

import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import tar from 'tar-stream';
import { expect, test } from 'vitest';
import { run } from '../support/process.ts';
import { useFolder } from '../support/use-folder.ts';
import { useProcess } from '../support/use-process.ts';

const dir = useFolder();
const archive = await useProcess({ DATA_DIR: join(dir, 'data') });

const url = (n: number) => `http://old.example/${n}`;
const story = (n: number, body = `<p>Story ${n} 第${n}篇</p>`) =>
  `<!--${1712173501000 + n * 60_000}-->\n[Story (${n})](${url(n)})\n------\n\n${body}\n`;

const tree: Record<string, string> = {
  'articles/rfi/ffffe_one.md': story(1),
  'articles/rfi/ffffd.md': story(2),
  'articles/rfi/ffffc_three.md': `---\ntitle: "x"\n---\n${story(3)}`.replaceAll('\n', '\r\n'),
  'articles/泡泡/2014-02-04-四.md': `---\ntitle: "四"\ndate: 2014-02-04T08:59:12+01:00\nfrom: ${url(4)}\n---\n\n<p>四</p>\n`,
  'articles/flat.md': story(7),
  // The same story once more, and a story in two feeds.
  'articles/rfi/ffffb_one.md': story(1, '<p>Story 1 again</p>'),
  'articles/泡泡/ffffa_two.md': story(2),
};

function write(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function read(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(root, path)).isFile(),
  );
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

async function command(file: string, args: string[]): Promise<{ status: unknown; output: string }> {
  const running = run(file, args, {});
  return { status: await running.ended, output: running.output() };
}

test('what was imported is exported byte for byte, again and again, and only what changed is written', async () => {
  const [from, to] = [join(dir, 'old'), join(dir, 'new')];
  write(from, {
    ...tree,
    'README.md': '# mine',
    'lists/rfi.md': 'x',
    'articles/rfi/notes.md': 'no document',
    'articles/rfi/a.png': '',
  });

  const imported = await command('import', [from, '--to', archive.url]);
  expect(imported.status).toBe(1);
  expect(imported.output).toContain('8 documents');
  expect(imported.output).toMatch(/5 new, 1 added to known articles, 1 there already, 1 failed/);
  expect(imported.output).toMatch(/notes\.md: bad-document: it names no URL/);
  const again = await command('import', [from, '--to', archive.url]);
  expect(again.output).toMatch(/0 new, 0 added to known articles, 7 there already, 1 failed/);

  const exported = await command('export', [to, '--from', archive.url]);
  expect(exported).toMatchObject({
    status: 0,
    output: expect.stringContaining('7 written, 0 as they were, 0 removed'),
  });
  const {
    'README.md': index,
    'lists/rfi.md': rfi,
    'lists/泡泡.md': other,
    'lists/old.example.md': flat,
    ...articles
  } = read(to);
  expect(articles).toEqual(tree);
  expect(rfi?.split('\n').slice(0, 2)).toEqual([
    '4-4 [Story (3)](/articles/rfi/ffffc_three.md)',
    '4-4 [Story (2)](/articles/rfi/ffffd.md)',
  ]);
  expect(flat).toContain('(/articles/flat.md)');
  expect(other).toContain('2-4 [四](/articles/泡泡/2014-02-04-四.md)');
  expect(index).toContain('7 documents.');

  // A page that was archived since, and a takedown.
  const post = (path: string, body: unknown) =>
    fetch(`${archive.url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const html = `<html><head><title>Fresh</title></head><body><article><h1>Fresh</h1>${'<p>The harbour was quiet all day long, said the harbour master.</p>'.repeat(9)}</article></body></html>`;
  const { id } = (await (
    await post('/articles', { url: 'http://fresh.example/a', html, capturedAt: '2024-05-01' })
  ).json()) as { id: string };
  const known = (await (await fetch(`${archive.url}/articles?url=${url(3)}`)).json()) as { items: { id: string }[] };
  const before = statSync(join(to, 'articles/rfi/ffffd.md')).mtimeMs;
  await fetch(`${archive.url}/articles/${known.items[0]?.id}`, { method: 'DELETE' });
  const next = await command('export', [to, '--from', archive.url]);
  expect(next.output).toContain('1 written, 6 as they were, 1 removed');
  const after = read(to);
  expect(after['articles/fresh.example/ffffe_Fresh.md']).toBe(
    await (await fetch(`${archive.url}/articles/${id}.md`)).text(),
  );
  expect(after).not.toHaveProperty('articles/rfi/ffffc_three.md');
  expect(after['lists/rfi.md']).not.toContain('ffffc_three');
  expect(statSync(join(to, 'articles/rfi/ffffd.md')).mtimeMs).toBe(before);
  expect((await command('export', [to, '--from', archive.url])).output).toContain(
    '0 written, 7 as they were, 0 removed',
  );
  expect(read(to)).toEqual(after);
});

test('names that no file system can hold together lose no document and stop no export', async () => {
  const at = (n: number) => `http://names.example/${n}`;
  const doc = (n: number) => story(n).replace(url(n), at(n));
  const send = async (n: number, name: string) => {
    const sent = await fetch(`${archive.url}/documents?name=${encodeURIComponent(name)}`, {
      method: 'POST',
      body: doc(n),
      headers: { 'content-type': 'text/markdown' },
    });
    expect(sent.status).toBe(201);
  };
  const long = 'x'.repeat(255);
  const names = [
    'names/a.md',
    'names/a.md',
    'names/A.md',
    'names/b.md',
    'names/b.md/c.md',
    'd.md',
    'd.md',
    `${long}/e.md`,
  ];
  for (const [i, name] of names.entries()) await send(2000 + i, name);
  const to = join(dir, 'names-out');
  mkdirSync(join(to, 'articles/names/folder.md'), { recursive: true });
  const first = await command('export', [to, '--from', archive.url]);
  expect(first).toMatchObject({ status: 1, output: expect.stringMatching(/names\/b\.md\/c\.md cannot be written: E/) });
  const files = read(to);
  const texts = new Set(Object.values(files));
  for (const n of [0, 1, 2, 3, 5, 6, 7]) expect(texts).toContain(doc(2000 + n));
  expect(files['articles/names/a.md']).toBe(doc(2000));
  expect(files['articles/d.md']).toBe(doc(2005));
  const again = await command('export', [to, '--from', archive.url]);
  expect(again.output).toContain(' 0 written,');
  expect(read(to)).toEqual(files);
});

test('an import whose archive goes away says so in a sentence', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const isHealth = request.url === '/health';
      response.writeHead(isHealth ? 200 : 503, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(isHealth ? { status: 'ok' } : { code: 'unavailable', detail: 'the table is away' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const from = join(dir, 'away');
  // The second request's worth is in a folder that is long to read through.
  write(
    from,
    Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [n < 51 ? `a/${n}.md` : `b/${n}.txt`, story(n)])),
  );
  const { status, output } = await command('import', [from, '--to', `http://127.0.0.1:${port}`]);
  server.close();
  expect(status).toBe(2);
  expect(output).toContain('unavailable: the table is away');
  expect(output).not.toContain('.ts:');
});

test('an import that was killed can be run again, and all is there once', async () => {
  const from = join(dir, 'many');
  const files = Object.fromEntries(
    Array.from({ length: 150 }, (_, n) => [`articles/many/${(0xffffe - n).toString(16)}.md`, story(1000 + n)]),
  );
  write(from, files);
  const killed = run('import', [from, '--to', archive.url], {});
  killed.process.stderr?.once('data', () => killed.kill('SIGKILL'));
  await killed.ended;
  const { status, output } = await command('import', [from, '--to', archive.url]);
  expect(status).toBe(0);
  expect(output).toContain('150 documents');
  const to = join(dir, 'many-out');
  await command('export', [to, '--from', archive.url]);
  expect(Object.fromEntries(Object.entries(read(to)).filter(([path]) => path.startsWith('articles/many/')))).toEqual(
    files,
  );
});

test('an export writes through no symlink, and goes on past one that stands for a document', async () => {
  const [outside, to, named] = ['outside', 'links', 'named'].map((name) => join(dir, name)) as [string, string, string];
  write(outside, {
    'flat.md': 'mine',
    'folder/x': 'mine',
    'lists/old.example.md': 'mine',
    'README.md': '# News archive',
  });
  const before = read(outside);
  mkdirSync(join(to, 'articles'), { recursive: true });
  symlinkSync(join(outside, 'flat.md'), join(to, 'articles/flat.md'));
  symlinkSync(join(outside, 'folder'), join(to, 'articles/rfi'));
  symlinkSync(to, named);
  const first = await command('export', [named, '--from', archive.url]);
  expect(first.status).toBe(1);
  expect(first.output).toMatch(/failed\s+articles\/flat\.md cannot be written: .*flat\.md is a symlink/);
  expect(first.output).toMatch(/failed\s+articles\/rfi\/ffffd\.md cannot be written: .*articles\/rfi is a symlink/);
  expect(read(to)).toHaveProperty(['articles/泡泡/2014-02-04-四.md']);
  expect(read(outside)).toEqual(before);

  for (const name of ['README.md', 'lists', 'articles']) {
    const root = join(dir, `links-${name}`);
    mkdirSync(root);
    symlinkSync(join(outside, name === 'articles' ? 'folder' : name), join(root, name));
    const { status, output } = await command('export', [root, '--from', archive.url]);
    expect([status, output]).toEqual([
      2,
      expect.stringContaining(`${name} is a symlink, and nothing is written through one`),
    ]);
    expect(read(outside)).toEqual(before);
  }

  const warcs = join(dir, 'links-warc');
  mkdirSync(warcs);
  symlinkSync(join(outside, 'flat.md'), join(warcs, 'nightdesk-00001.warc.gz.part'));
  symlinkSync(join(outside, 'README.md'), join(warcs, 'nightdesk-00001.warc.gz'));
  expect((await command('export', [warcs, '--format', 'warc', '--from', archive.url])).status).toBe(0);
  expect(lstatSync(join(warcs, 'nightdesk-00001.warc.gz')).isFile()).toBe(true);
  expect(read(outside)).toEqual(before);
});

/** An archive that answers with these documents, whatever their names. */
async function serveDocuments(names: string[]): Promise<{ from: string; close: () => void }> {
  const pack = tar.pack();
  for (const name of names) pack.entry({ name }, story(1));
  pack.finalize();
  const documents = await buffer(pack);
  const server = createServer((request, response) => {
    const isHealth = request.url === '/health';
    response.writeHead(200, {
      'content-type': isHealth ? 'application/json' : 'application/x-tar',
      connection: 'close',
    });
    response.end(isHealth ? '{"status":"ok"}' : documents);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { from: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

test('an export says which documents have names that it cannot write, and writes the others', async () => {
  const { from, close } = await serveDocuments([
    'articles/../../escaped.md',
    'articles/rfi/nul.md',
    'articles/rfi/.hidden.md',
    'articles/rfi/good.md',
  ]);
  const to = join(dir, 'strange', 'names');
  const { status, output } = await command('export', [to, '--from', from]);
  close();
  expect(status).toBe(1);
  expect(output).toMatch(/failed\s+"articles\/\.\.\/\.\.\/escaped\.md": its name cannot be kept/);
  expect(output).toMatch(/failed\s+"articles\/rfi\/nul\.md": its name cannot be kept: .* device/);
  expect(output).toMatch(/failed\s+"articles\/rfi\/\.hidden\.md"/);
  expect(output).toContain('1 written, 0 as they were, 0 removed, 3 failed');
  expect(Object.keys(read(join(dir, 'strange'))).sort()).toEqual([
    'names/README.md',
    'names/articles/rfi/good.md',
    'names/lists/rfi.md',
  ]);
});

test.each([
  ['import of nothing', 'import', [], 2, 'Say what to import'],
  ['import of a path that is not there', 'import', ['/no/such/path'], 2, 'There is no file or folder'],
  ['export without a folder', 'export', [], 2, 'Name one folder'],
])('%s says what to do', async (_, file, args, status, says) => {
  const to = args.length > 0 ? ['--to', archive.url] : [];
  const ended = await command(file, [...args, ...to]);
  expect(ended.status).toBe(status);
  expect(ended.output).toContain(says);
});

// A file system that cannot be written, with no need of rights to mount one.
test.skipIf(process.platform !== 'linux')('an export to where nothing can be written ends at once', async () => {
  const { from, close } = await serveDocuments(['articles/rfi/one.md', 'articles/rfi/two.md']);
  const { status, output } = await command('export', ['/sys/nightdesk', '--from', from]);
  close();
  expect(status).toBe(2);
  expect(output).toContain('/sys/nightdesk: no permission');
  expect(output).not.toContain('failed');
});
