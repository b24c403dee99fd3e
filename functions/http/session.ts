/** `/session`: signing in with a key and out again. The cookie names a session (`store/sessions.ts`); no script sees it, and it is no key. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as v from 'valibot';
import { ProblemError } from '../problems.ts';
import type { Store } from '../store/articles.ts';
import { findKey } from '../store/keys.ts';
import { endSession, sessionSeconds, startSession } from '../store/sessions.ts';
import { requireOwnPage, sessionCookie } from './access.ts';
import { describe } from './describe.ts';
import { limitBody, limitWork } from './limit-work.ts';
import { noQuery } from './validate.ts';

const cookieOptions = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;
const maxTokenLength = 200;
const maxNextLength = 2000;
/** Whoever signs in has no key yet, so that little is read of what they send, and they wait for each other and nobody for them. */
const maxFormBytes = 4096;
const maxSignIns = 20;
const maxFormMs = 3000;
const form = v.object({ key: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)) });

export function session({ store }: { store: Store }): Hono {
  return new Hono()
    .post(
      '/',
      describe(
        'Sign in: this browser may then read and write without sending a key',
        { 303: { description: 'Signed in; on to the path in `next`' } },
        ['invalid-request', 'body-too-large', 'too-many-requests', 'wrong-origin', 'key-unknown', 'key-revoked'],
        form,
        ['application/x-www-form-urlencoded'],
      ),
      noQuery,
      limitWork({ maxRequests: maxSignIns, maxBodyBytes: maxSignIns * maxFormBytes }, maxFormBytes),
      inTime,
      limitBody(maxFormBytes, `a sign-in may have at most ${maxFormBytes} bytes`),
      async (c) => {
        requireOwnPage(c);
        const fields = new URLSearchParams(await c.req.text());
        const sent = v.safeParse(form, { key: fields.get('key') });
        if (!sent.success) throw new ProblemError('invalid-request', 'send the key in the field "key" of a form');
        const known = await findKey(store.table, sent.output.key);
        if (!known) throw new ProblemError('key-unknown', 'this archive does not know this key');
        if (known.revokedAt !== null)
          throw new ProblemError('key-revoked', `the key was revoked at ${known.revokedAt}`);
        const token = await startSession(store.table, sent.output.key);
        setCookie(c, sessionCookie, token, { ...cookieOptions, maxAge: sessionSeconds });
        return c.redirect(ownPath(fields.get('next')), 303);
      },
    )
    .delete(
      '/',
      describe('Sign out', { 204: { description: 'The cookie is gone' } }, ['invalid-request']),
      noQuery,
      async (c) => {
        requireOwnPage(c);
        await signOut(c, store);
        return c.body(null, 204);
      },
    );
}

/** Ends the session of the request, in the table and in its browser. */
export async function signOut(c: Context, { table }: Store): Promise<void> {
  const token = getCookie(c, sessionCookie);
  if (token) await endSession(table, token.slice(0, maxTokenLength));
  deleteCookie(c, sessionCookie, cookieOptions);
}

/** A path of ours, with its query: never another site, however it is written (`//`, `\\`, control characters); else the first page. */
export function ownPath(next: string | null | undefined): string {
  const base = 'http://own.invalid';
  if (!next || next.length > maxNextLength || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) || !URL.canParse(next, base))
    return '/';
  const { origin, pathname, search, hash } = new URL(next, base);
  // Steps upward can leave a path that begins with two slashes.
  return origin === base && !pathname.startsWith('//') ? pathname + search + hash : '/';
}

/** A form that comes slowly gives its place to others. */
const inTime: MiddlewareHandler = async (_, next) => {
  const timer = new AbortController();
  const late = sleep(maxFormMs, 'late', { signal: timer.signal });
  try {
    if ((await Promise.race([next(), late])) !== 'late') return;
    throw new ProblemError('invalid-request', `the form did not come within ${maxFormMs / 1000} s`);
  } finally {
    timer.abort();
  }
};
