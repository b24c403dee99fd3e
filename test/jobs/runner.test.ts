/** On one machine jobs run side by side; those for pictures have few places of their own, and no other job waits for them. */
import { expect, test } from 'vitest';
import { startRunner } from '../../functions/jobs/runner.ts';
import type { Job } from '../../functions/store/job.ts';
import { useServices } from '../support/use.ts';

const dueAt = '2026-01-01T00:00:00.000Z';
const jobOf = (kind: Job['kind'], n: number): Job => ({ kind, id: `${kind}-${n}`, dueAt, sends: 1 });
/** Work on a queue of its own. */
async function runnerOf(work: (job: Job) => Promise<void>) {
  const { queue } = await useServices();
  return { queue, runner: startRunner({ queue, every: [], log: () => undefined, work }) };
}

test('captures go past pictures that wait, of which three run at once, and a message that comes twice is one job', async () => {
  const order: string[] = [];
  const held: (() => void)[] = [];
  let pictures = 0;
  let mostPictures = 0;
  const { queue, runner } = await runnerOf(async (job) => {
    order.push(job.id);
    if (job.kind !== 'pictures') return;
    mostPictures = Math.max(mostPictures, ++pictures);
    await new Promise<void>((resolve) => held.push(resolve));
    pictures--;
  });
  const some = Array.from({ length: 20 }, (_, n) => jobOf('pictures', n));
  await queue.sendMany([...some, ...some].map((job) => ({ job })));
  await queue.sendMany([0, 1, 2].map((n) => ({ job: jobOf('capture', n) })));
  await expect.poll(() => order.filter((id) => id.startsWith('capture')).length).toBe(3);
  expect(order.filter((id) => id.startsWith('pictures'))).toEqual(['pictures-0', 'pictures-1', 'pictures-2']);
  for (let n = 0; n < 20; n++) {
    await expect.poll(() => held.length).toBeGreaterThan(n);
    held[n]?.();
  }
  await expect.poll(() => pictures).toBe(0);
  await runner.stop();
  expect(mostPictures).toBe(3);
  expect(order.filter((id) => id.startsWith('pictures')).toSorted()).toEqual(some.map(({ id }) => id).toSorted());
});

test('no receive asks for more messages than SQS gives', async () => {
  const services = await useServices();
  const asked: number[] = [];
  let done = 0;
  const runner = startRunner({
    queue: {
      ...services.queue,
      receive: (most, ...more) => {
        asked.push(most);
        return services.queue.receive(most, ...more);
      },
    },
    every: [],
    log: () => undefined,
    work: async () => void done++,
    maxJobs: 12,
  });
  await services.queue.sendMany(Array.from({ length: 30 }, (_, n) => ({ job: jobOf('capture', 200 + n) })));
  await expect.poll(() => done).toBe(30);
  await runner.stop();
  expect(Math.max(...asked)).toBe(10);
});

test('a stop waits for what runs and begins nothing that waits', async () => {
  const begun: string[] = [];
  const held: (() => void)[] = [];
  const { queue, runner } = await runnerOf(async (job) => {
    begun.push(job.id);
    await new Promise<void>((resolve) => held.push(resolve));
  });
  await queue.sendMany(Array.from({ length: 8 }, (_, n) => ({ job: jobOf('pictures', 100 + n) })));
  await expect.poll(() => held.length).toBe(3);
  const stopped = runner.stop();
  for (const end of held) end();
  await stopped;
  expect(begun).toHaveLength(3);
});
