/** Matching against a naive reference: texts cut into words and single characters, and compared one by one. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findPhrase, foldWords, matchQuery, pastVersionOf } from '../../functions/search/match.ts';
import type { Phrase } from '../../functions/search/query-language.ts';
import type { Searchable } from '../../functions/search/terms.ts';
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
  test.each<{ name: string; text: string; q: string; found: boolean }>([
    { name: 'has a word of it', text: 'The old bridge closes.', q: 'bridge', found: true },
    { name: 'has no part of a word', text: 'The old bridge closes.', q: 'ridge', found: false },
    { name: 'has no beginning of a word', text: 'The old bridge closes.', q: 'brid', found: false },
    { name: 'has a beginning of a word when it may go on', text: 'The old bridge closes.', q: 'brid*', found: true },
    { name: 'has a word that may go on, and does not', text: 'The old bridge closes.', q: 'bridge*', found: true },
    { name: 'has no part of a word that may go on', text: 'The old bridge closes.', q: 'ridge*', found: false },
    { name: 'has a later word after a longer one', text: 'bridges, bridge', q: 'bridge', found: true },
    { name: 'has a word however it is written', text: 'Le CAFÉ', q: 'cafe', found: true },
    { name: 'has its words in any order', text: 'The old bridge', q: 'bridge old', found: true },
    { name: 'has not what is not in it', text: 'The old bridge', q: 'bridge new', found: false },
    { name: 'has no word that is excluded', text: 'The old bridge', q: 'bridge -old', found: false },
    { name: 'has one of two', text: 'The old bridge', q: 'tunnel OR bridge', found: true },
    { name: 'has a phrase', text: 'The old bridge', q: '"old bridge"', found: true },
    { name: 'has a phrase over punctuation', text: 'The old -- “bridge”', q: '"old bridge"', found: true },
    { name: 'has no phrase over another word', text: 'old stone bridge', q: '"old bridge"', found: false },
    { name: 'has no phrase over paragraphs', text: 'the old\nbridge', q: '"old bridge"', found: false },
    { name: 'has no phrase in the other order', text: 'bridge old', q: '"old bridge"', found: false },
    {
      name: 'has a phrase of which it has the beginning twice',
      text: 'old old bridge',
      q: '"old bridge"',
      found: true,
    },
    { name: 'has a phrase that goes on', text: 'old bridges', q: '"old x" OR old-bri*', found: true },
    { name: 'has a hyphenated word in two words', text: 'covid 19', q: 'covid-19', found: true },
    { name: 'has no hyphenated word in one', text: 'covid19', q: 'covid-19', found: false },
    { name: 'has part of a run', text: '台湾新闻报道', q: '新闻', found: true },
    { name: 'has a single character', text: '台湾新闻', q: '闻', found: true },
    { name: 'has the other script', text: '臺灣新聞', q: '台湾新闻', found: true },
    { name: 'has no run over a space', text: '新 闻', q: '新闻', found: false },
    { name: 'has two runs without a space', text: '新闻', q: '"新 闻"', found: true },
    { name: 'has a phrase that begins within a run', text: '天天天b', q: '"天天 b"', found: true },
    { name: 'has a run beside a word', text: '买iPhone手机', q: '手机', found: true },
    { name: 'has a word beside a run', text: '买iPhone手机', q: 'iphone', found: true },
    { name: 'has a word and a run written together', text: '买iPhone 手机', q: 'iphone手机', found: true },
    { name: 'has part of a Korean word', text: '대한민국은', q: '민국', found: true },
    { name: 'has part of a Thai text', text: 'ข่าวไทยวันนี้', q: 'ไทย', found: true },
    { name: 'has part of katakana, with what makes it long', text: 'スーパーマン', q: 'ーパー', found: true },
    { name: 'has a character outside of the first plane', text: 'x𠮷野家', q: '𠮷野', found: true },
    { name: 'has an Arabic word without its vowels', text: 'كِتَابٌ جديد', q: 'كتاب', found: true },
    { name: 'has a Hindi word with its vowels only', text: 'हिन्दी', q: 'हिन्द', found: false },
    { name: 'has a word behind half of a pair', text: 'a\uDC00bridge', q: 'bridge', found: true },
    { name: 'has a word before half of a pair', text: 'bridge\uD800a', q: 'bridge', found: true },
    { name: 'has a word behind an emoji', text: '😀bridge', q: 'bridge', found: true },
    { name: 'has no word behind a letter of another plane', text: '𐐨bridge', q: 'bridge', found: false },
  ])('$name', ({ text, q, found }) => {
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
  test.each<{ name: string; q: string; match: string | null }>([
    { name: 'its title', q: 'bridge', match: 'current' },
    { name: 'its description', q: 'cracks', match: 'current' },
    { name: 'a keyword', q: 'river', match: 'current' },
    { name: 'an author', q: 'smith', match: 'current' },
    { name: 'words of different places', q: 'bridge hurt traffic wei', match: 'current' },
    { name: 'no phrase over two places', q: '"traffic river"', match: null },
    { name: 'no phrase over two authors', q: '"smith li"', match: null },
    { name: 'a word of the title as such', q: 'title:bridge', match: 'current' },
    { name: 'no word of the text as the title', q: 'title:hurt', match: null },
    { name: 'an author as such', q: 'author:"ana smith"', match: 'current' },
    { name: 'no word of the title as an author', q: 'author:bridge', match: null },
    { name: 'what left it', q: 'tunnel', match: '20240403120000' },
    { name: 'what left it earlier', q: 'ferry', match: '20240402120000' },
    { name: 'what left it, by the newest that had some of it', q: 'ferry tunnel', match: '20240403120000' },
    { name: 'what left it together with what is there', q: 'ferry nobody', match: '20240402120000' },
    { name: 'a title that it had', q: 'title:"to close"', match: '20240403120000' },
    { name: 'no author that it had', q: 'author:tunnel', match: null },
    { name: 'what is there before what left', q: 'hurt', match: 'current' },
    { name: 'one or the other, of what is there', q: 'ferry OR nobody', match: 'current' },
    { name: 'nothing that is excluded and there', q: 'ferry -nobody', match: null },
    { name: 'nothing that is excluded and was there', q: 'ferry -tunnel', match: null },
    { name: 'what is there, though what is excluded was', q: 'nobody -tunnel', match: 'current' },
    { name: 'everything but what it never had', q: '-airport', match: 'current' },
  ])('is found by $name', ({ q, match }) => {
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
    fc.assert(
      fc.property(text, unspaced, (there, wanted) => {
        expect(matches({ text: there }, wanted)).toBe(there.includes(wanted));
      }),
    );
  });

  it('has a word exactly where one of the words of the text is it', () => {
    fc.assert(
      fc.property(text, spaced, (there, wanted) => {
        const words = there.split(/[^ab1]+/u);
        expect(matches({ text: there }, wanted)).toBe(words.includes(wanted));
        expect(matches({ text: there }, `${wanted}*`)).toBe(words.some((word) => word.startsWith(wanted)));
      }),
    );
  });

  it('has a phrase exactly where its tokens follow each other', () => {
    fc.assert(
      fc.property(text, phrase, (there, wanted) => {
        expect(matches({ text: there }, `"${wanted}"`)).toBe(contains(there, wanted, false));
      }),
      { numRuns: 1000 },
    );
  });

  it('answers whole queries over title and text as a reader would', () => {
    fc.assert(
      fc.property(text, text, query, (title, body, { q, clauses }) => {
        const expected = clauses.every(
          ({ any, negated }) =>
            any.some(({ words, prefix }) => contains(title, words, prefix) || contains(body, words, prefix)) !==
            negated,
        );
        expect(matches({ title, text: body }, q)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the places in order, and each of them once', () => {
    fc.assert(
      fc.property(text, unspaced, (there, wanted) => {
        const found: number[] = [];
        const asked = phraseOf(wanted);
        for (let at = findPhrase(there, asked, 0); at; at = findPhrase(there, asked, at.start + 1))
          found.push(at.start);
        expect(found).toEqual([...there].flatMap((_, i) => (there.startsWith(wanted, i) ? [i] : [])));
      }),
    );
  });
});

describe('what a match says', () => {
  it('is the current version whenever the past makes no difference', () => {
    fc.assert(
      fc.property(text, text, query, (body, lost, { q }) => {
        const past = [{ timestamp: '20240403120000', title: null, paragraphs: [lost] }];
        const without = matchQuery(foldWords({ ...nothing, text: body }), queryOf(q));
        const withPast = matchQuery(foldWords({ ...nothing, text: body, past }), queryOf(q));
        if (without) expect(withPast).toEqual(without);
        else if (withPast) expect(withPast).toEqual({ in: 'past', timestamp: '20240403120000' });
      }),
    );
  });
});

describe('a phrase that repeats itself', () => {
  const token = fc.constantFrom('a', 'b', 'ab', '一', '二');
  const joined = fc.array(fc.tuple(token, fc.constantFrom(' ', ' ', ', ', '')), { minLength: 1, maxLength: 30 });

  test('is found where trying every place finds it', () => {
    fc.assert(
      fc.property(joined, fc.array(token, { minLength: 1, maxLength: 6 }), (parts, units) => {
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
      }),
      { numRuns: 2000 },
    );
  });

  test('is looked for in a page of one word in time that grows with the page', () => {
    const folded = 'a '.repeat(200_000);
    expect(findPhrase(folded, phraseOf(`"${'a '.repeat(400)}b"`), 0)).toBeNull();
    expect(findPhrase(`${folded}b`, phraseOf(`"${'a '.repeat(400)}b"`), 0)).toEqual({ start: 399_200, end: 400_001 });
  });
});
