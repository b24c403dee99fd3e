/** PDFs, pictures, and pages that scripts build: their bytes are kept, and the answer says what is missing and how to send it. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fileTypeOf } from '../../functions/formats/file-type.ts';
import type { Json } from '../support/archive.ts';
import { harbour, storyPage } from '../support/pages.ts';
import { answer } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

const { site, archive } = await useArchive();
const url = (path: string) => `http://files.example/${path}`;
const pdf = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Title (x)>> endobj\n%%EOF', 'latin1');
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const archived = async (path: string): Promise<Json> => (await archive.post({ url: url(path) })).body;

describe('what is no page', () => {
  it.each([
    { path: 'annual-report_2024.pdf', body: pdf, type: 'application/pdf', title: 'annual report 2024', why: 'pdf' },
    { path: 'download?id=7', body: pdf, type: 'application/octet-stream', title: 'download', why: 'pdf' },
    { path: 'called-html.pdf', body: pdf, type: 'text/html', title: 'called html', why: 'pdf' },
    { path: 'front%20page.png', body: png, type: 'image/png', title: 'front page', why: 'image' },
    {
      path: 'photo%FF.jpg',
      body: Buffer.from('ffd8ffe000104a464946', 'hex'),
      type: 'image/jpeg',
      title: 'photo%FF',
      why: 'image',
    },
    { path: 'a/', body: Buffer.from('GIF89a\x01\x00\x01\x00', 'latin1'), type: 'image/gif', title: null, why: 'image' },
  ])('is kept byte for byte: $path as $type', async ({ path, body, type, title, why }) => {
    site.serve(url(path), answer(200, { 'content-type': type }, body));
    const article = await archived(path);
    expect(article).toMatchObject({ title, kind: 'stub', wordCount: 0, missing: { what: 'text', why } });
    expect(article.missing.detail).toContain('POST /articles');
    const response = await archive.app.request(article.snapshotUrl);
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
    const { headers } = response;
    expect(headers.get('content-type')).toBe(why === 'pdf' ? 'application/pdf' : fileTypeOf(body)?.mediaType);
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('content-disposition') ?? '').toMatch(why === 'pdf' ? /^attachment; .*\.pdf"$/ : /^$/);
    const [snapshot] = (await archive.get(`/articles/${article.id}/snapshots`)).body.items;
    expect(snapshot.digest).toBe(`sha256:${createHash('sha256').update(body).digest('hex')}`);
    expect((await archive.get(`/articles?url=${encodeURIComponent(url(path))}`)).body.items).toHaveLength(1);
  });

  it('gets its text from what the browser shows', async () => {
    site.serve(url('scan.pdf'), answer(200, { 'content-type': 'application/pdf' }, pdf));
    const { id } = await archived('scan.pdf');
    const { body } = await archive.post({ url: url('scan.pdf'), html: storyPage(harbour) });
    expect(body).toMatchObject({ id, title: harbour.title, kind: 'article', missing: null });
    // The next look takes nothing of it back.
    expect(await archived('scan.pdf')).toMatchObject({ id, title: harbour.title, missing: null });
  });

  it('is refused where it is nothing that a person reads', async () => {
    site.serve(url('data.json'), answer(200, { 'content-type': 'application/json' }, '{"a":1}'));
    site.serve(
      url('film.mp4'),
      answer(200, { 'content-type': 'video/mp4' }, Buffer.from('\0\0\0\x18ftypmp42', 'latin1')),
    );
    for (const path of ['data.json', 'film.mp4']) expect((await archived(path)).code).toBe('not-html');
  });
});

it('a page that scripts build says that its text is missing', async () => {
  site.serve(url('app'), '<!doctype html><title>The app</title><div id="root"></div><script src="/app.js"></script>');
  expect(await archived('app')).toMatchObject({ title: 'The app', missing: { why: 'no-text' } });
});

it.each([
  { name: 'a page that speaks of PDF', body: '<!doctype html><p>%PDF-1.4 is how it begins', is: null },
  { name: 'a PDF behind a line of junk', body: '\r\n\r\n%PDF-1.4', is: 'pdf' },
  { name: 'a WebP', body: 'RIFF\0\0\0\0WEBPVP8 ', is: 'image' },
  { name: 'an AVIF', body: '\0\0\0\x20ftypavif', is: 'image' },
  { name: 'a sound in RIFF', body: 'RIFF\0\0\0\0WAVEfmt ', is: null },
  { name: 'nothing', body: '', is: null },
])('$name', ({ body, is }) => {
  expect(fileTypeOf(Buffer.from(body, 'latin1'))?.is ?? null).toBe(is);
});
