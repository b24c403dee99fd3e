/** Work on what comes, so many at a time: the first fault ends it, once what was begun has ended. */

/** `work` gets the position of its item. Whatever ends the items, no work continues after the result. */
export async function forEachAtOnce<T>(
  items: AsyncIterable<T>,
  atOnce: number,
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const faults: unknown[] = [];
  let count = 0;
  try {
    for await (const item of items) {
      const job: Promise<void> = work(item, count++)
        .catch((error: unknown) => void faults.push(error))
        .finally(() => running.delete(job));
      running.add(job);
      if (running.size >= atOnce) await Promise.race(running);
      if (faults.length > 0) break;
    }
  } finally {
    await Promise.all(running);
  }
  if (faults.length > 0) throw faults[0];
}
