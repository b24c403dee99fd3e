/**
 * A query and filters -> which terms propose articles: an AND of ORs of ANDs of terms. The plan never leaves out an article
 * that matches, and whose terms are of the plan's version; how many it proposes beside, only costs.
 */
import { fold, newestTerms, type TermsVersion } from './fold.ts';
import type { Phrase, Query } from './query-language.ts';
import { type Filters, filterTerms, termPrefix, termsOfUnit } from './terms.ts';
import { unitsOf } from './units.ts';

/** All documents with the term, or with any term that begins so. */
export type Needed = { term: string } | { prefix: string };
/** One of the alternatives, each of which needs all of its terms; one that needs none proposes every document. */
export type Group = Needed[][];
export type Plan = Group[];

export function planOf(query: Query | null, filters: Filters, version: TermsVersion = newestTerms): Plan {
  const filtered = (filter: Filters): Needed[] => filterTerms(filter, version).map((term) => ({ term }));
  const wanted = (query?.clauses ?? [])
    .filter(({ negated }) => !negated)
    .map(({ any, filters: others = [] }) => [
      ...any.map((phrase) => neededOf(phrase, version)),
      ...others.map((filter) => filtered(filter)),
    ]);
  return [...wanted, ...filtered(filters).map((need) => [[need]])];
}

function neededOf({ units, prefix, field, written }: Phrase, version: TermsVersion): Needed[] {
  const needed: Needed[] = [];
  const own = version === 1 && written !== undefined ? [...unitsOf(fold(written, 'first'))] : units;
  for (const [i, unit] of own.entries()) {
    if (prefix && i === own.length - 1 && unit.kind === 'word') needed.push({ prefix: termPrefix(unit.text, field) });
    else needed.push(...termsOfUnit(unit, field).map((term) => ({ term })));
  }
  return [...new Map(needed.map((need) => [JSON.stringify(need), need])).values()];
}
