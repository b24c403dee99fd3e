/** Random texts in the scripts that the news is written in, and in what breaks code that has not thought of them. */
import fc from 'fast-check';

/** Characters by what is peculiar to their script. */
export const scripts = {
  'han, simplified': [...'台湾发后里面干国语龙𠮷'],
  'han, traditional': [...'臺灣發後裡裏麵乾國語龍'],
  kana: [...'かがはばぱアガーッょ', 'か\u3099', 'は\u309A', 'ｶﾞ', 'ﾊﾟ', '々'],
  hangul: [...'한국어뉴스', '한'.normalize('NFD'), '국'.normalize('NFD')],
  thai: [...'กขนไทยา', 'น้', 'ที่', 'ำ'],
  latin: [...'aeioustzAEßẞéÉñøŁæœıİ', 'e\u0301', 'ﬁ', 'Ａ', 'ｂ', '1', '９'],
  cyrillic: [...'абвиійїўёЖЙ', 'и\u0306', 'і\u0308', 'а\u0301'],
  greek: [...'αβγΣσςάώΏ', 'ᾳ'],
  arabic: [...'كتبسلام', 'كَ', 'تِ', 'بّ', 'ـ'],
  hebrew: [...'שלוםצהל', 'שׁ', 'לָ', 'וֹ'],
  devanagari: [...'हनदसमचर', 'हि', 'न्', 'दी', 'क्\u200Dष'],
  emoji: ['😀', '👩\u200D🚒', '❤\uFE0F', '👍🏽', '🇹🇼'],
  marks: ['\u0301', '\u0308', '\u3099', '\u0E48', '\uFE0F', '\u200C', '\u00AD'],
  surrogates: ['\uD842', '\uDFB7', '\uD83D', '\uDE00'],
  between: [...' .,-_"\'()。、「」！　', '\n'],
} as const;

const characters = Object.values(scripts).flatMap((script) => [...script]);

/** A character of any of the scripts, and now and then any code unit at all. */
export const anyCharacter = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<string>(...characters) },
  { weight: 4, arbitrary: fc.constantFrom<string>(...scripts.between) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
);

/** Texts in which runs and words of one script are long enough to be cut, of all scripts mixed. */
export const mixedText = fc
  .array(
    fc.oneof(
      anyCharacter,
      ...Object.values(scripts).map((script) => fc.string({ unit: fc.constantFrom<string>(...script), maxLength: 6 })),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));
