/** WARC files, and those in WACZ files -> the archive, record by record, in batches that a request may hold. */
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Pictures } from '../article/pictures.ts';
import { codeOf } from '../error-code.ts';
import { WarcError, warcRecords } from '../formats/warc-read.ts';
import { ArchiveError, type Client, callArchive } from './client.ts';
import { type Batch, batchesOf, type Sent } from './warc-batches.ts';
import { type FileParts, layDownParts } from './warc-parts.ts';

/** What became of a record; `restored`: of what an export wrote beside its pages. */
export type WarcOutcome =
  | { path: string; snapshot: 'first' | 'new' | 'unchanged' }
  /** Pictures, styles and fonts that are kept with a page now. */
  | { path: string; parts: number }
  | { path: string; restored: string }
  | { path: string; skipped: string }
  | { path: string; problem: string };

type Item = {
  url: string | null;
  snapshot?: 'first' | 'new' | 'unchanged';
  parts?: number;
  restored?: string;
  skipped?: string;
  keptWith?: string;
  problem?: { code: string; detail: string };
};

/** The archive unpacks at most so much of a request. Packed, a request has at most 6 MB; 4.4 on AWS, where bytes travel as base64. */
const maxRecordBytes = 22_000_000;
const batchLimits = { maxBytes: 3_000_000, maxRecords: 200 };
const maxRounds = 5;

/** In the order of the file, since a revisit needs the response that it refers to. `open` gives its bytes. */
export async function* importWarc(
  client: Client,
  {
    path,
    open,
    pictures = 'page',
  }: { path: string; open: () => Readable | Promise<Readable>; pictures?: Pictures | undefined },
): AsyncGenerator<WarcOutcome> {
  let parts: FileParts | null = null;
  try {
    parts = await layDownParts(warcRecords(await open(), { maxRecordBytes }));
    const records = warcRecords(await open(), { maxRecordBytes });
    for await (const batch of batchesOf(records, path, { parts, limits: batchLimits }))
      yield* sendBatch(client, { path, pictures }, batch);
  } catch (error) {
    const isFault = error instanceof WarcError || (error instanceof Error && /^E[A-Z]+$/.test(codeOf(error) ?? ''));
    if (!isFault) throw error;
    yield { path, problem: (error as Error).message };
  } finally {
    await parts?.close();
  }
}

/** `pictures`: what is kept of the looks of a crawl's pages. */
type File = { path: string; pictures: Pictures };

async function* sendBatch(client: Client, file: File, { records, tooLarge }: Batch): AsyncGenerator<WarcOutcome> {
  for (const { shown, bytes } of tooLarge)
    yield { path: shown, problem: `the record has ${bytes} bytes, more than a request holds` };
  if (records.length > 0) yield* send(client, file, records);
}

async function* send(client: Client, file: File, batch: Sent[]): AsyncGenerator<WarcOutcome> {
  const { path, pictures } = file;
  let records = batch;
  for (let round = 1; records.some(({ shown }) => shown !== null || round === 1); round++) {
    const body = new Blob([gzipSync(Buffer.concat(records.map(({ bytes }) => bytes)))], { type: 'application/gzip' });
    let items: Item[];
    try {
      ({ items } = (await callArchive(client, `/warc?pictures=${pictures}`, { method: 'POST', body })) as {
        items: Item[];
      });
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.status !== 413) throw error;
      const [first] = records;
      if (records.length === 1 && first)
        return yield {
          path: first.shown ?? path,
          problem: `${error.message}: the page is larger than a request may be`,
        };
      const half = Math.ceil(records.length / 2);
      yield* send(client, file, records.slice(0, half));
      return yield* send(client, file, withNeeds(records.slice(half)));
    }
    const again: Sent[] = [];
    for (const [i, record] of records.entries()) {
      const outcome = outcomeOf(items[i] ?? {}, record.shown ?? path);
      const { parts } = items[i] ?? {};
      if (parts !== undefined) yield { path: record.shown ?? path, parts };
      if (items[i]?.problem?.code === 'unavailable' && round < maxRounds) again.push(record);
      // What only says something of others is skipped, unless it was of our own making.
      else if (record.shown !== null || 'restored' in outcome || 'problem' in outcome) yield outcome;
      // It says something of those that are sent again, too.
      else again.push(record);
    }
    records = again;
  }
}

/** The pages of parts that stand in a batch without them. */
function withNeeds(records: Sent[]): Sent[] {
  const needs = new Set(records.flatMap((record) => record.needs ?? []));
  return [...needs, ...records];
}

function outcomeOf({ snapshot, restored, skipped, keptWith, problem }: Partial<Item>, path: string): WarcOutcome {
  if (snapshot) return { path, snapshot };
  if (restored !== undefined) return { path, restored };
  if (skipped !== undefined) return { path, skipped };
  if (keptWith !== undefined) return { path, skipped: 'it is kept with its page' };
  return {
    path,
    problem: problem ? `${problem.code}: ${problem.detail}` : 'the archive did not say what became of it',
  };
}
