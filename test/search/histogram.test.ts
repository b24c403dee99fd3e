/** The histogram: whatever was counted how often and in which order, the sum is what there is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place } from '../../functions/article/article.ts';
import { count, type Histogram, histogramFromJson, histogramToJson, sum } from '../../functions/search/histogram.ts';
import { forAll } from '../support/for-all.ts';

function of(...changes: [day: string, site: string, by: number][]): Histogram {
  const histogram: Histogram = new Map();
  for (const [day, site, by] of changes) count(histogram, { day, site }, by);
  return histogram;
}

const place: fc.Arbitrary<Place> = fc.record({
  day: fc.constantFrom('2024-04-01', '2024-04-02', '0999-01-01'),
  site: fc.constantFrom('news.example', 'paper.example', '__proto__', '42'),
});

describe('a histogram', () => {
  it('counts days and sites', () => {
    const histogram = of(
      ['2024-04-01', 'a.example', 1],
      ['2024-04-01', 'b.example', 2],
      ['2024-04-01', 'a.example', 1],
    );
    expect(histogramToJson(histogram)).toEqual({ '2024-04-01': { 'a.example': 2, 'b.example': 2 } });
  });

  it('has no zeros', () => {
    expect(of(['2024-04-01', 'a.example', 1], ['2024-04-01', 'a.example', -1])).toEqual(new Map());
    expect(of(['2024-04-01', 'a.example', 0])).toEqual(new Map());
  });

  it('may take back more than it has', () => {
    const taken = of(['2024-04-01', 'a.example', -1]);
    expect(histogramToJson(taken)).toEqual({ '2024-04-01': { 'a.example': -1 } });
    expect(sum([of(['2024-04-01', 'a.example', 1]), taken])).toEqual(new Map());
  });

  it('sums nothing to nothing', () => {
    expect(sum([])).toEqual(new Map());
  });

  it('is summed without being changed', () => {
    const one = of(['2024-04-01', 'a.example', 1]);
    sum([one, one]);
    expect(histogramToJson(one)).toEqual({ '2024-04-01': { 'a.example': 1 } });
  });

  it('is read back from its JSON', () => {
    forAll([fc.array(fc.tuple(place, fc.integer({ min: -3, max: 3 })), { maxLength: 20 })], (changes) => {
      const histogram = of(...changes.map(([{ day, site }, by]) => [day, site, by] as [string, string, number]));
      expect(histogramFromJson(JSON.parse(JSON.stringify(histogramToJson(histogram))))).toEqual(histogram);
    });
  });

  it('is exact after any changes, in whatever pieces they were counted', () => {
    const moves = fc.array(fc.record({ article: fc.nat(5), is: fc.option(place), piece: fc.nat(3) }), {
      maxLength: 40,
    });
    forAll([moves], (changes) => {
      const now = new Map<number, Place>();
      const pieces: Histogram[] = [new Map(), new Map(), new Map(), new Map()];
      for (const { article, is, piece } of changes) {
        const was = now.get(article);
        const histogram = pieces[piece] ?? new Map();
        if (was) count(histogram, was, -1);
        if (is) count(histogram, is, 1);
        if (is) now.set(article, is);
        else now.delete(article);
      }
      const expected = of(...[...now.values()].map(({ day, site }) => [day, site, 1] as [string, string, number]));
      expect(sum(pieces)).toEqual(expected);
      expect(sum([sum(pieces.slice(0, 2)), sum(pieces.slice(2))])).toEqual(expected);
    });
  });
});
