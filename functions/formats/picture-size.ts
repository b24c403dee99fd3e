/** How wide and high a picture is, by its first bytes: PNG, JPEG, GIF, WebP and AVIF. Pure. */

export type PictureSize = { width: number; height: number };

/** The header of an AVIF, and what cameras write before the size of a JPEG. */
const searched = 256 * 1024;

/** Null for what is none of these, and where the bytes end before their size. */
export function pictureSize(body: Uint8Array): PictureSize | null {
  const bytes = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, searched));
  const head = bytes.toString('latin1', 0, 16);
  const size = head.startsWith('\x89PNG\r\n')
    ? pairAt(bytes, 16, (at) => bytes.readUInt32BE(at), 4)
    : head.startsWith('GIF8')
      ? pairAt(bytes, 6, (at) => bytes.readUInt16LE(at), 2)
      : head.startsWith('\xff\xd8\xff')
        ? ofJpeg(bytes)
        : /^RIFF.{4}WEBP/s.test(head)
          ? ofWebp(bytes)
          : /^.{4}ftypavi[fs]/s.test(head)
            ? ofAvif(bytes)
            : null;
  return size && size.width > 0 && size.height > 0 ? size : null;
}

function pairAt(bytes: Buffer, at: number, read: (at: number) => number, step: number): PictureSize | null {
  return at + 2 * step <= bytes.length ? { width: read(at), height: read(at + step) } : null;
}

/** Segment by segment up to the start of a frame (ITU T.81 B.2.2). */
function ofJpeg(bytes: Buffer): PictureSize | null {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at++;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    else if ((marker >= 0xd0 && marker <= 0xd8) || marker === 0x01) at += 2;
    else at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return null;
}

/** RFC 9649 2.5 to 2.7. */
function ofWebp(bytes: Buffer): PictureSize | null {
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X' && bytes.length >= 30)
    return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  if (kind === 'VP8L' && bytes.length >= 25) {
    const packed = bytes.readUInt32LE(21);
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  if (kind === 'VP8 ' && bytes.length >= 30)
    return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  return null;
}

/** The first box with a size: that of the picture (ISO 23008-12 6.5.3). */
function ofAvif(bytes: Buffer): PictureSize | null {
  const at = bytes.indexOf('ispe', 0, 'latin1');
  return at < 0 ? null : pairAt(bytes, at + 8, (from) => bytes.readUInt32BE(from), 4);
}
