/** The files in a tar or tar.gz, one after the other, within limits: what is too large is named and passed over. */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import { codeOf } from '../error-code.ts';

/** `bytes: null`: the file is larger than `maxFileBytes`. */
export type TarFile = { name: string; bytes: Uint8Array | null };

export class TarError extends Error {
  override name = 'TarError';
}

/**
 * Names are as the tar has them. Links, folders and devices are passed over. Throws TarError when the bytes are no tar or gzip, end
 * early, or unpack to more than `maxBytes`.
 */
export async function* tarFiles(
  packed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: { maxFileBytes: number; maxBytes: number },
): AsyncGenerator<TarFile> {
  const extract = tar.extract();
  const source = Readable.from(packed);
  let unpacked = 0;
  const count = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      unpacked += chunk.length;
      if (unpacked > limits.maxBytes)
        throw new TarError(`it unpacks to more than ${Math.floor(limits.maxBytes / 1024 / 1024)} MB`);
      yield chunk;
    }
  };
  const first = await firstBytes(source);
  const isGzip = first[0] === 0x1f && first[1] === 0x8b;
  let fault: Error | null = null;
  const done = (error: Error | null | undefined) => {
    fault = error ?? null;
    if (error) extract.destroy(error);
  };
  // A pipeline's own types do not know the streams of tar-stream, which are those of streamx.
  const into = extract as unknown as NodeJS.WritableStream;
  if (isGzip) pipeline(source, createGunzip(), count, into, done);
  else pipeline(source, count, into, done);
  try {
    for await (const entry of extract) {
      const { name, type, size = 0 } = entry.header;
      const isTooLarge = size > limits.maxFileBytes;
      if (type !== 'file' && type !== 'contiguous-file') entry.resume();
      else if (isTooLarge) {
        entry.resume();
        yield { name, bytes: null };
      } else yield { name, bytes: await collected(entry as AsyncIterable<Buffer>) };
    }
  } catch (error) {
    throw asTarError(fault ?? error);
  }
  if (fault) throw asTarError(fault);
}

async function collected(chunks: AsyncIterable<Buffer>): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** Looks at the beginning of a stream and puts it back. */
async function firstBytes(source: Readable): Promise<Buffer> {
  let chunk: unknown = source.read();
  if (chunk === null) {
    await new Promise<void>((resolve, reject) => {
      source.once('readable', resolve).once('end', resolve).once('error', reject);
    });
    chunk = source.read();
  }
  if (!(chunk instanceof Uint8Array)) return Buffer.alloc(0);
  source.unshift(chunk);
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}

function asTarError(error: unknown): Error {
  if (error instanceof TarError) return error;
  const isOurs = error instanceof Error && !/^(ENOENT|EACCES|EISDIR|EIO)$/.test(codeOf(error) ?? '');
  if (!isOurs) return error as Error;
  const isCut = /unexpected end/i.test(error.message);
  return new TarError(isCut ? 'it ends in the middle' : `it is no tar or tar.gz: ${error.message}`, { cause: error });
}
