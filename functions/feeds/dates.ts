/**
 * The times that feeds write (RFC 822 as RSS has it, RFC 3339, W3CDTF, asctime, and what their software makes of these) ->
 * RFC 3339 UTC, or null for what is none between 1990 and 2100. A time without a zone is taken as UTC.
 */
import { findDate, parseTime, toUtc } from '../extract/metadata/dates.ts';
import { likelyZoneMinutes, offsetMinutes } from '../extract/metadata/zones.ts';

export function feedDate(text: string | null): string | null {
  const value = text?.normalize('NFC').trim().replace(/\s+/g, ' ') ?? '';
  if (value === '' || value.length > 100) return null;
  const known = dayFirst(value) ?? monthFirst(value) ?? yearFirst(value);
  if (known) return instant(known);
  // Whichever finds the time of day as well.
  const [found = null] = [parseTime(value), findDate(value)].sort((a, b) => (b?.length ?? 0) - (a?.length ?? 0));
  return toUtc(found);
}

type Fields = {
  year: string;
  month: number | null;
  day: string;
  hour?: string | undefined;
  minute?: string | undefined;
  second?: string | undefined;
  half?: string | undefined;
  zone?: string | undefined;
};

const clock = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{1,2})(?:[.,]\d+)?)?(?: ?(?<half>[ap])\.?m\b\.?)?`;
const zone = String.raw`\(?(?<zone>(?:GMT|UTC)? ?[+-]\d{1,4}(?::\d{2})?|[A-Z]{1,5})?\b\)?`;

const rfc822 = new RegExp(
  String.raw`^(?:\p{L}{2,12}\.?,? ?)?(?<day>\d{1,2})[ -](?<month>\p{L}{3,12})\.?,?[ -](?<year>\d{4}|\d{2})(?!\d)(?:,? (?:${clock})? ?${zone})?`,
  'iu',
);
const asctime = new RegExp(
  String.raw`^(?:\p{L}{2,12}\.?,? )?(?<month>\p{L}{3,12})\.? (?<day>\d{1,2}),?(?: ${clock})? ?${zone} ?(?<year>\d{4})$`,
  'iu',
);
const w3c = new RegExp(
  String.raw`^(?<year>\d{4})(?:-?(?<month>\d{1,2}|\p{L}{3,12})(?:-?(?<day>\d{1,2}))?)?(?:(?:[T ]| T)(?:${clock})? ?${zone}|Z)?$`,
  'iu',
);
const compact =
  /^(?<year>\d{4})-?(?<month>\d{2})-?(?<day>\d{2})T(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?(?<zone>Z|[+-]\d{4})?$/i;

/** RFC 822 section 5 with years of two digits, and RFC 850 with its hyphens. */
function dayFirst(value: string): Fields | null {
  return named(rfc822, value);
}

/** `asctime` of C, as in RFC 9110 5.6.7. */
function monthFirst(value: string): Fields | null {
  return named(asctime, value);
}

/** W3C NOTE-datetime, parts left out, and `2004-07-08 23:56:58` of databases. */
function yearFirst(value: string): Fields | null {
  return named(w3c, value) ?? named(compact, value);
}

function named(pattern: RegExp, value: string): Fields | null {
  const found = pattern.exec(value)?.groups;
  if (!found?.year) return null;
  return { ...found, year: found.year, month: monthNumber(found.month), day: found.day ?? '1' };
}

function instant(time: Fields): string | null {
  const year = time.year.length === 2 ? Number(time.year) + (Number(time.year) < 90 ? 2000 : 1900) : Number(time.year);
  const month = time.month ?? 0;
  const day = Number(time.day);
  const hour = hour24(Number(time.hour ?? 0), time.half);
  const minute = Number(time.minute ?? 0);
  const second = Math.min(Number(time.second ?? 0), 59);
  if (year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  if (hour > 24 || minute > 59) return null;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) - minutesOf(time.zone) * 60_000;
  return new Date(ms).toISOString();
}

function hour24(hour: number, half: string | undefined): number {
  return half ? (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : hour;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** East of UTC. A military letter says nothing (RFC 2822 4.3), and neither does an offset that no place has. */
function minutesOf(zone: string | undefined): number {
  const [offset] = /[+-][\d:]+$/.exec(zone ?? '') ?? [];
  if (offset !== undefined) return offsetMinutes(offset) ?? 0;
  return zone === undefined || zone.length < 2 ? 0 : (likelyZoneMinutes(zone) ?? 0);
}

/** By their beginnings without accents, in an order where the longer beginning decides first. */
const monthNames: [number, RegExp][] = [
  [1, /^(jan|ene|gen|oca|sty|янв|ιαν)/],
  [2, /^(feb|fev|lut|фев|φεβ|subat)/],
  [3, /^(mar|maer|mrz|maa|мар|μαρ)/],
  [4, /^(apr|avr|abr|kwi|апр|απρ|nisan)/],
  [5, /^(may|mai|maj|mag|maio|mei|мая|май|μαι|μαϊ)/],
  [6, /^(jun|juin|giu|cze|июн|ιουν|haz)/],
  [7, /^(jul|juil|lug|lip|июл|ιουλ|tem)/],
  [8, /^(aug|aou|ago|agu|sie|авг|αυγ)/],
  [9, /^(sep|set|szept|wrz|сен|σεπ|eyl)/],
  [10, /^(oct|okt|ott|out|paz|окт|οκτ|eki)/],
  [11, /^(nov|lis|ноя|νοε|kasim)/],
  [12, /^(dec|dez|dic|des|gru|дек|δεκ|ara)/],
];

function monthNumber(text: string | undefined): number | null {
  if (text === undefined) return 1;
  if (/^\d/.test(text)) return Number(text);
  const name = text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace('ı', 'i');
  return monthNames.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}
