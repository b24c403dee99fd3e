/** `POST /warc`: the records of a WARC or WARC.gz -> the archive, one after the other, and what became of each. */
import { Hono } from 'hono';
import type { ImportDeps } from '../capture/import-document.ts';
import { importRecord } from '../capture/import-warc.ts';
import { WarcError, warcRecords } from '../formats/warc-read.ts';
import { ProblemError } from '../problems.ts';
import { describe } from './describe.ts';
import { problemBody } from './problem-response.ts';
import * as schemas from './schemas.ts';
import { noQuery } from './validate.ts';
import { snapshotUrl } from './views.ts';

const maxRecordBytes = 24 * 1024 * 1024;
/** What a packed WARC of one request may unpack to. */
const maxUnpackedBytes = 64 * 1024 * 1024;
const maxRecords = 2000;
/** The gateway gives an answer up after 30 s; what was not begun by then is for the next request. */
const maxMs = 20_000;

export function postWarc(deps: ImportDeps): Hono {
  return new Hono().post(
    '/',
    describe(
      'Import the pages of a WARC',
      { 200: { description: 'What became of each record', schema: schemas.importedRecords } },
      ['invalid-request', 'body-too-large', 'bad-archive-file'],
      schemas.warcBody,
      ['application/warc', 'application/gzip'],
    ),
    noQuery,
    async (c) => {
      const untilMs = deps.now() + maxMs;
      const items: unknown[] = [];
      const body = new Uint8Array(await c.req.arrayBuffer());
      try {
        // In their order, since a revisit needs the response that it refers to.
        for await (const record of warcRecords([body], { maxRecordBytes, maxBytes: maxUnpackedBytes })) {
          if (items.length === maxRecords)
            throw new ProblemError(
              'body-too-large',
              `at most ${maxRecords} records at a time; the first ${maxRecords} were kept`,
            );
          const about = { record: record.id, url: record.targetUri };
          if (deps.now() > untilMs) {
            items.push({
              ...about,
              problem: problemBody({
                code: 'unavailable',
                detail: 'this request had no time left for it; send it again',
              }),
            });
            continue;
          }
          const imported = await importRecord(deps, record);
          if ('skipped' in imported) items.push({ ...about, skipped: imported.skipped });
          else if ('problem' in imported) items.push({ ...about, problem: problemBody(imported.problem) });
          else {
            const { article, snapshot, timestamp } = imported;
            items.push({ ...about, article, snapshot, snapshotUrl: snapshotUrl(article, timestamp) });
          }
        }
      } catch (error) {
        if (error instanceof WarcError) throw new ProblemError('bad-archive-file', error.message, { items });
        throw error;
      }
      return c.json({ items }, 200);
    },
  );
}
