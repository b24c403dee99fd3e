/** Settings and services -> a worker that fetches for real: how fetch, robots and extraction are put together. */

import type { ArticleUrl } from '../article/article-url.ts';
import { siteOf } from '../article/norm.ts';
import { turnOfHop } from '../capture/turn.ts';
import { asksNotToBeArchived } from '../extract/noarchive.ts';
import { makeBackOff } from '../fetch/back-off.ts';
import { type Lookup, makeDispatcher } from '../fetch/connect.ts';
import { makeCrowd } from '../fetch/crowd.ts';
import { fetchPage } from '../fetch/fetch-page.ts';
import { notAPage } from '../fetch/html-check.ts';
import { makeRobots } from '../fetch/robots.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/articles.ts';
import { closeHost } from '../store/hosts.ts';
import type { Job } from '../store/job.ts';
import type { Queue } from '../store/queue.ts';
import { makeWorker } from './do-job.ts';
import type { Extractor } from './extractor.ts';

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
  work: (job: Job, receives?: number) => Promise<void>;
  close: () => Promise<void>;
} {
  const { now } = parts;
  const { table } = parts.store;
  const dispatcher = makeDispatcher(settings, lookup);
  const fetching = { dispatcher, settings, now, timeoutMs: fetchTimeoutMs };
  const agent = settings.userAgent.split(/[/\s]/, 1)[0] ?? settings.userAgent;
  const crowd = makeCrowd();
  const { hostPauseMs } = settings;
  const hopTurn = async (to: ArticleUrl, from: ArticleUrl, pauseMs: number) =>
    siteOf(to) === siteOf(from) ? null : turnOfHop(parts, to, pauseMs);
  const fetchRobots = (url: ArticleUrl, maxBytes: number) =>
    fetchPage(fetching, url, {
      accept: 'text/plain,*/*;q=0.1',
      maxBytes,
      truncate: true,
      beforeHop: (to, from) => hopTurn(to, from, hostPauseMs),
    });
  const robots = makeRobots({ table, fetchStart: fetchRobots, agent, now });
  const backOff = makeBackOff({ fetchRobots: (url) => crowd.join(url, 'fetch', () => fetchRobots(url, 1024)), now });
  const obeys = settings.robots === 'obey';
  const pauseMs = async (url: ArticleUrl) => Math.max(hostPauseMs, obeys ? await robots.delayMs(url) : 0);
  // Those that wait for a robots.txt take places, too.
  const forbids = (url: ArticleUrl) =>
    crowd.join(url, 'wait', async () => backOff.check(url) ?? (obeys ? await robots.check(url) : null));
  const hop = async (to: ArticleUrl, from: ArticleUrl) =>
    (await forbids(to)) ?? (await hopTurn(to, from, await pauseMs(to)));
  const work = makeWorker({
    ...parts,
    hostPauseMs,
    pauseMs,
    forbids,
    isCrowded: crowd.isFull,
    unwanted: (page) =>
      notAPage(page.body, page.contentType) ??
      (settings.noarchive === 'obey' ? asksNotToBeArchived(page, agent) : null),
    async fetchPage(url, options) {
      const fetchOne = () => fetchPage(fetching, url, { ...options, beforeHop: hop });
      const result = await backOff.attempt(url, () => crowd.join(url, 'fetch', fetchOne));
      if ('problem' in result && result.problem.code === 'rate-limited' && !result.problem.isUnasked) {
        // What one page of a host was told, to come back later, is meant for all that wait for it.
        const waitMs = result.problem.retryAfterMs ?? defaultRetryAfterMs;
        await closeHost(table, new URL(result.at).host, now() + waitMs);
      }
      return result;
    },
  });
  return { work, close: () => dispatcher.destroy() };
}
