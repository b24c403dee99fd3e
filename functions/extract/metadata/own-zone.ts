/** A time that a page gives in UTC -> the same moment by the clock of its readers, where that clock has another day. */
import { dateInUrl } from './dates.ts';
import { countryOf, domainCountry } from './locale.ts';
import type { PageFacts } from './page.ts';
import { writeOffset } from './zones.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Languages of several countries, and where most of their pages come from. */
const countriesOf: Record<string, string[]> = {
  en: ['US', 'GB', 'AU', 'IN'],
  es: ['MX', 'AR', 'ES'],
  pt: ['BR', 'PT'],
  ar: ['EG', 'SA'],
  zh: ['CN', 'US'],
};

/**
 * `2024-04-03T23:10:00Z` of a page from Germany -> `2024-04-04T01:10:00+02:00`. A day in the address says which it is; else it must be
 * the same in all zones of the country.
 */
export function inOwnZone(iso: string | null, page: PageFacts): string | null {
  if (iso === null || !iso.includes('T') || !/(?:Z|[+-]00:00)$/.test(iso)) return iso;
  // Midnight in UTC is a day whose time nobody wrote.
  if (/T00:00:00/.test(iso)) return iso;
  const ms = Date.parse(iso);
  const written = dateInUrl(page.url);
  if (Number.isNaN(ms) || written === iso.slice(0, 10)) return iso;
  const isNext = written !== null && Math.abs(Date.parse(written) - Date.parse(iso.slice(0, 10))) === day;
  if (written !== null && !isNext) return iso;
  const language = languageOf(page);
  const country = countryOf(page) ?? (language in countriesOf ? null : regionOf(language));
  if (isNext) {
    const countries = [...(country === null ? [] : [country]), ...(countriesOf[language] ?? [])];
    const fitting = countries
      .map((each) => localTimes(ms, each).filter((local) => local.startsWith(written)))
      .find((found) => found.length > 0);
    return fitting === undefined ? iso : (middle(fitting) ?? iso);
  }
  // Programs write `+00:00` behind times of any clock, and a language says little of where a site is at home.
  const domain = domainCountry(page);
  const local = domain === null || !iso.endsWith('Z') ? [] : localTimes(ms, domain);
  const days = new Set(local.map((each) => each.slice(0, 10)));
  return days.size === 1 && !days.has(iso.slice(0, 10)) ? (middle(local) ?? iso) : iso;
}

function middle(times: string[]): string | undefined {
  return times[Math.floor(times.length / 2)];
}

function languageOf(page: PageFacts): string {
  const { lang = '', 'xml:lang': other = '' } = page.named('html')[0]?.attribs ?? {};
  return /^[a-z]{2,3}(?![a-z])/i.exec((lang || other).trim())?.[0].toLowerCase() ?? '';
}

function regionOf(language: string): string | null {
  return language === '' ? null : (new Intl.Locale(language).maximize().region ?? null);
}

/** The moment in each zone of a country, from west to east. */
function localTimes(ms: number, country: string): string[] {
  const offsets = new Set(zonesOf(country).map((zone) => offsetIn(zone, ms)));
  return [...offsets]
    .toSorted((a, b) => a - b)
    .map((offset) => new Date(ms + offset * minute).toISOString().replace(/\.000Z$|Z$/, writeOffset(offset)));
}

const known = new Map<string, string[]>();

function zonesOf(country: string): string[] {
  const zones = known.get(country) ?? timeZones(country);
  known.set(country, zones);
  return zones;
}

/** Node's own table of countries, which the types do not have yet. */
function timeZones(country: string): string[] {
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones?: () => string[] | undefined };
  return locale.getTimeZones?.() ?? [];
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes east of UTC. */
function offsetIn(zone: string, ms: number): number {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  formats.set(zone, format);
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(format.format(ms)) ?? [];
  const size = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -size : size;
}
