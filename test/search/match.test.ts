/** Matching against a naive reference: texts cut into words and single characters, and compared one by one. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findPhrase, foldWords, matchQuery, pastVersionOf } from '../../functions/search/match.ts';
import type { Phrase } from '../../functions/search/query-language.ts';
import type { Searchable } from '../../functions/search/terms.ts';
import { forAll } from '../support/for-all.ts';
import { queryOf } from './stories.ts';

const nothing: Searchable = { title: null, description: null, keywords: [], authors: [], text: null, past: [] };

function phraseOf(q: string): Phrase {
  const [phrase] = queryOf(q).clauses.flatMap(({ any }) => any);
  if (!phrase) throw new Error(`${q} has no phrase`);
  return phrase;
}

function matches(words: Partial<Searchable>, q: string): boolean {
  return matchQuery(foldWords({ ...nothing, ...words }), queryOf(q))?.in === 'current';
}

describe('a text', () => {
  test.each<[name: string, text: string, q: string, found: boolean]>([
    ['has a word of it', 'The old bridge closes.', 'bridge', true],
    ['has no part of a word', 'The old bridge closes.', 'ridge', false],
    ['has no beginning of a word', 'The old bridge closes.', 'brid', false],
    ['has a beginning of a word when it may go on', 'The old bridge closes.', 'brid*', true],
    ['has a word that may go on, and does not', 'The old bridge closes.', 'bridge*', true],
    ['has no part of a word that may go on', 'The old bridge closes.', 'ridge*', false],
    ['has a later word after a longer one', 'bridges, bridge', 'bridge', true],
    ['has a word however it is written', 'Le CAFÉ', 'cafe', true],
    ['has its words in any order', 'The old bridge', 'bridge old', true],
    ['has not what is not in it', 'The old bridge', 'bridge new', false],
    ['has no word that is excluded', 'The old bridge', 'bridge -old', false],
    ['has one of two', 'The old bridge', 'tunnel OR bridge', true],
    ['has a phrase', 'The old bridge', '"old bridge"', true],
    ['has a phrase over punctuation', 'The old -- “bridge”', '"old bridge"', true],
    ['has no phrase over another word', 'old stone bridge', '"old bridge"', false],
    ['has no phrase over paragraphs', 'the old\nbridge', '"old bridge"', false],
    ['has no phrase in the other order', 'bridge old', '"old bridge"', false],
    ['has a phrase of which it has the beginning twice', 'old old bridge', '"old bridge"', true],
    ['has a phrase that goes on', 'old bridges', '"old x" OR old-bri*', true],
    ['has a hyphenated word in two words', 'covid 19', 'covid-19', true],
    ['has no hyphenated word in one', 'covid19', 'covid-19', false],
    ['has part of a run', '台湾新闻报道', '新闻', true],
    ['has a single character', '台湾新闻', '闻', true],
    ['has the other script', '臺灣新聞', '台湾新闻', true],
    ['has no run over a space', '新 闻', '新闻', false],
    ['has two runs without a space', '新闻', '"新 闻"', true],
    ['has a phrase that begins within a run', '天天天b', '"天天 b"', true],
    ['has a run beside a word', '买iPhone手机', '手机', true],
    ['has a word beside a run', '买iPhone手机', 'iphone', true],
    ['has a word and a run written together', '买iPhone 手机', 'iphone手机', true],
    ['has part of a Korean word', '대한민국은', '민국', true],
    ['has part of a Thai text', 'ข่าวไทยวันนี้', 'ไทย', true],
    ['has part of katakana, with what makes it long', 'スーパーマン', 'ーパー', true],
    ['has a character outside of the first plane', 'x𠮷野家', '𠮷野', true],
    ['has an Arabic word without its vowels', 'كِتَابٌ جديد', 'كتاب', true],
    ['has a Hindi word with its vowels only', 'हिन्दी', 'हिन्द', false],
    ['has a word behind half of a pair', 'a\uDC00bridge', 'bridge', true],
    ['has a word before half of a pair', 'bridge\uD800a', 'bridge', true],
    ['has a word behind an emoji', '😀bridge', 'bridge', true],
    ['has no word behind a letter of another plane', '𐐨bridge', 'bridge', false],
  ])('%s', (_, text, q, found) => {
    expect(matches({ text }, q)).toBe(found);
  });
});

describe('an article', () => {
  const article: Searchable = {
    title: 'Old bridge closes',
    description: 'Engineers found cracks',
    keywords: ['traffic', 'river'],
    authors: ['Ana Smith', 'Li Wei'],
    text: 'Nobody was hurt.',
    past: [
      { timestamp: '20240403120000', title: 'Old bridge to close', paragraphs: ['Two were hurt.', 'A tunnel waits.'] },
      { timestamp: '20240402120000', title: null, paragraphs: ['Three tunnels wait.', 'A ferry goes.'] },
    ],
  };
  test.each<[name: string, q: string, match: string | null]>([
    ['its title', 'bridge', 'current'],
    ['its description', 'cracks', 'current'],
    ['a keyword', 'river', 'current'],
    ['an author', 'smith', 'current'],
    ['words of different places', 'bridge hurt traffic wei', 'current'],
    ['no phrase over two places', '"traffic river"', null],
    ['no phrase over two authors', '"smith li"', null],
    ['a word of the title as such', 'title:bridge', 'current'],
    ['no word of the text as the title', 'title:hurt', null],
    ['an author as such', 'author:"ana smith"', 'current'],
    ['no word of the title as an author', 'author:bridge', null],
    ['what left it', 'tunnel', '20240403120000'],
    ['what left it earlier', 'ferry', '20240402120000'],
    ['what left it, by the newest that had some of it', 'ferry tunnel', '20240403120000'],
    ['what left it together with what is there', 'ferry nobody', '20240402120000'],
    ['a title that it had', 'title:"to close"', '20240403120000'],
    ['no author that it had', 'author:tunnel', null],
    ['what is there before what left', 'hurt', 'current'],
    ['one or the other, of what is there', 'ferry OR nobody', 'current'],
    ['nothing that is excluded and there', 'ferry -nobody', null],
    ['nothing that is excluded and was there', 'ferry -tunnel', null],
    ['what is there, though what is excluded was', 'nobody -tunnel', 'current'],
    ['everything but what it never had', '-airport', 'current'],
  ])('is found by %s', (_, q, match) => {
    const found = matchQuery(foldWords(article), queryOf(q));
    expect(found && (found.in === 'past' ? found.timestamp : 'current')).toBe(match);
  });

  it('has each of its past versions by timestamp', () => {
    expect(pastVersionOf(article, '20240402120000')?.paragraphs).toEqual(['Three tunnels wait.', 'A ferry goes.']);
    expect(pastVersionOf(article, '20240401120000')).toBeNull();
  });

  it('of nothing is found by what it has not', () => {
    expect(matches({}, '-bridge')).toBe(true);
    expect(matches({ title: '', text: '' }, 'bridge')).toBe(false);
  });
});

describe('findPhrase', () => {
  test.each<{ name: string; folded: string; q: string; from: number; range: [number, number] | null }>([
    { name: 'the first place', folded: 'a bridge, a bridge', q: 'bridge', from: 0, range: [2, 8] },
    { name: 'the place after', folded: 'a bridge, a bridge', q: 'bridge', from: 8, range: [12, 18] },
    { name: 'no further place', folded: 'a bridge, a bridge', q: 'bridge', from: 13, range: null },
    { name: 'a phrase with what is between', folded: 'the old -- bridge.', q: '"old bridge"', from: 0, range: [4, 17] },
    { name: 'the whole of a word that went on', folded: 'bridges, then', q: 'brid*', from: 0, range: [0, 7] },
    { name: 'only the run that was asked for', folded: '新闻报道', q: '闻报', from: 0, range: [1, 3] },
  ])('finds $name', ({ folded, q, from, range }) => {
    const found = findPhrase(folded, phraseOf(q), from);
    expect(found && [found.start, found.end]).toEqual(range);
  });
});

/** The reference. A character of a run is a token of its own; `glued`: the token before it is a run and touches it. */
type Token = { text: string; run: boolean; glued: boolean };

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let end = -1;
  for (const { 0: token, index } of text.matchAll(/[\u3040-\u30FF\u4E00-\u9FFF\uAC00-\uD7A3\u0E00-\u0E7F]|\w+|\n/gu)) {
    const run = /[\u0E00-\uFFFF]/u.test(token);
    tokens.push({ text: token, run, glued: run && index === end && tokens.at(-1)?.run === true });
    end = index + token.length;
  }
  return tokens;
}

function contains(text: string, phrase: string, prefix: boolean): boolean {
  const [there, wanted] = [tokensOf(text), tokensOf(phrase)];
  return there.some((_, at) =>
    wanted.every(({ text: token, run, glued }, i) => {
      const other = there[at + i];
      if (!other || (i > 0 && glued && !other.glued)) return false;
      return prefix && i === wanted.length - 1 && !run ? other.text.startsWith(token) : other.text === token;
    }),
  );
}

/** Few letters, so that what is asked for is often there. */
const spaced = fc.string({ unit: fc.constantFrom('a', 'b', '1'), minLength: 1, maxLength: 3 });
const unspaced = fc.string({ unit: fc.constantFrom('中', '文', 'か', '한', 'ก'), minLength: 1, maxLength: 4 });
const between = fc.constantFrom(' ', ', ', '', '\n', '。', ' - ');
const text = fc
  .array(fc.tuple(fc.oneof(spaced, unspaced), between), { maxLength: 12 })
  .map((pairs) => pairs.flat().join(''));
const phrase = fc
  .array(fc.tuple(fc.oneof(spaced, unspaced), fc.constantFrom(' ', ', ', '')), { minLength: 1, maxLength: 3 })
  .map((pairs) => pairs.flat().join('').trim().replace(/,$/, ''));

/** A query as it is written, and what it asks for. */
const atom = fc.oneof(
  phrase.map((words) => ({ q: `"${words}"`, words, prefix: false })),
  spaced.map((words) => ({ q: `${words}*`, words, prefix: true })),
  unspaced.map((words) => ({ q: words, words, prefix: false })),
);
const clause = fc.oneof(
  atom.map((one) => ({ q: one.q, any: [one], negated: false })),
  atom.map((one) => ({ q: `-${one.q}`, any: [one], negated: true })),
  fc.tuple(atom, atom).map(([a, b]) => ({ q: `${a.q} OR ${b.q}`, any: [a, b], negated: false })),
);
const query = fc.array(clause, { minLength: 1, maxLength: 3 }).map((clauses) => ({
  q: clauses.map(({ q }) => q).join(' '),
  clauses,
}));

describe('the reference', () => {
  it('has a run exactly where the text includes it', () => {
    forAll([text, unspaced], (there, wanted) => {
      expect(matches({ text: there }, wanted)).toBe(there.includes(wanted));
    });
  });

  it('has a word exactly where one of the words of the text is it', () => {
    forAll([text, spaced], (there, wanted) => {
      const words = there.split(/[^ab1]+/u);
      expect(matches({ text: there }, wanted)).toBe(words.includes(wanted));
      expect(matches({ text: there }, `${wanted}*`)).toBe(words.some((word) => word.startsWith(wanted)));
    });
  });

  it('has a phrase exactly where its tokens follow each other', () => {
    forAll([text, phrase], { numRuns: 1000 }, (there, wanted) => {
      expect(matches({ text: there }, `"${wanted}"`)).toBe(contains(there, wanted, false));
    });
  });

  it('answers whole queries over title and text as a reader would', () => {
    forAll([text, text, query], { numRuns: 1000 }, (title, body, { q, clauses }) => {
      const expected = clauses.every(
        ({ any, negated }) =>
          any.some(({ words, prefix }) => contains(title, words, prefix) || contains(body, words, prefix)) !== negated,
      );
      expect(matches({ title, text: body }, q)).toBe(expected);
    });
  });

  it('finds the places in order, and each of them once', () => {
    forAll([text, unspaced], (there, wanted) => {
      const found: number[] = [];
      const asked = phraseOf(wanted);
      for (let at = findPhrase(there, asked, 0); at; at = findPhrase(there, asked, at.start + 1)) found.push(at.start);
      expect(found).toEqual([...there].flatMap((_, i) => (there.startsWith(wanted, i) ? [i] : [])));
    });
  });
});

describe('what a match says', () => {
  it('is the current version whenever the past makes no difference', () => {
    forAll([text, text, query], (body, lost, { q }) => {
      const past = [{ timestamp: '20240403120000', title: null, paragraphs: [lost] }];
      const without = matchQuery(foldWords({ ...nothing, text: body }), queryOf(q));
      const withPast = matchQuery(foldWords({ ...nothing, text: body, past }), queryOf(q));
      if (without) expect(withPast).toEqual(without);
      else if (withPast) expect(withPast).toEqual({ in: 'past', timestamp: '20240403120000' });
    });
  });
});

describe('a phrase that repeats itself', () => {
  const token = fc.constantFrom('a', 'b', 'ab', '一', '二');
  const joined = fc.array(fc.tuple(token, fc.constantFrom(' ', ' ', ', ', '')), { minLength: 1, maxLength: 30 });

  test('is found where trying every place finds it', () => {
    forAll([joined, fc.array(token, { minLength: 1, maxLength: 6 })], { numRuns: 2000 }, (parts, units) => {
      const folded = parts.flat().join('');
      const phrase = phraseOf(`"${units.join(' ')}"`);
      // Beginning at one place only, so that nothing is passed over.
      const places = Array.from(folded, (_, at) => at).filter((at) => findPhrase(folded, phrase, at)?.start === at);
      const found: number[] = [];
      for (let at = findPhrase(folded, phrase, 0); at; at = findPhrase(folded, phrase, at.start + 1))
        found.push(at.start);
      expect(found).toEqual(places);
      const text = units.join('');
      const squeezed = folded.replace(/[ ,]/g, '');
      if (!/[ab]/.test(folded + text)) expect(found.length > 0).toBe(squeezed.includes(text));
    });
  });

  test('is looked for in a page of one word in time that grows with the page', () => {
    const folded = 'a '.repeat(200_000);
    expect(findPhrase(folded, phraseOf(`"${'a '.repeat(400)}b"`), 0)).toBeNull();
    expect(findPhrase(`${folded}b`, phraseOf(`"${'a '.repeat(400)}b"`), 0)).toEqual({ start: 399_200, end: 400_001 });
  });
});
