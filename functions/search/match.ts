/** A query against the words of an article: whether they match, in the current version or a past one, and where. Pure. */

import type { PastVersion } from '../article/past.ts';
import { classAt, classBefore, other, unitsAt, word } from './char-class.ts';
import { fold, foldings } from './fold.ts';
import type { Clause, Phrase, Query } from './query-language.ts';
import { type Facets, type Field, passes, type Searchable } from './terms.ts';

/** The words of an article, folded: what a query is compared with. A text with signs that may belong to a word is there twice. */
export type FoldedWords = {
  title: string[];
  author: string[];
  /** Description, keywords and text. */
  rest: string[];
  past: { timestamp: string; title: string[]; rest: string[] }[];
};

export function foldWords({ title, description, keywords, authors, text, past }: Searchable): FoldedWords {
  return {
    title: foldAll([title]),
    author: foldAll(authors),
    rest: foldAll([text, description, ...keywords]),
    past: past.map((version) => ({
      timestamp: version.timestamp,
      title: foldAll([version.title]),
      rest: foldAll(version.paragraphs),
    })),
  };
}

function foldAll(texts: (string | null)[]): string[] {
  return texts.flatMap((text) => (text ? foldings(text).map((folding) => fold(text, folding)) : []));
}

/**
 * `current`: the current version matches. `past`: it does only together with what left it, and `timestamp` names the
 * newest version that has some of that. Null: neither.
 */
export type Match = { in: 'current' } | { in: 'past'; timestamp: string };

/** `facets`: what the query's filters are compared with; without, none of them holds. */
export function matchQuery(words: FoldedWords, query: Query, facets: Facets | null = null): Match | null {
  const current = (phrase: Phrase) => streamsOf(words, phrase.field).some((stream) => findPhrase(stream, phrase, 0));
  const isFiltered = ({ filters }: Clause) => filters?.some((filter) => facets !== null && passes(facets, filter));
  const satisfies = (has: (phrase: Phrase) => boolean) =>
    query.clauses.every((clause) => (isFiltered(clause) || clause.any.some(has)) !== clause.negated);
  if (satisfies(current)) return { in: 'current' };
  if (words.past.length === 0) return null;
  const pastOf = (phrase: Phrase) =>
    words.past.find((version) => pastStreams(version, phrase.field).some((stream) => findPhrase(stream, phrase, 0)));
  if (!satisfies((phrase) => current(phrase) || pastOf(phrase) !== undefined)) return null;
  const needed = query.clauses
    .filter((clause) => !clause.negated && !isFiltered(clause) && !clause.any.some(current))
    .flatMap(({ any }) => any.flatMap((phrase) => pastOf(phrase)?.timestamp ?? []));
  const [timestamp] = needed.sort().reverse();
  return timestamp === undefined ? null : { in: 'past', timestamp };
}

function streamsOf(words: FoldedWords, field: Field): string[] {
  if (field === 'title') return words.title;
  if (field === 'author') return words.author;
  return [...words.title, ...words.author, ...words.rest];
}

function pastStreams(version: FoldedWords['past'][number], field: Field): string[] {
  if (field === 'title') return version.title;
  return field === 'author' ? [] : [...version.title, ...version.rest];
}

export type Range = { start: number; end: number };

/**
 * The first place at or after `from` where the phrase is, in a folded text; null when it is nowhere. In time that grows with
 * the text, by what Knuth, Morris and Pratt do with letters: units that matched are not compared again, or a page of one
 * word repeated would take a long phrase of it minutes.
 */
export function findPhrase(folded: string, phrase: Phrase, from: number): Range | null {
  const { units } = phrase;
  const [first] = units;
  if (!first) return null;
  const borders = bordersOf(units);
  /** Where the units begin that matched; the last `matched` of them are those of the present attempt. */
  const starts: number[] = [];
  let matched = 0;
  let at = folded.indexOf(first.text, from);
  while (at >= 0) {
    const start: number = matched === 0 ? at : skipBetween(folded, at);
    const end = unitEnd(folded, phrase, matched, start);
    if (end !== null) {
      starts.push(start);
      matched++;
      at = end;
      if (matched === units.length) return { start: starts[starts.length - matched] ?? start, end };
      continue;
    }
    const begun = starts[starts.length - matched] ?? start;
    const border = borders === null ? 0 : (borders[matched - 1] ?? 0);
    if (border === 0) {
      // With borders, no attempt can begin in what matched; without, each place is tried.
      at = folded.indexOf(first.text, borders === null || matched === 0 ? begun + 1 : at);
      starts.length = 0;
    }
    matched = border;
  }
  return null;
}

/**
 * For each number of units that matched, how many of the last of them begin the phrase again. Null where an attempt could
 * begin inside of a unit, which only a run of several unspaced characters allows.
 */
function bordersOf(units: Phrase['units']): number[] | null {
  const isWhole =
    units[0]?.kind === 'word' || units.every(({ kind, text }) => kind === 'word' || [...text].length === 1);
  if (!isWhole) return null;
  const borders = [0];
  for (let i = 1, border = 0; i < units.length; i++) {
    while (border > 0 && units[i]?.text !== units[border]?.text) border = borders[border - 1] ?? 0;
    if (units[i]?.text === units[border]?.text) border++;
    borders.push(border);
  }
  return borders;
}

/** Where the unit that begins at `at` ends; null when it does not begin there. */
function unitEnd(folded: string, { units, prefix }: Phrase, i: number, at: number): number | null {
  const unit = units[i];
  if (!unit || !folded.startsWith(unit.text, at)) return null;
  const end = at + unit.text.length;
  if (unit.kind !== 'word') return end;
  if (classBefore(folded, at) === word) return null;
  if (classAt(folded, end) !== word) return end;
  return prefix && i === units.length - 1 ? wordEnd(folded, end) : null;
}

/** Characters between two words of a phrase are not compared, but a phrase ends with its paragraph. */
function skipBetween(folded: string, from: number): number {
  let at = from;
  while (at < folded.length && classAt(folded, at) === other && folded[at] !== '\n') at += unitsAt(folded, at);
  return at;
}

function wordEnd(folded: string, from: number): number {
  let at = from;
  while (classAt(folded, at) === word) at += unitsAt(folded, at);
  return at;
}

/** The words of one past version alone. */
export function pastVersionOf(words: Searchable, timestamp: string): PastVersion | null {
  return words.past.find((version) => version.timestamp === timestamp) ?? null;
}
