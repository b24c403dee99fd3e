/**
 * `q` -> what it asks for. Words are ANDed; `"a phrase"`, `-without`, `NOT without`, `prefix*`, `title:word`, `author:word`, filters such
 * as `site:example.org`, `one OR other`, and `\` before a character that shall mean nothing. A word that punctuation parts
 * (covid-19) is a phrase of its pieces. Quotation marks, dashes and colons of all keyboards count.
 *
 *   query   = clause { space [ "AND" space ] clause }
 *   clause  = ( "-" | "NOT" space ) atom | atom { space "OR" space atom }
 *   atom    = [ "title:" | "author:" ] ( '"' text '"' | text [ "*" ] ) | filter ":" ( '"' text '"' | text )
 */
import { fold, foldings } from './fold.ts';
import { filterWords, readFilter } from './query-filters.ts';
import {
  closingQuote,
  fieldAt,
  negationAt,
  type Operator,
  opensBracket,
  operatorAt,
  readQuoted,
  readWord,
  skipSpace,
} from './query-text.ts';
import type { Field, Filters } from './terms.ts';
import { type Unit, unitsOf } from './units.ts';

/** Units that follow each other. `prefix`: the last one, a word, may go on. `written`: as it stands in `q`. */
export type Phrase = { field: Field; units: Pick<Unit, 'kind' | 'text'>[]; prefix: boolean; written?: string };
/** How a part of `q` was understood. `match`: what the text has to do with it. */
export type Understood = {
  field: string;
  match: 'word' | 'phrase' | 'beginning' | 'filter';
  text: string;
};
/** One of the phrases is there, or one of the filters holds; or, negated, none does. */
export type Clause = { negated: boolean; any: Phrase[]; filters?: Filters[]; asked: Understood[] };
/** `ignored`: the pieces of `q` that had no effect. */
export type Query = { clauses: Clause[]; ignored: { text: string; position: number }[] };

/** `position`: where in `q`, in UTF-16 code units. */
export type QueryProblem = { detail: string; position: number };

/** What may stand before a colon and its value. */
export const fieldWords: readonly string[] = ['title', 'author', ...filterWords];
const maxLength = 1000;
const maxPhrases = 64;
const orHelp = 'OR joins what is wanted; write -one -other';

/** `zone`: the time zone of days in `before:` and `after:`. */
export function parseQuery(q: string, zone = 'UTC'): { query: Query } | { problem: QueryProblem } {
  if (q.length > maxLength)
    return { problem: { detail: `q has ${q.length} characters; at most ${maxLength}`, position: maxLength } };
  const query: Query = { clauses: [], ignored: [] };
  const brackets = bracketsOf(query);
  let asked = 0;
  let open = null as Open;
  for (let at = skipSpace(q, 0); at < q.length; at = skipSpace(q, at)) {
    const operator = operatorAt(q, at);
    if (operator) {
      const needs = neededAround(operator, open, query.clauses);
      if (needs) return wrong(needs, at);
      open = { name: operator, at, joins: operator === 'OR' || (open?.joins ?? false) };
      at += operator.length;
      continue;
    }
    const negation = negationAt(q, at);
    if (opensBracket(q, at + negation)) {
      if (negation > 0) open = { name: 'NOT', at, joins: open?.joins ?? false };
      brackets.open({ at: at + negation, text: q[at + negation] ?? '' }, open);
      at += negation + 1;
      continue;
    }
    const parsed = parseAtom(q, at, zone);
    if ('problem' in parsed) return parsed;
    const { clause, start, end, ignored } = parsed;
    at = end;
    if (clause) {
      if (++asked > maxPhrases) return wrong(`at most ${maxPhrases} words and phrases`, start);
      if (open?.name === 'NOT') {
        if (clause.negated) return wrong('NOT and - exclude; write one of them', start);
        clause.negated = true;
      }
      const last = query.clauses.at(-1);
      if (!open?.joins || !last) query.clauses.push(clause);
      else if (clause.negated || last.negated) return wrong(orHelp, open.name === 'NOT' ? open.at : start);
      else query.clauses[query.clauses.length - 1] = either(last, clause);
      open = null;
    }
    query.ignored.push(...ignored);
    const closing = ignored.filter(({ text }) => /^[)）]+$/.test(text)).reduce((n, { text }) => n + text.length, 0);
    const isBound = brackets.close(closing, operatorAt(q, skipSpace(q, at)) === 'OR');
    if (isBound !== null) return wrong(bracketHelp, isBound);
  }
  if (open) return wrong(neededText(open.name), open.at);
  const isBound = brackets.close(q.length, false);
  if (isBound !== null) return wrong(bracketHelp, isBound);
  if (query.clauses.length === 0) return wrong('there is no word in q to look for', 0);
  return { query };
}

/** The operator that waits for its word. `joins`: it is OR, or a NOT behind one. */
type Open = { name: Operator; at: number; joins: boolean } | null;

const bracketHelp =
  'brackets do not bind: write - before each word that is not to be there, and OR between words alone';

/** Brackets have no effect. Where they would have had one, that is said: around several words that NOT or OR takes as one. */
function bracketsOf(query: Query) {
  const opened: { at: number; clauses: number; open: Open }[] = [];
  return {
    open({ at, text }: { at: number; text: string }, open: Open): void {
      query.ignored.push({ text, position: at });
      opened.push({ at, clauses: query.clauses.length, open });
    },
    /** Closes up to so many; where the first begins that would have had an effect, or null. */
    close(count: number, isBeforeOr: boolean): number | null {
      for (const { at, clauses, open } of opened.splice(Math.max(0, opened.length - count)).reverse()) {
        const made = query.clauses.slice(open?.joins ? Math.max(0, clauses - 1) : clauses);
        const isSeveral = made.length > 1 || (open?.name === 'NOT' && made.some(({ asked }) => asked.length > 1));
        if (isSeveral && (isBeforeOr || (open !== null && open.name !== 'AND'))) return at;
      }
      return null;
    },
  };
}

/** What an operator lacks where it stands; null when nothing. */
function neededAround(operator: Operator, open: Open, clauses: Clause[]): string | null {
  if (operator === 'NOT') return open?.name === 'NOT' ? neededText('NOT') : null;
  return open || clauses.length === 0 ? neededText(operator) : null;
}

function neededText(operator: Operator): string {
  if (operator === 'OR') return 'OR needs a word before and after it';
  const needs = operator === 'NOT' ? 'a word after it' : 'a word before and after it';
  return `${operator} needs ${needs}; write "${operator}" to look for the word`;
}

function either(one: Clause, other: Clause): Clause {
  const filters = [...(one.filters ?? []), ...(other.filters ?? [])];
  return {
    negated: false,
    any: [...one.any, ...other.any],
    ...(filters.length > 0 ? { filters } : {}),
    asked: [...one.asked, ...other.asked],
  };
}

type Atom = {
  /** Null: what stands there has no letter or digit, and means nothing. */
  clause: Clause | null;
  ignored: Query['ignored'];
  start: number;
  end: number;
};

function parseAtom(q: string, start: number, zone: string): Atom | { problem: QueryProblem } {
  const negation = negationAt(q, start);
  const negated = negation > 0;
  const named = fieldAt(q, start + negation, fieldWords);
  const at = start + negation + (named?.length ?? 0);
  const close = closingQuote(q, at);
  if (close === null) return wrong('this quotation mark has no other; write \\" to look past it', at);
  const { text, end, starAt, closing } = close === 0 ? readWord(q, at) : readQuoted(q, at, close);
  const written = q.slice(start, end);
  const name = named?.name;
  if (name !== undefined && name !== 'title' && name !== 'author') {
    const filter = readFilter(name, text, zone);
    if ('detail' in filter) return wrong(filter.detail, start + negation);
    const asked = { field: name, match: 'filter' as const, text };
    const ignored = closing ? [{ text: closing, position: end - closing.length }] : [];
    return { clause: { negated, any: [], filters: [filter], asked: [asked] }, ignored, start, end };
  }
  const field: Field = name ?? 'any';
  const phrases = phrasesOf(text, field, starAt !== null);
  const [phrase] = phrases;
  if (!phrase && starAt !== null) return wrong('write the beginning of a word before *', starAt);
  const ignored = ignoredIn({ written, text, start, isWord: close === 0, closing, starAt, phrase });
  if (!phrase) return { clause: null, ignored, start, end };
  const match = phrase.prefix ? 'beginning' : close > 0 || phrase.units.length > 1 ? 'phrase' : 'word';
  const shown = close > 0 ? text : text.replace(leadingSigns, '').replace(/[*＊]$/, '');
  const asked: Understood = { field: field === 'any' ? 'text' : field, match, text: shown };
  return { clause: { negated, any: phrases, asked: [asked] }, ignored, start, end };
}

/** A text as one phrase; as two, of which one is to be there, where it has signs that may belong to a word or not. */
function phrasesOf(text: string, field: Field, mayGoOn: boolean): Phrase[] {
  const phrases = foldings(text).map((folding): Phrase => {
    const units = [...unitsOf(fold(text, folding))].map(({ kind, text: unit }) => ({ kind, text: unit }));
    return { field, units, prefix: mayGoOn && units.at(-1)?.kind === 'word', written: text };
  });
  return phrases.filter(({ units }) => units.length > 0);
}

const leadingSigns = /^[+!&|~^<>=]+/;

type Written = {
  written: string;
  text: string;
  start: number;
  isWord: boolean;
  closing: string;
  starAt: number | null;
  phrase: Phrase | undefined;
};

/** What of an atom had no effect: all of it, signs before it, a star that says nothing, brackets behind it. */
function ignoredIn({ written, text, start, isWord, closing, starAt, phrase }: Written): Query['ignored'] {
  if (!phrase) return [{ text: written, position: start }];
  const [signs] = (isWord && leadingSigns.exec(written)) || [''];
  const hasIdleStar = isWord && !phrase.prefix && (starAt !== null || /[*＊]/.test(text)) && /[*＊]/.test(written);
  return [
    ...(signs ? [{ text: signs, position: start }] : []),
    ...(hasIdleStar ? [{ text: '*', position: start + written.search(/[*＊]/) }] : []),
    ...(closing ? [{ text: closing, position: start + written.length - closing.length }] : []),
  ];
}

function wrong(detail: string, position: number): { problem: QueryProblem } {
  return { problem: { detail, position } };
}
