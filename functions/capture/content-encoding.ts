/** A response body -> its bytes, decoded from the content encodings it came in and never longer than a limit. */
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

/** More encodings on top of each other than this is an attack. */
const maxEncodings = 3;

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}
export class UnknownEncoding extends Error {
  override name = 'UnknownEncoding';
}

/** `encodings`: the Content-Encoding header, as sent. Throws BodyTooLarge, UnknownEncoding, or the decoder's own error. */
export async function readBody(body: Readable, encodings: string, maxBytes: number): Promise<Uint8Array> {
  const names = encodings
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length > maxEncodings) throw new UnknownEncoding(`${names.length} content encodings on top of each other`);
  let stream = limited(body, maxBytes);
  for (const name of names.reverse()) {
    const decoder = decoderFor(name);
    const source = stream;
    // A failing source must fail its reader; the reader's own failure reaches the loop below.
    pipeline(source, decoder, (error) => {
      if (error) decoder.destroy(error);
    });
    stream = limited(decoder, maxBytes);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* limited(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > maxBytes) throw new BodyTooLarge(`more than ${maxBytes} bytes`);
    yield chunk;
  }
}

function decoderFor(name: string): Transform {
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      throw new UnknownEncoding(`content encoding "${name}"`);
  }
}
