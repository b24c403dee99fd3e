/** Snippets: the right piece of a text, and ranges that say exactly where in it the words are. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fold, foldWithMap } from '../../functions/search/fold.ts';
import { type Marked, markAll, snippetOf } from '../../functions/search/snippet.ts';
import { unitsOf } from '../../functions/search/units.ts';
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
  test.each<{ name: string; text: string; q: string; marked: string }>([
    { name: 'a word wherever it is', text: 'Bridge by bridge', q: 'bridge', marked: '[Bridge] by [bridge]' },
    { name: 'no part of a word', text: 'Bridges', q: 'bridge', marked: 'Bridges' },
    { name: 'a word that goes on, whole', text: 'Bridges, old', q: 'brid*', marked: '[Bridges], old' },
    {
      name: 'a phrase with what is between',
      text: 'The old, “old” bridge',
      q: '"old bridge"',
      marked: 'The old, “[old” bridge]',
    },
    { name: 'nothing of what is excluded', text: 'The old bridge', q: 'bridge -old', marked: 'The old [bridge]' },
    { name: 'both of two alternatives', text: 'The old bridge', q: 'bridge OR old', marked: 'The [old] [bridge]' },
    { name: 'the title for those who ask for it', text: 'The old bridge', q: 'title:old', marked: 'The [old] bridge' },
    {
      name: 'no title for those who ask for authors',
      text: 'The old bridge',
      q: 'author:old',
      marked: 'The old bridge',
    },
    { name: 'an accent with its letter', text: 'Un cafe\u0301.', q: 'cafe', marked: 'Un [cafe\u0301].' },
    { name: 'a ligature as a whole', text: 'the ﬁnal', q: 'final', marked: 'the [ﬁnal]' },
    { name: 'a letter that becomes two', text: 'Straße 1', q: 'strasse', marked: '[Straße] 1' },
    { name: 'the other script', text: '臺灣新聞', q: '新闻', marked: '臺灣[新聞]' },
    { name: 'half-width kana as two', text: 'ｶﾞｽの', q: 'ガス', marked: '[ｶﾞｽ]の' },
    {
      name: 'a decomposed syllable',
      text: '한국'.normalize('NFD'),
      q: '한',
      marked: `[${'한'.normalize('NFD')}]${'국'.normalize('NFD')}`,
    },
    { name: 'the whole of a character that says more', text: '㍿山', q: '会社', marked: '[㍿]山' },
    { name: 'what is between two marked as one', text: '新闻新闻', q: '新闻', marked: '[新闻新闻]' },
    { name: 'what overlaps as one', text: '新闻报道', q: '新闻报 闻报道', marked: '[新闻报道]' },
    { name: 'a pair', text: 'x𠮷y', q: '𠮷', marked: 'x[𠮷]y' },
  ])('marks $name', ({ text, q, marked }) => {
    expect(shown(markAll(text, queryOf(q), 'title'))).toBe(marked);
  });

  it('stops at two hundred places', () => {
    expect(markAll('word, '.repeat(300), queryOf('word'), 'any').ranges).toHaveLength(200);
  });
});

describe('snippetOf', () => {
  const filler = 'Nothing of note was said. ';
  test.each<{ name: string; text: string; q: string; snippet: string }>([
    { name: 'a short text whole', text: 'The old\nbridge', q: 'bridge', snippet: 'The old [bridge]' },
    { name: 'nothing of an empty text', text: '', q: 'bridge', snippet: '' },
    {
      name: 'the beginning when the words are elsewhere',
      text: filler.repeat(10),
      q: 'bridge',
      snippet: `${filler.repeat(7)}Nothing of note …`,
    },
    {
      name: 'the surroundings of the word',
      text: `${filler.repeat(10)}A bridge fell. ${filler.repeat(10)}`,
      q: 'bridge',
      snippet: `… of note was said. ${filler}A [bridge] fell. ${filler.repeat(5)}Nothing…`,
    },
    {
      name: 'the end with as much before it',
      text: `${filler.repeat(10)}A bridge.`,
      q: 'bridge',
      snippet: `… said. ${filler.repeat(7)}A [bridge].`,
    },
    {
      name: 'the place with most of the words',
      text: `A bridge. ${filler.repeat(10)}An old bridge fell. ${filler.repeat(10)}`,
      q: 'bridge fell old',
      snippet: `… of note was said. ${filler}An [old] [bridge] [fell]. ${filler.repeat(5)}…`,
    },
    {
      name: 'the first of places that are as good',
      text: `A bridge. ${filler.repeat(10)}A bridge fell.`,
      q: 'bridge',
      snippet: `A [bridge]. ${filler.repeat(7)}Nothing …`,
    },
    {
      name: 'a text without spaces, cut anywhere',
      text: `${'天'.repeat(300)}新闻${'地'.repeat(300)}`,
      q: '新闻',
      snippet: `…${'天'.repeat(50)}[新闻]${'地'.repeat(148)}…`,
    },
  ])('shows $name', ({ text, q, snippet }) => {
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
    fc.assert(
      fc.property(textAndQuery, ({ text, q }) => {
        const query = queryOf(q);
        const units = query.clauses.flatMap(({ any }) =>
          any.flatMap((phrase) => phrase.units.map((unit) => unit.text)),
        );
        check(markAll(text, query, 'any'), units);
        check(snippetOf(text, query), units);
      }),
    );
  });

  it('gives a range that folds to the unit, where characters stand for themselves', () => {
    const simple = fc.string({
      unit: fc.constantFrom('a', 'B', 'é', 'e\u0301', '中', '臺', '𠮷', ' ', '.'),
      maxLength: 300,
    });
    fc.assert(
      fc.property(simple, fc.nat(), (text, pick) => {
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
      }),
    );
  });

  it('shows a piece of the text that parts no pair, of at most 202 characters', () => {
    fc.assert(
      fc.property(textAndQuery, ({ text, q }) => {
        const { text: piece } = snippetOf(text, queryOf(q));
        expect(piece.isWellFormed()).toBe(true);
        expect(piece.length).toBeLessThanOrEqual(202);
        const flat = text.replaceAll('\n', ' ');
        const isCutBefore = !flat.startsWith(piece.replace(/…$/, ''));
        expect(flat).toContain(piece.slice(isCutBefore ? 1 : 0).replace(/…$/, ''));
      }),
    );
  });

  it('shows the words of the query whenever the text has them', () => {
    fc.assert(
      fc.property(textAndQuery, ({ text, q }) => {
        const query = queryOf(q);
        const { ranges } = markAll(text, query, 'any');
        if (ranges.length === 0 || foldWithMap(text).text.length > 2000) return;
        const [first] = ranges;
        // A range of many neighbours may be longer than what is shown.
        if (first && first[1] - first[0] < 100) expect(snippetOf(text, query).ranges.length).toBeGreaterThan(0);
      }),
    );
  });
});
