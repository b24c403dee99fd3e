/** `/attention`: what the archive could not do by itself, each with a reason and what one can do. */
import { effective } from '../article/article.ts';
import type { Attention } from './frame.ts';
import { cut, type Html, html, listHeadline, type Part } from './markup.ts';
import { captureRow, problemText } from './save-page.ts';
import { siteLabel } from './site-name.ts';
import { langOf, missingText, shortDate } from './story-item.ts';
import type { View } from './view.ts';

/** Rows of a kind on the page. */
const maxRows = 100;

export function attentionMain(view: View, { failed, without, feeds, waiting, dismissed, isCut }: Attention): Html {
  const { words: t } = view;
  const total = failed.length + without.length + feeds.length + waiting.length;
  const dismiss = (id: string) =>
    view.mayWrite ? html` <button class="as-link" name="dismissed" value="${id}">${t.dismiss}</button>` : null;
  return html`<div class="page"><section aria-labelledby="att">
  <h1 id="att">${total === 0 ? t.nothingNeedsYou : t.thingsNeedYou(total)}</h1>
  <p class="intro">${t.attentionIntro}</p>
  <form action="/attention" method="post">
  ${section(
    { id: 'a1', title: t.withoutStory, count: without.length },
    without.slice(0, maxRows).map(
      ({ capture, article }) => html`<li class="item is-look"><span class="m"></span>
      <h3 class="w"${langOf(article.lang)} dir="auto"><a href="/a/${article.id}">${cut(effective(article).title ?? article.url, listHeadline)}</a></h3>
      <p class="say"><strong>${missingText(view, { ...article, contentType: article.latest.contentType })}.</strong> ${siteLabel(article)}, ${shortDate(article.firstArchivedAt, view)}</p>
      <p class="acts"><a href="/a/${article.id}/${article.latest.timestamp}">${t.seeSaved}</a> <a href="/save?url=${encodeURIComponent(article.url)}#browser">${t.sendFromBrowser}</a>${dismiss(capture.id)}</p></li>`,
    ),
  )}
  ${section(
    { id: 'a2', title: t.notSaved, count: failed.length },
    failed.slice(0, maxRows).map((capture) => captureRow(view, capture, { extra: dismiss(capture.id) })),
  )}
  ${section(
    { id: 'a4', title: t.waitsLong, count: waiting.length },
    waiting.slice(0, maxRows).map((capture) => captureRow(view, capture)),
  )}
  </form>
  ${section(
    { id: 'a3', title: t.feedsInTrouble, count: feeds.length },
    feeds.slice(0, maxRows).map(
      (feed) => html`<li class="item is-fail"><span class="m"></span>
      <h3 class="w" dir="auto"><a href="/feeds">${cut(feed.name ?? feed.title ?? feed.url, 200)}</a></h3>
      <p class="say">${feed.problem ? problemText(view, feed.problem) : null}</p></li>`,
    ),
  )}
  ${isCut ? html`<p class="soft">${t.newestOnly}</p>` : null}
</section>
<aside class="side" aria-label="${t.kinds}">
  <section><h2>${t.kinds}</h2><ul class="facet"><li><a href="#a1"><span>${t.withoutStory}</span><span class="num">${without.length}</span></a></li><li><a href="#a2"><span>${t.notSaved}</span><span class="num">${failed.length}</span></a></li><li><a href="#a4"><span>${t.waitsLong}</span><span class="num">${waiting.length}</span></a></li><li><a href="#a3"><span>${t.feedsInTrouble}</span><span class="num">${feeds.length}</span></a></li></ul></section>
  ${dismissed > 0 ? html`<section><h2>${t.dismissed}</h2><p class="soft">${t.dismissedCount(dismissed)}</p></section>` : null}
</aside></div>`;
}

function section({ id, title, count }: { id: string; title: string; count: number }, rows: Part[]): Html | null {
  return count === 0
    ? null
    : html`<section aria-labelledby="${id}"><h2 class="rule" id="${id}">${title} <span class="soft">${count}</span></h2><ul class="rows">${rows}</ul></section>`;
}
