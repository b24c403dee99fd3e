/** Days and moments by the reader's clock. */

import { describe, expect, test } from 'vitest';
import { dayStart } from '../../functions/article/time-zone.ts';
import { preferredLang } from '../../functions/reader/view.ts';
import { dayOf, momentText, spanOfDays, zoneOf, zoneText } from '../../functions/reader/zone.ts';

test.each([
  ['2026-11-28', 'UTC', '2026-11-28T00:00:00.000Z'],
  ['2026-11-28', 'Asia/Shanghai', '2026-11-27T16:00:00.000Z'],
  ['2026-11-28', 'America/St_Johns', '2026-11-28T03:30:00.000Z'],
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
  ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
  ['2026-11-28', 'Pacific/Kiritimati', '2026-11-27T10:00:00.000Z'],
])('%s begins in %s at %s', (day, zone, iso) => {
  expect(new Date(dayStart(day, zone)).toISOString()).toBe(iso);
  expect(dayOf(iso, zone)).toBe(day);
  expect(dayOf(Date.parse(iso) - 1, zone)).not.toBe(day);
});

test('a day on which clocks change has its own length', () => {
  const { from = '', to = '' } = spanOfDays('2026-03-29', '2026-03-29', 'Europe/Berlin');
  expect((Date.parse(to) + 1 - Date.parse(from)) / 3_600_000).toBe(23);
});

test.each(['', 'Mars/Olympus', '../etc', 'x'.repeat(100), 'UTC; path=/'])('%j is no zone', (name) =>
  expect(zoneOf(name)).toBeNull(),
);

test('moments are written in either language', () => {
  expect(momentText('2026-11-26T20:45:00Z', { lang: 'en', zone: 'Europe/Berlin' })).toBe('26 November 2026, 21:45');
  expect(momentText('2026-11-26T20:45:00Z', { lang: 'zh-Hans', zone: 'Asia/Shanghai' })).toBe('2026年11月27日 04:45');
  expect([zoneText('Asia/Kolkata', 0), zoneText('UTC', 0)]).toEqual(['UTC+5:30', 'UTC']);
});

describe('of the languages of a browser', () => {
  test.each([
    [undefined, 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-Hans'],
    ['de-DE,de;q=0.9,zh-TW;q=0.4,en;q=0.3', 'zh-Hans'],
    ['en-GB,zh;q=0.9', 'en'],
    ['fr', 'en'],
    ['zh;q=0, en', 'en'],
    [';;;,,,q=', 'en'],
  ])('%j is %s', (header, lang) => expect(preferredLang(header)).toBe(lang));
});
