/** One slow page of a batch: its neighbours' places take further messages meanwhile, and no longer than there is time. */
import { expect, it } from 'vitest';
import { workBatch } from '../../functions/jobs/batch.ts';
import type { Message } from '../../functions/store/queue.ts';

const message = (body: string): Message => ({ job: null, body, receipt: `r-${body}`, receives: 1 });

/** A queue with `waiting` messages; `slow` ends when all others have; each piece of work takes a second. */
function setUp({ waiting, failing = [] as string[] }: { waiting: number; failing?: string[] }) {
  const left = Array.from({ length: waiting }, (_, i) => message(`more-${i}`));
  const worked: string[] = [];
  const deleted: string[] = [];
  let nowMs = 0;
  const { promise: slow, resolve: release } = Promise.withResolvers<void>();
  const idle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const deps = {
    queue: {
      receive: async () => {
        const next = left.shift();
        if (next === undefined) release();
        return next ? [next] : [];
      },
      done: async (receipts: string[]) => void deleted.push(...receipts),
    },
    work: async ({ body }: Message) => {
      await (body === 'slow' ? slow : idle());
      nowMs += 1000;
      worked.push(body);
      if (nowMs > 29_000) release();
      return !failing.includes(body);
    },
    now: () => nowMs,
  };
  return { deps, worked, deleted, left };
}
const batch = ['slow', 'a', 'b'].map(message);

it('takes what waits, and deletes that alone', async () => {
  const { deps, worked, deleted } = setUp({ waiting: 8, failing: ['a', 'more-3'] });
  const failed = await workBatch(deps, batch);
  expect(failed.map(({ body }) => body)).toEqual(['a']);
  expect(worked.indexOf('slow')).toBeGreaterThan(7);
  expect(worked).toHaveLength(11);
  expect(deleted.toSorted()).toEqual([0, 1, 2, 4, 5, 6, 7].map((n) => `r-more-${n}`));
});

it('takes nothing when none is slow, or after half a minute', async () => {
  const { deps, left } = setUp({ waiting: 3 });
  await workBatch(deps, [message('a')]);
  expect(left).toHaveLength(3);
  const many = setUp({ waiting: 100 });
  await workBatch(many.deps, batch);
  expect(many.worked.length).toBeGreaterThan(25);
  expect(many.left.length).toBeGreaterThan(60);
});
