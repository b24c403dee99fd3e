/** How often a feed has something new: its stories by day, and the usual time between them; by which silence can be told from habit. */
import { toIso } from '../article/times.ts';
import { dayMs } from '../durations.ts';
import type { FollowedFeed, Habit } from '../store/feeds.ts';

const days = 14;
/** Of so many entries of a first poll the times are compared. */
const compared = 50;
/** How much a new gap counts beside those before it. */
const weight = 1 / 8;
/** Silence is worth a word when it is four times as long as usual, but not over a weekend. */
const longerThanUsual = 4;
const leastQuietMs = 3 * dayMs;
const unknownQuietMs = 7 * dayMs;

/** What a first poll tells, by the times that the entries name; `lastMs`: of the newest of them, null where none is known. */
export function firstHabit(publishedAt: (string | null)[], nowMs: number): { habit: Habit; lastMs: number | null } {
  const times = publishedAt
    .flatMap((iso) => (iso === null ? [] : [Date.parse(iso)]))
    .filter((ms) => ms <= nowMs)
    .sort((a, b) => b - a);
  const counts = new Array<number>(days).fill(0);
  for (const ms of times) {
    const at = days - 1 - daysBetween(ms, nowMs);
    if (at >= 0) counts[at] = (counts[at] ?? 0) + 1;
  }
  const some = times.slice(0, compared);
  const [newest, oldest] = [some[0], some.at(-1)];
  const hasGaps = newest !== undefined && oldest !== undefined && newest > oldest && some.length > 2;
  const gapMs = hasGaps ? (newest - oldest) / (some.length - 1) : null;
  return { habit: { day: dayOf(nowMs), counts, gapMs }, lastMs: newest ?? null };
}

/** After a later poll that found so many new entries, the ones before them at `lastMs`. */
export function habitAfter(
  before: Habit | undefined,
  { fresh, lastMs, nowMs }: { fresh: number; lastMs: number | null; nowMs: number },
): Habit {
  const counts = countsUntil(before, nowMs);
  counts[days - 1] = (counts[days - 1] ?? 0) + fresh;
  const known = before?.gapMs ?? null;
  const gapMs = lastMs === null || fresh === 0 ? null : (nowMs - lastMs) / fresh;
  const mean = gapMs === null || known === null ? (known ?? gapMs) : known + (gapMs - known) * weight;
  return { day: dayOf(nowMs), counts, gapMs: mean };
}

/** The counts of the fourteen days that end today, the newest last. */
export function countsUntil(habit: Habit | undefined, nowMs: number): number[] {
  const none = new Array<number>(days).fill(0);
  if (!habit) return none;
  const passed = Math.min(days, Math.max(0, daysBetween(Date.parse(habit.day), nowMs)));
  return [...habit.counts, ...none].slice(passed, passed + days);
}

/** True if it has been silent for longer than its habit; never of a feed that was followed days ago at most. */
export function isQuiet(
  { habit, lastNewEntryAt, createdAt }: Pick<FollowedFeed, 'habit' | 'lastNewEntryAt' | 'createdAt'>,
  nowMs: number,
): boolean {
  if (nowMs - Date.parse(createdAt) < leastQuietMs) return false;
  return nowMs - Date.parse(lastNewEntryAt ?? createdAt) > quietAfterMs(habit);
}

function quietAfterMs(habit: Habit | undefined): number {
  const gapMs = habit?.gapMs ?? null;
  return gapMs === null ? unknownQuietMs : Math.max(leastQuietMs, gapMs * longerThanUsual);
}

function daysBetween(earlierMs: number, laterMs: number): number {
  return Math.floor(laterMs / dayMs) - Math.floor(earlierMs / dayMs);
}

function dayOf(ms: number): string {
  return toIso(ms).slice(0, 10);
}
