/**
 * The removed text of an article, version by version: headlines and paragraphs that the current version no longer has.
 * Kept as one text of the article, so that what a paper took back stays findable. Pure.
 */
import type { Mark } from './article.ts';
import { isCounter } from './counters.ts';

/** One line per paragraph of a version that the current one has no more. `timestamp`: the snapshot that gave the version. */
export type PastVersion = {
  timestamp: string;
  title: string | null;
  paragraphs: string[];
  /** Why it never was the article's version, when it was not. */
  mark?: Mark;
};

/** A version of an article: when it was captured, and what it said. */
export type Version = { timestamp: string; title: string | null; text: string | null };

/** Past words beyond this leave again, the oldest first: an article whose every word changes hourly is no story. */
const maxLength = 400_000;

/** After `next` took over from `current`: what `past` held and `current` said that `next` does not. */
export function pastAfter(past: PastVersion[], { timestamp, title, text }: Version, next: Version): PastVersion[] {
  return bounded([{ timestamp, title, paragraphs: (text ?? '').split('\n') }, ...past], next);
}

/** Each line once, without those that the present version has or that only count; the newest first, as many as there is room for. */
function bounded(versions: PastVersion[], present: Version): PastVersion[] {
  const said = new Set(linesOf(present));
  const known = new Set<string>();
  let length = 0;
  return versions.flatMap(({ timestamp, title, paragraphs, mark }) => {
    const isLost = (line: string) => line !== '' && !said.has(line) && !known.has(line) && Boolean(known.add(line));
    const lostTitle = title !== null && isLost(title) ? title : null;
    const lost = paragraphs.filter((line) => !isCounter(line) && isLost(line));
    length += (lostTitle?.length ?? 0) + lost.reduce((total, line) => total + line.length, 0);
    const isEmpty = lostTitle === null && lost.length === 0;
    const left = { timestamp, title: lostTitle, paragraphs: lost, ...(mark ? { mark } : {}) };
    return isEmpty || length > maxLength ? [] : [left];
  });
}

/** With what a page said in place of the story, or of a part of it, and `current` does not say. */
export function pastWithAside(
  past: PastVersion[],
  current: Version,
  { timestamp, title, text, mark }: Version & { mark: Mark },
): PastVersion[] {
  const aside = { timestamp, title, paragraphs: (text ?? '').split('\n'), mark };
  return bounded([aside, ...past], current);
}

export function writePast(past: PastVersion[]): string | null {
  return past.length === 0 ? null : JSON.stringify(past);
}

/** Reads the text that `writePast` wrote. */
export function readPast(text: string | null): PastVersion[] {
  return text === null ? [] : (JSON.parse(text) as PastVersion[]);
}

function linesOf({ title, text }: Version): string[] {
  return [...(title === null ? [] : [title]), ...(text ?? '').split('\n')];
}
