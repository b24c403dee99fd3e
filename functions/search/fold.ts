/**
 * Text -> the form in which texts and queries are compared: compatibility forms (NFKC: full and half width, ligatures),
 * case, accents and pointing, digits, and the variants of Han and Arabic characters are all made alike. What is a letter of its own
 * stays: kana with their voicing marks, й and ї, the marks of Devanagari and Thai. Folding what is folded changes nothing.
 */
import { isMarkAt, unitsAt } from './char-class.ts';
import { hanVariants } from './han-variants.ts';
import { hasSigns, isApostrophe, isSign, plainLetter, trademarks } from './letter-variants.ts';

/**
 * `joined`: signs made of letters (™, ², №) are letters of the word beside them: CO2 for CO₂. `parted`: they are parted from it: EU
 * and 3 for EU³. `first`: as terms of version 1 were made, which part of an index may still have.
 */
export type Folding = 'joined' | 'parted' | 'first';

/** By which rules terms are made: 1 were those of Nightdesk 0.2 and before. */
export type TermsVersion = 1 | 2;
export const newestTerms: TermsVersion = 2;

/** The forms in which a text is compared: one, or two where it has signs that may belong to a word or not. */
export function foldings(text: string, version: TermsVersion = newestTerms): Folding[] {
  if (version === 1) return ['first'];
  return hasSigns(text) ? ['joined', 'parted'] : ['joined'];
}

/** `starts[i]` is where in the original the character begins that made the folded code unit `i`; one more for the end. */
export type Folded = { text: string; starts: Uint32Array };

export function fold(text: string, folding: Folding = 'joined'): string {
  const { foldsToItself, foldCluster } = folders[folding];
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; ) {
    if (foldsToItself(text, at)) {
      at++;
      continue;
    }
    if (from < at) parts.push(text.slice(from, at));
    const end = clusterEnd(text, at);
    parts.push(foldCluster(text.slice(at, end)));
    at = end;
    from = at;
  }
  if (from === 0) return text;
  parts.push(text.slice(from));
  return parts.join('');
}

/** As `fold`, and where each piece came from. */
export function foldWithMap(text: string, folding: Folding = 'joined'): Folded {
  const { foldsToItself, foldCluster } = folders[folding];
  const parts: string[] = [];
  let starts = new Uint32Array(text.length + 1);
  let length = 0;
  let from = 0;
  for (let at = 0; at < text.length; ) {
    if (foldsToItself(text, at)) {
      if (length + 1 >= starts.length) starts = grown(starts);
      starts[length++] = at++;
      continue;
    }
    if (from < at) parts.push(text.slice(from, at));
    const end = clusterEnd(text, at);
    const folded = foldCluster(text.slice(at, end));
    parts.push(folded);
    while (length + folded.length >= starts.length) starts = grown(starts);
    starts.fill(at, length, length + folded.length);
    length += folded.length;
    at = end;
    from = at;
  }
  parts.push(text.slice(from));
  starts[length] = text.length;
  return { text: parts.join(''), starts: starts.subarray(0, length + 1) };
}

function grown(starts: Uint32Array): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(2 * starts.length + 32);
  more.set(starts);
  return more;
}

/** Of each code unit: nothing known yet, or one of these. Most of a text is characters that fold to themselves. */
const [yes, no] = [1, 2];
const maxRemembered = 50_000;

function makeFolder(folding: Folding) {
  const own = new Uint8Array(0x10000);
  const remembered = new Map<string, string>();

  /** True if the code unit at `at` is a character by itself that folding does not change. */
  function foldsToItself(text: string, at: number): boolean {
    const unit = text.charCodeAt(at);
    if (own[unit] === 0) {
      const character = String.fromCharCode(unit);
      const isWhole = !isSurrogate(unit) && !isJamo(character, 0, 0x1100, 0x1112);
      own[unit] = isWhole && foldCluster(character) === character ? yes : no;
    }
    return own[unit] === yes && !(text.charCodeAt(at + 1) >= 0x300 && isMarkAt(text, at + 1));
  }

  function foldCluster(cluster: string): string {
    const known = remembered.get(cluster);
    if (known !== undefined) return known;
    const folded = makeFolded(cluster, folding);
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(cluster, folded);
    return folded;
  }

  return { foldsToItself, foldCluster };
}

const folders: Record<Folding, ReturnType<typeof makeFolder>> = {
  joined: makeFolder('joined'),
  parted: makeFolder('parted'),
  first: makeFolder('first'),
};

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** A character with the marks that belong to it; conjoining jamo (Korean, decomposed) up to a whole syllable. */
function clusterEnd(text: string, at: number): number {
  let end = at + unitsAt(text, at);
  if (isJamo(text, at, 0x1100, 0x1112)) {
    if (isJamo(text, end, 0x1161, 0x1175)) {
      end++;
      if (isJamo(text, end, 0x11a8, 0x11c2)) end++;
    }
  }
  // A text of a million marks is no character: clusters are cut, and the rest begins another.
  for (let marks = 0; marks < 32 && text.charCodeAt(end) >= 0x300 && isMarkAt(text, end); marks++)
    end += unitsAt(text, end);
  return end;
}

function isJamo(text: string, at: number, first: number, last: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= first && unit <= last;
}

/**
 * Accents of Latin, Greek and Cyrillic, points of Hebrew, vowels of Arabic and its tatweel. Not the marks of й, ў and ї:
 * those are letters of their alphabets, not accented ones.
 */
const strippable = new RegExp(
  [
    '(?<![иуИУ])\\u0306|(?<![іІ])\\u0308',
    '[\\u0300-\\u0305\\u0307\\u0309-\\u036F\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\u20D0-\\u20FF\\uFE20-\\uFE2F]',
    '[\\u0483-\\u0487]',
    '[\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7]',
    '[\\u0610-\\u061A\\u0640\\u064B-\\u065F\\u0670\\u06D6-\\u06DC\\u06DF-\\u06E4\\u06E7\\u06E8\\u06EA-\\u06ED]',
  ].join('|'),
  'gu',
);
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;
/** Letters that Unicode does not decompose and people type without their stroke. */
const strokes: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ħ: 'h',
  ŧ: 't',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ð: 'd',
};

function makeFolded(cluster: string, folding: Folding): string {
  const isFirst = folding === 'first';
  const [base = ''] = cluster;
  if (folding === 'parted' && (trademarks.has(base) || isApostrophe(base))) return ' ';
  const bare = cluster.normalize('NFKD').replace(ignorable, '').replace(strippable, '');
  // ẞ becomes ß, then upper case: ß becomes ss, ς and σ one letter.
  const lower = bare.toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
  let folded = '';
  const variants = hanVariants(isFirst ? 1 : 2);
  for (const character of lower) {
    if (!isFirst && isApostrophe(character)) continue;
    const letter = isFirst ? character : plainLetter(character);
    folded += variants.get(letter) ?? strokes[letter] ?? letter;
  }
  return folding === 'parted' && isSign(base) ? ` ${folded} ` : folded;
}
