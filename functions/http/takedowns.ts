/** `GET /takedowns`: what keeps taken-down stories out, as keyed hashes and their key, so that another archive can hold to them. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { listTombstones } from '../store/articles.ts';
import type { Table } from '../store/table.ts';
import { takedownSecret } from '../store/takedowns.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { describe } from './describe.ts';
import { cursorParameter, limitParameter } from './parameters.ts';
import * as schemas from './schemas.ts';
import { valid } from './validate.ts';

const binding = 'takedowns';

export function takedowns(table: Table): Hono {
  return new Hono().get(
    '/',
    describe(
      'What was taken down, as hashes without a word or a URL, for a key of scope admin',
      { 200: { description: 'The oldest first', schema: schemas.takedownList } },
      ['invalid-request', 'invalid-cursor'],
    ),
    valid('query', v.strictObject({ limit: limitParameter, cursor: cursorParameter })),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const { tombstones, next } = await listTombstones(table, { after: readCursor(binding, cursor), limit });
      return c.json({
        secret: await takedownSecret(table),
        items: tombstones.map(({ id, urlHash, keys, takenDownAt }) => ({ id, urlHash, keys, takenDownAt })),
        next: next === null ? null : writeCursor(binding, next),
      });
    },
  );
}
