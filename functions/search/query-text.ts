/** The signs of the query language as people type them: operators, quotation marks, dashes, colons. Each reads at a place of `q`. */

export type Operator = 'AND' | 'OR' | 'NOT';

/** The operator that stands at a place as a word of its own. */
export function operatorAt(q: string, at: number): Operator | null {
  const name = (['AND', 'OR', 'NOT'] as const).find((word) => q.startsWith(word, at));
  return name && (at + name.length >= q.length || isSpace(q, at + name.length)) ? name : null;
}

export function opensBracket(q: string, at: number): boolean {
  return /[(（]/.test(q[at] ?? '');
}

/** The length of the dash that excludes what follows; 0 when there is none. Every dash that keyboards and phones write is one. */
export function negationAt(q: string, at: number): 0 | 1 {
  return /[-\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/.test(q[at] ?? '') && at + 1 < q.length && !isSpace(q, at + 1)
    ? 1
    : 0;
}

/** The field that is named at a place, with its colon, before a value. */
export function fieldAt(q: string, at: number, names: readonly string[]): { name: string; length: number } | null {
  const found = /^([a-z]{2,8})[:\uFF1A\uFE55\uFE13\u2236\uA789](?=\S)/iu.exec(q.slice(at, at + 12));
  const name = found?.[1]?.toLowerCase();
  return found && name !== undefined && names.includes(name) ? { name, length: found[0].length } : null;
}

/** Opening marks, with those that close them. */
const pairs: Readonly<Record<string, string>> = {
  '“': '”“"',
  '„': '“”"',
  '‟': '”"',
  '”': '”"',
  '«': '»',
  '»': '«»',
  '‹': '›',
  '›': '‹›',
  '‘': '’',
  '‚': '‘’',
  '❝': '❞',
  '〝': '〟〞',
  '「': '」',
  '『': '』',
  '｢': '｣',
  '﹁': '﹂',
  '﹃': '﹄',
  '《': '》',
  '〈': '〉',
  '＂': '＂',
};
/** These are apostrophes too: they close only where a word does. */
const single = /[‘’‚‹›]/;

/** Where the quotation that begins at `at` ends: 0 when none begins there, null when it never ends. */
export function closingQuote(q: string, at: number): number | null {
  const open = q[at] ?? '';
  if (open === '"') {
    for (let i = at + 1; i < q.length; i++) {
      if (q[i] === '\\') i++;
      else if (q[i] === '"') return i;
    }
    const curly = q.slice(at + 1).search(/[“”]/);
    return curly < 0 || q[at + curly] === '\\' ? null : at + 1 + curly;
  }
  const closes = pairs[open];
  // Pasted text is full of these, so one without its other means nothing.
  if (closes === undefined) return 0;
  for (let i = at + 1; i < q.length; i++) {
    if (closes.includes(q[i] ?? '') && (!single.test(open) || i + 1 >= q.length || isSpace(q, i + 1))) return i;
  }
  return 0;
}

/** `closing`: brackets at its end that it does not open itself; they are in no part of `text`. */
export type Read = { text: string; end: number; starAt: number | null; closing: string };

/** The quotation from its mark at `from` to the one at `close`. */
export function readQuoted(q: string, from: number, close: number): Read {
  return { text: q.slice(from + 1, close).replace(/\\(.)/gsu, '$1'), end: close + 1, starAt: null, closing: '' };
}

export function readWord(q: string, from: number): Read {
  let text = '';
  let at = from;
  let starAt: number | null = null;
  for (; at < q.length && !isSpace(q, at); at++) {
    const character = q[at] ?? '';
    if (character === '\\' && at + 1 < q.length) {
      text += q[++at];
      starAt = null;
    } else if (character === '"' && at > from && !isGershayim(q, at)) break;
    else {
      starAt = /[*＊]/.test(character) ? at : null;
      text += character;
    }
  }
  const closing = starAt === null && q[at - 2] !== '\\' ? unopened(text) : '';
  const own = closing ? text.slice(0, -closing.length) : text;
  return { text: own, end: at, starAt: closing && /[*＊]$/.test(own) ? at : starAt, closing };
}

/** The closing brackets at the end of a word that it has not opened: all of `)` in `bridge)`, none in `f(x)`. */
function unopened(text: string): string {
  let spare = (text.match(/[)）]/g)?.length ?? 0) - (text.match(/[(（]/g)?.length ?? 0);
  let at = text.length;
  for (; spare > 0 && /[)）]/.test(text[at - 1] ?? ''); spare--) at--;
  return text.slice(at);
}

/** Hebrew writes its acronyms with a quotation mark before the last letter: צה"ל (UAX 29, WB7b). */
function isGershayim(q: string, at: number): boolean {
  return /\p{sc=Hebrew}/u.test(q[at - 1] ?? '') && /\p{sc=Hebrew}/u.test(q[at + 1] ?? '');
}

export function isSpace(q: string, at: number): boolean {
  return /[\s\p{Cc}]/u.test(q[at] ?? '');
}

export function skipSpace(q: string, at: number): number {
  let next = at;
  while (next < q.length && isSpace(q, next)) next++;
  return next;
}
