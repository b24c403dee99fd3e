/**
 * Characters that stand for others in writing, but for Han: letters of Arabic that keyboards swap, digits of all scripts, apostrophes
 * that Unicode calls letters, and signs that are made of letters and belong to no word (™, ², №).
 */

/** Letters of Persian, Urdu, Kurdish and Uyghur, and forms within Arabic -> the letter that other keyboards have in their place. */
const arabic = new Map(
  Object.entries({ ي: 'ىیۍ', ك: 'کڪ', ه: 'ہھەةۃۀۂ', ا: 'ٱ' }).flatMap(([letter, variants]) =>
    [...variants].map((variant) => [variant, letter] as const),
  ),
);

/** Modifier letters that people type for an apostrophe, or for the letter that is written as one. */
const apostrophe = /[\u02B9-\u02BF\u02C8\u02CA\u02CB\u02EE\u0559\u07F4\u07F5\uA78B\uA78C]/u;
const decimal = /\p{Nd}/u;

/** The letter or digit that a folded character stands for; itself where it stands for nothing else. */
export function plainLetter(character: string): string {
  if (character <= '\u007F') return character;
  return arabic.get(character) ?? (decimal.test(character) ? digitOf(character) : character);
}

export function isApostrophe(character: string): boolean {
  return apostrophe.test(character);
}

/** Unicode puts the ten digits of a script in order, and no two scripts' digits side by side but in whole tens. */
function digitOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  let before = 0;
  while (decimal.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}

/** Says of a product whose it is, and nothing more. */
export const trademarks: ReadonlySet<string> = new Set(['™', '℠']);

const signPattern = /[\p{No}\p{So}\p{Lm}\u00AA\u00BA]/u;
/** Letters of Japanese in half width, which are no superscripts. */
const halfWidth = /[\uFF70\uFF9E\uFF9F]/u;
const enclosed = { first: 0x1f100, last: 0x1f2ff };

/** True of a character that is no letter of a word by itself, and folds to letters or digits. */
export function isSign(character: string): boolean {
  if (isApostrophe(character)) return true;
  if (!signPattern.test(character) || halfWidth.test(character)) return false;
  const letters = character.normalize('NFKD');
  return letters !== character && /[\p{L}\p{N}]/u.test(letters);
}

let everySign: RegExp | null = null;

/** True when a text has any such character. */
export function hasSigns(text: string): boolean {
  everySign ??= new RegExp(`[${signs().join('')}]`, 'u');
  return everySign.test(text);
}

function signs(): string[] {
  const found: string[] = [];
  const look = (first: number, last: number) => {
    for (let code = first; code <= last; code++)
      if ((code < 0xd800 || code > 0xdfff) && isSign(String.fromCodePoint(code)))
        found.push(String.fromCodePoint(code));
  };
  look(0x80, 0xffff);
  look(enclosed.first, enclosed.last);
  return found;
}
