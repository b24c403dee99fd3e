/** How often a test tries what could be tried without end: as `npm test` has time for, or with FULL=1 as `npm run bench -- faults` has. */

export const isFull = process.env.FULL === '1';

export function often(usual: number, full: number): number {
  return isFull ? full : usual;
}
