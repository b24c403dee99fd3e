/** What a poll is made of: what a capture is, and a reader of feeds. */
import type { CaptureDeps } from '../capture/capture-deps.ts';
import type { FeedReader } from './feed-reader.ts';

export type PollDeps = CaptureDeps & {
  extractor: FeedReader;
  /** Between two fetches from a host: how far apart the messages for its entries come. */
  hostPauseMs: number;
};
