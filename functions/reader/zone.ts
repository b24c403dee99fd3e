/** Moments as a reader's clock and calendar show them: days of a time zone, and how they are written in either language. */
import { dayStart } from '../article/time-zone.ts';
import { countedIn } from '../article/words.ts';
import type { Size } from './words-en.ts';

export type Lang = 'en' | 'zh-Hans';
export type Clock = { lang: Lang; zone: string };

const formats = new Map<string, Intl.DateTimeFormat>();
/** Each costs some 50 µs to make and stays; zones come from cookies, so their number is bounded. */
const maxFormats = 500;

function format(lang: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([lang, zone, options]);
  const known = formats.get(key);
  if (known) return known;
  if (formats.size >= maxFormats) formats.clear();
  const made = new Intl.DateTimeFormat(lang, { ...options, timeZone: zone });
  formats.set(key, made);
  return made;
}

/** A time zone by its IANA name; null for what is none. */
export function zoneOf(name: string | undefined): string | null {
  if (!name || name.length > 60 || !/^[\w+\-/]+$/.test(name)) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The calendar day (2026-11-28) of a moment. */
export function dayOf(iso: string | number, zone: string): string {
  // The Swedish way of writing a date is that of ISO 8601.
  return format('sv-SE', zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(iso));
}

/** First and last moment of a span of days, RFC 3339 UTC, as the API takes them. */
export function spanOfDays(from: string | undefined, to: string | undefined, zone: string) {
  return {
    ...(from === undefined ? {} : { from: new Date(dayStart(from, zone)).toISOString() }),
    ...(to === undefined ? {} : { to: new Date(dayStart(addDays(to, 1), zone) - 1).toISOString() }),
  };
}

function offsetMs(ms: number, zone: string): number {
  const parts = format('en-GB', zone, {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  }).formatToParts(new Date(ms));
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return (
    Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) -
    Math.floor(ms / 1000) * 1000
  );
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Years whose days begin in years of four digits in each zone, and that `Date.UTC` does not take for 1900 to 1999. */
const isYear = (text: string) => !/^(00|9999)/.test(text);

/** True for a date of the calendar as 2026-11-28, of the years 100 to 9998. */
export function isDay(text: string | undefined): text is string {
  if (!text || !/^\d{4}-\d\d-\d\d$/.test(text) || !isYear(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

export function isMonth(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-(0[1-9]|1[0-2])$/.test(text) && isYear(text);
}

/** 0 for Sunday. */
export function weekday(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/** 21:45 */
export function timeText(iso: string, { lang, zone }: Clock): string {
  return format(lang === 'en' ? 'en-GB' : lang, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    new Date(iso),
  );
}

/** 28 November 2026, 10:02; the year is left out where it is that of `nowMs`. */
export function momentText(iso: string, clock: Clock, nowMs?: number): string {
  const day = dayOf(iso, clock.zone);
  const year = nowMs === undefined || dayOf(nowMs, clock.zone).slice(0, 4) !== day.slice(0, 4);
  const separator = clock.lang === 'en' ? ', ' : ' ';
  return `${dayText(day, clock.lang, { year })}${separator}${timeText(iso, clock)}`;
}

/** As `momentText`, with seconds where another of `all` is of the same minute. */
export function distinctMoment(iso: string, all: string[], { clock, nowMs }: { clock: Clock; nowMs: number }): string {
  const minute = Math.floor(Date.parse(iso) / 60_000);
  const isAlone = all.filter((other) => Math.floor(Date.parse(other) / 60_000) === minute).length < 2;
  return `${momentText(iso, clock, nowMs)}${isAlone ? '' : `:${iso.slice(17, 19)}`}`;
}

/** `day`: 2026-11-28 -> 28 November, 28 Nov, Saturday 28 November 2026. */
export function dayText(
  day: string,
  lang: Lang,
  { year = false, week = false, short = false }: { year?: boolean; week?: boolean; short?: boolean } = {},
): string {
  return format(lang === 'en' ? 'en-GB' : lang, 'UTC', {
    ...{ day: 'numeric', month: short ? 'short' : 'long' },
    ...(year ? { year: 'numeric' } : {}),
    ...(week ? { weekday: 'long' } : {}),
  }).format(new Date(`${day}T00:00:00Z`));
}

/** `month`: 2026-11 -> November 2026, or November. */
export function monthText(month: string, lang: Lang, { year = true } = {}): string {
  return format(lang === 'en' ? 'en-GB' : lang, 'UTC', {
    month: 'long',
    ...(year ? { year: 'numeric' } : {}),
  }).format(new Date(`${month}-01T00:00:00Z`));
}

/** Saturday. */
export function weekdayText(day: string, lang: Lang): string {
  return format(lang === 'en' ? 'en-GB' : lang, 'UTC', { weekday: 'long' }).format(new Date(`${day}T00:00:00Z`));
}

/** UTC+1 */
export function zoneText(zone: string, atMs: number): string {
  const minutes = Math.round(offsetMs(atMs, zone) / 60_000);
  if (minutes === 0) return 'UTC';
  const rest = Math.abs(minutes) % 60;
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** How long a text in a language is. */
export function sizeText({ lang }: Pick<Clock, 'lang'>, count: number, textLang: string | null): Size {
  return { text: numberText(count, lang), count, unit: countedIn(textLang) };
}

export function numberText(n: number, lang: Lang): string {
  return n.toLocaleString(lang === 'en' ? 'en-GB' : 'zh-Hans');
}
