/** The indexer dies, runs twice, meets damage and takedowns: the index still answers exactly, and nothing stays behind. */
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LogEvent } from '../../functions/log.ts';
import { makeBuilder } from '../../functions/search/build.ts';
import { infoOf, putSegment, removeOrphans, rowOf, runIndexer } from '../../functions/search/indexer.ts';
import { parseQuery } from '../../functions/search/query-language.ts';
import { makeSearch } from '../../functions/search/search.ts';
import { readHead } from '../../functions/search/segment.ts';
import { atOnce } from '../../functions/search/steps.ts';
import { articleItem, type Store, textItem } from '../../functions/store/articles.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { emptyCurrent, getSegmentHeads, putCurrent, putLogEntry, readLog } from '../../functions/store/search-index.ts';
import { pieceObject } from '../../functions/store/segment-bodies.ts';
import { startServices, type TestServices } from '../support/archive.ts';
import { billedClients, Killed, killingClients } from '../support/faults.ts';
import { clear, idOf, nextOf, putStory, type Story, takeDownStory } from './stories.ts';

let services: TestServices;
let store: Store;
beforeAll(async () => {
  services = await startServices();
  store = services.store;
});
afterAll(() => services.close());
beforeEach(() => clear(store));

const events: LogEvent[] = [];
const deps = (own = store, now = Date.now) => ({
  store: own,
  now,
  pause: setImmediate,
  log: (event: LogEvent) => events.push(event),
});
const index = (own?: Store, now?: () => number) => runIndexer(deps(own, now), { force: true });

function story(n: number, text = '台灣圖書館'): Story {
  const publishedAt = new Date(Date.UTC(2024, 0, 1) + n * 3_600_000).toISOString();
  return { name: `s${n}`, title: `ferry ${n}`, text, publishedAt, site: n % 2 ? 'a.example' : 'b.example' };
}

async function find(q: string): Promise<string[]> {
  const parsed = parseQuery(q);
  if ('problem' in parsed) throw new Error(parsed.problem.detail);
  const { found, damaged } = await makeSearch({ store, now: Date.now }).search({
    query: parsed.query,
    filters: {},
    order: 'oldest',
    from: '0000-01-01T00:00:00.000Z',
    to: '9999-12-31T23:59:59.999Z',
    limit: 100,
    after: null,
  });
  expect(damaged).toEqual([]);
  return found.map(({ article }) => article.title ?? '');
}

async function counted(): Promise<number> {
  const { histogram } = await makeSearch({ store, now: Date.now }).histogram();
  return [...histogram.values()].flatMap((sites) => [...sites.values()]).reduce((a, b) => a + b, 0);
}

async function objects(): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of store.bucket.list('index/')) keys.push(...page);
  return keys;
}

describe.each(['before', 'after'] as const)('an indexer that is killed %s a call', (when) => {
  it('is followed by one that makes the index whole, whichever call it was', async () => {
    let calls = 0;
    for (let at = 0; ; at++) {
      await clear(store);
      // Three segments and a log that makes the fourth, so that one run commits and merges.
      for (let n = 0; n < 4; n++) {
        await putStory(store, story(n));
        if (n < 3) await index();
      }
      await putStory(store, { ...story(1, '台北圖書館'), publishedAt: '2024-03-01T00:00:00.000Z' });
      const dying = killingClients(services.embedded.endpoints, { at, when });
      const { store: dyingStore } = makeServices(dying.clients, services.embedded.names);
      await index(dyingStore).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      expect(await find('圖書')).toEqual(['ferry 0', 'ferry 2', 'ferry 3', 'ferry 1']);
      await index();
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

it('two indexers at once make one index', async () => {
  for (let round = 0; round < 6; round++) {
    for (let n = 0; n < 3; n++) await putStory(store, story(round * 3 + n));
    await Promise.all([index(), index(), index()]);
    await index();
    expect(await counted()).toBe(round * 3 + 3);
  }
  expect(await find('ferry')).toEqual(Array.from({ length: 18 }, (_, n) => `ferry ${n}`));
  const { current } = await readLog(store.table, null);
  expect(current.segments.reduce((total, { docs }) => total + docs, 0)).toBe(18);
});

it('a thousand segments answer exactly, in pages', async () => {
  const infos = [];
  const items = [];
  for (let n = 0; n < 1000; n++) {
    const text = n % 50 === 0 ? 'needle' : 'hay';
    const article = await nextOf(null, null, story(n, text));
    items.push({ put: articleItem(article) }, { put: textItem(article.id, article.textId ?? '', text) });
    const builder = makeBuilder();
    builder.add(rowOf(article), [text]);
    const segment = atOnce(builder.finish(new Map()));
    const key = `${String(n).padStart(10, '0')}AAAAAAAAAAAAAAAA`;
    await putSegment(store, key, segment, []);
    infos.push(infoOf(key, segment));
  }
  await store.table.writeMany(items);
  await putCurrent(store.table, { ...emptyCurrent, segments: infos }, emptyCurrent);
  const { search } = makeSearch({ store, now: Date.now });
  const parsed = parseQuery('needle');
  if ('problem' in parsed) throw new Error(parsed.problem.detail);
  const titles: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof search>> = await search({
      query: parsed.query,
      filters: {},
      order: 'newest',
      from: '0000-01-01T00:00:00.000Z',
      to: '9999-12-31T23:59:59.999Z',
      limit: 7,
      after,
    });
    titles.push(...page.found.map(({ article }) => article.title ?? ''));
    after = page.next;
  } while (after !== null);
  expect(titles).toEqual(Array.from({ length: 20 }, (_, n) => `ferry ${950 - n * 50}`));
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
    await index();
    await putStory(store, story(1));
    await index();
    const [first] = (await readLog(store.table, null)).current.segments;
    await damage(first?.key ?? '');
    const parsed = parseQuery('ferry');
    if ('problem' in parsed) throw new Error(parsed.problem.detail);
    const answer = await makeSearch({ store, now: Date.now }).search({
      query: parsed.query,
      filters: {},
      order: 'newest',
      from: '0000-01-01T00:00:00.000Z',
      to: '9999-12-31T23:59:59.999Z',
      limit: 10,
      after: null,
    });
    expect(answer.found.map(({ article }) => article.title)).toEqual(['ferry 1']);
    expect(answer.damaged.map(({ segment }) => segment)).toEqual([first?.key]);
  });
});

describe('a segment that cannot be merged', () => {
  it('keeps neither others from being merged nor what was taken down from leaving them', async () => {
    await putStory(store, story(100));
    await index();
    const damaged = (await readLog(store.table, null)).current.segments[0]?.key ?? '';
    await store.bucket.remove(pieceObject(damaged, 0));
    for (let n = 0; n < 4; n++) {
      await putStory(store, story(n));
      await index();
    }
    const { segments } = (await readLog(store.table, null)).current;
    expect(segments.map(({ docs }) => docs)).toEqual([1, 4]);
    await takeDownStory(store, 's1');
    await index();
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
      await index();
    }
    await takeDownStory(store, 's1');
    await index();
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
  await putLogEntry(store.table, { id: idOf('never'), iv: 1, was: null, purge: false });
  await putStory(store, story(0));
  await index();
  expect(await find('ferry')).toEqual(['ferry 0']);
  expect((await readLog(store.table, null)).entries).toHaveLength(1);
  await index(store, () => Date.now() + 3_700_000);
  expect((await readLog(store.table, null)).entries).toEqual([]);
});

it('waits until a commit is worth its price: 512 entries, 64 of ten minutes, or one of a day', async () => {
  for (let n = 0; n < 64; n++) await putStory(store, story(n));
  const at = (minutes: number) => () => Date.now() + minutes * 60_000;
  const segments = async () => (await readLog(store.table, null)).current.segments.map(({ docs }) => docs);
  await runIndexer(deps(store, at(9)));
  expect(await segments()).toEqual([]);
  await runIndexer(deps(store, at(11)));
  expect(await segments()).toEqual([64]);
  await putStory(store, story(64));
  await runIndexer(deps(store, at(23 * 60)));
  expect(await segments()).toEqual([64]);
  await runIndexer(deps(store, at(25 * 60)));
  expect(await segments()).toEqual([64, 1]);
});

it('takes 512 stories into the index for at most 1.1 write units and .01 PUTs each, besides the log entry of each', async () => {
  for (let n = 0; n < 512; n++) await putStory(store, story(n));
  const bill = billedClients(services.embedded.endpoints);
  await index(makeServices(bill.clients, services.embedded.names).store);
  expect(bill.writeUnits / 512).toBeLessThanOrEqual(1.1);
  expect(bill.calls.PutObjectCommand).toBe(1);
});
