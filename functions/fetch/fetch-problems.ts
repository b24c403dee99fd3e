/** What a site answers with in place of a page, and what Node and undici throw of it -> the outcome that it stands for. Pure. */
import { errors } from 'undici';
import type { Problem, ProblemCode } from '../problems.ts';
import { AddressRefused, AnswerTooLong } from './connect.ts';
import { BodyTooLarge, UnknownEncoding } from './content-encoding.ts';
import { header } from './headers.ts';

/** Null for an answer that holds a page. */
export function statusProblem(status: number, headers: [string, string][], nowMs: number): Problem | null {
  const detail = `the site answered ${status}`;
  if (status >= 200 && status < 300) return null;
  if (status === 404) return { code: 'not-found', detail };
  if (status === 410) return { code: 'gone', detail };
  if (status === 401 || status === 402 || status === 403 || status === 451) return { code: 'access-denied', detail };
  if (status === 429 || status === 503) {
    const retryAfterMs = retryAfter(header(headers, 'retry-after'), nowMs);
    return { code: 'rate-limited', detail, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  }
  // RFC 9110 15.5.9 and RFC 8470 5.2: the same request may be sent again.
  if (status === 408 || status === 425 || status >= 500) return { code: 'server-error', detail };
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

const notSecure = 'no secure connection could be agreed on';

/** What Node says in words of the system, in words for people. */
const plainWords: Record<string, string> = {
  ENOTFOUND: 'no name server knows this host',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the site refuses the connection',
  ECONNRESET: 'the site broke off the connection',
  EPIPE: 'the site broke off the connection',
  EHOSTUNREACH: 'no way leads to the site',
  ENETUNREACH: 'no way leads to the site',
  EPROTO: notSecure,
};

/** A problem is kept with its capture and its feed. */
const maxDetailLength = 500;

/** What Node and undici throw -> the outcome it stands for. */
export function faultProblem(error: unknown, timeoutMs: number): Problem {
  const chain = causes(error);
  const codes = chain.map((e) => ('code' in e ? String(e.code) : '')).filter(Boolean);
  const plain = codes.map((code) => (code.startsWith('ERR_SSL_') ? notSecure : plainWords[code])).find(Boolean);
  const detail = plain ?? chain.map((e) => e.message).find(Boolean) ?? 'unknown fault';
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
