/**
 * The class of a character for search: part of a word in a script with spaces, part of a run in a script without, a mark that
 * belongs to the character before it, or something between words.
 */

export const other = 0;
/** Letters, marks and digits of scripts that part words with spaces. */
export const word = 1;
/** Characters of scripts that do not, and of Korean, where people look for parts of words too. */
export const run = 2;

const wordPattern = /[\p{L}\p{M}\p{N}]/u;
/** U+30FC lengthens a vowel in both kana and has no script of its own. */
const runPattern =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Yi}\u30FC]/u;
/** Half-width voiced sound marks are letters to Unicode, and compose with the kana before them all the same. */
const markPattern = /\p{M}|[\uFF9E\uFF9F]|[\uFE00-\uFE0F]|\u200C|\u200D/u;

const marked = 4;
/** The classes of all code units, made at the first use: a table is ten times faster than three regular expressions. */
let table: Uint8Array | null = null;

/** The class of the character at `index`; `other` at and beyond the end. */
export function classAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (Number.isNaN(unit)) return other;
  if (unit >= 0xd800 && unit <= 0xdfff) return astralClass(text, index) & 3;
  return ((table ?? makeTable())[unit] ?? 0) & 3;
}

/** The class of the character that ends before `index`; `other` at the start. */
export function classBefore(text: string, index: number): number {
  if (index === 0) return other;
  return classAt(text, index > 1 && unitsAt(text, index - 2) === 2 ? index - 2 : index - 1);
}

/** True if the character at `index` belongs to the one before it. */
export function isMarkAt(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  if (Number.isNaN(unit)) return false;
  if (unit >= 0xd800 && unit <= 0xdfff) return (astralClass(text, index) & marked) !== 0;
  return (((table ?? makeTable())[unit] ?? 0) & marked) !== 0;
}

/** Code units of the character at `index`: 2 for a surrogate pair, else 1. */
export function unitsAt(text: string, index: number): 1 | 2 {
  const code = text.codePointAt(index);
  return code !== undefined && code > 0xffff ? 2 : 1;
}

function astralClass(text: string, index: number): number {
  const code = text.codePointAt(index) ?? 0;
  return code > 0xffff ? classOf(String.fromCodePoint(code)) : other;
}

function classOf(character: string): number {
  const mark = markPattern.test(character) ? marked : 0;
  if (!wordPattern.test(character)) return mark | other;
  return mark | (runPattern.test(character) ? run : word);
}

function makeTable(): Uint8Array {
  const made = new Uint8Array(65_536);
  for (let unit = 0; unit < 65_536; unit++) {
    if (unit < 0xd800 || unit > 0xdfff) made[unit] = classOf(String.fromCharCode(unit));
  }
  table = made;
  return made;
}
