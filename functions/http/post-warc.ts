/** `POST /warc`: the records of a WARC or WARC.gz -> the archive, one after the other, and what became of each: pages, and what an export says beyond them. */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import type { Pictures } from '../article/pictures.ts';
import type { ImportDeps } from '../capture/import-document.ts';
import { importRecord } from '../capture/import-warc.ts';
import type { Requests } from '../capture/request-capture.ts';
import { makeWarcContext } from '../capture/warc-context.ts';
import { WarcError, warcRecords } from '../formats/warc-read.ts';
import { manifestIn } from '../pictures/pack.ts';
import { ProblemError } from '../problems.ts';
import { describe } from './describe.ts';
import { importedView, maxImportMs, maxUnpackedBytes, outOfTime, restoredView } from './import-answer.ts';
import { importFacts, isFacts } from './import-facts.ts';
import * as schemas from './import-schemas.ts';
import { bodyBytes } from './request-body.ts';
import { pictures } from './schemas.ts';
import { valid } from './validate.ts';
import { makeRequestParts } from './warc-parts.ts';

const maxRecordBytes = 24 * 1024 * 1024;
const maxRecords = 2000;
const notAPart = 'its page is not in the request, or has all of it';
const leftOut = 'a request has room for 16 MB of pictures, styles and fonts: send this one again with its page';

/** What became of a record: one of `article`, `skipped`, `problem` and what `restoredView` says is there. */
export type ImportedItem = { record: string | null; url: string | null } & Record<string, unknown>;

export function postWarc(deps: ImportDeps & Requests): Hono {
  return new Hono().post(
    '/',
    describe(
      'Import the pages of a WARC, each with the pictures, styles and fonts that the file holds of it',
      { 200: { description: 'The outcome of each record', schema: schemas.importedRecords } },
      ['invalid-request', 'body-too-large', 'not-utf8', 'bad-archive-file'],
      schemas.warcBody,
      ['application/warc', 'application/gzip', 'application/octet-stream'],
    ),
    valid('query', v.strictObject({ pictures: v.optional(pictures, 'page') })),
    async (c) =>
      c.json(
        { items: await importWarc(c, deps, { body: await bodyBytes(c), extent: c.req.valid('query').pictures }) },
        200,
      ),
  );
}

/**
 * The outcome of each record, in their order. `extent`: what is kept of the looks of pages, where no manifest in the file says so. Throws
 * `bad-archive-file` with what became of those before the fault.
 */
export async function importWarc(
  c: Context,
  deps: ImportDeps & Requests,
  { body, extent = 'page' }: { body: Uint8Array; extent?: Pictures | undefined },
): Promise<ImportedItem[]> {
  const untilMs = deps.now() + maxImportMs;
  const items: ImportedItem[] = [];
  const context = makeWarcContext();
  const parts = makeRequestParts();
  try {
    for await (const record of warcRecords([body], { maxRecordBytes, maxBytes: maxUnpackedBytes })) {
      context.noteAside(record);
      // What is packed well takes long to look into.
      if (deps.now() <= untilMs) parts.note(record);
    }
  } catch (error) {
    // What is wrong with the file is said below, where its records are kept up to there.
    if (!(error instanceof WarcError)) throw error;
  }
  try {
    // In their order, since a revisit needs the response that it refers to.
    for await (const record of warcRecords([body], { maxRecordBytes, maxBytes: maxUnpackedBytes })) {
      if (items.length === maxRecords)
        throw new ProblemError(
          'body-too-large',
          `at most ${maxRecords} records at a time; the first ${maxRecords} were kept`,
        );
      const about = { record: record.id, url: record.targetUri };
      if (deps.now() > untilMs) items.push({ ...about, ...importedView({ problem: outOfTime }) });
      else if (manifestIn(record) !== null) items.push({ ...about, skipped: notAPart });
      else if (isFacts(record)) items.push({ ...about, ...restoredView(await importFacts(c, deps, record)) });
      else {
        const imported = await importRecord(deps, record, context);
        const filled = 'article' in imported ? await parts.fill(deps.store, record, { ...imported, extent }) : null;
        items.push({ ...about, ...importedView(imported), ...(filled === null ? {} : { parts: filled }) });
      }
    }
  } catch (error) {
    if (error instanceof WarcError) throw new ProblemError('bad-archive-file', error.message, { items });
    throw error;
  }
  return items.map((item) => {
    const { record, url } = item;
    if (!('skipped' in item) || record === null) return item;
    const keptWith = parts.keptWith(record);
    if (keptWith !== null) return { record, url, keptWith };
    return parts.isLeftOut(record) ? { record, url, skipped: leftOut } : item;
  });
}
