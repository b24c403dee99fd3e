/** `/a/{id}/{timestamp}/page`: what the frame shows of a page as it was. It brings a parser of HTML, so that on AWS the importer has it. */
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { Imports } from '../http/app.ts';
import { findOwn } from '../http/find-article.ts';
import { isKnown } from '../http/snapshots.ts';
import { ProblemError } from '../problems.ts';
import type { Store } from '../store/articles.ts';
import { idOf, timestampOf } from './answers.ts';
import { assets } from './assets.ts';
import { isPage, type Kept, readKept, sandbox } from './kept-page.ts';
import { type Rewritten, rewritePage } from './rewrite-page.ts';

const frameHeaders = {
  'content-security-policy': `sandbox ${sandbox}; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, no-cache',
};

export function frameRoutes(store: Store): Imports {
  const app = new Hono();
  app.get('/:id/:timestamp/page', compress(), async (c) => {
    const article = await findOwn(store.table, idOf(c));
    const timestamp = timestampOf(c);
    const etag = `W/"${article.id}.${timestamp}.${assets().version}"`;
    if (isKnown(c.req.header('if-none-match'), etag.slice(2))) return c.body(null, 304, { etag });
    const shown = shownPage(await readKept(store, article, timestamp));
    if (!shown) throw new ProblemError('unknown-snapshot', 'there is no page to show');
    return c.html(shown.html, 200, { ...frameHeaders, etag });
  });
  return [{ path: '/a', routes: app }];
}

/** What the frame shows. Null where there is nothing that a browser could show. */
function shownPage({ snapshot, body }: Kept): Rewritten | null {
  if (body === null || !isPage(snapshot.contentType)) return null;
  return rewritePage(decode(body, snapshot.charset), {
    url: snapshot.finalUrl,
    leave: (target) => `/out?url=${encodeURIComponent(target)}`,
  });
}

/** The charset was found when the page was saved. */
function decode(body: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(body);
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder().decode(body);
    throw error;
  }
}
