/** Words are found as people write them: other letters, signs, line ends, quotation marks, filters and days of one's own. */
import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { runIndexer } from '../../functions/search/index-log.ts';
import { putNewStories } from '../search/stories.ts';
import type { Json } from '../support/archive.ts';
import { useArchive } from '../support/use.ts';

type Page = { title: string; words: string; date?: string; tags?: string[]; lang?: string; site?: string };

/** By the name that the tests call them. */
const pages: Record<string, Page> = {
  lines: { title: '县立美\n术馆', words: '明年春天县立美\n\t术馆会重新开放，展出旧藏。' },
  thai: { title: 'ข่าว', words: 'พิพิธ\nภัณฑ์เปิดแล้ว' },
  jacket: { title: 'Goretex', words: 'A jacket of Sympatex® and Gore™, 40 m², sold in the EU² since 1989.' },
  island: { title: 'Lānaʻi', words: 'The ferry to Lānaʻi was late. Памʼять про це лишилась.' },
  tehran: { title: 'روزنامه', words: 'کتابخانه‌ی ملی در سال ۱۳۹۹ یک کتاب گرفت', lang: 'fa' },
  asakusa: { title: '澁谷の齋藤さん', words: '澁谷驛の圖書室は齋藤さんが開いた。', lang: 'ja' },
  rathaus: { title: 'Brand', words: 'Das Alte Rathaus brannte. Die Feuerwehr kam.', lang: 'de', tags: ['Müll'] },
  taipei: { title: 'Night market', words: 'The night market closed.', date: '2023-05-06T01:30:00+08:00' },
  noon: { title: 'Noon market', words: 'The noon market closed.', date: '2023-05-06T12:00:00Z', site: 'noon.example' },
};
const filler =
  'It was said that nobody had expected this to take so long, and that more would be known next week. '.repeat(4);

const { services, archive } = await useArchive();
beforeAll(async () => {
  for (const [name, { title, words, date = '2022-01-01T00:00:00Z', tags = [], lang = 'en', site }] of Object.entries(
    pages,
  )) {
    const time = `<meta property="article:published_time" content="${date}">`;
    const html = `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>${title}</title>${time}</head>
      <body><article><h1>${title}</h1><p>${words}</p><p>${filler}</p></article></body></html>`;
    const { status } = await archive.post({ url: `http://${site ?? 'found.example'}/${name}`, html, tags });
    expect(status).toBe(201);
  }
});

const ask = async (query: Record<string, string>): Promise<Json> =>
  (await archive.get(`/articles?${new URLSearchParams(query)}`)).body;
const names = async (query: Record<string, string>): Promise<string[]> =>
  (await ask(query)).items.map(({ url }: Json) => url.split('/').at(-1)).sort();

const index = () =>
  runIndexer({ ...services, now: Date.now, pause: setImmediate, log: () => undefined }, { force: true });

describe.each([
  { state: 'the log', prepare: async () => undefined },
  { state: 'a segment', prepare: index },
])('from $state', ({ prepare }) => {
  beforeAll(prepare);

  test.each<[q: string, found: string[]]>([
    ['美术馆', ['lines']],
    ['title:县立美术馆', ['lines']],
    ['พิพิธภัณฑ์', ['thai']],
    ['Gore', ['jacket']],
    ['gore™', ['jacket']],
    ['Sympatex', ['jacket']],
    ['m2', ['jacket']],
    ['40 m²', ['jacket']],
    ['EU', ['jacket']],
    ["Lana'i", ['island']],
    ['Lānaʻi', ['island']],
    ['lanai', ['island']],
    ["пам'ять", ['island']],
    ['памʼять', ['island']],
    ['كتاب', ['tehran']],
    ['کتاب', ['tehran']],
    ['1399', ['tehran']],
    ['١٣٩٩', ['tehran']],
    ['渋谷駅', ['asakusa']],
    ['title:斎藤', ['asakusa']],
    ['图书室', ['asakusa']],
    ['„altes Rathaus“', []],
    ['„Alte Rathaus“', ['rathaus']],
    ['“rathaus alte”', []],
    ['brannte —feuerwehr', []],
    ['market NOT noon', ['taipei']],
    ['market AND night', ['taipei']],
    ['market -site:noon.example', ['taipei']],
    ['site:noon.example OR tag:Müll', ['noon', 'rathaus']],
    [`tag:${'Müll'.normalize('NFD')}`, ['rathaus']],
    ['market after:2023-05-06', ['noon']],
    ['market before:2023-05-06', ['taipei']],
    ['kind：article tag:"Müll"', ['rathaus']],
    ['market kind:wall', []],
    ['removed:yes', []],
    ['market edited:no', ['noon', 'taipei']],
  ])('%s finds what it means', async (q, found) => {
    expect(await names({ q })).toEqual(found);
  });

  it('finds a tag in whatever normal form, and counts it once', async () => {
    for (const form of ['NFC', 'NFD', 'NFKD'])
      expect(await names({ tag: 'Müll'.normalize(form) })).toEqual(['rathaus']);
    const before = (await archive.get('/tags')).body.items;
    expect(before).toEqual([{ tag: 'Müll'.normalize('NFC'), count: 1 }]);
  });

  it('takes days as the reader has them', async () => {
    const may = { from: '2023-05-06', to: '2023-05-06' };
    expect(await names(may)).toEqual(['noon']);
    expect(await names({ ...may, tz: 'Asia/Taipei' })).toEqual(['noon', 'taipei']);
    expect(await names({ ...may, tz: '+08:00' })).toEqual(['noon', 'taipei']);
    expect(await names({ q: 'market', ...may, tz: 'Asia/Taipei' })).toEqual(['noon', 'taipei']);
    expect(await names({ q: 'market after:2023-05-06 before:2023-05-07', tz: 'Asia/Taipei' })).toEqual([
      'noon',
      'taipei',
    ]);
    expect(await names({ from: '2023-05-05', to: '2023-05-05', tz: 'America/Los_Angeles' })).toEqual(['taipei']);
    expect((await archive.get('/articles?tz=Mars/Olympus')).body.code).toBe('invalid-request');
  });

  it('counts days as the reader has them', async () => {
    const days = async (tz: string) => {
      const { body } = await archive.get(`/calendar?${new URLSearchParams({ month: '2023-05', tz })}`);
      return body.days.map(({ date, sites }: Json) => [date, ...sites.map(({ site }: Json) => site)]);
    };
    expect(await days('UTC')).toEqual([
      ['2023-05-05', 'found.example'],
      ['2023-05-06', 'noon.example'],
    ]);
    expect(await days('Asia/Taipei')).toEqual([['2023-05-06', 'found.example', 'noon.example']]);
    expect(await days('Pacific/Kiritimati')).toEqual([
      ['2023-05-06', 'found.example'],
      ['2023-05-07', 'noon.example'],
    ]);
    const newYear = await archive.get('/calendar?month=2021-12&tz=-05:00');
    expect(newYear.body.days.map(({ date }: Json) => date)).toEqual(['2021-12-31']);
    expect((await archive.get('/calendar?month=2021-12')).body.days).toEqual([]);
  });

  it('pages the sites', async () => {
    const first = (await archive.get('/sites?limit=1')).body;
    expect(first).toEqual({ items: [{ site: 'found.example', count: 8 }], next: expect.any(String) });
    expect((await archive.get(`/sites?limit=1&cursor=${first.next}`)).body).toEqual({
      items: [{ site: 'noon.example', count: 1 }],
      next: null,
    });
  });

  it('counts languages and kinds', async () => {
    const { body: kinds } = await archive.get('/kinds');
    expect(kinds).toEqual({ items: [{ kind: 'article', count: 9 }], next: null });
    const { body: all } = await archive.get('/languages');
    const { body: two } = await archive.get('/languages?limit=2');
    const { body: rest } = await archive.get(`/languages?cursor=${two.next}`);
    expect([...two.items, ...rest.items]).toEqual(all.items);
    for (const { lang, count } of all.items) expect(await names({ lang })).toHaveLength(count);
    expect((await archive.get(`/kinds?cursor=${two.next}`)).body.code).toBe('invalid-cursor');
  });

  it('counts what matches, when it is asked to', async () => {
    expect((await ask({ q: 'market', limit: '1', count: 'true' })).count).toEqual({ value: 2, more: false });
    expect((await ask({ q: 'nobody', count: 'true' })).count).toEqual({ value: 9, more: false });
    expect(await ask({ q: 'market' })).not.toHaveProperty('count');
  });

  it('says how it understood the query, and what had no effect', async () => {
    const { understood } = await ask({ q: '(night OR noon) & market NOT „old town“ site:found.example' });
    expect(understood).toEqual({
      all: [
        {
          not: false,
          any: [
            { field: 'text', match: 'word', text: 'night' },
            { field: 'text', match: 'word', text: 'noon' },
          ],
        },
        { not: false, any: [{ field: 'text', match: 'word', text: 'market' }] },
        { not: true, any: [{ field: 'text', match: 'phrase', text: 'old town' }] },
        { not: false, any: [{ field: 'site', match: 'filter', text: 'found.example' }] },
      ],
      ignored: [
        { text: '(', position: 0 },
        { text: ')', position: 14 },
        { text: '&', position: 16 },
      ],
    });
  });
});

it('counts to a hundred, and says then that there are more', async () => {
  const plenty = (n: number) => ({
    name: `p${n}`,
    title: 'Plenty',
    text: 'plenty',
    publishedAt: '2020-01-01T00:00:00.000Z',
  });
  await putNewStories(
    services.store,
    Array.from({ length: 100 }, (_, n) => plenty(n)),
  );
  expect((await ask({ q: 'plenty', count: 'true' })).count).toEqual({ value: 100, more: false });
  await putNewStories(services.store, [plenty(100)]);
  expect((await ask({ q: 'plenty', count: 'true' })).count).toEqual({ value: 100, more: true });
});
