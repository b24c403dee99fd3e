/** `/articles/{id}` and `/articles/{id}.md`: read, correct and take down one article. */
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Article } from '../article/article.ts';
import { toIso } from '../article/times.ts';
import { undoJoin } from '../capture/join.ts';
import { documentOf } from '../capture/own-document.ts';
import { removeArticle, undoRemoval } from '../capture/removal.ts';
import type { Requests } from '../capture/request-capture.ts';
import { liftTakedown, takeDown } from '../capture/takedown.ts';
import { maxTextLength } from '../extract/text-limit.ts';
import { ProblemError } from '../problems.ts';
import { getMarkedText, putArticle, type Store } from '../store/articles.ts';
import { requireScope, seesNotes } from './access.ts';
import { markdownOf } from './article-documents.ts';
import { describe } from './describe.ts';
import { findArticle } from './find-article.ts';
import { articleIdParameter } from './parameters.ts';
import * as schemas from './schemas.ts';
import { jsonBody, noQuery, valid } from './validate.ts';
import { articleView } from './views.ts';

const path = v.object({ id: articleIdParameter });
/** `/articles/{id}.md` in the OpenAPI document, where a description of its route would count as one of `/articles/{id}`. */
export const documentOperation = {
  operationId: 'getArticleDocument',
  summary: 'The article as a Markdown document, the form of the git archives',
  parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
  responses: {
    200: { description: 'The document', content: { 'text/markdown': { schema: { type: 'string' } } } },
    400: { description: '`invalid-request`' },
    404: { description: '`unknown-article`' },
    410: { description: '`taken-down`' },
  },
};
export const markdownOperation = {
  ...documentOperation,
  operationId: 'getArticleMarkdown',
  summary: 'The article as Markdown that reads well, with front matter',
};
/** Lost compare-and-sets in a row before giving up. */
const maxRounds = 10;

export function article({ store, queue, now }: Requests): Hono {
  return new Hono()
    .get('/:id{.+\\.md}', noQuery, async (c) => {
      const id = v.safeParse(articleIdParameter, c.req.param('id').slice(0, -3));
      if (!id.success) throw new ProblemError('unknown-article', 'no article has this id');
      const found = await findArticle(store.table, id.output);
      const { bytes, contentType } = await documentOf(store, found);
      return c.body(Uint8Array.from(bytes), 200, {
        'content-type': contentType,
        'content-disposition': `inline; filename="${found.id}.md"`,
        'x-content-type-options': 'nosniff',
      });
    })
    .get('/:id{.+\\.markdown}', noQuery, async (c) => {
      const id = v.safeParse(articleIdParameter, c.req.param('id').slice(0, -'.markdown'.length));
      if (!id.success) throw new ProblemError('unknown-article', 'no article has this id');
      const found = await findArticle(store.table, id.output);
      return c.body(await markdownOf(store, found), 200, {
        'content-type': 'text/markdown; charset=utf-8',
        'content-disposition': `inline; filename="${found.id}.markdown"`,
        'x-content-type-options': 'nosniff',
      });
    })
    .get(
      '/:id',
      describe('One article with its text', { 200: { description: 'The article', schema: schemas.article } }, [
        'invalid-request',
        'unknown-article',
        'taken-down',
      ]),
      valid('param', path),
      noQuery,
      async (c) => {
        const found = await findArticle(store.table, c.req.valid('param').id);
        const marked = found.textId ? await getMarkedText(store, found.id, found.textId) : null;
        const note = seesNotes(c) ? { note: found.note, bookmarkedAt: found.bookmarkedAt ?? null } : {};
        const { text = null, html = null } = marked ?? {};
        const textTruncated = (text?.length ?? 0) >= maxTextLength;
        return c.json({ ...articleView(found), ...note, text, html, textTruncated });
      },
    )
    .patch(
      '/:id',
      describe(
        'Correct the title or the time, set tags and a note, lift a takedown, undo a removal or a join',
        {
          200: { description: 'The article as it is now', schema: schemas.articleItem },
          204: { description: 'The takedown is lifted; the URLs may be archived again' },
        },
        [
          'invalid-json',
          'invalid-request',
          'unsupported-media-type',
          'unknown-article',
          'taken-down',
          'removed',
          'takedown-in-progress',
          'conflict',
        ],
        schemas.patchBody,
      ),
      valid('param', path),
      noQuery,
      async (c) => {
        const { id } = c.req.valid('param');
        const changes = await jsonBody(c, () => schemas.patchBody);
        const undone = (['takenDown', 'removed', 'joined'] as const).find((field) => changes[field] === false);
        if (undone) {
          // There is no article to correct.
          if (Object.keys(changes).length > 1)
            throw new ProblemError('invalid-request', `field "${undone}": send it alone`);
          if (undone === 'joined') return c.json(articleView(await undoJoin(store, id)));
          requireScope(c, 'admin');
          if (undone === 'removed') return c.json(articleView(await undoRemoval(store, id)));
          await liftTakedown(store, id);
          return c.body(null, 204);
        }
        const put = await changeArticle(store, id, (before) => corrected(before, changes, now()));
        return c.json({ ...articleView(put), note: put.note });
      },
    )
    .delete(
      '/:id',
      describe(
        'Take the article down: it is neither shown nor kept, and its URLs are not archived again. With `reason=mistake` remove it: it may be archived again',
        {
          204: {
            description:
              'Taken down: the stored content is deleted now and once more after 15 minutes. Removed: hidden now, and deleted after a day',
          },
        },
        ['invalid-request', 'unknown-article', 'taken-down', 'removed', 'conflict'],
      ),
      valid('param', path),
      valid('query', v.strictObject({ reason: v.optional(v.picklist(['takedown', 'mistake'])) })),
      async (c) => {
        const { id } = c.req.valid('param');
        const requests = { store, queue, now };
        if (c.req.valid('query').reason === 'mistake') await removeArticle(requests, id);
        else await takeDown(requests, id);
        return c.body(null, 204);
      },
    );
}

/** Writes what `change` makes of the article, however often somebody else writes it meanwhile. Throws as `findArticle`, and `conflict`. */
export async function changeArticle(store: Store, id: string, change: (before: Article) => Article): Promise<Article> {
  for (let round = 0; round < maxRounds; round++) {
    const before = await findArticle(store.table, id);
    const put = await putArticle(store.table, change(before), before);
    if (put) return put;
  }
  throw new ProblemError('conflict', 'send the request again');
}

/** The corrections of a person: null takes a value back, what is not there stays. */
export function corrected(article: Article, changes: v.InferOutput<typeof schemas.patchBody>, nowMs: number): Article {
  const corrections = { ...article.corrections };
  for (const field of ['title', 'publishedAt'] as const) {
    const value = changes[field];
    if (value === null) delete corrections[field];
    else if (value !== undefined) corrections[field] = value;
  }
  return {
    ...article,
    corrections,
    ...(JSON.stringify(corrections) === JSON.stringify(article.corrections) ? {} : { correctedAt: toIso(nowMs) }),
    tags: changes.tags === undefined ? article.tags : [...new Set(changes.tags)],
    note: changes.note === undefined ? article.note : changes.note || null,
  };
}
