/** A response body -> its bytes, decoded from the content encodings it came in and never longer than a limit. */
import { pipeline, type Readable, type Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

/** More encodings on top of each other than this is an attack. */
const maxEncodings = 3;
/** A decoder of zstd holds the window that the sender names, of which RFC 9659 allows 8 MB and zlib takes 128 MB. */
const zstdWindow = { [constants.ZSTD_d_windowLogMax]: 23 };

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}
export class UnknownEncoding extends Error {
  override name = 'UnknownEncoding';
}

/** `truncate`: a longer body is cut there and not refused. */
export type BodyLimit = { maxBytes: number; truncate?: boolean | undefined };

/**
 * `encodings`: the Content-Encoding header, as sent. Throws BodyTooLarge, UnknownEncoding, or the decoder's own error. However
 * it ends, the body is done with: a connection that still sends is closed.
 */
export async function readBody(body: Readable, encodings: string, limit: BodyLimit): Promise<Uint8Array> {
  // What it says once it is destroyed interests nobody; what it says before reaches the loop that reads it.
  body.on('error', () => undefined);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of decoded(body, encodings, limit)) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    body.destroy();
  }
}

async function* decoded(body: Readable, encodings: string, limit: BodyLimit): AsyncGenerator<Uint8Array> {
  const names = encodings
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length > maxEncodings) throw new UnknownEncoding(`${names.length} content encodings on top of each other`);
  // What is cut is the page and never the packing, which could not be read then. It may be a little larger than the page.
  const packed: BodyLimit = limit.truncate ? { maxBytes: limit.maxBytes * 2 } : limit;
  let stream = limited(body, names.length === 0 ? limit : packed);
  for (const [i, name] of names.reverse().entries()) {
    const { first, all: source } = name === 'deflate' ? await peek(stream) : { first: null, all: stream };
    const decoder = decoderFor(name, first);
    // A failing source must fail its reader; the reader's own failure reaches the loop below.
    pipeline(source, decoder, (error) => {
      if (error) decoder.destroy(error);
    });
    stream = limited(decoder, i === names.length - 1 ? limit : packed);
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

/** A stream with its first byte told beforehand; null when it is empty. */
async function peek(
  stream: AsyncGenerator<Uint8Array>,
): Promise<{ first: number | null; all: AsyncIterable<Uint8Array> }> {
  const { value, done } = await stream.next();
  async function* all(): AsyncGenerator<Uint8Array> {
    if (!done) yield value;
    yield* stream;
  }
  return { first: done ? null : (value[0] ?? null), all: all() };
}

/** `deflate` is zlib data (RFC 9110 8.4.1.2), yet some servers send it without the wrapper, whose low four bits are 8. */
function decoderFor(name: string, first: number | null): Transform {
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return first === null || (first & 15) === 8 ? createInflate() : createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress({ params: zstdWindow });
    default:
      throw new UnknownEncoding(`content encoding "${name}"`);
  }
}
