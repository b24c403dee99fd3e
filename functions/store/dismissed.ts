/** What somebody has looked at and leaves as it is: `DISMISSED` / `<capture>`, as long as the capture is kept. */
import { isCaptureId } from './captures.ts';
import { ttlAttribute } from './schema.ts';
import type { Table } from './table.ts';

const partition = 'DISMISSED';
const keepDays = 31;
/** More of them hide nothing: the oldest of so many are over by themselves. */
const maxRead = 5000;

export async function dismiss(table: Table, capture: string): Promise<void> {
  if (!isCaptureId(capture)) return;
  const expiry = Math.floor(table.now() / 1000) + keepDays * 86_400;
  await table.put({ pk: partition, sk: capture, [ttlAttribute]: expiry });
}

export async function takeBackDismissal(table: Table, capture: string): Promise<void> {
  await table.remove({ pk: partition, sk: capture });
}

export async function dismissedCaptures(table: Table): Promise<Set<string>> {
  const found = new Set<string>();
  let from = '!';
  while (found.size < maxRead) {
    const { items, more } = await table.query({ partition, from, limit: 1000 });
    for (const { sk } of items) found.add(sk);
    const last = items.at(-1);
    if (!more || !last) break;
    from = `${last.sk}!`;
  }
  return found;
}
