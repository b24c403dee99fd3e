/** Any text that somebody pastes -> the addresses in it, in order, each once, and the lines that look meant as one and are none. Pure. */
import { type ArticleUrl, parseStoryUrl } from '../article/article-url.ts';
import { siteOf } from '../article/norm.ts';

export type Pasted = { urls: ArticleUrl[]; wrong: string[] };

const maxWrong = 20;
const maxText = 2_000_000;
/** An address as it stands in text: to the next space or bracket of markup. */
const whole = /https?:\/\/[^\s<>"“”「」]+/giu;
/** One without its scheme: a name with a dot, and perhaps a path. */
const bare = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?::\d{1,5})?(?:[/?#]\S*)?$/u;

export function addressesIn(text: string): Pasted {
  const urls = new Set<ArticleUrl>();
  const wrong = new Set<string>();
  for (const line of text.slice(0, maxText).split(/[\r\n]+/)) {
    const found = [...line.matchAll(whole)].map(([url]) => withoutEnd(url));
    const words = found.length > 0 ? found : line.split(/[\s,;]+/).filter(Boolean);
    for (const word of words) {
      const href = found.length > 0 ? word : bare.test(word) ? `https://${word}` : null;
      const parsed = href === null ? null : parseStoryUrl(href);
      if (parsed && 'url' in parsed) urls.add(parsed.url);
      else if (words.length === 1 || parsed) wrong.add(word.slice(0, 200));
    }
  }
  return { urls: [...urls], wrong: [...wrong].slice(0, maxWrong) };
}

/** What ends a sentence ends no address; a closing bracket belongs to one that opened. */
function withoutEnd(url: string): string {
  const countOf = (sign: string) => url.split(sign).length - 1;
  let stray = { ')': countOf(')') - countOf('('), ']': countOf(']') - countOf('[') };
  let end = url.length;
  for (; end > 0; end--) {
    const last = url[end - 1] ?? '';
    if (last === ')' || last === ']') {
      if (stray[last] <= 0) break;
      stray = { ...stray, [last]: stray[last] - 1 };
    } else if (!/[.,;:!?'’*。，、；：！？）】》]/u.test(last)) break;
  }
  return url.slice(0, end);
}

/** Words parted by commas -> tags, each once. */
export function tagsIn(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[,，、]/u)
        .map((tag) => tag.trim().replace(/^#/, ''))
        .filter((tag) => tag !== '' && tag.length <= 80),
    ),
  ].slice(0, 50);
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? siteOf(url) : url.slice(0, 100);
}
