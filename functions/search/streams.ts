/**
 * The proposals of segments and log -> one stream of candidates in the order of the answer. A row is read only where the
 * next candidates may be, and while nothing is known of any segment, up to 16 are opened: what has to be read anyway is read
 * side by side, since each round of reads is waited for.
 *
 * Positions are sort keys of the time indexes, `<RFC 3339 time>#<id>`, and compare as text.
 */
import { toIso } from '../article/times.ts';
import { SegmentDamaged } from './bytes.ts';
import type { Plan } from './plan.ts';
import { type ArchivedOrder, type Row, rowsPerBlock } from './segment.ts';
import type { Budget, LazySegment, OpenSegment, SegmentReader } from './segment-reader.ts';

export type Order = 'newest' | 'oldest' | 'archived';

/** The index's entry of an article; `position` is its place in the order. */
export type Candidate = { id: string; iv: number; archivedMs: number; textId: string | null; position: string };

/** Inclusive times (ms), and the position after which to go on. */
export type Span = { order: Order; fromMs: number; toMs: number; after: string | null };

export type Stream = {
  /** No candidate that is still to come stands before this; null when none is. */
  bound(): string | null;
  /** The next candidate stands no later than this; null when that is not known. */
  floor(): string | null;
  /** The largest number of candidates that may follow; 0 when it is unknown. */
  left(): number;
  /** The next candidate, when it is known. */
  next(): Candidate | null;
  /** Finds out more about the next candidates, up to `ahead` of them. */
  resolve(ahead: number): Promise<void>;
  pop(): void;
};

export type StopReason = 'end' | 'budget';
const maxAtOnce = 16;
/** Where there are more than that, the first look is into so many: the newest of millions mostly fill the page. */
const firstAtOnce = 4;

/**
 * Candidates in order, up to `count`. `budget`: it may not go on, and everything before `position` was given.
 * `isSpent` is asked before each round of reads.
 */
export async function takeCandidates(
  streams: Stream[],
  { order, after }: Pick<Span, 'order' | 'after'>,
  { count, isSpent }: { count: number; isSpent: () => boolean },
): Promise<{ candidates: Candidate[]; stop: { reason: StopReason; position: string } | null }> {
  const isBefore = order === 'oldest' ? (a: string, b: string) => a < b : (a: string, b: string) => a > b;
  const candidates: Candidate[] = [];
  let isFirstLook = true;
  while (candidates.length < count) {
    const live = streams.filter((stream) => stream.bound() !== null);
    const boundOf = (stream: Stream) => stream.bound() ?? '';
    live.sort((a, b) =>
      isBefore(boundOf(a), boundOf(b)) ? -1 : isBefore(boundOf(b), boundOf(a)) ? 1 : a.next() ? 1 : -1,
    );
    const [first] = live;
    if (!first) return { candidates, stop: { reason: 'end', position: '' } };
    const ready = first.next();
    if (ready) {
      candidates.push(ready);
      first.pop();
      continue;
    }
    // A spent limit must not stop all progress: a client would repeat such a request for ever.
    if (isSpent() && boundOf(first) !== after)
      return { candidates, stop: { reason: 'budget', position: boundOf(first) } };
    const floors = live.flatMap((stream) => stream.floor() ?? []);
    const best = floors.length === 0 ? null : floors.reduce((a, b) => (isBefore(a, b) ? a : b));
    const unknown = live.filter((stream) => stream.next() === null);
    const needed = best === null ? unknown : unknown.filter((stream) => !isBefore(best, boundOf(stream)));
    const atOnce = isFirstLook && best === null && unknown.length > maxAtOnce ? firstAtOnce : maxAtOnce;
    isFirstLook = false;
    await resolveSome((needed.length > 0 ? needed : [first]).slice(0, atOnce), live, {
      wanted: count - candidates.length,
      atOnce,
    });
  }
  return { candidates, stop: null };
}

/**
 * Reads on in the sources that may have the next candidate, and, where those have too few for what is wanted, in those that
 * come after them: they would only be waited for in a round of their own.
 */
async function resolveSome(
  needed: Stream[],
  live: Stream[],
  { wanted, atOnce }: { wanted: number; atOnce: number },
): Promise<void> {
  const share = Math.ceil(wanted / needed.length);
  const reads = needed.map((stream) => ({ stream, ahead: share }));
  let missing = wanted - needed.reduce((total, stream) => total + stream.left(), 0);
  for (const stream of live) {
    if (missing <= 0 || reads.length >= atOnce) break;
    if (needed.includes(stream)) continue;
    if (stream.next() === null) reads.push({ stream, ahead: missing });
    missing -= stream.left();
  }
  await Promise.all(reads.map(({ stream, ahead }) => stream.resolve(ahead)));
}

/** Candidates that are all known, such as the log's: sorted here. */
export function listStream(candidates: Candidate[], span: Span): Stream {
  const isBefore = span.order === 'oldest' ? (a: string, b: string) => a < b : (a: string, b: string) => a > b;
  const inside = candidates
    .filter(({ position }) => isInside(position, span) === 'inside')
    .sort((a, b) => (isBefore(a.position, b.position) ? -1 : 1));
  let at = 0;
  const position = () => inside[at]?.position ?? null;
  return {
    bound: position,
    floor: position,
    left: () => inside.length - at,
    next: () => inside[at] ?? null,
    resolve: async () => undefined,
    pop: () => {
      at++;
    },
  };
}

/** False if a segment has nothing inside of the span. By first capture nothing is known of that without its head. */
export function mayHave(
  { order, fromMs, toMs, after }: Span,
  segment: { minSortMs: number; maxSortMs: number },
): boolean {
  if (order === 'archived') return true;
  const { minSortMs, maxSortMs } = segment;
  const afterMs = after === null ? null : Date.parse(after.slice(0, after.indexOf('#')));
  if (maxSortMs < fromMs || minSortMs > toMs) return false;
  if (afterMs === null || Number.isNaN(afterMs)) return true;
  return order === 'newest' ? minSortMs <= afterMs : maxSortMs >= afterMs;
}

/** Documents of a segment in the order of the answer. The time of each lies between `late` and `early`, inclusive. */
type Listed = { length: number; ordinal(i: number): number; late(i: number): number; early(i: number): number };

/** A segment's candidates. Damage ends the stream and calls `onDamage`. */
export function segmentStream(
  reader: SegmentReader,
  segment: OpenSegment | LazySegment,
  {
    plan,
    span,
    budget,
    onDamage,
  }: { plan: Plan; span: Span; budget: Budget; onDamage: (key: string, error: SegmentDamaged) => void },
): Stream {
  let opened = 'head' in segment ? segment : null;
  const isOldest = span.order === 'oldest';
  const [latest, earliest] = timesOf(segment, span.order);
  let list: Listed | null = null;
  let index = 0;
  let next: Candidate | null = null;
  /** Candidates that were read already, `next` the first of them. */
  let known: Candidate[] = [];
  /** Nothing up to here is still to come: blocks of rows tell their times only roughly. */
  let passed = span.after;
  let done = isBeforeSpan(latest, earliest) || isBehindSpan(latest, earliest);

  function isBeforeSpan(late: number, early: number): boolean {
    if (isOldest) return late < span.fromMs || (span.after !== null && edge(late, '~') <= span.after);
    return early > span.toMs || (span.after !== null && edge(early, '') >= span.after);
  }

  function isBehindSpan(late: number, early: number): boolean {
    return isOldest ? early > span.toMs : late < span.fromMs;
  }

  async function open(): Promise<void> {
    opened ??= 'open' in segment ? await segment.open() : segment;
    const proposed = await reader.propose(opened, plan, budget);
    list =
      span.order === 'archived'
        ? byArchived(await reader.archivedOrder(opened, budget), proposed, opened.head.docs)
        : byRows(opened, proposed, isOldest);
    // The first that may be inside of the span, by the times that are known without reading its row.
    let high = list.length;
    while (index < high) {
      const middle = (index + high) >> 1;
      if (isBeforeSpan(list.late(middle), list.early(middle))) index = middle + 1;
      else high = middle;
    }
    done = index >= list.length;
  }

  /** Reads the next rows side by side, and passes over those that stand before the span. */
  async function readNext(from: Listed, ahead: number): Promise<void> {
    const own = opened;
    if (!own) return;
    const end = Math.min(from.length, index + Math.max(1, ahead));
    const ordinals = Array.from({ length: end - index }, (_, i) => from.ordinal(index + i));
    const rows = await Promise.all(ordinals.map((ordinal) => reader.row(own, ordinal, budget)));
    const candidates = rows.map((row) => candidateOf(row, span.order));
    const first = candidates.findIndex(({ position }) => isInside(position, span) !== 'before');
    index = first < 0 ? end : index + first;
    known = first < 0 ? [] : candidates.slice(first);
    settle();
  }

  /** The known part of the next candidate, or the end. */
  function settle(): void {
    const [first] = known;
    done =
      list !== null && (index >= list.length || (first !== undefined && isInside(first.position, span) === 'behind'));
    next = done ? null : (first ?? null);
  }

  return {
    bound() {
      if (done) return null;
      if (next) return next.position;
      const start = isOldest
        ? edge(Math.max(list ? list.early(index) : earliest, span.fromMs), '')
        : edge(Math.min(list ? list.late(index) : latest, span.toMs), '~');
      if (passed === null) return start;
      const isPassed = isOldest ? start < passed : start > passed;
      return isPassed ? passed : start;
    },
    floor() {
      if (done || !list) return null;
      if (next) return next.position;
      return isOldest ? edge(list.late(index), '~') : edge(list.early(index), '');
    },
    left: () => (list ? list.length - index : 0),
    next: () => next,
    async resolve(ahead) {
      try {
        await (list ? readNext(list, ahead) : open());
      } catch (error) {
        if (!(error instanceof SegmentDamaged)) throw error;
        done = true;
        next = null;
        onDamage(segment.key, error);
      }
    },
    pop() {
      passed = next?.position ?? passed;
      known = known.slice(1);
      index++;
      settle();
    },
  };
}

/** The latest and the earliest time of what a segment has. By first capture only its head tells them. */
function timesOf(segment: OpenSegment | LazySegment, order: Order): [number, number] {
  if (!('head' in segment)) return [segment.info.maxSortMs, segment.info.minSortMs];
  const { archivedTimes, rowTimes } = segment.head;
  return order === 'archived' ? archivedTimes : [rowTimes[0] ?? 0, rowTimes.at(-1) ?? 0];
}

function byRows({ head }: OpenSegment, proposed: Uint32Array | null, isOldest: boolean): Listed {
  const length = proposed ? proposed.length : head.docs;
  const at = (i: number) => (isOldest ? length - 1 - i : i);
  const ordinal = (i: number) => (proposed ? (proposed[at(i)] ?? 0) : at(i));
  const block = (i: number) => Math.floor(ordinal(i) / rowsPerBlock);
  const last = head.rowTimes.at(-1) ?? 0;
  return {
    length,
    ordinal,
    late: (i) => head.rowTimes[block(i)] ?? last,
    early: (i) => head.rowTimes[block(i) + 1] ?? last,
  };
}

function byArchived({ ordinals, times }: ArchivedOrder, proposed: Uint32Array | null, docs: number): Listed {
  const wanted = new Uint8Array(docs).fill(proposed ? 0 : 1);
  for (const ordinal of proposed ?? []) wanted[ordinal] = 1;
  const places = Uint32Array.from(ordinals.keys()).filter((place) => wanted[ordinals[place] ?? 0] === 1);
  const time = (i: number) => times[places[i] ?? 0] ?? 0;
  return { length: places.length, ordinal: (i) => ordinals[places[i] ?? 0] ?? 0, late: time, early: time };
}

function candidateOf({ id, iv, textId, sortMs, archivedMs }: Row, order: Order): Candidate {
  return { id, iv, archivedMs, textId, position: `${toIso(order === 'archived' ? archivedMs : sortMs)}#${id}` };
}

/** Before all (`''`) or after all (`'~'`) positions of a time. */
function edge(ms: number, side: '' | '~'): string {
  return `${toIso(ms)}#${side}`;
}

function isInside(position: string, { order, fromMs, toMs, after }: Span): 'before' | 'inside' | 'behind' {
  const tooEarly = position < edge(fromMs, '');
  const tooLate = position > edge(toMs, '~');
  if (order === 'oldest') {
    if (tooEarly || (after !== null && position <= after)) return 'before';
    return tooLate ? 'behind' : 'inside';
  }
  if (tooLate || (after !== null && position >= after)) return 'before';
  return tooEarly ? 'behind' : 'inside';
}
