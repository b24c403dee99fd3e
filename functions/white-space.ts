/** White space of markup -> white space of text. Scripts that put no spaces between words have none where a line was broken. */

const unspaced =
  '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Bopomofo}\\p{sc=Yi}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\p{sc=Tibetan}\\u30FC\\u3001-\\u3003\\u3008-\\u3011\\u3014-\\u301F\\uFF01-\\uFF65';
const brokenLine = new RegExp(`(?<=[${unspaced}]\\p{M}{0,4})[^\\S\\n\\r\\t]*[\\n\\r\\t]\\s*(?=[${unspaced}])`, 'gu');
const endsUnspaced = new RegExp(`[${unspaced}]\\p{M}{0,4}$`, 'u');
const breaks = /[\n\r\t]/;

/** Each stretch of white space as one space; nothing where a line is broken between characters that no space parts. */
export function foldSpace(text: string): string {
  return joinBrokenLines(text).replace(/\s+/g, ' ');
}

/** Without the line ends and tabs between characters that no space parts; all other white space stays. */
export function joinBrokenLines(text: string): string {
  return breaks.test(text) ? text.replace(brokenLine, '') : text;
}

/** The white space at the end of a text, if it may be nothing when more text follows; else nothing. */
export function brokenEnd(text: string): string {
  const words = text.trimEnd();
  const space = text.slice(words.length);
  return breaks.test(space) && endsUnspaced.test(words.slice(-10)) ? space : '';
}
