/**
 * Extraction with a time and a memory limit: pages queue for one worker thread, which is ended and made anew when a page
 * takes too long. A page is never the reason for a failure here: what could not be extracted is left out.
 */
import { Worker } from 'node:worker_threads';
import type { Extent } from '../store/article.ts';
import type { Extracted, ExtractInput } from './extract.ts';
import type { ThreadReply, ThreadRequest } from './extraction-thread.ts';

export type Extraction = { extracted: Extracted; extent: Extent; reason: string | null };

export type Extractor = {
  extract(body: Uint8Array, input: ExtractInput): Promise<Extraction>;
  close(): Promise<void>;
};

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

  function one(request: ThreadRequest): Promise<Extraction> {
    const current = thread ?? start();
    thread = current;
    let partial: Extraction = { extracted: nothing, extent: 'nothing', reason: null };
    return new Promise((resolve) => {
      // First, since it throws for what cannot be sent, and nothing may be left behind then.
      current.postMessage(request);
      const finish = (result: Extraction, restart: boolean) => {
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
        if (reply.step === 'all') finish({ extracted: reply.extracted, extent: 'all', reason: null }, false);
        else if (reply.step === 'failed') finish({ ...partial, reason: reply.message }, false);
        else
          partial = {
            extracted: { ...nothing, ...reply.metadata, charset: reply.charset },
            extent: 'metadata',
            reason: null,
          };
      };
      const onError = (error: Error) => finish({ ...partial, reason: error.message }, true);
      const onExit = () => finish({ ...partial, reason: 'the extraction thread ended' }, true);
      const timer = setTimeout(
        () => finish({ ...partial, reason: `extraction took over ${timeoutMs} ms` }, true),
        timeoutMs,
      );
      current.on('message', onMessage).on('error', onError).on('exit', onExit);
    });
  }

  return {
    extract(body, input) {
      const result = tail.then(() => one({ body, input }));
      // Its fault is told to whoever asked, and is none of the next page's.
      tail = result.catch(() => undefined);
      return result;
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
  charset: 'unknown',
  kind: 'stub',
  text: null,
};
