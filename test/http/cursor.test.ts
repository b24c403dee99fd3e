/** Cursors: what was written for a query is read back for it, and anything else is refused with one code. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCursor, writeCursor } from '../../functions/http/cursor.ts';
import { ProblemError } from '../../functions/problems.ts';
import { forAll } from '../support/for-all.ts';

const query = 'order=newest&from=2024-04-03';
const position = '2024-04-03T19:45:01.000Z#Hlx7gs8HV83CwWJthUqzeP';

function codeOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return 'none';
}

test('a cursor leads back to its position', () => {
  expect(readCursor(query, writeCursor(query, position))).toBe(position);
});

test('any position of any query is read back, and goes into a URL as it is', () => {
  forAll([fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })], (someQuery, somePosition) => {
    const cursor = writeCursor(someQuery, somePosition);
    expect(encodeURIComponent(cursor)).toBe(cursor);
    expect(readCursor(someQuery, cursor)).toBe(somePosition);
  });
});

test('no cursor is no position', () => {
  expect(readCursor(query, undefined)).toBeNull();
});

test('the same position gives the same cursor, so that answers can be cached', () => {
  expect(writeCursor(query, position)).toBe(writeCursor(query, position));
});

describe('refuses as invalid-cursor', () => {
  const cursor = writeCursor(query, position);
  test.each([
    { name: 'an empty one', text: '' },
    { name: 'words', text: 'hello' },
    { name: 'a position that was never signed', text: Buffer.from(position).toString('base64url') },
    { name: 'one that was cut', text: cursor.slice(0, -4) },
    { name: 'one with something behind', text: `${cursor}AAAA` },
    {
      name: 'one with a letter changed',
      text: `${cursor.slice(0, 30)}${cursor[30] === 'A' ? 'B' : 'A'}${cursor.slice(31)}`,
    },
    { name: 'one with a space in front', text: ` ${cursor}` },
    { name: 'one with padding', text: `${cursor}==` },
    { name: 'one with slashes', text: `${cursor}//` },
    {
      name: 'one of another version',
      text: Buffer.from(`2${Buffer.from(cursor, 'base64url').toString().slice(1)}`).toString('base64url'),
    },
    { name: 'bytes that are not UTF-8', text: Buffer.from([0x31, 0xff, 0xfe, 0xfd]).toString('base64url') },
  ])('$name', ({ text }) => {
    expect(codeOf(() => readCursor(query, text))).toBe('invalid-cursor');
  });

  test('one of another query', () => {
    expect(codeOf(() => readCursor('order=oldest&from=2024-04-03', cursor))).toBe('invalid-cursor');
  });
});

test('where query and position meet does not matter to the check', () => {
  expect(codeOf(() => readCursor('a', writeCursor('a\nb', 'c')))).toBe('invalid-cursor');
});
