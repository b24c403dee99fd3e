/** `GET /articles?q=` and `GET /calendar` over real captures: found at once, shown with the words that matched. */
import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { runIndexer } from '../../functions/search/index-log.ts';
import { type Json, makeTestArchive } from '../support/archive.ts';
import { billedClients } from '../support/faults.ts';
import { harbour, harbourEdited, library, numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

const ferryUrl = 'http://search.example/ferry';

const { services, site, archive } = await useArchive();
beforeAll(async () => {
  site.serve(ferryUrl, storyPage(harbour));
  site.serve('http://zh.example/library', storyPage(library));
  for (let n = 0; n < 5; n++) site.serve(`http://search.example/${n}`, storyPage(numberedStory(n)));
  await archive.post({ url: ferryUrl });
  await archive.post({ url: 'http://zh.example/library' });
  for (let n = 0; n < 5; n++) await archive.post({ url: `http://search.example/${n}` });
});

const index = () =>
  runIndexer({ ...services, now: Date.now, pause: setImmediate, log: () => undefined }, { force: true });
const search = async (q: string, more = ''): Promise<Json> =>
  (await archive.get(`/articles?q=${encodeURIComponent(q)}${more}`)).body;
const titles = async (q: string, more = ''): Promise<string[]> =>
  (await search(q, more)).items.map((item: Json) => item.title);
const marked = ({ snippet, matches }: Json): string[] =>
  matches.map(([start, end]: [number, number]) => snippet.slice(start, end));

describe.each([
  { state: 'from the log', prepare: async () => undefined },
  { state: 'from a segment', prepare: index },
])('a search answered $state', ({ prepare }) => {
  beforeAll(prepare);

  it('finds English by words, phrase and beginning, whatever their case and accents', async () => {
    for (const q of ['FERRY bankrupt', '"old harbour"', 'bankr*', 'harbour -library', 'ferry OR nothingness', 'férry'])
      expect(await titles(q), q).toEqual([harbour.title]);
    expect(await titles('ferries')).toEqual([]);
    expect(await titles('"harbour old"')).toEqual([]);
  });

  it('finds Chinese by any piece of it, traditional and simplified alike', async () => {
    for (const q of ['圖書館', '图书馆', '林先生', '书', '"八十萬冊"', '市長 議員', 'title:圖書館', 'author:陳美玲'])
      expect(await titles(q), q).toEqual([library.title]);
    expect(await titles('館圖')).toEqual([]);
    expect(await titles('title:市長')).toEqual([]);
  });

  it('says where the words are, in the text and in the title', async () => {
    const [item] = (await search('图书馆 林先生')).items;
    expect(new Set(marked(item))).toEqual(new Set(['圖書館', '林先生']));
    expect(item.titleMatches.map(([start, end]: [number, number]) => item.title.slice(start, end))).toEqual(['圖書館']);
    expect(item.pastVersion).toBeNull();
    const [ferry] = (await search('"ran it went"')).items;
    expect(marked(ferry)).toEqual(['ran it went']);
    expect(ferry.titleMatches).toEqual([]);
  });

  it('joins words with every filter', async () => {
    expect(await titles('圖書館', '&site=zh.example')).toEqual([library.title]);
    expect(await titles('圖書館', '&site=search.example')).toEqual([]);
    expect(await titles('圖書館', '&lang=zh')).toEqual([library.title]);
    expect(await titles('圖書館', '&from=2024-04-05&to=2024-04-05')).toEqual([library.title]);
    expect(await titles('圖書館', '&from=2024-04-06')).toEqual([]);
    expect(await titles('圖書館', '&changed=true')).toEqual([]);
    expect(await titles('圖書館', '&removed=false&order=archived')).toEqual([library.title]);
  });

  it('answers filters alone from the index, without snippets', async () => {
    const { body } = await archive.get('/articles?site=zh.example');
    expect(body.items.map((item: Json) => item.title)).toEqual([library.title]);
    expect(body.items[0].snippet).toBeUndefined();
  });

  it('pages with a cursor that belongs to its query', async () => {
    const first = await search('title:council OR title:story OR ferry OR 圖書館', '&limit=1');
    expect(first.items).toHaveLength(1);
    const query = 'title:council OR title:story OR ferry OR 圖書館';
    const seen = [first.items[0].id];
    for (let { next } = first; next !== null; ) {
      const page = await search(query, `&limit=1&cursor=${next}`);
      seen.push(...page.items.map((item: Json) => item.id));
      next = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(2);
    const other = await archive.get(`/articles?q=ferry&limit=1&cursor=${first.next}`);
    expect(other.body.code).toBe('invalid-cursor');
  });

  it('counts the days of a month by site', async () => {
    const { body } = await archive.get('/calendar?month=2024-04');
    const day = (date: string) => body.days.find((one: Json) => one.date === date);
    expect(day('2024-04-03')).toMatchObject({ count: 1, sites: [{ site: 'search.example', count: 1 }] });
    expect(day('2024-04-05')).toMatchObject({ count: 1, sites: [{ site: 'zh.example', count: 1 }] });
    expect((await archive.get('/calendar?month=1999-01')).body).toEqual({ month: '1999-01', total: 0, days: [] });
  });
});

it('a warm page of a search costs two calls of the table', async () => {
  const bill = billedClients(services.embedded.endpoints);
  const counted = makeTestArchive(services, { site, clients: bill.clients });
  await counted.get('/articles?q=ferry');
  bill.reset();
  await counted.get('/articles?q=ferry');
  expect(bill.calls).toEqual({ QueryCommand: 1, BatchGetItemCommand: 1 });
  await counted.close();
});

describe('what changes', () => {
  it('a paragraph that left the text stays findable, and the item names the version that had it', async () => {
    const gone = 'eleven pupils';
    const { body: before } = await archive.get(`/articles?url=${encodeURIComponent(ferryUrl)}`);
    const [{ links }] = before.items;
    await archive.keep(ferryUrl, storyPage(harbourEdited));
    for (const prepare of [async () => undefined, index]) {
      await prepare();
      const [item] = (await search(`"${gone}"`)).items;
      expect(item.title).toBe(harbourEdited.title);
      expect(marked(item)).toEqual([gone]);
      expect(item.pastVersion).toEqual({ timestamp: links.latest.split('/').at(-1), url: links.latest });
      expect(await titles('fishermen')).toEqual([harbourEdited.title]);
      expect((await search('fishermen')).items[0].pastVersion).toBeNull();
      // Words of now and of then together are a match in a past version.
      expect((await search(`fishermen "${gone}"`)).items[0].pastVersion).not.toBeNull();
      expect(await titles(`ferry -"${gone}"`)).toEqual([harbourEdited.title]);
      expect(await titles('ferry', '&changed=true')).toEqual([harbourEdited.title]);
    }
  });

  it('corrections and tags are found at once, and a takedown is gone at once', async () => {
    const [item] = (await search('圖書館')).items;
    await archive.send('PATCH', `/articles/${item.id}`, { title: 'Bibliothek öffnet', tags: ['culture'] });
    expect(await titles('title:offnet', '&tag=culture')).toEqual(['Bibliothek öffnet']);
    await index();
    expect(await titles('title:offnet', '&tag=culture')).toEqual(['Bibliothek öffnet']);
    await archive.send('DELETE', `/articles/${item.id}`);
    expect(await titles('圖書館')).toEqual([]);
    const { body } = await archive.get('/calendar?month=2024-04');
    expect(body.days.map(({ date }: Json) => date)).not.toContain('2024-04-05');
  });
});

it('a damaged segment is named, and the rest is answered', async () => {
  await index();
  for await (const keys of services.store.bucket.list('index/'))
    for (const key of keys) await services.store.bucket.remove(key);
  const fresh = makeTestArchive(services, { site });
  site.serve('http://search.example/new', storyPage({ ...harbour, title: 'Ferry in the log' }));
  await fresh.post({ url: 'http://search.example/new' });
  const { body } = await fresh.get('/articles?q=ferry');
  expect(body.partial).toBe(true);
  expect(body.damaged[0].detail).toBe('a part of the body is not there');
  expect(body.items.map(({ title }: Json) => title)).toEqual(['Ferry in the log']);
  await fresh.close();
});
