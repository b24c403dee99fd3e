/** Bodies that are not UTF-8: read as what they say they are where bytes come as bytes, refused where a gateway made text of them. */
import { setImmediate } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { handle } from 'hono/aws-lambda';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { responseRecord } from '../../functions/formats/warc-write.ts';
import { noLog } from '../../functions/log.ts';
import { checkIndex } from '../../functions/search/check.ts';
import { type IndexerDeps, runIndexer } from '../../functions/search/index-log.ts';
import { bodyObject, getKnown } from '../../functions/store/articles.ts';
import type { Json } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

const { services, archive } = await useArchive({ now: () => Date.parse('2024-05-01T10:00:00Z') });
const lambda = handle(archive.app);

type Sent = { method?: string; path: string; type: string; body: Buffer };
type Answer = { status: number; body: Json };

/** One machine: bytes are bytes. */
async function direct({ method = 'POST', path, type, body }: Sent): Promise<Answer> {
  const response = await archive.app.request(path, {
    method,
    body: Uint8Array.from(body),
    headers: { 'content-type': type },
  });
  return { status: response.status, body: await response.json() };
}

/** An HTTP API: text, JSON and XML come as a string, all else in base64. */
async function byGateway({ method = 'POST', path, type, body }: Sent): Promise<Answer> {
  const isText = /^(text\/|application\/(json|xml|javascript|[\w.-]+\+(json|xml)))/.test(type);
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: { host: 'archive.example', 'content-type': type },
    requestContext: { domainName: 'archive.example', http: { method, path: rawPath, sourceIp: '192.0.2.1' } },
    body: isText ? body.toString('utf8') : body.toString('base64'),
    isBase64Encoded: !isText,
  };
  const result = (await lambda(event as never)) as Json;
  return { status: result.statusCode, body: JSON.parse(result.body) };
}

const machines = [
  { machine: 'one machine', send: direct },
  { machine: 'AWS', send: byGateway },
];

let documents = 0;
/** A document in some charset, and the title that it has. */
function gbkDocument(): { url: string; title: string; bytes: Buffer } {
  const url = `http://bodies.example/${++documents}`;
  const title = '市立图书馆重新开放，读者排队入场';
  const source = `<!--1712173501000-->\n[${title}](${url})\n------\n\n<p>大桥已关闭，居民绕道而行。</p>\n`;
  return { url, title, bytes: iconv.encode(source, 'gb18030') };
}

/** The article as it is told, and the bytes of its latest snapshot. */
async function kept(url: string) {
  const [item] = (await archive.get(`/articles?url=${encodeURIComponent(url)}`)).body.items;
  const article = item && (await getKnown(services.store.table, item.id))?.article;
  const object = article && (await services.store.bucket.get(bodyObject(article.id, article.latest.digest)));
  return { title: item?.title, contentType: article?.latest.contentType, bytes: object && gunzipSync(object.bytes) };
}

describe.each(machines)('on $machine', ({ machine, send }) => {
  const isAws = machine === 'AWS';

  it.each(['text/markdown; charset=gb18030', 'text/plain; charset=GB18030', 'text/markdown'])(
    'a document in GB 18030 that is sent as %s is kept byte for byte or not at all',
    async (type) => {
      const { url, title, bytes } = gbkDocument();
      const { status, body } = await send({ path: '/documents', type, body: bytes });
      if (isAws) {
        expect([status, body.code]).toEqual([415, 'not-utf8']);
        expect(body.detail).toContain('send application/octet-stream');
        expect(await kept(url)).toEqual({});
      } else {
        expect(status).toBe(201);
        expect(await kept(url)).toEqual({ title, contentType: 'text/markdown; charset=gb18030', bytes });
      }
    },
  );

  it.each(['application/octet-stream', 'application/octet-stream; charset=gb18030'])(
    'a document that is sent as %s is kept byte for byte',
    async (type) => {
      const { url, title, bytes } = gbkDocument();
      expect((await send({ path: '/documents', type, body: bytes })).status).toBe(201);
      expect(await kept(url)).toEqual({ title, contentType: 'text/markdown; charset=gb18030', bytes });
    },
  );

  it.each([
    { name: 'UTF-16LE', bom: [0xff, 0xfe], charset: 'utf-16le' },
    { name: 'UTF-16BE', bom: [0xfe, 0xff], charset: 'utf-16be' },
  ])('a document with the byte order mark of $name is read so', async ({ bom, charset }) => {
    const { url, title, bytes } = gbkDocument();
    const body = Buffer.concat([Buffer.from(bom), iconv.encode(iconv.decode(bytes, 'gb18030'), charset)]);
    expect((await send({ path: '/documents', type: 'application/octet-stream', body })).status).toBe(201);
    expect(await kept(url)).toEqual({ title, contentType: `text/markdown; charset=${charset}`, bytes: body });
  });

  it('a file of a form is kept byte for byte, and read by the charset of its part', async () => {
    const { url, title, bytes } = gbkDocument();
    const body = part('name="file"; filename="a.md"', 'text/markdown; charset=gb18030', bytes);
    const answer = await send({ path: '/documents', type: 'multipart/form-data; boundary=xx', body });
    expect(answer.body.items).toMatchObject([{ snapshot: 'first', url }]);
    expect(await kept(url)).toMatchObject({ title, bytes });
  });

  it('a field of a form that is no file and no UTF-8 is refused, and the others are kept', async () => {
    const [bad, good] = [gbkDocument(), gbkDocument()];
    const field = part('name="a.md"', null, bad.bytes).subarray(0, -'--xx--\r\n'.length);
    const file = part('name="file"; filename="b.md"', 'text/markdown', good.bytes);
    const body = Buffer.concat([field, file]);
    const answer = await send({ path: '/documents', type: 'multipart/form-data; boundary=xx', body });
    expect(answer.body.items).toMatchObject([{ name: 'a.md', problem: { code: 'not-utf8' } }, { snapshot: 'first' }]);
    expect(await kept(bad.url)).toEqual({});
  });

  it('a field of a form that says U+FFFD itself is kept', async () => {
    const url = `http://bodies.example/${++documents}`;
    const source = Buffer.from(`<!--1712173501000-->\n[A \ufffd in it](${url})\n------\n\n<p>\ufffd</p>\n`);
    const body = part('name="a.md"', null, source);
    const answer = await send({ path: '/documents', type: 'multipart/form-data; boundary=xx', body });
    expect(answer.body.items).toMatchObject([{ snapshot: 'first' }]);
    expect((await kept(url)).bytes).toEqual(source);
  });

  it('a document that says U+FFFD itself is kept where that can be told from damage', async () => {
    const url = `http://bodies.example/${++documents}`;
    const source = Buffer.from(`<!--1712173501000-->\n[A \ufffd in it](${url})\n------\n\n<p>\ufffd</p>\n`);
    const asText = await send({ path: '/documents', type: 'text/markdown', body: source });
    expect(asText.status).toBe(isAws ? 415 : 201);
    const asBytes = await send({ path: '/documents', type: 'application/octet-stream', body: source });
    expect(asBytes.status).toBe(isAws ? 201 : 200);
    expect((await kept(url)).bytes).toEqual(source);
  });

  it.each([
    { type: 'text/x-opml', declared: ' encoding="gb18030"', isText: true },
    { type: 'application/xml; charset=gb18030', declared: '', isText: true },
    { type: 'application/octet-stream', declared: ' encoding="gb18030"', isText: false },
  ])('OPML as $type is read by what it declares, $declared', async ({ type, declared, isText }) => {
    const url = `http://opml${++documents}.example/feed`;
    const opml = `<?xml version="1.0"${declared}?><opml version="2.0"><body><outline text="新闻 图书馆" xmlUrl="${url}"/></body></opml>`;
    const { status, body } = await send({ path: '/feeds.opml', type, body: iconv.encode(opml, 'gb18030') });
    if (isAws && isText) {
      expect([status, body.code]).toEqual([415, 'not-utf8']);
    } else {
      expect(status).toBe(202);
      const feed = (await archive.get(`/feeds/${encodeURIComponent(body.items[0].feed)}`)).body;
      expect(feed).toMatchObject({ url, name: '新闻 图书馆' });
    }
  });

  it('a WARC that is sent as text is kept byte for byte or not at all', async () => {
    const url = `http://warc${++documents}.example/story`;
    const page = iconv.encode(
      storyPage(numberedStory(1)).replace('utf-8', 'gb18030').replace('Council', '议会'),
      'gb18030',
    );
    const record = await responseRecord({
      key: url,
      date: '2024-04-02T03:04:05Z',
      targetUri: url,
      warcinfo: 'file',
      status: 200,
      headers: [['Content-Type', 'text/html']],
      body: page,
    });
    const body = Buffer.from(gunzipSync(record));
    const asText = await send({ path: '/warc', type: 'text/plain', body });
    expect(asText.status).toBe(isAws ? 415 : 200);
    expect((await send({ path: '/warc', type: 'application/warc', body })).status).toBe(200);
    expect((await kept(url)).bytes).toEqual(page);
  });

  it.each([
    { path: '/articles', method: 'POST' },
    { path: '/feeds', method: 'POST' },
    { path: '/articles/aaaaaaaaaaaaaaaaaaaaaa', method: 'PATCH' },
  ])('JSON for $method $path that is not UTF-8 is refused', async ({ path, method }) => {
    const body = iconv.encode('{"url":"http://json.example/图书馆","html":"<p>图书馆</p>"}', 'gb18030');
    const answer = await send({ path, method, type: 'application/json', body });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-json']);
    expect(answer.body.detail).toContain('not UTF-8');
  });

  it('JSON with a byte order mark, or with U+FFFD as an escape, is read', async () => {
    const url = `http://json${++documents}.example/story`;
    const html = JSON.stringify(storyPage({ ...numberedStory(3), title: 'A \ufffd in the council' }));
    const json = `\ufeff{"url":"${url}","html":${html.replaceAll('\ufffd', '\\ufffd')}}`;
    const answer = send({ path: '/articles', type: 'application/json', body: Buffer.from(json) });
    let isDone = false;
    void answer.finally(() => (isDone = true));
    while (!isDone) await archive.drain();
    expect(await answer).toMatchObject({ status: 201, body: { title: 'A \ufffd in the council' } });
  });
});

describe('on one machine', () => {
  it('JSON that holds U+FFFD as UTF-8 is read', async () => {
    const url = `http://json${++documents}.example/story`;
    const html = storyPage({ ...numberedStory(4), title: 'A \ufffd in the council' });
    expect((await archive.post({ url, html })).body.title).toBe('A \ufffd in the council');
  });

  it('half of a surrogate pair in JSON harms nothing, and comes back as it was sent', async () => {
    const url = `http://half${++documents}.example/story`;
    const posted = await archive.post({ url, html: storyPage(numberedStory(5)) });
    const changes = '{"tags":["a \\ud800 tag","a \\ud801 tag"],"title":"half \\udc00 a title"}';
    expect((await archive.send('PATCH', `/articles/${posted.body.id}`, changes)).status).toBe(200);
    const { body } = await archive.get(`/articles/${posted.body.id}`);
    expect([body.tags, body.title]).toEqual([['a \ud800 tag', 'a \ud801 tag'], 'half \udc00 a title']);
    const deps: IndexerDeps = { store: services.store, now: Date.now, pause: setImmediate, log: noLog };
    await runIndexer(deps, { force: true });
    expect((await checkIndex(deps, () => undefined)).problems).toEqual([]);
    expect((await archive.get('/articles?q=half')).body.items).toHaveLength(1);
  });
});

function part(disposition: string, type: string | null, bytes: Buffer): Buffer {
  const head = `--xx\r\nContent-Disposition: form-data; ${disposition}\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--xx--\r\n')]);
}
