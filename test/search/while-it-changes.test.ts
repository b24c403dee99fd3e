/** A search that lives on, as in a server, while articles and the index change: between its requests and in the middle of them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Article, placesOf } from '../../functions/article/article.ts';
import { runIndexer } from '../../functions/search/index-log.ts';
import { makeSearch, type Search } from '../../functions/search/search.ts';
import type { Store } from '../../functions/store/articles.ts';
import { putLogEntry, readLog } from '../../functions/store/search-index.ts';
import type { Table } from '../../functions/store/table.ts';
import { useServices } from '../support/use.ts';
import {
  ask,
  clear,
  countOf,
  index,
  indexerDeps,
  liftStory,
  putStory,
  type Story,
  takeDownStory,
  titlesOf,
} from './stories.ts';

const services = await useServices();
const { store } = services;
beforeEach(() => clear(store));

const story = (name: string, text = 'ferry'): Story => ({
  name,
  title: name,
  text,
  publishedAt: '2024-01-01T00:00:00.000Z',
});

/** The titles of what is found, in alphabetical order. */
async function titles(search: Search, q: string): Promise<string[]> {
  const answer = await ask(search, q);
  expect(answer.damaged).toEqual([]);
  return titlesOf(answer).sort();
}

/** The store, with some of the table's calls changed. */
function storeThat(changed: (table: Table) => Partial<Table>): Store {
  return { ...store, table: { ...store.table, ...changed(store.table) } };
}

describe('an article that was taken down and is archived anew', () => {
  it.each([
    { name: 'in the log', commits: false },
    { name: 'in a segment', commits: true },
  ])('is searched by its new words, $name', async ({ commits }) => {
    const search = makeSearch({ store, now: Date.now });
    await putStory(store, { ...story('old', 'ferry'), name: 'a' });
    if (commits) await index(store);
    expect(await titles(search, 'ferry')).toEqual(['old']);
    await takeDownStory(store, 'a');
    await liftStory(store, 'a');
    await putStory(store, { ...story('new', 'bridge'), name: 'a', archivedAt: '2024-07-01T00:00:00.000Z' });
    if (commits) await index(store);
    expect(await titles(search, 'bridge')).toEqual(['new']);
    expect(await titles(search, 'ferry')).toEqual([]);
  });
});

describe('a takedown that died before its stone', () => {
  const takedownThatDied = ({ id, iv, ...article }: Article) =>
    putLogEntry(store.table, { id, iv: iv + 1, was: placesOf({ id, iv, ...article }), purge: true });

  it.each([
    { name: 'in the log', commits: false },
    { name: 'in a segment and edited since', commits: true },
  ])('leaves the article to be found and counted, $name', async ({ commits }) => {
    const search = makeSearch({ store, now: Date.now });
    let article = await putStory(store, story('a'));
    if (commits) {
      await index(store);
      article = await putStory(store, story('a', 'ferry again'));
    }
    await takedownThatDied(article);
    expect(await titles(search, 'ferry')).toEqual(['a']);
    expect(await countOf(search)).toBe(1);
  });
});

describe('a request in the middle of which', () => {
  it('an article of a segment is edited finds it still', async () => {
    const a = story('a');
    await putStory(store, a);
    await index(store);
    let isEdited = false;
    const search = makeSearch({
      store: storeThat((table) => ({
        async getMany(keys, options) {
          if (!isEdited && keys.some(({ sk }) => sk === 'A')) {
            isEdited = true;
            await putStory(store, { ...a, text: 'the ferry again' });
          }
          return table.getMany(keys, options);
        },
      })),
      now: Date.now,
    });
    expect(await titles(search, 'ferry')).toEqual(['a']);
    expect(isEdited).toBe(true);
  });

  it('a commit empties the log for another request finds what was in the log', async () => {
    let between: (() => Promise<unknown>) | null = null;
    const search = makeSearch({
      store: storeThat((table) => ({
        async getMany(keys, options) {
          const then = between;
          between = null;
          await then?.();
          return table.getMany(keys, options);
        },
      })),
      now: Date.now,
    });
    await putStory(store, story('a'));
    expect(await titles(search, 'ferry')).toEqual(['a']);
    await putStory(store, story('b'));
    between = async () => {
      await index(store);
      await titles(search, 'ferry');
    };
    expect(await titles(search, 'ferry')).toEqual(['a', 'b']);
  });

  it('another one takes its place in a small cache of heads has all segments', async () => {
    for (const name of ['a', 'b', 'c']) {
      await putStory(store, story(name));
      await index(store);
    }
    const search = makeSearch({ store, now: Date.now, cacheBytes: { parts: 2500, words: 2500 } });
    await titles(search, 'ferry');
    const both = await Promise.all([titles(search, 'ferry'), titles(search, 'ferry')]);
    expect(both).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });
});

describe('an indexer that died before it emptied the log', () => {
  it('leaves counts in which each article is once', async () => {
    for (const name of ['a', 'b']) await putStory(store, story(name));
    const dying = storeThat(() => ({ writeMany: () => Promise.reject(new Error('gone')) }));
    await expect(index(dying)).rejects.toThrow('gone');
    expect((await readLog(store.table, null)).entries).toHaveLength(2);
    const search = makeSearch({ store, now: Date.now });
    expect(await countOf(search)).toBe(2);
    await index(store);
    expect(await countOf(search)).toBe(2);
  });
});

describe('an indexer with nothing to do', () => {
  it('changes nothing, even where the last commit was merged and its head is kept', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      await putStory(store, story(name));
      await index(store);
    }
    const later = () => Date.now() + 3_600_000;
    const run = () => runIndexer({ ...indexerDeps(store), now: later });
    await run();
    const { current } = await readLog(store.table, null);
    expect(current.garbage.map(({ key }) => key)).toEqual([current.lastCommit]);
    await run();
    expect((await readLog(store.table, null)).current).toEqual(current);
  });
});
