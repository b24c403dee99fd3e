/** A text and a query -> the piece of the text to show, and where in it the query's words are. Pure. */
import { isMarkAt } from './char-class.ts';
import { foldings, foldWithMap } from './fold.ts';
import { findPhrase, type Range } from './match.ts';
import type { Phrase, Query } from './query-language.ts';
import type { Field } from './terms.ts';

/** Ranges are [start, end) in UTF-16 code units of `text`, in order, none overlapping another. */
export type Marked = { text: string; ranges: [number, number][] };

const snippetLength = 200;
/** A story that says a word more often shows it no better. */
const maxRanges = 200;

type Hit = Range & { phrase: number };

/** Where the words of the query that look into `field` are in a text. */
export function markAll(text: string, query: Query, field: Field): Marked {
  return { text, ranges: merged(hitsIn(text, wantedPhrases(query, field))) };
}

/** About 200 characters around the place with the most different words of the query; the beginning when it has none. */
export function snippetOf(text: string, query: Query): Marked {
  const hits = hitsIn(text, wantedPhrases(query, 'any'));
  const [from, to] = windowOf(text, bestStart(hits));
  const before = from > 0 ? '…' : '';
  const after = to < text.length ? '…' : '';
  const shown = before + text.slice(from, to).replaceAll('\n', ' ') + after;
  const shift = before.length - from;
  const inside = hits.filter(({ start, end }) => start >= from && end <= to);
  return { text: shown, ranges: merged(inside).map(([start, end]) => [start + shift, end + shift]) };
}

/** The wanted phrases, without excluded ones and without those for the title, which say nothing about the text. */
function wantedPhrases(query: Query, field: Field): Phrase[] {
  return query.clauses
    .filter(({ negated }) => !negated)
    .flatMap(({ any }) => any)
    .filter((phrase) => phrase.field === 'any' || phrase.field === field);
}

function hitsIn(text: string, phrases: Phrase[]): Hit[] {
  const hits: Hit[] = [];
  for (const folding of foldings(text)) {
    const { text: folded, starts } = foldWithMap(text, folding);
    const origin = (at: number) => starts[at] ?? text.length;
    for (const [phrase, wanted] of phrases.entries()) {
      let from = 0;
      for (let n = 0; n < maxRanges; n++) {
        const found = findPhrase(folded, wanted, from);
        if (!found) break;
        // The last folded unit may share its original with what follows it (ﬁ): that is whole in the range.
        hits.push({ phrase, start: origin(found.start), end: endOf(starts, found.end, text.length) });
        from = found.end;
      }
    }
  }
  return hits.sort((a, b) => a.start - b.start || b.end - a.end);
}

function endOf(starts: Uint32Array, end: number, length: number): number {
  const last = starts[end - 1];
  for (let at = end; at < starts.length; at++) if (starts[at] !== last) return starts[at] ?? length;
  return length;
}

/** The start of the window in which the most different phrases begin, the earliest of the best. */
function bestStart(hits: Hit[]): number | null {
  let best: number | null = null;
  let bestCount = 0;
  for (const [i, { start }] of hits.entries()) {
    const seen = new Set<number>();
    for (let j = i; j < hits.length; j++) {
      const hit = hits[j];
      if (!hit || hit.end > start + snippetLength * 0.75) break;
      seen.add(hit.phrase);
    }
    if (seen.size > bestCount || best === null) [best, bestCount] = [start, Math.max(seen.size, 1)];
  }
  return best;
}

function windowOf(text: string, start: number | null): [number, number] {
  const lead = snippetLength / 4;
  const from = start === null || start <= lead ? 0 : start - lead;
  const to = Math.min(text.length, from + snippetLength);
  return [boundary(text, Math.max(0, Math.min(from, to - snippetLength)), 1), boundary(text, to, -1)];
}

/** The nearest place in a direction that parts no character and no word of ASCII. */
function boundary(text: string, at: number, step: 1 | -1): number {
  const joins = (i: number) =>
    i > 0 &&
    i < text.length &&
    (isMarkAt(text, i) ||
      /[\uDC00-\uDFFF]/.test(text[i] ?? '') ||
      (/\w/.test(text[i - 1] ?? '') && /\w/.test(text[i] ?? '')));
  let moved = at;
  for (let n = 0; n < 24 && joins(moved); n++) moved += step;
  // A word longer than that is parted, but never a surrogate pair.
  return /[\uDC00-\uDFFF]/.test(text[moved] ?? '') ? moved + step : moved;
}

function merged(hits: Range[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const { start, end } of hits) {
    const last = ranges.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (ranges.length < maxRanges) ranges.push([start, end]);
  }
  return ranges;
}
