/** A response body -> its bytes, decoded from the content encodings it came in and never longer than a limit. */
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { codeOf } from '../error-code.ts';
import { isGzip, salvage, zstdWindow } from './salvage.ts';

/** More encodings on top of each other than this is an attack. */
const maxEncodings = 3;

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}
export class UnknownEncoding extends Error {
  override name = 'UnknownEncoding';
}

/** `truncate`: a longer body is cut there and not refused. `onCut`: called when what came packed ends before its end. */
export type BodyLimit = { maxBytes: number; truncate?: boolean | undefined; onCut?: (() => void) | undefined };

/**
 * `encodings`: the Content-Encoding header, as sent. Throws BodyTooLarge, UnknownEncoding, or the decoder's own error. However
 * it ends, the body is done with: a connection that still sends is closed.
 */
export async function readBody(body: Readable, encodings: string, limit: BodyLimit): Promise<Uint8Array> {
  // What it says once it is destroyed interests nobody; what it says before reaches the loop that reads it.
  body.on('error', () => undefined);
  /** What came, for a second look at what ends too early. */
  const packed: Uint8Array[] = [];
  let names: string[] = [];
  try {
    names = namesOf(encodings);
    const chunks: Uint8Array[] = [];
    for await (const chunk of decoded(kept(body, names.length > 0 ? packed : null), names, limit)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    return limit.truncate || !isGzip(bytes) || names.length >= maxEncodings ? bytes : await unpacked(bytes, limit);
  } catch (error) {
    if (limit.truncate || !/^Z_(BUF|DATA)_ERROR$/.test(codeOf(error) ?? '')) throw error;
    return saved(Buffer.concat(packed), { names, limit, error });
  } finally {
    body.destroy();
  }
}

/** The codings that there are (IANA "HTTP Content Coding Registry"). Any other name is a mistake, and the bytes are as they are. */
const decoders = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd']);
const foreign = new Set(['compress', 'x-compress', 'dcb', 'dcz', 'exi', 'pack200-gzip', 'aes128gcm']);

/** In the order in which they are undone. */
function namesOf(encodings: string): string[] {
  const names = encodings
    .toLowerCase()
    .split(',')
    .map((name) => name.replace(/["']|;[^,]*/g, '').trim())
    .filter((name) => decoders.has(name) || foreign.has(name));
  if (names.length > maxEncodings) throw new UnknownEncoding(`${names.length} content encodings on top of each other`);
  const unknown = names.find((name) => foreign.has(name));
  if (unknown !== undefined) throw new UnknownEncoding(`content encoding "${unknown}"`);
  return names.reverse();
}

async function* kept(body: Readable, packed: Uint8Array[] | null): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    packed?.push(chunk);
    yield chunk;
  }
}

async function* decoded(body: AsyncGenerator<Uint8Array>, names: string[], limit: BodyLimit) {
  // What is cut is the page and never the packing, which could not be read then. It may be a little larger than the page.
  const packed: BodyLimit = limit.truncate ? { maxBytes: limit.maxBytes * 2 } : limit;
  let stream = limited(body, names.length === 0 ? limit : packed);
  for (const [i, name] of names.entries()) {
    const within = i === names.length - 1 ? limit : packed;
    const { start, all: source } = await peek(stream);
    // Named, and not there: what was packed once may be sent unpacked by a proxy.
    if (!isPacked(name, start)) {
      stream = limited(source, within);
      continue;
    }
    const decoder = decoderFor(name, start);
    // A failing source must fail its reader; the reader's own failure reaches the loop below.
    pipeline(source, decoder, (error) => {
      if (error) decoder.destroy(error);
    });
    stream = limited(decoder, within);
  }
  yield* stream;
}

async function* limited(
  source: AsyncIterable<Uint8Array>,
  { maxBytes, truncate = false }: BodyLimit,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    const room = maxBytes - size;
    size += chunk.length;
    if (chunk.length <= room) yield chunk;
    else if (truncate) return yield chunk.subarray(0, room);
    else throw new BodyTooLarge(`it is over ${maxBytes / 1024 / 1024} MB`);
  }
}

const peekBytes = 16;

/** A stream with its first bytes told beforehand; none when it is empty. */
async function peek(
  stream: AsyncGenerator<Uint8Array>,
): Promise<{ start: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < peekBytes) {
    const { value, done } = await stream.next();
    if (done) break;
    first.push(value);
    length += value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* first;
    yield* stream;
  }
  return { start: Buffer.concat(first).subarray(0, peekBytes), all: all() };
}

/** By the marks that the codings begin with; Brotli and raw deflate have none, so there it must look like a page or a feed. */
function isPacked(name: string, start: Uint8Array): boolean {
  if (start.length === 0) return true;
  const head = Buffer.from(start).toString('latin1');
  if (name === 'gzip' || name === 'x-gzip') return start[0] === 0x1f && (start.length < 2 || start[1] === 0x8b);
  if (name === 'zstd') return /^(\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d[^\0])/.test(head);
  return !/^(\xef\xbb\xbf)?\s{0,8}(<[!?a-z]|\{\s{0,8}")[\s\x20-\x7e]{0,16}$/i.test(head);
}

/** `deflate` is zlib data (RFC 9110 8.4.1.2), yet some servers send it without the wrapper, whose low four bits are 8. */
function decoderFor(name: string, [first = 8]: Uint8Array): Transform {
  switch (name) {
    case 'deflate':
      return (first & 15) === 8 ? createInflate() : createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress({ params: zstdWindow });
    default:
      return createGunzip();
  }
}

/** gzip that no header names. One that cannot be read, or is too large, stays as it is. */
async function unpacked(bytes: Uint8Array, { maxBytes, onCut }: BodyLimit): Promise<Uint8Array> {
  const result = await salvage('gzip', bytes, maxBytes);
  if (result === null || result === 'too-large') return bytes;
  if (result.isCut) onCut?.();
  return result.bytes;
}

/** What is there of a body that ends too early. Throws `error` when that is nothing. */
async function saved(
  packed: Uint8Array,
  { names, limit: { maxBytes, onCut }, error }: { names: string[]; limit: BodyLimit; error: unknown },
): Promise<Uint8Array> {
  let bytes = packed;
  let isAnyCut = false;
  for (const name of names) {
    if (!isPacked(name, bytes.subarray(0, peekBytes))) continue;
    const result = await salvage(name, bytes, maxBytes);
    if (result === 'too-large') throw new BodyTooLarge(`it is over ${maxBytes / 1024 / 1024} MB`);
    if (result === null) throw error;
    isAnyCut ||= result.isCut;
    bytes = result.bytes;
  }
  if (bytes.length === 0) throw error;
  if (isAnyCut) onCut?.();
  return bytes;
}
