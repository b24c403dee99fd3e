/**
 * `/articles/{id}/snapshots/{timestamp}/page` and `/resources`: a snapshot as it looked, and what of its looks is kept. The page brings a parser
 * of HTML, so that on AWS the importer has both.
 */
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import * as v from 'valibot';
import { leftOutOf, partsOf, replaySnapshot } from '../pictures/replay.ts';
import { mostInlined, replayHeaders } from '../pictures/replay-policy.ts';
import { ProblemError } from '../problems.ts';
import { getSnapshot, type Store } from '../store/articles.ts';
import { lastPack } from '../store/packs.ts';
import type { Imports } from './app.ts';
import { describe } from './describe.ts';
import { findOwn } from './find-article.ts';
import { resources } from './import-schemas.ts';
import { articleIdParameter, timestampParameter } from './parameters.ts';
import { noQuery, valid } from './validate.ts';

const path = v.object({ id: articleIdParameter, timestamp: timestampParameter });

/** `isDirect`: an answer may have any size. */
export function snapshotPages(store: Store, isDirect: boolean): Imports {
  const most = isDirect ? mostInlined.direct : mostInlined.small;
  const routes = new Hono()
    .get(
      '/:id/snapshots/:timestamp/page',
      describe(
        'The page as it looked: without scripts, with the pictures and styles that are kept, and without a request elsewhere',
        { 200: { description: 'The page in a sandbox', type: 'text/html' } },
        ['invalid-request', 'unknown-article', 'unknown-snapshot', 'taken-down'],
      ),
      valid('param', path),
      noQuery,
      compress(),
      async (c) => {
        const { id, timestamp } = c.req.valid('param');
        const { article, snapshot } = await find(store, id, timestamp);
        const leave = (target: string) => `/out?url=${encodeURIComponent(target)}`;
        const pack = await lastPack(store, id, timestamp);
        const shown = await replaySnapshot(store, { article, snapshot, pack, leave, most });
        if (!shown) throw new ProblemError('unknown-snapshot', 'the snapshot is no page that a browser could show');
        return c.html(shown.html, 200, replayHeaders);
      },
    )
    .get(
      '/:id/snapshots/:timestamp/resources',
      describe(
        'What is kept of the looks of a snapshot, and what is missing and why',
        { 200: { description: 'The manifest', schema: resources } },
        ['invalid-request', 'unknown-article', 'unknown-snapshot', 'taken-down'],
      ),
      valid('param', path),
      noQuery,
      async (c) => {
        const { id, timestamp } = c.req.valid('param');
        const { article, snapshot } = await find(store, id, timestamp);
        const looks = { article, snapshot, pack: await lastPack(store, id, timestamp) };
        const kept = await partsOf(store, looks);
        const leftOut = [...(await leftOutOf(store, { ...looks, most }))].map(([url, times]) => ({ url, times }));
        return c.json({
          isKept: kept !== null,
          ...(kept?.manifest ?? { extent: null, parts: [], missing: [] }),
          leftOut,
        });
      },
    );
  return [{ path: '/articles', routes }];
}

async function find(store: Store, id: string, timestamp: string) {
  const article = await findOwn(store.table, id);
  const snapshot = await getSnapshot(store.table, article, timestamp);
  if (!snapshot)
    throw new ProblemError(
      'unknown-snapshot',
      `the article has no snapshot ${timestamp}; /articles/${id}/snapshots lists them`,
    );
  return { article, snapshot };
}
