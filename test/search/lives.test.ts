/** An article that is taken down, lifted and archived again, at any moment of the index: found as it is, counted once, checked. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Article, placesOf } from '../../functions/article/article.ts';
import { purgeAgainMs } from '../../functions/capture/takedown.ts';
import { checkIndex } from '../../functions/search/check.ts';
import { nothingKept, rebuildIndex } from '../../functions/search/rebuild.ts';
import { makeSearch, type Search } from '../../functions/search/search.ts';
import { allArticles, getKnown, getLived, getText } from '../../functions/store/articles.ts';
import { readLog } from '../../functions/store/search-index.ts';
import { makeTestArchive } from '../support/archive.ts';
import { Killed, killingClients } from '../support/faults.ts';
import { often } from '../support/often.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';
import {
  ask,
  clear,
  countsByDay,
  idOf,
  index,
  indexerDeps,
  liftStory,
  liftStoryAsOnce,
  putStory,
  type Story,
  takeDownStory,
  titlesOf,
} from './stories.ts';

let nowMs = Date.parse('2024-05-01T10:00:00Z');
const now = () => nowMs;
const { services, site, archive } = await useArchive({ now });
const { store } = services;
beforeEach(() => clear(store));

const words = ['anchor', 'bridge', 'castle'];
const hourMs = 3_600_000;
const problems = async () => (await checkIndex(indexerDeps(store), () => undefined)).problems;

const story = (text: string, name = 'a'): Story => ({
  name,
  title: name,
  text,
  publishedAt: '2024-01-01T00:00:00.000Z',
});
const find = async (q: string, search = makeSearch({ store, now: Date.now })) => titlesOf(await ask(search, q)).sort();
const days = (search = makeSearch({ store, now: Date.now })) => countsByDay(search);

async function articles(): Promise<Article[]> {
  const all: Article[] = [];
  for await (const some of allArticles(store.table)) all.push(...some);
  return all;
}

/** What search and calendar have to say, from a scan of what there is. */
async function truth() {
  const found = Object.fromEntries(words.map((word) => [word, [] as string[]]));
  const counts: Record<string, number> = {};
  for (const article of await articles()) {
    const day = placesOf(article)[0]?.day ?? '';
    counts[day] = (counts[day] ?? 0) + 1;
    const { id, textId, pastId } = article;
    // What an edit took out stays findable.
    const texts = [textId, pastId].map(async (name) => name && (await getText(store, id, name)));
    const text = (await Promise.all(texts)).join(' ');
    for (const word of words) if (text.includes(word)) found[word]?.push(article.title ?? '');
  }
  for (const titles of Object.values(found)) titles.sort();
  return { found, counts };
}

async function answers(search: Search) {
  const found = await Promise.all(words.map(async (word) => [word, await find(word, search)] as const));
  const counts = Object.entries(await days(search)).filter(([, count]) => count !== 0);
  return { found: Object.fromEntries(found), counts: Object.fromEntries(counts) };
}

type Step =
  | { do: 'capture'; n: number; word: number; day: number }
  | { do: 'take down' | 'purge' | 'lift'; n: number }
  | { do: 'index'; laterMs: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('capture' as const), n: fc.nat(1), word: fc.nat(2), day: fc.nat(2) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('take down', 'purge', 'lift'), n: fc.nat(1) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('index' as const), laterMs: fc.constantFrom(0, 2 * hourMs, 13 * hourMs) }),
  },
);

describe('whatever is captured, edited, taken down, purged, lifted and indexed, in whatever order', () => {
  it(
    'search and calendar say what a scan says, the check finds nothing wrong, and no number is used twice',
    async () => {
      let runs = 0;
      const oneRun = async (steps: Step[]) => {
        await clear(store);
        const host = `http://lives${++runs}.example`;
        const living = makeSearch({ store, now: Date.now });
        const ids = new Map<number, string>();
        const highest = new Map<string, { v: number; iv: number }>();
        for (const one of steps) {
          nowMs += 60_000;
          const before = await articles();
          await take(one, host, ids);
          for (const article of await articles()) {
            const last = highest.get(article.id);
            const isNew = !before.some(({ id }) => id === article.id);
            if (isNew && last) expect([article.v > last.v, article.iv > last.iv]).toEqual([true, true]);
          }
          for (const id of ids.values()) {
            const known = await getKnown(store.table, id);
            const counted = known?.article ?? known?.tombstone ?? (await getLived(store.table, id));
            if (counted) highest.set(id, { v: counted.v, iv: counted.iv });
          }
          const wanted = await truth();
          expect(await answers(living)).toEqual(wanted);
          expect(await answers(makeSearch({ store, now: Date.now }))).toEqual(wanted);
          expect(await problems()).toEqual([]);
        }
      };
      const steps = fc.array(step, { minLength: 6, maxLength: 14 });
      const lifted: Step[] = [
        { do: 'capture', n: 0, word: 0, day: 0 },
        { do: 'capture', n: 0, word: 1, day: 1 },
        { do: 'index', laterMs: 0 },
        { do: 'take down', n: 0 },
        { do: 'purge', n: 0 },
        { do: 'lift', n: 0 },
        { do: 'index', laterMs: 2 * hourMs },
        { do: 'capture', n: 0, word: 2, day: 2 },
        { do: 'index', laterMs: 0 },
      ];
      await fc.assert(fc.asyncProperty(steps, oneRun), { numRuns: often(10, 200), examples: [[lifted]] });
    },
    often(120_000, 1_800_000),
  );
});

async function take(one: Step, host: string, ids: Map<number, string>): Promise<void> {
  if (one.do === 'index') return index(store, () => Date.now() + one.laterMs);
  const url = `${host}/story/${one.n}`;
  const id = ids.get(one.n);
  if (one.do === 'capture') {
    const { paragraphs, ...rest } = numberedStory(one.n);
    const publishedAt = `2024-01-0${one.day + 1}T00:00:00Z`;
    const { body } = await archive.keep(
      url,
      storyPage({ ...rest, publishedAt, paragraphs: [...paragraphs, `It was about the ${words[one.word]}.`] }),
    );
    if (body.id) ids.set(one.n, body.id);
  } else if (id && one.do === 'take down') {
    await archive.send('DELETE', `/articles/${id}`);
    await archive.drain();
  } else if (one.do === 'purge') {
    nowMs += purgeAgainMs;
    await archive.tick();
  } else if (id) await archive.send('PATCH', `/articles/${id}`, { takenDown: false });
}

describe('a takedown that is lifted before the index knows of it', () => {
  it.each([
    { name: 'and committed before the article is archived again', commits: true },
    { name: 'and committed with the article that is archived again', commits: false },
  ])('takes what was there along, $name', async ({ commits }) => {
    for (const text of ['anchor', 'anchor bridge', 'anchor bridge castle']) await putStory(store, story(text));
    await index(store);
    await takeDownStory(store, 'a');
    await liftStory(store, 'a');
    if (commits) {
      await index(store);
      expect((await readLog(store.table, null)).entries).toEqual([]);
      expect([await find('anchor'), await days()]).toEqual([[], {}]);
      expect(await problems()).toEqual([]);
    }
    const again = await putStory(store, { ...story('drum'), publishedAt: '2024-02-02T00:00:00.000Z' });
    expect(again).toMatchObject({ v: 5, iv: 5 });
    await index(store);
    for (let n = 0; n < 4; n++) {
      await putStory(store, story('other', `other ${n}`));
      await index(store);
    }
    expect([await find('drum'), await find('anchor')]).toEqual([['a'], []]);
    expect(await days()).toEqual({ '2024-01-01': 4, '2024-02-02': 1 });
    expect(await problems()).toEqual([]);
  });

  it('leaves the next life in the log where that is about to be put', async () => {
    await putStory(store, story('anchor'));
    await takeDownStory(store, 'a');
    await liftStory(store, 'a');
    const slow = {
      ...store.table,
      // The log has its entry, the table not yet the article.
      async put(...args: Parameters<typeof store.table.put>) {
        if (args[0].sk === 'A') await index(store);
        return store.table.put(...args);
      },
    };
    await putStory({ ...store, table: slow }, story('bridge'));
    expect(await find('bridge')).toEqual(['a']);
    await index(store);
    expect([await find('bridge'), await days()]).toEqual([['a'], { '2024-01-01': 1 }]);
  });

  it('is counted right by an index that is made anew', async () => {
    await putStory(store, story('anchor'));
    await index(store);
    await takeDownStory(store, 'a');
    await liftStory(store, 'a');
    await rebuildIndex(indexerDeps(store), nothingKept, () => undefined);
    await index(store);
    expect(await days()).toEqual({});
    expect(await problems()).toEqual([]);
  });
});

describe('what older versions left', () => {
  it('a stone without an iv is lifted, and what follows counts above all that was before', async () => {
    for (const text of ['anchor', 'bridge']) await putStory(store, story(text));
    await index(store);
    await takeDownStory(store, 'a');
    await store.table.update({ pk: `A#${idOf('a')}`, sk: 'A' }, { remove: ['iv'] });
    await liftStory(store, 'a');
    const again = await putStory(store, story('castle'));
    expect(again).toMatchObject({ v: 4, iv: 1_000_004 });
    await index(store);
    expect([await find('castle'), await find('bridge'), await days()]).toEqual([['a'], [], { '2024-01-01': 1 }]);
    expect(await problems()).toEqual([]);
  });

  it('a takedown that was lifted without a trace leaves the index at its next commit', async () => {
    await putStory(store, story('anchor'));
    await index(store);
    await takeDownStory(store, 'a');
    await liftStoryAsOnce(store, 'a');
    await index(store, () => Date.now() + 2 * hourMs);
    expect([await days(), await problems()]).toEqual([{}, []]);
  });

  it('an article in the shadow of its earlier life is named by the check, and found after a repair', async () => {
    for (const text of ['anchor', 'bridge']) await putStory(store, story(text));
    await index(store);
    await takeDownStory(store, 'a');
    await liftStoryAsOnce(store, 'a');
    // As an older indexer did, which took the entries of what is not there for writes that never were.
    const { entries, current } = await readLog(store.table, null);
    await store.table.writeMany(entries.map(({ key }) => ({ remove: { pk: 'LOG', sk: key } })));
    const shadow = `segment ${current.segments[0]?.key} lists article ${idOf('a')} as it was before it was taken down`;
    expect(await problems()).toEqual([shadow, 'the calendar counts 1 articles on 2024-01-01; there are 0']);
    await putStory(store, { ...story('castle'), publishedAt: '2024-02-02T00:00:00.000Z' });
    await index(store);
    expect(await problems()).toEqual([shadow, 'the calendar counts 1 articles on 2024-01-01; there are 0']);
    const { sound } = await checkIndex(indexerDeps(store), () => undefined);
    await rebuildIndex(indexerDeps(store), sound, () => undefined);
    expect([await find('castle'), await find('bridge'), await days()]).toEqual([['a'], [], { '2024-02-02': 1 }]);
    expect(await problems()).toEqual([]);
  });
});

describe.each(['before', 'after'] as const)('a lift that is killed %s each call', (when) => {
  it('is done or can be done again, and the next life counts on', async () => {
    let at = 0;
    for (; ; at++) {
      const url = `http://lift-${when}.example/${at}`;
      const { body } = await archive.keep(url, storyPage(numberedStory(at)));
      await archive.send('DELETE', `/articles/${body.id}`);
      await archive.drain();
      nowMs += purgeAgainMs;
      await archive.tick();
      const stone = (await getKnown(store.table, body.id))?.tombstone;
      const dying = killingClients(services.embedded.endpoints, { at, when });
      const own = makeTestArchive(services, { site, clients: dying.clients, now });
      await own.send('PATCH', `/articles/${body.id}`, { takenDown: false });
      await own.close();
      const again = await archive.send('PATCH', `/articles/${body.id}`, { takenDown: false });
      expect([204, 404]).toContain(again.status);
      expect((await archive.post({ url })).body.id).toBe(body.id);
      const article = (await getKnown(store.table, body.id))?.article;
      expect(stone && article && [article.v - stone.v, article.iv - stone.iv]).toEqual([1, 1]);
      if (!dying.killed) break;
    }
    expect(at).toBeGreaterThanOrEqual(3);
  });

  it('leaves an index that is right once the indexer has run, dying at any call itself', async () => {
    for (let at = 0; ; at++) {
      await clear(store);
      await putStory(store, story('anchor'));
      await index(store);
      await takeDownStory(store, 'a');
      await liftStory(store, 'a');
      const dying = killingClients(services.embedded.endpoints, { at, when });
      const { store: dyingStore } = makeTestArchive(services, { site, clients: dying.clients });
      await index(dyingStore).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      await putStory(store, story('bridge'));
      await index(store);
      expect([await find('bridge'), await find('anchor'), await days()]).toEqual([['a'], [], { '2024-01-01': 1 }]);
      expect(await problems()).toEqual([]);
      if (!dying.killed) break;
    }
  });
});
