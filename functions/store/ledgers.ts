/**
 * Rows of the index `archived` that list articles by their last edit, and by their removal:
 *
 *   A#<id> / E#<editedAt>    in the partition `E`
 *   A#<id> / R#<removedAt>   in the partition `R`
 *
 * A row is a hint, put before the article that it speaks of: who reads it looks whether the article says the same. Each time has a row of
 * its own, so that of two writers the one that loses takes no row from the other.
 */
import type { Article } from '../article/article.ts';
import type { Table } from './table.ts';

export type Ledger = 'edited' | 'removed';

export const ledgerPartitions: Record<Ledger, string> = { edited: 'E', removed: 'R' };

/** The time at which an article stands in a ledger; null where it does not. */
export function ledgerTime({ editedAt, removedAt }: Article, ledger: Ledger): string | null {
  return ledger === 'edited' ? (editedAt ?? null) : removedAt;
}

/** Puts the rows that a change makes; of an article of an older version, which had none, all. */
export async function putLedgerRows(table: Table, changed: Article, before: Article): Promise<void> {
  for (const ledger of ['edited', 'removed'] as const) {
    const at = ledgerTime(changed, ledger);
    if (at === null || (at === ledgerTime(before, ledger) && before.countedBy !== 1)) continue;
    const t = ledgerPartitions[ledger];
    await table.put({ pk: `A#${changed.id}`, sk: `${t}#${at}`, t, arch: `${at}#${changed.id}` });
  }
}
