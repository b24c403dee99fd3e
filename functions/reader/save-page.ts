/** `/save`: a field for addresses, and what became of those of a batch: a row each, in the order given. */
import { type Article, effective } from '../article/article.ts';
import { aboutProblem, type Problem } from '../problems.ts';
import { getArticles, type Store } from '../store/articles.ts';
import { type Capture, getBatch, getCaptures } from '../store/captures.ts';
import { bookmarklet } from './bookmarklet.ts';
import { cut, type Html, html, listHeadline, type Part } from './markup.ts';
import { langOf, missingText } from './story-item.ts';
import type { View } from './view.ts';
import { dayOf, momentText, numberText, sizeText, timeText } from './zone.ts';

export const mostAddresses = 500;

/** What was typed, so that it is there again when it could not be taken. */
export type Typed = { urls: string; tags: string; note: string; problem?: Part };

export function saveMain(view: View, typed: Typed, batch: Part = null): Html {
  const { words: t } = view;
  return html`<div class="page">
  <section aria-labelledby="save">
    <h1 id="save">${t.saveTitle}</h1>
    ${bookmarkWindow(view)}
    ${batch}
    <form action="/save" method="post" class="paste" data-paste>
      <p class="field"><label for="urls">${t.addresses}</label>
        <textarea id="urls" name="urls" rows="4" required placeholder="${t.addressesHint}"${typed.problem ? html` aria-invalid="true" aria-describedby="urls-wrong"` : null}>${typed.urls}</textarea>
        ${typed.problem ? html`<span class="wrong" id="urls-wrong">${typed.problem}</span>` : null}</p>
      <div class="two"><p class="field"><label for="tags">${t.tags}</label><input id="tags" name="tags" type="text" autocomplete="off" placeholder="${t.tagsHint}" value="${typed.tags}"></p>
      <p class="field"><label for="note">${t.note}</label><input id="note" name="note" type="text" autocomplete="off" maxlength="4000" value="${typed.note}"></p></div>
      <button class="btn primary">${t.save}</button>
    </form>
    <form action="/save/files" method="post" enctype="multipart/form-data" class="paste" data-drop>
      <p class="field"><label for="file">${t.files}</label> <span class="acts"><input type="file" id="file" name="file" multiple required> <button class="btn">${t.bringIn}</button></span></p>
    </form>
  </section>
  ${side(view)}
</div>`;
}

/** What the bookmark button opens, shown by the script alone, with the words that it says. */
function bookmarkWindow({ words: t }: View): Html {
  const said = Object.entries(t.window).map(([name, words]) => html` data-${name}="${words}"`);
  return html`<section id="window" class="notice" hidden${said}>
      <p class="url"><bdi data-url></bdi></p>
      <p class="acts"><button class="btn primary" type="button" data-send>${t.savePage}</button> <label><input type="checkbox" data-always> ${t.alwaysHere}</label> <button class="as-link" type="button" data-forget>${t.forget}</button></p>
      <p><output></output> <a data-open hidden>${t.open}</a></p>
    </section>`;
}

function side(view: View): Html {
  const { words: t, origin } = view;
  const code = (text: string) => html`<code>${text}</code>`;
  return html`<aside class="side" aria-label="${t.otherWays}" id="browser">
    <section><h2>${t.oneClick}</h2><p>${t.oneClickHelp}</p><p class="acts"><a class="btn" href="${bookmarklet(origin)}" data-bookmark>${t.bookmark}</a></p></section>
    <section><h2>${t.browserSend}</h2><p>${t.browserHelp}</p><ol class="steps">${t.browserSteps(code(`${origin}/articles`), code('file'), code('url')).map((step) => html`<li>${step}</li>`)}</ol></section>
    <section><h2>${t.terminal}</h2><p><code>npm run add -- --file urls.txt</code></p></section>
  </aside>`;
}

export type Batch = { id: string; captures: Capture[]; articles: Map<string, Article> };

/** Null when there is no such batch, or none any more. */
export async function readBatch(store: Store, id: string): Promise<Batch | null> {
  const ids = await getBatch(store.table, id);
  if (!ids) return null;
  const captures = await getCaptures(store.table, ids);
  const articles = await getArticles(store.table, [...new Set(captures.flatMap(articleOf))]);
  return { id, captures, articles };
}

function articleOf({ state }: Capture): string[] {
  return 'article' in state && state.article !== null ? [state.article] : [];
}

/** Batches have ulids. */
export function isBatchId(text: string): boolean {
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
}

export function isDone({ captures }: Batch): boolean {
  return captures.every((capture) => !isPending(capture));
}

function isPending({ state }: Capture): boolean {
  return state.status === 'queued' || state.status === 'running';
}

export function batchSection(view: View, batch: Batch, wrong: string[]): Html {
  const { words: t, lang } = view;
  const { id, captures, articles } = batch;
  const total = captures.length + wrong.length;
  const done = total - captures.filter(isPending).length;
  const isOver = done === total;
  const failed = captures.filter(({ state }) => state.status === 'failed');
  return html`<section aria-labelledby="now" id="batch"${isOver ? null : html` data-live`}>
      <h2 class="rule" id="now"><span role="status">${isOver ? t.allDone(numberText(total, lang), total) : t.doneOf(numberText(done, lang), numberText(total, lang))}</span> <span class="soft">${isOver ? null : t.mayLeave}</span></h2>
      <progress value="${done}" max="${total}" aria-labelledby="now"></progress>
      <form action="/save/${id}/retry" method="post">
      <ol class="rows">${captures.map((capture) => captureRow(view, capture, { articles }))}${wrong.map(
        (text) =>
          html`<li class="item is-fail"><span class="m"></span><p class="url"><bdi>${text}</bdi></p><p class="say"><strong>${t.notAddress}</strong></p></li>`,
      )}</ol>
      ${failed.length > 1 && view.mayWrite ? html`<p class="acts"><button class="btn" name="all" value="1">${t.tryAllAgain}</button></p>` : null}
      </form>
    </section>`;
}

/** One page that was asked for, and how it stands. */
export function captureRow(
  view: View,
  capture: Capture,
  { articles = new Map(), extra = null }: { articles?: Map<string, Article>; extra?: Part } = {},
): Html {
  const { words: t } = view;
  const { state, url } = capture;
  const article = 'article' in state && state.article !== null ? articles.get(state.article) : undefined;
  const address = html`<p class="url"><bdi>${url.replace(/^https?:\/\//, '')}</bdi></p>`;
  switch (state.status) {
    case 'queued':
    case 'running': {
      const isLater = Date.parse(state.nextAttemptAt) > view.nowMs + 1500;
      const said =
        state.status === 'running'
          ? html`<strong>${t.stateFetching}</strong>`
          : html`<strong>${t.stateWaiting}</strong> ${state.problem ? [problemText(view, state.problem), ' '] : null}${isLater ? t.waitingUntil(laterText(view, state.nextAttemptAt)) : state.problem ? null : t.waitingTurn}`;
      return html`<li class="item is-wait"><span class="m"></span>${article ? title(article) : address}<p class="say">${said}</p></li>`;
    }
    case 'failed':
      if (article && article.removedAt !== null)
        return html`<li class="item is-gone"><span class="m"></span>${address}<p class="say"><strong>${t.stateGone}</strong> ${t.copyStays} <a href="/a/${article.id}">${t.open}</a></p>${extra}</li>`;
      return html`<li class="item is-fail"><span class="m"></span>${address}<p class="say"><strong>${t.stateFailed}</strong> ${problemText(view, state.problem)}</p>
      <p class="acts">${view.mayWrite ? html`<button class="btn" name="capture" value="${capture.id}">${t.tryAgain}</button> ` : null}<a href="https://web.archive.org/web/*/${url}" rel="noreferrer">${t.wayback}</a>${extra}</p></li>`;
    case 'succeeded':
      return article
        ? savedRow(view, article, { state, extra })
        : html`<li class="item is-same"><span class="m"></span>${address}<p class="say"><strong>${t.stateSaved}</strong></p></li>`;
  }
}

function savedRow(
  view: View,
  article: Article,
  { state, extra }: { state: Extract<Capture['state'], { status: 'succeeded' }>; extra: Part },
): Html {
  const { words: t } = view;
  const { id, wordCount, site } = article;
  const missing = missingText(view, { ...article, contentType: article.latest.contentType });
  const isEdited = state.snapshot === 'new' && article.versionOf === state.timestamp && article.latest.changed;
  if (missing) {
    const isWall = article.kind === 'wall';
    return html`<li class="item is-look"><span class="m"></span>${title(article)}
      <p class="say"><strong>${isWall ? t.stateWall : t.stateNoStory}</strong> ${isWall ? t.wallHelp : t.noStoryHelp}</p>
      <p class="acts"><a class="btn" href="#browser">${t.sendFromBrowser}</a> <a href="/a/${id}/${state.timestamp}">${t.seeSaved}</a>${extra}</p></li>`;
  }
  if (state.snapshot === 'first')
    return html`<li class="item is-new"><span class="m"></span>${title(article)}<p class="say"><strong>${t.stateSaved}</strong> ${t.wordsFrom(sizeText(view, wordCount, article.lang), html`<bdi>${site}</bdi>`)}</p></li>`;
  if (isEdited)
    return html`<li class="item is-edit"><span class="m"></span>${title(article)}<p class="say"><strong>${t.stateEdited}</strong> ${t.editedKept}</p><p class="acts"><a href="/a/${id}/changes">${t.whatChanged(0)}</a></p></li>`;
  return html`<li class="item is-same"><span class="m"></span>${title(article)}<p class="say"><strong>${t.stateUnchanged}</strong> ${t.unchangedKept}</p></li>`;
}

function title(article: Article): Html {
  const text = effective(article).title ?? article.url;
  return html`<h3 class="w"${langOf(article.lang)} dir="auto"><a href="/a/${article.id}">${cut(text, listHeadline)}</a></h3>`;
}

/** What a problem means for the reader: in English the archive's own words, which name the case. */
export function problemText({ words: t, lang }: View, { code, detail }: Problem): Part {
  const own = t.problems[code];
  if (own) return own;
  const { title } = aboutProblem(code);
  return lang === 'en' ? html`${title}: <bdi>${cut(detail, 300)}</bdi>.` : t.unknownProblem;
}

function laterText(view: View, iso: string): string {
  return dayOf(iso, view.zone) === dayOf(view.nowMs, view.zone)
    ? timeText(iso, view)
    : momentText(iso, view, view.nowMs);
}
