/**
 * The searchable parts of an article -> the terms under which the index lists it, and a unit of a query -> the terms that propose
 * articles for it. The terms propose, the text decides: an article that contains a unit has all its terms.
 *
 *   word           the word itself, at most 64 code units of it
 *   run 台灣人      each character, and each pair of neighbours: 台 灣 人, 台灣 灣人
 *   \u0001...       the same of the title, \u0002... of the authors
 *   \u0003s:...     filters: s site, f feed, l language, t tag, c changed, r removed, k kind
 *
 * Terms of version 1 have filters as they are written, and none for kinds.
 */

import type { Kind } from '../article/kind.ts';
import type { PastVersion } from '../article/past.ts';
import { unitsAt } from './char-class.ts';
import { fold, foldings, newestTerms, type TermsVersion } from './fold.ts';
import type { TermSink } from './term-ids.ts';
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
  /** RFC 3339 UTC. */
  publishedAt: string;
};

export type Field = 'any' | 'title' | 'author';

const prefixes: Record<Field, string> = { any: '', title: '\u0001', author: '\u0002' };
const maxWord = 64;

/** All terms of an article, each once, in no order. */
export function termsOf(words: Searchable, facets: Facets, version: TermsVersion = newestTerms): Set<string> {
  const terms = new Set<string>();
  const sink: TermSink = {
    term: (text) => terms.add(text),
    short: (first, second) => terms.add(second === 0 ? String.fromCharCode(first) : String.fromCharCode(first, second)),
  };
  writeTerms(sink, { words, facets, version });
  return terms;
}

/** Writes all terms of an article, some of them often. */
export function writeTerms(
  sink: TermSink,
  { words, facets, version = newestTerms }: { words: Searchable; facets: Facets; version?: TermsVersion | undefined },
): void {
  for (const term of facetTerms(facets, version)) sink.term(term);
  const add = (text: string | null, fields: Field[]) => {
    if (text === null) return;
    for (const folding of foldings(text, version)) {
      const folded = fold(text, folding);
      for (const field of fields) addUnits(sink, prefixes[field], folded);
    }
  };
  add(words.title, ['any', 'title']);
  for (const author of words.authors) add(author, ['any', 'author']);
  for (const text of [words.description, ...words.keywords, words.text]) add(text, ['any']);
  for (const { title, paragraphs } of words.past) {
    add(title, ['any', 'title']);
    for (const paragraph of paragraphs) add(paragraph, ['any']);
  }
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
  /** `listed`: what lists show that are asked for no kind. That is nearly all, so it has no term, and is decided on the article. */
  kind?: Kind | 'listed' | undefined;
  /** Published at or after, and at or before: RFC 3339 UTC. Decided on the article, whose row has its time. */
  from?: string | undefined;
  to?: string | undefined;
};

/** A term for each filter for which segments have any; an article that passes has them all. */
export function filterTerms(filters: Filters, version: TermsVersion = newestTerms): string[] {
  const { site, feed, lang, tag, changed, removed, kind } = filters;
  return [
    ...(site === undefined ? [] : [facet('s', named(site, version))]),
    ...(feed === undefined ? [] : [facet('f', named(feed, version))]),
    ...(lang === undefined ? [] : [facet('l', lang.toLowerCase())]),
    ...(tag === undefined ? [] : [facet('t', named(tag, version))]),
    ...(changed === undefined ? [] : [facet('c', String(changed))]),
    ...(removed === undefined ? [] : [facet('r', String(removed))]),
    ...(kind === undefined || kind === 'listed' || version === 1 ? [] : [facet('k', kind)]),
  ];
}

/** A name as filters compare it. Terms of version 1 were made of names as they are. */
function named(name: string, version: TermsVersion): string {
  return version === 1 ? name : filterName(name);
}

/** One name for all normal forms and widths of it; large and small letters are told apart. */
export function filterName(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim();
}

/** True if an article passes the filters, by its facets. */
export function passes(facets: Facets, filters: Filters): boolean {
  const { from = '', to = '~' } = filters;
  if ((filters.from ?? filters.to) !== undefined && (facets.publishedAt < from || facets.publishedAt > to))
    return false;
  if (!isOfKind(facets, filters.kind)) return false;
  const wanted = filterTerms(filters);
  if (wanted.length === 0) return true;
  const terms = new Set(facetTerms(facets, newestTerms));
  return wanted.every((term) => terms.has(term));
}

export function isOfKind({ kind, isShown }: Pick<Facets, 'kind' | 'isShown'>, wanted: Filters['kind']): boolean {
  if (wanted === undefined) return true;
  return wanted === 'listed' ? isShown : kind === wanted;
}

function facetTerms(facets: Facets, version: TermsVersion): string[] {
  const { site, feed, lang, tags, changed, removed, kind } = facets;
  return [
    facet('s', named(site, version)),
    ...(feed === null ? [] : [facet('f', named(feed, version))]),
    ...(lang === null ? [] : languageRanges(lang).map((range) => facet('l', range))),
    ...tags.map((tag) => facet('t', named(tag, version))),
    facet('c', String(changed)),
    facet('r', String(removed)),
    ...(version === 1 ? [] : [facet('k', kind)]),
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

function addUnits(sink: TermSink, prefix: string, folded: string): void {
  for (const unit of unitsOf(folded)) {
    if (unit.kind === 'word') sink.term(prefix + cut(unit.text));
    else addRun(sink, prefix, unit.text);
  }
}

function addRun(sink: TermSink, prefix: string, text: string): void {
  let before = -1;
  for (let at = 0; at < text.length; ) {
    const end = at + unitsAt(text, at);
    const isShort = prefix === '' && end - at === 1;
    if (isShort) sink.short(text.charCodeAt(at), 0);
    else sink.term(prefix + text.slice(at, end));
    if (before >= 0 && isShort && at - before === 1) sink.short(text.charCodeAt(before), text.charCodeAt(at));
    else if (before >= 0) sink.term(prefix + text.slice(before, end));
    before = at;
    at = end;
  }
}

function cut(text: string): string {
  if (text.length <= maxWord) return text;
  return text.slice(0, unitsAt(text, maxWord - 1) === 2 ? maxWord - 1 : maxWord);
}
