/** An article whose page is gone from the web is marked, and what was stored of it stays; the mark goes when the page is back. */

import { toIso } from '../article/times.ts';
import type { Problem } from '../problems.ts';
import { getKnown, putArticle } from '../store/articles.ts';
import type { CaptureDeps } from './capture-deps.ts';

export function isGone({ code }: Problem): boolean {
  return code === 'not-found' || code === 'gone';
}

export function markRemoved(deps: CaptureDeps, id: string): Promise<void> {
  return setRemoved(deps, id, toIso(deps.now()));
}

export function markBack(deps: CaptureDeps, id: string): Promise<void> {
  return setRemoved(deps, id, null);
}

/** Until it is so or the article is taken down, however often somebody else writes it meanwhile. */
async function setRemoved(deps: CaptureDeps, id: string, removedAt: string | null): Promise<void> {
  for (;;) {
    const article = (await getKnown(deps.store.table, id))?.article;
    if (!article || (article.removedAt === null) === (removedAt === null)) return;
    if (await putArticle(deps.store.table, { ...article, removedAt }, article)) return;
  }
}
