/** `GET /feed.xml`: what `GET /articles` answers, as Atom with stable ids, answered with 304 while it is the same. */
import { Hono } from 'hono';
import { writeAtom } from '../formats/atom.ts';
import { hash22 } from '../hash.ts';
import type { Search } from '../search/search.ts';
import type { Table } from '../store/table.ts';
import { describe } from './describe.ts';
import { findArticles, listQuery } from './list-articles.ts';
import { ownOrigin } from './own-origin.ts';
import { isKnown } from './snapshots.ts';
import { valid } from './validate.ts';

export function feedXml(table: Table, search: Search): Hono {
  return new Hono().get(
    '/feed.xml',
    describe(
      'The answer of GET /articles as Atom, with the same parameters',
      {
        200: { description: 'A feed', type: 'application/atom+xml' },
        304: { description: 'Nothing changed (If-None-Match)' },
      },
      ['invalid-request', 'invalid-query', 'invalid-cursor'],
    ),
    valid('query', listQuery),
    async (c) => {
      const query = c.req.valid('query');
      const { items, next } = await findArticles(table, search, query);
      const { pathname, search: queryText } = new URL(c.req.url);
      const address = new URL(pathname + queryText, ownOrigin(c));
      const asked = new URLSearchParams(address.search);
      const entries = items.map((item) => ({
        id: `urn:nightdesk:article:${item.id}`,
        title: item.title ?? item.url,
        url: item.url,
        archived: new URL(item.links.self, address.origin).href,
        publishedAt: item.publishedAt,
        updatedAt: item.removedAt ?? item.changedAt,
        authors: item.authors.length > 0 ? item.authors : [item.site],
        summary: ('snippet' in item ? item.snippet : null) || item.description,
        tags: [...new Set([...item.tags, ...item.keywords])],
      }));
      const following = new URLSearchParams(asked);
      if (next !== null) following.set('cursor', next);
      asked.sort();
      const body = writeAtom({
        id: `urn:nightdesk:feed:${asked.size === 0 ? 'all' : asked.toString()}`,
        title:
          asked.size === 0
            ? 'Nightdesk'
            : `Nightdesk: ${[...asked].map(([key, value]) => `${key} ${value}`).join(', ')}`,
        self: address.href,
        next: next === null ? null : `${address.origin}${address.pathname}?${following}`,
        updatedAt:
          entries
            .map(({ updatedAt }) => updatedAt)
            .sort()
            .at(-1) ?? '1970-01-01T00:00:00.000Z',
        entries,
      });
      const etag = `"${hash22(body)}"`;
      const headers = { etag, 'cache-control': 'private, no-cache', vary: 'Accept-Encoding' };
      if (isKnown(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers);
      return c.body(body, 200, { ...headers, 'content-type': 'application/atom+xml; charset=utf-8' });
    },
  );
}
