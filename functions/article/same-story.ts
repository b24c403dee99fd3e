/** Decides if two texts are one story: by the share of common word pairs (Jaccard), by the same headline, or by what one holds of the other. */
import { squeeze } from '../squeeze.ts';
import { countWords } from './words.ts';

export type Told = { title: string | null; text: string | null };

const enoughShared = 0.5;
const provenShared = 0.8;
const enoughHeld = 0.8;
/** Of a live blog, whose oldest entries leave; two stories of one site share the words around them, which are less. */
const enoughRolled = 0.4;
const mostRolled = 2;
const runLength = 4;
/** A text that holds another one and is longer than this is a round-up of many stories. */
const mostGrowth = 8;
const enoughWords = 60;
const enoughCharacters = 100;
const unspaced = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}]/gu;
/** Shorter headlines (`News`, `首页`) say nothing about the story. */
const minTitleLength = 8;

export function isSameStory(a: Told, b: Told): boolean {
  return hasSameHeadline(a, b) || jaccard(pairs(a.text ?? ''), pairs(b.text ?? '')) >= enoughShared;
}

/**
 * Whether two texts prove that two articles are one: each of 60 words or 100 characters, and alike, or the shorter one in the longer. A
 * headline proves nothing, and neither does a text without an address that two pages share.
 */
export function provesSameText(a: Told, b: Told): boolean {
  const [textA, textB] = [a.text ?? '', b.text ?? ''];
  if (!isLongEnough(textA) || !isLongEnough(textB)) return false;
  return jaccard(pairs(textA), pairs(textB)) >= provenShared || shareHeld(textA, textB) >= enoughHeld;
}

/**
 * Whether a later look at the same URL tells the story on: all that it told is still there, however much is new; or, as a live blog rolls on,
 * a good part of it in a text of its size.
 */
export function isGrown(before: Told, after: Told): boolean {
  const [was, is] = [before.text ?? '', after.text ?? ''];
  if (!isLongEnough(was) || !isLongEnough(is)) return false;
  const share = shareHeld(was, is);
  const isOfItsSize = is.length <= was.length * mostRolled && was.length <= is.length * mostRolled;
  if (isOfItsSize && share >= enoughRolled) return true;
  return share >= enoughHeld && is.length >= was.length && is.length <= was.length * mostGrowth;
}

/** A text that is no chance agreement: 60 words, or 100 characters of a script without spaces. */
export function isLongEnough(text: string): boolean {
  const characters = text.match(unspaced)?.length ?? 0;
  return characters >= enoughCharacters || countWords(text) - characters >= enoughWords;
}

/** The share of the shorter text's runs of four that the longer one has, from 0 to 1. */
function shareHeld(a: string, b: string): number {
  const [short, long] =
    a.length <= b.length ? [runs(a, runLength), runs(b, runLength)] : [runs(b, runLength), runs(a, runLength)];
  if (short.size === 0) return 0;
  let shared = 0;
  for (const run of short) if (long.has(run)) shared++;
  return shared / short.size;
}

export function hasSameHeadline(a: Told, b: Told): boolean {
  const [titleA, titleB] = [squeeze(a.title ?? ''), squeeze(b.title ?? '')];
  return titleA === titleB && [...titleA].length >= minTitleLength;
}

/** 1 for two empty texts, which tell the same nothing. */
function jaccard(a: Set<string>, b: Set<string>): number {
  if (a.size === 0 && b.size === 0) return 1;
  let shared = 0;
  for (const pair of a) if (b.has(pair)) shared++;
  return shared / (a.size + b.size - shared);
}

/** Pairs of neighbours: words where words are spaced, characters where they are not. */
function pairs(text: string): Set<string> {
  return runs(text, 2);
}

/** Neighbours, so many at a time; of a text that is shorter, all of it. */
function runs(text: string, length: number): Set<string> {
  const tokens =
    text.toLowerCase().match(/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}]|[\p{L}\p{N}]+/gu) ?? [];
  const found = new Set<string>();
  for (let i = 0; i + length <= tokens.length; i++) found.add(tokens.slice(i, i + length).join(' '));
  if (tokens.length > 0 && tokens.length < length) found.add(tokens.join(' '));
  return found;
}
