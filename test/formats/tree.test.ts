/** What the files of an exported tree are called, and its lists. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  documentFileName,
  nextId,
  safeName,
  type TreeEntry,
  writeIndex,
  writeList,
} from '../../functions/formats/tree.ts';
import { forAll } from '../support/for-all.ts';

test.each([
  ['an id and a title', 0xffffe, 'Bridge closes', 'ffffe_Bridge closes.md'],
  ['no title', 0x0000a, null, '0000a.md'],
  ['a title of nothing but what no name may hold', 1, '/\\:*?', '00001__.md'],
  ['a title that would lead elsewhere', 1, '../../etc/passwd', '00001_etc passwd.md'],
  ['a title of several lines', 1, 'a\n b', '00001_a b.md'],
])('a file is named after %s', (_, id, title, file) => {
  expect(documentFileName(id, title)).toBe(file);
});

test('a name has at most 200 bytes, names no folder and can be read back', () => {
  forAll([fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 0, max: 0xfffff })], (title, id) => {
    const file = documentFileName(id, title);
    expect(Buffer.byteLength(file)).toBeLessThanOrEqual(200);
    expect(file).not.toMatch(/[/\\\0\n]/);
    expect(nextId([file])).toBe(id - 1);
  });
});

test('a long title is cut between characters', () => {
  const file = documentFileName(0xffffe, '桥'.repeat(100));
  expect(file).toMatch(/^ffffe_桥+\.md$/);
  expect(Buffer.byteLength(file)).toBeGreaterThan(195);
});

test.each([
  ['a new folder', [], 0xffffe],
  ['a folder with both forms', ['ffff0.md', 'fffee_title.md', 'fffef_x.md'], 0xfffed],
  ['a folder with other files', ['2014-02-04-title.md', 'README.md', 'abc.md', 'fffff.md.bak'], 0xffffe],
])('ids count down from 0xFFFFF in %s', (_, names, id) => {
  expect(nextId(names)).toBe(id);
});

test('the names of folders keep what they can', () => {
  expect(safeName('Nei.st', 100)).toBe('Nei.st');
  expect(safeName('..', 100)).toBe('_');
  expect(safeName('a/b', 100)).toBe('a b');
});

const entry = (n: number, change: Partial<TreeEntry> = {}): TreeEntry => ({
  feed: 'rfi',
  file: `rfi/${n}.md`,
  title: `Story ${n}`,
  publishedAtMs: Date.parse('2024-04-03T00:00:00Z') + n * 60_000,
  ...change,
});

describe('a list', () => {
  test('has the newest first, with month and day by the clock of UTC+8', () => {
    const late = entry(1, { publishedAtMs: Date.parse('2024-04-03T16:00:00Z') });
    expect(writeList([entry(2), late])).toBe('4-4 [Story 1](/articles/rfi/1.md)\n4-3 [Story 2](/articles/rfi/2.md)\n');
  });

  test('holds 300 lines', () => {
    const lines = writeList(Array.from({ length: 301 }, (_, n) => entry(n)))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(300);
    expect(lines[0]).toContain('Story 300');
    expect(lines.at(-1)).toContain('(/articles/rfi/1.md)');
  });

  test('encodes what would end a link', () => {
    expect(writeList([entry(1, { file: 'rfi/a (b)#.md' })])).toContain('(/articles/rfi/a%20%28b%29%23.md)');
  });
});

test('the index counts each feed and says nothing of when it was written', () => {
  const entries = [entry(1), entry(2), entry(3, { feed: '泡泡', file: '泡泡/3.md' })];
  expect(writeIndex(entries)).toBe(
    '# News archive\n\n3 documents.\n\n| feed | documents | newest |\n|---|---:|---|\n| [rfi](/lists/rfi.md) | 2 | 2024-04-03 |\n| [泡泡](/lists/泡泡.md) | 1 | 2024-04-03 |\n',
  );
});

test('lists stand a time that is no day of a calendar', () => {
  const entry = { feed: 'a', file: 'a/b.md', title: 'T', publishedAtMs: 8.64e15 };
  expect(writeList([entry])).toBe('1-1 [T](/articles/a/b.md)\n');
  expect(writeIndex([entry])).toContain('| [a](/lists/a.md) | 1 | 1970-01-01 |');
});
