/** Snippets: the right piece of a text, and ranges that say exactly where in it the words are. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fold, foldWithMap } from '../../functions/search/fold.ts';
import { type Marked, markAll, snippetOf } from '../../functions/search/snippet.ts';
import { unitsOf } from '../../functions/search/units.ts';
import { forAll } from '../support/for-all.ts';
import { mixedText } from './mixed-text.ts';
import { queryOf } from './stories.ts';

/** The text with its ranges in brackets. */
function shown({ text, ranges }: Marked): string {
  let line = '';
  let at = 0;
  for (const [start, end] of ranges) {
    line += `${text.slice(at, start)}[${text.slice(start, end)}]`;
    at = end;
  }
  return line + text.slice(at);
}

describe('markAll', () => {
  test.each<[name: string, text: string, q: string, marked: string]>([
    ['a word wherever it is', 'Bridge by bridge', 'bridge', '[Bridge] by [bridge]'],
    ['no part of a word', 'Bridges', 'bridge', 'Bridges'],
    ['a word that goes on, whole', 'Bridges, old', 'brid*', '[Bridges], old'],
    ['a phrase with what is between', 'The old, “old” bridge', '"old bridge"', 'The old, “[old” bridge]'],
    ['nothing of what is excluded', 'The old bridge', 'bridge -old', 'The old [bridge]'],
    ['both of two alternatives', 'The old bridge', 'bridge OR old', 'The [old] [bridge]'],
    ['the title for those who ask for it', 'The old bridge', 'title:old', 'The [old] bridge'],
    ['no title for those who ask for authors', 'The old bridge', 'author:old', 'The old bridge'],
    ['an accent with its letter', 'Un cafe\u0301.', 'cafe', 'Un [cafe\u0301].'],
    ['a ligature as a whole', 'the ﬁnal', 'final', 'the [ﬁnal]'],
    ['a letter that becomes two', 'Straße 1', 'strasse', '[Straße] 1'],
    ['the other script', '臺灣新聞', '新闻', '臺灣[新聞]'],
    ['half-width kana as two', 'ｶﾞｽの', 'ガス', '[ｶﾞｽ]の'],
    ['a decomposed syllable', '한국'.normalize('NFD'), '한', `[${'한'.normalize('NFD')}]${'국'.normalize('NFD')}`],
    ['the whole of a character that says more', '㍿山', '会社', '[㍿]山'],
    ['what is between two marked as one', '新闻新闻', '新闻', '[新闻新闻]'],
    ['what overlaps as one', '新闻报道', '新闻报 闻报道', '[新闻报道]'],
    ['a pair', 'x𠮷y', '𠮷', 'x[𠮷]y'],
  ])('marks %s', (_, text, q, marked) => {
    expect(shown(markAll(text, queryOf(q), 'title'))).toBe(marked);
  });

  it('stops at two hundred places', () => {
    expect(markAll('word, '.repeat(300), queryOf('word'), 'any').ranges).toHaveLength(200);
  });
});

describe('snippetOf', () => {
  const filler = 'Nothing of note was said. ';
  test.each<[name: string, text: string, q: string, snippet: string]>([
    ['a short text whole', 'The old\nbridge', 'bridge', 'The old [bridge]'],
    ['nothing of an empty text', '', 'bridge', ''],
    ['the beginning when the words are elsewhere', filler.repeat(10), 'bridge', `${filler.repeat(7)}Nothing of note …`],
    [
      'the surroundings of the word',
      `${filler.repeat(10)}A bridge fell. ${filler.repeat(10)}`,
      'bridge',
      `… of note was said. ${filler}A [bridge] fell. ${filler.repeat(5)}Nothing…`,
    ],
    [
      'the end with as much before it',
      `${filler.repeat(10)}A bridge.`,
      'bridge',
      `… said. ${filler.repeat(7)}A [bridge].`,
    ],
    [
      'the place with most of the words',
      `A bridge. ${filler.repeat(10)}An old bridge fell. ${filler.repeat(10)}`,
      'bridge fell old',
      `… of note was said. ${filler}An [old] [bridge] [fell]. ${filler.repeat(5)}…`,
    ],
    [
      'the first of places that are as good',
      `A bridge. ${filler.repeat(10)}A bridge fell.`,
      'bridge',
      `A [bridge]. ${filler.repeat(7)}Nothing …`,
    ],
    [
      'a text without spaces, cut anywhere',
      `${'天'.repeat(300)}新闻${'地'.repeat(300)}`,
      '新闻',
      `…${'天'.repeat(50)}[新闻]${'地'.repeat(148)}…`,
    ],
  ])('shows %s', (_, text, q, snippet) => {
    expect(shown(snippetOf(text, queryOf(q)))).toBe(snippet);
  });

  it('parts no pair where no better place is near', () => {
    const { text } = snippetOf(`x${'\u{E0100}'.repeat(300)}`, queryOf('bridge'));
    expect(text).toBe(`x${'\u{E0100}'.repeat(87)}…`);
  });

  it('takes no more than its time for a text of one word', () => {
    const { text, ranges } = snippetOf('ab '.repeat(200_000), queryOf('ab'));
    expect(text.length).toBeLessThanOrEqual(202);
    expect(ranges.length).toBeGreaterThan(0);
  });
});

/** A long text, and a query of units of it. */
const textAndQuery = fc
  .tuple(fc.array(mixedText, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(), { minLength: 1, maxLength: 3 }))
  .map(([parts, picks]) => {
    const text = parts.join(' ').toWellFormed();
    const units = [...unitsOf(fold(text))];
    const wanted = picks.flatMap((pick) => units[pick % Math.max(1, units.length)]?.text ?? []);
    return { text, q: wanted.map((unit) => `"${unit}"`).join(' ') };
  })
  .filter(({ q }) => q !== '');

function check({ text, ranges }: Marked, units: string[]): void {
  let before = 0;
  for (const [start, end] of ranges) {
    expect(start).toBeGreaterThanOrEqual(before);
    expect(end).toBeGreaterThan(start);
    expect(end).toBeLessThanOrEqual(text.length);
    before = end;
    const piece = fold(text.slice(start, end));
    expect(units.some((unit) => piece.includes(unit))).toBe(true);
  }
}

describe('any text and any query', () => {
  it('gives ranges in order, inside of what is shown, that hold a unit of the query', () => {
    forAll([textAndQuery], ({ text, q }) => {
      const query = queryOf(q);
      const units = query.clauses.flatMap(({ any }) => any.flatMap((phrase) => phrase.units.map((unit) => unit.text)));
      check(markAll(text, query, 'any'), units);
      check(snippetOf(text, query), units);
    });
  });

  it('gives a range that folds to the unit, where characters stand for themselves', () => {
    const simple = fc.string({
      unit: fc.constantFrom('a', 'B', 'é', 'e\u0301', '中', '臺', '𠮷', ' ', '.'),
      maxLength: 300,
    });
    forAll([simple, fc.nat()], (text, pick) => {
      const units = [...unitsOf(fold(text))];
      const unit = units[pick % Math.max(1, units.length)];
      if (!unit) return;
      for (const { text: whole, ranges } of [
        markAll(text, queryOf(`"${unit.text}"`), 'any'),
        snippetOf(text, queryOf(`"${unit.text}"`)),
      ])
        for (const [start, end] of ranges) {
          // Neighbours are one range.
          expect(fold(whole.slice(start, end)).replaceAll(unit.text, '')).toBe('');
        }
    });
  });

  it('shows a piece of the text that parts no pair, of at most 202 characters', () => {
    forAll([textAndQuery], ({ text, q }) => {
      const { text: piece } = snippetOf(text, queryOf(q));
      expect(piece.isWellFormed()).toBe(true);
      expect(piece.length).toBeLessThanOrEqual(202);
      const flat = text.replaceAll('\n', ' ');
      const isCutBefore = !flat.startsWith(piece.replace(/…$/, ''));
      expect(flat).toContain(piece.slice(isCutBefore ? 1 : 0).replace(/…$/, ''));
    });
  });

  it('shows the words of the query whenever the text has them', () => {
    forAll([textAndQuery], ({ text, q }) => {
      const query = queryOf(q);
      const { ranges } = markAll(text, query, 'any');
      if (ranges.length === 0 || foldWithMap(text).text.length > 2000) return;
      const [first] = ranges;
      // A range of many neighbours may be longer than what is shown.
      if (first && first[1] - first[0] < 100) expect(snippetOf(text, query).ranges.length).toBeGreaterThan(0);
    });
  });
});
