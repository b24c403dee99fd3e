/** The article of a route's id, or the problem that there is none. */

import type { Article, Known } from '../article/article.ts';
import { removedProblem } from '../capture/removal.ts';
import { ProblemError } from '../problems.ts';
import { getKnown } from '../store/articles.ts';
import type { Table } from '../store/table.ts';

/** Thrown for an article that was joined to another one: the answer leads there (308). */
export class JoinedElsewhere extends Error {
  readonly id: string;
  readonly into: string;

  constructor(id: string, into: string) {
    super(`the article ${id} was joined to ${into}`);
    this.name = 'JoinedElsewhere';
    this.id = id;
    this.into = into;
  }
}

/** Throws JoinedElsewhere for one that leads to another one. */
export async function findArticle(table: Table, id: string): Promise<Article> {
  const known = await findKnown(table, id);
  if (known.joined) throw new JoinedElsewhere(id, known.joined.into);
  return known.article;
}

/** As `findArticle`, for what keeps its place when an article is joined to another one: its snapshots. */
export async function findOwn(table: Table, id: string): Promise<Article> {
  const known = await findKnown(table, id);
  return known.article ?? known.joined.article;
}

async function findKnown(table: Table, id: string): Promise<Extract<Known, { tombstone: null; removed: null }>> {
  const known = await getKnown(table, id);
  if (!known) throw new ProblemError('unknown-article', `no article has the id ${id}`);
  if (known.tombstone)
    throw new ProblemError('taken-down', `the article was taken down at ${known.tombstone.takenDownAt}`);
  if (known.removed) throw new ProblemError('removed', removedProblem(known.removed).detail);
  return known;
}
