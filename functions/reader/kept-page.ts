/** `/a/{id}/{timestamp}`: the page as it was, in a frame without permissions, below a bar that says who served it and when. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Article, Snapshot } from '../article/article.ts';
import { isDocument } from '../formats/document-type.ts';
import { digestOf } from '../hash.ts';
import { isPage, sandbox, showsAll } from '../pictures/replay-policy.ts';
import { ProblemError } from '../problems.ts';
import { bodyObject, getSnapshot, type Store } from '../store/articles.ts';
import { lastPack, type Pack } from '../store/packs.ts';
import { views } from './article-page.ts';
import { cut, type Html, html, plain, webLink } from './markup.ts';
import { nameLink } from './page.ts';
import type { View } from './view.ts';
import { momentText } from './zone.ts';

/** `pack`: what of its looks is kept; null where nothing is. */
export type Kept = {
  article: Article;
  snapshot: Snapshot;
  body: Uint8Array | null;
  isWhole: boolean;
  pack: Pack | null;
};

/** The stored bytes of a snapshot, with whether they are those that its digest names. */
export async function readKept(store: Store, article: Article, timestamp: string): Promise<Kept> {
  const snapshot = await getSnapshot(store.table, article, timestamp);
  if (!snapshot) throw new ProblemError('unknown-snapshot', `the article has no snapshot ${timestamp}`);
  const object = await store.bucket.get(bodyObject(article.id, snapshot.digest));
  const body = object && (await promisify(gunzip)(object.bytes));
  const isWhole = body !== null && digestOf(body) === snapshot.digest;
  const last = await lastPack(store, article.id, timestamp);
  return { article, snapshot, body, isWhole, pack: last?.of === snapshot.digest ? last : null };
}

/** Why the frame has nothing to show; null where it has. */
function unshown(
  { words: t }: View,
  { snapshot: { contentType }, body }: Pick<Kept, 'snapshot' | 'body'>,
): string | null {
  if (body === null) return t.noPage;
  if (isDocument(contentType)) return t.isDocument;
  return isPage(contentType) ? null : t.isFile(plain(cut(contentType, 60)));
}

/** `most`: the bytes of parts that the frame shows at most. */
export function keptMain(view: View, { article, snapshot, body, isWhole, pack }: Kept, most: number): Html {
  const { words: t } = view;
  const { id } = article;
  const moment = momentText(snapshot.fetchedAt, view);
  const original = webLink(snapshot.finalUrl);
  const bytes = `/articles/${id}/snapshots/${snapshot.timestamp}`;
  const isCut = pack !== null && !showsAll(pack, most);
  const page = unshown(view, { snapshot, body });
  return html`<header class="bar">
  ${nameLink(view, { wide: false })}
  ${views(view, article, { current: 'page', timestamp: snapshot.timestamp })}
  <p>${t.servedBy(html`<b><bdi>${article.site}</bdi></b>`, html`<time datetime="${snapshot.fetchedAt}">${moment}</time>`)} <span class="soft">${t.scriptsOff}</span></p>
  <details class="menu"><summary>${t.missingProof}</summary><div>
    <p>${t.siteAnswered(snapshot.status)} ${pack ? t.keptBeside(pack.parts, pack.missing) : t.nothingBeside}</p>
    ${isCut ? html`<p>${t.tooLargeToShow}</p>` : null}
    ${pack && (pack.missing > 0 || isCut) ? html`<p><a href="${bytes}/resources">${t.whatIsMissing}</a></p>` : null}
    <p>${isWhole ? t.digestChecked : html`<strong class="wrong">${t.digestWrong}</strong>`}</p>
    <p class="digest">${snapshot.digest.replace(':', ' ')}</p>
    <p><a href="${bytes}" download="${id}-${snapshot.timestamp}.html">${t.downloadBytes}</a>${original ? html` · <a href="${original}" rel="noreferrer" data-key="v">${t.openOriginal}</a>` : null}</p>
  </div></details>
</header>
<main id="main">
<h1 class="sr">${t.pageAsItWas}</h1>
${page === null ? html`<iframe sandbox="${sandbox}" title="${t.frameTitle(plain(article.site), moment)}" src="/a/${id}/${snapshot.timestamp}/page"></iframe>` : html`<p class="notice is-look"><span class="m">${page}</span></p>`}
</main>`;
}

/** A link of an archived page that leads to none that is archived: the reader decides. */
export function leavingMain(view: View, url: string): Html {
  const { words: t } = view;
  return html`<h1>${t.leaving}</h1>
<p class="intro">${t.leavingHelp} <b><bdi>${cut(url, 2000)}</bdi></b></p>
<p class="acts">${view.mayWrite ? html`<a class="btn primary" href="/save?url=${encodeURIComponent(url)}">${t.saveIt}</a> ` : null}<a class="btn" href="${url}" rel="noreferrer">${t.openIt}</a></p>`;
}
