/** What the pages are made of: the parts of the API, and its search. */
import type { PostDeps } from '../http/post-articles.ts';
import type { SnapshotDeps } from '../http/snapshots.ts';
import type { Log } from '../log.ts';
import type { Search } from '../search/search.ts';
import type { Access } from '../settings.ts';
import type { makeLeads } from './leads.ts';

export type ReaderDeps = PostDeps &
  SnapshotDeps & {
    search: Search;
    version: string;
    log: Log;
    access: Access | null;
    /** The pictures of stories in lists. */
    leadsOf: ReturnType<typeof makeLeads>;
  };
