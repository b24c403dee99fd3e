/** Times as feeds write them -> UTC. */
import { describe, expect, test } from 'vitest';
import { feedDate } from '../../functions/feeds/dates.ts';

describe('each way to write the same moment', () => {
  test.each([
    'Wed, 03 Apr 2024 19:45:00 GMT',
    'Wed, 3 Apr 2024 19:45 UT',
    'Wed, 03 Apr 24 19:45:00 Z',
    '03 Apr 2024 19:45:00',
    'Wednesday, 03-Apr-24 19:45:00 GMT',
    'wed,03 april 2024 19:45:00 gmt',
    'Wed, 03 Apr 2024 15:45:00 EDT',
    'Wed, 03 Apr 2024 21:45:00 +0200',
    'Wed, 03 Apr 2024 21:45:00 +02:00 (CEST)',
    'Wed, 03 Apr 2024 21:45:00 GMT+0200',
    'Thu, 04 Apr 2024 02:45:00 GMT+7',
    'Thu, 04 Apr 2024 03:45:00 UTC+8',
    'Thu, 04 Apr 2024 03:45:00 +08',
    'Thu, 04 Apr 2024 01:15:00 +530',
    'Wed, 03 Apr 2024 07:45:00 PM GMT',
    'Wed, 03 Apr 2024 19:45:00 A',
    'Mi, 03 Apr 2024 21:45:00 MESZ',
    'mer., 03 avr. 2024 21:45:00 +0200',
    'Τετ, 03 Απρ 2024 22:45:00 EEST',
    '2024-április-03T19:45Z',
    'Wed Apr  3 19:45:00 2024',
    'Wed Apr 3 12:45:00 PDT 2024',
    'Apr 3 19:45:00 UTC 2024',
    'April 3, 2024 19:45',
    '2024-04-03T19:45:00Z',
    '2024-04-03T19:45Z',
    '2024-04-03T19:45:00.000Z',
    '2024-04-03t21:45:00+02:00',
    '2024-04-03T21:45:00+0200',
    '2024-04-03 19:45:00.0',
    '20240403T194500Z',
    '1712173500',
  ])('%s', (text) => {
    expect(feedDate(text)).toBe('2024-04-03T19:45:00.000Z');
  });
});

test.each([
  { text: '2024', utc: '2024-01-01T00:00:00.000Z' },
  { text: '2024-04', utc: '2024-04-01T00:00:00.000Z' },
  { text: '20240403', utc: '2024-04-03T00:00:00.000Z' },
  { text: '31 Dec 99 23:59:60 GMT', utc: '1999-12-31T23:59:59.000Z' },
  { text: '31 Dec 2023 24:00:00 GMT', utc: '2024-01-01T00:00:00.000Z' },
  { text: '2024年4月3日 19:45', utc: '2024-04-03T19:45:00.000Z' },
  { text: '2024-04-03 오후 07:45:00', utc: '2024-04-03T19:45:00.000Z' },
  { text: '2024년 04월 03일', utc: '2024-04-03T00:00:00.000Z' },
])('$text', ({ text, utc }) => {
  expect(feedDate(text)).toBe(utc);
});

test.each([
  '',
  'yesterday',
  'Wed, 31 Feb 2024 10:00:00 GMT',
  'Wed, 03 Foo 2024 10:00:00 GMT',
  'Wed, 03 Apr 2024 25:00:00 GMT',
  '0000-00-00 00:00:00',
  '1970-01-01T00:00:00Z',
  '2024-13-01',
  '9999-12-31',
  '1'.repeat(200),
])('nonsense is nothing: %s', (text) => {
  expect(feedDate(text)).toBeNull();
});
