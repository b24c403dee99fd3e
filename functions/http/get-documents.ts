/** `GET /documents`: the archive as a tar of its documents, a page at a time, in the tree that `POST /documents` takes. */
import { Hono } from 'hono';
import tar from 'tar-stream';
import * as v from 'valibot';
import { type Store, type TimeRow, timeRows } from '../store/articles.ts';
import { type ArticleDocument, documentsOf } from './article-documents.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { describe } from './describe.ts';
import { cursorParameter, limitParameter } from './parameters.ts';
import { valid } from './validate.ts';

/** A Lambda answers with at most 6 MB, and bytes count four thirds in base64. */
const maxAnswerBytes = 4 * 1024 * 1024;
const binding = 'documents';
/** Documents read side by side. */
const atOnce = 10;

export function getDocuments(store: Store): Hono {
  return new Hono().get(
    '/',
    describe(
      'A page of documents as a tar, the oldest articles first; Link names the next page',
      { 200: { description: 'A tar of articles/<feed>/<file>', type: 'application/x-tar' } },
      ['invalid-request', 'invalid-cursor'],
    ),
    valid('query', v.strictObject({ limit: limitParameter, cursor: cursorParameter })),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const after = readCursor(binding, cursor);
      const { rows, more } = await timeRows(store.table, { order: 'oldest', from: '0000', to: '9999', after, limit });
      const { files, last } = await filesOf(store, rows);
      const isEnd = !more && last === (rows.at(-1)?.position ?? null);
      const next = isEnd || last === null ? null : writeCursor(binding, last);
      return c.body(await tarOf(files), 200, {
        'content-type': 'application/x-tar',
        'content-disposition': 'attachment; filename="documents.tar"',
        ...(next === null ? {} : { link: `</documents?limit=${limit}&cursor=${next}>; rel="next"` }),
      });
    },
  );
}

/** The documents of as many rows as an answer holds, of one at least, and the position of the last of these. */
async function filesOf(store: Store, rows: TimeRow[]): Promise<{ files: ArticleDocument[]; last: string | null }> {
  const files: ArticleDocument[] = [];
  let bytes = 0;
  let last: string | null = null;
  for (let at = 0; at < rows.length && bytes < maxAnswerBytes; at += atOnce) {
    const some = rows.slice(at, at + atOnce);
    const found = await Promise.all(some.map(({ article }) => (article ? documentsOf(store, article) : [])));
    for (const [i, documents] of found.entries()) {
      bytes += documents.reduce((sum, document) => sum + document.bytes.length, 0);
      if (last !== null && bytes > maxAnswerBytes) return { files, last };
      files.push(...documents);
      last = some[i]?.position ?? last;
    }
  }
  return { files, last };
}

async function tarOf(files: ArticleDocument[]): Promise<Uint8Array<ArrayBuffer>> {
  const pack = tar.pack();
  for (const { file, bytes } of files) pack.entry({ name: `articles/${file}`, mtime: new Date(0) }, Buffer.from(bytes));
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack as AsyncIterable<Buffer>) chunks.push(chunk);
  return Uint8Array.from(Buffer.concat(chunks));
}
