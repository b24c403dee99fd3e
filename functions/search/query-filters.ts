/** Filters that are words of a query: `site:example.org`, `before:2024-05`, `removed:yes`. A value is read, or it is said what is wrong. */
import { type Kind, kinds } from '../article/kind.ts';
import { siteOf } from '../article/norm.ts';
import { dayStart } from '../article/time-zone.ts';
import { toIso } from '../article/times.ts';
import type { Filters } from './terms.ts';

const maxLength = 300;

type Reader = (text: string, zone: string) => Filters | { detail: string };

const readers = {
  site: (text) => ({ site: siteFrom(text) }),
  feed: (feed) => ({ feed }),
  lang: (text) =>
    languageTag.test(text)
      ? { lang: text.toLowerCase() }
      : { detail: 'lang: needs a language tag such as zh or en-GB' },
  tag: (tag) => ({ tag }),
  kind: (text) => {
    const kind = text.toLowerCase();
    return isKind(kind) ? { kind } : { detail: `kind: must be one of ${kinds.join(', ')}` };
  },
  before: (text, zone) => {
    const start = startOf(text, zone);
    return start === null ? { detail: `before: ${dayHelp}` } : { to: toIso(start - 1) };
  },
  after: (text, zone) => {
    const start = startOf(text, zone);
    return start === null ? { detail: `after: ${dayHelp}` } : { from: toIso(start) };
  },
  edited: (text) => flag(text, (changed) => ({ changed })) ?? { detail: 'edited: must be yes or no' },
  removed: (text) => flag(text, (removed) => ({ removed })) ?? { detail: 'removed: must be yes or no' },
} satisfies Record<string, Reader>;

type FilterWord = keyof typeof readers;

export const filterWords = Object.keys(readers) as FilterWord[];
export const languageTag = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;
const dayHelp = 'needs a day such as 2024-04-03, a month such as 2024-04, or a year';

/** The filter that a word of `filterWords` and its value stand for. `zone`: of its days. */
export function readFilter(word: string, text: string, zone: string): Filters | { detail: string } {
  if (text.trim() === '') return { detail: `${word}: needs a value` };
  if (text.length > maxLength) return { detail: `the value of ${word}: has at most ${maxLength} characters` };
  return isFilterWord(word) ? readers[word](text, zone) : { detail: `${word}: is no filter` };
}

function isFilterWord(word: string): word is FilterWord {
  return Object.hasOwn(readers, word);
}

function isKind(text: string): text is Kind {
  return kinds.some((kind) => kind === text);
}

/** The site that people mean who paste a host or a whole URL. */
export function siteFrom(text: string): string {
  const href = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  return URL.canParse(href) ? siteOf(href) : text;
}

function flag(text: string, filter: (value: boolean) => Filters): Filters | null {
  if (/^(yes|true|1)$/i.test(text)) return filter(true);
  return /^(no|false|0)$/i.test(text) ? filter(false) : null;
}

/** The first moment of a day, a month or a year. */
function startOf(text: string, zone: string): number | null {
  const found = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(
    text.normalize('NFKC').replace(/[/.\u2010-\u2015]/g, '-'),
  );
  if (!found) return null;
  const [, year = '', month = '1', day = '1'] = found;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const ms = Date.parse(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(ms) && toIso(ms).startsWith(date);
  return exists && date > '0001-01-01' && date < '9999-12-31' ? dayStart(date, zone) : null;
}
