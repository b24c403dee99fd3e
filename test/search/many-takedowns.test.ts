/** Many takedowns in a row: the index stays exact, nothing that is written grows with them, and all of it is gone within a day. */
import { beforeEach, expect, it } from 'vitest';
import { runIndexer } from '../../functions/search/index-log.ts';
import { makeSearch } from '../../functions/search/search.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { endLease, takeLease } from '../../functions/store/lease.ts';
import { readPurges } from '../../functions/store/purges.ts';
import { getSegmentHeads, logItem, newSegmentKey, putCurrent, readLog } from '../../functions/store/search-index.ts';
import { pieceObject } from '../../functions/store/segment-bodies.ts';
import { failingClients } from '../support/faults.ts';
import { useServices } from '../support/use.ts';
import {
  ask,
  clear,
  countOf,
  idOf,
  index,
  indexerDeps,
  putItems,
  putNewStories,
  putStory,
  type Story,
  takeDownStory,
  titlesOf,
} from './stories.ts';

const services = await useServices();
const { store } = services;
beforeEach(() => clear(store));

const hour = 3_600_000;
const at = (hours: number) => () => Date.now() + hours * hour;
const story = (n: number): Story => ({
  name: `s${n}`,
  title: `ferry ${n}`,
  text: 'It sank.',
  publishedAt: new Date(Date.UTC(2024, 0, 1) + n * hour).toISOString(),
});
const search = () => makeSearch({ store, now: Date.now });
const found = async () => titlesOf(await ask(search(), 'ferry'));

async function bodies(): Promise<Buffer[]> {
  const { segments } = (await readLog(store.table, null)).current;
  return Promise.all(
    segments.map(async ({ key }) => Buffer.from((await store.bucket.get(pieceObject(key, 0)))?.bytes ?? [])),
  );
}

it('twenty thousand leave the index exact, and what is current small', async () => {
  await putNewStories(
    store,
    Array.from({ length: 20 }, (_, n) => story(n)),
  );
  await index(store);
  await takeDownStory(store, 's3');
  const gone = Array.from({ length: 20_000 }, (_, n) =>
    logItem({ id: idOf(`gone ${n}`), iv: 2, was: [], purge: true }, Date.now()),
  );
  await putItems(store, gone);
  await index(store);
  const { entries, current } = await readLog(store.table, null);
  expect(entries).toEqual([]);
  expect(JSON.stringify(current).length).toBeLessThan(10_000);
  const heads = await getSegmentHeads(
    store.table,
    current.segments.map(({ key }) => key),
  );
  for (const { log } of heads.values()) expect(log.length).toBeLessThanOrEqual(4096);
  expect(await readPurges(store.table)).toHaveLength(20_001);
  expect(await found()).toHaveLength(19);
  await index(store, at(7));
  expect(await readPurges(store.table)).toEqual([]);
  expect((await bodies()).some((body) => body.includes(idOf('s3')))).toBe(false);
  expect(await found()).toHaveLength(19);
  expect(await countOf(search())).toBe(19);
}, 120_000);

it('one is committed after a quarter of an hour, and gone within the day of its request', async () => {
  for (let n = 0; n < 2; n++) {
    await putStory(store, story(n));
    await index(store);
  }
  const before = (await readLog(store.table, null)).current.segments.map(({ key }) => key);
  await takeDownStory(store, 's1');
  const run = (hours: number) => runIndexer({ ...indexerDeps(store), now: at(hours) });
  await run(0.2);
  expect((await readLog(store.table, null)).entries).toHaveLength(1);
  await run(0.3);
  expect((await readLog(store.table, null)).entries).toEqual([]);
  await run(6.5);
  expect((await bodies()).some((body) => body.includes(idOf('s1')))).toBe(false);
  expect(await readPurges(store.table)).toEqual([]);
  // Those that do not have it stay as they were.
  const after = (await readLog(store.table, null)).current.segments.map(({ key }) => key);
  expect(after).toEqual(expect.arrayContaining([before[0]]));
  expect(after).not.toContain(before[1]);
});

it('what an older version listed as taken down leaves, too', async () => {
  for (let n = 0; n < 3; n++) await putStory(store, story(n));
  await index(store);
  const { current } = await readLog(store.table, null);
  const since = new Date(Date.now() - 20 * hour).toISOString();
  const purge = [{ id: idOf('s2'), below: newSegmentKey(current, Date.now()), since }];
  await store.table.remove({ pk: `A#${idOf('s2')}`, sk: 'A' });
  await putCurrent(store.table, { ...current, purge }, current);
  await putStory(store, story(7));
  await index(store);
  await index(store);
  expect((await readLog(store.table, null)).current.purge).toEqual([]);
  expect((await bodies()).some((body) => body.includes(idOf('s2')))).toBe(false);
});

it('an article with very many changes in the log is indexed with all of them', async () => {
  const first = await putStory(store, story(1));
  await index(store);
  const many = Array.from({ length: 9000 }, () => logItem({ id: first.id, iv: 1, was: [], purge: false }, Date.now()));
  await putItems(store, many);
  await putStory(store, { ...story(1), title: 'ferry of old', publishedAt: '2024-02-01T00:00:00.000Z' });
  await index(store);
  await index(store);
  expect((await readLog(store.table, null)).entries).toEqual([]);
  expect(await found()).toEqual(['ferry of old']);
}, 60_000);

it('an indexer merges only while no other does, and commits all the same', async () => {
  for (let n = 0; n < 3; n++) {
    await putStory(store, story(n));
    await index(store);
  }
  await putNewStories(
    store,
    Array.from({ length: 512 }, (_, n) => story(10 + n)),
  );
  const docs = async () => (await readLog(store.table, null)).current.segments.map((segment) => segment.docs);
  expect(await takeLease(store.table, 'another', hour)).toBe(true);
  await runIndexer(indexerDeps(store));
  expect(await docs()).toEqual([1, 1, 1, 512]);
  await endLease(store.table, 'another');
  await runIndexer(indexerDeps(store));
  expect(await docs()).toEqual([515]);
  // A lease whose holder died ends by itself.
  expect(await takeLease(store.table, 'dead', -1)).toBe(true);
  expect(await takeLease(store.table, 'alive', hour)).toBe(true);
});

it('a merge that others overtake is put all the same', async () => {
  for (let n = 0; n < 4; n++) {
    await putStory(store, story(n));
    if (n < 3) await index(store);
  }
  // The fourth segment: its commit is the last thing before a merge, in whose middle the next commit comes.
  let isOvertaken = false;
  const overtaking = {
    ...indexerDeps(store),
    pause: async () => {
      const { current } = await readLog(store.table, '~');
      if (isOvertaken || current.segments.length < 4) return;
      isOvertaken = true;
      await putCurrent(store.table, { ...current, garbage: [...current.garbage] }, current);
    },
  };
  await runIndexer(overtaking, { force: true });
  expect(isOvertaken).toBe(true);
  expect((await readLog(store.table, null)).current.segments.map((segment) => segment.docs)).toEqual([4]);
});

it('a commit that fails keeps neither merges nor purges from being done', async () => {
  for (let n = 0; n < 4; n++) {
    await putStory(store, story(n));
    if (n < 3) await index(store);
  }
  await takeDownStory(store, 's1');
  await index(store);
  await putStory(store, story(9));
  let failed = 0;
  const { clients } = failingClients(
    services.embedded.endpoints,
    (_, name) => (name === 'BatchGetItemCommand' && failed++ === 0 ? 'before' : null),
    { retried: false },
  );
  const { store: failingStore } = makeServices(clients, services.embedded.names);
  await expect(index(failingStore, at(7))).rejects.toThrow('BatchGetItemCommand');
  expect((await readLog(store.table, null)).entries).toHaveLength(1);
  expect(await readPurges(store.table)).toEqual([]);
  expect((await bodies()).some((body) => body.includes(idOf('s1')))).toBe(false);
});
