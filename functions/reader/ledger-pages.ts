/** `/edited` and `/removed`: what was changed and what was taken down after it was saved. */
import type { Context } from 'hono';
import { effective } from '../article/article.ts';
import { fromTimestamp, toIso } from '../article/times.ts';
import { findArticles } from '../http/list-articles.ts';
import { getArticles } from '../store/articles.ts';
import { readAsked, toListQuery } from './asked.ts';
import { compareLines } from './compare.ts';
import type { Counts } from './counts.ts';
import { address, cut, type Html, html, listHeadline, type Part } from './markup.ts';
import type { Page } from './page.ts';
import type { ReaderDeps } from './reader-deps.ts';
import { siteLabel } from './site-name.ts';
import { langOf, type Story, shortDate } from './story-item.ts';
import { changeText, looksOf } from './versions.ts';
import type { View } from './view.ts';
import { numberText, timeText } from './zone.ts';

const perPage = 30;

type Parts = { view: View; counts: Counts };

export async function editedPage(c: Context, deps: ReaderDeps, { view, counts }: Parts): Promise<Page> {
  const { words: t } = view;
  const { asked } = readAsked(c.req.url);
  const query = { site: asked.site, cursor: asked.cursor, order: 'edited' };
  const { items, next } = await findArticles(deps.store.table, deps.search, toListQuery(query, view.zone, perPage));
  const rows = await Promise.all((items as Story[]).map((story) => editedRow(deps, view, story)));
  const main = html`<div class="page"><section aria-labelledby="ed">
  <h1 id="ed">${t.editedTitle}</h1>
  <p class="intro">${t.editedIntro}</p>
  <h2 class="rule">${t.edited} <span class="soft">${t.latestEdits}</span></h2>
  ${rows.length === 0 ? html`<p>${t.noEdits(numberText(counts.stories, view.lang), counts.stories)}</p>` : rows}
  ${pager(view, next && address('/edited', { site: asked.site, cursor: next }))}
</section>
${side(view, '/edited', { counts, site: asked.site, feed: '/feed.xml?order=edited', feedText: t.editsAsFeed })}</div>`;
  return { title: t.edited, section: 'edited', atom: '/feed.xml?order=edited', main };
}

async function editedRow(deps: ReaderDeps, view: View, story: Story): Promise<Html> {
  const { words: t } = view;
  const article = (await getArticles(deps.store.table, [story.id])).get(story.id);
  const { versions } = article ? await looksOf(deps.store, article) : { versions: [] };
  const [last, before] = versions;
  const moment = last?.fetchedAt ?? story.changedAt;
  const headline =
    last && before && last.title !== before.title && before.title !== null
      ? compareLines(cut(before.title, listHeadline), cut(last.title ?? '', listHeadline)).map(
          ({ kind, text }): Part =>
            kind === 'same' ? text : kind === 'cut' ? html`<del>${text}</del> ` : html`<ins>${text}</ins>`,
        )
      : cut(story.title ?? story.url, listHeadline);
  const what =
    last && before
      ? changeText(view, { look: last, before, textLang: story.lang })
      : t.editedTimes(story.versionCount - 1);
  return html`<article class="item is-edit">
  <p class="src"><time datetime="${moment}">${shortDate(moment, view)}</time> <a href="${address('/edited', { site: story.site })}">${siteLabel(story)}</a></p>
  <h3 class="w"${langOf(story.lang)} dir="auto"><a href="/a/${story.id}/changes">${headline}</a></h3>
  <p class="badges"><span class="m">${what}</span> ${story.removedAt === null ? null : html`<a class="m is-gone" href="/removed">${t.removedBy(shortDate(story.removedAt, view))}</a>`}</p>
</article>`;
}

export async function removedPage(c: Context, deps: ReaderDeps, { view, counts }: Parts): Promise<Page> {
  const { words: t } = view;
  const { asked } = readAsked(c.req.url);
  const query = { site: asked.site, cursor: asked.cursor, order: 'removed', kind: 'any' };
  const { items, next } = await findArticles(deps.store.table, deps.search, toListQuery(query, view.zone, perPage));
  const articles = await getArticles(
    deps.store.table,
    items.map(({ id }) => id),
  );
  const rows = items
    .flatMap(({ id }) => articles.get(id) ?? [])
    .map((article) => {
      const { title, publishedAt } = effective(article);
      const seen = toIso(fromTimestamp(article.latest.timestamp));
      const missing = article.removedAt ?? article.lastArchivedAt;
      return html`<tr><th scope="row"><a class="w" href="/a/${article.id}"${langOf(article.lang)} dir="auto">${cut(title ?? article.url, listHeadline)}</a> <span class="soft">${siteLabel(article)}, ${shortDate(publishedAt, view)}</span></th><td data-l="${t.lastSeen}"><time datetime="${seen}">${shortMoment(seen, view)}</time></td><td data-l="${t.firstMissing}"><time datetime="${missing}">${shortMoment(missing, view)}</time> <span class="soft">${t.later(Math.max(0, Date.parse(missing) - Date.parse(seen)))}</span></td><td data-l="${t.siteSays}">${article.removal ? html`<span class="m is-gone">${t.siteAnswers[article.removal.says]}</span>` : null}</td><td class="r" data-l="${t.kept}">${t.nVersions(article.versionCount)}</td></tr>`;
    });
  const main = html`<div class="page"><section aria-labelledby="rem">
  <h1 id="rem">${t.removedTitle}</h1>
  <p class="intro">${t.removedIntro}</p>
  ${
    rows.length === 0
      ? html`<p>${t.noneRemoved}</p>`
      : html`<table class="ledger">
    <thead><tr><th scope="col">${t.stories}</th><th scope="col">${t.lastSeen}</th><th scope="col">${t.firstMissing}</th><th scope="col">${t.siteSays}</th><th scope="col" class="r">${t.kept}</th></tr></thead>
    <tbody>${rows}</tbody></table>`
  }
  ${pager(view, next && address('/removed', { site: asked.site, cursor: next }))}
</section>
${side(view, '/removed', { counts, site: asked.site, feed: '/feed.xml?order=removed', feedText: t.removalsAsFeed })}</div>`;
  return { title: t.removed, section: 'removed', atom: '/feed.xml?order=removed', main };
}

/** A column has little room. */
function shortMoment(iso: string, view: View): string {
  return `${shortDate(iso, view)}, ${timeText(iso, view)}`;
}

function pager({ words: t }: View, next: string | null): Html | null {
  return next === null ? null : html`<p class="pager"><a href="${next}" rel="next">${t.more}</a></p>`;
}

function side(
  view: View,
  path: string,
  { counts, site, feed, feedText }: { counts: Counts; site: string | undefined; feed: string; feedText: string },
): Html {
  const { words: t } = view;
  const sites = counts.sites.slice(0, 8).map(([name]) => name);
  const all = site !== undefined && !sites.includes(site) ? [site, ...sites] : sites;
  return html`<aside class="side" aria-label="${t.filter}">
  ${all.length === 0 ? null : html`<section><h2>${t.sites}</h2><ul class="facet">${all.map((name) => html`<li><a href="${name === site ? path : address(path, { site: name })}"${name === site ? html` aria-current="true"` : null}><span><bdi>${cut(name, 60)}</bdi></span></a></li>`)}</ul></section>`}
  <section><h2>${t.follow}</h2><ul class="links"><li><a href="${feed}">${feedText}</a></li></ul></section>
</aside>`;
}
