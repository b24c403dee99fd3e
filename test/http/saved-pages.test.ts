/** Pages that a browser saved, sent as forms: kept whoever is at work, from whoever may send them, up to their limit. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { addKey } from '../../functions/store/keys.ts';
import { makeTestArchive } from '../support/archive.ts';
import { harbour, numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

const { archive, services, site } = await useArchive();

function formOf(fields: Record<string, string | Blob>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

const page = (html: string | Uint8Array<ArrayBuffer>, type = 'text/html') => new Blob([html], { type });

async function save(
  fields: Record<string, string | Blob>,
  { headers = {}, works = true }: { headers?: Record<string, string>; works?: boolean } = {},
) {
  const asked = Promise.resolve(archive.app.request('/articles', { method: 'POST', body: formOf(fields), headers }));
  let isDone = false;
  const done = asked.finally(() => {
    isDone = true;
  });
  while (works && !isDone)
    await Promise.race([done, archive.drain().then(() => new Promise((go) => setTimeout(go, 5)))]);
  const response = await asked;
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a saved page', () => {
  it.each([
    { name: 'plain', file: page(storyPage(harbour)) },
    { name: 'packed', file: page(new Uint8Array(gzipSync(storyPage(harbour))), 'application/gzip') },
    { name: 'as a field', file: storyPage(harbour) },
  ])('becomes an article: $name', async ({ name, file }) => {
    const url = `http://walled.example/${encodeURIComponent(name)}`;
    expect(await save({ url, file }, { headers: { accept: 'text/html' } })).toMatchObject({
      status: 201,
      body: { url, title: harbour.title },
    });
    expect((await save({ url, file })).status).toBe(200);
  });

  it('in a charset that only it names is read in that', async () => {
    const html = Buffer.from(
      storyPage({ ...harbour, title: 'Fähre fährt über Öresund' }).replace('charset="utf-8"', 'charset="iso-8859-1"'),
      'latin1',
    );
    expect(await save({ url: 'http://walled.example/latin', file: page(new Uint8Array(html)) })).toMatchObject({
      body: { title: 'Fähre fährt über Öresund' },
    });
  });

  it('is kept without a worker, and never answered with 202', async () => {
    const saved = await save(
      { url: 'http://walled.example/later', file: page(storyPage(numberedStory(1))) },
      { works: false, headers: { prefer: 'wait=0' } },
    );
    expect(saved).toMatchObject({ status: 201, body: { status: 'queued' } });
    await archive.drain();
    expect((await archive.get('/articles?url=http://walled.example/later')).body.items).toHaveLength(1);
  });

  it('has up to 20 MB, and the answer to more says what to change', async () => {
    const large = page(`${storyPage(numberedStory(2))}<!--${'x'.repeat(19 * 1024 * 1024)}-->`);
    expect((await save({ url: 'http://walled.example/large', file: large })).status).toBe(201);
    const packed = page(new Uint8Array(gzipSync(Buffer.alloc(21 * 1024 * 1024))));
    for (const file of [page(new Uint8Array(21 * 1024 * 1024)), packed]) {
      const { status, body } = await save({ url: 'http://walled.example/larger', file });
      expect([status, body.code]).toEqual([413, 'body-too-large']);
      expect(body.detail).toContain('SingleFile');
    }
  });

  it.each([
    { name: 'no URL', fields: { file: page('<p>x') } },
    { name: 'no file', fields: { url: 'http://walled.example/a' } },
    { name: 'an empty file', fields: { url: 'http://walled.example/a', file: page('') } },
    {
      name: 'damaged gzip',
      fields: { url: 'http://walled.example/a', file: page(new Uint8Array([31, 139, 8, 1, 2])) },
    },
  ])('that is none is refused: $name', async ({ fields }) => {
    expect(await save(fields as Record<string, string | Blob>)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
  });
});

describe('a page that is put aside first', () => {
  const put = (path: string, body: Uint8Array<ArrayBuffer>) =>
    archive.app.request(path, { method: 'PUT', body, headers: { 'content-type': 'application/octet-stream' } });
  const bytes = new Uint8Array(gzipSync(storyPage(numberedStory(4))));

  it('becomes an article once, plain or packed', async () => {
    for (const [n, sent] of [bytes, new Uint8Array(Buffer.from(storyPage(numberedStory(4))))].entries()) {
      const { status, body } = await archive.send('POST', '/uploads', { bytes: sent.length });
      expect([status, body]).toEqual([
        201,
        expect.objectContaining({ method: 'PUT', url: `http://localhost/uploads/${body.upload}` }),
      ]);
      expect((await put(new URL(body.url).pathname, sent)).status).toBe(204);
      const posted = { url: `http://walled.example/put/${n}`, upload: body.upload, capturedAt: '2024-04-03T10:00:00Z' };
      expect(await archive.post(posted)).toMatchObject({
        status: 201,
        body: { title: numberedStory(4).title, firstArchivedAt: '2024-04-03T10:00:00.000Z' },
      });
      // Its bytes are with the capture since, and wait no more.
      expect((await archive.post(posted)).body.code).toBe('bytes-gone');
    }
  });

  it('is refused where it is too large, packed or not, or was never put', async () => {
    const { body } = await archive.send('POST', '/uploads', { bytes: 1000 });
    const path = `/uploads/${body.upload}`;
    expect((await put(path, new Uint8Array(21 * 1024 * 1024))).status).toBe(413);
    expect((await put('/uploads/..%2Fsnapshots', bytes)).status).toBe(400);
    expect((await archive.send('POST', '/uploads', { bytes: 20 * 1024 * 1024 + 1 })).body.code).toBe('invalid-request');
    await put(path, new Uint8Array(gzipSync(Buffer.alloc(21 * 1024 * 1024))));
    expect((await archive.post({ url: 'http://walled.example/bomb', upload: body.upload })).body.code).toBe(
      'body-too-large',
    );
  });

  it('cannot be put by a request where requests are small', async () => {
    const small = makeTestArchive(services, { site, maxAnswerBytes: 4 * 1024 * 1024 });
    const answered = await small.app.request('/uploads/01HV00000000000000000000AA', { method: 'PUT', body: bytes });
    expect(answered.status).toBe(404);
    await small.close();
  });
});

describe('an archive without keys', () => {
  const fields = { url: 'http://walled.example/form', file: storyPage(harbour) };
  const origins = ['https://evil.example', 'chrome-extension://abcdefgh', 'moz-extension://1234', 'null'];

  it.each(origins)('takes no form from %s, however it is sent', async (origin) => {
    for (const site of [undefined, 'cross-site', 'same-site']) {
      const headers = { origin, ...(site ? { 'sec-fetch-site': site } : {}) };
      expect((await save(fields, { headers })).status).toBe(403);
      expect((await save(fields, { headers: { ...headers, authorization: 'Bearer nothing' } })).status).toBe(403);
      expect((await save(fields, { headers: { ...headers, authorization: 'Basic eDp5' } })).status).toBe(403);
    }
  });

  it('takes one from an extension with a key that may write, and from a program without', async () => {
    const keyOf = async (scope: 'read' | 'write') => {
      const { key } = await addKey(archive.store.table, { name: scope, scope, createdAt: '2024-04-03T12:00:00Z' });
      return `Bearer ${key}`;
    };
    const headers = { origin: 'chrome-extension://abcdefgh', 'sec-fetch-site': 'cross-site' };
    expect((await save(fields, { headers: { ...headers, authorization: await keyOf('write') } })).status).toBe(201);
    expect((await save(fields, { headers: { ...headers, authorization: await keyOf('read') } })).status).toBe(403);
    expect((await save(fields)).status).toBe(200);
  });
});
