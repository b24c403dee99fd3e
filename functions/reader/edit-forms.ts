/** What a person can change about a story, in its place: tags, headline, date and note, and its removal. */
import { type Article, effective } from '../article/article.ts';
import { address, cut, type Html, html, plain } from './markup.ts';
import type { View } from './view.ts';
import { dayOf, momentText, timeText } from './zone.ts';

export function editForms(view: View, article: Article): Html | null {
  const { words: t } = view;
  const { id, tags, note, corrections } = article;
  const bookmark =
    view.seesNotes && article.bookmarkedAt !== undefined
      ? html`<p class="soft">${t.bookmarkedOn(html`<time datetime="${article.bookmarkedAt}">${momentText(article.bookmarkedAt, view)}</time>`)}</p>`
      : null;
  const { title, publishedAt } = effective(article);
  if (!view.mayWrite) {
    return tags.length === 0 && !(view.seesNotes && note) && bookmark === null
      ? null
      : html`<section><h2>${t.yours}</h2>
  ${tags.length === 0 ? null : html`<p class="badges">${tags.map((tag) => html`<a class="tag" href="${address('/', { tag })}"><bdi>${cut(tag, 80)}</bdi></a> `)}</p>`}
  ${view.seesNotes && note ? html`<p class="note" dir="auto">${note}</p>` : null}${bookmark}</section>`;
  }
  const isCorrected = Object.keys(corrections).length > 0;
  return html`<section><h2>${t.yours}</h2>
  ${tags.length === 0 ? null : html`<form action="/a/${id}/tags" method="post"><p class="badges">${tags.map((tag) => html`<span><a class="tag" href="${address('/', { tag })}"><bdi>${cut(tag, 80)}</bdi></a><button class="as-link" name="drop" value="${tag}" aria-label="${t.dropTag(plain(cut(tag, 80)))}">×</button></span> `)}</p></form>`}
  <form action="/a/${id}/tags" method="post">
    <p class="field"><label for="tag">${t.addTag}</label><input id="tag" name="add" maxlength="80" autocomplete="off" required data-key="t"></p>
    <p class="acts"><button class="btn">${t.add}</button></p>
  </form>
  ${note ? html`<p class="note" dir="auto">${note}</p>` : null}${bookmark}
  <details id="correct"><summary>${t.correctNote}</summary>
    <form action="/a/${id}/correct" method="post">
      <p class="field"><label for="title">${t.headline}</label><input id="title" name="title" maxlength="500" value="${cut(title ?? '', 499)}" dir="auto"></p>
      <p class="field"><label for="date">${t.published} <span class="soft">(${view.zone})</span></label><input id="date" name="publishedAt" type="datetime-local" value="${dayOf(publishedAt, view.zone)}T${timeText(publishedAt, view)}"></p>
      <p class="field"><label for="note">${t.note}</label><textarea id="note" name="note" rows="3" maxlength="4000" dir="auto">${note ?? ''}</textarea></p>
      <p class="acts"><button class="btn primary">${t.keep}</button>${isCorrected ? html` <button class="btn" name="reset" value="1">${t.asThePageSays}</button>` : null}</p>
    </form>
  </details>
  <details><summary>${t.remove}</summary>
    <form action="/a/${id}/remove" method="post">
      <p class="soft">${t.removeHelp}</p>
      ${keyAgain(view)}
      <p class="acts"><button class="btn">${t.removeNow}</button></p>
    </form>
  </details>
</section>`;
}

/** A session may not do this by itself: it is asked for the key once more. */
export function keyAgain(view: View, id = 'again-key'): Html | null {
  const { words: t } = view;
  return view.mayAdmin && !view.bySession
    ? null
    : html`<p class="field"><label for="${id}">${t.keyAgain}</label><input id="${id}" name="key" type="password" required autocomplete="current-password" maxlength="200" aria-describedby="${id}-help"><span class="soft" id="${id}-help">${t.needsScope('admin')}</span></p>`;
}
