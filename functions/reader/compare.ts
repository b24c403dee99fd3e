/**
 * Two versions of a text -> what changed, paragraph by paragraph, and in an edited one word by word (character by character in scripts
 * without spaces). Pure, and bounded: what takes too long counts as changed whole.
 */
import { diffArrays } from 'diff';
import { countWords } from '../article/words.ts';

export type Piece = { kind: 'same' | 'cut' | 'added'; text: string };
export type Block =
  | { kind: 'same'; lines: string[] }
  | { kind: 'edited'; pieces: Piece[] }
  | { kind: 'cut' | 'added'; text: string };
export type Comparison = {
  blocks: Block[];
  /** Paragraphs that differ, and how many the longer version has. */
  changed: number;
  paragraphs: number;
  wordsIn: number;
  wordsOut: number;
};

/** The time that a comparison takes grows with the square of what differs. */
const maxLinesMs = 300;
const maxWordsMs = 200;
/** Paragraphs that go with as many others are paired by their order alone. */
const maxPaired = 60;
/** When more than this share of a paragraph changed, it reads better as cut and added. */
const mostChanged = 0.6;

export function compareTexts(old: string[], recent: string[]): Comparison {
  const blocks = joinSame(rawBlocks(old, recent));
  const pieces = blocks.flatMap((block): Piece[] =>
    block.kind === 'edited' ? block.pieces : block.kind === 'same' ? [] : [{ kind: block.kind, text: block.text }],
  );
  const words = (kind: Piece['kind']) =>
    pieces.reduce((sum, piece) => sum + (piece.kind === kind ? countWords(piece.text) : 0), 0);
  return {
    blocks,
    changed: blocks.filter(({ kind }) => kind !== 'same').length,
    paragraphs: Math.max(old.length, recent.length),
    wordsIn: words('added'),
    wordsOut: words('cut'),
  };
}

/** A line -> its pieces, of which some were cut and some added. */
export function compareLines(old: string, recent: string): Piece[] {
  const [before, after] = [tokensOf(old), tokensOf(recent)];
  const parts = diffArrays(before, after, { timeout: maxWordsMs, comparator: (a, b) => likened(a) === likened(b) });
  if (!parts)
    return [
      { kind: 'cut', text: old },
      { kind: 'added', text: recent },
    ];
  const pieces = parts.map(
    ({ value, added, removed }): Piece => ({ kind: added ? 'added' : removed ? 'cut' : 'same', text: value.join('') }),
  );
  return withoutIslands(pieces);
}

/** Quotation marks and spaces of another kind are no change. */
export function likened(text: string): string {
  return text
    .replace(/[“”„‟«»「」『』＂]/g, '"')
    .replace(/[‘’‚‛＇]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}

function rawBlocks(old: string[], recent: string[]): Block[] {
  const parts = diffArrays(old, recent, { timeout: maxLinesMs, comparator: (a, b) => likened(a) === likened(b) }) ?? [
    { value: old, removed: true, added: false },
    { value: recent, removed: false, added: true },
  ];
  const blocks: Block[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at];
    if (!part) continue;
    const next = parts[at + 1];
    if (part.removed && next?.added) {
      blocks.push(...paired(part.value, next.value));
      at++;
    } else if (part.removed) blocks.push(...part.value.map((text): Block => ({ kind: 'cut', text })));
    else if (part.added) blocks.push(...part.value.map((text): Block => ({ kind: 'added', text })));
    else blocks.push({ kind: 'same', lines: part.value });
  }
  return blocks;
}

/** What went and what came in one place: each paragraph beside the one that it became, in order. */
function paired(cut: string[], added: string[]): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  for (const text of cut) {
    const at = cut.length > maxPaired || added.length > maxPaired ? from : bestMatch(text, added, from);
    const candidate = at === null ? undefined : added[at];
    const pieces = candidate === undefined ? null : compareLines(text, candidate);
    if (at === null || candidate === undefined || pieces === null || shareChanged(pieces) > mostChanged) {
      blocks.push({ kind: 'cut', text });
      continue;
    }
    for (const skipped of added.slice(from, at)) blocks.push({ kind: 'added', text: skipped });
    blocks.push({ kind: 'edited', pieces });
    from = at + 1;
  }
  return [...blocks, ...added.slice(from).map((text): Block => ({ kind: 'added', text }))];
}

/** The one that shares most words with `text`; null where none shares a third. */
function bestMatch(text: string, others: string[], from: number): number | null {
  const words = new Set(tokensOf(text).filter(isWord));
  let best: number | null = null;
  let bestShare = 1 / 3;
  for (let at = from; at < others.length; at++) {
    const own = new Set(tokensOf(others[at] ?? '').filter(isWord));
    let common = 0;
    for (const word of own) if (words.has(word)) common++;
    const share = common / Math.max(1, Math.min(words.size, own.size));
    if (share > bestShare) [best, bestShare] = [at, share];
  }
  return best;
}

function shareChanged(pieces: Piece[]): number {
  const length = (kind: Piece['kind']) =>
    pieces.reduce((sum, piece) => sum + (piece.kind === kind ? piece.text.length : 0), 0);
  const [same, cut, added] = [length('same'), length('cut'), length('added')];
  return Math.min(cut, added) === 0 ? 0 : (cut + added) / (2 * same + cut + added);
}

/** Marked words that one unmarked word of three letters or fewer parts are marked with it. */
function withoutIslands(pieces: Piece[]): Piece[] {
  const isIsland = (at: number) => {
    const [piece, before, after] = [pieces[at], pieces[at - 1], pieces[at + 1]];
    if (piece?.kind !== 'same' || !before || !after) return false;
    // A space alone, or a short word with its spaces.
    return (
      piece.text.trim().length <= 3 &&
      /^\s.*\s$|^\s+$/s.test(piece.text) &&
      tokensOf(piece.text).filter(isWord).length <= 1
    );
  };
  const joined: Piece[] = [];
  let cut = '';
  let added = '';
  const flush = () => {
    if (cut !== '') joined.push({ kind: 'cut', text: cut });
    if (added !== '') joined.push({ kind: 'added', text: added });
    cut = added = '';
  };
  for (const [at, { kind, text }] of pieces.entries()) {
    if (kind === 'cut') cut += text;
    else if (kind === 'added') added += text;
    else if (isIsland(at)) {
      cut += text;
      added += text;
    } else {
      flush();
      joined.push({ kind, text });
    }
  }
  flush();
  return joined;
}

const token =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]|[\p{L}\p{N}\p{M}]+|\s+|[\s\S]/gu;

function tokensOf(text: string): string[] {
  return text.match(token) ?? [];
}

function isWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function joinSame(blocks: Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (block.kind === 'same' && last?.kind === 'same') last.lines = [...last.lines, ...block.lines];
    else joined.push(block);
  }
  return joined;
}
