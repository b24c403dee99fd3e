/**
 * `GET /articles`: articles by time, from the time index, and, as soon as something is asked of them, from the search index.
 */
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Article } from '../article/article.ts';
import { parseStoryUrl } from '../article/article-url.ts';
import { kinds } from '../article/kind.ts';
import { lookUp } from '../capture/captured-article.ts';
import { ProblemError } from '../problems.ts';
import { facetsOf } from '../search/article-words.ts';
import { languageTag, siteFrom } from '../search/query-filters.ts';
import { parseQuery, type Query } from '../search/query-language.ts';
import type { Search, SearchAnswer, SearchRequest } from '../search/search.ts';
import type { Order } from '../search/streams.ts';
import { type Filters, passes } from '../search/terms.ts';
import { timeOf, timeRows } from '../store/articles.ts';
import type { Table } from '../store/table.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { describe } from './describe.ts';
import { cursorParameter, flagParameter, limitParameter, timeOrDay, toMoment, zoneParameter } from './parameters.ts';
import * as schemas from './schemas.ts';
import { valid } from './validate.ts';
import { articleView, foundView, understoodView } from './views.ts';

const orders = ['newest', 'oldest', 'archived', 'edited', 'removed'] as const;
const filterText = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(300)));

const listFields = v.strictObject({
  q: v.optional(v.string()),
  from: v.optional(timeOrDay),
  to: v.optional(timeOrDay),
  tz: zoneParameter,
  site: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(300), v.transform(siteFrom))),
  feed: filterText,
  lang: v.optional(
    v.pipe(v.string(), v.regex(languageTag, 'write a language tag such as zh or en-GB'), v.toLowerCase()),
  ),
  tag: filterText,
  url: v.optional(v.pipe(v.string(), v.minLength(1))),
  kind: v.optional(v.picklist([...kinds, 'any'], `kind must be one of ${kinds.join(', ')}, any`)),
  changed: flagParameter,
  removed: flagParameter,
  order: v.optional(v.picklist(orders, `order must be one of ${orders.join(', ')}`), 'newest'),
  limit: limitParameter,
  cursor: cursorParameter,
  count: flagParameter,
});
/** Days are those of the zone, and moments from here on. */
export const listQuery = v.pipe(
  listFields,
  v.transform(({ from, to, ...rest }) => ({
    ...rest,
    from: from === undefined ? undefined : toMoment(from, { end: false, zone: rest.tz }),
    to: to === undefined ? undefined : toMoment(to, { end: true, zone: rest.tz }),
  })),
);
export type ListQuery = v.InferOutput<typeof listQuery>;

/** Rows of the time index that one request may look at: of a thousand in a row, one leads to an article at least. */
const maxExamined = 1000;
const firstTime = '0000';
const lastTime = '9999';
const firstMoment = '0000-01-01T00:00:00.000Z';
const lastMoment = '9999-12-31T23:59:59.999Z';

export function listArticles(table: Table, search: Search): Hono {
  return new Hono().get(
    '/',
    describe(
      'List articles by time, or those that match',
      { 200: { description: 'A page of articles', schema: schemas.foundList } },
      ['invalid-request', 'invalid-query', 'invalid-cursor'],
    ),
    valid('query', listQuery),
    async (c) => c.json(await findArticles(table, search, c.req.valid('query'))),
  );
}

/** A page of articles as the API shows them, from whichever index answers. */
export async function findArticles(table: Table, search: Search, query: ListQuery) {
  if (query.from && query.to && query.from > query.to)
    throw new ProblemError('invalid-request', `from (${query.from}) is later than to (${query.to})`);
  const { order } = query;
  const isLedger = order === 'edited' || order === 'removed';
  if (isLedger && query.q !== undefined)
    throw new ProblemError(
      'invalid-request',
      `q and order=${order} cannot be combined; ask with ${order === 'edited' ? 'changed' : 'removed'}=true`,
    );
  if (!isLedger && (query.q !== undefined || (query.url === undefined && filters(query))))
    return bySearch(search, { ...query, order });
  if (query.url !== undefined) return byUrl(table, query, query.url);
  const { items, next } = await byTime(table, query);
  return { items: items.map(articleView), next };
}

async function byTime(table: Table, query: ListQuery): Promise<{ items: Article[]; next: string | null }> {
  const { limit, cursor } = query;
  const binding = bindingOf(query);
  const items: Article[] = [];
  let after = readCursor(binding, cursor);
  for (let examined = 0; examined < maxExamined; ) {
    const { rows, more } = await timeRows(table, {
      order: query.order,
      from: query.from ?? firstTime,
      to: query.to ?? lastTime,
      after,
      limit: limit - items.length + 1,
    });
    for (const { position, article } of rows) {
      // One row too many is how we know, without asking again, that there is a next page.
      if (items.length === limit) return { items, next: writeCursor(binding, after ?? '') };
      after = position;
      examined++;
      if (article && passes(facetsOf(article), filtersOf(query))) items.push(article);
    }
    if (!more) return { items, next: null };
  }
  return { items, next: after === null ? null : writeCursor(binding, after) };
}

async function bySearch(search: Search, query: ListQuery & { order: Order }) {
  if (query.url !== undefined) throw new ProblemError('invalid-request', 'q and url cannot be combined');
  const parsed = query.q === undefined ? { query: null } : parseQuery(query.q, query.tz);
  if ('problem' in parsed) {
    const { detail, position } = parsed.problem;
    throw new ProblemError('invalid-query', `${detail} (at character ${position} of q)`, { position });
  }
  const binding = bindingOf(query);
  const asked = {
    query: parsed.query,
    filters: filtersOf(query),
    order: query.order,
    ...spanOf(query, parsed.query),
  };
  const { found, next, damaged } = await search.search({
    ...asked,
    limit: query.limit,
    after: readCursor(binding, query.cursor),
  });
  return {
    items: found.map((one) => foundView(one, parsed.query)),
    next: next === null ? null : writeCursor(binding, next),
    ...(query.count ? { count: await countUpTo(search, asked) } : {}),
    ...(parsed.query ? { understood: understoodView(parsed.query) } : {}),
    ...(damaged.length > 0 ? { partial: true, damaged } : {}),
  };
}

/** Stories that are counted one by one, and the requests of the index that may take. */
const maxCounted = 100;
const maxCountRounds = 3;

/** How many articles match, each compared with the query: exactly up to a hundred, then `more`; also where finding out takes too long. */
async function countUpTo(search: Search, asked: Omit<SearchRequest, 'limit' | 'after'>) {
  let value = 0;
  let after: string | null = null;
  for (let round = 0; round < maxCountRounds; round++) {
    const { found, next }: SearchAnswer = await search.search({ ...asked, limit: maxCounted - value, after });
    value += found.length;
    if (next === null || value === maxCounted) return { value, more: next !== null };
    after = next;
  }
  return { value, more: true };
}

/** The time that is asked for, by the parameters and by the query's own filters: what lies outside need not be read. */
function spanOf({ from, to, order }: ListQuery, query: Query | null): { from: string; to: string } {
  const span = { from: from ?? firstMoment, to: to ?? lastMoment };
  if (order === 'archived') return span;
  for (const { negated, any, filters = [] } of query?.clauses ?? []) {
    const [only] = filters;
    if (negated || any.length > 0 || filters.length > 1 || !only) continue;
    if (only.from !== undefined && only.from > span.from) span.from = only.from;
    if (only.to !== undefined && only.to < span.to) span.to = only.to;
  }
  return span;
}

/** A cursor belongs to everything that was asked but for the size of the page. */
function bindingOf({ limit: _limit, cursor: _cursor, count: _count, ...rest }: ListQuery): string {
  return JSON.stringify(rest, Object.keys(rest).sort());
}

async function byUrl(table: Table, query: ListQuery, text: string) {
  const parsed = parseStoryUrl(text);
  if ('problem' in parsed) throw new ProblemError('invalid-request', `parameter "url": ${parsed.problem.detail}`);
  const found = await lookUp(table, parsed.url);
  const article = found?.known.article;
  if (!article || !isAskedFor(article, query)) return { items: [], next: null };
  return { items: [{ ...articleView(article), by: found.by }], next: null };
}

function isAskedFor(article: Article, query: ListQuery): boolean {
  if (!passes(facetsOf(article), filtersOf(query))) return false;
  const time = timeOf(article, query.order);
  return time !== null && time >= (query.from ?? firstTime) && time <= (query.to ?? lastTime);
}

/** Asked for no kind, a list leaves walls and errors out; a URL finds what is there. */
function filtersOf({ site, feed, lang, tag, changed, removed, kind, url }: ListQuery): Filters {
  const unasked = url === undefined ? 'listed' : undefined;
  return { site, feed, lang, tag, changed, removed, kind: kind === 'any' ? undefined : (kind ?? unasked) };
}

function filters(query: ListQuery): boolean {
  const { kind: _kind, ...others } = filtersOf(query);
  return Object.values(others).some((filter) => filter !== undefined);
}
