/**
 * A record of a WARC -> the archive: a response with a page becomes a snapshot of the time that it was made, with its status and
 * headers; a revisit one with the bytes of the response that it refers to; a resource that is a document, a document. Nothing
 * is fetched, and the same record twice is one snapshot.
 */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Snapshot } from '../article/article.ts';
import { type ArticleUrl, parseArticleUrl, parseStoryUrl } from '../article/article-url.ts';
import { urlHash } from '../article/norm.ts';
import { toTimestamp } from '../article/times.ts';
import { boundedHeaders, contentTypeOf } from '../fetch/headers.ts';
import { notAPage, notKept } from '../fetch/html-check.ts';
import { isDocument } from '../formats/document-type.ts';
import { type HttpResponse, httpResponse } from '../formats/http-response.ts';
import { type WarcRecord, warcHeader } from '../formats/warc-read.ts';
import { digestOf } from '../hash.ts';
import type { Problem } from '../problems.ts';
import { archivedAt } from '../store/aliases.ts';
import { allOlderSnapshots, bodyObject, type Store } from '../store/articles.ts';
import { getFollowedOne } from '../store/followed.ts';
import { type ImportDeps, type Imported, importDocument } from './import-document.ts';
import { noOrigin, type Origin } from './incoming.ts';
import { reread } from './read-page.ts';
import { removedProblem } from './removal.ts';
import { savePage } from './save.ts';
import { takenDownProblem } from './takedown.ts';
import { makeWarcContext, type WarcContext } from './warc-context.ts';

/** `skipped`: why it is none to keep, as a request or a picture. */
export type ImportedRecord = Imported | { skipped: string };

export async function importRecord(
  deps: ImportDeps,
  record: WarcRecord,
  context: WarcContext = makeWarcContext(),
): Promise<ImportedRecord> {
  const { type, block, targetUri } = record;
  if (type !== 'response' && type !== 'revisit' && type !== 'resource') return { skipped: `a ${type} record` };
  if (block === null) return bad(`the record has ${record.bytes} bytes, more than is kept`);
  if (type === 'resource') {
    if (isDocument(record.contentType))
      return importDocument(deps, { bytes: block, name: context.factsOf(record).file, sentAs: record.contentType });
    if (!isPageType(record.contentType ?? ''))
      return { skipped: `a resource of type ${record.contentType ?? 'unknown'}` };
  }
  const parsed = parseStoryUrl(targetUri ?? '');
  if ('problem' in parsed) return { skipped: `its URL: ${parsed.problem.detail}` };
  const fetchedAtMs = Date.parse(record.date ?? '');
  if (Number.isNaN(fetchedAtMs)) return bad('the record has no WARC-Date');
  const method = context.methodOf(record);
  if (method !== null) return { skipped: `the answer to a ${method}` };
  const sent: HttpResponse | null = type === 'resource' ? resourceAnswer(record, block) : httpResponse(block);
  const target = sent && targetOf(sent, parsed.url);
  if (target) {
    context.noteRedirect(parsed.url, target);
    return { skipped: `a redirect to ${target}` };
  }
  const isRevisit = type === 'revisit';
  if (sent === null && !isRevisit) return { skipped: 'no HTTP response' };
  if (sent?.status === 206 && headerOf(sent, 'content-range') !== null)
    return { skipped: 'a part of a page (status 206)' };
  const isNotModified = isRevisit && (sent === null || sent.status === 304);
  if (sent && !isNotModified && (sent.status < 200 || sent.status > 299))
    return { skipped: `the site answered ${sent.status}` };
  const earlier = isRevisit ? await revisited(deps.store, { url: parsed.url, record, fetchedAtMs, context }) : null;
  if (isRevisit && earlier === null) {
    const called = sent && contentTypeOf(sent.headers);
    // A picture in a crawl, whose response was none that is kept for itself.
    return called && !isPageType(called)
      ? { skipped: `the site calls it ${called}` }
      : bad('it refers to a response that is not here');
  }
  const response: HttpResponse | null =
    isNotModified && earlier
      ? { status: earlier.snapshot.status, statusText: '', headers: earlier.snapshot.headers, body: earlier.body }
      : sent;
  const body = earlier?.body ?? response?.body ?? null;
  if (response === null || body === null) return bad('its body unpacks to more than is kept');
  // Of characters that no answer of ours could carry (RFC 9110 5.5), nor the bucket.
  const named = contentTypeOf(response.headers) ?? earlier?.snapshot.contentType;
  const contentType = named?.replace(/\p{Cc}/gu, ' ') ?? null;
  const facts = context.factsOf(record);
  // In a crawl a picture is a part of a page; an export says which were kept for themselves.
  const isOurs = facts.requestedUrl !== null;
  const problem = isOurs ? notKept(body, contentType) : notAPage(body, contentType);
  if (problem) return { skipped: problem.detail };
  const redirects = facts.redirects.length > 0 ? facts.redirects : context.waysTo(parsed.url);
  const saved = await save(deps, {
    url: parsed.url,
    requestedUrl: facts.requestedUrl ?? redirects[0] ?? parsed.url,
    redirects,
    origin: { ...noOrigin, feed: facts.feed, entry: facts.entry },
    isCut: !isRevisit && type === 'response' && isCut(record, block, response),
    fetchedAtMs: Math.min(fetchedAtMs, deps.now()),
    response: { ...response, body, contentType },
  });
  if ('article' in saved) context.noteBody(record.id, { article: saved.article, digest: digestOf(body) });
  return saved;
}

function isPageType(contentType: string): boolean {
  return /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(contentType);
}

/** A page that was put into the file without the answer that it came in. */
function resourceAnswer({ contentType }: WarcRecord, body: Uint8Array): HttpResponse {
  return { status: 200, statusText: '', headers: [['Content-Type', contentType ?? 'text/html']], body };
}

/** Where a response leads to, as the archive names URLs; null for one that is no redirect. */
export function redirectOf({ targetUri, block }: Pick<WarcRecord, 'targetUri' | 'block'>): string | null {
  const answer = block && httpResponse(block);
  const from = parseArticleUrl(targetUri ?? '');
  return answer && 'url' in from ? targetOf(answer, from.url) : null;
}

function targetOf(answer: HttpResponse, from: ArticleUrl): string | null {
  const location = [301, 302, 303, 307, 308].includes(answer.status) ? headerOf(answer, 'location') : null;
  const parsed = location === null ? null : parseArticleUrl(Buffer.from(location, 'latin1').toString('utf8'), from);
  return parsed && 'url' in parsed ? parsed.url : null;
}

function headerOf({ headers }: Pick<HttpResponse, 'headers'>, name: string): string | null {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
}

/** By what the writer says, or because fewer bytes came than the site said. */
function isCut(record: WarcRecord, block: Uint8Array, response: HttpResponse): boolean {
  if (warcHeader(record, 'WARC-Truncated') !== null) return true;
  const said = headerOf(response, 'content-length');
  if (said === null || !/^\d{1,15}$/.test(said) || headerOf(response, 'transfer-encoding') !== null) return false;
  // Writers that unpack a body keep the length that it had packed: only what is smaller than both is cut.
  return response.body !== null && response.body.length < Number(said) && block.length < Number(said);
}

async function save(
  deps: ImportDeps,
  {
    url,
    requestedUrl,
    redirects,
    origin,
    isCut,
    fetchedAtMs,
    response,
  }: {
    url: ArticleUrl;
    requestedUrl: string;
    redirects: string[];
    origin: Origin;
    isCut: boolean;
    fetchedAtMs: number;
    response: HttpResponse & { body: Uint8Array; contentType: string | null };
  },
): Promise<Imported> {
  const { status, body, contentType } = response;
  const name = createHash('sha256').update(body).update(`|${fetchedAtMs}|${url}`).digest('base64url').slice(0, 26);
  const saved = await savePage(
    deps.store,
    {
      requestedUrl,
      finalUrl: url,
      redirects,
      ...(isCut ? { isCut } : {}),
      status,
      ...boundedHeaders(response.headers),
      contentType,
      body,
      fetchedAtMs,
      durationMs: 0,
      captureId: `${urlHash(url)}.${name}`,
      source: 'warc',
      origin,
      extraction: await deps.extractor.extract(body, { url, contentType, capturedAtMs: fetchedAtMs }),
    },
    { reread: (id, snapshot) => reread(deps, id, snapshot) },
  );
  if (saved.status === 'taken-down') return { problem: takenDownProblem(saved.tombstone) };
  if (saved.status === 'removed') return { problem: removedProblem(saved.removed) };
  return { article: saved.article.id, url, timestamp: saved.timestamp, snapshot: saved.snapshot };
}

/** Bodies that are read to find one by a digest that is not ours. */
const maxRead = 50;

type Earlier = { snapshot: Snapshot; body: Uint8Array };

/**
 * The response that a revisit refers to: by its record, its digest of whatever kind, or its time, at its own URL or the one that it names.
 * Where nothing tells, the latest before it when all before it are the same. Null when it is not here.
 */
async function revisited(
  store: Store,
  {
    url,
    record,
    fetchedAtMs,
    context,
  }: { url: ArticleUrl; record: WarcRecord; fetchedAtMs: number; context: WarcContext },
): Promise<Earlier | null> {
  const plain = (name: string) => warcHeader(record, name)?.replace(/^<|>$/g, '') ?? null;
  const known = context.bodyOf(plain('WARC-Refers-To'));
  const named = parseArticleUrl(plain('WARC-Refers-To-Target-URI') ?? url);
  const urls = [...new Set(['url' in named ? named.url : url, url])];
  const ids = await Promise.all(urls.map((one) => archivedAt(store.table, urlHash(one))));
  const candidates: { id: string; snapshot: Snapshot }[] = [];
  for (const id of new Set([known?.article, ...ids])) {
    const article = id ? (await getFollowedOne(store.table, id))?.known.article : null;
    if (!article) continue;
    const older = await allOlderSnapshots(store.table, article);
    const snapshots = [article.latest, ...older.toSorted((a, b) => (a.timestamp < b.timestamp ? 1 : -1))];
    candidates.push(...snapshots.map((snapshot) => ({ id: article.id, snapshot })));
  }
  const digest = plain('WARC-Payload-Digest');
  const referred = Date.parse(plain('WARC-Refers-To-Date') ?? '');
  const timestamp = Number.isNaN(referred) ? null : toTimestamp(referred);
  const bodyOf = async ({ id, snapshot }: (typeof candidates)[number]): Promise<Earlier | null> => {
    const object = await store.bucket.get(bodyObject(id, snapshot.digest));
    return object && { snapshot, body: gunzipSync(object.bytes) };
  };
  const found =
    candidates.find(({ snapshot }) => snapshot.digest === known?.digest) ??
    candidates.find(({ snapshot }) => snapshot.digest === digest?.toLowerCase());
  if (found) return bodyOf(found);
  const distinct = [...new Map(candidates.map((one) => [one.snapshot.digest, one])).values()];
  if (digest !== null)
    for (const one of distinct.slice(0, maxRead)) {
      const read = await bodyOf(one);
      if (read && hasDigest(read.body, digest)) return read;
    }
  const byTime = candidates.find(({ snapshot }) => snapshot.timestamp === timestamp);
  if (byTime) return bodyOf(byTime);
  const before = candidates.filter(({ snapshot }) => Date.parse(snapshot.fetchedAt) <= fetchedAtMs);
  const isNotModified = /server-not-modified/.test(plain('WARC-Profile') ?? '');
  const isOne = new Set(before.map(({ snapshot }) => snapshot.digest)).size === 1;
  const [latest] = before;
  return latest && (isOne || isNotModified) ? bodyOf(latest) : null;
}

/** `algorithm:value` as WARCs have it, the value in base32 or hex. */
function hasDigest(body: Uint8Array, digest: string): boolean {
  const [, name = '', value = ''] = /^(sha-?1|sha-?256|sha-?512|md5):([\w=+/-]{1,200})$/i.exec(digest.trim()) ?? [];
  if (name === '') return false;
  const hash = createHash(name.toLowerCase().replace('-', '')).update(body).digest();
  return [hash.toString('hex'), base32(hash)].includes(
    /^[\da-f]+$/i.test(value) && value.length === hash.length * 2
      ? value.toLowerCase()
      : value.toUpperCase().replaceAll('=', ''),
  );
}

/** RFC 4648 6, without padding. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

function bad(detail: string): { problem: Problem } {
  return { problem: { code: 'bad-record', detail } };
}
