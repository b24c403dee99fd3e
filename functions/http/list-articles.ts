/** `GET /articles`: articles by time, filtered. The time index is read a page at a time; filters look at a bounded number of rows. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { parseArticleUrl } from '../capture/article-url.ts';
import { siteOf, urlHash } from '../capture/norm.ts';
import { ProblemError } from '../problems.ts';
import { getAliases } from '../store/aliases.ts';
import { type Article, effective } from '../store/article.ts';
import { getKnown, type TimeOrder, timeRows } from '../store/articles.ts';
import type { Table } from '../store/table.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { describe } from './describe.ts';
import { cursorParameter, flagParameter, limitParameter, timeParameter } from './parameters.ts';
import * as schemas from './schemas.ts';
import { valid } from './validate.ts';
import { articleView } from './views.ts';

const filterText = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(300)));

const listQuery = v.strictObject({
  from: v.optional(timeParameter({ end: false })),
  to: v.optional(timeParameter({ end: true })),
  site: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(300), v.transform(toSite))),
  feed: filterText,
  lang: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'write a language tag such as zh or en-GB'),
      v.toLowerCase(),
    ),
  ),
  tag: filterText,
  url: v.optional(v.pipe(v.string(), v.minLength(1))),
  changed: flagParameter,
  removed: flagParameter,
  order: v.optional(v.picklist(['newest', 'oldest', 'archived'], 'order must be newest, oldest or archived'), 'newest'),
  limit: limitParameter,
  cursor: cursorParameter,
});
type ListQuery = v.InferOutput<typeof listQuery>;

/** Rows that one request may look at. Until search serves the filters, a rare one is answered in several pages. */
const maxExamined = 1000;
const firstTime = '0000';
const lastTime = '9999';

export function listArticles(table: Table): Hono {
  return new Hono().get(
    '/',
    describe(
      'List articles by time',
      { 200: { description: 'A page of articles', schema: schemas.listOf(schemas.articleItem) } },
      ['invalid-request', 'invalid-cursor'],
    ),
    valid('query', listQuery),
    async (c) => {
      const query = c.req.valid('query');
      if (query.from && query.to && query.from > query.to)
        throw new ProblemError('invalid-request', `from (${query.from}) lies after to (${query.to})`);
      const { items, next } =
        query.url === undefined
          ? await byTime(table, query)
          : { items: await byUrl(table, query, query.url), next: null };
      return c.json({ items: items.map(articleView), next });
    },
  );
}

async function byTime(table: Table, query: ListQuery): Promise<{ items: Article[]; next: string | null }> {
  const { limit, cursor, ...rest } = query;
  const binding = JSON.stringify(rest, Object.keys(rest).sort());
  const items: Article[] = [];
  let after = readCursor(binding, cursor);
  for (let examined = 0; examined < maxExamined; ) {
    const want = filters(query) ? 100 : limit - items.length + 1;
    const { rows, more } = await timeRows(table, {
      order: query.order as TimeOrder,
      from: query.from ?? firstTime,
      to: query.to ?? lastTime,
      after,
      limit: want,
    });
    for (const { position, article } of rows) {
      // One row too many is how we know, without asking again, that there is a next page.
      if (items.length === limit) return { items, next: writeCursor(binding, after ?? '') };
      after = position;
      examined++;
      if (article && matches(article, query)) items.push(article);
    }
    if (!more) return { items, next: null };
  }
  return { items, next: after === null ? null : writeCursor(binding, after) };
}

async function byUrl(table: Table, query: ListQuery, text: string): Promise<Article[]> {
  const parsed = parseArticleUrl(text);
  if ('problem' in parsed) throw new ProblemError('invalid-request', `parameter "url": ${parsed.problem.detail}`);
  const hash = urlHash(parsed.url);
  const alias = (await getAliases(table, [hash])).get(hash);
  const article = alias && (await getKnown(table, alias.article))?.article;
  if (!article || !matches(article, query)) return [];
  const time = query.order === 'archived' ? article.firstArchivedAt : effective(article).publishedAt;
  return time >= (query.from ?? firstTime) && time <= (query.to ?? lastTime) ? [article] : [];
}

function filters({ site, feed, lang, tag, changed, removed }: ListQuery): boolean {
  return [site, feed, lang, tag, changed, removed].some((filter) => filter !== undefined);
}

function matches(article: Article, { site, feed, lang, tag, changed, removed }: ListQuery): boolean {
  return (
    (site === undefined || article.site === site) &&
    (feed === undefined || article.feed === feed) &&
    (lang === undefined || isLanguage(article.lang, lang)) &&
    (tag === undefined || article.tags.includes(tag)) &&
    (changed === undefined || article.versionCount > 1 === changed) &&
    (removed === undefined || (article.removedAt !== null) === removed)
  );
}

/** `zh` also means `zh-Hant-TW` (RFC 4647 3.3.1). */
function isLanguage(tag: string | null, range: string): boolean {
  const lower = tag?.toLowerCase();
  return lower === range || (lower?.startsWith(`${range}-`) ?? false);
}

/** People paste hosts and whole URLs. */
function toSite(text: string): string {
  const href = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  return URL.canParse(href) ? siteOf(href) : text;
}
