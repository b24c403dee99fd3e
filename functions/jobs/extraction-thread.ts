/**
 * The thread in which pages and feeds are read: one at a time, a page's metadata answered before its text, so that a page that
 * hangs the text costs only the text.
 */
import { parentPort } from 'node:worker_threads';
import { type ExtractInput, openPage, readMetadata, withText } from '../capture/extract.ts';
import { extractDocument } from '../extract/extract-document.ts';
import { extractFile } from '../extract/extract-file.ts';
import type { Extracted } from '../extract/extracted.ts';
import type { PageMetadata } from '../extract/metadata/metadata.ts';
import { FeedError } from '../feeds/feed-error.ts';
import type { FeedReading } from '../feeds/feed-reader.ts';
import { parseFeed } from '../feeds/parse.ts';
import { isDocument } from '../formats/document-type.ts';
import { fileTypeOf } from '../formats/file-type.ts';

export type ThreadRequest = { kind: 'page' | 'feed'; body: Uint8Array; input: ExtractInput };
export type ThreadReply =
  | { step: 'metadata'; metadata: PageMetadata; charset: string }
  | { step: 'all'; extracted: Extracted }
  | { step: 'feed'; reading: FeedReading }
  | { step: 'failed'; message: string };

const port = parentPort;
if (!port) throw new Error('extraction-thread.ts runs only as a worker thread');

port.on('message', ({ kind, body, input }: ThreadRequest) => {
  const reply = (message: ThreadReply) => port.postMessage(message);
  try {
    if (kind === 'feed') return reply({ step: 'feed', reading: readFeed(body, input) });
    if (isDocument(input.contentType))
      return reply({ step: 'all', extracted: extractDocument(body, input.contentType) });
    if (fileTypeOf(body)) return reply({ step: 'all', extracted: extractFile(input.url) });
    const page = openPage(body, input);
    const metadata = readMetadata(page);
    reply({ step: 'metadata', metadata, charset: page.charset });
    reply({ step: 'all', extracted: withText(page, metadata) });
  } catch (error) {
    reply({ step: 'failed', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});

function readFeed(body: Uint8Array, { url, contentType = null }: ExtractInput): FeedReading {
  try {
    return { feed: parseFeed(body, { url, contentType }) };
  } catch (error) {
    if (error instanceof FeedError) return { problem: { code: error.code, detail: error.message } };
    throw error;
  }
}
