/**
 * Candidates -> articles with their words, from the table, a batch at a time. Words are cached by article, first capture and
 * `iv`: they cannot change without one of these (after a takedown an article begins anew). Articles are read each time.
 */
import type { Article } from '../article/article.ts';
import type { PastVersion } from '../article/past.ts';
import { readPast } from '../article/past.ts';
import { getArticles, getKnownMany, getText, getTexts, type Store } from '../store/articles.ts';
import { searchableOf } from './article-words.ts';
import { type ByteCache, makeByteCache } from './byte-cache.ts';
import { type FoldedWords, foldWords } from './match.ts';
import type { Searchable } from './terms.ts';

export type Words = { searchable: Searchable; folded: FoldedWords };
export type Hydrated = { article: Article; words: Words };

/** The wanted article, with at least this `iv`. `textId`: its text, if that is known already. */
export type Wanted = { id: string; iv: number; archivedMs: number; textId: string | null };

/** The texts of articles, consistently, by article; those whose texts are gone are left out. */
export async function readTexts(
  store: Store,
  articles: Article[],
): Promise<Map<string, { text: string | null; past: PastVersion[] }>> {
  const wanted = articles.flatMap(({ id, textId, pastId }) =>
    [textId, pastId].flatMap((name) => (name === null ? [] : [{ id, textId: name }])),
  );
  const texts = await getTexts(store, wanted, { consistent: true });
  return new Map(
    articles.flatMap(({ id, textId, pastId }) => {
      const [text, past] = [textId, pastId].map((name) => (name === null ? null : texts.get(`${id} ${name}`)));
      return text === undefined || past === undefined ? [] : [[id, { text, past: readPast(past) }]];
    }),
  );
}

export function makeHydrator(store: Store, maxBytes: number) {
  const cache: ByteCache<Words> = makeByteCache(maxBytes, sizeOf);
  const keyOf = ({ id, iv, archivedMs }: Omit<Wanted, 'textId'>) => `${id} ${iv} ${archivedMs}`;

  /** By id, those that exist. An article whose read was too old is read again, consistently. */
  async function hydrate(wanted: Wanted[], { words }: { words: boolean }): Promise<Map<string, Hydrated>> {
    const unknown = words ? wanted.filter((one) => cache.peek(keyOf(one)) === undefined) : [];
    const texts = unknown.flatMap(({ id, textId }) => (textId === null ? [] : [{ id, textId }]));
    const [articles, found] = await Promise.all([
      getArticles(store.table, [...new Set(wanted.map(({ id }) => id))]),
      texts.length > 0 ? getTexts(store, texts) : new Map<string, string>(),
    ]);
    const old = new Set(wanted.filter(({ id, iv }) => (articles.get(id)?.iv ?? 0) < iv).map(({ id }) => id));
    if (old.size > 0) {
      for (const [id, { article }] of await getKnownMany(store.table, [...old])) {
        if (article) articles.set(id, article);
        else articles.delete(id);
      }
    }
    const hydrated = new Map<string, Hydrated>();
    await Promise.all(
      [...articles.values()].map(async (article) => {
        const made = words ? await wordsOf(article, found) : noWords;
        if (made) hydrated.set(article.id, { article, words: made });
      }),
    );
    return hydrated;
  }

  /** Null when the texts are gone, since the article was taken down meanwhile. */
  async function wordsOf(article: Article, texts: Map<string, string>): Promise<Words | null> {
    const { id, iv, textId, pastId, firstArchivedAt } = article;
    const key = keyOf({ id, iv, archivedMs: Date.parse(firstArchivedAt) });
    const known = cache.peek(key);
    if (known) return known;
    const [text, past] = await Promise.all([
      textId === null ? null : (texts.get(`${id} ${textId}`) ?? getText(store, id, textId)),
      pastId === null ? null : getText(store, id, pastId),
    ]);
    if ((textId !== null && text === null) || (pastId !== null && past === null)) return null;
    const searchable = searchableOf(article, text, readPast(past));
    return cache.get(key, async () => ({ searchable, folded: foldWords(searchable) }));
  }

  /** The words of articles, by id, of those that are still as they were. */
  async function words(wanted: Wanted[]): Promise<Map<string, Words>> {
    const found = new Map<string, Words>();
    const unknown: Wanted[] = [];
    for (const one of wanted) {
      const known = cache.peek(keyOf(one));
      if (known) found.set(one.id, known);
      else unknown.push(one);
    }
    for (let at = 0; at < unknown.length; at += 50) {
      const read = await hydrate(unknown.slice(at, at + 50), { words: true });
      for (const [id, hydrated] of read) found.set(id, hydrated.words);
    }
    return found;
  }

  return { hydrate, words };
}

const noWords: Words = {
  searchable: { title: null, description: null, keywords: [], authors: [], text: null, past: [] },
  folded: { title: [], author: [], rest: [], past: [] },
};

/** Strings of Chinese take two bytes a character, the text and its folded form each. */
function sizeOf({ folded }: Words): number {
  const length = (texts: string[]) => texts.reduce((total, text) => total + text.length, 0);
  const past = folded.past.reduce((total, version) => total + length(version.title) + length(version.rest), 0);
  return 4 * (length(folded.title) + length(folded.author) + length(folded.rest) + past) + 500;
}
