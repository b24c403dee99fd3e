/** Packed tables against the plain ones that they stand for. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeIvTable, makeTimeList } from '../../functions/search/iv-table.ts';
import { forAll } from '../support/for-all.ts';

const idOf = (n: number) => createHash('sha256').update(String(n)).digest('base64url').slice(0, 22);

it('a table says of each article the greatest number that it was told, however many there are', () => {
  const changes = fc.array(fc.tuple(fc.nat(3000), fc.nat(2), fc.nat(0xffffffff)), { maxLength: 4000, size: 'max' });
  forAll([changes], { numRuns: 20 }, (all) => {
    const table = makeIvTable(3);
    const plain = new Map<string, [number, number, number]>();
    for (const [n, column, to] of all) {
      table.raise(idOf(n), column, to);
      const own = plain.get(idOf(n)) ?? [0, 0, 0];
      own[column] = Math.max(own[column] ?? 0, to);
      plain.set(idOf(n), own);
    }
    expect(table.size()).toBe(plain.size);
    expect(new Map([...table.entries()].map(({ id, numbers }) => [id, [...numbers]]))).toEqual(plain);
    expect(table.get(idOf(-1), 0)).toBe(0);
    for (const [id, [first]] of plain) expect(table.get(id, 0)).toBe(first);
  });
});

it('a list gives its ids by their time, those of one time as they came', () => {
  forAll([fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 3000, size: 'max' })], { numRuns: 20 }, (times) => {
    const list = makeTimeList();
    for (const [n, ms] of times.entries()) list.add(idOf(n), ms);
    const wanted = [...times.keys()].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0)).map(idOf);
    const read = list.inOrder();
    expect([...read(0, 7), ...read(7, times.length)]).toEqual(wanted);
  });
});
