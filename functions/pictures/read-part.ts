/** One record of a pack, as a range of its bytes -> the bytes of the part. Pure. */
import { httpResponse } from '../formats/http-response.ts';
import { WarcError, warcRecords } from '../formats/warc-read.ts';
import { maxPartBytes } from './pack.ts';

const mostOfHead = 64 * 1024;

/** Null where the record is damaged. */
export async function readPart(record: Uint8Array): Promise<Uint8Array | null> {
  const most = maxPartBytes.picture + mostOfHead;
  try {
    for await (const { block } of warcRecords([record], { maxRecordBytes: most, maxBytes: most + mostOfHead }))
      return block && (httpResponse(block)?.body ?? null);
  } catch (error) {
    if (!(error instanceof WarcError)) throw error;
  }
  return null;
}
