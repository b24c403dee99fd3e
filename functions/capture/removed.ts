/** An article whose page is gone from the web is marked; what was stored of it stays. */
import type { Problem } from '../problems.ts';
import { getKnown, putArticle } from '../store/articles.ts';
import { toIso } from '../times.ts';
import type { WorkerDeps } from './worker-deps.ts';

export function isGone({ code }: Problem): boolean {
  return code === 'not-found' || code === 'gone';
}

/** Until it is marked or taken down, however often somebody else writes it meanwhile. */
export async function markRemoved(deps: WorkerDeps, id: string): Promise<void> {
  for (;;) {
    const article = (await getKnown(deps.store.table, id))?.article;
    if (!article || article.removedAt) return;
    const removed = { ...article, v: article.v + 1, iv: article.iv + 1, removedAt: toIso(deps.now()) };
    if (await putArticle(deps.store.table, removed, article)) return;
  }
}
