/** Conditions and changes on the embedded DynamoDB against what they say: random items, random conditions. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Change, type Condition, makeExpressions } from '../../functions/store/condition.ts';
import type { Item } from '../../functions/store/table.ts';
import { useServices } from '../support/use.ts';

const { table } = (await useServices()).store;
let keys = 0;

/** Names that DynamoDB keeps for itself are among them. */
const names = ['status', 'by', 'n', 'ttl'];
const nameArb = fc.constantFrom(...names);
const numberArb = fc.integer({ min: 0, max: 3 });
const scalarArb = fc.oneof(numberArb, fc.constantFrom('queued', 'done'));
const attributesArb = fc.dictionary(nameArb, scalarArb, { maxKeys: 4 });
const some = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });
const leafArb: fc.Arbitrary<Condition> = fc
  .record({
    absent: some(fc.boolean()),
    is: some(fc.dictionary(nameArb, scalarArb, { maxKeys: 2 })),
    lacks: some(fc.uniqueArray(nameArb, { maxLength: 2 })),
    below: some(fc.dictionary(nameArb, numberArb, { maxKeys: 1 })),
    atMost: some(fc.dictionary(nameArb, numberArb, { maxKeys: 1 })),
    above: some(fc.dictionary(nameArb, numberArb, { maxKeys: 1 })),
  })
  .map(withoutNothing)
  .filter((condition) => makeExpressions().condition(condition) !== '');
const conditionArb = fc.oneof(
  leafArb,
  fc.array(leafArb, { minLength: 1, maxLength: 3 }).map((either): Condition => ({ either })),
  fc.tuple(leafArb, fc.array(leafArb, { minLength: 1, maxLength: 2 })).map(([leaf, either]) => ({ ...leaf, either })),
);

function withoutNothing<T extends object>(value: T): Condition {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
}

/** What the condition says, in plain words of JavaScript. */
function holds(condition: Condition, item: Record<string, unknown> | null): boolean {
  const { absent, is = {}, lacks = [], below = {}, atMost = {}, above = {}, either } = condition;
  const numbers = (wanted: Record<string, number>, test: (has: number, than: number) => boolean) =>
    Object.entries(wanted).every(([name, than]) => typeof item?.[name] === 'number' && test(item[name], than));
  return (
    (absent === undefined || absent === (item === null)) &&
    Object.entries(is).every(([name, value]) => item?.[name] === value) &&
    lacks.every((name) => item?.[name] === undefined) &&
    numbers(below, (has, than) => has < than) &&
    numbers(atMost, (has, than) => has <= than) &&
    numbers(above, (has, than) => has > than) &&
    (either === undefined || either.some((one) => holds(one, item)))
  );
}

test('a put, a change and a removal happen when their condition holds, and not otherwise', async () => {
  await fc.assert(
    fc.asyncProperty(some(attributesArb), conditionArb, async (attributes, condition) => {
      const key = { pk: 'conditions', sk: String(keys++) };
      const there = attributes === undefined ? null : { ...key, ...attributes };
      const expected = holds(condition, there);
      const start = async () => {
        await table.remove(key);
        if (there) await table.put(there);
      };
      await start();
      expect(await table.put({ ...key, put: 1 }, condition)).toBe(expected);
      expect(await table.get(key)).toEqual(expected ? { ...key, put: 1 } : there);
      await start();
      expect((await table.update(key, { set: { put: 1 } }, condition)) !== null).toBe(expected);
      expect(await table.get(key)).toEqual(expected ? { ...key, ...attributes, put: 1 } : there);
      await start();
      expect(await table.remove(key, condition)).toBe(expected);
      expect(await table.get(key)).toEqual(expected ? null : there);
    }),
    { numRuns: 120 },
  );
});

test.each<[name: string, before: object, change: Change, after: object]>([
  ['sets', { a: 1 }, { set: { a: 2, status: 'x' } }, { a: 2, status: 'x' }],
  ['adds to a number that is there and to one that is not', { a: 1 }, { add: { a: 2, b: 3 } }, { a: 3, b: 3 }],
  ['adds to a set', { s: new Set([1]) }, { add: { s: new Set([2]) } }, { s: new Set([1, 2]) }],
  ['takes from a set', { s: new Set([1, 2]) }, { take: { s: new Set([1]) } }, { s: new Set([2]) }],
  ['takes the last of a set with it', { s: new Set([1]) }, { take: { s: new Set([1]) } }, {}],
  ['removes', { a: 1, b: 2 }, { remove: ['a'] }, { b: 2 }],
  ['does all at once', { a: 1, b: 2, c: 3 }, { set: { a: 5 }, add: { b: 1 }, remove: ['c'] }, { a: 5, b: 3 }],
])('a change %s', async (_, before, change, after) => {
  const key = { pk: 'changes', sk: String(keys++) };
  await table.put({ ...key, ...before } as Item);
  expect(await table.update(key, change)).toEqual({ ...key, ...after });
  expect(await table.get(key)).toEqual({ ...key, ...after });
});

test('a change of an item that is not there makes it, unless it must be there', async () => {
  const key = { pk: 'changes', sk: String(keys++) };
  expect(await table.update(key, { add: { n: 1 } }, { absent: false })).toBeNull();
  expect(await table.update(key, { add: { n: 1 } })).toEqual({ ...key, n: 1 });
});
