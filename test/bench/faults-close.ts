/** Processes that open an archive's services, write under compaction and close them: how each ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWriteClose } from '../support/close.ts';
import { printTable } from './measure.ts';

const runs = 200;

export async function closeBench(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  const ends = new Map<string, number>();
  const began = Date.now();
  for (let n = 0; n < runs; n++) {
    const status = String(await openWriteClose(join(dir, String(n % 10)), n % 2 === 0 ? 'end' : 'exit'));
    ends.set(status, (ends.get(status) ?? 0) + 1);
  }
  rmSync(dir, { recursive: true });
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  printTable(`${runs} processes that open, write 6 MB and close, or end without closing; ${seconds} s`, [
    ...[...ends].map(([status, n]) => ({ measure: `ended with ${status}`, figure: String(n), wanted: '' })),
    { measure: 'ended otherwise than with 0', figure: String(runs - (ends.get('0') ?? 0)), wanted: '0' },
  ]);
}
