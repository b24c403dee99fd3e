/** Terms: the index never misses what a text has, whatever is asked for in whatever script. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fold, foldWithMap } from '../../functions/search/fold.ts';
import { foldWords, matchQuery } from '../../functions/search/match.ts';
import { planOf } from '../../functions/search/plan.ts';
import { parseQuery } from '../../functions/search/query-language.ts';
import {
  type Facets,
  type Field,
  type Filters,
  filterTerms,
  passes,
  type Searchable,
  termPrefix,
  termsOf,
  termsOfUnit,
} from '../../functions/search/terms.ts';
import { unitsOf } from '../../functions/search/units.ts';
import { forAll } from '../support/for-all.ts';
import { mixedText } from './mixed-text.ts';

const nothing: Searchable = { title: null, description: null, keywords: [], authors: [], text: null, past: [] };
const plain: Facets = {
  site: 'news.example',
  feed: null,
  lang: null,
  tags: [],
  changed: false,
  removed: false,
  kind: 'article',
  isShown: true,
  publishedAt: '2024-04-03T12:00:00.000Z',
};
const plainTerms = ['\u0003s:news.example', '\u0003c:false', '\u0003r:false', '\u0003k:article'];

/** The terms of an article beside those of its facets. */
function wordTerms(words: Partial<Searchable>): string[] {
  return [...termsOf({ ...nothing, ...words }, plain)].filter((term) => !plainTerms.includes(term)).sort();
}

describe('the terms of an article', () => {
  test.each<[name: string, words: Partial<Searchable>, terms: string[]]>([
    ['without words has none', {}, []],
    ['are its words', { text: 'The old, the OLD bridge' }, ['bridge', 'old', 'the']],
    ['are the characters and pairs of a run', { text: '新闻报' }, ['报', '新', '新闻', '闻', '闻报']],
    ['do not pair what a space parts', { text: '新 闻' }, ['新', '闻']],
    ['pair characters outside of the first plane', { text: '𠮷野' }, ['野', '𠮷', '𠮷野']],
    ['part words and runs', { text: '买iPhone手' }, ['iphone', '买', '手']],
    ['of the title come twice', { title: 'Old 新' }, ['\u0001old', '\u0001新', 'old', '新']],
    ['of an author come twice', { authors: ['Li'] }, ['\u0002li', 'li']],
    ['are of description and keywords', { description: 'a b', keywords: ['c'] }, ['a', 'b', 'c']],
    [
      'are of what it said before',
      { past: [{ timestamp: '20240403120000', title: 'Old', paragraphs: ['gone'] }] },
      ['\u0001old', 'gone', 'old'],
    ],
    ['are cut', { text: 'a'.repeat(70) }, ['a'.repeat(64)]],
    ['are cut before a pair', { text: `${'a'.repeat(63)}𝐀𐐨b` }, [`${'a'.repeat(64)}`]],
    ['are cut before a pair that stays', { text: `${'a'.repeat(63)}𐐨b` }, ['a'.repeat(63)]],
    ['are none of halves of pairs', { text: 'a\uDC00\uD800b\uD800' }, ['a', 'b']],
  ])('%s', (_, words, terms) => {
    expect(wordTerms(words)).toEqual(terms);
  });
});

describe('the terms of a unit', () => {
  test.each<[name: string, kind: 'word' | 'run', text: string, field: Field, terms: string[]]>([
    ['are the word', 'word', 'bridge', 'any', ['bridge']],
    ['are the word of the title', 'word', 'bridge', 'title', ['\u0001bridge']],
    ['are the only character', 'run', '新', 'author', ['\u0002新']],
    ['are the pairs', 'run', '新闻报', 'any', ['新闻', '闻报']],
    ['are the pairs of what is a pair itself', 'run', '𠮷野', 'any', ['𠮷野']],
    ['are the beginning of a long word', 'word', 'a'.repeat(70), 'any', ['a'.repeat(64)]],
  ])('%s', (_, kind, text, field, terms) => {
    expect(termsOfUnit({ kind, text }, field)).toEqual(terms);
  });
});

/** A text and a piece of it that begins and ends between characters and inside of no word. */
const textAndPhrase = fc.tuple(mixedText, fc.nat(), fc.nat()).map(([text, a, b]) => {
  const { text: folded, starts } = foldWithMap(text);
  const bounds = [...new Set(starts)].filter((at) => {
    const place = starts.indexOf(at);
    return [...unitsOf(folded)].every(({ kind, start, end }) => kind === 'run' || place <= start || place >= end);
  });
  const [from, to] = [a, b].map((n) => bounds[n % bounds.length] ?? 0).sort((x, y) => x - y);
  return { text, phrase: text.slice(from, to) };
});

describe('the index', () => {
  it.each<{ name: string; words(text: string): Partial<Searchable>; field: Field }>([
    { name: 'text', words: (text) => ({ text }), field: 'any' },
    { name: 'title', words: (title) => ({ title }), field: 'any' },
    { name: 'title as such', words: (title) => ({ title }), field: 'title' },
    { name: 'authors', words: (author) => ({ authors: ['Li', author] }), field: 'author' },
    { name: 'keywords', words: (keyword) => ({ keywords: [keyword] }), field: 'any' },
    {
      name: 'past',
      words: (text) => ({ past: [{ timestamp: '20240403120000', title: null, paragraphs: [text] }] }),
      field: 'any',
    },
  ])('has every unit of a phrase that was cut from the $name', ({ words, field }) => {
    forAll([textAndPhrase], ({ text, phrase }) => {
      const terms = termsOf({ ...nothing, ...words(text) }, plain);
      for (const unit of unitsOf(fold(phrase)))
        expect([...terms]).toEqual(expect.arrayContaining(termsOfUnit(unit, field)));
    });
  });

  it('has the beginnings of all words', () => {
    forAll([mixedText, fc.nat(), fc.boolean()], (text, length, isLong) => {
      const whole = isLong ? text.replace(/(\p{L})/u, '$1'.repeat(80)) : text;
      const terms = [...termsOf({ ...nothing, text: whole }, plain)];
      for (const { kind, text: unit } of unitsOf(fold(whole))) {
        if (kind === 'run') continue;
        const characters = [...unit];
        const beginning = characters.slice(0, 1 + (length % characters.length)).join('');
        expect(terms.some((term) => term.startsWith(termPrefix(beginning, 'any')))).toBe(true);
      }
    });
  });

  it('proposes whatever the text has, for queries of pieces of other texts', () => {
    const near = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '中', '文', '𠮷', 'か', ' ', '\n'), maxLength: 8 });
    forAll([near, near, fc.constantFrom('"', '*', '')], { numRuns: 2000 }, (text, wanted, how) => {
      const parsed = parseQuery(how === '"' ? `"${wanted}"` : wanted.trim() + how);
      if ('problem' in parsed) return;
      const words = { ...nothing, text };
      if (!matchQuery(foldWords(words), parsed.query)) return;
      const terms = [...termsOf(words, plain)];
      const isProposed = planOf(parsed.query, {}).every((group) =>
        group.some((needs) =>
          needs.every((need) =>
            terms.some((term) => ('term' in need ? term === need.term : term.startsWith(need.prefix))),
          ),
        ),
      );
      expect(isProposed).toBe(true);
    });
  });

  it('has no term that a segment could not give back', () => {
    forAll([mixedText], (text) => {
      for (const term of termsOf(
        { ...nothing, title: text, authors: [text] },
        { ...plain, tags: [text], site: text },
      )) {
        expect(Buffer.from(term).toString()).toBe(term);
      }
    });
  });
});

describe('facets', () => {
  const facets: Facets = {
    site: 'news.example',
    feed: 'https://news.example/feed',
    lang: 'zh-Hant-TW',
    tags: ['bridges', '台湾'],
    changed: true,
    removed: false,
    kind: 'article' as const,
    isShown: true,
    publishedAt: '2024-04-03T12:00:00.000Z',
  };
  test.each<[name: string, filters: Filters, pass: boolean]>([
    ['no filter', {}, true],
    ['its site', { site: 'news.example' }, true],
    ['another site', { site: 'example' }, false],
    ['its feed', { feed: 'https://news.example/feed' }, true],
    ['another feed', { feed: 'https://news.example/' }, false],
    ['its language', { lang: 'ZH' }, true],
    ['its language and script', { lang: 'zh-hant' }, true],
    ['its language to the last', { lang: 'zh-Hant-TW' }, true],
    ['part of its language', { lang: 'z' }, false],
    ['its country alone', { lang: 'tw' }, false],
    ['one of its tags', { tag: '台湾' }, true],
    ['a tag in other letters', { tag: 'Bridges' }, false],
    ['that it changed', { changed: true }, true],
    ['that it did not change', { changed: false }, false],
    ['that it was not removed', { removed: false }, true],
    ['all at once', { site: 'news.example', lang: 'zh', tag: 'bridges', removed: false }, true],
    ['all but one', { site: 'news.example', lang: 'zh', tag: 'tunnels' }, false],
    ['a site of the name of a tag', { site: 'bridges' }, false],
    ['an empty tag', { tag: '' }, false],
  ])('pass %s, or do not', (_, filters, pass) => {
    expect(passes(facets, filters)).toBe(pass);
    const terms = termsOf(nothing, facets);
    expect(filterTerms(filters).every((term) => terms.has(term))).toBe(pass);
  });

  it('are not found as words', () => {
    expect([...termsOf(nothing, facets)].every((term) => term.startsWith('\u0003'))).toBe(true);
    const typed = parseQuery('"\u0003s:news.example"');
    expect('query' in typed && matchQuery(foldWords(nothing), typed.query)).toBeNull();
  });
});
