/** Which page of a story a URL is: `?page=2`, `/2`, `/page/2`, `-2.html`, beside the canonical URL of the whole. Pure. */
import { spellingOf } from './spelling.ts';

const mostPages = 99;
/** `page`, `p`, `pg`, `pageNumber`, German, French, Italian, Spanish and Portuguese `seite`, `pagina`, `pag`, and `offset`-like names do not count. */
const parameter = /^(page|paged|p|pg|pn|page_?(no|num|number|id)?|seite|s|pagina|pag|página|oldal|strona|sida|side)$/i;

/** The number of the page, from 2; null when `page` is no further page of `whole`. */
export function partNumber(page: string, whole: string): number | null {
  const url = new URL(page);
  const target = spellingOf(whole);
  for (const { number, rest } of [...byParameter(url), ...byPath(url)]) {
    const value = Number(number);
    if (value >= 2 && value <= mostPages && (spellingOf(rest) === target || isFirstPage(rest, whole))) return value;
  }
  return null;
}

type Candidate = { number: string; rest: string };

function byParameter(url: URL): Candidate[] {
  return [...url.searchParams].flatMap(([name, number]) => {
    if (!parameter.test(name) || !/^\d{1,2}$/.test(number)) return [];
    const rest = new URL(url);
    rest.searchParams.delete(name);
    return [{ number, rest: rest.href }];
  });
}

function byPath(url: URL): Candidate[] {
  const forms = [
    /\/(?:page|seite|pagina|pag|p)[-_/]?(\d{1,2})(?=\/?$|\.\w{2,5}$)/i,
    /[/_,-](\d{1,2})(?=\/?$|\.\w{2,5}$)/,
  ];
  return forms.flatMap((form) => {
    const number = form.exec(url.pathname)?.[1];
    if (number === undefined) return [];
    const rest = new URL(url);
    rest.pathname = url.pathname.replace(form, '');
    return [{ number, rest: rest.href }];
  });
}

/** `/story-1.html` and `/story/1` are the whole of `/story-2.html` and `/story/2`. */
function isFirstPage(rest: string, whole: string): boolean {
  const first = new URL(whole);
  const bare = first.pathname.replace(/[/_,-]1(?=\/?$|\.\w{2,5}$)/, '');
  if (bare === first.pathname) return false;
  first.pathname = bare;
  return spellingOf(first.href) === spellingOf(rest);
}
