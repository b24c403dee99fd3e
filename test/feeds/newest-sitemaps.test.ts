/** Which sitemaps of an index are read, of many; and sitemaps that are plain lines. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FeedError } from '../../functions/feeds/feed-error.ts';
import { newestFirst } from '../../functions/feeds/newest-sitemaps.ts';
import { parseFeed } from '../../functions/feeds/parse.ts';
import { forAll } from '../support/for-all.ts';

const nowMs = Date.parse('2024-04-03T12:00:00Z');
const listed = (...rows: [name: string, modifiedAt: string | null][]) =>
  newestFirst(
    rows.map(([name, modifiedAt]) => ({ url: `https://a.example/${name}`, modifiedAt })),
    nowMs,
  ).map((url) => url.slice('https://a.example/'.length));

test.each<[name: string, times: Record<string, string | null>, expected: string[]]>([
  [
    'by their time, whatever the order',
    { a: '2024-03-01T00:00:00Z', c: '2024-04-01T00:00:00Z', b: '2024-02-01T00:00:00Z' },
    ['c', 'a', 'b'],
  ],
  [
    'by their number where the times are equal',
    { 'post-2.xml': '2024-04-03', 'post-10.xml': '2024-04-03', 'post.xml': '2024-04-03', 'post-9.xml': '2024-04-03' },
    ['post-10.xml', 'post-9.xml', 'post-2.xml', 'post.xml'],
  ],
  [
    'by their date where the times are from the future',
    {
      '2023/12.xml': '2099-01-01T00:00:00Z',
      '2024/1.xml': '2098-01-01T00:00:00Z',
      '2024/02.xml': '2097-01-01T00:00:00Z',
    },
    ['2024/02.xml', '2024/1.xml', '2023/12.xml'],
  ],
  [
    'by the names of months, the year first',
    { 'map-december-2023.xml': null, 'map-march-2024.xml': null, 'map-january-2024.xml': null },
    ['map-march-2024.xml', 'map-january-2024.xml', 'map-december-2023.xml'],
  ],
  [
    'by the query',
    { 's?yyyy=2024&mm=03': null, 's?yyyy=2024&mm=04': null, 's?yyyy=2023&mm=12': null },
    ['s?yyyy=2024&mm=04', 's?yyyy=2024&mm=03', 's?yyyy=2023&mm=12'],
  ],
  [
    'one from the future in its place by name',
    { p1: '2024-01-01T00:00:00Z', p2: '2031-01-01T00:00:00Z', p3: '2024-03-01T00:00:00Z' },
    ['p3', 'p2', 'p1'],
  ],
  ['the last first where nothing tells', { a: null, b: null }, ['b', 'a']],
  ['those of news before all', { p1: '2024-04-01T00:00:00Z', news: '2024-01-01T00:00:00Z' }, ['news', 'p1']],
])('newest first, %s', (_, times, expected) => {
  expect(listed(...Object.entries(times))).toEqual(expected);
});

test('each is there once, and times that are believed and differ decide', () => {
  const row = fc.record({ n: fc.nat(99), day: fc.option(fc.integer({ min: 1, max: 60 })) });
  forAll([fc.uniqueArray(row, { selector: ({ n }) => n, maxLength: 30 })], (rows) => {
    const at = (day: number) => new Date(Date.UTC(2024, 2, day)).toISOString();
    const order = listed(
      ...rows.map(({ n, day }): [string, string | null] => [`p${n}`, day === null ? null : at(day)]),
    );
    expect(order.toSorted()).toEqual(rows.map(({ n }) => `p${n}`).toSorted());
    const days = order.map((name) => rows.find(({ n }) => `p${n}` === name)?.day ?? null);
    const believed = days.filter((day): day is number => day !== null && day <= 34);
    expect(believed).toEqual(believed.toSorted((a, b) => b - a));
  });
});

const urls = (text: string) =>
  parseFeed(Buffer.from(text), { url: 'https://a.example/map.txt', contentType: 'text/plain' }).entries.map(
    ({ url }) => url,
  );

test.each([
  ['lines', 'https://a.example/1\nhttps://a.example/2\n'],
  [
    'lines of Windows, a mark in front, one twice',
    '\ufeffhttps://a.example/1\r\n\r\n  https://a.example/2\r\nhttps://a.example/1',
  ],
  ['lines with a comment', '# all stories\nhttps://a.example/1\nhttps://a.example/2'],
])('a sitemap of plain lines is read: %s', (_, text) => {
  expect(urls(text)).toEqual(['https://a.example/1', 'https://a.example/2']);
});

test.each([
  ['a text about an address', 'https://a.example/1\nis where it stands'],
  ['an address in a sentence', 'https://a.example/1 is where it stands'],
  ['a comment alone', '# nothing'],
])('no other text is one: %s', (_, text) => {
  expect(() => urls(text)).toThrow(FeedError);
});
