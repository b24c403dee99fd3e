/** What a file is, by its first bytes and not by its name: what can be imported, and for the rest, what it is and what to do. */
import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';

/** `other`: what it is, as `a PDF`. */
export type FileKind = 'warc' | 'wacz' | 'tar' | 'document' | { other: string };

const headBytes = 64 * 1024;
const packedBytes = 4096;

/** Throws the error of a file that cannot be opened. */
export async function kindOfFile(path: string): Promise<FileKind> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await file.read(head, 0, headBytes, 0);
    return kindOfBytes(head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** The magic numbers of the formats' own specifications; those of text as it stands in real files. */
export function kindOfBytes(head: Uint8Array): FileKind {
  const packed = Buffer.from(head);
  const isGzip = packed[0] === 0x1f && packed[1] === 0x8b;
  const bytes = isGzip ? unpacked(packed) : packed;
  if (bytes === null) return { other: 'damaged gzip' };
  const text = bytes.toString('latin1');
  if (text.startsWith('WARC/')) return 'warc';
  if (text.startsWith('filedesc:')) return { other: 'an ARC, the format before WARC; turn it into a WARC first' };
  if (text.slice(257, 262) === 'ustar') return 'tar';
  // A WACZ is a ZIP that begins with its WARCs, or with what says that it is one.
  if (text.startsWith('PK\x03\x04'))
    return /^.{30}(archive\/|indexes\/|pages\/|logs\/|datapackage)/s.test(text) || text.includes('datapackage.json')
      ? 'wacz'
      : { other: 'a ZIP; unpack it, and name the folder' };
  const known = magic.find(([start]) => text.startsWith(start));
  if (known) return { other: known[1] };
  const beginning = text.replace(/^(\xef\xbb\xbf|\s)+/, '').slice(0, 200);
  if (/^(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)?<opml\b/i.test(beginning))
    return { other: 'an OPML file; send it to POST /feeds.opml' };
  if (/^<!doctype html|^<html\b/i.test(beginning))
    return { other: 'an HTML page, which does not name its URL; send it with its URL to POST /articles' };
  if (isGzip) return { other: 'something packed with gzip; unpack it first' };
  if (/^(MIME-Version:|From: <Saved by)/im.test(beginning) && /multipart\/related/i.test(text))
    return { other: 'an MHTML page; save it as HTML, and send it with its URL to POST /articles' };
  if (text.slice(0, 1024).includes('\0') && !/^(\xff\xfe|\xfe\xff)/.test(text)) return { other: 'binary data' };
  return 'document';
}

const magic: [string, string][] = [
  ['\x28\xb5\x2f\xfd', 'something packed with zstd; unpack it first'],
  ['BZh', 'something packed with bzip2; unpack it first'],
  ['\xfd7zXZ', 'something packed with xz; unpack it first'],
  ['7z\xbc\xaf', 'a 7z archive; unpack it, and name the folder'],
  ['Rar!', 'a RAR archive; unpack it, and name the folder'],
  ['%PDF-', 'a PDF'],
  ['\x89PNG', 'a picture'],
  ['\xff\xd8\xff', 'a picture'],
  ['GIF8', 'a picture'],
  ['SQLite format 3', 'a database of SQLite'],
];

/** What the first bytes give, which is 4 MB at most; null where they give nothing. */
function unpacked(packed: Buffer): Buffer | null {
  try {
    return gunzipSync(packed.subarray(0, packedBytes), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}
