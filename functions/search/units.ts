/**
 * Folded text -> the units that search compares: a whole word where words are parted by spaces, a run of characters where
 * they are not. Documents and queries are cut by this one function.
 */
import { classAt, run, unitsAt, word } from './char-class.ts';

export type Unit = { kind: 'word' | 'run'; text: string; start: number; end: number };

/** In order, none empty; `start` and `end` are positions in the folded text. */
export function* unitsOf(folded: string): Generator<Unit> {
  for (let at = 0; at < folded.length; ) {
    const kind = classAt(folded, at);
    if (kind !== word && kind !== run) {
      at += unitsAt(folded, at);
      continue;
    }
    const start = at;
    do at += unitsAt(folded, at);
    while (classAt(folded, at) === kind);
    yield { kind: kind === word ? 'word' : 'run', text: folded.slice(start, at), start, end: at };
  }
}
