/** The bytes of a page -> what it is and says. Pure and, by the caps of prune.ts, bounded; runs in extraction-thread.ts. */
import { load } from 'cheerio/slim';
import type { Document, Element } from 'domhandler';
import { decodeHtml } from '../extract/charset.ts';
import { extractDocument } from '../extract/extract-document.ts';
import type { Extracted } from '../extract/extracted.ts';
import { findKind } from '../extract/find-kind.ts';
import { findMainText } from '../extract/main-text.ts';
import { findMetadata, type PageMetadata } from '../extract/metadata/metadata.ts';
import { type PageFacts, pageFacts } from '../extract/metadata/page.ts';
import { prune } from '../extract/prune.ts';
import { isDocument } from '../formats/document-type.ts';

/** `capturedAtMs`: when the page was read, against which it may tell its times. */
export type ExtractInput = { url: string; contentType?: string | null; capturedAtMs?: number };

/** Everything at once. `contentType: text/markdown`: the bytes are a document, and not a page. */
export function extract(body: Uint8Array, input: ExtractInput): Extracted {
  if (isDocument(input.contentType)) return extractDocument(body, input.contentType);
  const opened = openPage(body, input);
  return withText(opened, readMetadata(opened));
}

export type OpenedPage = {
  facts: PageFacts;
  document: Document;
  noscript: Element[];
  states: string[];
  charset: string;
};

/** First step: decode, prune, parse. */
export function openPage(body: Uint8Array, { url, contentType = null, capturedAtMs }: ExtractInput): OpenedPage {
  const { text: source, charset } = decodeHtml(body, contentType);
  const { document, jsonLd, noscript, states } = prune(source);
  const $ = load(document);
  return {
    facts: pageFacts($, jsonLd, { url, capturedAtMs: capturedAtMs ?? null }),
    document,
    noscript,
    states,
    charset,
  };
}

/** Second step, fast: what the page says of itself. */
export function readMetadata(page: OpenedPage): PageMetadata {
  return findMetadata(page.facts);
}

/** Third step, the expensive one: the story's text, and from it the kind. */
export function withText(page: OpenedPage, metadata: PageMetadata): Extracted {
  const main = findMainText({ ...page, page: page.facts, ...metadata });
  const kind = findKind(page.facts, { ...metadata, main });
  return { ...metadata, charset: page.charset, text: main?.text ?? null, html: main?.html ?? null, ...kind };
}
