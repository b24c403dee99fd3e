/** WARCs as other programs write them: what their records say of each other is heeded, and what is no page is left out with a reason. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

const { archive } = await useArchive();

type Record = {
  type: string;
  url: string;
  date?: string;
  id?: string;
  headers?: string[];
  contentType?: string;
  block?: string | Uint8Array;
};

function warc(...records: Record[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    Buffer.concat(
      records.map(
        ({
          type,
          url,
          date = '2024-04-03T10:00:00Z',
          id = `${type}-${url}`,
          headers = [],
          contentType = `application/http;msgtype=${type}`,
          block = '',
        }) => {
          const bytes = Buffer.from(block);
          const lines = [
            'WARC/1.0',
            `WARC-Type: ${type}`,
            `WARC-Target-URI: ${url}`,
            `WARC-Date: ${date}`,
            `WARC-Record-ID: <urn:uuid:${id}>`,
            ...headers,
            `Content-Type: ${contentType}`,
            `Content-Length: ${bytes.length}`,
          ];
          return gzipSync(
            Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes, Buffer.from('\r\n\r\n')]),
          );
        },
      ),
    ),
  );
}

const answered = (body: string, { status = '200 OK', headers = [] as string[] } = {}) =>
  `HTTP/1.1 ${status}\r\nContent-Type: text/html; charset=utf-8\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${body}`;
const page = storyPage(harbour);

async function sent(...records: Record[]) {
  const response = await archive.app.request('/warc', {
    method: 'POST',
    body: warc(...records),
    headers: { 'content-type': 'application/warc' },
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { items: { snapshot?: string; skipped?: string; problem?: { detail: string } }[] })
    .items;
}
const snapshotsOf = async (url: string) => {
  const { body } = await archive.get(`/articles?url=${encodeURIComponent(url)}`);
  return (await archive.get(body.items[0].links.snapshots)).body.items;
};

const sha1 = createHash('sha1').update(page).digest();
const base32 = [...sha1]
  .map((byte) => byte.toString(2).padStart(8, '0'))
  .join('')
  .match(/.{5}/g)
  ?.map((bits) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(bits, 2)])
  .join('');

it.each([
  { name: 'by SHA-1 in base32', headers: [`WARC-Payload-Digest: sha1:${base32}`] },
  { name: 'by SHA-1 in hex', headers: [`WARC-Payload-Digest: sha1:${sha1.toString('hex')}`] },
  { name: 'by SHA-256', headers: [`WARC-Payload-Digest: sha256:${createHash('sha256').update(page).digest('hex')}`] },
  { name: 'by its time', headers: ['WARC-Refers-To-Date: 2024-04-03T10:00:00Z'] },
  { name: 'by nothing but its URL', headers: [] },
])('a revisit refers to its response $name', async ({ name, headers }) => {
  const url = `http://warc.example/${encodeURIComponent(name)}`;
  const items = await sent(
    { type: 'response', url, block: answered(page) },
    {
      type: 'revisit',
      url,
      date: '2024-04-04T10:00:00Z',
      headers: ['WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest', ...headers],
      block: answered(''),
    },
  );
  expect(items.map(({ snapshot }) => snapshot)).toEqual(['first', 'unchanged']);
});

it('a revisit of another URL finds it by the record, or by the URL that it names', async () => {
  const [a, b, c] = ['http://warc.example/one', 'http://warc.example/two', 'http://other-warc.example/three'];
  const items = await sent(
    { type: 'response', url: a, id: 'one', block: answered(page) },
    { type: 'revisit', url: b, headers: ['WARC-Refers-To: <urn:uuid:one>'], block: answered('') },
    {
      type: 'revisit',
      url: c,
      headers: [`WARC-Refers-To-Target-URI: ${a}`, 'WARC-Refers-To-Date: 2024-04-03T10:00:00Z'],
      block: answered(''),
    },
  );
  expect(items.every(({ snapshot }) => snapshot !== undefined)).toBe(true);
});

it.each([
  { name: 'that says 304', block: 'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n' },
  { name: 'without a byte', block: '' },
])('a revisit $name is an unchanged snapshot', async ({ name, block }) => {
  const url = `http://warc.example/${encodeURIComponent(name)}`;
  const items = await sent(
    { type: 'response', url, block: answered(page) },
    {
      type: 'revisit',
      url,
      date: '2024-04-05T10:00:00Z',
      headers: ['WARC-Profile: http://netpreserve.org/warc/1.0/revisit/server-not-modified'],
      block,
    },
  );
  expect(items.map(({ snapshot }) => snapshot)).toEqual(['first', 'unchanged']);
  expect((await snapshotsOf(url))[0]).toMatchObject({ status: 200 });
});

it.each([
  { name: 'by its header', headers: ['WARC-Truncated: length'], http: [] },
  { name: 'by its length', headers: [], http: [`Content-Length: ${Buffer.byteLength(page) + 5000}`] },
])('a response that is cut is kept and never replaces a whole one: $name', async ({ name, headers, http }) => {
  const url = `http://warc.example/cut-${encodeURIComponent(name)}`;
  await sent(
    { type: 'response', url, block: answered(page) },
    {
      type: 'response',
      url,
      date: '2024-04-06T10:00:00Z',
      headers,
      block: answered(storyPage(harbourEdited).slice(0, -300), { headers: http }),
    },
  );
  expect((await snapshotsOf(url)).map(({ mark }: { mark: string | null }) => mark)).toEqual(['truncated', null]);
  expect((await archive.get(`/articles?url=${url}`)).body.items[0].title).toBe(harbour.title);
});

it('parts of pages, answers to other methods and pictures are left out, and it says why', async () => {
  const url = 'http://warc.example/odd';
  const items = await sent(
    {
      type: 'response',
      url,
      block: answered(page, { status: '206 Partial Content', headers: ['Content-Range: bytes 0-99/5000'] }),
    },
    { type: 'response', url: `${url}/form`, id: 'posted', block: answered(page) },
    {
      type: 'request',
      url: `${url}/form`,
      headers: ['WARC-Concurrent-To: <urn:uuid:posted>'],
      block: 'POST /odd/form HTTP/1.1\r\n\r\nx=1',
    },
    { type: 'resource', url: `${url}.png`, contentType: 'image/png', block: 'png' },
  );
  expect(items.map(({ skipped }) => skipped)).toEqual([
    'a part of a page (status 206)',
    'the answer to a POST',
    'a request record',
    'a resource of type image/png',
  ]);
});

it('a page made from a file is imported', async () => {
  const url = 'http://warc.example/from-file';
  const [item] = await sent({ type: 'resource', url, contentType: 'text/html', block: storyPage(numberedStory(7)) });
  expect(item).toMatchObject({ snapshot: 'first' });
  expect((await snapshotsOf(url))[0]).toMatchObject({ status: 200, source: 'warc' });
});

it('a redirect leads to the article, as after a capture', async () => {
  const base = 'http://warc.example';
  const moved = (to: string) => `HTTP/1.1 301 Moved Permanently\r\nLocation: ${to}\r\n\r\n`;
  await sent(
    { type: 'response', url: `${base}/oldest`, block: moved('/older') },
    { type: 'response', url: `${base}/older`, block: moved(`${base}/newest`) },
    { type: 'response', url: `${base}/newest`, block: answered(storyPage(numberedStory(8))) },
  );
  const { body } = await archive.get(`/articles?url=${base}/oldest`);
  expect(body.items[0]).toMatchObject({ url: `${base}/newest` });
  expect((await snapshotsOf(`${base}/oldest`))[0]).toMatchObject({ redirects: [`${base}/oldest`, `${base}/older`] });
});
