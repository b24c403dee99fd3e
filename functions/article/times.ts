/** Moments as the archive writes them: RFC 3339 UTC with milliseconds, or the 14-digit timestamp of web archives. */

/** `20240403194501`, UTC. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14);
}

export function fromTimestamp(timestamp: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(timestamp) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

/** As people read it: `2024-04-03T19:45:01Z`. */
export function secondOf(timestamp: string): string {
  return toIso(fromTimestamp(timestamp)).replace('.000Z', 'Z');
}

export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The timestamp of the next second. */
export function laterBySecond(timestamp: string): string {
  return toTimestamp(fromTimestamp(timestamp) + 1000);
}
