/** `/a/{id}/changes`: what an edit changed, headline first; between any two versions, and never by colour alone. */
import type { Article, Snapshot } from '../article/article.ts';
import { countedIn, countWords } from '../article/words.ts';
import { ProblemError } from '../problems.ts';
import { getSnapshot, getText, type Store } from '../store/articles.ts';
import { views } from './article-page.ts';
import { type Block, type Comparison, compareLines, compareTexts, type Piece } from './compare.ts';
import { cut, type Html, html, maxHeadline, type Part, plain } from './markup.ts';
import { siteLabel } from './site-name.ts';
import { langOf } from './story-item.ts';
import { changeText, type Looks, looksOf, timeOf } from './versions.ts';
import type { View } from './view.ts';
import { distinctMoment, momentText, numberText, sizeText, zoneText } from './zone.ts';

export type Changes = {
  article: Article;
  looks: Looks;
  from: Snapshot;
  to: Snapshot;
  comparison: Comparison;
};

/** `range`: `<from>..<to>`, or nothing for the newest change. */
export async function readChanges(
  store: Store,
  article: Article,
  range: { from?: string | undefined; to?: string | undefined },
): Promise<Changes> {
  const looks = await looksOf(store, article);
  const { versions } = looks;
  const to = range.to === undefined ? (versions[0] ?? article.latest) : await snapshotAt(store, article, range.to);
  const older = versions.find(({ timestamp }) => timestamp < to.timestamp);
  const from = range.from === undefined ? (older ?? to) : await snapshotAt(store, article, range.from);
  const [old, recent] = await Promise.all([from, to].map((look) => linesOf(store, article, look)));
  return { article, looks, from, to, comparison: compareTexts(old ?? [], recent ?? []) };
}

async function snapshotAt({ table }: Store, article: Article, timestamp: string): Promise<Snapshot> {
  const snapshot = /^\d{14}$/.test(timestamp) ? await getSnapshot(table, article, timestamp) : null;
  if (snapshot) return snapshot;
  throw new ProblemError('unknown-snapshot', `the article has no snapshot ${timestamp.slice(0, 40)}`);
}

async function linesOf(store: Store, { id }: Article, { textId }: Snapshot): Promise<string[]> {
  const text = textId === null ? null : await getText(store, id, textId);
  return text === null ? [] : text.split('\n');
}

export function changesMain(view: View, changes: Changes): Html {
  const { article, looks, from, to } = changes;
  const { words: t } = view;
  const isPair = from.timestamp !== to.timestamp;
  // Of a story with one version nothing is to be chosen, read or sent.
  const hasChoice = isPair || looks.versions.length > 1;
  return html`${views(view, article, { current: 'changes', timestamp: to.timestamp })}
<div class="page">
  <section aria-labelledby="what">
    <h1 id="what">${t.whatChanged(0)}</h1>
    <p class="intro">${t.inStory(html`<a class="w" href="/a/${article.id}"${langOf(article.lang)} dir="auto">${cut(to.title ?? article.url, 300)}</a>`, siteLabel(article))} ${isPair ? summary(view, changes) : hasChoice ? null : t.oneVersion}</p>
    ${hasChoice ? pick(view, changes) : null}
    ${isPair ? difference(view, changes) : null}
  </section>
  <aside class="side" aria-label="${t.aboutComparison}">
    ${
      isPair
        ? html`<section><h2>${t.howToRead}</h2><ul class="key links">
      <li><del>${t.struck}</del> ${t.stoodBefore}</li><li><ins>${t.underlined}</ins> ${t.standsNow}</li><li><span class="m is-same">${t.same}</span> ${t.opens}</li></ul></section>`
        : null
    }
    <section><h2>${t.changesOfStory}</h2>${list(view, article, { looks, shown: to.timestamp })}</section>
    ${isPair ? share(view, changes) : null}
  </aside>
</div>`;
}

/** How to send the comparison, and its proof when it is printed. */
function share(view: View, { article, from, to }: Changes): Html {
  const { words: t } = view;
  const path = `/a/${article.id}/changes/${from.timestamp}..${to.timestamp}`;
  return html`<section class="proof"><h2>${t.share}</h2>
      <p class="cite" id="share"><bdi>${view.origin}${path}</bdi></p>
      <p class="acts"><button class="btn" type="button" data-copy="#share">${t.copy}</button> <button class="as-link" type="button" data-print>${t.print}</button> <a href="${path}/story.html" download>${t.oneFile}</a></p>
      <p class="soft"><bdi>${article.url}</bdi></p>
      ${[from, to].map((look) => html`<p class="soft"><time datetime="${timeOf(look)}">${momentText(timeOf(look), view)} ${zoneText(view.zone, Date.parse(timeOf(look)))}</time> <span class="digest">${look.digest.replace(':', ' ')}</span></p>`)}</section>`;
}

/** The headline and 4 of 10 paragraphs: 83 words came in, 23 went out. */
export function summary({ words: t, lang }: View, { article, from, to, comparison }: Changes): string {
  const { changed, paragraphs, wordsIn, wordsOut } = comparison;
  return t.changeSummary({
    isRetitled: from.title !== to.title,
    changed: numberText(changed, lang),
    isReworded: changed > 0,
    paragraphs: numberText(paragraphs, lang),
    wordsIn: numberText(wordsIn, lang),
    wordsOut: numberText(wordsOut, lang),
    unit: countedIn(article.lang),
  });
}

function pick(view: View, { article, looks, from, to }: Changes): Html {
  const { words: t } = view;
  const choices = [...new Map([...looks.versions, from, to].map((look) => [look.timestamp, look])).values()].sort(
    (a, b) => (a.timestamp < b.timestamp ? 1 : -1),
  );
  const times = choices.map(timeOf);
  const select = (name: 'from' | 'to', label: string, chosen: Snapshot) =>
    html`<p><label for="${name}">${label}</label><select id="${name}" name="${name}">${choices.map(
      (look) =>
        html`<option value="${look.timestamp}"${look.timestamp === chosen.timestamp ? html` selected` : null}>${distinctMoment(timeOf(look), times, { clock: view, nowMs: view.nowMs })}</option>`,
    )}</select></p>`;
  const at = looks.versions.findIndex(({ timestamp }) => timestamp === to.timestamp);
  const [newer, older] = [looks.versions[at - 1], looks.versions[at + 1]];
  const step = (before: Snapshot | undefined, after: Snapshot | undefined, rel: 'prev' | 'next', label: string) =>
    before && after && at >= 0
      ? html`<a href="/a/${article.id}/changes/${before.timestamp}..${after.timestamp}" rel="${rel}">${label}</a> `
      : null;
  return html`<form class="pick" action="/a/${article.id}/changes">
    ${select('from', t.before, from)} ${select('to', t.after, to)}
    <button class="btn">${t.compare}</button>
    ${step(looks.versions[at + 2], older, 'prev', t.changeBefore)}${step(to, newer, 'next', t.changeNext)}
  </form>`;
}

export function difference(view: View, { article, from, to, comparison }: Changes): Html {
  const { words: t } = view;
  const lang = langOf(article.lang);
  const titles = compareLines(cut(from.title ?? '', maxHeadline), cut(to.title ?? '', maxHeadline));
  const headline =
    from.title === to.title
      ? html`<h2 class="big"><span class="m is-same">${t.same}</span><span class="w"${lang} dir="auto">${cut(to.title ?? article.url, maxHeadline)}</span></h2>`
      : html`<h2 class="big"><span class="m is-gone">${t.was}</span><span class="w"${lang} dir="auto">${written(titles, 'cut')}</span></h2>
      <p class="big"><span class="m is-new">${t.now}</span><span class="w"${lang} dir="auto">${written(titles, 'added')}</span></p>`;
  const { blocks } = comparison;
  return html`<div class="diff">${headline}${blocks.map((block, at) => blockOf(view, block, { textLang: article.lang, isLast: at === blocks.length - 1, at }))}${
    blocks.length === 0 ? html`<p>${t.noTexts}</p>` : null
  }</div>`;
}

/** One side of a headline: what is the same, and what that side alone has. */
function written(pieces: Piece[], side: 'cut' | 'added'): Part[] {
  return pieces.map(({ kind, text }) =>
    kind === 'same'
      ? text
      : kind !== side
        ? null
        : side === 'cut'
          ? html`<del>${text}</del>`
          : html`<ins>${text}</ins>`,
  );
}

function blockOf(
  view: View,
  block: Block,
  { textLang, isLast, at }: { textLang: string | null; isLast: boolean; at: number },
): Html {
  const { words: t } = view;
  const lang = langOf(textLang);
  switch (block.kind) {
    case 'same': {
      const words = block.lines.reduce((sum, line) => sum + countWords(line), 0);
      return html`<details><summary><span class="m is-same">${t.same}</span>${t.sameParagraphs(block.lines.length, sizeText(view, words, textLang), isLast)}</summary>${block.lines.map((line) => html`<p class="w"${lang} dir="auto">${line}</p>`)}</details>`;
    }
    case 'edited':
      return html`<p class="p is-edit" id="p${at}"><span class="m">${t.editedMark}</span><span class="w"${lang} dir="auto">${block.pieces.map(({ kind, text }) => (kind === 'same' ? text : kind === 'cut' ? html`<del>${text}</del>` : html`<ins>${text}</ins>`))}</span></p>`;
    case 'cut':
      return html`<p class="p is-gone" id="p${at}"><span class="m">${t.cutMark}</span><del class="whole w"${lang} dir="auto">${block.text}</del></p>`;
    case 'added':
      return html`<p class="p is-new" id="p${at}"><span class="m">${t.addedMark}</span><ins class="whole w"${lang} dir="auto">${block.text}</ins></p>`;
  }
}

function list(view: View, { id, lang }: Article, { looks, shown }: { looks: Looks; shown: string }): Html {
  const { words: t } = view;
  const { versions } = looks;
  const times = versions.map(timeOf);
  return html`<ol class="line">${versions.map((look, at) => {
    const before = versions[at + 1];
    const time = html`<time datetime="${look.fetchedAt}">${distinctMoment(timeOf(look), times, { clock: view, nowMs: view.nowMs })}</time>`;
    const isShown = look.timestamp === shown;
    return html`<li><span class="m ${before ? 'is-edit' : 'is-new'}"></span>${
      isShown || !before
        ? html`<span${isShown ? html` aria-current="true"` : null}>${time}</span>`
        : html`<a href="/a/${id}/changes/${before.timestamp}..${look.timestamp}">${time}</a>`
    }${before ? changeText(view, { look, before, textLang: lang }) : [t.firstSaved, t.stop]}${isShown ? ` ${t.shownHere}` : null}</li>`;
  })}</ol>`;
}

export function changesTitle({ words: t }: View, { article, to }: Changes): string {
  return `${t.whatChanged(0)}: ${plain(cut(to.title ?? article.url, 200))}`;
}
