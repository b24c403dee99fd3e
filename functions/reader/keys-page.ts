/** `/keys`: who may do what, for somebody who may do everything: make a key, see when each was used, revoke it. */
import * as v from 'valibot';
import { ProblemError } from '../problems.ts';
import { type ApiKey, addKey, listKeys, revokeKey, scopes } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { keyAgain } from './edit-forms.ts';
import { cut, type Html, html } from './markup.ts';
import type { View } from './view.ts';
import { momentText } from './zone.ts';

const keyForm = v.object({
  name: v.pipe(
    v.string('name is missing'),
    v.trim(),
    v.minLength(1, 'name is empty'),
    v.maxLength(100, 'a name has at most 100 characters'),
  ),
  scope: v.picklist(scopes, `scope must be one of ${scopes.join(', ')}`),
});

/** `made`: a key that was made just now, which is seen this once. */
export async function keysMain(
  view: View,
  table: Table,
  made: { key: string; name: string } | null = null,
): Promise<Html> {
  const { words: t } = view;
  const keys = await listKeys(table);
  return html`<div class="page"><section aria-labelledby="keys">
  <h1 id="keys">${t.keys}</h1>
  <p class="intro">${t.keysIntro}</p>
  ${made ? html`<p class="notice is-new" role="status"><span class="m">${t.keyMade}</span> <bdi>${made.name}</bdi></p><p class="field"><label for="made">${t.key}</label><input id="made" readonly value="${made.key}"></p><p class="acts"><button class="btn" type="button" data-copy="#made">${t.copy}</button></p>` : null}
  <h2 class="rule">${t.keys} <span class="soft">${keys.length}</span></h2>
  ${keys.length === 0 ? html`<p>${t.noKeys}</p>` : html`<ul class="rows">${keys.toReversed().map((key) => keyRow(view, key))}</ul>`}
</section>
<aside class="side" aria-label="${t.makeKey}"><section><h2>${t.makeKey}</h2>
  <form action="/keys" method="post">
    <p class="field"><label for="name">${t.keyName}</label><input id="name" name="name" maxlength="100" required autocomplete="off"></p>
    <p class="field"><label for="scope">${t.mayDo}</label><select id="scope" name="scope">${scopes.map((scope) => html`<option value="${scope}">${t.scopes[scope]} (${scope})</option>`)}</select></p>
    ${keyAgain(view)}
    <p class="acts"><button class="btn primary">${t.makeKey}</button></p>
  </form></section></aside></div>`;
}

function keyRow(view: View, { id, name, scope, createdAt, lastUsedAt, revokedAt }: ApiKey): Html {
  const { words: t } = view;
  const moment = (iso: string) => html`<time datetime="${iso}">${momentText(iso, view, view.nowMs)}</time>`;
  return html`<li class="item ${revokedAt === null ? 'is-same' : 'is-gone'}"><span class="m"></span>
  <h3><bdi>${cut(name, 100)}</bdi></h3>
  <p class="say">${t.scopes[scope]} (${scope})${t.stop} ${t.madeOn(moment(createdAt))} ${lastUsedAt === null ? t.neverUsed : t.lastUsed(moment(lastUsedAt))} ${revokedAt === null ? null : html`<strong>${t.revokedOn(moment(revokedAt))}</strong>`}</p>
  ${revokedAt === null ? html`<details><summary>${t.revoke}</summary><form action="/keys/${id}/revoke" method="post">${keyAgain(view, `key-${id}`)}<p class="acts"><button class="btn">${t.revokeNow}</button></p></form></details>` : null}
</li>`;
}

export async function makeKey(
  table: Table,
  form: Record<string, string | undefined>,
  createdAt: string,
): Promise<{ key: string; name: string }> {
  const parsed = v.safeParse(keyForm, form);
  if (!parsed.success) throw new ProblemError('invalid-request', parsed.issues[0].message);
  const { key } = await addKey(table, { ...parsed.output, createdAt });
  return { key, name: parsed.output.name };
}

export async function revoke(table: Table, id: string, now: string): Promise<void> {
  const isId = /^[0-9a-f]{12,64}$/.test(id);
  if (!isId || !(await revokeKey(table, id, now))) throw new ProblemError('invalid-request', 'there is no such key');
}
