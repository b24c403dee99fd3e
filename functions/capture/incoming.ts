/** A captured page as the archive takes it in: its snapshot, and its own words in the archive's forms. Pure. */

import type { EntryFacts, Metadata, Snapshot, Source } from '../article/article.ts';
import { siteOf } from '../article/norm.ts';
import { toIso, toTimestamp } from '../article/times.ts';
import { fingerprint, type Incoming, textIdOf } from '../article/versions.ts';
import { countWords } from '../article/words.ts';
import { dayMs } from '../durations.ts';
import type { Extracted } from '../extract/extracted.ts';
import { extractorVersion } from '../extract/extractor-version.ts';
import { toUtc } from '../extract/metadata/dates.ts';
import type { FetchedPage } from '../fetch/fetch-page.ts';
import type { Extraction } from './page-reader.ts';
import type { Resolution } from './resolve.ts';

/** A page's own time is not believed when it lies further ahead of the fetch than this. */
export const maxFutureMs = dayMs;
/** RFC 5646 4.4.1: no tag of a language that is spoken has more characters. */
const maxLangLength = 35;

/** Where a page is from: the feed that named it and what that said of it, the name of the file that it was. */
export type Origin = {
  feed: string | null;
  entry: EntryFacts | null;
  tags: string[];
  note: string | null;
  bookmarkedAt?: string | undefined;
  file: string | null;
};
export const noOrigin: Origin = { feed: null, entry: null, tags: [], note: null, file: null };

export type CapturedPage = FetchedPage & {
  captureId: string;
  source: Source;
  origin: Origin;
  extraction: Extraction;
};

/** `digest`: of its body. `resolution`: which article it is of. */
export function incomingOf(page: CapturedPage, digest: string, resolution: Resolution): Incoming {
  const metadata = metadataOf(page.extraction.extracted, page.fetchedAtMs);
  const { extracted, extent } = page.extraction;
  const snapshot: Snapshot = {
    timestamp: toTimestamp(page.fetchedAtMs),
    fetchedAt: toIso(page.fetchedAtMs),
    digest,
    bytes: page.body.length,
    status: page.status,
    contentType: page.contentType ?? 'text/html',
    charset: extracted.charset,
    headers: page.headers,
    headersCut: page.headersCut,
    requestedUrl: page.requestedUrl,
    finalUrl: page.finalUrl,
    redirects: page.redirects,
    durationMs: Math.round(page.durationMs),
    source: page.source,
    capture: page.captureId,
    file: page.origin.file,
    changed: true,
    mark: page.isCut ? 'truncated' : null,
    part: resolution.part,
    kind: extracted.kind,
    kindReason: extracted.kindReason,
    kindConfidence: extracted.kindConfidence,
    title: metadata.title,
    textId: textIdOf(extracted.text),
    wordCount: countWords(extracted.text ?? ''),
    fingerprint: fingerprint(metadata, extracted.text),
    extractor: extractorVersion,
    extent,
  };
  return {
    snapshot,
    metadata,
    text: extracted.text,
    html: extracted.html,
    urls: resolution.urls,
    url: resolution.url,
    site: siteOf(resolution.url),
    feed: page.origin.feed,
    entry: page.origin.entry,
    tags: page.origin.tags,
    note: page.origin.note,
    bookmarkedAt: page.origin.bookmarkedAt ?? null,
  };
}

/** The page's own words in the archive's forms: times in UTC, none from the future, languages that there may be. */
export function metadataOf(extracted: Extracted, fetchedAtMs: number): Metadata {
  const believed = (iso: string | null) => {
    const utc = toUtc(iso);
    return utc !== null && Date.parse(utc) <= fetchedAtMs + maxFutureMs ? utc : null;
  };
  const { title, authors, description, lang, section, keywords, image, siteName, isPaid, newsType } = extracted;
  return {
    title,
    authors,
    description,
    publishedAt: believed(extracted.publishedAt),
    modifiedAt: believed(extracted.modifiedAt),
    lang: lang !== null && lang.length <= maxLangLength ? lang : null,
    section,
    keywords,
    image,
    siteName,
    isPaid,
    newsType,
  };
}
