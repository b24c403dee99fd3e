/** `/a/{id}/{timestamp}/page`: what the frame shows of a page as it was. It brings a parser of HTML, so that on AWS the importer has it. */
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { Imports } from '../http/app.ts';
import { findOwn } from '../http/find-article.ts';
import { isKnown } from '../http/snapshots.ts';
import { mostInlined, replayPolicy, replaySnapshot } from '../pictures/replay.ts';
import { ProblemError } from '../problems.ts';
import { getSnapshot, type Store } from '../store/articles.ts';
import { idOf, timestampOf } from './answers.ts';
import { assets } from './assets.ts';
import { sandbox } from './kept-page.ts';

const frameHeaders = {
  'content-security-policy': `sandbox ${sandbox}; ${replayPolicy}`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, no-cache',
};

/** `isDirect`: an answer may have any size. */
export function frameRoutes(store: Store, isDirect: boolean): Imports {
  const most = isDirect ? mostInlined.direct : mostInlined.small;
  const app = new Hono();
  app.get('/:id/:timestamp/page', compress(), async (c) => {
    const article = await findOwn(store.table, idOf(c));
    const timestamp = timestampOf(c);
    const etag = `W/"${article.id}.${timestamp}.${assets().version}"`;
    if (isKnown(c.req.header('if-none-match'), etag.slice(2))) return c.body(null, 304, { etag });
    const snapshot = await getSnapshot(store.table, article, timestamp);
    const leave = (target: string) => `/out?url=${encodeURIComponent(target)}`;
    const shown = snapshot && (await replaySnapshot(store, { article, snapshot, leave, most }));
    if (!shown) throw new ProblemError('unknown-snapshot', 'there is no page to show');
    return c.html(shown.html, 200, { ...frameHeaders, etag });
  });
  return [{ path: '/a', routes: app }];
}
