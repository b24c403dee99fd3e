/** What can be read of a packed body that ends too early: all of it where only the trailer lacks, else what came before the cut. */
import { promisify } from 'node:util';
import {
  type BrotliOptions,
  brotliDecompress,
  constants,
  inflateRaw,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompress,
} from 'node:zlib';
import { codeOf } from '../error-code.ts';

/** A decoder of zstd holds the window that the sender names, of which RFC 9659 allows 8 MB and zlib takes 128 MB. */
export const zstdWindow = { [constants.ZSTD_d_windowLogMax]: 23 };

/** `isCut`: something of it is missing. */
export type Salvaged = { bytes: Uint8Array; isCut: boolean };

export function isGzip([a, b, method]: Uint8Array): boolean {
  return a === 0x1f && b === 0x8b && method === 8;
}

/** `name`: a content coding. Null for what cannot be read, not even its beginning. Throws nothing for what a site sends. */
export async function salvage(
  name: string,
  packed: Uint8Array,
  maxBytes: number,
): Promise<Salvaged | null | 'too-large'> {
  const limit = { maxOutputLength: maxBytes };
  try {
    if (name === 'br') {
      const early = { ...limit, finishFlush: constants.BROTLI_OPERATION_FLUSH };
      return await wholeOrCut(
        () => promisify<Uint8Array, BrotliOptions, Buffer>(brotliDecompress)(packed, limit),
        () => promisify<Uint8Array, BrotliOptions, Buffer>(brotliDecompress)(packed, early),
      );
    }
    if (name === 'zstd') {
      const strict = { ...limit, params: zstdWindow };
      const early = { ...strict, finishFlush: constants.ZSTD_e_flush };
      return await wholeOrCut(
        () => promisify<Uint8Array, ZstdOptions, Buffer>(zstdDecompress)(packed, strict),
        () => promisify<Uint8Array, ZstdOptions, Buffer>(zstdDecompress)(packed, early),
      );
    }
    const body = deflateOf(name, packed);
    const early = { ...limit, finishFlush: constants.Z_SYNC_FLUSH };
    return await wholeOrCut(
      () => promisify<Uint8Array, ZlibOptions, Buffer>(inflateRaw)(body, limit),
      () => promisify<Uint8Array, ZlibOptions, Buffer>(inflateRaw)(body, early),
    );
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'ERR_BUFFER_TOO_LARGE') return 'too-large';
    if (/^(Z_|ERR_|ZSTD_)/.test(code)) return null;
    throw error;
  }
}

async function wholeOrCut(whole: () => Promise<Buffer>, beginning: () => Promise<Buffer>): Promise<Salvaged | null> {
  try {
    return { bytes: await whole(), isCut: false };
  } catch (error) {
    if (codeOf(error) !== 'Z_BUF_ERROR') throw error;
    const bytes = await beginning();
    return bytes.length > 0 ? { bytes, isCut: true } : null;
  }
}

/** The deflate data behind the header of gzip (RFC 1952 2.3) or zlib (RFC 1950 2.2). */
function deflateOf(name: string, packed: Uint8Array): Uint8Array {
  if (name === 'deflate') return ((packed[0] ?? 0) & 15) === 8 ? packed.subarray(2) : packed;
  const flags = packed[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (packed[at] ?? 0) + (packed[at + 1] ?? 0) * 256;
  for (const named of [8, 16]) {
    if ((flags & named) === 0) continue;
    const end = packed.indexOf(0, at);
    at = end < 0 ? packed.length : end + 1;
  }
  return packed.subarray(flags & 2 ? at + 2 : at);
}
