/** What went wrong, as a page: in a sentence, with what one can do, and with what was typed. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { aboutProblem, type ProblemCode, ProblemError } from '../problems.ts';
import { cut, type Html, html, type Part } from './markup.ts';
import { answerPage } from './page.ts';
import { signInPage } from './sign-in.ts';
import { type View, viewOf, wantsHtml } from './view.ts';

/** What is read of a form to give it back to somebody whose session is over. */
const maxTypedBytes = 64 * 1024;
const maxTypedMs = 2000;
const maxReading = 20;
let reading = 0;

export async function problemPage(
  error: Error,
  c: Context,
  { answer, nowMs }: { answer: Response; nowMs: number },
): Promise<Response | null> {
  if (!wantsHtml(c) || answer.status < 400) return null;
  const view = viewOf(c, nowMs);
  const problem = error instanceof ProblemError ? error.problem : null;
  const status = answer.status as ContentfulStatusCode;
  // It would make the browser ask for a name and a password.
  c.header('www-authenticate', undefined);
  const retryAfter = c.res.headers.get('retry-after');
  const headers: Record<string, string> = retryAfter === null ? {} : { 'retry-after': retryAfter };
  if (c.req.path === '/session') return signInAgain(c, view, { status, code: problem?.code ?? null });
  const isUnknown =
    problem?.code === 'key-missing' || problem?.code === 'key-unknown' || problem?.code === 'key-revoked';
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (isUnknown && !view.bySession && isRead) return c.redirect(`/session?next=${encodeURIComponent(view.here)}`, 303);
  const main =
    isUnknown && !view.bySession
      ? signedOut(view, await typedIn(c), c.req.path)
      : error instanceof ProblemError && problem?.code === 'scope-too-small'
        ? scopeTooSmall(view, { needed: String(error.extra.needed), canSignIn: view.bySession && isRead })
        : sentence(view, { code: problem?.code ?? 'internal', detail: problem?.detail ?? '', retryAfter });
  return answerPage(c, view, { page: { title: view.words.failed, main }, frame: null, status, headers });
}

/** The door once more, with what is wrong, and still on the way to where one was going. */
async function signInAgain(
  c: Context,
  view: View,
  { status, code }: { status: ContentfulStatusCode; code: ProblemCode | null },
): Promise<Response> {
  const isRead = code === 'key-unknown' || code === 'key-revoked';
  const next = isRead ? new URLSearchParams(await c.req.text()).get('next') : null;
  const wrong = code === 'key-revoked' ? view.words.revokedKey : view.words.wrongKey;
  return signInPage(c, view, { status, wrong, next });
}

function sentence(
  view: View,
  { code, detail, retryAfter }: { code: ProblemCode; detail: string; retryAfter: string | null },
): Html {
  const { words: t, lang } = view;
  const home = html`<p class="acts"><a href="/">${t.allStories}</a></p>`;
  const said = lang === 'en' && detail !== '' ? html`<p class="intro"><bdi>${cut(detail, 500)}</bdi></p>` : null;
  switch (code) {
    case 'too-many-requests':
      return html`<h1>${t.busy}</h1><p class="notice is-wait"><span class="m">${t.busy}</span> ${t.busyHelp(retryAfter ?? '2')}</p>`;
    case 'no-such-route':
    case 'method-not-allowed':
      return html`<h1>${t.notFound}</h1><p class="intro">${t.notFoundHelp}</p>${home}`;
    case 'unknown-article':
    case 'unknown-snapshot':
      return html`<h1>${t.unknownStory}</h1><p class="intro">${t.notFoundHelp}</p>${home}`;
    case 'taken-down':
      return html`<h1>${t.takenDown}</h1>${said}${home}`;
    case 'removed':
      return html`<h1>${t.wasRemoved}</h1>${home}`;
    case 'internal':
      return html`<h1>${t.failed}</h1><p class="intro">${t.failedHelp}</p>${home}`;
    default:
      return html`<h1>${t.problems[code] ?? (lang === 'en' ? aboutProblem(code).title : t.failed)}</h1>${said}${home}`;
  }
}

/** `canSignIn`: true where another key leads back to the page that was asked for. */
function scopeTooSmall({ words: t, here }: View, { needed, canSignIn }: { needed: string; canSignIn: boolean }): Html {
  const signIn = html`<a href="/session?next=${encodeURIComponent(here)}">${t.signInOther}</a> `;
  return html`<h1>${t.mayNot}</h1><p class="intro">${t.needsScope(needed)}</p><p class="acts">${canSignIn ? signIn : null}<a href="/">${t.allStories}</a></p>`;
}

/** The form once more, with what was typed; it is sent again after signing in. */
function signedOut(view: View, typed: [string, string][], path: string): Html {
  const { words: t } = view;
  const fields = typed.map(
    ([name, value], n): Part =>
      name === 'key'
        ? null
        : html`<p class="field"><label for="f${n}"><bdi>${cut(name, 40)}</bdi></label><textarea id="f${n}" name="${name}" rows="${value.length > 80 ? 6 : 1}" dir="auto">${value}</textarea></p>`,
  );
  return html`<h1>${t.signIn}</h1>
<p class="notice is-fail"><span class="m">${t.signedOut}</span> ${typed.length > 0 ? t.typedStays : null} <a href="/session" target="_blank">${t.signIn}</a></p>
${typed.length > 0 ? html`<form action="${path}" method="post">${fields}<p class="acts"><button class="btn primary">${t.tryAgain}</button></p></form>` : null}`;
}

/**
 * Nobody is known by now, so little is read: a small form that says its size, from a page of ours, a few at a time and not for long. Else
 * nothing.
 */
async function typedIn(c: Context): Promise<[string, string][]> {
  const length = Number(c.req.header('content-length'));
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '');
  const isOurs = c.req.header('sec-fetch-site') === 'same-origin';
  if (!isForm || !isOurs || !(length > 0 && length <= maxTypedBytes) || reading >= maxReading) return [];
  reading++;
  const timer = new AbortController();
  try {
    const late = sleep(maxTypedMs, '', { signal: timer.signal }).catch(() => '');
    const body = await Promise.race([c.req.text(), late]);
    return [...new URLSearchParams(body.slice(0, maxTypedBytes))].slice(0, 20);
  } finally {
    timer.abort();
    reading--;
  }
}
