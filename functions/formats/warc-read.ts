/** The records in a WARC or WARC.gz (ISO 28500:2017), one after the other, within limits: what is too large is named and passed over. */
import { type ByteReader, byteReader, WarcError } from './warc-bytes.ts';

export { WarcError };

export type WarcRecord = {
  /** `response`, `revisit`, `metadata` and so on, in lower case; empty when the record does not say. */
  type: string;
  /** Without its angle brackets: `urn:uuid:...`. */
  id: string | null;
  /** RFC 3339 UTC, milliseconds; null without a readable time. */
  date: string | null;
  targetUri: string | null;
  contentType: string | null;
  /** All of them, as written and in order; `warcHeader` finds one. */
  headers: [string, string][];
  /** null: the block is larger than `maxRecordBytes`. */
  block: Uint8Array | null;
  /** Length of the block, of one that was passed over too. */
  bytes: number;
  /** Where the record begins in the file as unpacked. */
  offset: number;
};

/** `maxBytes`: what the whole file may unpack to; without it, there is no limit. */
export type WarcLimits = { maxRecordBytes: number; maxBytes?: number | undefined };

/** URLs of 30 KB exist; a header over this is an attack. */
const maxHeaderBytes = 64 * 1024;
/** Two line ends stand between records; some writers leave a few more. */
const maxGapBytes = 1024;
const versions = /^WARC\/(0\.1[78]|1\.[01])$/;

/**
 * Packed with gzip, record by record or as a whole, or plain. Holds one record at a time. Throws WarcError when the bytes are no WARC
 * or gzip, end early, or unpack to more than `maxBytes`; the records before that have been given. Errors of the source stay as they are.
 */
export async function* warcRecords(
  packed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: WarcLimits,
): AsyncGenerator<WarcRecord> {
  const bytes = byteReader(packed, limits.maxBytes ?? Number.POSITIVE_INFINITY);
  try {
    for (;;) {
      const version = await versionLine(bytes);
      if (version === null) return;
      const headers = await headerLines(bytes, version.offset);
      const length = blockLength(headers, version.offset);
      const isTooLarge = length > limits.maxRecordBytes;
      const block = isTooLarge ? null : await bytes.take(length);
      const isWhole = isTooLarge ? await bytes.skip(length) : block !== null;
      if (!isWhole)
        throw new WarcError(
          `it ends within the record at byte ${version.offset}, whose block has a length of ${length}`,
        );
      yield record(headers, { block, bytes: length, offset: version.offset });
    }
  } finally {
    await bytes.close();
  }
}

/** A header of a record by its name, in any case; the first one if it repeats, null if it is missing. */
export function warcHeader(record: { headers: [string, string][] }, name: string): string | null {
  const wanted = name.toLowerCase();
  return record.headers.find(([key]) => key.toLowerCase() === wanted)?.[1] ?? null;
}

function record(
  headers: [string, string][],
  rest: { block: Uint8Array | null; bytes: number; offset: number },
): WarcRecord {
  const value = (name: string) => warcHeader({ headers }, name);
  return {
    type: value('WARC-Type')?.toLowerCase() ?? '',
    id: unbracketed(value('WARC-Record-ID')),
    date: rfc3339(value('WARC-Date')),
    targetUri: unbracketed(value('WARC-Target-URI')),
    contentType: value('Content-Type'),
    headers,
    ...rest,
  };
}

/** WARC 1.0 drew brackets around every URI, and some writers (wget) put them. */
function unbracketed(uri: string | null): string | null {
  return uri?.replace(/^<(.*)>$/, '$1') || null;
}

/** The forms of W3C-DTF, from a year to nanoseconds. A time without a zone is UTC. */
function rfc3339(date: string | null): string | null {
  if (!date || !/^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/.test(date)) return null;
  const ms = Date.parse(/T[^Z+-]*$/.test(date) ? `${date}Z` : date);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** The first line of the next record and where it begins; null at the end of the file. */
async function versionLine(bytes: ByteReader): Promise<{ offset: number } | null> {
  const gapAt = bytes.offset();
  for (;;) {
    const offset = bytes.offset();
    const line = await bytes.line(maxHeaderBytes);
    if (line === null) {
      if (offset === 0) throw new WarcError('it is empty');
      return null;
    }
    const text = line.toString('latin1');
    if (versions.test(text)) return { offset };
    if (text !== '') throw new WarcError(noRecord(text, offset));
    if (offset - gapAt > maxGapBytes) throw new WarcError(`nothing but empty lines follow byte ${gapAt}`);
  }
}

function noRecord(line: string, offset: number): string {
  const start = JSON.stringify(line.slice(0, 40));
  if (line.startsWith('WARC/')) return `the record at byte ${offset} is of a version that is not read: ${start}`;
  if (offset > 0) return `no record begins at byte ${offset}, where one should: ${start}`;
  if (line.startsWith('filedesc:')) return 'it is an ARC, the format before WARC, which is not read';
  return `it is no WARC: it begins with ${start}`;
}

/** Lines that begin with a space continue the one before (WARC 1.0); what has no colon is left out. */
async function headerLines(bytes: ByteReader, offset: number): Promise<[string, string][]> {
  const lines: string[] = [];
  const start = bytes.offset();
  for (;;) {
    const line = await bytes.line(maxHeaderBytes);
    if (line === null) throw new WarcError(`it ends within the header of the record at byte ${offset}`);
    if (bytes.offset() - start > maxHeaderBytes)
      throw new WarcError(`the header of the record at byte ${offset} is over ${maxHeaderBytes / 1024} KB`);
    if (line.length === 0) break;
    const text = line.toString('utf8');
    const last = lines.at(-1);
    if (/^[ \t]/.test(text) && last !== undefined) lines[lines.length - 1] = `${last} ${text.trim()}`;
    else lines.push(text);
  }
  return lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
  });
}

function blockLength(headers: [string, string][], offset: number): number {
  const value = warcHeader({ headers }, 'Content-Length');
  if (value === null) throw new WarcError(`the record at byte ${offset} has no length`);
  const length = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(length)) return length;
  throw new WarcError(`the record at byte ${offset} has an invalid length: ${JSON.stringify(value.slice(0, 40))}`);
}
