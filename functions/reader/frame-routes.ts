/** `/a/{id}/{timestamp}/page`: what the frame shows of a page as it was. It brings a parser of HTML, so that on AWS the importer has it. */
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { Imports } from '../http/app.ts';
import { findOwn } from '../http/find-article.ts';
import { isKnown } from '../http/snapshots.ts';
import { replaySnapshot } from '../pictures/replay.ts';
import { mostInlined, replayHeaders } from '../pictures/replay-policy.ts';
import { ProblemError } from '../problems.ts';
import { getSnapshot, type Store } from '../store/articles.ts';
import { lastPack } from '../store/packs.ts';
import { idOf, timestampOf } from './answers.ts';
import { assets } from './assets.ts';

/** `isDirect`: an answer may have any size. */
export function frameRoutes(store: Store, isDirect: boolean): Imports {
  const most = isDirect ? mostInlined.direct : mostInlined.small;
  const app = new Hono();
  app.get('/:id/:timestamp/page', compress(), async (c) => {
    const article = await findOwn(store.table, idOf(c));
    const timestamp = timestampOf(c);
    // Its pictures come a moment after the page.
    const pack = await lastPack(store, article.id, timestamp);
    const etag = `W/"${article.id}.${timestamp}.${pack?.digest.slice(0, 16) ?? ''}.${assets().version}"`;
    if (isKnown(c.req.header('if-none-match'), etag.slice(2))) return c.body(null, 304, { etag });
    const snapshot = await getSnapshot(store.table, article, timestamp);
    const leave = (target: string) => `/out?url=${encodeURIComponent(target)}`;
    const shown = snapshot && (await replaySnapshot(store, { article, snapshot, pack, leave, most }));
    if (!shown) throw new ProblemError('unknown-snapshot', 'there is no page to show');
    return c.html(shown.html, 200, { ...replayHeaders, etag });
  });
  return [{ path: '/a', routes: app }];
}
