/** The end of a process that had an archive open, while LevelDB still compacts in a thread of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openWriteClose } from '../support/close.ts';

/** Twenty starts of a process. */
vi.setConfig({ testTimeout: 240_000 });

test('twenty processes that open, write under compaction and close, or end at once, end with 0', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  const statuses = [];
  for (let n = 0; n < 20; n++)
    statuses.push(await openWriteClose(join(dir, String(n % 2)), n % 2 === 0 ? 'end' : 'exit'));
  rmSync(dir, { recursive: true });
  expect(statuses).toEqual(Array.from({ length: 20 }, () => 0));
});
