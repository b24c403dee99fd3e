/** `/a/{id}`: one story to read, with its versions, where it was, how to cite it, and what a person can do with it. */
import type { Article, Snapshot } from '../article/article.ts';
import { effective } from '../article/article.ts';
import { getMarkedText, getText, type Store } from '../store/articles.ts';
import { bibtex, type Cited, cslJson } from './citation.ts';
import { likened } from './compare.ts';
import { downloadName } from './download-name.ts';
import { editForms } from './edit-forms.ts';
import { type Lead, leadOfStory } from './leads.ts';
import { address, between, cut, type Html, html, maxHeadline, type Part, webLink } from './markup.ts';
import { siteLabel, siteText } from './site-name.ts';
import { plainStory, storyHtml } from './story-html.ts';
import { langOf, missingText } from './story-item.ts';
import { type Looks, timeline } from './versions.ts';
import type { View } from './view.ts';
import { dayOf, dayText, momentText, sizeText, zoneText } from './zone.ts';

export type Reading = {
  article: Article;
  look: Snapshot;
  looks: Looks;
  /** Stored HTML or what is made of the text; null where there is none. */
  stored: string | null;
  /** The paragraphs of the first version, where a later one is shown. */
  firstLines: Set<string> | null;
};

/** The words of the story as it was at one look. */
export async function readStory(
  store: Store,
  article: Article,
  { look, looks }: { look: Snapshot; looks: Looks },
): Promise<Reading> {
  // Of the version that rules, the text has the further pages of the story, too.
  const textId = look.timestamp === article.versionOf ? article.textId : look.textId;
  const first = looks.isCut ? undefined : looks.versions.at(-1);
  const isLater =
    first !== undefined && first.timestamp !== look.timestamp && first.textId !== textId && first.textId !== null;
  const [marked, old] = await Promise.all([
    textId === null ? null : getMarkedText(store, article.id, textId),
    isLater && first.textId !== null ? getText(store, article.id, first.textId) : null,
  ]);
  return {
    article,
    look,
    looks,
    stored: marked === null ? null : (marked.html ?? plainStory(marked.text)),
    firstLines: old === null ? null : new Set(old.split('\n').map(likened)),
  };
}

/** `lead`: the picture that stands for it. */
export function articleMain(view: View, reading: Reading, lead: Lead | null): Html {
  const { article, look } = reading;
  return html`${views(view, article, { current: 'story' })}
<div class="page">
  <article class="body">
    ${storyHead(view, reading)}
    ${leadOfStory(lead)}
    ${storyBody(view, reading)}
  </article>
  <aside class="side" aria-label="${view.words.aboutStory}">
    <section><h2>${view.words.versions}</h2>
      ${timeline(view, article, { ...reading.looks, shown: look.timestamp })}
      ${view.mayWrite ? html`<form class="acts" action="/a/${article.id}/again" method="post"><button class="btn" data-key="s">${view.words.lookAgain}</button></form>` : null}
    </section>
    ${whereItWas(view, reading)}
    ${cite(view, reading)}
    ${downloads(view, reading)}
    ${editForms(view, article)}
  </aside>
</div>`;
}

/** The tabs of a story. */
export function views(
  view: View,
  { id, versionCount, latest }: Article,
  { current, timestamp = latest.timestamp }: { current: 'story' | 'changes' | 'page'; timestamp?: string },
): Html {
  const { words: t } = view;
  const tab = (name: typeof current, href: string, label: string) =>
    html`<a href="${href}"${name === current ? html` aria-current="page"` : null}>${label}</a> `;
  return html`<nav class="views" aria-label="${t.thisStory}">${tab('story', `/a/${id}`, t.story)}${tab('changes', `/a/${id}/changes`, t.whatChanged(versionCount - 1))}${tab('page', `/a/${id}/${timestamp}`, t.pageAsItWas)}</nav>`;
}

function shownTitle({ article, look }: Reading): string {
  const title = look.timestamp === article.versionOf ? effective(article).title : look.title;
  return title ?? article.url;
}

export function storyHead(view: View, reading: Reading, { isFile = false } = {}): Html {
  const { article, look } = reading;
  const { words: t } = view;
  const { authors, publishedAt, publishedAtSource } = effective(article);
  const byline = between(
    authors
      .slice(0, 20)
      .map((name) =>
        isFile
          ? html`<span class="w">${cut(name, 120)}</span>`
          : html`<a class="w" href="${address('/', { q: `author:"${name.replaceAll('"', ' ')}"` })}">${cut(name, 120)}</a>`,
      ),
    t.and,
  );
  const published = html`<time datetime="${publishedAt}">${momentText(publishedAt, view)}</time>`;
  const saved = html`<time datetime="${article.firstArchivedAt}">${momentText(article.firstArchivedAt, view)}</time>`;
  return html`<header>
  <p class="src">${isFile ? siteLabel(article) : html`<a href="${address('/', { site: article.site })}">${siteLabel(article)}</a>`}${article.newsType && article.newsType !== 'news' ? html` · ${t.newsTypes[article.newsType]}` : null}${article.isPaid ? html` · ${t.forSubscribers}` : null}${article.section ? html` · <span class="w">${cut(article.section, 80)}</span>` : null}</p>
  <h1 class="w"${langOf(article.lang)} dir="auto">${cut(shownTitle(reading), maxHeadline)}</h1>
  ${article.description ? html`<p class="lede w"${langOf(article.lang)} dir="auto">${cut(article.description, 2000)}</p>` : null}
  <p class="by">${byline.length > 0 ? [t.by, byline, html`<br>`] : null}
    <span class="soft">${publishedAtSource === 'capture' ? t.savedOn(saved) : t.publishedSaved(published, saved)} <abbr title="${view.zone}">${zoneText(view.zone, Date.parse(publishedAt))}</abbr></span></p>
  ${isFile ? null : notices(view, reading, look)}
</header>`;
}

function notices(view: View, { article, looks }: Reading, look: Snapshot): Part[] {
  const { words: t } = view;
  const moment = (iso: string) => html`<time datetime="${iso}">${momentText(iso, view, view.nowMs)}</time>`;
  const all: Part[] = [];
  const missing = missingText(view, look);
  if (article.removedAt !== null)
    all.push(
      html`<p class="notice is-gone"><span class="m">${t.goneFromSite}</span> ${t.goneDetail(moment(article.lastArchivedAt), moment(article.removedAt))}</p>`,
    );
  if (missing)
    all.push(
      html`<p class="notice is-look"><span class="m">${missing}.</span> ${t.missingHelp} <a href="/a/${article.id}/${look.timestamp}">${t.pageAsItWas}</a> · <a href="/save?url=${encodeURIComponent(article.url)}#browser">${t.sendFromBrowser}</a></p>`,
    );
  const { title } = article.corrections;
  if (title !== undefined && look.title !== null && look.title !== title)
    all.push(
      html`<p class="notice">${t.correctedHere(html`<q class="w"${langOf(article.lang)} dir="auto">${cut(look.title, maxHeadline)}</q>`)}</p>`,
    );
  if (article.removal?.backAt !== undefined)
    all.push(html`<p class="notice">${t.wasGone(moment(article.removal.at), moment(article.removal.backAt))}</p>`);
  const isNewest = look.timestamp === article.versionOf;
  if (!isNewest)
    all.push(
      html`<p class="notice is-edit"><span class="m">${t.notNewest}</span> ${t.asOf(moment(look.fetchedAt))} <a href="/a/${article.id}">${t.toNewest}</a></p>`,
    );
  else if (looks.versions.length > 1)
    all.push(
      html`<p class="notice is-edit"><span class="m">${t.editedSince(looks.versions.length - 1)}</span> ${t.newestOf(moment(looks.versions[0]?.fetchedAt ?? look.fetchedAt))} <a href="/a/${article.id}/changes">${t.whatChanged(0)}</a></p>`,
    );
  return all;
}

export function storyBody(
  view: View,
  { article, look, stored, firstLines }: Reading,
  { isFile = false } = {},
): Html | null {
  const { words: t } = view;
  if (stored === null || stored === '') return null;
  const mark = (text: string): Html | null =>
    isFile || firstLines === null || firstLines.has(likened(text))
      ? null
      : html`<a class="m is-edit" href="/a/${article.id}/changes" aria-label="${t.paragraphChanged}"></a>`;
  return html`<div class="text w"${langOf(article.lang)} dir="auto">
    ${storyHtml(stored, mark)}
    <p class="end" lang="${view.lang}">${t.storyEnds(momentText(look.fetchedAt, view), sizeText(view, look.wordCount, article.lang))}</p>
  </div>`;
}

function whereItWas(view: View, { article, look }: Reading): Html {
  const { words: t } = view;
  const original = webLink(article.url);
  const link = `${view.origin}/a/${article.id}`;
  const still =
    article.removedAt === null
      ? t.originalAt(momentText(article.lastArchivedAt, view, view.nowMs))
      : t.originalGone(momentText(article.removedAt, view, view.nowMs));
  return html`<section id="link"><h2>${t.whereItWas}</h2>
  <ul class="links"><li><a href="/a/${article.id}/${look.timestamp}" data-key="p">${t.pageAsItWas}</a></li>
  ${original ? html`<li><a href="${original}" rel="noreferrer" data-key="v">${still}</a></li>` : null}</ul>
  <p class="field"><label for="permalink">${t.permanentLink}</label><input id="permalink" readonly value="${link}"></p>
  <p class="acts"><button class="btn" type="button" data-copy="#permalink">${t.copyLink}</button></p>
  ${isLocal(view.origin) ? html`<p class="soft">${t.onlyThisMachine} <a href="${fileAddress({ article, look })}" download>${t.oneFile}</a></p>` : null}
</section>`;
}

/** Of the version that is on the screen. */
function fileAddress({ article, look }: Pick<Reading, 'article' | 'look'>): string {
  return address(`/a/${article.id}/story.html`, { at: look.timestamp === article.versionOf ? null : look.timestamp });
}

/** Whether an address of ours opens on this machine alone. */
export function isLocal(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(origin);
}

export function citedOf(view: View, reading: Reading): Cited {
  const { article, look } = reading;
  const { authors, publishedAt } = effective(article);
  return {
    // As it stands in the bytes that the digest is of, whatever a person has corrected.
    title: cut(look.title ?? shownTitle(reading), 1000),
    authors,
    site: article.site,
    publication: siteText(article),
    url: article.url,
    publishedAt,
    archivedAt: look.fetchedAt,
    archive: `${view.origin}/a/${article.id}/${look.timestamp}`,
    digest: look.digest.replace(':', ' '),
    lang: article.lang,
  };
}

/** The citation in words. */
export function citeText(view: View, cited: Cited): Html {
  const { words: t } = view;
  const { title, authors, publication, url, publishedAt, archivedAt, archive, digest } = cited;
  const names = between(
    authors.slice(0, 10).map((name) => html`<bdi>${cut(name, 120)}</bdi>`),
    t.and,
  );
  return t.citation({
    names: names.length === 0 ? null : names,
    title: html`<bdi>${title}</bdi>`,
    site: html`<cite><bdi>${publication}</bdi></cite>`,
    published: dayText(dayOf(publishedAt, view.zone), view.lang, { year: true }),
    archived: `${momentText(archivedAt, view)} (${zoneText(view.zone, Date.parse(archivedAt))})`,
    url,
    archive,
    digest: html`<span class="digest">${digest}</span>`,
  });
}

function cite(view: View, reading: Reading): Html {
  const { words: t } = view;
  const cited = citedOf(view, reading);
  return html`<section class="proof"><h2>${t.cite}</h2>
  <p class="cite" id="cite">${citeText(view, cited)}</p>
  <p class="acts"><button class="btn" type="button" data-copy="#cite">${t.copy}</button></p>
  <details><summary>BibTeX</summary><pre class="digest" id="bibtex" tabindex="0">${bibtex(cited)}</pre></details>
  <details><summary>CSL-JSON</summary><pre class="digest" id="csl" tabindex="0">${cslJson(cited)}</pre></details>
</section>`;
}

function downloads(view: View, reading: Reading): Html {
  const { words: t } = view;
  const { article, look } = reading;
  const { id } = article;
  const day = dayOf(effective(article).publishedAt, view.zone);
  // Browsers give anything else an ending of its own.
  const storedName = /^text\/html\b/i.test(look.contentType)
    ? html`="${downloadName({ day, title: shownTitle(reading), ending: ' (as served).html' })}"`
    : null;
  return html`<section><h2>${t.download}</h2>
  <ul class="links">
    <li><a href="/articles/${id}.markdown" download>Markdown</a></li>
    <li><a href="${fileAddress(reading)}" download>${t.oneFileHtml}</a></li>
    <li><a href="/articles/${id}.md" download>${t.document}</a></li>
    <li><a href="/articles/${id}/snapshots/${look.timestamp}" download${storedName}>${t.storedPage}</a></li>
    <li><a href="/a/${id}/story.warc.gz" download>WARC</a></li>
  </ul>
</section>`;
}
