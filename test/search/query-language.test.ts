/** The query language: what each way of writing `q` asks for, and what is said of what cannot be meant. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Phrase, parseQuery, type Query } from '../../functions/search/query-language.ts';
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
  test.each<{ name: string; q: string; line: string }>([
    { name: 'a word', q: 'bridge', line: '+[bridge]' },
    { name: 'words, all of them', q: ' old  bridge ', line: '+[old] +[bridge]' },
    { name: 'words parted by a line, a tab or a wide space', q: 'a\tb\nc　d', line: '+[a] +[b] +[c] +[d]' },
    { name: 'words as they are compared', q: 'CAFÉ Straße', line: '+[cafe] +[strasse]' },
    { name: 'a phrase', q: '"old bridge"', line: '+[old][bridge]' },
    { name: 'a phrase with what parts its words', q: '"old, bridge!"', line: '+[old][bridge]' },
    { name: 'a phrase and a word without a space between', q: '"old bridge"closed', line: '+[old][bridge] +[closed]' },
    { name: 'a word and a phrase without a space between', q: 'closed"old bridge"', line: '+[closed] +[old][bridge]' },
    { name: 'a word that is not to be there', q: 'bridge -old', line: '+[bridge] -[old]' },
    { name: 'only a word that is not to be there', q: '-old', line: '-[old]' },
    { name: 'a phrase that is not to be there', q: '-"old bridge"', line: '-[old][bridge]' },
    { name: 'the beginning of a word', q: 'brid*', line: '+[brid]*' },
    { name: 'a word with a hyphen is a phrase', q: 'covid-19', line: '+[covid][19]' },
    { name: 'a word with a hyphen of which the last may go on', q: 'covid-1*', line: '+[covid][1]*' },
    { name: 'one or the other', q: 'bridge OR tunnel', line: '+[bridge]|[tunnel]' },
    { name: 'one of three, and another', q: 'a OR b OR c d', line: '+[a]|[b]|[c] +[d]' },
    { name: 'or is a word when it is small', q: 'bridge or tunnel', line: '+[bridge] +[or] +[tunnel]' },
    { name: 'OR is the beginning of a word', q: 'bridge ORan', line: '+[bridge] +[oran]' },
    { name: 'OR is a word in quotation marks', q: 'bridge "OR"', line: '+[bridge] +[or]' },
    { name: 'OR is a word behind a backslash', q: 'bridge \\OR', line: '+[bridge] +[or]' },
    { name: 'a word of the title', q: 'title:bridge', line: '+title:[bridge]' },
    { name: 'a phrase of the title', q: 'Title:"old bridge"', line: '+title:[old][bridge]' },
    { name: 'an author', q: '-author:smith*', line: '-author:[smith]*' },
    { name: 'a field that there is not is a word', q: 'sight:bbc', line: '+[sight][bbc]' },
    { name: 'a dash of any keyboard excludes', q: 'strike −rail –bus', line: '+[strike] -[rail] -[bus]' },
    { name: 'a wide dash excludes', q: '手机 －新闻', line: '+<手机> -<新闻>' },
    { name: 'a dash inside of a word does not', q: 'Paris–Roubaix', line: '+[paris][roubaix]' },
    { name: 'NOT excludes', q: 'tram NOT bus', line: '+[tram] -[bus]' },
    { name: 'AND says nothing more', q: 'tram AND bus AND NOT taxi', line: '+[tram] +[bus] -[taxi]' },
    { name: 'NOT and AND in quotation marks are words', q: '"NOT" "AND"', line: '+[not] +[and]' },
    { name: 'NOT and AND in small letters are words', q: 'not and', line: '+[not] +[and]' },
    { name: 'a word and its sign', q: 'Teflon™', line: '+[teflontm]|[teflon]' },
    { name: 'a word with a number above it', q: 'km³', line: '+[km3]|[km][3]' },
    { name: 'a phrase as German opens and closes it', q: '„altes Rathaus“ Brand', line: '+[altes][rathaus] +[brand]' },
    { name: 'a phrase as French writes it', q: '« vieux pont »', line: '+[vieux][pont]' },
    { name: 'a phrase as Danish writes it', q: '»gamle bro«', line: '+[gamle][bro]' },
    { name: 'a phrase as Swedish writes it', q: '”gamla bron”', line: '+[gamla][bron]' },
    { name: 'a phrase in single curly marks', q: '‘old bridge’', line: '+[old][bridge]' },
    {
      name: 'an apostrophe is no quotation mark',
      q: '‘tis the season’s end',
      line: '+[tis] +[the] +[season][s] +[end]',
    },
    { name: 'a phrase whose marks a phone has mixed', q: '"old bridge”', line: '+[old][bridge]' },
    { name: 'a title in the marks of Chinese', q: '《人民 日报》', line: '+<人民><日报>' },
    { name: 'a wide colon names a field', q: 'title：桥', line: '+title:<桥>' },
    { name: 'brackets say nothing', q: '(tram OR bus) strike', line: '+[tram]|[bus] +[strike]' },
    { name: 'a bracket inside of a word says nothing', q: 'f(x)', line: '+[f][x]' },
    { name: 'a wide star is a star', q: 'brid＊', line: '+[brid]*' },
    { name: 'a field of nothing is a word', q: 'title: bridge', line: '+[title] +[bridge]' },
    { name: 'an address is a phrase', q: 'https://a.example/b?c=1', line: '+[https][a][example][b][c][1]' },
    { name: 'a run, of which one character stands for its variants', q: '台湾', line: '+<枱湾>' },
    { name: 'a run in the other script', q: '發展', line: '+<发展>' },
    { name: 'a word and a run written together', q: 'iPhone手机', line: '+[iphone]<手机>' },
    { name: 'a run may always go on', q: '手机*', line: '+<手机>' },
    { name: 'a phrase in the quotation marks of Chinese', q: '「手机 发展」', line: '+<手机><发展>' },
    { name: 'a phrase in curly quotation marks', q: '“old bridge”', line: '+[old][bridge]' },
    { name: 'a phrase in German quotation marks', q: '„alte Brücke”', line: '+[alte][brucke]' },
    { name: 'a curly quotation mark without its other is nothing', q: '“old bridge', line: '+[old] +[bridge]' },
    { name: 'a Hebrew acronym is no quotation', q: 'צה"ל', line: '+[צה][ל]' },
    { name: 'a quotation mark behind a backslash is nothing', q: '5\\" pipe', line: '+[5] +[pipe]' },
    { name: 'a quotation mark inside of a phrase', q: '"the \\"old\\" bridge"', line: '+[the][old][bridge]' },
    { name: 'a minus behind a backslash is nothing', q: '\\-old', line: '+[old]' },
    { name: 'a star behind a backslash is nothing', q: 'brid\\*', line: '+[brid]' },
    { name: 'a star before one behind a backslash is nothing', q: 'brid*\\*', line: '+[brid]' },
    { name: 'a star before an escaped letter is nothing', q: 'a*\\b', line: '+[a][b]' },
    { name: 'a star in the middle is nothing', q: 'br*dge', line: '+[br][dge]' },
    { name: 'a backslash at the end is nothing', q: 'old\\', line: '+[old]' },
    { name: 'punctuation alone is nothing', q: 'Smith & Wesson — !', line: '+[smith] +[wesson]' },
    { name: 'a minus alone is nothing', q: 'Paris - Dakar', line: '+[paris] +[dakar]' },
    { name: 'an empty phrase is nothing', q: '"" bridge', line: '+[bridge]' },
    { name: 'two minus are as one', q: '--old', line: '-[old]' },
    { name: 'a control character parts words', q: 'a\u0001b', line: '+[a] +[b]' },
  ])('$name', ({ q, line }) => {
    const parsed = parseQuery(q);
    expect('query' in parsed ? lineOf(parsed.query) : parsed.problem).toBe(line);
  });
});

describe('what is no query', () => {
  const bound = 'brackets do not bind: write - before each word that is not to be there, and OR between words alone';
  const other = 'this quotation mark has no other; write \\" to look past it';
  test.each<{ name: string; q: string; detail: string; position: number }>([
    { name: 'nothing', q: '', detail: 'there is no word in q to look for', position: 0 },
    { name: 'only spaces', q: ' \t ', detail: 'there is no word in q to look for', position: 0 },
    { name: 'only punctuation', q: '?! - ...', detail: 'there is no word in q to look for', position: 0 },
    { name: 'only an emoji', q: '😀', detail: 'there is no word in q to look for', position: 0 },
    { name: 'half of a quotation', q: 'old "bridge', detail: other, position: 4 },
    { name: 'half of a quotation that is negated', q: '-"', detail: other, position: 1 },
    { name: 'a quotation that ends behind a backslash', q: '"old\\"', detail: other, position: 0 },
    { name: 'OR first', q: 'OR bridge', detail: 'OR needs a word before and after it', position: 0 },
    { name: 'OR last', q: 'bridge OR', detail: 'OR needs a word before and after it', position: 7 },
    { name: 'OR before nothing', q: 'bridge OR !', detail: 'OR needs a word before and after it', position: 7 },
    { name: 'OR twice', q: 'a OR OR b', detail: 'OR needs a word before and after it', position: 5 },
    {
      name: 'OR of what is not to be',
      q: 'a OR -b',
      detail: 'OR joins what is wanted; write -one -other',
      position: 5,
    },
    {
      name: 'OR after what is not to be',
      q: '-a OR b',
      detail: 'OR joins what is wanted; write -one -other',
      position: 6,
    },
    { name: 'a star alone', q: 'a *', detail: 'write the beginning of a word before *', position: 2 },
    { name: 'a star after a phrase', q: '"a b"*', detail: 'write the beginning of a word before *', position: 5 },
    {
      name: 'NOT last',
      q: 'tram NOT',
      detail: 'NOT needs a word after it; write "NOT" to look for the word',
      position: 5,
    },
    {
      name: 'AND first',
      q: 'AND tram',
      detail: 'AND needs a word before and after it; write "AND" to look for the word',
      position: 0,
    },
    { name: 'OR of NOT', q: 'a OR NOT b', detail: 'OR joins what is wanted; write -one -other', position: 5 },
    { name: 'NOT of a minus', q: 'NOT -b', detail: 'NOT and - exclude; write one of them', position: 4 },
    { name: 'NOT of a bracket', q: 'a NOT (b c)', detail: bound, position: 6 },
    { name: 'OR of a bracket', q: 'a OR (b c)', detail: bound, position: 5 },
    { name: 'a bracket before OR', q: '(a b) OR c', detail: bound, position: 0 },
    {
      name: 'a kind that there is not',
      q: 'x kind:opinion',
      detail: 'kind: must be one of article, wall, error, index, stub',
      position: 2,
    },
    {
      name: 'a day that there is not',
      q: 'after:2023-02-29',
      detail: 'after: needs a day such as 2024-04-03, a month such as 2024-04, or a year',
      position: 0,
    },
    { name: 'a filter of nothing', q: 'tag:""', detail: 'tag: needs a value', position: 0 },
    { name: 'too many words', q: 'a '.repeat(65), detail: 'at most 64 words and phrases', position: 128 },
    { name: 'too long', q: 'a'.repeat(1001), detail: 'q has 1001 characters; at most 1000', position: 1000 },
  ])('$name', ({ q, detail, position }) => {
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
    fc.assert(
      fc.property(q, (text) => {
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
      }),
    );
  });
});
