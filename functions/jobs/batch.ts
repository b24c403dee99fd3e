/**
 * A batch of messages, done side by side. While a slow page is under way, the places of those that are done take further messages, so that
 * one page never holds ten.
 */
import type { Message, Queue } from '../store/queue.ts';

export type BatchDeps = {
  queue: Pick<Queue, 'receive' | 'done'>;
  /** Never throws; false for a job that failed, whose message comes again. */
  work: (message: Message) => Promise<boolean>;
  now: () => number;
};

/** A worker has time for what was taken last, however slow that is (`workerTimeout`). */
const takingMs = 30_000;

/** The messages of `batch` that failed, once all is done. What was taken beside them is deleted here, since nobody else will. */
export async function workBatch<M extends Message>({ queue, work, now }: BatchDeps, batch: M[]): Promise<M[]> {
  const untilMs = now() + takingMs;
  const failed: M[] = [];
  let waiting = batch.length;
  let isEmpty = false;

  const own = async (message: M) => {
    if (!(await work(message))) failed.push(message);
    waiting--;
    await takeMore();
  };

  /** For one place, as long as one of the batch is under way, and until the queue is empty. */
  async function takeMore(): Promise<void> {
    while (waiting > 0 && !isEmpty && now() < untilMs) {
      const [message] = await queue.receive(1, 0);
      if (message === undefined) isEmpty = true;
      else if (await work(message)) await queue.done([message.receipt]);
    }
  }

  await Promise.all(batch.map(own));
  return failed;
}
