/** What a file is by its bytes, what of a folder is imported, and that records which belong together are sent together. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import tar from 'tar-stream';
import { describe, expect, it, test } from 'vitest';
import { kindOfBytes } from '../../functions/cli/file-kind.ts';
import { type ImportFile, importFiles } from '../../functions/cli/import-files.ts';
import { type Batch, batchesOf } from '../../functions/cli/warc-batches.ts';
import { noParts } from '../../functions/cli/warc-parts.ts';
import { type WarcRecord, warcRecords } from '../../functions/formats/warc-read.ts';
import { useFolder } from '../support/use-folder.ts';
import { zipOf } from '../support/zip.ts';

const dir = useFolder();

type Line = { type: string; id: string; url?: string; block?: string; headers?: string[] };
function record({ type, id, url, block = '', headers = [] }: Line): Buffer {
  const lines = [`WARC-Type: ${type}`, `WARC-Record-ID: <urn:uuid:${id}>`, `WARC-Date: 2024-04-03T10:00:00Z`];
  return Buffer.from(
    `WARC/1.0\r\n${[...lines, `WARC-Target-URI: ${url ?? `http://a.example/${id}`}`, ...headers, `Content-Length: ${block.length}`].join('\r\n')}\r\n\r\n${block}\r\n\r\n`,
  );
}
const warc = record({ type: 'response', id: '1', block: 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Hi' });
async function tarOf(name: string, text: string): Promise<Buffer> {
  const pack = tar.pack();
  pack.entry({ name }, text);
  pack.finalize();
  return buffer(pack);
}
const tarred = await tarOf('b.md', 'x');
const wacz = zipOf({ 'archive/data.warc.gz': gzipSync(warc), 'pages/pages.jsonl': Buffer.from('{}') });

describe('a file is known by its bytes', () => {
  it.each([
    { name: 'a WARC', bytes: warc, is: 'warc' },
    { name: 'a WARC in gzip', bytes: gzipSync(warc), is: 'warc' },
    { name: 'a WARC of which only the beginning was read', bytes: gzipSync(warc).subarray(0, 60), is: 'warc' },
    { name: 'a WACZ', bytes: wacz, is: 'wacz' },
    { name: 'a tar in gzip', bytes: gzipSync(tarred), is: 'tar' },
    { name: 'a document', bytes: Buffer.from('<!--1-->\n[a](http://b.example/)\n------\n'), is: 'document' },
    { name: 'a document in UTF-16', bytes: Buffer.from('\ufeffhi', 'utf16le'), is: 'document' },
    { name: 'an empty file', bytes: Buffer.alloc(0), is: 'document' },
    { name: 'an ARC in gzip', bytes: gzipSync('filedesc://x.arc 0.0.0.0 2008 text/plain 76\n'), other: 'an ARC' },
    { name: 'another ZIP', bytes: zipOf({ 'story.html': Buffer.from('<p>') }), other: 'a ZIP' },
    { name: 'a WARC in zstd', bytes: zstdCompressSync(warc), other: 'zstd' },
    { name: 'a page', bytes: Buffer.from('\ufeff\n<!DOCTYPE html><title>x</title>'), other: 'an HTML page' },
    {
      name: 'a page as MHTML',
      bytes: Buffer.from('From: <Saved by Blink>\r\nContent-Type: multipart/related;\r\n'),
      other: 'MHTML',
    },
    { name: 'feeds', bytes: Buffer.from('<?xml version="1.0"?>\n<opml version="2.0">'), other: 'OPML' },
    { name: 'a PDF', bytes: Buffer.from('%PDF-1.7\n%\xe2\xe3'), other: 'a PDF' },
    { name: 'a picture', bytes: Buffer.from('89504e470d0a1a0a', 'hex'), other: 'a picture' },
    { name: 'a picture in gzip', bytes: gzipSync(Buffer.from('ffd8ff', 'hex')), other: 'a picture' },
    { name: 'a text in gzip', bytes: gzipSync('hello'), other: 'unpack it' },
    { name: 'damaged gzip', bytes: Buffer.from('1f8b0800ffff', 'hex'), other: 'unpack it' },
    { name: 'anything else', bytes: Buffer.from([1, 0, 2, 0]), other: 'binary data' },
  ])('$name', ({ bytes, is, other }) => {
    const kind = kindOfBytes(bytes);
    if (is !== undefined) expect(kind).toBe(is);
    else expect(kind).toMatchObject({ other: expect.stringContaining(other ?? '') });
  });
});

async function found(...paths: string[]): Promise<Record<string, string>> {
  const files: ImportFile[] = [];
  for await (const file of importFiles(paths.map((path) => join(dir, path)))) files.push(file);
  return Object.fromEntries(
    files.map((file) => [
      relative(dir, file.path),
      'bytes' in file
        ? file.name
        : 'open' in file
          ? 'warc'
          : 'skipped' in file
            ? file.skipped
            : 'fault' in file
              ? file.fault
              : '',
    ]),
  );
}

test('of a folder documents and WARCs are imported, and of the rest it is said what it is', async () => {
  mkdirSync(join(dir, 'old/articles/rfi'), { recursive: true });
  const files = {
    ...{
      'old/articles/rfi/a.md': '<!--1-->',
      'old/README.md': '# Old',
      'old/crawl.gz': gzipSync(warc),
      'old/site.zip': wacz,
    },
    ...{ 'old/page.html': '<html><p>x', 'old/all.tar': tarred, 'old/old.arc': 'filedesc://' },
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), bytes);
  expect(await found('old')).toEqual({
    'old/articles/rfi/a.md': 'articles/rfi/a.md',
    'old/README.md': 'no document, by its name',
    'old/crawl.gz': 'warc',
    'old/site.zip: archive/data.warc.gz': 'warc',
    'old/page.html': expect.stringContaining('an HTML page'),
    'old/all.tar': expect.stringContaining('a tar'),
    'old/old.arc': expect.stringContaining('an ARC'),
  });
  expect(await found('old/all.tar', 'old/old.arc', 'old/none')).toEqual({
    'old/all.tar: b.md': 'b.md',
    'old/old.arc': expect.stringContaining('it is an ARC'),
    'old/none': 'there is no such file or folder',
  });
});

test('a WACZ whose directory is damaged is said to be', async () => {
  writeFileSync(join(dir, 'cut.wacz'), wacz.subarray(0, -10));
  expect(await found('cut.wacz')).toEqual({ 'cut.wacz': expect.stringContaining('its ZIP is damaged') });
});

describe('batches of a WARC', () => {
  async function sentOf(lines: Line[], maxRecords: number): Promise<Batch[]> {
    const sent: Batch[] = [];
    const read = warcRecords([Buffer.concat(lines.map(record))], { maxRecordBytes: 1000 });
    for await (const batch of batchesOf(read, 'x.warc', { parts: noParts, limits: { maxRecords, maxBytes: 10_000 } }))
      sent.push(batch);
    return sent;
  }
  async function batches(lines: Line[], maxRecords: number): Promise<{ ids: string[]; shown: number }[]> {
    return Promise.all(
      (await sentOf(lines, maxRecords)).map(async ({ records }) => {
        const again: WarcRecord[] = [];
        for await (const one of warcRecords(
          records.map(({ bytes }) => bytes),
          { maxRecordBytes: 1000 },
        ))
          again.push(one);
        return {
          ids: again.map(({ id }) => id?.replace('urn:uuid:', '') ?? ''),
          shown: records.filter(({ shown }) => shown !== null).length,
        };
      }),
    );
  }
  const page = (id: string, more: Partial<Line> = {}): Line => ({
    ...{ type: 'response', id, block: 'HTTP/1.1 200 OK\r\n\r\n<p>' },
    ...more,
  });
  const post = (id: string, of: string): Line => ({
    ...{ type: 'request', id, url: `http://a.example/${of}`, block: 'POST / HTTP/1.1\r\n\r\n' },
    headers: [`WARC-Concurrent-To: <urn:uuid:${of}>`],
  });

  it('leave out what says nothing, as a GET', async () => {
    const get: Line = { type: 'request', id: 'g', block: 'GET / HTTP/1.1\r\n\r\n' };
    expect(await batches([get, page('1'), { type: 'warcinfo', id: 'w' }], 5)).toEqual([{ ids: ['1'], shown: 1 }]);
  });

  it('keep a request with its answer, whichever comes first', async () => {
    const before = await batches([page('1'), post('r', '2'), page('2'), page('3')], 2);
    expect(before.map(({ ids }) => ids)).toEqual([['1', 'r', '2'], ['3']]);
    const after = await batches([page('1'), page('2'), post('r', '2'), page('3')], 2);
    expect(after.map(({ ids }) => ids)).toEqual([['1', '2', 'r'], ['3']]);
  });

  it('send a redirect again until the page has come that it leads to, and count it once', async () => {
    const redirect = page('r', { block: 'HTTP/1.1 301 Moved\r\nLocation: http://a.example/3\r\n\r\n' });
    expect(await batches([redirect, page('1'), page('2'), page('3'), page('4'), page('5')], 2)).toEqual([
      { ids: ['r', '1'], shown: 2 },
      { ids: ['r', '2'], shown: 1 },
      { ids: ['r', '3'], shown: 1 },
      { ids: ['4', '5'], shown: 2 },
    ]);
  });

  it('say of a revisit where the record is that it refers to', async () => {
    const revisit: Line = { type: 'revisit', id: 'v', headers: ['WARC-Refers-To: <urn:uuid:1>'] };
    const sent = await sentOf([page('1'), revisit], 1);
    expect(Buffer.from(sent[1]?.records[0]?.bytes ?? []).toString()).toContain(
      'WARC-Refers-To-Target-URI: http://a.example/1\r\nWARC-Refers-To-Date: 2024-04-03T10:00:00.000Z\r\n',
    );
  });

  it('tell of a page that is too large to be sent, and not of what is said beside it', async () => {
    const block = `HTTP/1.1 200 OK\r\n\r\n${'a'.repeat(1000)}`;
    const sent = await sentOf([page('1'), page('2', { block }), { ...post('r', '2'), block }], 5);
    expect(sent.flatMap(({ tooLarge }) => tooLarge)).toEqual([
      { shown: 'x.warc: http://a.example/2', bytes: block.length },
    ]);
    expect(sent.map(({ records }) => records.length)).toEqual([1]);
  });

  it('have room for one exchange and no more, however many records claim to be of it', async () => {
    const many = Array.from({ length: 20 }, (_, i) => post(`p${i}`, '1'));
    expect((await batches([page('1'), ...many], 3)).every(({ ids }) => ids.length <= 6)).toBe(true);
  });
});
