/** When more is due than there is room for: each kind of work has a share, and no feed has all of it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { share } from '../../functions/jobs/share.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { noLog } from '../../functions/log.ts';
import { type Due, type DueKind, putDues } from '../../functions/store/due.ts';
import { forAll } from '../support/for-all.ts';
import { useServices } from '../support/use.ts';

const due = (kind: DueKind, n: number, feed?: string): Due => ({
  kind,
  id: `${kind}-${feed ?? ''}-${n}`,
  dueAt: '2024-04-03T12:00:00.000Z',
  sends: 0,
  feed,
});
const many = (count: number, kind: DueKind, feed?: string) =>
  Array.from({ length: count }, (_, n) => due(kind, n, feed));
const counts = (some: Due[]) =>
  Object.fromEntries(
    [...Map.groupBy(some, ({ kind, feed }) => feed ?? kind)].map(([name, { length }]) => [name, length]),
  );
const chosen = (all: Due[], room: number) => share(all, (one) => one, room);

it('what somebody waits for goes first, and the rest keeps its share', () => {
  const all = [
    ...many(900, 'capture', 'big'),
    ...many(900, 'recheck'),
    ...many(300, 'poll'),
    ...many(300, 'capture'),
    ...many(9, 'purge'),
  ];
  expect(counts(chosen(all, 1000))).toEqual({ poll: 300, capture: 300, purge: 9, recheck: 291, big: 100 });
  expect(counts(chosen([...many(9, 'poll'), ...many(900, 'recheck')], 100))).toEqual({ poll: 9, recheck: 91 });
  expect(counts(chosen([...many(900, 'poll'), ...many(900, 'recheck')], 100))).toEqual({ poll: 80, recheck: 20 });
  expect(counts(chosen([...many(9, 'capture', 'big'), ...many(9, 'recheck')], 1))).toEqual({ big: 1 });
});

it('no feed takes more than half, and each gets its turn', () => {
  const all = [...many(50_000, 'capture', 'big'), ...many(30, 'capture', 'small'), ...many(5, 'capture', 'tiny')];
  expect(counts(chosen(all, 100))).toEqual({ big: 50, small: 30, tiny: 5 });
  expect(counts(chosen(all, 10))).toEqual({ big: 4, small: 3, tiny: 3 });
});

it('is never more than the room, leaves nothing out that there is room for but of one feed, and keeps the order of a kind', () => {
  const kinds = fc.record({
    kind: fc.constantFrom<DueKind>('poll', 'purge', 'recheck', 'capture'),
    feed: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
  });
  forAll([fc.array(kinds, { maxLength: 60 }), fc.integer({ min: 1, max: 70 })], (drawn, room) => {
    const all = drawn.map(({ kind, feed }, n) => due(kind, n, kind === 'capture' ? feed : undefined));
    const some = chosen(all, room);
    expect(new Set(some).size).toBe(some.length);
    expect(some.length).toBeLessThanOrEqual(room);
    const ofFeed = (feed: string) => Math.min(Math.ceil(room / 2), all.filter((one) => one.feed === feed).length);
    const possible = all.filter(({ feed }) => feed === undefined).length + ofFeed('a') + ofFeed('b');
    expect(some.length).toBe(Math.min(room, possible));
    for (const kind of ['poll', 'recheck'] as const) {
      const ids = some.filter((one) => one.kind === kind).map(({ id }) => id);
      expect(ids).toEqual(
        all
          .filter((one) => one.kind === kind)
          .map(({ id }) => id)
          .slice(0, ids.length),
      );
    }
  });
});

it('another feed is polled by the next sweep, though thousands of entries were due before', async () => {
  const services = await useServices();
  const nowMs = Date.parse('2024-04-03T13:00:00Z');
  await putDues(services.store.table, [
    ...many(3000, 'capture', 'big').map((one) => ({ ...one, id: `${'x'.repeat(22)}.${one.id}` })),
    { ...due('poll', 1), dueAt: '2024-04-03T12:59:00.000Z' },
  ]);
  expect(await sweep({ ...services, now: () => nowMs, log: noLog })).toBe(251);
  const kinds = new Set<string | undefined>();
  for (
    let messages = await services.queue.receive(10, 0);
    messages.length > 0;
    messages = await services.queue.receive(10, 0)
  )
    for (const { job } of messages) kinds.add(job?.kind);
  expect(kinds).toContain('poll');
});
