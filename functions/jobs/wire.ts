/** Settings and services -> a worker that fetches for real: how fetch, robots and extraction are put together. */

import { asksNotToBeArchived } from '../extract/noarchive.ts';
import { pageRedirect } from '../extract/page-redirect.ts';
import { type Lookup, makeDispatcher } from '../fetch/connect.ts';
import { makeCourtesy, productToken } from '../fetch/courtesy.ts';
import { type FetchedPage, fetchPage } from '../fetch/fetch-page.ts';
import { notKept } from '../fetch/html-check.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/articles.ts';
import type { Job } from '../store/job.ts';
import type { Queue } from '../store/queue.ts';
import { makeWorker } from './do-job.ts';
import type { Extractor } from './extractor.ts';

type Wiring = {
  settings: Pick<
    Settings,
    'userAgent' | 'robots' | 'noarchive' | 'hostPauseMs' | 'fetchAllow' | 'fetchConnectTo' | 'fetchProxy' | 'pictures'
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
  const dispatcher = makeDispatcher(settings, lookup);
  const fetching = { dispatcher, settings, now: parts.now, pageRedirect, timeoutMs: fetchTimeoutMs };
  const courtesy = makeCourtesy({
    ...parts,
    settings,
    table: parts.store.table,
    fetchPage: (url, options) => fetchPage(fetching, url, options),
  });
  const agent = productToken(settings.userAgent);
  const unwanted = (page: FetchedPage) =>
    notKept(page.body, page.contentType) ?? (settings.noarchive === 'obey' ? asksNotToBeArchived(page, agent) : null);
  const { hostPauseMs, pictures } = settings;
  return {
    work: makeWorker({ ...parts, hostPauseMs, courtesy, unwanted, pictures, askPart: courtesy.askPart }),
    close: () => dispatcher.destroy(),
  };
}
