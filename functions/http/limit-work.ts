/**
 * How much is in work at once: a request beyond that is refused before any of its body is read, so that a crowd is told to
 * wait and costs no memory. What a client may hold of it is no concern of this.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ProblemError } from '../problems.ts';

export type WorkLimits = {
  maxRequests: number;
  /** Of all bodies together; one alone is always let in. */
  maxBodyBytes: number;
};

/** Twelve requests of the largest kind, or a few hundred that wait for their captures. */
export const usualLimits: WorkLimits = { maxRequests: 400, maxBodyBytes: 72 * 1024 * 1024 };

const retryAfterSeconds = 2;

/** `maxRequestBytes`: what a body counts as that does not say its length, since it may have as much. */
export function limitWork({ maxRequests, maxBodyBytes }: WorkLimits, maxRequestBytes: number): MiddlewareHandler {
  let requests = 0;
  let bodies = 0;
  return async (c, next) => {
    const body = bodyBytes(c, maxRequestBytes);
    if (requests >= maxRequests || (body > 0 && bodies > 0 && bodies + body > maxBodyBytes)) {
      c.header('retry-after', String(retryAfterSeconds));
      throw new ProblemError(
        'too-many-requests',
        `the archive works on as much as it can; try again in ${retryAfterSeconds} s, and with fewer requests at once`,
      );
    }
    requests++;
    bodies += body;
    try {
      await next();
    } finally {
      requests--;
      bodies -= body;
    }
  };
}

/** `detail`: what is said of a body that is larger. */
export function limitBody(maxBytes: number, detail: string): MiddlewareHandler {
  return bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new ProblemError('body-too-large', detail);
    },
  });
}

function bodyBytes(c: Context, maxRequestBytes: number): number {
  const length = c.req.header('content-length');
  if (length !== undefined && /^\d{1,15}$/.test(length)) return Math.min(Number(length), maxRequestBytes);
  return c.req.header('transfer-encoding') === undefined ? 0 : maxRequestBytes;
}
