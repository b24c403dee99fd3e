/** `/articles/{id}/snapshots`: what was stored of an article and when, and the stored bytes themselves. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Article, Snapshot } from '../article/article.ts';
import { fromTimestamp } from '../article/times.ts';
import { ProblemError } from '../problems.ts';
import { bodyObject, getSnapshot, olderSnapshots, type Store } from '../store/articles.ts';
import { getPack, newestPacks, type Pack, packBytes, packObject } from '../store/packs.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { describe } from './describe.ts';
import { findOwn } from './find-article.ts';
import { articleIdParameter, cursorParameter, limitParameter, timestampParameter } from './parameters.ts';
import * as schemas from './schemas.ts';
import { noQuery, valid } from './validate.ts';
import { snapshotView } from './views.ts';

const downloadSeconds = 300;

export type SnapshotDeps = {
  store: Store;
  /** What an answer may hold. A larger snapshot is answered with a link to the bucket; without a limit, none is. */
  maxAnswerBytes?: number | undefined;
};

export function snapshots({ store, maxAnswerBytes = Number.POSITIVE_INFINITY }: SnapshotDeps): Hono {
  return new Hono()
    .get(
      '/:id/snapshots',
      describe(
        'The snapshots of an article, newest first',
        { 200: { description: 'A page of snapshots', schema: schemas.listOf(schemas.snapshot) } },
        ['invalid-request', 'invalid-cursor', 'unknown-article', 'taken-down'],
      ),
      valid('param', v.object({ id: articleIdParameter })),
      valid('query', v.strictObject({ limit: limitParameter, cursor: cursorParameter })),
      async (c) => {
        const article = await findOwn(store.table, c.req.valid('param').id);
        const { limit, cursor } = c.req.valid('query');
        const binding = `snapshots ${article.id}`;
        const { items, more } = await snapshotPage(store, { article, after: readCursor(binding, cursor), limit });
        const last = items.at(-1);
        return c.json({
          items: items.map((item) => snapshotView(article.id, item)),
          next: more && last ? writeCursor(binding, last.snapshot.timestamp) : null,
        });
      },
    )
    .get(
      '/:id/snapshots/:timestamp',
      describe(
        'The bytes of a snapshot as the site served them',
        {
          200: { description: 'The page in a sandbox: nothing in it runs', type: 'text/html' },
          307: { description: 'Too large for an answer on AWS: a download link that is good for five minutes' },
        },
        ['invalid-request', 'unknown-article', 'unknown-snapshot', 'taken-down'],
      ),
      valid('param', v.object({ id: articleIdParameter, timestamp: timestampParameter })),
      noQuery,
      async (c) => {
        const { id, timestamp } = c.req.valid('param');
        const article = await findOwn(store.table, id);
        const snapshot = await getSnapshot(store.table, article, timestamp);
        const object = snapshot && (await store.bucket.get(bodyObject(id, snapshot.digest)));
        // What is missing may have been purged since the article was read: then this says that it was taken down.
        if (!object) await findOwn(store.table, id);
        if (!snapshot)
          throw new ProblemError(
            'unknown-snapshot',
            `the article has no snapshot ${timestamp}; /articles/${id}/snapshots lists its snapshots`,
          );
        const key = bodyObject(id, snapshot.digest);
        if (!object) throw new Error(`the body ${snapshot.digest} of ${id} is not in the bucket`);
        const asStored = acceptsGzip(c.req.header('accept-encoding'));
        const headers = snapshotHeaders(snapshot, asStored);
        if (isKnown(c.req.header('if-none-match'), headers.etag)) return c.body(null, 304, headers);
        if ((asStored ? object.bytes.length : snapshot.bytes) > maxAnswerBytes) {
          const plain = asStored ? null : () => promisify(gunzip)(object.bytes);
          return c.body(null, 307, {
            location: await store.bucket.downloadUrl(key, {
              fileName: `${timestamp}.${isPdf(snapshot) ? 'pdf' : 'html'}`,
              seconds: downloadSeconds,
              plain,
            }),
            vary: 'Accept-Encoding',
          });
        }
        // A copy, since the bytes of the SDK may lie in a larger shared buffer.
        const body = Uint8Array.from(asStored ? object.bytes : await promisify(gunzip)(object.bytes));
        return c.body(body, 200, headers);
      },
    )
    .get(
      '/:id/snapshots/:timestamp/pack',
      describe(
        'The pictures, styles and fonts that are kept with a snapshot, as a WARC',
        {
          200: { description: 'A record for each, and one that says what is missing', type: 'application/warc' },
          307: { description: 'Too large for an answer on AWS: a download link that is good for five minutes' },
        },
        ['invalid-request', 'unknown-article', 'unknown-snapshot', 'taken-down'],
      ),
      valid('param', v.object({ id: articleIdParameter, timestamp: timestampParameter })),
      noQuery,
      async (c) => {
        const { id, timestamp } = c.req.valid('param');
        await findOwn(store.table, id);
        const pack = await getPack(store.table, id, timestamp);
        const bytes = pack && (await packBytes(store, id, pack.digest));
        // What is missing may have been purged since the article was read: then this says that it was taken down.
        if (!bytes) await findOwn(store.table, id);
        if (!pack || !bytes) throw new ProblemError('unknown-snapshot', 'nothing is kept beside this snapshot');
        if (bytes.length > maxAnswerBytes) {
          const file = { fileName: `${timestamp}.warc.gz`, seconds: downloadSeconds, plain: async () => bytes };
          return c.body(null, 307, { location: await store.bucket.downloadUrl(packObject(id, pack.digest), file) });
        }
        return c.body(Uint8Array.from(bytes), 200, {
          'content-type': 'application/warc',
          'content-disposition': `attachment; filename="${timestamp}.warc.gz"`,
          'x-content-type-options': 'nosniff',
          'cache-control': 'private, no-cache',
        });
      },
    );
}

/** The latest is part of the article; the older ones are beside it. */
async function snapshotPage(
  store: Store,
  { article, after, limit }: { article: Article; after: string | null; limit: number },
): Promise<{ items: { snapshot: Snapshot; pack: Pack | null }[]; more: boolean }> {
  const before = after ?? article.latest.timestamp;
  const room = after === null ? limit - 1 : limit;
  const [older, packs] = await Promise.all([
    olderSnapshots(store.table, article, { before, limit: room + 1 }),
    // The newest of these is of the cursor, whose snapshot is on the page before.
    newestPacks(store.table, article.id, { until: before, limit: limit + 1 }),
  ]);
  const snapshots = [...(after === null ? [article.latest] : []), ...older.snapshots];
  const items = snapshots.map((snapshot) => ({ snapshot, pack: packs.get(snapshot.timestamp) ?? null }));
  return { items: items.slice(0, limit), more: items.length > limit };
}

/**
 * The page runs nothing, loads nothing and cannot be taken for ours. Digest (RFC 9530) of the bytes as the site meant
 * them: of the answer when it is sent plain, else as `Unencoded-Digest`, since ours is the gzip and not the site's.
 */
function snapshotHeaders(snapshot: Snapshot, gzip: boolean): Record<string, string> & { etag: string } {
  const digest = `sha-256=:${Buffer.from(snapshot.digest.slice('sha256:'.length), 'hex').toString('base64')}:`;
  return {
    'content-type': snapshot.contentType,
    // No browser shows a PDF in a sandbox.
    ...(isPdf(snapshot) ? { 'content-disposition': `attachment; filename="${snapshot.timestamp}.pdf"` } : {}),
    ...(gzip ? { 'content-encoding': 'gzip' } : { 'repr-digest': digest }),
    'unencoded-digest': digest,
    // Of these bytes: packed they are others.
    etag: `"${snapshot.digest.slice('sha256:'.length)}${gzip ? '-gzip' : ''}"`,
    vary: 'Accept-Encoding',
    'memento-datetime': new Date(fromTimestamp(snapshot.timestamp)).toUTCString(),
    link: `<${snapshot.finalUrl}>; rel="original"`,
    'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    // Asked for anew each time, since a page that was taken down must not be shown from a cache.
    'cache-control': 'private, no-cache',
  };
}

function isPdf({ contentType }: Snapshot): boolean {
  return /^application\/pdf\b/i.test(contentType);
}

/** Weak comparison, as RFC 9110 13.1.2 asks for. */
export function isKnown(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** Clients that say nothing, as curl, mostly cannot read gzip, whatever RFC 9110 12.5.3 lets us assume. */
function acceptsGzip(header: string | undefined): boolean {
  return (header ?? '').split(',').some((part) => /^\s*(gzip|x-gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(part));
}
