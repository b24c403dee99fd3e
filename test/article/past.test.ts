/** What left an article stays findable: each line that is gone once, under the newest version that said it. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { PastVersion } from '../../functions/article/past.ts';
import { pastAfter, readPast, type Version, writePast } from '../../functions/article/past.ts';
import { forAll } from '../support/for-all.ts';

const first: Version = { timestamp: '20240401120000', title: 'Old bridge', text: 'It fell.\nTwo were hurt.' };

describe('after a new version', () => {
  test.each<{ name: string; past: PastVersion[]; next: Omit<Version, 'timestamp'>; left: PastVersion[] }>([
    { name: 'that says the same, nothing has left', past: [], next: first, left: [] },
    { name: 'that says more, nothing has left', past: [], next: { ...first, text: `${first.text}\nMore.` }, left: [] },
    {
      name: 'with another count of readers, nothing has left',
      past: [{ timestamp: '20240401110000', title: null, paragraphs: ['Read 9 times'] }],
      next: first,
      left: [],
    },
    {
      name: 'that says less, that has left',
      past: [],
      next: { ...first, text: 'It fell.' },
      left: [{ timestamp: '20240401120000', title: null, paragraphs: ['Two were hurt.'] }],
    },
    {
      name: 'with another title, the title has left',
      past: [],
      next: { ...first, title: 'New bridge' },
      left: [{ timestamp: '20240401120000', title: 'Old bridge', paragraphs: [] }],
    },
    {
      name: 'that says the title in its text, the title has not left',
      past: [],
      next: { title: null, text: `${first.text}\nOld bridge` },
      left: [],
    },
    {
      name: 'without words, all has left',
      past: [],
      next: { title: null, text: null },
      left: [{ timestamp: '20240401120000', title: 'Old bridge', paragraphs: ['It fell.', 'Two were hurt.'] }],
    },
    {
      name: 'that says again what had left, that is back',
      past: [{ timestamp: '20240331120000', title: 'Bridge', paragraphs: ['Nobody knows.', 'It stands.'] }],
      next: { title: 'Old bridge', text: `${first.text}\nIt stands.` },
      left: [{ timestamp: '20240331120000', title: 'Bridge', paragraphs: ['Nobody knows.'] }],
    },
    {
      name: 'what left twice is of the newer of the two',
      past: [{ timestamp: '20240331120000', title: null, paragraphs: ['Two were hurt.', 'It stands.'] }],
      next: { title: 'Old bridge', text: 'It fell.' },
      left: [
        { timestamp: '20240401120000', title: null, paragraphs: ['Two were hurt.'] },
        { timestamp: '20240331120000', title: null, paragraphs: ['It stands.'] },
      ],
    },
  ])('$name', ({ past, next, left }) => {
    expect(pastAfter(past, first, { timestamp: '20240402120000', ...next })).toEqual(left);
  });

  it('forgets the oldest when there is too much', () => {
    const long = (letter: string) => letter.repeat(150_000);
    const past = ['b', 'c', 'd'].map((letter, i) => ({
      timestamp: `2024033${1 - i}120000`,
      title: null,
      paragraphs: [long(letter)],
    }));
    const left = pastAfter(
      past,
      { timestamp: '20240401120000', title: null, text: long('a') },
      { timestamp: '20240402120000', title: null, text: null },
    );
    expect(left.map(({ paragraphs: [line] }) => line?.[0])).toEqual(['a', 'b']);
  });

  it('leaves what it was given as it was', () => {
    const past = Object.freeze([Object.freeze({ timestamp: '20240331120000', title: 'B', paragraphs: ['x'] })]);
    expect(() => pastAfter([...past], Object.freeze({ ...first }), first)).not.toThrow();
  });
});

describe('after any number of versions', () => {
  const version = fc.record({
    title: fc.option(fc.constantFrom('A', 'B', 'C')),
    text: fc.option(
      fc.array(fc.constantFrom('', 'a', 'b', 'c', 'd'), { maxLength: 4 }).map((lines) => lines.join('\n')),
    ),
  });

  it('has each line once that was said and is not said now, under the last version that said it', () => {
    forAll([fc.array(version, { minLength: 1, maxLength: 8 })], (said) => {
      const versions = said.map((one, i) => ({ ...one, timestamp: `2024040${i}120000` }));
      const linesOf = ({ title, text }: Omit<Version, 'timestamp'>) =>
        [title ?? '', ...(text ?? '').split('\n')].filter((line) => line !== '');
      let past: PastVersion[] = [];
      for (const [i, next] of versions.entries()) {
        const current = versions[i - 1];
        if (current) past = pastAfter(past, current, next);
      }
      const now = linesOf(versions.at(-1) ?? { title: null, text: null });
      const lost = new Map<string, string>();
      for (const one of versions)
        for (const line of linesOf(one)) if (!now.includes(line)) lost.set(line, one.timestamp);
      const found = past.flatMap(({ timestamp, title, paragraphs }) =>
        [...(title === null ? [] : [title]), ...paragraphs].map((line) => [line, timestamp] as const),
      );
      expect(found).toHaveLength(lost.size);
      expect(new Map(found)).toEqual(lost);
      const times = past.map(({ timestamp }) => timestamp);
      expect(times).toEqual([...times].sort().reverse());
    });
  });
});

describe('writePast', () => {
  it('writes nothing of no past', () => {
    expect(writePast([])).toBeNull();
    expect(readPast(null)).toEqual([]);
  });

  it('is read back', () => {
    const past = [{ timestamp: '20240331120000', title: null, paragraphs: ['台灣', '\uD800"\\'] }];
    expect(readPast(writePast(past))).toEqual(past);
  });
});
