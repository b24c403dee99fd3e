/**
 * `q` -> what it asks for. Words are ANDed; `"a phrase"`, `-without`, `prefix*`, `title:word`, `author:word`, `one OR other`,
 * and `\` before a character that shall mean nothing. A word that punctuation parts (covid-19) is a phrase of its pieces.
 *
 *   query   = clause { space clause }
 *   clause  = "-" atom | atom { space "OR" space atom }
 *   atom    = [ "title:" | "author:" ] ( '"' text '"' | text [ "*" ] )
 */
import { fold } from './fold.ts';
import type { Field } from './terms.ts';
import { type Unit, unitsOf } from './units.ts';

/** Units that follow each other. `prefix`: the last one, a word, may go on. */
export type Phrase = { field: Field; units: Pick<Unit, 'kind' | 'text'>[]; prefix: boolean };
/** One of the phrases is there; or, negated, none is. */
export type Clause = { negated: boolean; any: Phrase[] };
export type Query = { clauses: Clause[] };

/** `position`: where in `q`, in UTF-16 code units. */
export type QueryProblem = { detail: string; position: number };

const maxLength = 1000;
const maxPhrases = 64;

export function parseQuery(q: string): { query: Query } | { problem: QueryProblem } {
  if (q.length > maxLength)
    return { problem: { detail: `q has ${q.length} characters; at most ${maxLength}`, position: maxLength } };
  const clauses: Clause[] = [];
  let phrases = 0;
  let orAt = -1;
  for (let at = skipSpace(q, 0); at < q.length; at = skipSpace(q, at)) {
    if (isOr(q, at)) {
      if (orAt >= 0 || clauses.length === 0) return wrong('OR needs a word before and after it', at);
      orAt = at;
      at += 2;
      continue;
    }
    const parsed = parseAtom(q, at);
    if ('problem' in parsed) return parsed;
    const { phrase, negated, end } = parsed;
    if (phrase) {
      if (++phrases > maxPhrases) return wrong(`at most ${maxPhrases} words and phrases`, at);
      const last = clauses.at(-1);
      if (orAt < 0 || !last) clauses.push({ negated, any: [phrase] });
      else if (negated || last.negated) return wrong('OR joins what is wanted; write -one -other', at);
      else clauses[clauses.length - 1] = { negated: false, any: [...last.any, phrase] };
      orAt = -1;
    }
    at = end;
  }
  if (orAt >= 0) return wrong('OR needs a word before and after it', orAt);
  if (clauses.length === 0) return wrong('there is no word in q to look for', 0);
  return { query: { clauses } };
}

type Atom = { phrase: Phrase | null; negated: boolean; end: number };

/** `phrase: null`: what stands there has no letter or digit, and means nothing. */
function parseAtom(q: string, start: number): Atom | { problem: QueryProblem } {
  const negated = q[start] === '-' && start + 1 < q.length && !isSpace(q, start + 1);
  const fieldAt = negated ? start + 1 : start;
  const named = /^(title|author):(?=[^\s])/iu.exec(q.slice(fieldAt, fieldAt + 8));
  const field = (named?.[1]?.toLowerCase() ?? 'any') as Field;
  const at = fieldAt + (named?.[0].length ?? 0);
  const close = closingQuote(q, at);
  if (close === null) return wrong('this quotation mark has no other; write \\" to look past it', at);
  const { text, end, starAt } = close === 0 ? readWord(q, at) : readQuoted(q, at + 1, close);
  const units = [...unitsOf(fold(text))].map(({ kind, text: unit }) => ({ kind, text: unit }));
  if (units.length === 0 && starAt !== null) return wrong('write the beginning of a word before *', starAt);
  if (units.length === 0) return { phrase: null, negated, end };
  return { phrase: { field, units, prefix: starAt !== null && units.at(-1)?.kind === 'word' }, negated, end };
}

/** Where the quotation that begins at `at` ends: 0 when none begins there, null when it never ends. */
function closingQuote(q: string, at: number): number | null {
  const open = q[at];
  if (open === '"') {
    for (let i = at + 1; i < q.length; i++) {
      if (q[i] === '\\') i++;
      else if (q[i] === '"') return i;
    }
    return null;
  }
  // Pasted text is full of these, so one without its other means nothing.
  const closing = open === '“' || open === '„' ? q.indexOf('”', at + 1) : open === '「' ? q.indexOf('」', at + 1) : -1;
  return Math.max(closing, 0);
}

function readQuoted(q: string, from: number, close: number): { text: string; end: number; starAt: null } {
  return { text: q.slice(from, close).replace(/\\(.)/gsu, '$1'), end: close + 1, starAt: null };
}

function readWord(q: string, from: number): { text: string; end: number; starAt: number | null } {
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
      starAt = character === '*' ? at : null;
      text += character;
    }
  }
  return { text, end: at, starAt };
}

/** Hebrew writes its acronyms with a quotation mark before the last letter: צה"ל (UAX 29, WB7b). */
function isGershayim(q: string, at: number): boolean {
  return /\p{sc=Hebrew}/u.test(q[at - 1] ?? '') && /\p{sc=Hebrew}/u.test(q[at + 1] ?? '');
}

function isOr(q: string, at: number): boolean {
  return q.startsWith('OR', at) && (at + 2 >= q.length || isSpace(q, at + 2));
}

function isSpace(q: string, at: number): boolean {
  return /[\s\p{Cc}]/u.test(q[at] ?? '');
}

function skipSpace(q: string, at: number): number {
  let next = at;
  while (next < q.length && isSpace(q, next)) next++;
  return next;
}

function wrong(detail: string, position: number): { problem: QueryProblem } {
  return { problem: { detail, position } };
}
