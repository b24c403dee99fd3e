/** Bytes in and out: a buffer that grows, and a reader that never leaves its bounds. Numbers are LEB128 varints or big-endian. */

/** Thrown by every reader of index bytes that do not hold what they should. */
export class SegmentDamaged extends Error {
  override name = 'SegmentDamaged';
}

const chunkBytes = 1 << 20;

/** Grows by chunks, so that a large segment is copied once, at the end. */
export function makeWriter() {
  const full: Buffer[] = [];
  let chunk = Buffer.allocUnsafe(16_384);
  let used = 0;
  let before = 0;

  function room(bytes: number): void {
    if (used + bytes <= chunk.length) return;
    if (used > 0) full.push(chunk.subarray(0, used));
    before += used;
    chunk = Buffer.allocUnsafe(Math.max(chunkBytes, bytes));
    used = 0;
  }

  return {
    length: () => before + used,
    varint(value: number): void {
      room(8);
      let rest = value;
      while (rest >= 0x80) {
        chunk[used++] = (rest % 0x80) | 0x80;
        rest = Math.floor(rest / 0x80);
      }
      chunk[used++] = rest;
    },
    uint32(value: number): void {
      room(4);
      used = chunk.writeUInt32BE(value, used);
    },
    double(value: number): void {
      room(8);
      used = chunk.writeDoubleBE(value, used);
    },
    bytes(value: Uint8Array): void {
      room(value.length);
      chunk.set(value, used);
      used += value.length;
    },
    /** Everything written, and an empty writer after it. */
    take(): Buffer {
      const all =
        full.length === 0 ? Buffer.from(chunk.subarray(0, used)) : Buffer.concat([...full, chunk.subarray(0, used)]);
      full.length = 0;
      before = 0;
      used = 0;
      return all;
    },
  };
}

/** A position in bytes; every read moves it and throws SegmentDamaged at the end of them. */
export type ByteReader = { readonly bytes: Uint8Array; at: number };

export function readVarint(reader: ByteReader): number {
  const { bytes } = reader;
  let value = 0;
  let scale = 1;
  for (let n = 0; n < 8; n++) {
    const byte = bytes[reader.at++];
    if (byte === undefined) throw new SegmentDamaged('a number goes on beyond the end');
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 0x80;
  }
  throw new SegmentDamaged('a number has more than eight bytes');
}

export function readBytes(reader: ByteReader, length: number): Uint8Array {
  const end = reader.at + length;
  if (end > reader.bytes.length) throw new SegmentDamaged(`${length} bytes go on beyond the end`);
  const part = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return part;
}
