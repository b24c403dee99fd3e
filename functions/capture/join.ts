/**
 * Two articles that turned out to be one story. The younger becomes a pointer to the older: nothing is moved and nothing deleted, its
 * snapshots keep their place, and it can be undone.
 */
import type { Article } from '../article/article.ts';
import { ProblemError } from '../problems.ts';
import { getKnown, hideArticle, putArticle, type Store, showArticle } from '../store/articles.ts';

const mostJoined = 50;

/**
 * The older learns of the younger first, so that a takedown of it takes both whenever this dies. False when one of them was changed
 * meanwhile; then the capture that proved it looks again.
 */
export async function joinArticles(
  store: Store,
  { younger, older }: { younger: Article; older: Article },
): Promise<boolean> {
  const joined = [...new Set([...older.joined, younger.id, ...younger.joined])].slice(0, mostJoined);
  if (!older.joined.includes(younger.id) && !(await putArticle(store.table, { ...older, joined }, older))) return false;
  return hideArticle(store.table, younger, { joinedTo: older.id });
}

/** The article as it was before it was joined; the other one forgets it. */
export async function undoJoin(store: Store, id: string): Promise<Article> {
  const joined = (await getKnown(store.table, id))?.joined;
  if (!joined) throw new ProblemError('invalid-request', 'the article was not joined to another one');
  const shown = await showArticle(store.table, joined.article);
  if (!shown) throw new ProblemError('conflict', 'send the request again');
  const older = (await getKnown(store.table, joined.into))?.article;
  const left = older?.joined.filter((other) => other !== id);
  if (older && left && !(await putArticle(store.table, { ...older, joined: left }, older)))
    throw new ProblemError('conflict', 'send the request again');
  return shown;
}
