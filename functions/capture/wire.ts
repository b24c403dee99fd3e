/** Settings and services -> a worker that fetches for real: how fetch, robots and extraction are put together. */
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/articles.ts';
import type { Queue } from '../store/queue.ts';
import { makeDispatcher } from './connect.ts';
import type { Extractor } from './extractor.ts';
import { fetchPage } from './fetch-page.ts';
import type { Job } from './job.ts';
import { makeRobots } from './robots.ts';
import { makeWorker } from './worker.ts';

type Wiring = {
  settings: Pick<Settings, 'userAgent' | 'robots' | 'hostPauseMs' | 'fetchAllow' | 'fetchConnectTo' | 'fetchProxy'>;
  store: Store;
  queue: Queue;
  extractor: Extractor;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  log: Log;
  /** For tests of sites that never end. */
  fetchTimeoutMs?: number | undefined;
  /** For tests that count writes. */
  runningAfterMs?: number | undefined;
};

export function wireWorker({ settings, fetchTimeoutMs, ...parts }: Wiring): {
  work: (job: Job) => Promise<void>;
  close: () => Promise<void>;
} {
  const dispatcher = makeDispatcher(settings);
  const fetching = { dispatcher, settings, now: parts.now, timeoutMs: fetchTimeoutMs };
  const robots = makeRobots({
    table: parts.store.table,
    fetchStart: (url, maxBytes) =>
      fetchPage(fetching, url, { accept: 'text/plain,*/*;q=0.1', maxBytes, truncate: true }),
    agent: settings.userAgent.split(/[/\s]/, 1)[0] ?? settings.userAgent,
    now: parts.now,
  });
  const work = makeWorker({
    ...parts,
    hostPauseMs: settings.hostPauseMs,
    robots: settings.robots === 'obey' ? robots : async () => null,
    fetchPage: (url, options) => fetchPage(fetching, url, options),
  });
  return { work, close: () => dispatcher.destroy() };
}
