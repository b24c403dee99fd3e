/** How often a capture is tried, and when again. Pure. */
import { dayMs, hourMs, minuteMs } from '../durations.ts';
import { aboutProblem, type Problem } from '../problems.ts';
import type { Capture } from '../store/captures.ts';

/** What a failed attempt is followed by: these waits in turn, then no more. */
export const retryDelaysMs = [minuteMs, 10 * minuteMs, hourMs, 6 * hourMs, dayMs];
const allDelaysMs = retryDelaysMs.reduce((sum, ms) => sum + ms, 0);

export type Next = { atMs: number; attempts: number };

/**
 * When another attempt is made, in epoch milliseconds, and how many there have been then; null when none would help or is left. One
 * for which the site was not asked is none, for as long as all attempts would have taken, and it waits longer each time.
 */
export function nextAttempt(capture: Capture, problem: Problem, nowMs: number): Next | null {
  if (!aboutProblem(problem.code).retry) return null;
  const { attempts, createdAt } = capture;
  const { retryAfterMs = 0 } = problem;
  const ageMs = nowMs - Date.parse(createdAt);
  if (problem.isUnasked && ageMs < allDelaysMs) return { atMs: nowMs + Math.max(retryAfterMs, ageMs / 8), attempts };
  const delayMs = retryDelaysMs[attempts];
  return delayMs === undefined ? null : { atMs: nowMs + Math.max(delayMs, retryAfterMs), attempts: attempts + 1 };
}
