/** What is due, without the re-checks that wait for their time: every article that was captured has one. */
import { type Due, dueUntil } from '../../functions/store/due.ts';
import type { Table } from '../../functions/store/table.ts';

export async function unfinishedJobs(table: Table): Promise<Due[]> {
  const all = await dueUntil(table, '9999', Number.POSITIVE_INFINITY);
  return all.filter(({ kind, sends }) => kind !== 'recheck' || sends > 0);
}
