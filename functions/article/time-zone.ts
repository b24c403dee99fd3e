/** Days in a time zone -> moments. A zone is a name of the IANA database (`Asia/Taipei`) or an offset (`+08:00`). */

const formats = new Map<string, Intl.DateTimeFormat>();
const maxFormats = 100;

/** The zone as it is used; null when there is none of that name. */
export function zoneOf(text: string): string | null {
  if (!/^(?:[A-Za-z][\w+-]*(?:\/[\w+-]+)*|[+-]\d\d:\d\d)$/.test(text) || text.length > 60) return null;
  try {
    return formatOf(text) && text;
  } catch {
    return null;
  }
}

/** The day of a moment in a zone: `2024-10-16`. */
export function dayIn(ms: number, zone: string): string {
  if (zone === 'UTC') return new Date(ms).toISOString().slice(0, 10);
  // Years before 1000 come with fewer digits.
  return formatOf(zone).format(ms).padStart(10, '0');
}

/**
 * The first moment (ms) of a day in a zone, which clocks that were put forward may have moved away from midnight. `day`: from
 * 0001-01-02 to 9999-12-30, as the calendar has it.
 */
export function dayStart(day: string, zone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  if (zone === 'UTC') return utc;
  // No clock is further than 16 hours from UTC. Days only go forward, so that the first moment is found by halves.
  let [before, after] = [utc - halfSpanMs, utc + halfSpanMs];
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (dayIn(middle, zone) < day) before = middle;
    else after = middle;
  }
  return after;
}

/** The day after a day. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

const halfSpanMs = 16 * 3_600_000;

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const options = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const made = new Intl.DateTimeFormat('en-CA', { ...options, timeZone: zone, calendar: 'iso8601' });
  if (formats.size >= maxFormats) formats.clear();
  formats.set(zone, made);
  return made;
}
