/** Many clients at once, in another process than the archive: no 5xx, and all that was accepted is there. `npm run bench -- faults --only load` does it for long. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { missingAfter, putLoadOn, serveLoad } from './support/load.ts';
import { startProcess } from './support/process.ts';
import { seeded } from './support/random.ts';
import { startSite } from './support/site.ts';

it('300 requests of 30 clients are answered, and all that was accepted is kept', async () => {
  const site = await startSite();
  serveLoad(site, 500, 20);
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  const archive = await startProcess({ DATA_DIR, QUIET: '1', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` });
  let left = 300;
  const load = await putLoadOn(archive.url, {
    clients: 30,
    stories: 500,
    feeds: 20,
    pauseMs: 0,
    random: seeded(7),
    until: () => left-- <= 0,
  });
  expect(load.faults).toEqual([]);
  expect(load.accepted.size).toBeGreaterThan(20);
  expect(load.feeds.size).toBeGreaterThan(0);
  expect(await missingAfter(archive.url, load)).toEqual({ urls: [], feeds: [] });
  archive.kill('SIGINT');
  expect(await archive.ended).toBe(0);
  await site.close();
  rmSync(DATA_DIR, { recursive: true, force: true });
});
