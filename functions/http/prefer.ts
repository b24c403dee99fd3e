/** `Prefer: wait=N` and `respond-async` (RFC 7240) -> how long to wait, and what to say was applied. */

const defaultWaitSeconds = 10;
/** API Gateway answers for itself after 30 s. */
const maxWaitSeconds = 25;

export function readPrefer(header: string | undefined): { waitMs: number; applied: string } {
  const preferences = (header ?? '').split(',').map((part) => part.trim().toLowerCase());
  const wait = preferences
    .map((part) => /^wait\s*=\s*"?(\d{1,6})"?$/.exec(part)?.[1])
    .find((seconds) => seconds !== undefined);
  if (wait !== undefined) {
    const seconds = Math.min(Number(wait), maxWaitSeconds);
    return { waitMs: seconds * 1000, applied: `wait=${seconds}` };
  }
  if (preferences.includes('respond-async')) return { waitMs: 0, applied: 'respond-async' };
  return { waitMs: defaultWaitSeconds * 1000, applied: `wait=${defaultWaitSeconds}` };
}
