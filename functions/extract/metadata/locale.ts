/** Where a site is at home: its country, and whether it writes `4/3` for the third of April or for the fourth of March. */
import { type DateHints, dateInUrl, findDates } from './dates.ts';
import { findLanguage } from './language.ts';
import { metaContent, type PageFacts } from './page.ts';

/** Top-level domains of countries that are used as names for everything. */
const general = new Set([
  'io',
  'co',
  'tv',
  'me',
  'ai',
  'ly',
  'fm',
  'to',
  'cc',
  'ws',
  'la',
  'gg',
  'am',
  'sh',
  'nu',
  'eu',
  'im',
  'st',
  'is',
  'it',
]);
/** Countries that put the month first. */
const monthFirst = new Set(['US', 'PH', 'PR', 'GU', 'FM', 'PW']);
const sampleLength = 100_000;

/** Two letters, upper case: by the site's domain, then by the region of its language. */
export function countryOf(page: PageFacts): string | null {
  return domainCountry(page) ?? regionOf(page);
}

/** By the domain alone. */
export function domainCountry(page: PageFacts): string | null {
  const domain = new URL(page.url).hostname.split('.').at(-1) ?? '';
  if (/^[a-z]{2}$/.test(domain) && (!general.has(domain) || domain === 'it')) return domain.toUpperCase();
  return domain === 'gov' || domain === 'mil' ? 'US' : null;
}

function regionOf(page: PageFacts): string | null {
  const tags = [page.named('html')[0]?.attribs.lang, metaContent(page, 'og:locale', 'content-language', 'inlanguage')];
  for (const tag of tags) {
    const region = /^[a-z]{2,3}(?:[-_][a-z]{4})?[-_]([a-z]{2})(?![a-z])/i.exec(tag?.trim() ?? '')?.[1];
    if (region) return region.toUpperCase();
  }
  return null;
}

/** `capturedAtMs`: no story is from after its capture. */
export function dateHints(page: PageFacts): DateHints {
  let seen: 'day' | 'month' | null | undefined;
  let language: string | null | undefined;
  return {
    country: countryOf(page),
    language() {
      if (language === undefined) language = findLanguage(page)?.split('-', 1)[0] ?? null;
      return language;
    },
    order(first, second, year) {
      const readings = { month: isoDay(year, first, second), day: isoDay(year, second, first) };
      seen ??= orderSeen(page);
      if (seen) return seen;
      const named = datesNamed(page);
      for (const order of ['day', 'month'] as const) if (named.includes(readings[order])) return order;
      if (page.capturedAtMs !== null) {
        const latest = new Date(page.capturedAtMs + 86_400_000).toISOString().slice(0, 10);
        if (readings.day > latest && readings.month <= latest) return 'month';
        if (readings.month > latest && readings.day <= latest) return 'day';
      }
      const country = countryOf(page);
      return country !== null && monthFirst.has(country) ? 'month' : 'day';
    },
  };
}

function isoDay(year: number, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** By dates of the page that can be read in one way only. */
function orderSeen(page: PageFacts): 'day' | 'month' | null {
  const text = page.bodyText().slice(0, sampleLength);
  let [days, months] = [0, 0];
  for (const [, first, second] of text.matchAll(/(?<![\d/])(\d{1,2})\/(\d{1,2})\/(?:19|20)\d{2}(?![\d/])/g)) {
    if (Number(first) > 12 && Number(second) <= 12) days++;
    else if (Number(second) > 12 && Number(first) <= 12) months++;
  }
  return days === months ? null : days > months ? 'day' : 'month';
}

/** Days that the page names elsewhere, in its address or with the month's name. */
function datesNamed(page: PageFacts): string[] {
  const inUrl = dateInUrl(page.url);
  const text = ['article:modified_time', 'og:updated_time', 'last-modified', 'date', 'description'].map(
    (key) => page.meta.get(key)?.[0] ?? '',
  );
  return [
    ...(inUrl === null ? [] : [inUrl]),
    ...text.flatMap((each) => findDates(each).map(({ iso }) => iso.slice(0, 10))),
  ];
}
