/** What is due, without the re-checks that wait for their time: every article that was captured has one. */
import { type Due, dueUntil } from '../../functions/store/due.ts';
import type { Table } from '../../functions/store/table.ts';

export async function unfinishedJobs(table: Table): Promise<Due[]> {
  const all = await dueUntil(table, '9999', Number.POSITIVE_INFINITY);
  return all.filter(({ kind, sends }) => kind !== 'recheck' || sends > 0);
}

/** A start; and more where a request died before it wrote what its entry is for, which is given up at its third send. */
export async function startAgain(table: Table, start: () => Promise<void>): Promise<void> {
  await start();
  const isLeft = async () => (await unfinishedJobs(table)).some(({ sends }) => sends === 1 || sends === 2);
  for (let more = 0; more < 2 && (await isLeft()); more++) await start();
}
