/** The end of a process that had an archive open, while LevelDB still compacts in a thread of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWriteClose } from '../support/close.ts';
import { often } from '../support/often.ts';

const runs = often(20, 200);

test(
  `${runs} processes that open, write under compaction and close, or end at once, end with 0`,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
    const statuses = [];
    for (let n = 0; n < runs; n++)
      statuses.push(await openWriteClose(join(dir, String(n % (runs / 10))), n % 2 === 0 ? 'end' : 'exit'));
    rmSync(dir, { recursive: true });
    expect(statuses).toEqual(Array.from({ length: runs }, () => 0));
  },
  often(240_000, 1_800_000),
);
