/** WARC files -> the archive, record by record, in batches that a request may hold. */
import { createReadStream } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { codeOf } from '../error-code.ts';
import { WarcError, type WarcRecord, warcRecords } from '../formats/warc-read.ts';
import { ArchiveError, type Client, callArchive } from './client.ts';

/** The outcome of a record that is a page or a document; other records are skipped. */
export type WarcOutcome = { path: string; snapshot: 'first' | 'new' | 'unchanged' } | { path: string; problem: string };

type Item = {
  url: string | null;
  snapshot?: 'first' | 'new' | 'unchanged';
  skipped?: string;
  problem?: { code: string; detail: string };
};

/** The archive unpacks at most so much of a request. Packed, a request has at most 6 MB; 4.4 on AWS, where bytes travel as base64. */
const maxRecordBytes = 22_000_000;
const maxBatchBytes = 3_000_000;
const maxBatch = 200;
const maxRounds = 5;

export function isWarc(path: string): boolean {
  return /\.warc(\.gz)?$/i.test(path);
}

/** In the order of the file, since a revisit needs the response that it refers to. */
export async function* importWarc(client: Client, path: string): AsyncGenerator<WarcOutcome> {
  let batch: { bytes: Uint8Array; shown: string }[] = [];
  let bytes = 0;
  try {
    for await (const record of warcRecords(createReadStream(path), { maxRecordBytes })) {
      const shown = `${path}: ${record.targetUri ?? record.id}`;
      if (record.type !== 'response' && record.type !== 'revisit' && record.type !== 'resource') continue;
      if (record.block === null) {
        yield { path: shown, problem: `the record has ${record.bytes} bytes, more than a request holds` };
        continue;
      }
      const written = plainRecord(record, record.block);
      if (batch.length === maxBatch || bytes + written.length > maxBatchBytes) {
        yield* send(client, batch);
        batch = [];
        bytes = 0;
      }
      batch.push({ bytes: written, shown });
      bytes += written.length;
    }
  } catch (error) {
    yield* send(client, batch);
    batch = [];
    const isFault = error instanceof WarcError || (error instanceof Error && /^E[A-Z]+$/.test(codeOf(error) ?? ''));
    if (!isFault) throw error;
    yield { path, problem: (error as Error).message };
  }
  yield* send(client, batch);
}

async function* send(client: Client, batch: { bytes: Uint8Array; shown: string }[]): AsyncGenerator<WarcOutcome> {
  let records = batch;
  for (let round = 1; records.length > 0; round++) {
    const body = new Blob([gzipSync(Buffer.concat(records.map(({ bytes }) => bytes)))], { type: 'application/gzip' });
    let items: Item[];
    try {
      ({ items } = (await callArchive(client, '/warc', { method: 'POST', body })) as { items: Item[] });
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.status !== 413) throw error;
      const [first] = records;
      if (records.length === 1 && first)
        return yield { path: first.shown, problem: `${error.message}: the page is larger than a request may be` };
      const half = Math.ceil(records.length / 2);
      yield* send(client, records.slice(0, half));
      return yield* send(client, records.slice(half));
    }
    const again: typeof records = [];
    for (const [i, record] of records.entries()) {
      const { snapshot, skipped, problem } = items[i] ?? {};
      if (snapshot) yield { path: record.shown, snapshot };
      else if (problem?.code === 'unavailable' && round < maxRounds) again.push(record);
      else if (skipped === undefined)
        yield {
          path: record.shown,
          problem: problem ? `${problem.code}: ${problem.detail}` : 'the archive did not say what became of it',
        };
    }
    records = again;
  }
}

/** As it stood in the file, unpacked. */
function plainRecord({ headers }: WarcRecord, block: Uint8Array): Uint8Array {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`WARC/1.1\r\n${lines.join('')}\r\n`), block, Buffer.from('\r\n\r\n')]);
}
