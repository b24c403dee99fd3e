/** Documents go in and come out byte for byte: one, many, in a tar, twice, broken, and beside pages of the same story. */
import { gzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { tarFiles } from '../../functions/formats/tar.ts';
import { runIndexer } from '../../functions/search/index-log.ts';
import type { Json } from '../support/archive.ts';
import { harbour, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

const { site, archive } = await useArchive({ now: () => Date.parse('2024-05-01T10:00:00Z') });

const url = (path: string) => `http://old.example/${path}`;
const plain = (path: string, body = '<p>The bridge was closed.</p><p>大桥已关闭。</p>', timeMs = 1712173501000) =>
  `<!--${timeMs}-->\n[Story ${path}](${url(path)})\n------\n\n${body}\n`;

async function send(body: string | FormData | Uint8Array<ArrayBuffer>, type?: string, name?: string) {
  const response = await archive.app.request(
    `/documents${name === undefined ? '' : `?name=${encodeURIComponent(name)}`}`,
    { method: 'POST', body, ...(type === undefined ? {} : { headers: { 'content-type': type } }) },
  );
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

function form(files: Record<string, string>): FormData {
  const made = new FormData();
  for (const [name, text] of Object.entries(files)) made.append('file', new Blob([text]), name);
  return made;
}

async function tarOf(files: Record<string, string>): Promise<Buffer> {
  const pack = tar.pack();
  for (const [name, text] of Object.entries(files)) pack.entry({ name }, text);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** All that `GET /documents` gives, page by page. */
async function exported(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (let next: string | undefined = '/documents?limit=7'; next !== undefined; ) {
    const response: Response = await archive.app.request(next);
    const page = new Uint8Array(await response.arrayBuffer());
    for await (const { name, bytes } of tarFiles([page], { maxFileBytes: 1e7, maxBytes: 1e8 }))
      files.set(name, Buffer.from(bytes ?? []).toString('utf8'));
    next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return files;
}

const bytesOf = async (path: string) => Buffer.from(await (await archive.app.request(path)).arrayBuffer());

describe('one document', () => {
  it('becomes an article of its time, and is its snapshot', async () => {
    const source = plain('one');
    const sent = await send(source, 'text/markdown', 'rfi/ffe0a_one.md');
    expect(sent.status).toBe(201);
    expect(sent.headers.get('location')).toBe(`/articles/${sent.body.article}`);
    const { body } = await archive.get(`/articles/${sent.body.article}`);
    expect(body).toMatchObject({
      url: url('one'),
      title: 'Story one',
      publishedAt: '2024-04-03T19:45:01.000Z',
      publishedAtSource: 'page',
      feed: 'rfi',
      files: ['rfi/ffe0a_one.md'],
      kind: 'article',
      text: 'The bridge was closed.\n大桥已关闭。',
    });
    const { body: snapshots } = await archive.get(`/articles/${body.id}/snapshots`);
    expect(snapshots.items).toMatchObject([
      {
        source: 'document',
        contentType: 'text/markdown; charset=utf-8',
        timestamp: '20240403194501',
        file: 'rfi/ffe0a_one.md',
      },
    ]);
    expect(await bytesOf(`/articles/${body.id}.md`)).toEqual(Buffer.from(source));
    expect(await bytesOf(sent.body.snapshotUrl)).toEqual(Buffer.from(source));
    expect(site.hits(url('one'))).toBe(0);
  });

  it('is found by its words at once, and from the index', async () => {
    const { body: kept } = await send(plain('words', '<p>金絲雀在唱歌</p>'), 'text/markdown');
    const find = async () => (await archive.get(`/articles?q=${encodeURIComponent('金丝雀')}`)).body.items;
    expect(await find()).toMatchObject([{ id: kept.article }]);
    await runIndexer({
      store: archive.store,
      now: () => Date.parse('2024-05-03T10:00:00Z'),
      log: () => undefined,
      pause: async () => undefined,
    });
    expect(await find()).toMatchObject([{ id: kept.article }]);
  });

  it('twice is one snapshot', async () => {
    const source = plain('twice');
    const first = await send(source, 'text/markdown', 'a/twice.md');
    const again = await send(source, 'text/markdown', 'a/twice.md');
    expect(first.body.snapshot).toBe('first');
    expect(again).toMatchObject({ status: 200, body: { ...first.body, snapshot: 'unchanged' } });
    const article = (await archive.get(`/articles/${first.body.article}`)).body;
    expect(article).toMatchObject({ snapshotCount: 1, versionCount: 1 });
  });

  it('sent many times at once is one snapshot', async () => {
    const sent = await Promise.all(Array.from({ length: 6 }, () => send(plain('race'), 'text/markdown', 'a/race.md')));
    expect(new Set(sent.map(({ body }) => body.snapshotUrl)).size).toBe(1);
    expect((await archive.get(`/articles/${sent[0]?.body.article}`)).body.snapshotCount).toBe(1);
  });

  it('under another name, or of another time, is a snapshot beside it, and each is given back under its name', async () => {
    const [older, newer] = [plain('both', '<p>Old.</p>', 1_500_000_000_000), plain('both', '<p>New.</p>')];
    const sent = [];
    for (const [source, name] of [
      [newer, 'a/new.md'],
      [older, 'a/old.md'],
      [newer, 'a/copy.md'],
    ] as const)
      sent.push((await send(source, 'text/markdown', name)).body);
    expect(await send(older, 'text/markdown', 'a/old.md')).toMatchObject({
      status: 200,
      body: { snapshot: 'unchanged' },
    });
    const { body } = await archive.get(`/articles/${sent[0].article}`);
    expect(body).toMatchObject({ snapshotCount: 3, files: ['a/new.md', 'a/old.md', 'a/copy.md'], text: 'New.' });
    for (const [i, source] of [newer, older, newer].entries())
      expect(await bytesOf(sent[i].snapshotUrl)).toEqual(Buffer.from(source));
  });

  it('keeps what it is to the byte: CRLF, a byte order mark, bytes that are no UTF-8', async () => {
    const strange = [
      Buffer.from(`\uFEFF${plain('crlf').replaceAll('\n', '\r\n')}`),
      Buffer.concat([Buffer.from(plain('latin').trimEnd()), Buffer.from([0xe9, 0x20, 0xe8])]),
    ];
    for (const bytes of strange) {
      const { body, status } = await send(new Uint8Array(bytes), 'text/markdown');
      expect(status).toBe(201);
      expect(await bytesOf(`/articles/${body.article}.md`)).toEqual(bytes);
    }
  });

  it('with no time is of the day in its name, or of now', async () => {
    const untimed = (path: string) => plain(path).split('\n').slice(1).join('\n');
    const named = await send(untimed('day'), 'text/markdown', '2014-02-04-day.md');
    const unnamed = await send(untimed('now'), 'text/markdown');
    const timeOf = async (id: string) => (await archive.get(`/articles/${id}`)).body.publishedAt;
    expect(await timeOf(named.body.article)).toBe('2014-02-04T00:00:00.000Z');
    expect(await timeOf(unnamed.body.article)).toBe('2024-05-01T10:00:00.000Z');
  });

  it('with a time in the future is of now', async () => {
    const { body } = await send(plain('future', '', 4_000_000_000_000), 'text/markdown');
    expect((await archive.get(`/articles/${body.article}`)).body).toMatchObject({
      publishedAt: '2024-05-01T10:00:00.000Z',
      publishedAtSource: 'capture',
      kind: 'stub',
    });
  });

  it('is one version of a story whose page is captured later', async () => {
    site.serve(url('page'), storyPage(harbour));
    const body = harbour.paragraphs.map((line) => `<p>${line}</p>`).join('');
    const kept = await send(plain('page', body), 'text/markdown', 'rfi/page.md');
    const posted = await archive.post({ url: url('page') });
    expect(posted.body).toMatchObject({
      id: kept.body.article,
      snapshotCount: 2,
      feed: 'rfi',
      title: 'Harbour ferry returns after nine years',
    });
  });

  it('goes out as it came until its page tells something newer, then with that under the same name', async () => {
    const body = harbour.paragraphs.map((line) => `<p>${line}</p>`).join('');
    const source = plain('newer', body);
    const kept = await send(source, 'text/markdown', 'rfi/newer.md');
    expect((await exported()).get('articles/rfi/newer.md')).toBe(source);
    await archive.keep(url('newer'), storyPage(harbour));
    expect((await exported()).get('articles/rfi/newer.md')).toBe(
      await (await archive.app.request(`/articles/${kept.body.article}.md`)).text(),
    );
    expect((await exported()).get('articles/rfi/newer.md')).toContain('[Harbour ferry returns after nine years]');
  });

  it('goes out once under its name, as it was sent last, when it was edited', async () => {
    await send(plain('edited', '<p>Old.</p>'), 'text/markdown', 'rfi/edited.md');
    const edited = plain('edited', '<p>New.</p>', 1712173502000);
    await send(edited, 'text/markdown', 'rfi/edited.md');
    expect((await exported()).get('articles/rfi/edited.md')).toBe(edited);
  });

  it('that was written of a story, as by an export, says nothing new of it', async () => {
    const page = storyPage({ ...harbour, publishedAt: '2024-04-02T10:00:00Z' });
    const { body: first } = await archive.keep(url('own'), page);
    await archive.keep(url('own'), page.replaceAll('harbour', 'port'));
    const before = (await archive.get(`/articles/${first.id}`)).body;
    expect(before.versionCount ?? before.snapshotCount).toBeGreaterThan(1);
    const own = (await bytesOf(`/articles/${first.id}.md`)).toString('utf8');
    for (const name of [`articles/elsewhere/${first.id}.md`, 'ffe0a_own.md']) {
      const sent = await send(own, 'text/markdown', name);
      expect(sent.body).toMatchObject({ article: first.id, snapshot: 'unchanged' });
    }
    expect((await archive.get(`/articles/${first.id}`)).body).toEqual(before);
    // One that says something else is a version of its day.
    await send(own.replace('</p>', ' And more.</p>'), 'text/markdown', 'ffe0a_own.md');
    expect((await archive.get(`/articles/${first.id}`)).body.snapshotCount).toBe(before.snapshotCount + 1);
  });

  it('of a story that was taken down is refused', async () => {
    const { body } = await send(plain('down'), 'text/markdown');
    await archive.send('DELETE', `/articles/${body.article}`);
    expect(await send(plain('down'), 'text/markdown')).toMatchObject({ status: 409, body: { code: 'taken-down' } });
  });

  it.each([
    { name: 'nothing', source: '', detail: 'it names no URL' },
    { name: 'text alone', source: 'Hello', detail: 'it names no URL' },
    { name: 'a URL of another kind', source: '[x](ftp://e.org/)\n', detail: 'its URL is refused' },
    { name: 'a URL with a password', source: '[x](http://a:b@e.org/)\n', detail: 'its URL is refused' },
    { name: 'bytes', source: `${plain('bytes')}\0`, detail: 'null bytes' },
    {
      name: 'a name that leads elsewhere',
      source: plain('x'),
      file: '../../etc/passwd',
      detail: 'its name cannot be kept',
    },
    { name: 'an absolute name', source: plain('x'), file: '/etc/passwd', detail: 'its name cannot be kept' },
    { name: 'a name with a line end', source: plain('x'), file: 'a\nb.md', detail: 'its name cannot be kept' },
    { name: 'a hidden name', source: plain('x'), file: 'a/.git/config', detail: 'its name cannot be kept' },
    { name: 'a name of six folders', source: plain('x'), file: 'a/b/c/d/e/f.md', detail: 'its name cannot be kept' },
  ])('is refused when it is $name', async ({ source, file, detail }) => {
    const { status, body } = await send(source, 'text/markdown', file);
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'bad-document' });
    expect(body.detail).toContain(detail);
  });
});

describe('many documents', () => {
  const many = { 'articles/rfi/ffff0_a.md': plain('many-a'), 'flat.md': plain('many-b'), 'bad.md': 'no heading' };

  it('come as a form, and each is told of', async () => {
    const { status, body } = await send(form(many));
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      { name: 'articles/rfi/ffff0_a.md', url: url('many-a'), snapshot: 'first' },
      { name: 'flat.md', url: url('many-b'), snapshot: 'first' },
      { name: 'bad.md', problem: { code: 'bad-document' } },
    ]);
    const { body: article } = await archive.get(`/articles/${body.items[0].article}`);
    expect(article).toMatchObject({ feed: 'rfi', files: ['rfi/ffff0_a.md'] });
  });

  it.each([
    { name: 'a tar', type: 'application/x-tar', pack: (bytes: Buffer) => bytes },
    { name: 'a tar.gz', type: 'application/gzip', pack: gzipSync },
  ])('come as $name, of which only documents are read', async ({ type, pack }) => {
    const long = `rfi/ffff1_${'桥'.repeat(60)}.md`;
    const files = {
      ...many,
      [long]: plain(`long-${type.length}`),
      'README.md': '# x',
      'lists/rfi.md': 'x',
      '.git/a.md': 'x',
      'a.png': 'x',
    };
    const { status, body } = await send(new Uint8Array(pack(await tarOf(files))), type);
    expect(status).toBe(200);
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual([...Object.keys(many), long]);
    expect(body.items[3]).toMatchObject({ snapshot: 'first' });
  });

  it.each([
    { name: 'no files', body: form({}), status: 400, code: 'invalid-request' },
    { name: 'a form that is none', body: 'x', type: 'multipart/form-data', status: 400, code: 'invalid-request' },
    {
      name: 'a tar that is none',
      body: 'x'.repeat(600),
      type: 'application/x-tar',
      status: 422,
      code: 'bad-archive-file',
    },
    {
      name: 'half a tar.gz',
      body: new Uint8Array(gzipSync('x').subarray(0, 15)),
      type: 'application/gzip',
      status: 422,
      code: 'bad-archive-file',
    },
    {
      name: 'a bomb',
      body: new Uint8Array(gzipSync(Buffer.alloc(66 * 1024 * 1024))),
      type: 'application/gzip',
      status: 422,
      code: 'bad-archive-file',
    },
    { name: 'JSON', body: '{}', type: 'application/json', status: 415, code: 'unsupported-media-type' },
  ])('are refused when the body is $name', async ({ body, type, status, code }) => {
    const answer = await send(body, type);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  });

  it.each([
    { name: 'whole', cut: 0, status: 500 },
    { name: 'cut short', cut: 1400, status: 422 },
  ])('leave no work behind when the storage fails while a tar is read that is $name', async ({ cut, status }) => {
    const put = archive.store.bucket.put;
    let puts = 0;
    archive.store.bucket.put = async () => {
      puts++;
      throw new Error('the bucket is away');
    };
    const files = Object.fromEntries(Array.from({ length: 3 }, (_, n) => [`away/${n}.md`, plain(`away-${n}`)]));
    const packed = await tarOf(files);
    const body = new Uint8Array(packed.subarray(0, packed.length - cut));
    const response = await archive.app.request('/documents', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-tar' },
    });
    const atAnswer = puts;
    archive.store.bucket.put = put;
    expect({ status: response.status, atAnswer }).toEqual({ status, atAnswer: 3 });
  });

  it('over 500 are too many at a time', async () => {
    const files = Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`${n}.md`, 'x']));
    expect(await send(form(files))).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
  });
});
