/** `/a/{id}/{timestamp}/lead/{digest}`: the bytes of a picture that stands for a story, out of its pack. */
import type { Context } from 'hono';
import * as v from 'valibot';
import { findOwn } from '../http/find-article.ts';
import { ProblemError } from '../problems.ts';
import type { Store } from '../store/articles.ts';
import { getPack } from '../store/packs.ts';
import { idOf, timestampOf } from './answers.ts';
import { readLead } from './leads.ts';

const yearSeconds = 365 * 86_400;
const digestParameter = v.pipe(v.string(), v.regex(/^[\da-f]{16}$/));

/** Throws for a story that was taken down, and where no such picture is kept. */
export async function answerLead(c: Context, store: Store): Promise<Response> {
  const [id, timestamp] = [idOf(c), timestampOf(c)];
  const digest = v.safeParse(digestParameter, c.req.param('digest'));
  await findOwn(store.table, id);
  const pack = await getPack(store.table, id, timestamp);
  const lead = digest.success && pack?.digest.startsWith(digest.output) ? await readLead(store, id, pack) : null;
  if (!lead) throw new ProblemError('unknown-snapshot', 'no such picture is kept');
  return c.body(Uint8Array.from(lead.bytes), 200, {
    'content-type': lead.type,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': `private, max-age=${yearSeconds}, immutable`,
  });
}
