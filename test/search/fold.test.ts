/** Folding: what is written differently and meant alike becomes one text, and each piece knows where it came from. */
import { describe, expect, it, test } from 'vitest';
import { fold, foldings, foldWithMap } from '../../functions/search/fold.ts';
import { hanVariants } from '../../functions/search/han-variants.ts';
import { forAll } from '../support/for-all.ts';
import { mixedText } from './mixed-text.ts';

describe('fold', () => {
  test.each<{ name: string; text: string; folded: string }>([
    { name: 'nothing stays nothing', text: '', folded: '' },
    { name: 'plain text stays', text: 'the old bridge, 1911', folded: 'the old bridge, 1911' },
    { name: 'capitals become small', text: 'NATO and the EU', folded: 'nato and the eu' },
    { name: 'a capital at the end is not forgotten', text: 'plan B', folded: 'plan b' },
    { name: 'accents go', text: 'Citroën à Besançon', folded: 'citroen a besancon' },
    { name: 'accents go that are characters of their own', text: 'Cafe\u0301 n\u0303', folded: 'cafe n' },
    { name: 'several accents go', text: 'Vie\u0323\u0302t Nam', folded: 'viet nam' },
    { name: 'strokes go', text: 'Łódź Tromsø Đắk', folded: 'lodz tromso dak' },
    { name: 'letters joined are parted', text: 'Æsop œuvre ﬁnal', folded: 'aesop oeuvre final' },
    { name: 'sharp s is a double one', text: 'Straße STRASSE STRAẞE', folded: 'strasse strasse strasse' },
    { name: 'the Turkish i has its dot or not', text: 'İstanbul ısı', folded: 'istanbul isi' },
    { name: 'full width becomes half', text: 'ＡＢＣ１２３　ｘ！', folded: 'abc123 x!' },
    { name: 'half-width kana become whole', text: 'ｶﾞｿﾘﾝ ﾊﾟﾝ', folded: 'ガソリン パン' },
    { name: 'voicing marks are part of kana', text: 'か\u3099は\u309A が', folded: 'がぱ が' },
    { name: 'kana are not told apart from each other', text: 'カか', folded: 'カか' },
    { name: 'a syllable of Korean is one however it is made', text: '한국'.normalize('NFD'), folded: '한국' },
    { name: 'traditional becomes simplified', text: '發展國語', folded: '发展国语' },
    { name: 'variants of Taiwan and Hong Kong become one', text: '裏裡里', folded: '里里里' },
    { name: 'compatibility characters become the ones meant', text: '㈱㍿①㎏', folded: '(株)株式会社1kg' },
    { name: 'sigma is one letter wherever it stands', text: 'ΣΊΣΥΦΟΣ σίσυφος', folded: 'σισυφοσ σισυφοσ' },
    { name: 'the Cyrillic stress goes', text: 'за\u0301мок Ёлка', folded: 'замок елка' },
    { name: 'й, ў and ї are letters', text: 'Йод ўсё Київ', folded: 'йод ўсе київ' },
    { name: 'й, ў and ї are letters when decomposed', text: 'Йод Київ'.normalize('NFD'), folded: 'йод київ' },
    { name: 'the vowels of Arabic go', text: 'كِتَابٌ', folded: 'كتاب' },
    { name: 'what stretches Arabic goes', text: 'ســلام', folded: 'سلام' },
    { name: 'the points of Hebrew go', text: 'שָׁלוֹם', folded: 'שלום' },
    { name: 'the vowels of Hindi stay', text: 'हिन्दी', folded: 'हिन्दी' },
    { name: 'what joins Hindi letters goes', text: 'क्\u200Dष', folded: 'क्ष' },
    { name: 'the tones of Thai stay', text: 'ที่นี่', folded: 'ที่นี่' },
    { name: 'what is not seen goes', text: 'co\u00ADoperate❤\uFE0F', folded: 'cooperate❤' },
    { name: 'a half of a pair stays', text: 'a\uD842 \uDFB7B', folded: 'a\uD842 \uDFB7b' },
    { name: 'an apostrophe that is a letter goes', text: 'Oʻahu памʼять', folded: 'oahu память' },
    { name: 'letters of Persian and Urdu become those of Arabic', text: 'یک کتاب ہے', folded: 'يك كتاب هے' },
    { name: 'digits of all scripts become ours', text: '۱۳۹۹ १९४७ ๒๔๗๕ ᠒ 𞥑', folded: '1399 1947 2475 2 1' },
    { name: 'old forms of Japan become new ones', text: '圖書 澤邊 髙濵', folded: '图书 泽边 高滨' },
    { name: 'characters of private use stay', text: 'x\u{F0306}\u{F0308}', folded: 'x\u{F0306}\u{F0308}' },
  ])('$name', ({ text, folded }) => {
    expect(fold(text)).toBe(folded);
  });

  test.each([
    { text: 'Gore-Tex™', parted: 'gore-tex ' },
    { text: 'Anm.⁴ x²y', parted: 'anm. 4  x 2 y' },
    { text: '№7 3½', parted: ' no 7 3 1⁄2 ' },
    { text: 'Mᵐᵉ 1ª', parted: 'm m  e  1 a ' },
    { text: 'Oʻahu', parted: 'o ahu' },
  ])('parts $text from its signs, too', ({ text, parted }) => {
    expect(foldings(text).map((folding) => fold(text, folding))).toEqual([fold(text), parted]);
  });

  it.each(['plain', 'ﬁnal ｶﾞ 々 ー', '😀 ❤ ©', 'Ⅳ'])('has one form of %s', (text) => {
    expect(foldings(text)).toEqual(['joined']);
  });

  test.each([
    { name: 'a capital of old', one: '東京都澁谷區', other: '東京都渋谷区' },
    { name: 'a name', one: '齋藤', other: '斎藤' },
    { name: 'Taiwan', one: '臺灣', other: '台湾' },
    { name: 'a typhoon', one: '颱風', other: '台风' },
    { name: 'hair and to send', one: '頭髮發出', other: '头发发出' },
    { name: 'after and empress', one: '以後皇后', other: '以后皇后' },
  ])('writes $name alike in both scripts', ({ one, other }) => {
    expect(fold(one)).toBe(fold(other));
  });

  it('changes no character that it has made', () => {
    const changed: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      // Planes 4 to 13 have no characters.
      if (code === 0x40000) code = 0xe0000;
      const folded = fold(String.fromCodePoint(code));
      if (fold(folded) !== folded) changed.push(code.toString(16));
    }
    expect(changed).toEqual([]);
  });

  it('makes all variants of a Han character one that stays', () => {
    const apart = [...hanVariants()].filter(([from, to]) => fold(from) !== to || fold(to) !== to);
    expect(apart).toEqual([]);
  });

  it('does not tell composed from decomposed', () => {
    forAll([mixedText], (text) => {
      expect(fold(text.normalize('NFD'))).toBe(fold(text.normalize('NFC')));
    });
  });

  it('changes nothing that is folded', () => {
    // Korean letters that stand alone become those that join: two of them in a row would, the second time. And marks
    // sort themselves when nothing unseen parts them any more.
    const joining =
      /\p{Default_Ignorable_Code_Point}|[\u1100-\u11FF\u3131-\u318E\u3200-\u327E\uA960-\uA97F\uD7B0-\uD7FF\uFFA0-\uFFDC]/u;
    forAll([mixedText.filter((text) => !joining.test(text))], (text) => {
      expect(fold(fold(text))).toBe(fold(text));
    });
  });

  it('folds the parts of a text as the whole of it', () => {
    forAll([mixedText, mixedText], (a, b) => {
      expect(fold(`${a}\n${b.replace(/^[\p{M}\uFF9E\uFF9F\u200C\u200D]+/u, '')}`)).toBe(
        `${fold(a)}\n${fold(b.replace(/^[\p{M}\uFF9E\uFF9F\u200C\u200D]+/u, ''))}`,
      );
    });
  });

  it('takes no more than its time for a text of marks alone', () => {
    expect(fold(`a${'\u0301'.repeat(100_000)}b`)).toBe('ab');
    expect(fold('\u0E48'.repeat(100_000))).toHaveLength(100_000);
  });
});

describe('foldWithMap', () => {
  test.each<{ name: string; text: string; folded: string; starts: number[] }>([
    { name: 'nothing has only its end', text: '', folded: '', starts: [0] },
    { name: 'an accent belongs to its letter', text: 'e\u0301a', folded: 'ea', starts: [0, 2, 3] },
    { name: 'two letters come from one', text: 'ßa', folded: 'ssa', starts: [0, 0, 1, 2] },
    { name: 'what is not seen has no place', text: 'a\u00ADb', folded: 'ab', starts: [0, 2, 3] },
    { name: 'both halves of a pair come from its start', text: 'x𠮷', folded: 'x𠮷', starts: [0, 1, 1, 3] },
    { name: 'a decomposed syllable is one', text: '한'.normalize('NFD'), folded: '한', starts: [0, 3] },
  ])('$name', ({ text, folded, starts }) => {
    const map = foldWithMap(text);
    expect(map.text).toBe(folded);
    expect([...map.starts]).toEqual(starts);
  });

  it('folds as fold does, and each piece of the original to its piece of the whole', () => {
    forAll([mixedText], (text) => {
      const { text: folded, starts } = foldWithMap(text);
      expect(folded).toBe(fold(text));
      expect(starts).toHaveLength(folded.length + 1);
      expect(starts[folded.length]).toBe(text.length);
      const bounds = [...new Set(starts)];
      expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
      const pieces = bounds.map((start, i) => fold(text.slice(start, bounds[i + 1] ?? text.length)));
      expect(pieces.join('')).toBe(folded);
    });
  });
});
