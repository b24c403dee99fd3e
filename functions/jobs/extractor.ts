/**
 * Extraction with a time and a memory limit: pages queue for one worker thread, which is ended and made anew when a page
 * takes too long. A page is never the reason for a failure here: what could not be extracted is left out.
 */
import { Worker } from 'node:worker_threads';
import type { Extraction, PageReader } from '../capture/page-reader.ts';
import type { Extracted } from '../extract/extracted.ts';
import type { FeedReader, FeedReading } from '../feeds/feed-reader.ts';
import type { ThreadReply, ThreadRequest } from './extraction-thread.ts';

export type Extractor = PageReader & FeedReader & { close(): Promise<void> };

export type ExtractorOptions = { timeoutMs?: number; threadFile?: URL; memoryMb?: number };

export function makeExtractor(options: ExtractorOptions = {}): Extractor {
  const { timeoutMs = 10_000, memoryMb = 192 } = options;
  const threadFile = options.threadFile ?? new URL('./extraction-thread.ts', import.meta.url);
  // Starting takes a thread half a second; the first page should not wait for it.
  let thread: Worker | null = start();
  let tail: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const made = new Worker(threadFile, {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
    });
    // Without a listener between pages, a dying thread would take the process with it.
    made.on('error', () => {
      if (thread === made) thread = null;
    });
    made.unref();
    return made;
  }

  /** `read`: a reply that is the end, or undefined while there is more to come. `failed`: what there is when it ends badly. */
  function one<T>(
    request: ThreadRequest,
    read: (reply: ThreadReply) => T | undefined,
    failed: (reason: string) => T,
  ): Promise<T> {
    const current = thread ?? start();
    thread = current;
    return new Promise((resolve) => {
      // First, since it throws for what cannot be sent, and nothing may be left behind then.
      current.postMessage(request);
      const finish = (result: T, restart: boolean) => {
        clearTimeout(timer);
        current.off('message', onMessage).off('error', onError).off('exit', onExit);
        if (restart) {
          if (thread === current) thread = null;
          current.terminate().then(
            () => resolve(result),
            () => resolve(result),
          );
        } else resolve(result);
      };
      const onMessage = (reply: ThreadReply) => {
        const result = read(reply);
        if (result !== undefined) finish(result, false);
      };
      const onError = (error: Error) => finish(failed(error.message), true);
      const onExit = () => finish(failed('the extraction thread ended'), true);
      const timer = setTimeout(() => finish(failed(`extraction took over ${timeoutMs} ms`), true), timeoutMs);
      current.on('message', onMessage).on('error', onError).on('exit', onExit);
    });
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work);
    // Its fault is told to whoever asked, and is none of the next page's.
    tail = result.catch(() => undefined);
    return result;
  }

  return {
    extract(body, input) {
      let partial: Extraction = { extracted: nothing, extent: 'nothing', reason: null };
      const read = (reply: ThreadReply): Extraction | undefined => {
        if (reply.step === 'all') return { extracted: reply.extracted, extent: 'all', reason: null };
        if (reply.step === 'failed') return { ...partial, reason: reply.message };
        if (reply.step === 'metadata') {
          const extracted = { ...nothing, ...reply.metadata, charset: reply.charset };
          partial = { extracted, extent: 'metadata', reason: null };
        }
        return undefined;
      };
      return inTurn(() => one({ kind: 'page', body, input }, read, (reason) => ({ ...partial, reason })));
    },
    readFeed(body, input) {
      const failed = (reason: string): FeedReading => ({ problem: { code: 'malformed-feed', detail: reason } });
      const read = (reply: ThreadReply): FeedReading | undefined => {
        if (reply.step === 'feed') return reply.reading;
        return reply.step === 'failed' ? failed(reply.message) : undefined;
      };
      return inTurn(() => one({ kind: 'feed', body, input }, read, failed));
    },
    async close() {
      await tail;
      await thread?.terminate();
      thread = null;
    },
  };
}

const nothing: Extracted = {
  title: null,
  authors: [],
  publishedAt: null,
  modifiedAt: null,
  description: null,
  lang: null,
  section: null,
  keywords: [],
  image: null,
  canonicalUrl: null,
  siteName: null,
  isPaid: false,
  newsType: null,
  charset: 'unknown',
  kind: 'stub',
  kindReason: 'no-text',
  kindConfidence: 0,
  text: null,
  html: null,
};
