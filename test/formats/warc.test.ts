/** WARC files: what others wrote is read, what we write others read, and nothing that a file says can hurt. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { brotliCompressSync, deflateRawSync, deflateSync, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WARCParser, WARCRecord, WARCSerializer } from 'warcio';
import { httpResponse } from '../../functions/formats/http-response.ts';
import { WarcError, type WarcRecord, warcHeader, warcRecords } from '../../functions/formats/warc-read.ts';
import {
  metadataRecord,
  recordId,
  requestRecord,
  resourceRecord,
  responseRecord,
  revisitRecord,
  warcinfoRecord,
} from '../../functions/formats/warc-write.ts';

const limits = { maxRecordBytes: 1024 * 1024 };

async function readAll(
  chunks: Parameters<typeof warcRecords>[0],
  change: Partial<Parameters<typeof warcRecords>[1]> = {},
) {
  const records: WarcRecord[] = [];
  for await (const record of warcRecords(chunks, { ...limits, ...change })) records.push(record);
  return records;
}

function text(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString('latin1') : String(bytes);
}

/** A file by hand: header lines, then the block, whose length is added unless a line tells one. */
function plain(lines: string[], block = '', version = 'WARC/1.1'): Buffer {
  const length = lines.some((line) => /^content-length/i.test(line)) ? [] : [`Content-Length: ${block.length}`];
  return Buffer.from(`${[version, ...lines, ...length].join('\r\n')}\r\n\r\n${block}\r\n\r\n`, 'latin1');
}

function* cut(bytes: Uint8Array, sizes: number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const about = { date: '2024-01-02T03:04:05Z', targetUri: 'https://news.example/bridge?lang=en', warcinfo: 'file' };
const story = {
  ...about,
  key: 'snapshot:a/20240102030405',
  status: 200,
  headers: [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Content-Encoding', 'br'],
    ['transfer-encoding', 'chunked'],
    ['Content-Length', '17'],
    ['X-Name', 'caf\u00e9'],
  ] satisfies [string, string][],
  body: Buffer.from('<p>The bridge closes</p>'),
};

const oneOfEach = () =>
  Promise.all([
    warcinfoRecord({ key: 'file', date: about.date, fileName: 'news.warc.gz', fields: [['software', 'Nightdesk']] }),
    requestRecord({ ...about, key: 'request', concurrentTo: story.key, headers: [['User-Agent', 'Nightdesk']] }),
    responseRecord(story),
    revisitRecord({
      ...story,
      key: 'snapshot:a/20240103030405',
      date: '2024-01-03T03:04:05Z',
      payloadDigest: 'sha256:9b52b6b9c706e790a794325a1140e62b65dfe283b670062424dbd41a0c953032',
      bodyBytes: 24,
      refersTo: story,
    }),
    metadataRecord({ ...about, key: 'metadata', concurrentTo: story.key, fields: [['title', 'Die Brücke']] }),
    resourceRecord({ ...about, key: 'document', contentType: 'text/markdown', body: Buffer.from('# The bridge') }),
  ]);

describe('writing', () => {
  test('a response is written field by field', async () => {
    expect(text(gunzipSync(await responseRecord(story)))).toBe(
      [
        'WARC/1.1',
        'WARC-Type: response',
        'WARC-Record-ID: <urn:uuid:1c7efbc4-bf70-5bc2-973e-4712f4ef3117>',
        'WARC-Date: 2024-01-02T03:04:05Z',
        'WARC-Target-URI: https://news.example/bridge?lang=en',
        'WARC-Warcinfo-ID: <urn:uuid:4033967e-b4e7-51cd-ba84-e8f71d2e4836>',
        'WARC-Payload-Digest: sha256:9b52b6b9c706e790a794325a1140e62b65dfe283b670062424dbd41a0c953032',
        'WARC-Block-Digest: sha256:1ffcf02c7e4ed9fa2f29723ef7e661e934da170f82b177f746c8e10f48559f02',
        'Content-Type: application/http;msgtype=response',
        'Content-Length: 117',
        '',
        'HTTP/1.1 200 OK',
        'Content-Type: text/html; charset=utf-8',
        'X-Name: caf\u00e9',
        'Content-Length: 24',
        '',
        '<p>The bridge closes</p>',
        '',
        '',
      ].join('\r\n'),
    );
  });

  test('the same archive is the same bytes, whatever system it is written on', async () => {
    const [first, second] = [await oneOfEach(), await oneOfEach()];
    expect(Buffer.concat(first).equals(Buffer.concat(second))).toBe(true);
    // ID1 ID2 CM FLG, MTIME, XFL, OS (RFC 1952 2.3)
    for (const member of first) expect([...member.subarray(0, 10)]).toEqual([31, 139, 8, 0, 0, 0, 0, 0, 0, 255]);
  });

  test('an id is the UUID of version 5 that others make of the key', () => {
    // Python: uuid.uuid5(uuid.UUID('aaf17b5e-8350-4c0e-9066-12acfd1d647e'), 'snapshot:a/20240102030405')
    expect(recordId('snapshot:a/20240102030405')).toBe('urn:uuid:1c7efbc4-bf70-5bc2-973e-4712f4ef3117');
  });

  test('a revisit names what it repeats and holds the headers alone', async () => {
    const [, , , revisit] = await readAll(await oneOfEach());
    expect(revisit).toMatchObject({ type: 'revisit', date: '2024-01-03T03:04:05.000Z' });
    expect(revisit?.headers).toEqual(
      expect.arrayContaining([
        ['WARC-Profile', 'http://netpreserve.org/warc/1.1/revisit/identical-payload-digest'],
        ['WARC-Refers-To', '<urn:uuid:1c7efbc4-bf70-5bc2-973e-4712f4ef3117>'],
        ['WARC-Refers-To-Target-URI', 'https://news.example/bridge?lang=en'],
        ['WARC-Refers-To-Date', '2024-01-02T03:04:05Z'],
        ['WARC-Payload-Digest', 'sha256:9b52b6b9c706e790a794325a1140e62b65dfe283b670062424dbd41a0c953032'],
      ]),
    );
    expect(text(revisit?.block)).toBe(
      'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nX-Name: caf\u00e9\r\nContent-Length: 24\r\n\r\n',
    );
  });

  test('a request asks for the path, of the host', async () => {
    const [request] = await readAll([
      await requestRecord({ ...about, key: 'q', method: 'GET / HTTP/1.1\r\nX:', headers: [] }),
    ]);
    expect(text(request?.block)).toBe('GET /bridge?lang=en HTTP/1.1\r\nHost: news.example\r\n\r\n');
  });

  test('no value can begin a line of its own', async () => {
    const evil = 'a\r\nX-Evil: 1\n\u010d\u010aX-Evil: 2\u0000';
    const member = await responseRecord({
      ...story,
      targetUri: `https://news.example/${evil}`,
      date: evil,
      statusText: evil,
      headers: [
        ['Good', evil],
        ['X-Bad\r\nX-Evil', '1'],
      ],
    });
    expect(text(gunzipSync(member))).not.toMatch(/[\r\n\0]X-/i);
    const [record] = await readAll([member]);
    expect(record?.headers.map(([name]) => name)).toEqual([
      'WARC-Type',
      'WARC-Record-ID',
      'WARC-Date',
      'WARC-Target-URI',
      'WARC-Warcinfo-ID',
      'WARC-Payload-Digest',
      'WARC-Block-Digest',
      'Content-Type',
      'Content-Length',
    ]);
    const response = record?.block && httpResponse(record.block);
    expect(response?.headers.map(([name]) => name)).toEqual(['Good', 'Content-Length']);
  });
});

describe('the other implementation', () => {
  test('warcio reads what we wrote, and its bytes have the digests that we told', async () => {
    const seen: unknown[] = [];
    for await (const record of WARCParser.iterRecords([Buffer.concat(await oneOfEach())])) {
      const payload = Buffer.from(await record.readFully(true)).toString();
      seen.push([record.warcType, record.httpHeaders?.statusline ?? null, payload]);
    }
    expect(seen).toEqual([
      ['warcinfo', null, 'software: Nightdesk\r\n'],
      ['request', 'GET /bridge?lang=en HTTP/1.1', ''],
      ['response', 'HTTP/1.1 200 OK', '<p>The bridge closes</p>'],
      ['revisit', 'HTTP/1.1 200 OK', ''],
      ['metadata', null, 'title: Die Brücke\r\n'],
      ['resource', null, '# The bridge'],
    ]);
    const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    for await (const record of WARCParser.iterRecords([Buffer.concat(await oneOfEach())], { parseHttp: false })) {
      const block = await record.readFully(false);
      expect(record.warcContentLength).toBe(block.length);
      expect(record.warcBlockDigest).toBe(sha256(block));
      if (record.warcType === 'response')
        expect(record.warcPayloadDigest).toBe(sha256(block.subarray(Buffer.from(block).indexOf('\r\n\r\n') + 4)));
    }
  });

  test.each([{ gzip: true }, { gzip: false }])('what warcio writes is read: %o', async ({ gzip }) => {
    const written = WARCRecord.create(
      {
        url: 'https://news.example/',
        date: '2000-01-01T00:00:00Z',
        type: 'response',
        httpHeaders: { 'Content-Type': 'text/plain' },
        statusline: 'HTTP/1.1 404 Not Found',
      },
      [Buffer.from('none '), Buffer.from('here')],
    );
    const [record, ...others] = await readAll([await WARCSerializer.serialize(written, { gzip })]);
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      type: 'response',
      date: '2000-01-01T00:00:00.000Z',
      targetUri: 'https://news.example/',
      contentType: 'application/http; msgtype=response',
    });
    const response = httpResponse(record?.block ?? new Uint8Array());
    expect(response).toMatchObject({ status: 404, statusText: 'Not Found', headers: [['Content-Type', 'text/plain']] });
    expect(text(response?.body)).toBe('none here');
  });

  test('what wget wrote is read: brackets around URIs, gzip within chunks', async () => {
    const file = new URL('../fixtures/wget-1.21-gzip-chunked.warc.gz', import.meta.url);
    const records = await readAll(createReadStream(file));
    expect(records.map(({ type, targetUri }) => [type, targetUri])).toEqual([
      ['warcinfo', null],
      ['request', 'http://127.0.0.1:18765/a'],
      ['response', 'http://127.0.0.1:18765/a'],
      ['metadata', 'metadata://gnu.org/software/wget/warc/MANIFEST.txt'],
      ['resource', 'metadata://gnu.org/software/wget/warc/wget_arguments.txt'],
      ['resource', 'metadata://gnu.org/software/wget/warc/wget.log'],
    ]);
    expect(text(httpResponse(records[2]?.block ?? new Uint8Array())?.body)).toBe('<p>hello gzip chunked</p>');
  });
});

describe('reading', () => {
  const token = fc.stringMatching(/^X-[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}$/);
  const value = fc.stringMatching(/^([!-~\u00a1-\u00ff]([ -~\u00a1-\u00ff]{0,40}[!-~\u00a1-\u00ff])?)?$/);
  const response = fc.record({
    key: fc.string(),
    headers: fc.array(fc.tuple(token, value), { maxLength: 6 }),
    body: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(Buffer.from('\r\n\r\nWARC/1.1\r\n\r\n'))),
  });
  const sizes = fc
    .array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 8 })
    .filter((all) => all.some((n) => n > 0));

  test('gives back what was written, packed or not, however it is cut', async () => {
    const property = fc.asyncProperty(fc.array(response, { minLength: 1, maxLength: 4 }), sizes, async (all, sizes) => {
      const members = await Promise.all(all.map((one) => responseRecord({ ...about, status: 203, ...one })));
      const bare = Buffer.concat(members.map((member) => gunzipSync(member)));
      for (const file of [Buffer.concat(members), bare, gzipSync(bare)]) {
        const records = await readAll(cut(file, sizes));
        expect(records.map(({ id }) => id)).toEqual(all.map(({ key }) => recordId(key)));
        const read = records.map(({ block }) => block && httpResponse(block));
        expect(read.map((one) => one && { ...one, body: Buffer.from(one.body ?? []).toString('hex') })).toEqual(
          all.map(({ headers, body }) => ({
            status: 203,
            statusText: 'Non-Authoritative Information',
            headers: [...headers, ['Content-Length', String(body.length)]],
            body: Buffer.from(body).toString('hex'),
          })),
        );
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test('never throws anything but a WarcError, whatever byte is changed or missing', async () => {
    const packed = Buffer.concat(await oneOfEach());
    const bare = gunzipSync(packed);
    const change = fc.record({
      isPacked: fc.boolean(),
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      end: fc.option(fc.nat()),
    });
    const property = fc.asyncProperty(change, sizes, async ({ isPacked, at, byte, end }, sizes) => {
      const file = Buffer.from(isPacked ? packed : bare);
      file[at % file.length] = byte;
      const whole = end === null ? file : file.subarray(0, end % file.length);
      try {
        for await (const { block } of warcRecords(cut(whole, sizes), limits)) if (block) httpResponse(block);
      } catch (error) {
        expect(error).toBeInstanceOf(WarcError);
      }
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test.each(['WARC/0.18', 'WARC/1.0', 'WARC/1.1'])('%s is read', async (version) => {
    const [record] = await readAll([plain(['WARC-Type: response'], 'x', version)]);
    expect(record).toMatchObject({ type: 'response', bytes: 1, offset: 0 });
  });

  test('names of headers have no case, a line that begins with a space goes on, and one without a colon is left out', async () => {
    const [record] = await readAll([
      plain([
        'warc-type: Response',
        'WARC-TARGET-URI:https://news.example/a',
        'X-Long: a',
        '\tb',
        'nothing',
        'x-long: c',
      ]),
    ]);
    expect(record).toMatchObject({ type: 'response', targetUri: 'https://news.example/a' });
    expect(warcHeader(record ?? { headers: [] }, 'X-LONG')).toBe('a b');
  });

  test.each([
    { date: '2024-01-02T03:04:05.123456789Z', is: '2024-01-02T03:04:05.123Z' },
    { date: '2024-01-02T03:04:05+02:00', is: '2024-01-02T01:04:05.000Z' },
    { date: '2024-01-02T03:04', is: '2024-01-02T03:04:00.000Z' },
    { date: '2024-01', is: '2024-01-01T00:00:00.000Z' },
    { date: '2024', is: '2024-01-01T00:00:00.000Z' },
    { date: '2024-13-45T03:04:05Z', is: null },
    { date: '20240102030405', is: null },
    { date: 'yesterday', is: null },
  ])('the date $date is $is', async ({ date, is }) => {
    expect(await readAll([plain([`WARC-Date: ${date}`])])).toMatchObject([{ date: is }]);
  });

  test('line feeds alone, no line ends between records and none at the end are read', async () => {
    const records = await readAll([
      Buffer.from('\nWARC/1.0\nWARC-Type: a\nContent-Length: 1\n\nxWARC/1.0\nWARC-Type: b\nContent-Length: 0\n\n'),
    ]);
    expect(records.map(({ type, block }) => [type, text(block)])).toEqual([
      ['a', 'x'],
      ['b', ''],
    ]);
  });

  test('a record that is too large is named and passed over, and those behind it are read', async () => {
    const large = plain(['WARC-Type: response', 'WARC-Target-URI: https://news.example/film'], 'x'.repeat(5000));
    const records = await readAll([large, plain(['WARC-Type: metadata'], 'y')], { maxRecordBytes: 4999 });
    expect(records).toMatchObject([
      { targetUri: 'https://news.example/film', block: null, bytes: 5000 },
      { type: 'metadata', bytes: 1, offset: large.length },
    ]);
  });

  test('a bomb is passed over like any large record', async () => {
    const bomb = gzipSync(plain(['WARC-Type: response'], '\0'.repeat(64 * 1024 * 1024)));
    expect(bomb.length).toBeLessThan(100_000);
    const records = await readAll([bomb, gzipSync(plain(['WARC-Type: metadata'], 'y'))]);
    expect(records).toMatchObject([{ block: null, bytes: 64 * 1024 * 1024 }, { type: 'metadata' }]);
    await expect(readAll([bomb], { maxBytes: 1024 * 1024 })).rejects.toThrow('it unpacks to more than 1 MB');
  });

  test('zeros may follow the last member', async () => {
    const member = gzipSync(plain(['WARC-Type: metadata']));
    expect(await readAll([member, Buffer.alloc(100_000)])).toMatchObject([{ type: 'metadata' }]);
  });

  test('a source is let go when its reader has enough', async () => {
    for (const file of [plain(['WARC-Type: a']), gzipSync(plain(['WARC-Type: a']))]) {
      let isLetGo = false;
      async function* source() {
        try {
          for (;;) yield file;
        } finally {
          isLetGo = true;
        }
      }
      for await (const record of warcRecords(source(), limits)) if (record.offset > 0) break;
      expect(isLetGo).toBe(true);
    }
  });

  test('what goes wrong with the source stays what it is', async () => {
    for (const file of [plain(['WARC-Type: a']), gzipSync(plain(['WARC-Type: a']))]) {
      async function* source() {
        yield file;
        throw Object.assign(new Error('the disk is gone'), { code: 'EIO' });
      }
      await expect(readAll(source())).rejects.toMatchObject({ code: 'EIO' });
    }
  });
});

describe('a hostile file', () => {
  const record = plain(['WARC-Type: metadata'], 'x');
  test.each([
    { name: 'nothing', chunks: [], says: 'it is empty' },
    {
      name: 'a page',
      chunks: [Buffer.from('<!doctype html>\n<p>')],
      says: 'it is no WARC: it begins with "<!doctype html>"',
    },
    {
      name: 'an ARC',
      chunks: [Buffer.from('filedesc://a.arc 0.0.0.0 20050614070144 text/plain 77\n')],
      says: 'it is an ARC, the format before WARC, which is not read',
    },
    { name: 'zstd', chunks: [zstdCompressSync(record)], says: 'it is packed with zstd, which is not read' },
    {
      name: 'a version to come',
      chunks: [plain([], '', 'WARC/2.0')],
      says: 'the record at byte 0 is of a version that is not read: "WARC/2.0"',
    },
    { name: 'no length', chunks: [Buffer.from('WARC/1.1\r\n\r\n')], says: 'the record at byte 0 has no length' },
    ...['-5', '1e3', '0x10', '9'.repeat(16), '1'.repeat(400), ''].map((length) => ({
      name: `a length of ${length.slice(0, 20)}`,
      chunks: [plain([`Content-Length: ${length}`])],
      says: `the record at byte 0 has an invalid length: "${length.slice(0, 40)}"`,
    })),
    {
      name: 'a huge length',
      chunks: [plain(['Content-Length: 9007199254740991'])],
      says: 'it ends within the record at byte 0, whose block has a length of 9007199254740991',
    },
    {
      name: 'a block that is cut off',
      chunks: [record, record.subarray(0, -5)],
      says: 'it ends within the record at byte 57, whose block has a length of 1',
    },
    {
      name: 'a header that is cut off',
      chunks: [record.subarray(0, 20)],
      says: 'it ends within the header of the record at byte 0',
    },
    {
      name: 'a length that is too short',
      chunks: [plain(['Content-Length: 2'], 'abcdef')],
      says: 'no record begins at byte 33, where one should: "cdef"',
    },
    {
      name: 'gzip that is cut off',
      chunks: [gzipSync(record).subarray(0, -9)],
      says: 'it ends within what gzip packed',
    },
    {
      name: 'gzip, then something else',
      chunks: [gzipSync(record), Buffer.from('something else')],
      says: 'its gzip is damaged: incorrect header check',
    },
    {
      name: 'gzip, then zeros, then gzip',
      chunks: [gzipSync(record), Buffer.alloc(200_000), gzipSync(record)],
      says: `no gzip follows byte ${gzipSync(record).length} of the file`,
    },
  ])('says what is wrong: $name', async ({ chunks, says }) => {
    await expect(readAll(chunks)).rejects.toThrow(new WarcError(says));
  });

  test.each([
    ['a first line', '', 'a', 'it is no WARC: its first line is over 64 KB'],
    ['a header', 'WARC/1.1\r\nX: ', 'a', 'the line at byte 10 is over 64 KB'],
    ['header lines', 'WARC/1.1\r\n', 'X: a\r\n', 'the header of the record at byte 0 is over 64 KB'],
    ['empty lines', '', '\r\n', 'nothing but empty lines follow byte 0'],
  ])('%s without end is read for 70 KB at most', async (_, start, again, says) => {
    for (const isPacked of [false, true]) {
      let given = 0;
      const endless = function* () {
        yield Buffer.from(start);
        for (;;) {
          given += 1024;
          yield Buffer.from(again.repeat(1024 / again.length));
        }
      };
      const packed = gzipSync(
        Buffer.concat([Buffer.from(start), Buffer.from(again.repeat(10_000_000 / again.length))]),
      );
      await expect(readAll(isPacked ? [packed] : endless())).rejects.toThrow(new WarcError(says));
      expect(given).toBeLessThan(70 * 1024);
    }
  });
});

describe('the HTTP response within', () => {
  const page = Buffer.from('<p>The bridge closes</p>'.repeat(20));
  const block = (headers: string[], body: Uint8Array = page, status = 'HTTP/1.1 200 OK') =>
    Buffer.concat([Buffer.from(`${[status, ...headers].join('\r\n')}\r\n\r\n`, 'latin1'), body]);
  const chunked = (bytes: Uint8Array, size = 7) =>
    Buffer.concat([
      ...[...cut(bytes, [size])].map((piece) =>
        Buffer.concat([Buffer.from(`${piece.length.toString(16)};x=y\r\n`), piece, Buffer.from('\r\n')]),
      ),
      Buffer.from('0\r\nTrailer: x\r\n\r\n'),
    ]);

  test.each([
    { name: 'nothing', headers: [], body: page },
    { name: 'gzip', headers: ['Content-Encoding: gzip'], body: gzipSync(page) },
    { name: 'x-gzip', headers: ['content-encoding: X-GZIP'], body: gzipSync(page) },
    { name: 'deflate', headers: ['Content-Encoding: deflate'], body: deflateSync(page) },
    { name: 'deflate without its wrapper', headers: ['Content-Encoding: deflate'], body: deflateRawSync(page) },
    { name: 'br', headers: ['Content-Encoding: br'], body: brotliCompressSync(page) },
    { name: 'zstd', headers: ['Content-Encoding: zstd'], body: zstdCompressSync(page) },
    { name: 'two encodings', headers: ['Content-Encoding: br, gzip'], body: gzipSync(brotliCompressSync(page)) },
    { name: 'chunks', headers: ['Transfer-Encoding: chunked'], body: chunked(page) },
    {
      name: 'gzip in chunks',
      headers: ['Content-Encoding: gzip', 'Transfer-Encoding: chunked'],
      body: chunked(gzipSync(page)),
    },
    { name: 'gzip of the transfer', headers: ['Transfer-Encoding: gzip, chunked'], body: chunked(gzipSync(page)) },
    { name: 'chunks without the last', headers: ['Transfer-Encoding: chunked'], body: chunked(page).subarray(0, -17) },
    ...['gzip', 'deflate', 'br', 'zstd', 'klingon', 'a, b, c, d'].map((encoding) => ({
      name: `${encoding}, which is a lie`,
      headers: [`Content-Encoding: ${encoding}`, 'Transfer-Encoding: chunked'],
      body: page,
    })),
  ])('a body in $name is decoded', ({ headers, body }) => {
    const response = httpResponse(block(headers, body));
    expect(response).toMatchObject({ status: 200, statusText: 'OK' });
    expect(text(response?.body)).toBe(page.toString());
  });

  test('headers stay as they are written', () => {
    expect(
      httpResponse(block(['Content-Type:text/html', 'X-Name:  caf\u00e9 ', 'X-Long: a', ' b', 'nonsense']))?.headers,
    ).toEqual([
      ['Content-Type', 'text/html'],
      ['X-Name', 'caf\u00e9'],
      ['X-Long', 'a b'],
    ]);
  });

  test('what is left of gzip or chunks that were cut off is given', () => {
    const half = gzipSync(page, { level: 0 }).subarray(0, 200);
    expect(text(httpResponse(block(['Content-Encoding: gzip'], half))?.body)).toBe(page.toString().slice(0, 185));
    const chunks = Buffer.from('5\r\nabcde\r\n9\r\nfgh');
    expect(text(httpResponse(block(['Transfer-Encoding: chunked'], chunks))?.body)).toBe('abcdefgh');
  });

  test.each(['gzip', 'br', 'deflate'])('a bomb of %s has no body', (encoding) => {
    const zeros = Buffer.alloc(20 * 1024 * 1024 + 1);
    const pack = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }[encoding] ?? gzipSync;
    expect(httpResponse(block([`Content-Encoding: ${encoding}`], pack(zeros)))).toMatchObject({
      status: 200,
      body: null,
    });
  });

  test('what comes before the answer is passed over', () => {
    const whole = Buffer.concat([
      Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'),
      block([], Buffer.from('x'), 'HTTP/2 203'),
    ]);
    expect(httpResponse(whole)).toEqual({ status: 203, statusText: '', headers: [], body: Buffer.from('x') });
  });

  test.each([
    '',
    'GET / HTTP/1.1\r\n\r\n',
    'HTTP/1.1 2000 OK\r\n\r\n',
    '<p>',
    'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000),
  ])('no response: %j', (bytes) => {
    expect(httpResponse(Buffer.from(bytes))).toBeNull();
  });
});
