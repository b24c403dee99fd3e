/** `/captures`: attempts to archive, one by one, by batch, or all of the last 30 days; those that failed can be tried again. */
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Requests } from '../capture/request-capture.ts';
import { retryCapture } from '../capture/retry-capture.ts';
import { ProblemError } from '../problems.ts';
import { type Capture, getBatch, getCapture, getCaptures, isCaptureId, listCaptures } from '../store/captures.ts';
import type { Table } from '../store/table.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { describe } from './describe.ts';
import { cursorParameter, limitParameter } from './parameters.ts';
import * as schemas from './schemas.ts';
import { noQuery, valid } from './validate.ts';
import { captureView } from './views.ts';

const listQuery = v.strictObject({
  batch: v.optional(v.pipe(v.string(), v.regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'a batch id has 26 characters'))),
  status: v.optional(
    v.picklist(['queued', 'running', 'succeeded', 'failed'], 'status must be queued, running, succeeded or failed'),
  ),
  limit: limitParameter,
  cursor: cursorParameter,
});
type ListQuery = v.InferOutput<typeof listQuery>;
type Page = { items: Capture[]; next: string | null };

/** Rows that one request may look at for a rare status. */
const maxExamined = 1000;

export function captures(deps: Requests): Hono {
  const { table } = deps.store;
  return new Hono()
    .get(
      '/',
      describe(
        'List captures, newest first; of a batch, in the order of its URLs',
        { 200: { description: 'A page of captures', schema: schemas.listOf(schemas.capture) } },
        ['invalid-request', 'invalid-cursor', 'unknown-batch'],
      ),
      valid('query', listQuery),
      async (c) => {
        const query = c.req.valid('query');
        const { items, next } =
          query.batch === undefined ? await ofAll(table, query) : await ofBatch(table, query, query.batch);
        return c.json({ items: items.map(captureView), next });
      },
    )
    .get(
      '/:id',
      describe('One capture', { 200: { description: 'The capture', schema: schemas.capture } }, [
        'invalid-request',
        'unknown-capture',
      ]),
      noQuery,
      async (c) => c.json(captureView(await find(table, c.req.param('id')))),
    )
    .post(
      '/:id/retry',
      describe(
        'Try a failed capture again, with the bytes that came with it',
        { 202: { description: 'The queued capture', schema: schemas.capture } },
        ['invalid-request', 'unknown-capture', 'not-failed'],
      ),
      noQuery,
      async (c) => {
        const capture = await retryCapture(deps, await find(table, c.req.param('id')));
        if (!capture)
          throw new ProblemError('not-failed', 'this capture has not failed; post its URL to archive the page again');
        return c.json(captureView(capture), 202, { location: `/captures/${capture.id}` });
      },
    );
}

async function find(table: Table, id: string): Promise<Capture> {
  const capture = isCaptureId(id) ? await getCapture(table, id) : null;
  if (!capture) throw new ProblemError('unknown-capture', 'captures are kept for 30 days; their articles stay');
  return capture;
}

async function ofAll(table: Table, query: ListQuery): Promise<Page> {
  const binding = `captures ${query.status ?? ''}`;
  const items: Capture[] = [];
  let after = readCursor(binding, query.cursor);
  for (let examined = 0; examined < maxExamined; ) {
    const { rows, more } = await listCaptures(table, {
      after,
      limit: query.status ? 100 : query.limit - items.length + 1,
    });
    for (const { position, capture } of rows) {
      if (items.length === query.limit) return { items, next: writeCursor(binding, after ?? '') };
      after = position;
      examined++;
      if (capture && hasStatus(capture, query)) items.push(capture);
    }
    if (!more) return { items, next: null };
  }
  return { items, next: after === null ? null : writeCursor(binding, after) };
}

async function ofBatch(table: Table, query: ListQuery, batch: string): Promise<Page> {
  const ids = await getBatch(table, batch);
  if (!ids) throw new ProblemError('unknown-batch', 'batches are kept for 30 days');
  const binding = `batch ${batch} ${query.status ?? ''}`;
  const start = Number(readCursor(binding, query.cursor) ?? 0);
  const items: Capture[] = [];
  const chunk = query.status ? 100 : query.limit + 1;
  for (let at = start; at < ids.length; at += chunk) {
    const page = await getCaptures(table, ids.slice(at, at + chunk));
    for (const capture of page) {
      if (items.length === query.limit) return { items, next: writeCursor(binding, String(ids.indexOf(capture.id))) };
      if (hasStatus(capture, query)) items.push(capture);
    }
  }
  return { items, next: null };
}

function hasStatus(capture: Capture, { status }: ListQuery): boolean {
  return status === undefined || capture.state.status === status;
}
