/**
 * A record of a WARC -> the archive: a response with a page becomes a snapshot of the time that it was made, with its status and
 * headers; a revisit one with the bytes of the response that it refers to; a resource that is a document, a document. Nothing
 * is fetched, and the same record twice is one snapshot.
 */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { type ArticleUrl, parseArticleUrl } from '../article/article-url.ts';
import { urlHash } from '../article/norm.ts';
import { toTimestamp } from '../article/times.ts';
import { boundedHeaders, contentTypeOf } from '../fetch/headers.ts';
import { notAPage } from '../fetch/html-check.ts';
import { isDocument } from '../formats/document-type.ts';
import { type HttpResponse, httpResponse } from '../formats/http-response.ts';
import { type WarcRecord, warcHeader } from '../formats/warc-read.ts';
import type { Problem } from '../problems.ts';
import { archivedAt } from '../store/aliases.ts';
import { allOlderSnapshots, bodyObject, getKnown, type Store } from '../store/articles.ts';
import { type ImportDeps, type Imported, importDocument } from './import-document.ts';
import { noOrigin } from './incoming.ts';
import { reread } from './read-page.ts';
import { removedProblem } from './removal.ts';
import { savePage } from './save.ts';
import { takenDownProblem } from './takedown.ts';

/** `skipped`: why it is none to keep, as a request or a picture. */
export type ImportedRecord = Imported | { skipped: string };

export async function importRecord(deps: ImportDeps, record: WarcRecord): Promise<ImportedRecord> {
  const { type, block, targetUri } = record;
  if (type !== 'response' && type !== 'revisit' && type !== 'resource') return { skipped: `a ${type} record` };
  if (block === null) return bad(`the record has ${record.bytes} bytes, more than is kept`);
  if (type === 'resource') {
    if (!isDocument(record.contentType)) return { skipped: `a resource of type ${record.contentType ?? 'unknown'}` };
    return importDocument(deps, { bytes: block, name: null, sentAs: record.contentType });
  }
  const parsed = parseArticleUrl(targetUri ?? '');
  if ('problem' in parsed) return { skipped: `its URL: ${parsed.problem.detail}` };
  const fetchedAtMs = Date.parse(record.date ?? '');
  if (Number.isNaN(fetchedAtMs)) return bad('the record has no WARC-Date');
  const response = httpResponse(block);
  if (response === null) return { skipped: 'no HTTP response' };
  if (response.status < 200 || response.status > 299) return { skipped: `the site answered ${response.status}` };
  const body = type === 'revisit' ? await revisited(deps.store, parsed.url, record) : response.body;
  if (body === null)
    return bad(
      type === 'revisit' ? 'it refers to a response that is not here' : 'its body unpacks to more than is kept',
    );
  // Of characters that no answer of ours could carry (RFC 9110 5.5), nor the bucket.
  const contentType = contentTypeOf(response.headers)?.replace(/\p{Cc}/gu, ' ') ?? null;
  const problem = notAPage(body, contentType);
  if (problem) return { skipped: problem.detail };
  return save(deps, {
    url: parsed.url,
    fetchedAtMs: Math.min(fetchedAtMs, deps.now()),
    response: { ...response, body, contentType },
  });
}

async function save(
  deps: ImportDeps,
  {
    url,
    fetchedAtMs,
    response,
  }: {
    url: ArticleUrl;
    fetchedAtMs: number;
    response: HttpResponse & { body: Uint8Array; contentType: string | null };
  },
): Promise<Imported> {
  const { status, body, contentType } = response;
  const name = createHash('sha256').update(body).update(`|${fetchedAtMs}|${url}`).digest('base64url').slice(0, 26);
  const saved = await savePage(
    deps.store,
    {
      requestedUrl: url,
      finalUrl: url,
      redirects: [],
      status,
      ...boundedHeaders(response.headers),
      contentType,
      body,
      fetchedAtMs,
      durationMs: 0,
      captureId: `${urlHash(url)}.${name}`,
      source: 'warc',
      origin: noOrigin,
      extraction: await deps.extractor.extract(body, { url, contentType }),
    },
    { reread: (id, snapshot) => reread(deps, id, snapshot) },
  );
  if (saved.status === 'taken-down') return { problem: takenDownProblem(saved.tombstone) };
  if (saved.status === 'removed') return { problem: removedProblem(saved.removed) };
  return { article: saved.article.id, url, timestamp: saved.timestamp, snapshot: saved.snapshot };
}

/** The bytes of the response that a revisit refers to, by its digest or its time; null when they are not here. */
async function revisited(store: Store, url: ArticleUrl, record: WarcRecord): Promise<Uint8Array | null> {
  const id = await archivedAt(store.table, urlHash(url));
  const article = id && (await getKnown(store.table, id))?.article;
  if (!article) return null;
  const digest = warcHeader(record, 'WARC-Payload-Digest')?.toLowerCase();
  const referred = Date.parse(warcHeader(record, 'WARC-Refers-To-Date') ?? '');
  const timestamp = Number.isNaN(referred) ? null : toTimestamp(referred);
  const snapshots = [article.latest, ...(await allOlderSnapshots(store.table, article))];
  const found =
    snapshots.find((snapshot) => snapshot.digest === digest) ??
    snapshots.find((snapshot) => snapshot.timestamp === timestamp);
  const object = found && (await store.bucket.get(bodyObject(article.id, found.digest)));
  return object ? gunzipSync(object.bytes) : null;
}

function bad(detail: string): { problem: Problem } {
  return { problem: { code: 'bad-record', detail } };
}
