/** The notice after a removal, on top of the list that one comes back to: until it is undone or deleted. */
import type { Context } from 'hono';
import { undoWithinMs } from '../capture/removal.ts';
import { getKnown } from '../store/articles.ts';
import { keyAgain } from './edit-forms.ts';
import { type Html, html } from './markup.ts';
import type { ReaderDeps } from './reader-deps.ts';
import type { View } from './view.ts';
import { momentText } from './zone.ts';

export async function undoNotice(c: Context, { store }: ReaderDeps, view: View): Promise<Html | null> {
  const id = c.req.query('undo');
  if (!id || !/^[\w-]{22}$/.test(id)) return null;
  const known = await getKnown(store.table, id);
  if (!known?.removed?.article || !view.mayWrite) return null;
  const untilMs = Date.parse(known.removed.hiddenAt) + undoWithinMs;
  const { words: t } = view;
  const said = html`<span role="status"><span class="m">${t.removedNow}</span> ${t.deletedAt(momentText(new Date(untilMs).toISOString(), view, view.nowMs))}</span>`;
  const key = keyAgain(view, 'undo-key');
  const button = html`<button class="btn">${t.undo}</button>`;
  return html`<form class="notice is-gone" action="/a/${id}/undo" method="post">${
    key ? html`<p>${said}</p>${key}<p class="acts">${button}</p>` : html`<p>${said} ${button}</p>`
  }</form>`;
}
