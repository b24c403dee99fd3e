/** The door: a key for a session of this browser. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ownPath } from '../http/session.ts';
import { isLocal } from './article-page.ts';
import { html, type Part } from './markup.ts';
import { answerPage, nameSign } from './page.ts';
import type { View } from './view.ts';

export function signInPage(
  c: Context,
  view: View,
  {
    status = 200,
    wrong = null,
    next: asked = null,
  }: { status?: ContentfulStatusCode; wrong?: Part; next?: string | null } = {},
): Response {
  const { words: t } = view;
  const next = ownPath(asked ?? c.req.query('next'));
  const other = view.lang === 'en' ? { lang: 'zh-Hans', name: '中文' } : { lang: 'en', name: 'English' };
  const needsHttps = view.origin.startsWith('http:') && !isLocal(view.origin);
  const form = html`<form action="/session" method="post">
    <input type="hidden" name="next" value="${next}">
    <p class="field"><label for="key">${t.key}</label>
      <input id="key" name="key" type="password" required maxlength="200" autocomplete="current-password" autofocus aria-describedby="${wrong ? 'key-wrong ' : ''}key-help"${wrong ? html` aria-invalid="true"` : null}>
      ${wrong ? html`<span class="wrong" id="key-wrong">${wrong}</span>` : null}
      <span class="soft" id="key-help">${t.keyHelp(html`<code>nd_</code>`)}</span></p>
    <button class="btn primary">${t.signIn}</button>
  </form>`;
  const main = html`<div class="door">
  ${nameSign()}
  <h1>${view.isOwner ? t.welcome : t.private}</h1>
  ${view.isOwner ? html`<p class="intro">${t.noKeyNeeded} <a href="${next}">${t.allStories}</a></p>` : needsHttps ? html`<p class="notice is-look"><span class="m">${t.needsHttps}</span></p>` : form}
  <p class="soft">${view.isOwner || needsHttps ? null : t.stay}</p>
  <form action="/preferences" method="post"><input type="hidden" name="next" value="${view.here}"><button class="as-link" name="lang" value="${other.lang}" lang="${other.lang}">${other.name}</button></form>
</div>`;
  return answerPage(c, view, {
    page: { title: t.signIn, main, bare: 'door' },
    frame: null,
    status,
    headers: { 'cache-control': 'no-store' },
  });
}
