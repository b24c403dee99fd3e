/** A URL -> the bytes that its site serves, or the reason why there are none. One attempt; robots and pauses are others' work. */
import { type Dispatcher, errors } from 'undici';
import { type ArticleUrl, parseArticleUrl } from '../article/article-url.ts';
import type { Problem, ProblemCode } from '../problems.ts';
import { AddressRefused, AnswerTooLong, type ConnectSettings, howToAllow, literalAddressAllowed } from './connect.ts';
import { BodyTooLarge, readBody, UnknownEncoding } from './content-encoding.ts';
import { boundedHeaders, contentTypeOf, header } from './headers.ts';

export const maxRedirects = 5;
export const maxBodyBytes = 20 * 1024 * 1024;
const defaultTimeoutMs = 25_000;

export type Validators = { etag?: string; lastModified?: string };

export type FetchedPage = {
  requestedUrl: string;
  finalUrl: string;
  redirects: string[];
  /** Set when there were redirects and all of them were for good (301, 308). */
  isMoved?: boolean;
  status: number;
  headers: [string, string][];
  headersCut: boolean;
  contentType: string | null;
  body: Uint8Array;
  /** Epoch milliseconds of the response's arrival. */
  fetchedAtMs: number;
  durationMs: number;
};

/** `notModified` answers only a conditional fetch. `at`: the URL that the problem is of, after redirects. */
export type FetchResult = { page: FetchedPage } | { notModified: true } | { problem: Problem; at: ArticleUrl };

export type FetchOptions = {
  validators?: Validators;
  accept?: string;
  maxBytes?: number;
  /** Keeps the first `maxBytes` of a longer body instead of refusing it. */
  truncate?: boolean;
  signal?: AbortSignal;
  /** The problem that keeps a redirect from being followed, or null; it may wait. */
  beforeHop?: (to: ArticleUrl, from: ArticleUrl) => Promise<Problem | null>;
};

export type FetchDeps = {
  dispatcher: Dispatcher;
  settings: ConnectSettings & { userAgent: string };
  now: () => number;
  /** From the first connection to the last byte, redirects included. */
  timeoutMs?: number | undefined;
};

/**
 * Follows redirects itself, each target checked like the first. `beforeHop` may refuse a redirect's target, or let it wait.
 * Never throws for what a site does.
 */
export async function fetchPage(deps: FetchDeps, url: ArticleUrl, options: FetchOptions = {}): Promise<FetchResult> {
  const startedMs = deps.now();
  const timeoutMs = deps.timeoutMs ?? defaultTimeoutMs;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  const redirects: string[] = [];
  let isForGood = true;
  let current = url;
  try {
    for (;;) {
      if (!literalAddressAllowed(current, deps.settings.fetchAllow)) {
        const { hostname } = new URL(current);
        const how = redirects.length > 0 ? `it redirects to ${hostname}, which` : hostname;
        return problem(current, 'url-refused', `${how} is not a public address of others${howToAllow}`);
      }
      const { origin, pathname, search } = new URL(current);
      const asked = deps.dispatcher.request({
        origin,
        path: pathname + search,
        method: 'GET',
        signal,
        headers: requestHeaders(
          deps.settings.userAgent,
          options.accept,
          redirects.length === 0 ? options.validators : undefined,
        ),
        responseHeaders: 'raw',
      });
      const reply = await unlessAborted(asked, signal);
      // `raw` gives a flat list of names and values, which undici's types do not say.
      const headers = pairs(reply.headers as unknown as (string | Buffer)[]);
      const target = redirectTarget(reply.statusCode, headers);
      if (target !== null) {
        await reply.body.dump({ limit: 64 * 1024 });
        const next = parseArticleUrl(target, current);
        if ('problem' in next)
          return problem(current, 'url-refused', `it redirects to a URL that is not fetched: ${next.problem.detail}`);
        redirects.push(current);
        isForGood &&= reply.statusCode === 301 || reply.statusCode === 308;
        if (redirects.length > maxRedirects)
          return problem(current, 'too-many-redirects', `it redirects more than ${maxRedirects} times`);
        const refused = await options.beforeHop?.(next.url, current);
        if (refused) return { problem: refused, at: next.url };
        if (timeout.aborted) {
          const detail = `there was no time left to follow its redirect after the wait for ${new URL(next.url).host}`;
          return { problem: { code: 'timeout', detail, isUnasked: true }, at: next.url };
        }
        current = next.url;
        continue;
      }
      if (reply.statusCode === 304 && options.validators) {
        await reply.body.dump({ limit: 64 * 1024 });
        return { notModified: true };
      }
      const failed = statusProblem(reply.statusCode, headers, deps.now());
      if (failed) {
        await reply.body.dump({ limit: 64 * 1024 });
        return { problem: failed, at: current };
      }
      const body = await readBody(reply.body, header(headers, 'content-encoding') ?? '', {
        maxBytes: options.maxBytes ?? maxBodyBytes,
        truncate: options.truncate,
      });
      const fetchedAtMs = deps.now();
      return {
        page: {
          requestedUrl: url,
          finalUrl: current,
          redirects,
          isMoved: redirects.length > 0 && isForGood,
          status: reply.statusCode,
          ...boundedHeaders(headers),
          contentType: contentTypeOf(headers),
          body,
          fetchedAtMs,
          durationMs: fetchedAtMs - startedMs,
        },
      };
    }
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return { problem: faultProblem(error, timeoutMs), at: current };
  }
}

/** undici heeds the signal once it is connected; until then a name that is not found or a handshake that stalls would hold us. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function requestHeaders(userAgent: string, accept: string | undefined, validators: Validators | undefined) {
  return {
    'user-agent': userAgent,
    accept: accept ?? 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.1',
    'accept-language': '*',
    'accept-encoding': 'gzip, br, zstd, deflate',
    ...(validators?.etag ? { 'if-none-match': validators.etag } : {}),
    ...(validators?.lastModified ? { 'if-modified-since': validators.lastModified } : {}),
  };
}

/** undici's raw header list: names and values in turn. Bytes above ASCII are Latin-1 (RFC 9110 5.5). */
function pairs(raw: (string | Buffer)[]): [string, string][] {
  const text = (part: string | Buffer | undefined) =>
    typeof part === 'string' ? part : (part?.toString('latin1') ?? '');
  const found: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) found.push([text(raw[i]), text(raw[i + 1])]);
  return found;
}

function redirectTarget(status: number, headers: [string, string][]): string | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null;
  const location = header(headers, 'location');
  // Sites send UTF-8 in Location although RFC 9110 has it ASCII; browsers read it so too.
  return location && Buffer.from(location, 'latin1').toString('utf8');
}

function statusProblem(status: number, headers: [string, string][], nowMs: number): Problem | null {
  const detail = `the site answered ${status}`;
  if (status >= 200 && status < 300) return null;
  if (status === 404) return { code: 'not-found', detail };
  if (status === 410) return { code: 'gone', detail };
  if (status === 401 || status === 402 || status === 403 || status === 451) return { code: 'access-denied', detail };
  if (status === 429 || status === 503) {
    const retryAfterMs = retryAfter(header(headers, 'retry-after'), nowMs);
    return { code: 'rate-limited', detail, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  }
  if (status >= 500) return { code: 'server-error', detail };
  return { code: 'http-error', detail };
}

/** Retry-After (RFC 9110 10.2.3), seconds or a date -> milliseconds from now, at most a day. */
function retryAfter(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  const waitMs = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), 86_400_000);
}

const certificateError =
  /^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL_|EPROTO)/;

/** A problem is kept with its capture and its feed. */
const maxDetailLength = 500;

/** What Node and undici throw -> the outcome it stands for. */
function faultProblem(error: unknown, timeoutMs: number): Problem {
  const chain = causes(error);
  const codes = chain.map((e) => ('code' in e ? String(e.code) : '')).filter(Boolean);
  const detail = chain.map((e) => e.message).find(Boolean) ?? 'unknown fault';
  // Messages quote what a site sent, all names of a certificate for one.
  const first = (code: ProblemCode, text = detail): Problem => ({ code, detail: text.slice(0, maxDetailLength) });
  const refused = chain.find((e) => e instanceof AddressRefused);
  if (refused) return first('url-refused', refused.message);
  const tooLong = chain.find((e) => e instanceof BodyTooLarge || e instanceof AnswerTooLong);
  if (tooLong) return first('too-large', tooLong.message);
  if (chain.some((e) => e instanceof UnknownEncoding)) return first('bad-response', `unknown ${detail}`);
  if (chain.some((e) => e.name === 'TimeoutError'))
    return first('timeout', `no whole page within ${timeoutMs / 1000} s`);
  if (
    chain.some(
      (e) =>
        e instanceof errors.ConnectTimeoutError ||
        e instanceof errors.HeadersTimeoutError ||
        e instanceof errors.BodyTimeoutError,
    )
  ) {
    return first('timeout');
  }
  if (chain.some((e) => e instanceof errors.HTTPParserError))
    return first('bad-response', `the answer is not HTTP: ${detail}`);
  if (codes.includes('ETIMEDOUT')) return first('timeout');
  if (codes.includes('ENOTFOUND')) return first('dns');
  if (codes.some((code) => /^(EAI_|ENODATA|ESERVFAIL|EREFUSED|ECANCELLED)/.test(code))) return first('dns-failed');
  if (codes.some((code) => certificateError.test(code))) return first('tls');
  if (
    codes.some((code) =>
      /^(Z_|ERR_BROTLI|ERR_ZSTD|ZSTD_|HPE_|UND_ERR_(HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH))/.test(code),
    )
  ) {
    return first('bad-response', `the answer could not be read: ${detail}`);
  }
  return first('connection-failed');
}

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let e = error; e instanceof Error && chain.length < 8; e = e.cause) {
    chain.push(e);
    if (e instanceof AggregateError) chain.push(...e.errors.filter((inner) => inner instanceof Error));
  }
  return chain;
}

function problem(at: ArticleUrl, code: ProblemCode, detail: string): FetchResult {
  return { problem: { code, detail }, at };
}
