/** Events -> log lines: one JSON object a line on AWS, a readable line on one machine. */

export type LogEvent = { event: string; [field: string]: unknown };
export type Log = (event: LogEvent) => void;

/** For CloudWatch Logs Insights, which reads JSON lines as fields. */
export function jsonLog(write: (line: string) => void, now: () => number): Log {
  return (event) => write(withoutKeys(JSON.stringify({ time: new Date(now()).toISOString(), ...event }, errorsAsText)));
}

/** `22:41:07 captured https://… new 312 ms (fetch 80, extract 41, save 12)` */
export function lineLog(write: (line: string) => void, now: () => number): Log {
  return ({ event, ...fields }) => {
    const parts = Object.entries(fields).map(([name, value]) =>
      name === 'url' ? String(value) : `${name}=${readable(value)}`,
    );
    write(withoutKeys(`${new Date(now()).toISOString().slice(11, 19)} ${event} ${parts.join(' ')}`));
  };
}

export const noLog: Log = () => undefined;

/** A key that somebody put into an address, or that an error repeats. */
function withoutKeys(line: string): string {
  return line.replace(/nd_[\w-]{43}/g, 'nd_***');
}

function readable(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  if (typeof value === 'object' && value !== null) {
    return `(${Object.entries(value)
      .map(([name, part]) => `${name} ${readable(part)}`)
      .join(', ')})`;
  }
  return /\s/.test(String(value)) ? JSON.stringify(value) : String(value);
}

function errorsAsText(_: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
}
