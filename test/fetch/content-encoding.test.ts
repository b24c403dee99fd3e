/** Bodies that come packed, too long, or without end: read to the limit, and never left open. */
import { Readable } from 'node:stream';
import { brotliCompressSync, constants, createZstdCompress, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { BodyTooLarge, readBody, UnknownEncoding } from '../../functions/fetch/content-encoding.ts';

const text = 'The ferry sails again. '.repeat(100);

/** A body that sends what it has and then stays open, as a slow site does. */
function endless(bytes: Uint8Array): Readable {
  const body = new Readable({ read: () => undefined });
  body.push(bytes);
  return body;
}

it.each([
  { name: 'zlib data', bytes: deflateSync(text) },
  { name: 'raw deflate data, as some servers send it', bytes: deflateRawSync(text) },
  { name: 'raw deflate data that is not compressed', bytes: deflateRawSync(text, { level: 0 }) },
])('reads deflate: $name', async ({ bytes }) => {
  const body = Readable.from([...bytes].map((byte) => Buffer.of(byte)));
  expect(Buffer.from(await readBody(body, 'deflate', { maxBytes: 5000 })).toString()).toBe(text);
});

it.each([
  { name: 'an encoding that we do not read', encodings: 'compress', error: UnknownEncoding },
  { name: 'four encodings', encodings: 'gzip, gzip, gzip, gzip', error: UnknownEncoding },
  { name: 'more than the limit', encodings: '', error: BodyTooLarge },
  { name: 'what is not gzip', encodings: 'gzip', error: Error },
])('closes the connection of a body that it refuses: $name', async ({ encodings, error }) => {
  const body = endless(Buffer.from(text));
  await expect(readBody(body, encodings, { maxBytes: 1000 })).rejects.toBeInstanceOf(error);
  expect(body.destroyed).toBe(true);
});

it.each([
  { name: 'plain', encodings: '', bytes: Buffer.from(text) },
  { name: 'gzip', encodings: 'gzip', bytes: gzipSync(text) },
  { name: 'gzip in gzip', encodings: 'gzip, gzip', bytes: gzipSync(gzipSync(text)) },
])('stops at the limit and keeps what it has where that is wanted: $name', async ({ encodings, bytes }) => {
  const body = endless(bytes);
  const read = await readBody(body, encodings, { maxBytes: 100, truncate: true });
  expect(Buffer.from(read).toString()).toBe(`${'The ferry sails again. '.repeat(4)}The ferr`);
  expect(body.destroyed).toBe(true);
});

it.each([
  { windowLog: 23, name: '8 MB', outcome: 1000 },
  { windowLog: 24, name: '16 MB', outcome: 'ZSTD_error_frameParameter_windowTooLarge' },
  { windowLog: 27, name: '128 MB', outcome: 'ZSTD_error_frameParameter_windowTooLarge' },
])('gives zstd at most the window that RFC 9659 allows: $name', async ({ windowLog, outcome }) => {
  const packer = createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: windowLog } });
  packer.write(text);
  packer.end();
  const read = readBody(packer, 'zstd', { maxBytes: 1000, truncate: true });
  expect(
    await read.then(
      (bytes) => bytes.length,
      (error) => error.code,
    ),
  ).toBe(outcome);
});

/** What was read, and whether it was said to be cut. */
async function readCut(bytes: Uint8Array, encodings: string): Promise<{ text: string; isCut: boolean }> {
  let isCut = false;
  const read = await readBody(Readable.from([bytes]), encodings, {
    maxBytes: 1_000_000,
    onCut: () => {
      isCut = true;
    },
  });
  return { text: Buffer.from(read).toString(), isCut };
}

const long = Array.from({ length: 3000 }, (_, n) => `Pile ${n} moved by ${(n * 7919) % 1000} mm. `).join('');
const wrongSum = gzipSync(long);
wrongSum[wrongSum.length - 6] = (wrongSum.at(-6) ?? 0) ^ 1;

it.each([
  { name: 'gzip without its trailer', bytes: gzipSync(long).subarray(0, -8), encodings: 'gzip' },
  { name: 'gzip with half of its trailer', bytes: gzipSync(long).subarray(0, -4), encodings: 'gzip' },
  { name: 'gzip with a wrong sum', bytes: wrongSum, encodings: 'gzip' },
  { name: 'zlib data without its sum', bytes: deflateSync(long).subarray(0, -4), encodings: 'deflate' },
  { name: 'gzip that no header names', bytes: gzipSync(long), encodings: '' },
  { name: 'gzip behind a name that is none', bytes: gzipSync(long), encodings: 'utf-8' },
  { name: 'gzip twice, named once', bytes: gzipSync(gzipSync(long)), encodings: 'gzip' },
  { name: 'text that is called gzip', bytes: Buffer.from(long), encodings: 'gzip' },
])('is whole: $name', async ({ bytes, encodings }) => {
  expect(await readCut(bytes, encodings)).toEqual({ text: long, isCut: false });
});

it.each([
  { name: 'gzip', bytes: gzipSync(long), encodings: 'gzip' },
  { name: 'gzip that no header names', bytes: gzipSync(long), encodings: '' },
  { name: 'zlib data', bytes: deflateSync(long), encodings: 'deflate' },
  { name: 'raw deflate data', bytes: deflateRawSync(long), encodings: 'deflate' },
  { name: 'Brotli', bytes: brotliCompressSync(long), encodings: 'br' },
])('keeps the beginning of what is cut, and says so: $name', async ({ bytes, encodings }) => {
  const { text: read, isCut } = await readCut(bytes.subarray(0, bytes.length / 2), encodings);
  expect(isCut).toBe(true);
  expect(read.length).toBeGreaterThan(1000);
  expect(long.startsWith(read)).toBe(true);
});

/** Of RFC 1952 2.3: the flag of each field that may stand in a header, and what stands there. */
const gzipFields = [
  { flag: 1, field: '' },
  { flag: 4, field: '\u0003\u0000abc' },
  { flag: 8, field: 'story.html\0' },
  { flag: 16, field: 'a remark\0' },
  { flag: 2, field: '\u0001\u0002' },
];

it.each(Array.from({ length: 32 }, (_, flags) => flags))('keeps the beginning of gzip with flags %i', async (flags) => {
  const plain = gzipSync(long);
  const fields = gzipFields.filter(({ flag }) => flags & flag).map(({ field }) => Buffer.from(field, 'latin1'));
  const packed = Buffer.concat([
    plain.subarray(0, 3),
    Buffer.of(flags),
    plain.subarray(4, 10),
    ...fields,
    plain.subarray(10),
  ]);
  const { text: read, isCut } = await readCut(packed.subarray(0, packed.length / 2), 'gzip');
  expect([isCut, long.startsWith(read), read.length > 1000]).toEqual([true, true, true]);
});

it('keeps the limit for what is unpacked on a second look', async () => {
  const bomb = gzipSync(Buffer.alloc(3_000_000)).subarray(0, -8);
  await expect(readCut(bomb, 'gzip')).rejects.toBeInstanceOf(BodyTooLarge);
  expect(
    (await readBody(Readable.from([gzipSync(Buffer.alloc(3_000_000))]), '', { maxBytes: 1_000_000 })).length,
  ).toBeLessThan(10_000);
});
