/**
 * A query and filters -> which terms propose articles: an AND of ORs of ANDs of terms. The plan never leaves out an article
 * that matches; how many it proposes beside, only costs.
 */
import type { Phrase, Query } from './query-language.ts';
import { type Filters, filterTerms, termPrefix, termsOfUnit } from './terms.ts';

/** All documents with the term, or with any term that begins so. */
export type Needed = { term: string } | { prefix: string };
/** One of the alternatives, each of which needs all of its terms. */
export type Group = Needed[][];
export type Plan = Group[];

export function planOf(query: Query | null, filters: Filters): Plan {
  const wanted = (query?.clauses ?? []).filter(({ negated }) => !negated).map(({ any }) => any.map(neededOf));
  return [...wanted, ...filterTerms(filters).map((term) => [[{ term }]])];
}

function neededOf({ units, prefix, field }: Phrase): Needed[] {
  const needed: Needed[] = [];
  for (const [i, unit] of units.entries()) {
    if (prefix && i === units.length - 1) needed.push({ prefix: termPrefix(unit.text, field) });
    else needed.push(...termsOfUnit(unit, field).map((term) => ({ term })));
  }
  return [...new Map(needed.map((need) => [JSON.stringify(need), need])).values()];
}
