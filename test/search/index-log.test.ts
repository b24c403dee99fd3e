/** The indexer dies, runs twice, meets damage and takedowns: the index still answers exactly, and nothing stays behind. */
import { beforeEach, describe, expect, it } from 'vitest';
import { makeBuilder } from '../../functions/search/build.ts';
import { infoOf, putSegment, removeOrphans, rowOf, runIndexer } from '../../functions/search/index-log.ts';
import { makeSearch, type SearchAnswer } from '../../functions/search/search.ts';
import { readHead } from '../../functions/search/segment.ts';
import { atOnce } from '../../functions/search/steps.ts';
import { articleItem, textItem } from '../../functions/store/articles.ts';
import { makeServices } from '../../functions/store/clients.ts';
import {
  emptyCurrent,
  getSegmentHeads,
  logItem,
  putCurrent,
  putLogEntry,
  readLog,
} from '../../functions/store/search-index.ts';
import { pieceObject } from '../../functions/store/segment-bodies.ts';
import type { Item } from '../../functions/store/table.ts';
import { billedClients, Killed, killingClients } from '../support/faults.ts';
import { useServices } from '../support/use.ts';
import {
  ask,
  clear,
  countOf,
  idOf,
  index,
  indexerDeps,
  nextOf,
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

function story(n: number, text = '台灣圖書館'): Story {
  const publishedAt = new Date(Date.UTC(2024, 0, 1) + n * 3_600_000).toISOString();
  return { name: `s${n}`, title: `ferry ${n}`, text, publishedAt, site: n % 2 ? 'a.example' : 'b.example' };
}

const search = () => makeSearch({ store, now: Date.now });
const counted = () => countOf(search());

async function find(q: string): Promise<string[]> {
  const answer = await ask(search(), q);
  expect(answer.damaged).toEqual([]);
  return titlesOf(answer);
}

async function objects(): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of store.bucket.list('index/')) keys.push(...page);
  return keys;
}

/** All that the store holds, to be put back as often as wanted: a fraction of what making it takes. */
async function photograph(): Promise<() => Promise<void>> {
  const items: Item[] = [];
  for await (const some of store.table.scan()) items.push(...some);
  const names: string[] = [];
  for await (const some of store.bucket.list('')) names.push(...some);
  const bodies = await Promise.all(names.map(async (name) => ({ name, body: await store.bucket.get(name) })));
  return async () => {
    await clear(store);
    await Promise.all([
      putItems(store, items),
      ...bodies.map(async ({ name, body }) => body && store.bucket.put(name, body)),
    ]);
  };
}

describe.each(['before', 'after'] as const)('an indexer that is killed %s a call', (when) => {
  it('is followed by one that makes the index whole, whichever call it was', async () => {
    // Three segments and a log that makes the fourth, so that one run commits and merges.
    for (let n = 0; n < 4; n++) {
      await putStory(store, story(n));
      if (n < 3) await index(store);
    }
    await putStory(store, { ...story(1, '台北圖書館'), publishedAt: '2024-03-01T00:00:00.000Z' });
    const putBack = await photograph();
    let calls = 0;
    for (let at = 0; ; at++) {
      await putBack();
      const dying = killingClients(services.embedded.endpoints, { at, when });
      const { store: dyingStore } = makeServices(dying.clients, services.embedded.names);
      await index(dyingStore).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      expect(await find('圖書')).toEqual(['ferry 0', 'ferry 2', 'ferry 3', 'ferry 1']);
      await index(store);
      expect(await find('圖書')).toEqual(['ferry 0', 'ferry 2', 'ferry 3', 'ferry 1']);
      expect(await find('台北')).toEqual(['ferry 1']);
      expect(await counted()).toBe(4);
      const { entries, current } = await readLog(store.table, null);
      expect(entries).toEqual([]);
      expect(current.segments.map(({ docs }) => docs)).toEqual([4]);
      const later = () => Date.now() + 2 * 3_600_000;
      await index(store, later);
      await removeOrphans({ store, now: later });
      expect(await objects()).toEqual(current.segments.map(({ key }) => pieceObject(key, 0)));
      calls = at;
      if (!dying.killed) break;
    }
    expect(calls).toBeGreaterThanOrEqual(12);
  });
});

it('looks into the bucket once for what a merge left, and not each minute', async () => {
  for (let n = 0; n < 4; n++) {
    await putStory(store, story(n));
    await index(store);
  }
  const bill = billedClients(services.embedded.endpoints);
  const { store: billed } = makeServices(bill.clients, services.embedded.names);
  const later = (minutes: number) => () => Date.now() + minutes * 60_000;
  await index(billed, later(11));
  expect(bill.calls.ListObjectsV2Command).toBe(4);
  const { current } = await readLog(store.table, null);
  expect(await objects()).toEqual(current.segments.map(({ key }) => pieceObject(key, 0)));
  expect(current.garbage.map(({ key }) => key)).toEqual([current.lastCommit]);
  bill.reset();
  for (let minute = 12; minute < 20; minute++) await index(billed, later(minute));
  expect(Object.keys(bill.calls).filter((name) => /Object/.test(name))).toEqual([]);
  expect(bill.writeUnits).toBe(0);
  // With the next commit its head goes, too.
  await putStory(store, story(9));
  await index(store);
  await index(store, later(40));
  expect((await getSegmentHeads(store.table, [current.lastCommit ?? ''])).size).toBe(0);
  expect((await readLog(store.table, null)).current.garbage).toEqual([]);
});

it('two indexers at once make one index', async () => {
  for (let round = 0; round < 6; round++) {
    for (let n = 0; n < 3; n++) await putStory(store, story(round * 3 + n));
    await Promise.all([index(store), index(store), index(store)]);
    await index(store);
    expect(await counted()).toBe(round * 3 + 3);
  }
  expect(await find('ferry')).toEqual(Array.from({ length: 18 }, (_, n) => `ferry ${n}`));
  const { current } = await readLog(store.table, null);
  expect(current.segments.reduce((total, { docs }) => total + docs, 0)).toBe(18);
});

it('hundreds of segments answer exactly, in pages', async () => {
  const made = await Promise.all(
    Array.from({ length: 300 }, async (_, n) => {
      const text = n % 15 === 0 ? 'needle' : 'hay';
      const article = await nextOf(null, null, story(n, text));
      const builder = makeBuilder();
      builder.add(rowOf(article), (sink) => sink.term(text));
      const segment = atOnce(builder.finish(new Map()));
      const key = `${String(n).padStart(10, '0')}AAAAAAAAAAAAAAAA`;
      await putSegment(store, { key, segment, log: [] });
      return {
        info: infoOf(key, segment),
        items: [articleItem(article), textItem(article.id, article.textId ?? '', text)],
      };
    }),
  );
  await putItems(
    store,
    made.flatMap(({ items }) => items),
  );
  await putCurrent(store.table, { ...emptyCurrent, segments: made.map(({ info }) => info) }, emptyCurrent);
  const living = search();
  const titles: string[] = [];
  let after: string | null = null;
  do {
    const page: SearchAnswer = await ask(living, 'needle', { order: 'newest', limit: 7, after });
    titles.push(...titlesOf(page));
    after = page.next;
  } while (after !== null);
  expect(titles).toEqual(Array.from({ length: 20 }, (_, n) => `ferry ${285 - n * 15}`));
});

describe('a segment that is damaged', () => {
  it.each([
    { name: 'is named when its object is gone', damage: (key: string) => store.bucket.remove(pieceObject(key, 0)) },
    {
      name: 'is named when a bit of it is another',
      damage: async (key: string) => {
        const bytes = Buffer.from((await store.bucket.get(pieceObject(key, 0)))?.bytes ?? []);
        for (let at = 8; at < bytes.length; at += 8) bytes[at] = (bytes[at] ?? 0) ^ 1;
        await store.bucket.put(pieceObject(key, 0), { bytes, contentType: null, contentEncoding: null });
      },
    },
    {
      name: 'is named when its head is gone',
      damage: (key: string) => store.table.remove({ pk: `SEGMENT#${key}`, sk: 'HEAD' }).then(() => undefined),
    },
  ])('$name, and the others answer', async ({ damage }) => {
    await putStory(store, story(0));
    await index(store);
    await putStory(store, story(1));
    await index(store);
    const [first] = (await readLog(store.table, null)).current.segments;
    await damage(first?.key ?? '');
    const answer = await ask(search(), 'ferry');
    expect(titlesOf(answer)).toEqual(['ferry 1']);
    expect(answer.damaged.map(({ segment }) => segment)).toEqual([first?.key]);
  });
});

describe('a segment that cannot be merged', () => {
  it('keeps neither others from being merged nor what was taken down from leaving them', async () => {
    await putStory(store, story(100));
    await index(store);
    const damaged = (await readLog(store.table, null)).current.segments[0]?.key ?? '';
    await store.bucket.remove(pieceObject(damaged, 0));
    for (let n = 0; n < 4; n++) {
      await putStory(store, story(n));
      await index(store);
    }
    const { segments } = (await readLog(store.table, null)).current;
    expect(segments.map(({ docs }) => docs)).toEqual([1, 4]);
    await takeDownStory(store, 's1');
    await index(store);
    await index(store, () => Date.now() + 13 * 3_600_000);
    const { current } = await readLog(store.table, null);
    const bodies = await Promise.all(
      current.segments.map(async ({ key }) => (await store.bucket.get(pieceObject(key, 0)))?.bytes ?? []),
    );
    expect(bodies.some((body) => Buffer.from(body).includes(idOf('s1')))).toBe(false);
  });
});

describe('a takedown', () => {
  it('leaves no row of the article in any segment within a day', async () => {
    for (let n = 0; n < 3; n++) {
      await putStory(store, story(n));
      await index(store);
    }
    await takeDownStory(store, 's1');
    await index(store);
    expect(await find('ferry')).toEqual(['ferry 0', 'ferry 2']);
    expect(await counted()).toBe(2);
    await index(store, () => Date.now() + 13 * 3_600_000);
    const { current } = await readLog(store.table, null);
    const heads = await getSegmentHeads(
      store.table,
      current.segments.map(({ key }) => key),
    );
    const bodies = await Promise.all(
      current.segments.map(async ({ key }) => Buffer.from((await store.bucket.get(pieceObject(key, 0)))?.bytes ?? [])),
    );
    expect([...heads.values()].reduce((total, { head }) => total + readHead(head).docs, 0)).toBe(2);
    expect(bodies.some((body) => body.includes(idOf('s1')))).toBe(false);
    expect(current.purge).toEqual([]);
    expect(await counted()).toBe(2);
  });
});

it('an entry whose article never came is dropped after an hour, and costs no answer until then', async () => {
  await putLogEntry(store.table, { id: idOf('never'), iv: 1, was: [], purge: false });
  await putStory(store, story(0));
  await index(store);
  expect(await find('ferry')).toEqual(['ferry 0']);
  expect((await readLog(store.table, null)).entries).toHaveLength(1);
  await index(store, () => Date.now() + 3_700_000);
  expect((await readLog(store.table, null)).entries).toEqual([]);
});

it('reads on in a log in which each article it came to has later entries', async () => {
  // So many of such a size that they are read in more than one step.
  const [stories, entriesOfEach] = [12, 256];
  const large = [{ day: '2024-01-01', site: 'a'.repeat(1000) }];
  const articles = await Promise.all(Array.from({ length: stories }, (_, n) => nextOf(null, null, story(n))));
  const began = Date.now() - stories * entriesOfEach;
  const entries = Array.from({ length: stories * entriesOfEach }, (_, n) => {
    const { id = '' } = articles[n % stories] ?? {};
    return logItem({ id, iv: 1 + Math.floor(n / stories), was: n < stories ? [] : large, purge: false }, began + n);
  });
  const texts = articles.map(({ id, textId }) => textItem(id, textId ?? '', story(0).text));
  await putItems(store, [...entries, ...texts, ...articles.map((one) => articleItem({ ...one, iv: entriesOfEach }))]);
  await index(store);
  expect((await readLog(store.table, null)).entries).toEqual([]);
  expect(await find('圖書館')).toHaveLength(stories);
});

it('waits until a commit is worth its price: 512 entries, 64 of ten minutes, or one of a day', async () => {
  await putNewStories(
    store,
    Array.from({ length: 64 }, (_, n) => story(n)),
  );
  const at = (minutes: number) => () => Date.now() + minutes * 60_000;
  const segments = async () => (await readLog(store.table, null)).current.segments.map(({ docs }) => docs);
  await runIndexer({ ...indexerDeps(store), now: at(9) });
  expect(await segments()).toEqual([]);
  await runIndexer({ ...indexerDeps(store), now: at(11) });
  expect(await segments()).toEqual([64]);
  await putStory(store, story(64));
  await runIndexer({ ...indexerDeps(store), now: at(23 * 60) });
  expect(await segments()).toEqual([64]);
  await runIndexer({ ...indexerDeps(store), now: at(25 * 60) });
  expect(await segments()).toEqual([64, 1]);
});

it('takes 512 stories into the index for at most 1.1 write units and .01 PUTs each, besides the log entry of each', async () => {
  await putNewStories(
    store,
    Array.from({ length: 512 }, (_, n) => story(n)),
  );
  const bill = billedClients(services.embedded.endpoints);
  await index(makeServices(bill.clients, services.embedded.names).store);
  expect(bill.writeUnits / 512).toBeLessThanOrEqual(1.1);
  expect(bill.calls.PutObjectCommand).toBe(1);
});
