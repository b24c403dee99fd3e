/**
 * The one list of what can go wrong: every code that the API, the command line and the logs use, with its HTTP status
 * (RFC 9457) and whether trying the same capture again may help.
 */

const rows = {
  // The request itself.
  'invalid-json': [400, 'The body is not valid JSON'],
  'invalid-request': [400, 'The route does not accept this request'],
  'invalid-query': [400, 'The query q is malformed; position says where'],
  'invalid-cursor': [400, 'The cursor is damaged or belongs to another query'],
  'no-such-route': [404, 'There is no such address'],
  'method-not-allowed': [405, 'This address does not take this method'],
  'body-too-large': [413, 'The request body is too large'],
  'wrong-host': [421, 'This archive answers only to the name of this machine'],
  'unsupported-media-type': [415, 'This address does not take a request body of this type'],
  'not-utf8': [415, 'The body is text that is not UTF-8'],
  'unknown-article': [404, 'No article has this id or URL'],
  'unknown-capture': [404, 'No capture has this id'],
  'unknown-batch': [404, 'No batch has this id'],
  'unknown-feed': [404, 'No feed has this id'],
  'unknown-snapshot': [404, 'The article has no snapshot of this time'],
  'not-failed': [409, 'Only a capture that failed can be tried again'],
  conflict: [409, 'Somebody else changed the article at the same time; try again'],
  'too-many-requests': [429, 'The archive is at capacity; try again later'],
  internal: [500, 'The archive failed; its log says why'],
  unavailable: [503, 'The archive cannot do this now; try again later'],
  // Keys.
  'key-missing': [401, 'This archive asks for a key'],
  'key-unknown': [401, 'This archive does not know this key'],
  'key-revoked': [401, 'The key was revoked'],
  'scope-too-small': [403, 'The key may not do this'],
  'wrong-origin': [403, 'Cross-site requests are not allowed'],
  // Documents.
  'bad-document': [422, 'The archive cannot keep this document'],
  'bad-archive-file': [422, 'The file is not a readable tar, tar.gz or WARC'],
  'bad-record': [422, 'The archive cannot keep this record'],
  // Takedowns.
  'taken-down': [410, 'The article was taken down'],
  removed: [410, 'The article was removed'],
  'takedown-in-progress': [409, 'The takedown is not finished yet'],
  // The outcome of a capture. A third value says: trying again may help.
  'needs-browser': [422, 'Only a browser can show the page of this URL'],
  'url-refused': [422, 'The archive does not fetch this URL'],
  'blocked-by-robots': [422, 'The site forbids archiving this URL'],
  'not-found': [422, 'The site has no such page'],
  gone: [422, 'The site says that the page is gone for good'],
  'access-denied': [422, 'The site denies the archive access'],
  'rate-limited': [422, 'The site asks the archive to come back later', 'retry'],
  'http-error': [422, 'The site refused the request'],
  'server-error': [422, 'The site has a fault of its own', 'retry'],
  'bad-response': [422, 'The site sent a broken answer', 'retry'],
  'too-many-redirects': [422, 'The site redirects too often'],
  'not-a-feed': [422, 'There is no feed at this URL'],
  'malformed-feed': [422, 'The feed is too broken to read'],
  'empty-feed': [422, 'The feed is empty'],
  'not-html': [422, 'There is no HTML page, PDF or picture at this URL'],
  'empty-page': [422, 'The page is empty'],
  'too-large': [422, 'The page is larger than the archive keeps'],
  timeout: [422, 'The site took too long to answer', 'retry'],
  dns: [422, 'The host name does not exist'],
  'dns-failed': [422, 'The host name could not be looked up', 'retry'],
  tls: [422, 'The certificate of the site is not valid'],
  'connection-failed': [422, 'The site could not be reached, or closed the connection', 'retry'],
  'bytes-gone': [422, 'The bytes that came with the request are no longer stored'],
  'worker-lost': [422, 'The capture was started several times and never finished'],
} as const satisfies Record<string, readonly [number, string] | readonly [number, string, 'retry']>;

export type ProblemCode = keyof typeof rows;

/** A problem as a value: the stable code, a sentence for this case, and the time of a retry if the site asked for one. */
export type Problem = {
  code: ProblemCode;
  detail: string;
  /** Milliseconds that the site asked us to wait (Retry-After), or that we leave it alone for. */
  retryAfterMs?: number;
  /** The site was not asked, so this says nothing about the page and does not count as an attempt. */
  isUnasked?: true;
};

export const problemCodes = Object.keys(rows) as ProblemCode[];

/** The HTTP status and the title of a code, and whether a capture that failed with it is tried again. */
export function aboutProblem(code: ProblemCode): { status: number; title: string; retry: boolean } {
  const [status, title, retry] = rows[code] as readonly [number, string, 'retry'?];
  return { status, title, retry: retry === 'retry' };
}

/** Thrown by routes and by the edge parsers; the HTTP room turns it into an answer, the commands into a line. */
export class ProblemError extends Error {
  readonly problem: Problem;
  /** Further members of the problem+json answer (RFC 9457 3.2), which help the client to correct the request. */
  readonly extra: Record<string, unknown>;
  /** Overrides the code's usual status, for the one code that means different things on GET and on POST. */
  readonly status: number;

  constructor(code: ProblemCode, detail: string, extra: Record<string, unknown> = {}, status?: number) {
    super(`${code}: ${detail}`);
    this.name = 'ProblemError';
    this.problem = { code, detail };
    this.extra = extra;
    this.status = status ?? aboutProblem(code).status;
  }
}
