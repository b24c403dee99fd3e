/** Counts in little memory say what counts as maps say. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeCountTable } from '../../functions/search/count-table.ts';
import { byMonth, count, type Histogram, histogramToJson } from '../../functions/search/histogram.ts';
import { forAll } from '../support/for-all.ts';
import { listOf } from '../support/list-of.ts';

const day = fc.constantFrom(...listOf`2024-01-01 2024-01-31 2023-12-31 2024-02 #tag 0001-02-03 2024-01-32 x`);
const at = fc.constantFrom(undefined, '00:00', '23:45', '07:15', '24:00');
const site = fc.constantFrom('a.example', '#edited', '#lang:zh', '2024', '', '字');
const by = fc.integer({ min: -3, max: 3 });

it('any changes give the months and the rest that a map gives, without zeros', () => {
  forAll([fc.array(fc.tuple(day, at, site, by), { maxLength: 80 })], (changes) => {
    const table = makeCountTable();
    const truth: Histogram = new Map();
    for (const [day, at, site, by] of changes) {
      const place = { day, ...(at === undefined ? {} : { at }), site };
      table.add(place, by);
      count(truth, place, by);
    }
    const plain = ({ months, rest }: ReturnType<typeof byMonth>) => ({
      months: [...months].map(([month, counts]) => [month, histogramToJson(counts)]),
      rest: histogramToJson(rest),
    });
    // What is no time belongs to no month here.
    const isTime = ([time]: [string, unknown]) =>
      /^\d{4}-\d\d(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d)?)?$/.test(time);
    const wanted = byMonth(new Map([...truth].filter(isTime)));
    const got = plain(table.monthly());
    expect(got.months).toEqual(plain(wanted).months);
    expect(got.rest).toEqual(histogramToJson(new Map([...truth].filter((entry) => !isTime(entry)))));
    expect(table.isEmpty()).toBe(truth.size === 0);
    table.addAll(truth, -1);
    expect([table.isEmpty(), [...table.monthly().months]]).toEqual([true, []]);
  });
});

it('many times and names of a month stay apart', () => {
  const table = makeCountTable();
  for (let n = 0; n < 60_000; n++) {
    const minute = `${String(Math.floor(n / 60) % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;
    table.add({ day: `2024-03-${String(1 + (n % 28)).padStart(2, '0')}`, at: minute, site: `s${n % 700}` }, 1);
  }
  const [[month, histogram] = []] = table.monthly().months;
  expect(month).toBe('2024-03');
  const counted = [...(histogram?.values() ?? [])].flatMap((names) => [...names.values()]);
  expect(counted.reduce((sum, n) => sum + n, 0)).toBe(60_000);
});
