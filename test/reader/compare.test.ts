/** What an edit changed: words and characters, whole paragraphs, and what is no change. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareLines, compareTexts, type Piece } from '../../functions/reader/compare.ts';
import { forAll } from '../support/for-all.ts';

/** `a [-b-] {+c+}` */
const written = (pieces: Piece[]) =>
  pieces.map(({ kind, text }) => (kind === 'same' ? text : kind === 'cut' ? `[-${text}-]` : `{+${text}+}`)).join('');

test.each([
  ['Ferry sails at nine', 'Ferry sails at ten', 'Ferry sails at [-nine-]{+ten+}'],
  ['供水两天', '供水三天', '供水[-两-]{+三+}天'],
  ['港の朝市', '港の夜市', '港の[-朝-]{+夜+}市'],
  ['“Safe”, he said', '"Safe", he said', '"Safe", he said'],
  ['two  spaces', 'two spaces', 'two spaces'],
  ['the mayor of Alder', 'the clerk of Sallow', 'the [-mayor of Alder-]{+clerk of Sallow+}'],
  ['same', 'same', 'same'],
  ['', 'new', '{+new+}'],
])('%j and %j', (old, recent, expected) => expect(written(compareLines(old, recent))).toBe(expected));

test('paragraphs are the same, edited, cut or added, in order', () => {
  const { blocks, changed, paragraphs, wordsIn, wordsOut } = compareTexts(
    [
      'The first stays as it was.',
      'The second costs 40 million and opens soon.',
      'Nobody reads the third.',
      'The end is here.',
    ],
    [
      'The first stays as it was.',
      'The second costs 65 million and opens soon.',
      'The end is here.',
      'A correction follows.',
    ],
  );
  expect(blocks.map(({ kind }) => kind)).toEqual(['same', 'edited', 'cut', 'same', 'added']);
  expect({ changed, paragraphs, wordsIn, wordsOut }).toEqual({ changed: 3, paragraphs: 4, wordsIn: 4, wordsOut: 5 });
});

test('a paragraph of which little is left is cut and added', () => {
  const { blocks } = compareTexts(
    ['Rain fell on the quay all night long.'],
    ['Snow is expected across most valleys by Sunday.'],
  );
  expect(blocks.map(({ kind }) => kind)).toEqual(['cut', 'added']);
});

test('both versions can be read off a comparison, whatever they are', () => {
  const line = fc
    .array(fc.constantFrom('sea', 'boat', '海', '船', 'the', ' ', ', '), { maxLength: 12 })
    .map((parts) => parts.join('x'));
  forAll([fc.array(line, { maxLength: 8 }), fc.array(line, { maxLength: 8 })], (old, recent) => {
    const { blocks } = compareTexts(old, recent);
    const side = (kind: 'cut' | 'added') =>
      blocks.flatMap((block) => {
        if (block.kind === 'same') return block.lines;
        if (block.kind !== 'edited') return block.kind === kind ? [block.text] : [];
        return [
          block.pieces
            .filter((piece) => piece.kind === 'same' || piece.kind === kind)
            .map(({ text }) => text)
            .join(''),
        ];
      });
    const plain = (lines: string[]) => lines.map((text) => text.replace(/\s+/g, ' ').trim());
    expect(plain(side('added'))).toEqual(plain(recent));
  });
});

test('two texts with nothing in common, each of 2,000 paragraphs, take seconds at most', () => {
  const text = (word: string) => Array.from({ length: 2000 }, (_, n) => `${word} ${n} ${word}${n * 7}`);
  const began = performance.now();
  expect(compareTexts(text('oak'), text('elm')).changed).toBeGreaterThan(2000);
  expect(performance.now() - began).toBeLessThan(10_000);
});
