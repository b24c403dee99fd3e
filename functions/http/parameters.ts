/** The small grammars of the API: times, durations, ids, counts. Each is a valibot schema that says what it wants. */

import * as v from 'valibot';
import { dayStart, nextDay, zoneOf } from '../article/time-zone.ts';
import { toIso } from '../article/times.ts';
import { dayMs, hourMs, minuteMs } from '../durations.ts';

const day = /^(\d{4})-(\d{2})-(\d{2})$/;
/** RFC 3339; seconds may be missing, and a `+` that URL decoding turned into a space is one. */
const moment = /^(\d{4}-\d{2}-\d{2})[Tt]((?:[01]\d|2[0-3]):\d{2})(:\d{2}(?:\.\d{1,9})?)?([Zz]|[+\- ]\d{2}:\d{2})$/;
const timeHelp = 'write a time as 2024-04-03, 2024-04-03T19:45:01Z or 2024-04-03T21:45+02:00';

/** A time as it was written; a mere day means nothing before it is known in which zone (`toMoment`). */
export const timeOrDay = v.pipe(
  v.string(),
  v.maxLength(40, timeHelp),
  v.check((text) => toUtc(text, false) !== null, timeHelp),
  v.metadata({ examples: ['2024-04-03', '2024-04-03T19:45:01Z'] }),
);

/** A time zone; days in UTC without one. */
export const zoneParameter = v.optional(
  v.pipe(
    v.string(),
    // A `+` that URL decoding turned into a space is one.
    v.transform((text) => text.replace(/^ (?=\d\d:)/, '+')),
    v.check((text) => zoneOf(text) !== null, 'tz must be a time zone such as Asia/Taipei, or an offset such as +08:00'),
    v.metadata({ examples: ['Asia/Taipei', '+08:00'] }),
  ),
  'UTC',
);

/** `timeOrDay` -> RFC 3339 UTC with milliseconds. `end`: a mere day stands for its last millisecond in the zone, not its first. */
export function toMoment(text: string, { end, zone }: { end: boolean; zone: string }): string {
  if (day.test(text) && zone !== 'UTC' && text > '0001-01-01' && text < '9999-12-31')
    return toIso(end ? dayStart(nextDay(text), zone) - 1 : dayStart(text, zone));
  return toUtc(text, end) ?? text;
}

/** A time -> RFC 3339 UTC with milliseconds. `end`: a mere day stands for its last millisecond, not its first. */
export function timeParameter({ end }: { end: boolean }) {
  return v.pipe(
    timeOrDay,
    v.transform((text) => toMoment(text, { end, zone: 'UTC' })),
  );
}

function toUtc(text: string, end: boolean): string | null {
  const dayMatch = day.exec(text);
  if (dayMatch) return exists(text) ? `${text}T${end ? '23:59:59.999' : '00:00:00.000'}Z` : null;
  const match = moment.exec(text);
  if (!match?.[1] || !match[2] || !match[4] || !exists(match[1])) return null;
  const ms = Date.parse(`${match[1]}T${match[2]}${match[3] ?? ':00'}${match[4].replace(' ', '+').toUpperCase()}`);
  const iso = Number.isNaN(ms) ? '' : new Date(ms).toISOString();
  // Years outside of 0000 to 9999 are written with a sign, and do not sort as text.
  return /^\d{4}-/.test(iso) ? iso : null;
}

/** JavaScript reads 2024-02-30 as the first of March. */
function exists(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

const units = { s: 1000, m: minuteMs, h: hourMs, d: dayMs } as const;

/** `90s`, `15m`, `1h`, `2d`, `1d12h` -> milliseconds. */
export const duration = v.pipe(
  v.string(),
  v.regex(/^(\d{1,6}[smhd]){1,4}$/, 'write a duration as 30s, 15m, 1h or 2d'),
  v.transform((text) =>
    [...text.matchAll(/(\d+)([smhd])/g)].reduce(
      (sum, [, n, unit]) => sum + Number(n) * units[unit as keyof typeof units],
      0,
    ),
  ),
);

/** Milliseconds as `duration` reads them, in the largest unit that fits. */
export function durationText(ms: number): string {
  const found = Object.entries(units)
    .reverse()
    .find(([, unitMs]) => ms % unitMs === 0);
  return found ? `${ms / found[1]}${found[0]}` : `${Math.round(ms / 1000)}s`;
}

export const articleIdParameter = v.pipe(
  v.string(),
  v.regex(/^[\w-]{22}$/, 'an article id has 22 characters of A-Z a-z 0-9 _ -'),
);
export const timestampParameter = v.pipe(
  v.string(),
  v.regex(/^\d{14}$/, 'a timestamp has 14 digits, YYYYMMDDhhmmss in UTC'),
);

export const limitParameter = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^\d{1,3}$/, 'limit must be a whole number from 1 to 100'),
    v.transform(Number),
    v.minValue(1, 'limit must be from 1 to 100'),
    v.maxValue(100, 'limit must be from 1 to 100'),
  ),
  '20',
);

export const cursorParameter = v.optional(v.pipe(v.string(), v.maxLength(500)));

export const flagParameter = v.optional(
  v.pipe(
    v.picklist(['true', 'false'], 'write true or false'),
    v.transform((text) => text === 'true'),
  ),
);
