/** A URL -> the bytes that its site serves, or the reason why there are none. One attempt; robots and pauses are others' work. */
import type { Dispatcher } from 'undici';
import { type ArticleUrl, parseArticleUrl } from '../article/article-url.ts';
import type { Problem, ProblemCode } from '../problems.ts';
import { type ConnectSettings, howToAllow, literalAddressAllowed } from './connect.ts';
import { readBody } from './content-encoding.ts';
import { makeCookieJar } from './cookies.ts';
import { faultProblem, statusProblem } from './fetch-problems.ts';
import { boundedHeaders, contentTypeOf, header } from './headers.ts';

/** As many as browsers follow (WHATWG Fetch 4.4). */
export const maxRedirects = 20;
export const maxBodyBytes = 20 * 1024 * 1024;
const defaultTimeoutMs = 25_000;

export type Validators = { etag?: string; lastModified?: string };

export type FetchedPage = {
  requestedUrl: string;
  finalUrl: string;
  /** The URLs that led on, by their status or by what they say. */
  redirects: string[];
  /** As far as redirects for good (301, 308) led, one after the other; the URL that was asked for where there were none. */
  movedTo?: string;
  status: number;
  headers: [string, string][];
  headersCut: boolean;
  contentType: string | null;
  body: Uint8Array;
  /** It came packed, and the packing ends before its end. */
  isCut?: boolean;
  /** The first page that led here by what it says. */
  ledBy?: FetchedPage;
  /** Epoch milliseconds of the response's arrival. */
  fetchedAtMs: number;
  durationMs: number;
};

/** `at`: the URL that the problem is of, after redirects. */
export type Failure = { problem: Problem; at: ArticleUrl };

/**
 * `notModified` answers only a conditional fetch. `onward`: the page leads on by what it says, and why that was not followed to its
 * end.
 */
export type FetchResult = { page: FetchedPage; onward?: Failure } | { notModified: true } | Failure;

/** What went wrong, at the page or at what it leads to. */
export function failureOf(result: FetchResult): Failure | null {
  if ('problem' in result) return result;
  return 'page' in result ? (result.onward ?? null) : null;
}

export type FetchOptions = {
  validators?: Validators;
  accept?: string;
  referer?: string;
  maxBytes?: number;
  /** Keeps the first `maxBytes` of a longer body instead of refusing it. */
  truncate?: boolean;
  signal?: AbortSignal;
  /** A file for programs, such as robots.txt: asked for without cookies, and nothing that it says leads on. */
  isFile?: boolean;
  /** The problem that keeps a redirect from being followed, or null; it may wait. */
  beforeHop?: (to: ArticleUrl, from: ArticleUrl) => Promise<Problem | null>;
};

export type FetchDeps = {
  dispatcher: Dispatcher;
  settings: ConnectSettings & { userAgent: string };
  now: () => number;
  /** Where a page leads on by what it says, or null. */
  pageRedirect?: (page: FetchedPage) => string | null;
  /** From the first connection to the last byte, redirects included. */
  timeoutMs?: number | undefined;
};

/**
 * Follows redirects itself, each target checked like the first. `beforeHop` may refuse a redirect's target, or let it wait.
 * Never throws for what a site does.
 */
export async function fetchPage(deps: FetchDeps, url: ArticleUrl, options: FetchOptions = {}): Promise<FetchResult> {
  const timeoutMs = deps.timeoutMs ?? defaultTimeoutMs;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  const jar = options.isFile ? null : makeCookieJar();
  const way: Way = { url, startedMs: deps.now(), redirects: [], movedTo: url, isForGood: true };
  const asked = new Set<string>();
  let ledBy: FetchedPage | null = null;
  let current = url;
  /** What a page that leads on says itself stays, whatever comes of that. */
  const failed = (failure: Failure): FetchResult => (ledBy ? { page: ledBy, onward: failure } : failure);
  try {
    for (;;) {
      const cookie = jar?.headerFor(current) ?? null;
      const circle = `${current} ${cookie}`;
      if (asked.has(circle)) return failed(refusal(current, 'too-many-redirects', 'it redirects in a circle'));
      asked.add(circle);
      const answer = await ask(deps, { url: current, cookie, options, way, signal });
      if ('problem' in answer) return failed({ problem: answer.problem, at: current });
      jar?.take(current, answer.headers, deps.now());
      let target = answer.target;
      if (target === null && answer.isNotModified) return { notModified: true };
      if (target === null) {
        const page = await readAnswer(deps, answer, { current, way, options });
        target = options.isFile || deps.pageRedirect === undefined ? null : deps.pageRedirect(page);
        if (target === null) return { page: ledBy ? { ...page, ledBy } : page };
        ledBy ??= page;
        way.isForGood = false;
      }
      const next = parseArticleUrl(target, current);
      if ('problem' in next) {
        const detail = `it redirects to a URL that is not fetched: ${next.problem.detail}`;
        return failed(refusal(current, 'url-refused', detail));
      }
      way.redirects.push(current);
      way.isForGood &&= answer.status === 301 || answer.status === 308;
      if (way.isForGood) way.movedTo = next.url;
      if (way.redirects.length > maxRedirects)
        return failed(refusal(current, 'too-many-redirects', `it redirects more than ${maxRedirects} times`));
      const refused = await options.beforeHop?.(next.url, current);
      if (refused) return failed({ problem: refused, at: next.url });
      if (timeout.aborted) {
        const detail = `there was no time left to follow its redirect after the wait for ${new URL(next.url).host}`;
        return failed({ problem: { code: 'timeout', detail, isUnasked: true }, at: next.url });
      }
      current = next.url;
    }
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return failed({ problem: faultProblem(error, timeoutMs), at: current });
  }
}

/** How far a fetch has come. */
type Way = { url: ArticleUrl; startedMs: number; redirects: string[]; movedTo: string; isForGood: boolean };

/** `target`: where its status leads. The body is read of none but a page. */
type Answer = {
  status: number;
  headers: [string, string][];
  body: Dispatcher.ResponseData['body'];
  target: string | null;
  isNotModified: boolean;
};

type Asking = { url: ArticleUrl; cookie: string | null; options: FetchOptions; way: Way; signal: AbortSignal };

async function ask(
  deps: FetchDeps,
  { url, cookie, options, way, signal }: Asking,
): Promise<Answer | { problem: Problem }> {
  const { hostname, origin, pathname, search } = new URL(url);
  if (!literalAddressAllowed(url, deps.settings.fetchAllow)) {
    const how = way.redirects.length > 0 ? `it redirects to ${hostname}, which` : hostname;
    return { problem: { code: 'url-refused', detail: `${how} is not a public address${howToAllow}` } };
  }
  // They are of the URL that was asked for, to which a cookie may lead back.
  const validators = url === way.url ? options.validators : undefined;
  const asked = deps.dispatcher.request({
    origin,
    path: pathname + search,
    method: 'GET',
    signal,
    headers: {
      ...requestHeaders(deps.settings.userAgent, options.accept, validators),
      ...(cookie === null ? {} : { cookie }),
      ...(options.referer === undefined ? {} : { referer: options.referer }),
    },
    responseHeaders: 'raw',
  });
  const reply = await unlessAborted(asked, signal);
  // `raw` gives a flat list of names and values, which undici's types do not say.
  const headers = pairs(reply.headers as unknown as (string | Buffer)[]);
  const target = redirectTarget(reply.statusCode, headers);
  const isNotModified = reply.statusCode === 304 && validators !== undefined;
  const problem = target === null && !isNotModified ? statusProblem(reply.statusCode, headers, deps.now()) : null;
  if (target !== null || isNotModified || problem) await reply.body.dump({ limit: 64 * 1024 });
  return problem ? { problem } : { status: reply.statusCode, headers, body: reply.body, target, isNotModified };
}

async function readAnswer(
  deps: FetchDeps,
  { status, headers, body: sent }: Answer,
  { current, way, options }: { current: ArticleUrl; way: Way; options: FetchOptions },
): Promise<FetchedPage> {
  let isCut = false;
  const body = await readBody(sent, header(headers, 'content-encoding') ?? '', {
    maxBytes: options.maxBytes ?? maxBodyBytes,
    truncate: options.truncate,
    onCut: () => {
      isCut = true;
    },
  });
  const fetchedAtMs = deps.now();
  return {
    requestedUrl: way.url,
    finalUrl: current,
    redirects: [...way.redirects],
    movedTo: way.movedTo,
    status,
    ...boundedHeaders(headers),
    contentType: contentTypeOf(headers),
    body,
    ...(isCut ? { isCut } : {}),
    fetchedAtMs,
    durationMs: fetchedAtMs - way.startedMs,
  };
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

function refusal(at: ArticleUrl, code: ProblemCode, detail: string): Failure {
  return { problem: { code, detail }, at };
}
