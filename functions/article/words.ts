/** The length of a text in words; in characters where a script puts no spaces between words. */

/** What a count of a text in this language is called: of one that puts no spaces between words it is mostly characters. */
export function countedIn(lang: string | null): 'word' | 'character' {
  return /^(zh|yue|wuu|ja|th|lo|km|my)(-|$)/i.test(lang ?? '') ? 'character' : 'word';
}

/** Words of spaced scripts and characters of unspaced ones, as word processors count. */
export function countWords(text: string): number {
  const unspaced =
    text.match(/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/gu)
      ?.length ?? 0;
  const spaced =
    text
      .replace(
        /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/gu,
        ' ',
      )
      .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu)?.length ?? 0;
  return spaced + unspaced;
}
