/** `LOG` / `~MERGE`: which indexer merges. It stands behind `~CURRENT`, where no query reads, and ends by itself if its holder dies. */
import type { Table } from './table.ts';

const key = { pk: 'LOG', sk: '~MERGE' };

/** False while somebody else has it. Whoever has it may take it for longer. */
export async function takeLease(table: Table, owner: string, forMs: number): Promise<boolean> {
  const untilMs = table.now() + forMs;
  const isFree = { either: [{ absent: true }, { is: { owner } }, { below: { untilMs: table.now() } }] };
  return table.put({ ...key, owner, untilMs }, isFree);
}

export async function endLease(table: Table, owner: string): Promise<void> {
  await table.put({ ...key, owner, untilMs: 0 }, { is: { owner } });
}
