/** The thread in which pages are extracted: one at a time, metadata answered before text, so that a page that hangs the text costs only the text. */
import { parentPort } from 'node:worker_threads';
import { type Extracted, type ExtractInput, openPage, readMetadata, withText } from './extract.ts';
import { extractDocument, isDocument } from './extract-document.ts';
import type { PageMetadata } from './metadata/metadata.ts';

export type ThreadRequest = { body: Uint8Array; input: ExtractInput };
export type ThreadReply =
  | { step: 'metadata'; metadata: PageMetadata; charset: string }
  | { step: 'all'; extracted: Extracted }
  | { step: 'failed'; message: string };

const port = parentPort;
if (!port) throw new Error('extraction-thread.ts runs only as a worker thread');

port.on('message', ({ body, input }: ThreadRequest) => {
  const reply = (message: ThreadReply) => port.postMessage(message);
  try {
    if (isDocument(input.contentType)) return reply({ step: 'all', extracted: extractDocument(body) });
    const page = openPage(body, input);
    const metadata = readMetadata(page);
    reply({ step: 'metadata', metadata, charset: page.charset });
    reply({ step: 'all', extracted: withText(page, metadata) });
  } catch (error) {
    reply({ step: 'failed', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});
