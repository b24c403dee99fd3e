/** The numbers of terms: each term has one, and they come back in the order of their bytes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeTermIds } from '../../functions/search/term-ids.ts';
import { forAll } from '../support/for-all.ts';
import { listOf } from '../support/list-of.ts';

const character = fc.oneof(
  fc.constantFrom(...listOf`a z \u0001 \u007F \u0080 é \u07FF \u0800 ก 台 灣 \uD7FF \uE000 ｡`),
  fc.constantFrom('𠮷', '😀', '\u{10FFFF}'),
);

it('every term has one number, and all come in the order of their bytes', () => {
  forAll([fc.array(fc.array(character, { minLength: 1, maxLength: 4 }), { maxLength: 60 })], (terms) => {
    const ids = makeTermIds();
    const given = new Map<string, number>();
    for (const characters of terms) {
      const text = characters.join('');
      // As for runs of characters: what fits is short.
      const isShort = text.length <= 2 && characters.every(({ length }) => length === 1);
      const id = isShort ? ids.ofShort(text.charCodeAt(0), text.charCodeAt(1) || 0) : ids.ofTerm(text);
      expect(given.get(text) ?? id).toBe(id);
      given.set(text, id);
    }
    expect(ids.size()).toBe(given.size);
    const inOrder: string[] = [];
    // Bytes hold until the term after the next one.
    for (const { id, bytes } of ids.inOrder()) inOrder.push(`${id} ${Buffer.from(bytes).toString('hex')}`);
    const expected = [...given]
      .map(([text, id]) => ({ id, bytes: Buffer.from(text) }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
      .map(({ id, bytes }) => `${id} ${bytes.toString('hex')}`);
    expect(inOrder).toEqual(expected);
  });
});

it('more terms than there was room for keep their numbers', () => {
  const ids = makeTermIds();
  const pairs = Array.from({ length: 20_000 }, (_, n) => [0x4e00 + (n % 200), 0x4e00 + Math.floor(n / 200)] as const);
  expect(pairs.map(([first, second]) => ids.ofShort(first, second))).toEqual([...pairs.keys()]);
  expect(pairs.map(([first, second]) => ids.ofShort(first, second))).toEqual([...pairs.keys()]);
  expect([...ids.inOrder()].map(({ id }) => id).sort((a, b) => a - b)).toEqual([...pairs.keys()]);
});
