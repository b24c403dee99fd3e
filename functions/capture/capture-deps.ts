/** What a capture is made of: the services, and the world outside as plain functions. */

import type { Pictures } from '../article/pictures.ts';
import type { Courtesy } from '../fetch/courtesy.ts';
import type { FetchedPage } from '../fetch/fetch-page.ts';
import type { Log } from '../log.ts';
import type { Problem } from '../problems.ts';
import type { Store } from '../store/articles.ts';
import type { Queue } from '../store/queue.ts';
import type { PageReader } from './page-reader.ts';

export type CaptureDeps = {
  store: Store;
  queue: Queue;
  /** Whether and when sites are asked, and asking them. */
  courtesy: Courtesy;
  /** Why a page that was fetched is not kept, or null. */
  unwanted: (page: FetchedPage) => Problem | null;
  extractor: PageReader;
  /** Of what people ask for, which pictures and styles are kept; nothing says the same as `off`. */
  pictures?: Pictures | undefined;
  now: () => number;
  /** A capture that takes longer than this is shown as running; a quick one is spared the write. */
  runningAfterMs?: number | undefined;
  log: Log;
};
