/**
 * The searchable parts of an article -> the terms under which the index lists it, and a unit of a query -> the terms that propose
 * articles for it. The terms propose, the text decides: an article that contains a unit has all its terms.
 *
 *   word           the word itself, at most 64 code units of it
 *   run 台灣人      each character, and each pair of neighbours: 台 灣 人, 台灣 灣人
 *   \u0001...       the same of the title, \u0002... of the authors
 *   \u0003s:...     filters: s site, f feed, l language, t tag, c changed, r removed
 */

import type { Kind } from '../article/kind.ts';
import type { PastVersion } from '../article/past.ts';
import { unitsAt } from './char-class.ts';
import { fold } from './fold.ts';
import { type Unit, unitsOf } from './units.ts';

/** The words of an article, as they are shown. */
export type Searchable = {
  title: string | null;
  description: string | null;
  keywords: string[];
  authors: string[];
  text: string | null;
  past: PastVersion[];
};

export type Facets = {
  site: string;
  feed: string | null;
  lang: string | null;
  tags: string[];
  changed: boolean;
  removed: boolean;
  kind: Kind;
  /** False for walls and errors that lists leave out. */
  isShown: boolean;
};

export type Field = 'any' | 'title' | 'author';

const prefixes: Record<Field, string> = { any: '', title: '\u0001', author: '\u0002' };
const maxWord = 64;

/** All terms of an article, each once, in no order. */
export function termsOf(words: Searchable, facets: Facets): Set<string> {
  const terms = new Set<string>(facetTerms(facets));
  add(terms, '', words.title);
  add(terms, prefixes.title, words.title);
  for (const author of words.authors) {
    add(terms, '', author);
    add(terms, prefixes.author, author);
  }
  for (const text of [words.description, ...words.keywords, words.text]) add(terms, '', text);
  for (const { title, paragraphs } of words.past) {
    add(terms, '', title);
    add(terms, prefixes.title, title);
    for (const paragraph of paragraphs) add(terms, '', paragraph);
  }
  return terms;
}

/** The terms that every text with this unit has: the word, or the run's pairs, or its only character. */
export function termsOfUnit(unit: Pick<Unit, 'kind' | 'text'>, field: Field): string[] {
  const prefix = prefixes[field];
  if (unit.kind === 'word') return [prefix + cut(unit.text)];
  const characters = [...unit.text];
  if (characters.length === 1) return [prefix + unit.text];
  return characters.slice(1).map((character, i) => prefix + characters[i] + character);
}

/** The beginning that all terms share of words that begin with this. */
export function termPrefix(text: string, field: Field): string {
  return prefixes[field] + cut(text);
}

export type Filters = {
  site?: string | undefined;
  feed?: string | undefined;
  lang?: string | undefined;
  tag?: string | undefined;
  changed?: boolean | undefined;
  removed?: boolean | undefined;
  /** Decided on the article: segments have no terms for it. `listed`: what lists show that are asked for no kind. */
  kind?: Kind | 'listed' | undefined;
};

/** A term for each filter that is set; an article that passes has them all, and one that has them all passes. */
export function filterTerms({ site, feed, lang, tag, changed, removed }: Filters): string[] {
  return [
    ...(site === undefined ? [] : [facet('s', site)]),
    ...(feed === undefined ? [] : [facet('f', feed)]),
    ...(lang === undefined ? [] : [facet('l', lang.toLowerCase())]),
    ...(tag === undefined ? [] : [facet('t', tag)]),
    ...(changed === undefined ? [] : [facet('c', String(changed))]),
    ...(removed === undefined ? [] : [facet('r', String(removed))]),
  ];
}

/** True if an article passes the filters, by its facets. */
export function passes(facets: Facets, filters: Filters): boolean {
  const terms = new Set(facetTerms(facets));
  return isOfKind(facets, filters.kind) && filterTerms(filters).every((term) => terms.has(term));
}

export function isOfKind({ kind, isShown }: Pick<Facets, 'kind' | 'isShown'>, wanted: Filters['kind']): boolean {
  if (wanted === undefined) return true;
  return wanted === 'listed' ? isShown : kind === wanted;
}

function facetTerms({ site, feed, lang, tags, changed, removed }: Omit<Facets, 'kind' | 'isShown'>): string[] {
  return [
    facet('s', site),
    ...(feed === null ? [] : [facet('f', feed)]),
    ...(lang === null ? [] : languageRanges(lang).map((range) => facet('l', range))),
    ...tags.map((tag) => facet('t', tag)),
    facet('c', String(changed)),
    facet('r', String(removed)),
  ];
}

function facet(kind: string, value: string): string {
  return `\u0003${kind}:${value.toWellFormed()}`;
}

/** `zh-Hant-TW` is found under itself, `zh-hant` and `zh` (RFC 4647 3.3.1). */
function languageRanges(tag: string): string[] {
  const parts = tag.toLowerCase().split('-');
  return parts.map((_, i) => parts.slice(0, i + 1).join('-'));
}

function add(terms: Set<string>, prefix: string, text: string | null): void {
  if (text === null) return;
  for (const unit of unitsOf(fold(text))) {
    if (unit.kind === 'word') terms.add(prefix + cut(unit.text));
    else addRun(terms, prefix, unit.text);
  }
}

function addRun(terms: Set<string>, prefix: string, text: string): void {
  let before = -1;
  for (let at = 0; at < text.length; ) {
    const end = at + unitsAt(text, at);
    terms.add(prefix + text.slice(at, end));
    if (before >= 0) terms.add(prefix + text.slice(before, end));
    before = at;
    at = end;
  }
}

function cut(text: string): string {
  if (text.length <= maxWord) return text;
  return text.slice(0, unitsAt(text, maxWord - 1) === 2 ? maxWord - 1 : maxWord);
}
