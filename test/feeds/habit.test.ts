/** The habit of a feed: stories by day, the usual time between them, and when silence is worth a word. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countsUntil, firstHabit, habitAfter, isQuiet } from '../../functions/feeds/habit.ts';
import { forAll } from '../support/for-all.ts';

const day = 86_400_000;
const now = Date.parse('2026-05-20T12:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();

describe('a first poll', () => {
  it('counts what the entries name as their days', () => {
    const { habit, lastMs } = firstHabit(
      [iso(now), iso(now - day), iso(now - day), iso(now - 13 * day), iso(now - 40 * day)],
      now,
    );
    expect(lastMs).toBe(now);
    expect(habit.counts).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1]);
  });

  it('knows the usual time between them, in whatever order they come', () => {
    expect(
      firstHabit(
        [2, 0, 6, 4].map((days) => iso(now - days * day)),
        now,
      ).habit.gapMs,
    ).toBe(2 * day);
  });

  it.each([
    { name: 'without times', published: [null, null, null] },
    { name: 'with two of them', published: [iso(now), iso(now - day)] },
    { name: 'of one moment', published: [iso(now), iso(now), iso(now)] },
    { name: 'of times to come', published: [iso(now + 1), iso(now + day), iso(now + 9 * day)] },
  ])('of entries $name knows no usual time', ({ published }) => {
    expect(firstHabit(published, now).habit.gapMs).toBeNull();
  });
});

describe('later polls', () => {
  it('count what they find as today, and drop the days before the fourteenth', () => {
    const { habit: first } = firstHabit([iso(now - 13 * day), iso(now)], now);
    const second = habitAfter(first, { fresh: 3, lastMs: now, nowMs: now + 2 * day });
    expect(second.counts).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3]);
    expect(countsUntil(second, now + 3 * day)).toEqual([...second.counts.slice(1), 0]);
    expect(countsUntil(second, now + 300 * day)).toEqual(new Array(14).fill(0));
    // A clock that went back.
    expect(countsUntil(second, now - 5 * day)).toEqual(second.counts);
  });

  it('move the usual time by an eighth of the difference', () => {
    const known = { day: iso(now).slice(0, 10), counts: [], gapMs: day };
    expect(habitAfter(known, { fresh: 1, lastMs: now - 9 * day, nowMs: now }).gapMs).toBe(2 * day);
    expect(habitAfter(known, { fresh: 0, lastMs: now - 9 * day, nowMs: now }).gapMs).toBe(day);
    expect(habitAfter(undefined, { fresh: 2, lastMs: now - day, nowMs: now }).gapMs).toBe(day / 2);
    expect(habitAfter(undefined, { fresh: 2, lastMs: null, nowMs: now }).gapMs).toBeNull();
  });

  it('count each entry once, in whatever order the polls come', () => {
    forAll(
      [fc.array(fc.record({ passed: fc.integer({ min: 0, max: 5 }), fresh: fc.nat(9) }), { maxLength: 20 })],
      (polls) => {
        let { habit } = firstHabit([], now);
        let nowMs = now;
        const found: { at: number; fresh: number }[] = [];
        for (const { passed, fresh } of polls) {
          nowMs += passed * day;
          habit = habitAfter(habit, { fresh, lastMs: null, nowMs });
          found.push({ at: nowMs, fresh });
        }
        const inTime = found.filter(({ at }) => nowMs - at < 14 * day);
        const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
        expect(sum(countsUntil(habit, nowMs))).toBe(sum(inTime.map(({ fresh }) => fresh)));
      },
    );
  });
});

describe('silence is worth a word', () => {
  const feed = (gapMs: number | null | undefined, lastDays: number, followedDays = 100) => ({
    ...(gapMs === undefined ? {} : { habit: { day: '2026-05-20', counts: [], gapMs } }),
    lastNewEntryAt: iso(now - lastDays * day),
    createdAt: iso(now - followedDays * day),
  });
  it.each([
    { name: 'not over a weekend', of: feed(60_000, 3), quiet: false },
    { name: 'after a weekend', of: feed(60_000, 3.1), quiet: true },
    { name: 'not after three usual times', of: feed(2 * day, 7), quiet: false },
    { name: 'after four usual times', of: feed(2 * day, 8.1), quiet: true },
    { name: 'not after six days where nothing is known', of: feed(null, 6), quiet: false },
    { name: 'after a week where nothing is known', of: feed(undefined, 7.1), quiet: true },
    { name: 'not of what is followed since yesterday', of: feed(day, 30, 1), quiet: false },
    { name: 'of what has had nothing since', of: { ...feed(null, 0, 8), lastNewEntryAt: null }, quiet: true },
  ])('$name', ({ of, quiet }) => {
    expect(isQuiet(of, now)).toBe(quiet);
  });
});
