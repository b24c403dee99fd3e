/** The query language: what each way of writing `q` asks for, and what is said of what cannot be meant. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Phrase, parseQuery, type Query } from '../../functions/search/query-language.ts';
import { forAll } from '../support/for-all.ts';
import { mixedText } from './mixed-text.ts';

/** A query as a line: `+` wanted, `-` not, `|` between alternatives, words in `[]`, runs in `<>`, `*` when it may go on. */
function lineOf({ clauses }: Query): string {
  return clauses.map(({ negated, any }) => (negated ? '-' : '+') + any.map(phraseLine).join('|')).join(' ');
}

function phraseLine({ field, units, prefix }: Phrase): string {
  const pieces = units.map(({ kind, text }) => (kind === 'word' ? `[${text}]` : `<${text}>`));
  return `${field === 'any' ? '' : `${field}:`}${pieces.join('')}${prefix ? '*' : ''}`;
}

describe('what q asks for', () => {
  test.each<[name: string, q: string, line: string]>([
    ['a word', 'bridge', '+[bridge]'],
    ['words, all of them', ' old  bridge ', '+[old] +[bridge]'],
    ['words parted by a line, a tab or a wide space', 'a\tb\nc　d', '+[a] +[b] +[c] +[d]'],
    ['words as they are compared', 'CAFÉ Straße', '+[cafe] +[strasse]'],
    ['a phrase', '"old bridge"', '+[old][bridge]'],
    ['a phrase with what parts its words', '"old, bridge!"', '+[old][bridge]'],
    ['a phrase and a word without a space between', '"old bridge"closed', '+[old][bridge] +[closed]'],
    ['a word and a phrase without a space between', 'closed"old bridge"', '+[closed] +[old][bridge]'],
    ['a word that is not to be there', 'bridge -old', '+[bridge] -[old]'],
    ['only a word that is not to be there', '-old', '-[old]'],
    ['a phrase that is not to be there', '-"old bridge"', '-[old][bridge]'],
    ['the beginning of a word', 'brid*', '+[brid]*'],
    ['a word with a hyphen is a phrase', 'covid-19', '+[covid][19]'],
    ['a word with a hyphen of which the last may go on', 'covid-1*', '+[covid][1]*'],
    ['one or the other', 'bridge OR tunnel', '+[bridge]|[tunnel]'],
    ['one of three, and another', 'a OR b OR c d', '+[a]|[b]|[c] +[d]'],
    ['or is a word when it is small', 'bridge or tunnel', '+[bridge] +[or] +[tunnel]'],
    ['OR is the beginning of a word', 'bridge ORan', '+[bridge] +[oran]'],
    ['OR is a word in quotation marks', 'bridge "OR"', '+[bridge] +[or]'],
    ['OR is a word behind a backslash', 'bridge \\OR', '+[bridge] +[or]'],
    ['a word of the title', 'title:bridge', '+title:[bridge]'],
    ['a phrase of the title', 'Title:"old bridge"', '+title:[old][bridge]'],
    ['an author', '-author:smith*', '-author:[smith]*'],
    ['a field that there is not is a word', 'sight:bbc', '+[sight][bbc]'],
    ['a dash of any keyboard excludes', 'strike −rail –bus', '+[strike] -[rail] -[bus]'],
    ['a wide dash excludes', '手机 －新闻', '+<手机> -<新闻>'],
    ['a dash inside of a word does not', 'Paris–Roubaix', '+[paris][roubaix]'],
    ['NOT excludes', 'tram NOT bus', '+[tram] -[bus]'],
    ['AND says nothing more', 'tram AND bus AND NOT taxi', '+[tram] +[bus] -[taxi]'],
    ['NOT and AND in quotation marks are words', '"NOT" "AND"', '+[not] +[and]'],
    ['NOT and AND in small letters are words', 'not and', '+[not] +[and]'],
    ['a word and its sign', 'Teflon™', '+[teflontm]|[teflon]'],
    ['a word with a number above it', 'km³', '+[km3]|[km][3]'],
    ['a phrase as German opens and closes it', '„altes Rathaus“ Brand', '+[altes][rathaus] +[brand]'],
    ['a phrase as French writes it', '« vieux pont »', '+[vieux][pont]'],
    ['a phrase as Danish writes it', '»gamle bro«', '+[gamle][bro]'],
    ['a phrase as Swedish writes it', '”gamla bron”', '+[gamla][bron]'],
    ['a phrase in single curly marks', '‘old bridge’', '+[old][bridge]'],
    ['an apostrophe is no quotation mark', '‘tis the season’s end', '+[tis] +[the] +[season][s] +[end]'],
    ['a phrase whose marks a phone has mixed', '"old bridge”', '+[old][bridge]'],
    ['a title in the marks of Chinese', '《人民 日报》', '+<人民><日报>'],
    ['a wide colon names a field', 'title：桥', '+title:<桥>'],
    ['brackets say nothing', '(tram OR bus) strike', '+[tram]|[bus] +[strike]'],
    ['a bracket inside of a word says nothing', 'f(x)', '+[f][x]'],
    ['a wide star is a star', 'brid＊', '+[brid]*'],
    ['a field of nothing is a word', 'title: bridge', '+[title] +[bridge]'],
    ['an address is a phrase', 'https://a.example/b?c=1', '+[https][a][example][b][c][1]'],
    ['a run, of which one character stands for its variants', '台湾', '+<枱湾>'],
    ['a run in the other script', '發展', '+<发展>'],
    ['a word and a run written together', 'iPhone手机', '+[iphone]<手机>'],
    ['a run may always go on', '手机*', '+<手机>'],
    ['a phrase in the quotation marks of Chinese', '「手机 发展」', '+<手机><发展>'],
    ['a phrase in curly quotation marks', '“old bridge”', '+[old][bridge]'],
    ['a phrase in German quotation marks', '„alte Brücke”', '+[alte][brucke]'],
    ['a curly quotation mark without its other is nothing', '“old bridge', '+[old] +[bridge]'],
    ['a Hebrew acronym is no quotation', 'צה"ל', '+[צה][ל]'],
    ['a quotation mark behind a backslash is nothing', '5\\" pipe', '+[5] +[pipe]'],
    ['a quotation mark inside of a phrase', '"the \\"old\\" bridge"', '+[the][old][bridge]'],
    ['a minus behind a backslash is nothing', '\\-old', '+[old]'],
    ['a star behind a backslash is nothing', 'brid\\*', '+[brid]'],
    ['a star before one behind a backslash is nothing', 'brid*\\*', '+[brid]'],
    ['a star before an escaped letter is nothing', 'a*\\b', '+[a][b]'],
    ['a star in the middle is nothing', 'br*dge', '+[br][dge]'],
    ['a backslash at the end is nothing', 'old\\', '+[old]'],
    ['punctuation alone is nothing', 'Smith & Wesson — !', '+[smith] +[wesson]'],
    ['a minus alone is nothing', 'Paris - Dakar', '+[paris] +[dakar]'],
    ['an empty phrase is nothing', '"" bridge', '+[bridge]'],
    ['two minus are as one', '--old', '-[old]'],
    ['a control character parts words', 'a\u0001b', '+[a] +[b]'],
  ])('%s', (_, q, line) => {
    const parsed = parseQuery(q);
    expect('query' in parsed ? lineOf(parsed.query) : parsed.problem).toBe(line);
  });
});

describe('what is no query', () => {
  const bound = 'brackets do not bind: write - before each word that is not to be there, and OR between words alone';
  const other = 'this quotation mark has no other; write \\" to look past it';
  test.each<[name: string, q: string, detail: string, position: number]>([
    ['nothing', '', 'there is no word in q to look for', 0],
    ['only spaces', ' \t ', 'there is no word in q to look for', 0],
    ['only punctuation', '?! - ...', 'there is no word in q to look for', 0],
    ['only an emoji', '😀', 'there is no word in q to look for', 0],
    ['half of a quotation', 'old "bridge', other, 4],
    ['half of a quotation that is negated', '-"', other, 1],
    ['a quotation that ends behind a backslash', '"old\\"', other, 0],
    ['OR first', 'OR bridge', 'OR needs a word before and after it', 0],
    ['OR last', 'bridge OR', 'OR needs a word before and after it', 7],
    ['OR before nothing', 'bridge OR !', 'OR needs a word before and after it', 7],
    ['OR twice', 'a OR OR b', 'OR needs a word before and after it', 5],
    ['OR of what is not to be', 'a OR -b', 'OR joins what is wanted; write -one -other', 5],
    ['OR after what is not to be', '-a OR b', 'OR joins what is wanted; write -one -other', 6],
    ['a star alone', 'a *', 'write the beginning of a word before *', 2],
    ['a star after a phrase', '"a b"*', 'write the beginning of a word before *', 5],
    ['NOT last', 'tram NOT', 'NOT needs a word after it; write "NOT" to look for the word', 5],
    ['AND first', 'AND tram', 'AND needs a word before and after it; write "AND" to look for the word', 0],
    ['OR of NOT', 'a OR NOT b', 'OR joins what is wanted; write -one -other', 5],
    ['NOT of a minus', 'NOT -b', 'NOT and - exclude; write one of them', 4],
    ['NOT of a bracket', 'a NOT (b c)', bound, 6],
    ['OR of a bracket', 'a OR (b c)', bound, 5],
    ['a bracket before OR', '(a b) OR c', bound, 0],
    ['a kind that there is not', 'x kind:opinion', 'kind: must be one of article, wall, error, index, stub', 2],
    [
      'a day that there is not',
      'after:2023-02-29',
      'after: needs a day such as 2024-04-03, a month such as 2024-04, or a year',
      0,
    ],
    ['a filter of nothing', 'tag:""', 'tag: needs a value', 0],
    ['too many words', 'a '.repeat(65), 'at most 64 words and phrases', 128],
    ['too long', 'a'.repeat(1001), 'q has 1001 characters; at most 1000', 1000],
  ])('%s', (_, q, detail, position) => {
    expect(parseQuery(q)).toEqual({ problem: { detail, position } });
  });
});

describe('filters', () => {
  test.each([
    { q: 'site:WWW.Paper.example', filters: { site: 'paper.example' } },
    { q: 'site:https://paper.example/world', filters: { site: 'paper.example' } },
    { q: 'tag:"night trains"', filters: { tag: 'night trains' } },
    { q: 'LANG：zh-TW', filters: { lang: 'zh-tw' } },
    { q: 'kind:Wall', filters: { kind: 'wall' } },
    { q: 'feed:abc', filters: { feed: 'abc' } },
    { q: 'edited:yes', filters: { changed: true } },
    { q: 'removed:no', filters: { removed: false } },
    { q: 'after:2023-03', filters: { from: '2023-02-28T15:00:00.000Z' } },
    { q: 'before:2023/3/1', filters: { to: '2023-02-28T14:59:59.999Z' } },
    { q: 'before:2023', filters: { to: '2022-12-31T14:59:59.999Z' } },
  ])('$q', ({ q, filters }) => {
    expect(parseQuery(q, 'Asia/Tokyo')).toMatchObject({ query: { clauses: [{ negated: false, filters: [filters] }] } });
    expect(parseQuery(`x NOT ${q}`, 'Asia/Tokyo')).toMatchObject({
      query: { clauses: [{}, { negated: true, filters: [filters] }] },
    });
  });

  it('are joined by OR, to each other and to words', () => {
    expect(parseQuery('site:a.example OR tag:x OR bridge')).toMatchObject({
      query: { clauses: [{ filters: [{ site: 'a.example' }, { tag: 'x' }], any: [{ units: [{ text: 'bridge' }] }] }] },
    });
  });
});

describe('what had no effect', () => {
  test.each([
    { q: 'Smith & Wesson', ignored: [{ text: '&', position: 6 }] },
    { q: '+bridge', ignored: [{ text: '+', position: 0 }] },
    {
      q: '(old OR new) bridge',
      ignored: [
        { text: '(', position: 0 },
        { text: ')', position: 11 },
      ],
    },
    { q: 'br*dge', ignored: [{ text: '*', position: 2 }] },
    { q: '手机*', ignored: [{ text: '*', position: 2 }] },
    { q: 'bridge 😀', ignored: [{ text: '😀', position: 7 }] },
    { q: 'old bridge -new "the end" brid* title:x site:a.example', ignored: [] },
  ])('of $q', ({ q, ignored }) => {
    expect(parseQuery(q)).toMatchObject({ query: { ignored } });
  });
});

describe('limits', () => {
  it('takes 64 words and 1000 characters', () => {
    expect(parseQuery('a '.repeat(64))).toHaveProperty('query');
    expect(parseQuery('a'.repeat(1000))).toHaveProperty('query');
  });
});

describe('any text', () => {
  it('is a query with units in every phrase, or a problem inside of it', () => {
    const syntax = fc.constantFrom('"', '-', '*', '\\', ' ', ' OR ', 'title:', 'author:', '「', '“', '”', 'word');
    const q = fc.array(fc.oneof(syntax, mixedText), { maxLength: 12 }).map((parts) => parts.join(''));
    forAll([q], (text) => {
      const parsed = parseQuery(text);
      if ('problem' in parsed) {
        expect(parsed.problem.position).toBeGreaterThanOrEqual(0);
        expect(parsed.problem.position).toBeLessThanOrEqual(text.length);
        return;
      }
      const phrases = parsed.query.clauses.flatMap(({ any }) => any);
      expect(phrases.length).toBeGreaterThan(0);
      for (const { units } of phrases) {
        expect(units.length).toBeGreaterThan(0);
        expect(units.every((unit) => unit.text !== '')).toBe(true);
      }
      expect(parsed.query.clauses.every(({ negated, any }) => !negated || any.length === 1)).toBe(true);
    });
  });
});
