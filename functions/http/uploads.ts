/**
 * `POST /uploads`: where to put a page that is too large for a request; `POST /articles` with its id then archives it. On AWS that is the
 * bucket, by a signed URL; on one machine, which has no such limit, `PUT /uploads/{id}` beside it, so that clients do the same for both.
 */
import { Hono } from 'hono';
import { isValid, ulid } from 'ulid';
import { toIso } from '../article/times.ts';
import type { Requests } from '../capture/request-capture.ts';
import { ProblemError } from '../problems.ts';
import { uploads as prefix } from '../store/bucket.ts';
import { describe } from './describe.ts';
import { ownOrigin } from './own-origin.ts';
import { bodyBytes } from './request-body.ts';
import * as schemas from './schemas.ts';
import { jsonBody, noQuery } from './validate.ts';

const uploadSeconds = 900;

export const uploadObject = (id: string) => `${prefix}${id}`;

/** `isDirect`: requests reach this code in any size, so that the bytes may come to it. */
export function uploads({ store, now }: Requests, isDirect: boolean): Hono {
  const app = new Hono().post(
    '/',
    describe(
      'Say where to put a page that is too large for a request; then POST /articles with its id',
      { 201: { description: 'Where to put the bytes, within 15 minutes', schema: schemas.upload } },
      ['invalid-json', 'invalid-request', 'unsupported-media-type'],
      schemas.uploadBody,
    ),
    noQuery,
    async (c) => {
      const { bytes } = await jsonBody(c, () => schemas.uploadBody);
      const id = ulid(now());
      const url = isDirect
        ? `${ownOrigin(c)}/uploads/${id}`
        : await store.bucket.uploadUrl(uploadObject(id), { bytes, seconds: uploadSeconds });
      return c.json({ upload: id, method: 'PUT', url, expiresAt: toIso(now() + uploadSeconds * 1000) }, 201);
    },
  );
  if (!isDirect) return app;
  return app.put(
    '/:id',
    describe(
      'Put the bytes of a page, plain or packed with gzip',
      { 204: { description: 'They are here for a day' } },
      ['invalid-request', 'body-too-large'],
      schemas.uploadedBytes,
      ['application/octet-stream'],
    ),
    noQuery,
    async (c) => {
      const id = c.req.param('id');
      if (!isValid(id)) throw new ProblemError('invalid-request', 'POST /uploads gives the address to put bytes to');
      await store.bucket.put(uploadObject(id), {
        bytes: await bodyBytes(c),
        contentType: 'application/octet-stream',
        contentEncoding: null,
      });
      return c.body(null, 204);
    },
  );
}
