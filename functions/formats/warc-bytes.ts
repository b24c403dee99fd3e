/** The bytes of a WARC or WARC.gz, unpacked, to be read by line and by length. Holds what is asked for and a chunk. */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export class WarcError extends Error {
  override name = 'WarcError';
}

export type ByteReader = {
  offset: () => number;
  /** Up to the next LF, without it and without a CR before it; null when nothing is left. */
  line: (maxBytes: number) => Promise<Buffer | null>;
  /** A copy of the next bytes; null when there are fewer. */
  take: (length: number) => Promise<Buffer | null>;
  /** False when there are fewer. */
  skip: (length: number) => Promise<boolean>;
  /** Lets go of the source. */
  close: () => Promise<void>;
};

/** Throws WarcError when the data is not gzip, ends early, or unpacks to more than `maxBytes`. */
export function byteReader(packed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, maxBytes: number): ByteReader {
  const chunks = limited(unpacked(each(packed)), maxBytes);
  let chunk: Buffer = Buffer.alloc(0);
  let offset = 0;
  const fill = async (): Promise<boolean> => {
    while (chunk.length === 0) {
      const next = await chunks.next();
      if (next.done) return false;
      chunk = next.value;
    }
    return true;
  };
  const cut = (length: number): Buffer => {
    const piece = chunk.subarray(0, length);
    chunk = chunk.subarray(piece.length);
    offset += piece.length;
    return piece;
  };
  const pieces = async (length: number, use: (piece: Buffer) => void): Promise<boolean> => {
    for (let left = length; left > 0; ) {
      if (!(await fill())) return false;
      const piece = cut(left);
      left -= piece.length;
      use(piece);
    }
    return true;
  };
  return {
    offset: () => offset,
    line: async (maxBytes) => {
      const start = offset;
      const found: Buffer[] = [];
      while (await fill()) {
        const end = chunk.indexOf(10);
        found.push(cut(end === -1 ? chunk.length : end + 1));
        if (end !== -1) break;
        if (offset - start > maxBytes)
          throw new WarcError(
            start === 0
              ? `it is no WARC: its first line is over ${maxBytes / 1024} KB`
              : `the line at byte ${start} is over ${maxBytes / 1024} KB`,
          );
      }
      if (found.length === 0) return null;
      const line = Buffer.concat(found);
      const isEnded = line.at(-1) === 10;
      return line.subarray(0, line.length - (isEnded ? (line.at(-2) === 13 ? 2 : 1) : 0));
    },
    take: async (length) => {
      // It grows with what comes: neither a length that lies nor millions of tiny chunks cost more than the bytes themselves.
      let found = Buffer.alloc(Math.min(length, 64 * 1024));
      let size = 0;
      const isWhole = await pieces(length, (piece) => {
        if (size + piece.length > found.length) {
          const larger = Buffer.alloc(Math.min(length, Math.max(found.length * 2, size + piece.length)));
          found.copy(larger, 0, 0, size);
          found = larger;
        }
        size += piece.copy(found, size);
      });
      return isWhole ? found : null;
    },
    skip: (length) => pieces(length, () => undefined),
    close: async () => {
      await chunks.return(undefined);
    },
  };
}

async function* each(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}

async function* limited(chunks: AsyncGenerator<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) throw new WarcError(`it unpacks to more than ${Math.floor(maxBytes / 1024 / 1024)} MB`);
    yield chunk;
  }
}

async function* unpacked(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    let first: Buffer = Buffer.alloc(0);
    while (first.length < 4) {
      const next = await packed.next();
      if (next.done) break;
      first = Buffer.concat([first, next.value]);
    }
    if (first.toString('hex', 0, 4) === '28b52ffd') throw new WarcError('it is packed with zstd, which is not read');
    if (first[0] === 0x1f && first[1] === 0x8b) yield* gunzipped(first, packed);
    else {
      yield first;
      yield* packed;
    }
  } finally {
    await packed.return(undefined);
  }
}

/** Node's gunzip takes a zero after a member for padding and says no word of what follows it; here only zeros may. */
async function* gunzipped(first: Buffer, packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let fed = 0;
  let lastByteAt = 0;
  const note = (chunk: Buffer) => {
    const last = chunk.findLastIndex((byte) => byte !== 0);
    if (last !== -1) lastByteAt = fed + last + 1;
    fed += chunk.length;
    return chunk;
  };
  const feed = async function* () {
    yield note(first);
    for (;;) {
      const next = await packed.next();
      if (next.done) return;
      yield note(next.value);
    }
  };
  const source = Readable.from(feed(), { highWaterMark: 1 });
  const gunzip = createGunzip();
  let fault: Error | null = null;
  pipeline(source, gunzip, (error) => {
    fault = error ?? null;
    if (error) gunzip.destroy(error);
  });
  try {
    for await (const chunk of gunzip) yield chunk;
    for await (const chunk of packed) note(chunk);
  } catch (error) {
    throw asWarcError(fault ?? error);
  } finally {
    source.destroy();
  }
  if (lastByteAt > gunzip.bytesWritten) throw new WarcError(`no gzip follows byte ${gunzip.bytesWritten} of the file`);
}

function asWarcError(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  if (error.code === 'Z_BUF_ERROR') return new WarcError('it ends within what gzip packed', { cause: error });
  if (/^Z_/.test(String(error.code))) return new WarcError(`its gzip is damaged: ${error.message}`, { cause: error });
  return error;
}
