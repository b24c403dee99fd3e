/**
 * The law of the archive: what is due stands in the table before anything else of a job is written, and its message is sent last.
 * Whatever dies between, the sweeper finds what is due; the queue only makes things fast.
 */
import { type Due, putDues } from './due.ts';
import type { Job } from './job.ts';
import type { Queue } from './queue.ts';
import type { Table } from './table.ts';

/** `delaySeconds`: before the message may be received. `isSent: false`: it waits for the sweeper, and no message goes. */
export type Queued = { due: Due; delaySeconds?: number; isSent?: boolean };

/** From the third send on, minutes after the request, what is not there will not come. */
const sendsOfDead = 3;

/**
 * Whether a job that finds nothing of what it is for leaves its entry: the request may be writing still, since the entry stands before
 * all else, and a start sends everything at once. One that died is found out later. What has been given a turn was there, and is
 * gone since.
 */
export function mayStillCome({ sends, slotMs }: Pick<Job, 'sends' | 'slotMs'>): boolean {
  return slotMs === undefined && sends < sendsOfDead;
}

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
