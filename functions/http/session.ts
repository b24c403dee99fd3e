/** `/session`: signing in with a key, so that a browser may read a private archive. The cookie is the key, which no script can see. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono, type MiddlewareHandler } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import * as v from 'valibot';
import { ProblemError } from '../problems.ts';
import type { Store } from '../store/articles.ts';
import { findKey } from '../store/keys.ts';
import { requireOwnPage, sessionCookie } from './access.ts';
import { describe } from './describe.ts';
import { limitBody, limitWork } from './limit-work.ts';
import { noQuery } from './validate.ts';

const sessionSeconds = 30 * 86_400;
const cookieOptions = { path: '/', secure: true, httpOnly: true, sameSite: 'Strict' } as const;
/** Whoever signs in has no key yet, so that little is read of what they send, and they wait for each other and nobody for them. */
const maxFormBytes = 1024;
const maxSignIns = 20;
const maxFormMs = 3000;
const form = v.object({ key: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)) });

export function session({ store }: { store: Store }): Hono {
  return new Hono()
    .get(
      '/',
      describe('A page to sign in with a key', { 200: { description: 'A form', type: 'text/html' } }, [
        'invalid-request',
      ]),
      noQuery,
      (c) => c.html(page, 200, pageHeaders),
    )
    .post(
      '/',
      describe(
        'Sign in: this browser may then read without sending a key',
        { 303: { description: 'Signed in; on to the articles' } },
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
        const sent = v.safeParse(form, { key: new URLSearchParams(await c.req.text()).get('key') });
        if (!sent.success) throw new ProblemError('invalid-request', 'send the key in the field "key" of a form');
        const known = await findKey(store.table, sent.output.key);
        if (!known) throw new ProblemError('key-unknown', 'this archive does not know this key');
        if (known.revokedAt !== null)
          throw new ProblemError('key-revoked', `the key was revoked at ${known.revokedAt}`);
        setCookie(c, sessionCookie, sent.output.key, { ...cookieOptions, maxAge: sessionSeconds });
        return c.redirect('/articles', 303);
      },
    )
    .delete(
      '/',
      describe('Sign out', { 204: { description: 'The cookie is gone' } }, ['invalid-request']),
      noQuery,
      (c) => {
        deleteCookie(c, sessionCookie, cookieOptions);
        return c.body(null, 204);
      },
    );
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

const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in - Nightdesk</title>
<style>body{font:1rem/1.5 system-ui;max-width:30rem;margin:15vh auto;padding:0 1rem}input,button{font:inherit;padding:.4rem;width:100%;box-sizing:border-box;margin-top:.5rem}</style>
<h1>Nightdesk</h1>
<form method="post" action="/session">
<label>Key <input type="password" name="key" required autocomplete="current-password" maxlength="200" autofocus></label>
<button>Sign in</button>
</form>
</html>
`;
