/** Archive files that lie: members of a tar that are no files or lead elsewhere, and headers in a WARC that no answer could carry. */
import tar, { type Header as TarHeaders } from 'tar-stream';
import { expect, test } from 'vitest';
import type { Json } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

const { archive } = await useArchive();

const document = (n: string) => `[T](http://tar.example/${n})\n------\n\n<p>${n}</p>\n`;

async function tarOf(members: [Partial<TarHeaders> & { name: string }, string][]): Promise<Buffer> {
  const pack = tar.pack();
  for (const [header, body] of members) pack.entry(header, body);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function send(path: string, type: string, body: Buffer): Promise<{ status: number; body: Json }> {
  const init = { method: 'POST', body: new Uint8Array(body), headers: { 'content-type': type } };
  const response = await archive.app.request(path, init);
  return { status: response.status, body: await response.json() };
}

test('of the members of a tar only plain files below its root are taken', async () => {
  const packed = await tarOf([
    [{ name: '/etc/a.md' }, document('absolute')],
    [{ name: '../b.md' }, document('above')],
    [{ name: 'x/../../c.md' }, document('around')],
    [{ name: 'd.md', type: 'symlink', linkname: '/etc/passwd' }, ''],
    [{ name: 'e.md', type: 'link', linkname: 'good.md' }, ''],
    [{ name: 'f.md', type: 'character-device', devmajor: 1, devminor: 5 }, ''],
    [{ name: 'g.md', type: 'block-device', devmajor: 8, devminor: 0 }, ''],
    [{ name: 'h.md', type: 'fifo' }, ''],
    [{ name: 'i.md/', type: 'directory' }, ''],
    [{ name: 'x\\..\\..\\j.md' }, document('backslashes')],
    [{ name: 'C:/drive.md' }, document('drive')],
    [{ name: 'CON.md' }, document('device-name')],
    [{ name: 'k\u202edm.md' }, document('turned')],
    [{ name: `${'l'.repeat(10_000)}.md` }, document('long')],
    [{ name: 'good.md' }, document('good')],
  ]);
  const { status, body } = await send('/documents', 'application/x-tar', packed);
  expect(status).toBe(200);
  const kept = body.items.filter((item: Json) => item.snapshot).map(({ name }: Json) => name);
  expect(kept).toEqual(['good.md']);
  const refused = body.items.filter((item: Json) => !item.snapshot);
  expect(refused.map(({ name }: Json) => name)).toEqual(
    expect.arrayContaining(['/etc/a.md', '../b.md', 'x/../../c.md', 'x\\..\\..\\j.md', 'C:/drive.md', 'CON.md']),
  );
  for (const { name, problem } of refused)
    expect([name.slice(0, 20), problem.code]).toEqual([name.slice(0, 20), 'bad-document']);
  expect((await archive.get('/articles?site=tar.example')).body.items).toHaveLength(1);
});

/** The header of a member: of any size and kind, whatever stands behind it. */
async function lying(size: number, type: string): Promise<Buffer> {
  const header = (await tarOf([[{ name: 'big.md' }, 'x']])).subarray(0, 512);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write(type, 156, 'latin1');
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, Buffer.alloc(2048)]);
}

test.each([
  { name: 'a file of 8 GB that is not there', size: 8 * 1024 ** 3 - 1, type: '0', status: 422 },
  { name: 'a sparse file of 8 GB', size: 8 * 1024 ** 3 - 1, type: 'S', status: 422 },
  { name: 'a sparse file', size: 512, type: 'S', status: 400 },
  { name: 'a name of 8 GB', size: 8 * 1024 ** 3 - 1, type: 'L', status: 422 },
  { name: 'a pax header of 8 GB', size: 8 * 1024 ** 3 - 1, type: 'x', status: 422 },
])('$name is refused, and nothing of it is made room for', async ({ size, type, status }) => {
  const answer = await send('/documents', 'application/x-tar', await lying(size, type));
  expect([answer.status, answer.body.code]).toEqual([status, status === 422 ? 'bad-archive-file' : 'invalid-request']);
});

test.each([
  { name: 'NUL', value: 'text/html; x=\0' },
  { name: 'a control character', value: 'text/html; x=\u0001' },
  { name: 'a lone carriage return', value: 'text/html; x=\rset-cookie: a=b' },
  { name: 'bytes above ASCII', value: 'text/html; x=\u00e9\u00ff' },
  { name: '5,000 characters', value: `text/html; x=${'y'.repeat(5000)}` },
])('a page whose content type holds $name can be imported and given back', async ({ name, value }) => {
  const url = `http://headers.example/${name.length}`;
  const http = Buffer.from(
    `HTTP/1.1 200 OK\r\nContent-Type: ${value}\r\nX-Odd: ${value}\r\n\r\n${storyPage(numberedStory(name.length))}`,
    'latin1',
  );
  const head = `WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:${name.length}>\r\nWARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Target-URI: ${url}\r\nContent-Length: ${http.length}\r\n\r\n`;
  const { status, body } = await send(
    '/warc',
    'application/warc',
    Buffer.concat([Buffer.from(head), http, Buffer.from('\r\n\r\n')]),
  );
  expect(status).toBe(200);
  const [{ article, problem }] = body.items;
  expect(problem).toBeUndefined();
  const { links } = (await archive.get(`/articles/${article}`)).body;
  const response = await archive.app.request(links.latest);
  expect(response.status).toBe(200);
  // What Node can send (RFC 9110 5.5).
  for (const [, sent] of response.headers) expect(sent).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
  expect((await archive.get(links.snapshots)).status).toBe(200);
});
