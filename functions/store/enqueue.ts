/**
 * The law of the archive: what is due stands in the table before anything else of a job is written, and its message is sent last.
 * Whatever dies between, the sweeper finds what is due; the queue only makes things fast.
 */
import { type Due, putDues } from './due.ts';
import type { Queue } from './queue.ts';
import type { Table } from './table.ts';

/** `delaySeconds`: before the message may be received. `isSent: false`: it waits for the sweeper, and no message goes. */
export type Queued = { due: Due; delaySeconds?: number; isSent?: boolean };

/** `write`: all that the jobs need to be there; false when others were faster, and then nothing is sent. What it came to. */
export async function enqueue(
  { store, queue }: { store: { table: Table }; queue: Queue },
  jobs: Queued[],
  write: () => Promise<boolean>,
): Promise<boolean> {
  await putDues(
    store.table,
    jobs.map(({ due }) => due),
  );
  if (!(await write())) return false;
  const sent = jobs.filter(({ isSent = true }) => isSent);
  if (sent.length > 0) await queue.sendMany(sent.map(({ due, delaySeconds = 0 }) => ({ job: due, delaySeconds })));
  return true;
}
