/** Bytes -> what they say, in the extraction thread: those just fetched, and those that were stored before. */

import { gunzipSync } from 'node:zlib';
import type { Extent, Metadata, Snapshot } from '../article/article.ts';
import type { Extracted } from '../extract/extracted.ts';
import type { FetchedPage } from '../fetch/fetch-page.ts';
import { fileTypeOf } from '../formats/file-type.ts';
import { bodyObject } from '../store/articles.ts';
import { type Capture, capturedFrom } from '../store/captures.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { type CapturedPage, metadataOf, noOrigin } from './incoming.ts';

export async function readPage(
  deps: CaptureDeps,
  capture: Pick<Capture, 'id' | 'submitted' | 'origin'>,
  page: FetchedPage,
): Promise<CapturedPage> {
  // A file is what its bytes are, or a browser would show it as text.
  const contentType = fileTypeOf(page.body)?.mediaType ?? page.contentType;
  const extraction = await deps.extractor.extract(page.body, {
    url: page.finalUrl,
    contentType,
    capturedAtMs: page.fetchedAtMs,
  });
  return {
    ...page,
    contentType,
    captureId: capture.id,
    source: capturedFrom(capture),
    origin: { ...noOrigin, ...capture.origin },
    extraction,
  };
}

/** The page, or the one that led to it by what it says, when this is none that is kept. */
export function wantedOf({ unwanted }: Pick<CaptureDeps, 'unwanted'>, page: FetchedPage): FetchedPage {
  return page.ledBy && unwanted(page) ? page.ledBy : page;
}

/** As `readPage`: the page that led to this one by what it says, when this is no story. */
export async function readLed(
  deps: CaptureDeps,
  capture: Pick<Capture, 'id' | 'submitted' | 'origin'>,
  page: FetchedPage,
): Promise<CapturedPage> {
  const read = await readPage(deps, capture, page);
  const { ledBy } = page;
  if (!ledBy || read.extraction.extracted.kind === 'article' || deps.unwanted(ledBy)) return read;
  return readPage(deps, capture, ledBy);
}

/** Reads a stored body with the present extractor. */
export async function reread(
  deps: Pick<CaptureDeps, 'store' | 'extractor'>,
  id: string,
  snapshot: Snapshot,
): Promise<
  { metadata: Metadata; extent: Extent } & Pick<Extracted, 'text' | 'html' | 'kind' | 'kindReason' | 'kindConfidence'>
> {
  const object = await deps.store.bucket.get(bodyObject(id, snapshot.digest));
  if (!object) throw new Error(`the body ${snapshot.digest} of ${id} is not in the bucket`);
  const { extracted, extent } = await deps.extractor.extract(gunzipSync(object.bytes), {
    url: snapshot.finalUrl,
    contentType: snapshot.contentType,
    capturedAtMs: Date.parse(snapshot.fetchedAt),
  });
  const { text, html, kind, kindReason, kindConfidence } = extracted;
  const metadata = metadataOf(extracted, Date.parse(snapshot.fetchedAt));
  return { metadata, text, html, kind, kindReason, kindConfidence, extent };
}
