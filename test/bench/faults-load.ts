/** Clients in this process, the archive in another, both on this machine: what they are answered, its memory, and what is there afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingAfter, putLoadOn, serveLoad } from '../support/load.ts';
import { startProcess } from '../support/process.ts';
import { seeded } from '../support/random.ts';
import { startSite } from '../support/site.ts';
import { anonymousMb, printTable, quantile } from './measure.ts';

const stories = 50_000;
const feeds = 300;
const sampleMs = 5000;

export async function loadBench({ clients, seconds }: { clients: number; seconds: number }): Promise<void> {
  const site = await startSite();
  serveLoad(site, stories, feeds);
  const dir = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  const archive = await startProcess({ DATA_DIR: dir, QUIET: '1', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` });
  const pid = archive.process.pid ?? 0;
  const end = Date.now() + seconds * 1000;
  const memory: number[] = [];
  const watch = (async () => {
    while (Date.now() < end) {
      memory.push(anonymousMb(pid));
      await sleep(sampleMs);
    }
  })();
  const load = await putLoadOn(archive.url, {
    clients,
    stories,
    feeds,
    pauseMs: 2000,
    random: seeded(1),
    until: () => Date.now() >= end,
  });
  await watch;
  const loaded = anonymousMb(pid);
  const began = Date.now();
  const missing = await missingAfter(archive.url, load);
  const drained = (Date.now() - began) / 1000;
  const idle = anonymousMb(pid);
  archive.kill('SIGINT');
  const ended = await archive.ended;
  await site.close();
  rmSync(dir, { recursive: true, force: true });

  const count = (from: number, to: number) =>
    [...load.statuses].filter(([status]) => status >= from && status <= to).reduce((sum, [, n]) => sum + n, 0);
  const all = count(0, 999);
  const ms = (times: number[], q: number) => `${quantile(times, q).toFixed(0)}`;
  for (const fault of load.faults.slice(0, 10)) console.log(`  ${fault}`);
  const third = Math.max(1, Math.floor(memory.length / 3));
  const highest = (some: number[]) => Math.max(...some).toFixed(0);
  printTable(
    `${clients} clients for ${seconds} s on ${availableParallelism()} cores, the clients and the site on the same; other work may run beside`,
    [
      { measure: 'requests; a second', figure: `${all}; ${(all / seconds).toFixed(0)}`, wanted: '' },
      ...(['query', 'post', 'feed'] as const).map((kind) => ({
        measure: `${kind}: number; p50, p99 ms${kind === 'post' ? ' (half of them wait for up to 2 s)' : ''}`,
        figure: `${load.times[kind].length}; ${ms(load.times[kind], 0.5)}, ${ms(load.times[kind], 0.99)}`,
        wanted: '',
      })),
      { measure: 'answers 5xx', figure: `${count(500, 599)}`, wanted: '0' },
      { measure: 'answers 429', figure: `${count(429, 429)}`, wanted: '' },
      {
        measure: 'other answers over 399, and requests without one',
        figure: `${load.faults.length - count(500, 599)}`,
        wanted: '0',
      },
      {
        measure: 'memory, MB: highest in each third; at the end; when all was captured',
        figure: `${highest(memory.slice(0, third))}, ${highest(memory.slice(third, 2 * third))}, ${highest(memory.slice(2 * third))}; ${loaded.toFixed(0)}; ${idle.toFixed(0)}`,
        wanted: 'flat',
      },
      {
        measure: 'URLs accepted with 200, 201 or 202; missing afterwards',
        figure: `${load.accepted.size}; ${missing.urls.length}`,
        wanted: '0 missing',
      },
      {
        measure: 'feeds accepted; missing afterwards',
        figure: `${load.feeds.size}; ${missing.feeds.length}`,
        wanted: '0 missing',
      },
      {
        measure: 'seconds until all was captured; SIGINT',
        figure: `${drained.toFixed(0)}; status ${ended}`,
        wanted: 'status 0',
      },
    ],
  );
}
