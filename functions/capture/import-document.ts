/**
 * A document -> the archive, byte for byte: it is stored as a snapshot of the time that it bears, and read as what it says.
 * Nothing is fetched. The same document under the same name twice is one snapshot.
 */
import { createHash } from 'node:crypto';
import { parseStoryUrl } from '../article/article-url.ts';
import { urlHash } from '../article/norm.ts';
import { charsetOf, decodeHtml } from '../extract/charset.ts';
import { readDocument } from '../formats/document.ts';
import { documentType, documentTypeIn } from '../formats/document-type.ts';
import type { Problem } from '../problems.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { articleAt } from './captured-article.ts';
import { maxDocumentBytes, parseDocumentName } from './document-name.ts';
import { maxFutureMs } from './incoming.ts';
import { writtenOf } from './own-document.ts';
import { reread } from './read-page.ts';
import { removedProblem } from './removal.ts';
import { savePage } from './save.ts';
import { takenDownProblem } from './takedown.ts';

export type Imported =
  | { article: string; url: string; timestamp: string; snapshot: 'first' | 'new' | 'unchanged' }
  | { problem: Problem };

export type ImportDeps = Pick<CaptureDeps, 'store' | 'extractor' | 'now'>;

/**
 * `name`: what it is called, with the folder that it is in, as `rfi/ffe0a_title.md`; null when it has no name. `sentAs`: the media
 * type that it came with, for its charset.
 */
export async function importDocument(
  deps: ImportDeps,
  { bytes, name, sentAs = null }: { bytes: Uint8Array; name: string | null; sentAs?: string | null },
): Promise<Imported> {
  const named = parseDocumentName(name);
  if ('problem' in named) return named;
  const { file, folder, isInTree, dayMs } = named;
  if (bytes.length > maxDocumentBytes)
    return bad(`a document may have at most ${maxDocumentBytes / 1024 / 1024} MB, this one has ${bytes.length} bytes`);
  const { text, charset } = decodeHtml(bytes, charsetOf(sentAs) ? sentAs : documentType);
  if (text.includes('\0')) return bad('it holds null bytes, so it is no text');
  const { url: written, publishedAtMs, category } = readDocument(text);
  if (written === null)
    return bad(
      'it names no URL: neither a line [title](url) at its top, after <!--milliseconds--> and before a line of dashes, nor `from:` or `url:` in its front matter',
    );
  const parsed = parseStoryUrl(written);
  if ('problem' in parsed) return bad(`its URL is refused: ${parsed.problem.detail}`);
  const { url } = parsed;

  const there = await articleAt(deps.store, url);
  // What was written of the article, as by an export, and says nothing that it does not say: to add it would be a version that never was.
  if (there && (await writtenOf(deps.store, there))?.equals(bytes))
    return { article: there.id, url, timestamp: there.latest.timestamp, snapshot: 'unchanged' };

  const digest = createHash('sha256').update(bytes);
  const captureId = `${urlHash(url)}.${digest
    .update(`|${file ?? ''}`)
    .digest('base64url')
    .slice(0, 26)}`;
  const contentType = documentTypeIn(charset);
  const nowMs = deps.now();
  const timeMs = publishedAtMs ?? dayMs ?? nowMs;
  const saved = await savePage(
    deps.store,
    {
      requestedUrl: url,
      finalUrl: url,
      redirects: [],
      status: 200,
      headers: [],
      headersCut: false,
      contentType,
      body: Buffer.from(bytes),
      fetchedAtMs: isBelievable(timeMs, nowMs) ? timeMs : nowMs,
      durationMs: 0,
      captureId,
      source: 'document',
      origin: { feed: isInTree ? folder : (category ?? folder), entry: null, tags: [], note: null, file },
      extraction: await deps.extractor.extract(bytes, { url, contentType }),
    },
    { reread: (id, snapshot) => reread(deps, id, snapshot) },
  );
  if (saved.status === 'taken-down') return { problem: takenDownProblem(saved.tombstone) };
  if (saved.status === 'removed') return { problem: removedProblem(saved.removed) };
  return { article: saved.article.id, url, timestamp: saved.timestamp, snapshot: saved.snapshot };
}

/** A 14-digit timestamp has no year before 0 and none after 9999. */
function isBelievable(ms: number, nowMs: number): boolean {
  return ms <= nowMs + maxFutureMs && ms >= Date.parse('1000-01-01T00:00:00Z');
}

function bad(detail: string): { problem: Problem } {
  return { problem: { code: 'bad-document', detail } };
}
