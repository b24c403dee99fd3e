/** The articles that the log names, as queries compare them: kept in memory until they change again. */
import { type Article, countsOf, type Place } from '../article/article.ts';
import { getKnownMany, timePosition } from '../store/articles.ts';
import type { Table } from '../store/table.ts';
import { facetsOf } from './article-words.ts';
import type { LogView } from './log-view.ts';
import type { Order } from './streams.ts';
import type { Facets } from './terms.ts';

/** An article of the log, without its words. */
export type LogDoc = Pick<Article, 'id' | 'iv' | 'textId'> & {
  archivedMs: number;
  positions: Record<Order, string>;
  facets: Facets;
  places: Place[];
};

export function makeLogDocs(table: Table): (log: LogView) => Promise<LogDoc[]> {
  const logged = new Map<string, { doc: LogDoc; purge: string | null }>();
  return logDocs;

  /**
   * What the log's articles are found by. Those that have not come to their `iv`, or may have been taken down, are read
   * each time. Other requests may forget meanwhile what they find in no log any more, so this one keeps what it needs.
   */
  async function logDocs(log: LogView): Promise<LogDoc[]> {
    const docs: LogDoc[] = [];
    const unknown: string[] = [];
    for (const [id, { iv, purge }] of log.changed) {
      const known = logged.get(id);
      if (known && iv > 0 && known.doc.iv >= iv && known.purge === purge) docs.push(known.doc);
      else unknown.push(id);
    }
    for (const id of logged.keys()) if (!log.changed.has(id)) logged.delete(id);
    for (const [id, { article }] of await getKnownMany(table, unknown)) {
      logged.delete(id);
      if (!article) continue;
      const doc = logDocOf(article);
      docs.push(doc);
      logged.set(id, { doc, purge: log.changed.get(id)?.purge ?? null });
    }
    return docs;
  }
}

function logDocOf(article: Article): LogDoc {
  const { id, iv, textId, firstArchivedAt } = article;
  const newest = timePosition(article, 'newest');
  return {
    id,
    iv,
    archivedMs: Date.parse(firstArchivedAt),
    textId,
    positions: { newest, oldest: newest, archived: timePosition(article, 'archived') },
    facets: facetsOf(article),
    places: countsOf(article),
  };
}
