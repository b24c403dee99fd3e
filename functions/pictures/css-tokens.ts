/**
 * A style sheet -> its pieces as browsers cut it: comments, strings, names with escapes, white space, any other character. Cut by hand: a
 * regular expression needs room on the stack for each character of a long name. Pure, linear.
 */

/** Strings end with their line (CSS Syntax 4.3.5), and a line ends in five ways (3.3). */
export function* cssTokens(source: string): Generator<string> {
  const css = source.replace(/\r\n?|\f/g, '\n');
  for (let at = 0; at < css.length; ) {
    const end = endOf(css, at);
    yield css.slice(at, end);
    at = end;
  }
}

function endOf(css: string, at: number): number {
  const first = css[at];
  if (first === '/' && css[at + 1] === '*') {
    const end = css.indexOf('*/', at + 2);
    return end < 0 ? css.length : end + 2;
  }
  if (first === '"' || first === "'") return endOfString(css, at + 1, first);
  const name = endOfName(css, first === '@' ? at + 1 : at);
  if (name > at + (first === '@' ? 1 : 0)) return name;
  let end = at;
  while (isSpace(css.charCodeAt(end))) end++;
  return Math.max(end, at + 1);
}

function endOfString(css: string, from: number, quote: string): number {
  for (let at = from; at < css.length; at++) {
    if (css[at] === quote) return at + 1;
    if (css[at] === '\n' || (css[at] === '\\' && at + 1 === css.length)) return at;
    if (css[at] === '\\') at++;
  }
  return css.length;
}

function endOfName(css: string, from: number): number {
  let at = from;
  for (;;) {
    if (isNameCode(css.charCodeAt(at))) at++;
    else if (css[at] === '\\' && at + 1 < css.length && css[at + 1] !== '\n') at += 2;
    else return at;
  }
}

/** NaN past the end is none. */
function isNameCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 45 ||
    code === 95 ||
    code > 127
  );
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
