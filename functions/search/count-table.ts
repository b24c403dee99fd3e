/**
 * Counts of all time in little memory, as an index that is made anew holds them: twelve bytes for a quarter of an hour and a name in place
 * of the hundred and more of a `Histogram`, which is made of one month at a time.
 */
import type { Place } from '../article/article.ts';
import { count, type Histogram, type MonthlyCounts } from './histogram.ts';

export type CountTable = {
  add(place: Place, by: number): void;
  addAll(histogram: Histogram, by: 1 | -1): void;
  isEmpty(): boolean;
  /** What is not zero: the months in order, each made when it is asked for, and what belongs to no month. */
  monthly(): MonthlyCounts;
};

/** A time of a month as a number: 0 the month, a day, a minute of a day. */
const minutesOfDay = 2000;
const timesOfMonth = 1 << 16;
const known = /^(\d{4}-\d\d)(?:-(0[1-9]|[12]\d|3[01])(?:T([01]\d|2[0-3]):([0-5]\d))?)?$/;

export function makeCountTable(): CountTable {
  const names = new Map<string, number>();
  const nameOf: string[] = [];
  const months = new Map<string, ReturnType<typeof makeMonth>>();
  const rest: Histogram = new Map();

  function addTo(time: string, name: string, by: number): void {
    const [, month, day, hour, minute] = known.exec(time) ?? [];
    // Tags, and what nobody writes.
    if (month === undefined) {
      count(rest, { day: time, site: name }, by);
      return;
    }
    let id = names.get(name);
    if (id === undefined) {
      id = nameOf.push(name) - 1;
      names.set(name, id);
    }
    const at =
      day === undefined
        ? 0
        : Number(day) * minutesOfDay + (hour === undefined ? 0 : 1 + Number(hour) * 60 + Number(minute));
    const own = months.get(month) ?? makeMonth();
    months.set(month, own);
    own.add(id * timesOfMonth + at, by);
  }

  function* inOrder(): Generator<[string, Histogram]> {
    for (const [month, own] of [...months].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const histogram: Histogram = new Map();
      for (const [key, by] of own.entries())
        count(
          histogram,
          { day: timeText(month, key % timesOfMonth), site: nameOf[Math.floor(key / timesOfMonth)] ?? '' },
          by,
        );
      if (histogram.size > 0) yield [month, histogram];
    }
  }

  return {
    add: ({ day, at, site }, by) => addTo(at === undefined ? day : `${day}T${at}`, site, by),
    addAll(histogram, by) {
      for (const [time, counted] of histogram) for (const [name, n] of counted) addTo(time, name, n * by);
    },
    isEmpty: () => rest.size === 0 && [...months.values()].every((own) => own.isEmpty()),
    monthly: () => ({ months: { [Symbol.iterator]: inOrder }, rest }),
  };
}

function timeText(month: string, at: number): string {
  if (at === 0) return month;
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${month}-${two(Math.floor(at / minutesOfDay))}`;
  const minute = (at % minutesOfDay) - 1;
  return minute < 0 ? day : `${day}T${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Numbers by key, open addressing: a key is stored one higher, so that 0 is a free place. */
function makeMonth() {
  let keys = new Float64Array(64);
  let counts = new Int32Array(64);
  let used = 0;

  function placeOf(key: number): number {
    const mask = keys.length - 1;
    let at = (Math.imul(key, 0x9e3779b1) ^ Math.imul(Math.floor(key / 65_536), 0x85ebca6b)) & mask;
    while (keys[at] !== 0 && keys[at] !== key + 1) at = (at + 1) & mask;
    return at;
  }

  return {
    add(key: number, by: number): void {
      const at = placeOf(key);
      counts[at] = (counts[at] ?? 0) + by;
      if (keys[at] !== 0) return;
      keys[at] = key + 1;
      if (++used * 4 <= keys.length * 3) return;
      const [oldKeys, oldCounts] = [keys, counts];
      keys = new Float64Array(oldKeys.length * 2);
      counts = new Int32Array(oldKeys.length * 2);
      for (const [i, old] of oldKeys.entries()) {
        if (old === 0) continue;
        const to = placeOf(old - 1);
        keys[to] = old;
        counts[to] = oldCounts[i] ?? 0;
      }
    },
    isEmpty: () => counts.every((n) => n === 0),
    *entries(): Generator<[key: number, count: number]> {
      for (const [i, key] of keys.entries()) if (key !== 0 && counts[i] !== 0) yield [key - 1, counts[i] ?? 0];
    },
  };
}
