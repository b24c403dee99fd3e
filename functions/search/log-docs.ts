/** The articles that the log names, as queries compare them: kept in memory until they change again. */
import { type Article, countsOf, type Place } from '../article/article.ts';
import { getKnownMany, timePosition } from '../store/articles.ts';
import type { Table } from '../store/table.ts';
import { facetsOf } from './article-words.ts';
import type { Epoch, LogView } from './log-view.ts';
import type { Order } from './streams.ts';
import type { Facets } from './terms.ts';

/** An article of the log, without its words. */
export type LogDoc = Pick<Article, 'id' | 'iv' | 'textId'> & {
  archivedMs: number;
  positions: Record<Order, string>;
  facets: Facets;
  places: Place[];
};

/** The articles by id; and those of them that the index of the log does not have (`log-index.ts`). */
export type LogDocs = { docs: ReadonlyMap<string, LogDoc>; loose: Map<string, LogDoc> };

type State = LogDocs & {
  docs: Map<string, LogDoc>;
  purges: Map<string, string | null>;
  /** Those that have not come to their `iv`, or may have been taken down: read each time. */
  unsettled: Set<string>;
  /** How many of the epoch's changes are in here. */
  done: number;
};

/** `isIndexed`: whether the index of the log has an article as it is. */
export function makeLogDocs(table: Table, isIndexed: (doc: LogDoc) => boolean): (log: LogView) => Promise<LogDocs> {
  // By epoch, so that a query that began before a commit keeps what it needs.
  const states = new WeakMap<Epoch, State>();
  let latest: State | null = null;

  return async ({ epoch }) => {
    const state = states.get(epoch) ?? stateAfter(latest, epoch);
    states.set(epoch, state);
    latest = state;
    for (; state.done < epoch.news.length; state.done++) state.unsettled.add(epoch.news[state.done] ?? '');
    const unknown = [...state.unsettled].filter((id) => !isSettled(state, epoch, id));
    const known = await getKnownMany(table, unknown);
    for (const id of unknown) {
      const article = known.get(id)?.article;
      if (article) set(state, logDocOf(article), epoch.changed.get(id)?.purge ?? null);
      else forget(state, id);
    }
    for (const id of state.unsettled) if (isSettled(state, epoch, id)) state.unsettled.delete(id);
    return state;
  };

  function set(state: State, doc: LogDoc, purge: string | null): void {
    state.docs.set(doc.id, doc);
    state.purges.set(doc.id, purge);
    if (isIndexed(doc)) state.loose.delete(doc.id);
    else state.loose.set(doc.id, doc);
  }

  /** What was known of the articles that the next epoch names, too. */
  function stateAfter(before: State | null, epoch: Epoch): State {
    const state: State = { docs: new Map(), purges: new Map(), loose: new Map(), unsettled: new Set(), done: 0 };
    for (const id of epoch.changed.keys()) {
      const doc = before?.docs.get(id);
      if (doc) set(state, doc, before?.purges.get(id) ?? null);
    }
    return state;
  }
}

function forget(state: State, id: string): void {
  state.docs.delete(id);
  state.purges.delete(id);
  state.loose.delete(id);
}

function isSettled({ docs, purges }: State, { changed }: Epoch, id: string): boolean {
  const doc = docs.get(id);
  const { iv, purge } = changed.get(id) ?? { iv: 0, purge: null };
  return doc !== undefined && iv > 0 && doc.iv >= iv && purges.get(id) === purge;
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
