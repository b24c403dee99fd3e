/** Settings and services -> a worker that fetches for real: how fetch, robots and extraction are put together. */
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/articles.ts';
import { closeHost } from '../store/hosts.ts';
import type { Queue } from '../store/queue.ts';
import { makeBackOff } from './back-off.ts';
import { type Lookup, makeDispatcher } from './connect.ts';
import type { Extractor } from './extractor.ts';
import { fetchPage } from './fetch-page.ts';
import { notAPage } from './html-check.ts';
import type { Job } from './job.ts';
import { asksNotToBeArchived } from './noarchive.ts';
import { makeRobots } from './robots.ts';
import { makeWorker } from './worker.ts';

/** For a site that asks to come back later and does not say when. */
const defaultRetryAfterMs = 60_000;

type Wiring = {
  settings: Pick<
    Settings,
    'userAgent' | 'robots' | 'noarchive' | 'hostPauseMs' | 'fetchAllow' | 'fetchConnectTo' | 'fetchProxy'
  >;
  store: Store;
  queue: Queue;
  extractor: Extractor;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  log: Log;
  /** For tests of sites that never end. */
  fetchTimeoutMs?: number | undefined;
  /** For tests of names that change. */
  lookup?: Lookup | undefined;
  /** For tests that count writes. */
  runningAfterMs?: number | undefined;
};

export function wireWorker({ settings, fetchTimeoutMs, lookup, ...parts }: Wiring): {
  work: (job: Job) => Promise<void>;
  close: () => Promise<void>;
} {
  const dispatcher = makeDispatcher(settings, lookup);
  const fetching = { dispatcher, settings, now: parts.now, timeoutMs: fetchTimeoutMs };
  const agent = settings.userAgent.split(/[/\s]/, 1)[0] ?? settings.userAgent;
  const robots = makeRobots({
    table: parts.store.table,
    fetchStart: (url, maxBytes) =>
      fetchPage(fetching, url, { accept: 'text/plain,*/*;q=0.1', maxBytes, truncate: true }),
    agent,
    now: parts.now,
  });
  const backOff = makeBackOff(parts.now);
  const { hostPauseMs } = settings;
  const obeys = settings.robots === 'obey';
  const work = makeWorker({
    ...parts,
    hostPauseMs,
    pauseMs: async (url) => Math.max(hostPauseMs, obeys ? await robots.delayMs(url) : 0),
    forbids: async (url) => backOff.check(url) ?? (obeys ? await robots.check(url) : null),
    unwanted: (page) =>
      notAPage(page.body, page.contentType) ??
      (settings.noarchive === 'obey' ? asksNotToBeArchived(page, agent) : null),
    async fetchPage(url, options) {
      const result = await backOff.attempt(url, () => fetchPage(fetching, url, options));
      if ('problem' in result && result.problem.code === 'rate-limited') {
        // What one page of a host was told, to come back later, is meant for all that wait for it.
        const waitMs = result.problem.retryAfterMs ?? defaultRetryAfterMs;
        await closeHost(parts.store.table, new URL(result.at ?? url).host, parts.now() + waitMs);
      }
      return result;
    },
  });
  return { work, close: () => dispatcher.destroy() };
}
