/** What is remembered of the names of a page is no more than the names. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { remembered } from '../../functions/extract/remembered.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heapMb = () => {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

it('tests a text once, as long as it is a name', () => {
  let asked = 0;
  const test = remembered((text) => {
    asked++;
    return text.length;
  });
  const long = 'a'.repeat(301);
  expect([test('byline'), test('byline'), test(long), test(long)]).toEqual([6, 6, 301, 301]);
  expect(asked).toBe(3);
});

it('keeps no page in memory for the names that it took from it', () => {
  const test = remembered((text) => text.length);
  const before = heapMb();
  for (let n = 0; n < 100; n++) {
    const page = `${'x'.repeat(2 ** 20)} class="a-name-of-page-${n}"`;
    test(page.slice(-24));
  }
  expect(heapMb() - before).toBeLessThan(30);
});
