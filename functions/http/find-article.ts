/** The article of a route's id, or the problem that there is none. */

import type { Article } from '../article/article.ts';
import { ProblemError } from '../problems.ts';
import { getKnown } from '../store/articles.ts';
import type { Table } from '../store/table.ts';

export async function findArticle(table: Table, id: string): Promise<Article> {
  const known = await getKnown(table, id);
  if (!known) throw new ProblemError('unknown-article', `no article has the id ${id}`);
  if (known.tombstone)
    throw new ProblemError('taken-down', `the article was taken down at ${known.tombstone.takenDownAt}`);
  return known.article;
}
