/** Measures the time of each step of a job, for the log. */

export type Stopwatch = { mark(name: string): void; times(): Record<string, number> };

/** Milliseconds between marks, by name. */
export function stopwatch(now: () => number): Stopwatch {
  let lastMs = now();
  const times: Record<string, number> = {};
  return {
    mark(name) {
      times[name] = now() - lastMs;
      lastMs = now();
    },
    times: () => times,
  };
}
