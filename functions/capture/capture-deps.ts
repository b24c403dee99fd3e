/** What a capture is made of: the services, and the world outside as plain functions. */

import type { ArticleUrl } from '../article/article-url.ts';
import type { FetchedPage, FetchResult, Validators } from '../fetch/fetch-page.ts';
import type { Log } from '../log.ts';
import type { Problem } from '../problems.ts';
import type { Store } from '../store/articles.ts';
import type { Queue } from '../store/queue.ts';
import type { PageReader } from './page-reader.ts';

export type CaptureDeps = {
  store: Store;
  queue: Queue;
  /** Redirects are followed as `forbids` lets it, in turn. */
  fetchPage: (url: ArticleUrl, options: { validators?: Validators; accept?: string }) => Promise<FetchResult>;
  /** The problem that forbids fetching a URL now, or null: what its robots.txt says, or that its host keeps failing. */
  forbids: (url: ArticleUrl) => Promise<Problem | null>;
  /** Why a page that was fetched is not kept, or null. */
  unwanted: (page: FetchedPage) => Problem | null;
  extractor: PageReader;
  /** Between two fetches from a host that says nothing else. */
  hostPauseMs: number;
  /** Between two fetches from the URL's host. */
  pauseMs: (url: ArticleUrl) => Promise<number>;
  /** Whether so many fetches of the URL's site are under way here that another would be in the way of other sites. */
  isCrowded: (url: ArticleUrl) => boolean;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** A capture that takes longer than this is shown as running; a quick one is spared the write. */
  runningAfterMs?: number | undefined;
  log: Log;
};
