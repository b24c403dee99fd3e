/** Decides if two texts are one story: by the share of common word pairs (Jaccard), or by the same headline. */

export type Told = { title: string | null; text: string | null };

const enoughShared = 0.5;
/** Shorter headlines (`News`, `首页`) say nothing about the story. */
const minTitleLength = 8;

export function isSameStory(a: Told, b: Told): boolean {
  return hasSameHeadline(a, b) || jaccard(pairs(a.text ?? ''), pairs(b.text ?? '')) >= enoughShared;
}

export function hasSameHeadline(a: Told, b: Told): boolean {
  const [titleA, titleB] = [plain(a.title), plain(b.title)];
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
  const tokens =
    text.toLowerCase().match(/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}]|[\p{L}\p{N}]+/gu) ?? [];
  const found = new Set<string>();
  for (let i = 0; i + 1 < tokens.length; i++) found.add(`${tokens[i]} ${tokens[i + 1]}`);
  if (tokens.length === 1) found.add(String(tokens[0]));
  return found;
}

function plain(title: string | null): string {
  return (title ?? '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
