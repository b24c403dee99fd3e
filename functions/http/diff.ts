/** `GET /articles/{id}/diff`: what changed in title and text between two snapshots of an article. */
import { diffArrays } from 'diff';
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Article, Snapshot } from '../article/article.ts';
import { ProblemError } from '../problems.ts';
import { allOlderSnapshots, getSnapshot, getText, type Store } from '../store/articles.ts';
import { describe } from './describe.ts';
import { findArticle } from './find-article.ts';
import { articleIdParameter, timestampParameter } from './parameters.ts';
import * as schemas from './schemas.ts';
import { valid } from './validate.ts';
import { snapshotUrl } from './views.ts';

/** The time that a comparison takes grows with the square of what differs; past this all of it counts as changed. */
const maxDiffMs = 500;

export function diff(store: Store): Hono {
  return new Hono().get(
    '/:id/diff',
    describe(
      'Compare title and text of two snapshots: by default the latest and the newest one that differs from it',
      { 200: { description: 'The paragraphs, each the same, added or removed', schema: schemas.diff } },
      ['invalid-request', 'unknown-article', 'unknown-snapshot', 'taken-down'],
    ),
    valid('param', v.object({ id: articleIdParameter })),
    valid('query', v.strictObject({ from: v.optional(timestampParameter), to: v.optional(timestampParameter) })),
    async (c) => {
      const article = await findArticle(store.table, c.req.valid('param').id);
      const query = c.req.valid('query');
      const to = await snapshotAt(store, article, query.to ?? article.latest.timestamp);
      const from =
        query.from === undefined ? await before(store, article, to) : await snapshotAt(store, article, query.from);
      const [old, recent] = [await linesOf(store, article, from), await linesOf(store, article, to)];
      return c.json({
        from: sideOf(article, from),
        to: sideOf(article, to),
        titleChanged: from.title !== to.title,
        textChanged: from.textId !== to.textId,
        paragraphs: paragraphsOf(old, recent),
      });
    },
  );
}

async function snapshotAt(store: Store, article: Article, timestamp: string): Promise<Snapshot> {
  const snapshot = await getSnapshot(store.table, article, timestamp);
  if (snapshot) return snapshot;
  throw new ProblemError(
    'unknown-snapshot',
    `the article has no snapshot ${timestamp}; /articles/${article.id}/snapshots lists its snapshots`,
  );
}

/** The newest older snapshot that tells something else; the snapshot itself where there is none. */
async function before(store: Store, article: Article, to: Snapshot): Promise<Snapshot> {
  if (article.snapshotCount === 1) return to;
  const older = (await allOlderSnapshots(store.table, article)).filter(({ timestamp }) => timestamp < to.timestamp);
  return older.find(({ title, textId }) => title !== to.title || textId !== to.textId) ?? older[0] ?? to;
}

async function linesOf(store: Store, article: Article, { textId }: Snapshot): Promise<string[]> {
  const text = textId === null ? null : await getText(store, article.id, textId);
  return text === null ? [] : text.split('\n');
}

function paragraphsOf(old: string[], recent: string[]): { change: 'same' | 'added' | 'removed'; text: string }[] {
  const parts = diffArrays(old, recent, { timeout: maxDiffMs }) ?? [
    { value: old, removed: true, added: false },
    { value: recent, removed: false, added: true },
  ];
  return parts.flatMap(({ value, added, removed }) => {
    const change = added ? 'added' : removed ? 'removed' : 'same';
    return value.map((text) => ({ change, text }) as const);
  });
}

function sideOf({ id }: Article, { timestamp, fetchedAt, title }: Snapshot) {
  return { timestamp, fetchedAt, title, url: snapshotUrl(id, timestamp) };
}
