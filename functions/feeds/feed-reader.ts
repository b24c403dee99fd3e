/** How a feed is read: with a limit of time and memory, as a page. Feeds are as hostile, and may be larger. */
import type { ExtractInput } from '../capture/extract.ts';
import type { Problem } from '../problems.ts';
import type { Feed } from './feed.ts';

export type FeedReading = { feed: Feed } | { problem: Problem };

export type FeedReader = { readFeed(body: Uint8Array, input: ExtractInput): Promise<FeedReading> };
