/** A log that grows long costs a query little: its articles are indexed in memory, beside the queries. */
import { beforeAll, expect, it } from 'vitest';
import { makeSearch, type Search } from '../../functions/search/search.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { billedClients } from '../support/faults.ts';
import { useServices } from '../support/use.ts';
import { ask, clear, countOf, index, putNewStories, putStory, type Story, takeDownStory, titlesOf } from './stories.ts';

const services = await useServices();
const { store } = services;
const size = 7000;
const story = (n: number, text = `common 共同 word${n % 7} only${n}`): Story => ({
  name: `s${n}`,
  title: `t${n}`,
  text,
  publishedAt: new Date(Date.UTC(2024, 0, 1) + n * 60_000).toISOString(),
  site: n % 2 === 0 ? 'a.example' : 'b.example',
});

beforeAll(async () => {
  await clear(store);
  for (let n = 0; n < size; n += 1000)
    await putNewStories(
      store,
      Array.from({ length: 1000 }, (_, i) => story(n + i)),
    );
});

async function warm(search: Search): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await ask(search, 'only1');
    await search.settled();
  }
}

it('a warm query reads the articles of its page and nothing more', async () => {
  let nowMs = Date.now();
  const bill = billedClients(services.embedded.endpoints);
  const { store: billed } = makeServices(bill.clients, services.embedded.names, () => nowMs);
  const search = makeSearch({ store: billed, now: () => nowMs });
  await warm(search);
  // A reading of all of the overlap comes each ten seconds, and finds the stories of two minutes.
  nowMs += 600_000;
  await ask(search, 'only1');
  bill.reset();
  const answer = await ask(search, 'only6999');
  expect(titlesOf(answer)).toEqual(['t6999']);
  expect(bill.calls.BatchGetItemCommand).toBe(1);
  expect(titlesOf(await ask(search, 'common', { order: 'newest', limit: 3 }))).toEqual(['t6999', 't6998', 't6997']);
  expect(titlesOf(await ask(search, '共同 word3', { limit: 2, filters: { site: 'b.example' } }))).toEqual([
    't3',
    't17',
  ]);
  expect(bill.calls.BatchGetItemCommand).toBe(3);
});

it('answers are those of the articles as they are, whatever of the log is indexed', async () => {
  const search = makeSearch({ store, now: Date.now });
  await warm(search);
  await putStory(store, story(5, 'changed'));
  await takeDownStory(store, 's6');
  await putStory(store, { ...story(8), publishedAt: '2025-01-01T00:00:00.000Z' });
  for (let round = 0; round < 2; round++) {
    expect(titlesOf(await ask(search, 'changed'))).toEqual(['t5']);
    // What an edit removed is found as the past of the story.
    expect(titlesOf(await ask(search, 'only5'))).toEqual(['t5']);
    expect(titlesOf(await ask(search, 'only6'))).toEqual([]);
    expect(titlesOf(await ask(search, 'common', { order: 'newest', limit: 2 }))).toEqual(['t8', 't6999']);
    expect(await countOf(search)).toBe(size - 1);
    if (round === 0) await index(store);
  }
}, 60_000);
