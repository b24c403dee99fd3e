/** The merge policy over a million stories: how many segments there are, and how often each story is written. */
import { describe, expect, test } from 'vitest';
import { nextMerge, type Sized } from '../../functions/search/merge-policy.ts';
import { makeDice } from './segment-samples.ts';

type Run = { mostSegments: number; segments: number; writtenPerStory: number; largestMerge: number; merges: number };

/** Commits until there are so many stories, merging whenever there is something to merge. */
function simulate(
  sizeOf: (n: number) => number,
  timesOf: (n: number) => [min: number, max: number],
  stories = 1_000_000,
): Run {
  let segments: Sized[] = [];
  let [committed, written, mostSegments, largestMerge, merges] = [0, 0, 0, 0, 0];
  for (let n = 0; committed < stories; n++) {
    const docs = Math.min(sizeOf(n), stories - committed);
    const [minSortMs, maxSortMs] = timesOf(n);
    segments.push({ key: String(n), docs, minSortMs, maxSortMs });
    committed += docs;
    written += docs;
    for (let chosen = nextMerge(segments); chosen; chosen = nextMerge(segments)) {
      const total = chosen.reduce((sum, one) => sum + one.docs, 0);
      const taken = chosen;
      segments = segments.filter((one) => !taken.includes(one));
      segments.push({
        key: `${n}+`,
        docs: total,
        minSortMs: Math.min(...chosen.map((one) => one.minSortMs)),
        maxSortMs: Math.max(...chosen.map((one) => one.maxSortMs)),
      });
      written += total;
      largestMerge = Math.max(largestMerge, total);
      merges++;
    }
    mostSegments = Math.max(mostSegments, segments.length);
  }
  expect(segments.reduce((total, { docs }) => total + docs, 0)).toBe(stories);
  const writtenPerStory = Math.round((written / stories) * 100) / 100;
  return { mostSegments, segments: segments.length, writtenPerStory, largestMerge, merges };
}

const inOrder = (n: number): [number, number] => [n * 1000, n * 1000 + 999];
function anywhere(seed: number): (n: number) => [number, number] {
  const dice = makeDice(seed);
  return () => {
    const from = dice(1e9);
    return [from, from + dice(1e8)];
  };
}
function sizes(seed: number, least: number, most: number): () => number {
  const dice = makeDice(seed);
  return () => least + dice(most - least + 1);
}

describe('a million stories', () => {
  test.each<{ name: string; run: () => Run; observed: Run }>([
    {
      name: 'in commits of 512, as they are published',
      run: () => simulate(() => 512, inOrder),
      observed: { mostSegments: 16, segments: 10, writtenPerStory: 5.69, largestMerge: 262144, merges: 650 },
    },
    {
      name: 'in commits of 512, of any time',
      run: () => simulate(() => 512, anywhere(1)),
      observed: { mostSegments: 16, segments: 10, writtenPerStory: 5.69, largestMerge: 262144, merges: 650 },
    },
    {
      name: 'in commits of 64 to 1024, as they are published',
      run: () => simulate(sizes(2, 64, 1024), inOrder),
      observed: { mostSegments: 17, segments: 16, writtenPerStory: 4.84, largestMerge: 149316, merges: 598 },
    },
    {
      name: 'in commits of 64 to 1024, of any time',
      run: () => simulate(sizes(3, 64, 1024), anywhere(4)),
      observed: { mostSegments: 18, segments: 9, writtenPerStory: 4.97, largestMerge: 140719, merges: 620 },
    },
    {
      name: 'in commits of 1024, as they are published',
      run: () => simulate(() => 1024, inOrder),
      observed: { mostSegments: 14, segments: 8, writtenPerStory: 4.77, largestMerge: 262144, merges: 323 },
    },
    {
      name: 'in commits that grow with time',
      run: () => simulate((n) => Math.min(1024, 1 + n), inOrder),
      observed: { mostSegments: 14, segments: 12, writtenPerStory: 5.29, largestMerge: 262144, merges: 495 },
    },
  ])('$name, stay within bounds', ({ run, observed }) => {
    const seen = run();
    expect(seen).toEqual(observed);
    expect(seen.mostSegments).toBeLessThanOrEqual(18);
    expect(seen.writtenPerStory).toBeLessThan(6);
    expect(seen.largestMerge).toBeLessThanOrEqual(262_144);
  });
});

describe('ten million stories', () => {
  test('in commits of 512 end in pairs of 131,072, since four of those are too many for a merge', () => {
    expect(simulate(() => 512, inOrder, 10_000_000)).toEqual({
      mostSegments: 50,
      segments: 43,
      writtenPerStory: 5.96,
      largestMerge: 262_144,
      merges: 6521,
    });
  });
});

describe('the next merge', () => {
  const of = (...all: [key: string, docs: number, time: number][]): Sized[] =>
    all.map(([key, docs, time]) => ({ key, docs, minSortMs: time, maxSortMs: time }));
  test.each<[name: string, segments: Sized[], merged: string | null]>([
    ['is none of none', [], null],
    ['is none of three', of(['a', 9, 1], ['b', 9, 2], ['c', 9, 3]), null],
    ['is of four of a size', of(['a', 9, 1], ['b', 90, 2], ['c', 900, 3], ['d', 1, 4]), 'dcba'],
    ['is none of four of two sizes', of(['a', 9, 1], ['b', 9, 2], ['c', 9, 3], ['d', 1024, 4]), null],
    ['is of the newest four', of(['a', 9, 1], ['b', 9, 5], ['c', 9, 3], ['d', 9, 2], ['e', 9, 4]), 'becd'],
    [
      'is of the smallest size that has four',
      of(
        ...(['a', 'b', 'c', 'd'] as const).map((key, i): [string, number, number] => [key, 5000, i]),
        ...(['e', 'f', 'g', 'h'] as const).map((key, i): [string, number, number] => [key, 2000, i]),
      ),
      'hgfe',
    ],
    ['is of segments that have lost all documents too', of(['a', 0, 0], ['b', 0, 0], ['c', 0, 0], ['d', 0, 0]), 'abcd'],
    [
      'is of as many neighbours as are not too many together',
      of(['a', 90_000, 9], ['b', 70_000, 8], ['c', 66_000, 7], ['d', 66_000, 6], ['e', 66_000, 5], ['f', 64_144, 4]),
      'abc',
    ],
    [
      'is of as many as a merge may hold',
      of(['a', 65_536, 1], ['b', 65_536, 2], ['c', 65_536, 3], ['d', 65_536, 4]),
      'dcba',
    ],
    [
      'is of those that are together not too large',
      of(['a', 5000, 1], ['b', 5000, 2], ['c', 5000, 3], ['d', 5000, 4]).map((one) => ({
        ...one,
        bytes: 200 * 1024 * 1024,
      })),
      'dc',
    ],
    [
      'is of those whose dictionaries have room in one head',
      of(['a', 5000, 1], ['b', 5000, 2], ['c', 5000, 3], ['d', 5000, 4]).map((one) => ({
        ...one,
        blocks: 5000,
      })),
      'dcb',
    ],
    [
      'is of three where one more is too many',
      of(['a', 65_537, 1], ['b', 65_536, 2], ['c', 65_536, 3], ['d', 65_536, 4]),
      'dcb',
    ],
  ])('%s', (_, segments, merged) => {
    expect(
      nextMerge(segments)
        ?.map(({ key }) => key)
        .join('') ?? null,
    ).toBe(merged);
  });
});
