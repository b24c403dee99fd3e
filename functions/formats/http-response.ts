/** The block of a WARC response -> the HTTP response in it (RFC 9112), its body without the encodings of the way. */
import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
  zstdDecompressSync,
} from 'node:zlib';
import { codeOf } from '../error-code.ts';

export type HttpResponse = {
  status: number;
  statusText: string;
  /** As written and in order, bytes above ASCII as Latin-1; those that tell the encodings are among them. */
  headers: [string, string][];
  /** Decoded; null when it unpacks to more than `maxResponseBytes`. */
  body: Uint8Array | null;
};

export const maxResponseBytes = 20 * 1024 * 1024;
const maxHeadBytes = 256 * 1024;
/** More on top of each other than this is an attack. */
const maxEncodings = 3;
const maxInterim = 5;
/** The length of a chunk and what may stand behind it. */
const maxChunkLine = 4096;

/**
 * null: the block is no HTTP response. Many archives hold bodies that were decoded under headers that say otherwise, so a body that
 * is not in the encoding it claims is taken as it is.
 */
export function httpResponse(block: Uint8Array): HttpResponse | null {
  let rest = Buffer.from(block.buffer, block.byteOffset, block.length);
  for (let i = 0; i < maxInterim; i++) {
    const end = headEnd(rest);
    const head = parseHead(rest.subarray(0, end));
    if (head === null) return null;
    const body = rest.subarray(end);
    // 100 and 103 come before the answer itself (RFC 9110 15.2).
    const isInterim = head.status < 200 && body.subarray(0, 5).toString('latin1') === 'HTTP/';
    if (!isInterim) return { ...head, body: decodedBody(body, head.headers) };
    rest = body;
  }
  return null;
}

/** Where the body begins: after the first empty line. */
function headEnd(bytes: Buffer): number {
  const head = bytes.subarray(0, maxHeadBytes);
  for (let at = head.indexOf(10); at !== -1; at = head.indexOf(10, at + 1)) {
    if (head[at + 1] === 10) return at + 2;
    if (head[at + 1] === 13 && head[at + 2] === 10) return at + 3;
  }
  return head.length;
}

function parseHead(head: Buffer): Pick<HttpResponse, 'status' | 'statusText' | 'headers'> | null {
  const [first = '', ...lines] = head
    .toString('latin1')
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/);
  const [, status, statusText] = /^HTTP\/\d(?:\.\d)? +(\d{3})(?: (.*))?$/.exec(first.trimEnd()) ?? [];
  if (status === undefined) return null;
  const headers = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
  });
  return { status: Number(status), statusText: statusText ?? '', headers };
}

function decodedBody(body: Buffer, headers: [string, string][]): Uint8Array | null {
  const transfer = tokens(headers, 'transfer-encoding');
  const encodings = [...tokens(headers, 'content-encoding'), ...transfer.filter((name) => name !== 'chunked')];
  let decoded = transfer.includes('chunked') ? dechunked(body) : body;
  if (encodings.length > maxEncodings) return decoded;
  for (const name of encodings.reverse()) {
    try {
      decoded = decode(decoded, name);
    } catch (error) {
      if (isTooLarge(error)) return null;
      if (isLie(error)) break;
      throw error;
    }
  }
  return decoded.length > maxResponseBytes ? null : decoded;
}

function tokens(headers: [string, string][], name: string): string[] {
  return headers
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((token) => token.trim())
    .filter((token) => token !== '' && token !== 'identity');
}

/** RFC 9112 7.1. A body that was cut off gives what came of it; one that is not in chunks, itself. */
function dechunked(body: Buffer): Buffer {
  // One buffer, because a body may be millions of chunks.
  const data = Buffer.alloc(body.length);
  let length = 0;
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf(10, at);
    const isCut = lineEnd === -1;
    if (isCut && at === 0) return body;
    const line = body.toString('latin1', at, isCut ? body.length : Math.min(lineEnd, at + maxChunkLine));
    const [, digits] = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?\r?$/i.exec(line) ?? [];
    if (digits === undefined) return isCut ? data.subarray(0, length) : body;
    const size = Number.parseInt(digits, 16);
    if (size === 0 || isCut) break;
    const end = lineEnd + 1 + size;
    length += body.copy(data, length, lineEnd + 1, end);
    if (end >= body.length) break;
    at = end + (body[end] === 13 ? 1 : 0);
    if (at < body.length && body[at++] !== 10) return body;
  }
  return data.subarray(0, length);
}

function decode(bytes: Buffer, name: string): Buffer {
  if (bytes.length === 0) return bytes;
  const limit = { maxOutputLength: maxResponseBytes };
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return gunzipped(bytes, limit);
    case 'deflate':
      // zlib data (RFC 9110 8.4.1.2), yet some servers send it without the wrapper, whose low four bits are 8.
      return ((bytes[0] ?? 0) & 15) === 8 ? inflateSync(bytes, limit) : inflateRawSync(bytes, limit);
    case 'br':
      return brotliDecompressSync(bytes, limit);
    case 'zstd':
      return zstdDecompressSync(bytes, limit);
    default:
      return bytes;
  }
}

/** The received part of a body that was cut off, as browsers show it. */
function gunzipped(bytes: Buffer, limit: ZlibOptions): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, limit);
  } catch (error) {
    if (codeOf(error) !== 'Z_BUF_ERROR') throw error;
    return gunzipSync(bytes, { ...limit, finishFlush: constants.Z_SYNC_FLUSH });
  }
}

function isTooLarge(error: unknown): boolean {
  return codeOf(error) === 'ERR_BUFFER_TOO_LARGE';
}

function isLie(error: unknown): boolean {
  return /^(Z_|ERR_|ZSTD_)/.test(codeOf(error) ?? '');
}
