/** `/save/files` and the WARC of a story: what files bring and take away. They need extraction and parsers, so that on AWS the importer has them. */
import { type Context, Hono } from 'hono';
import { effective } from '../article/article.ts';
import { parseStoryUrl } from '../article/article-url.ts';
import { toIso } from '../article/times.ts';
import { type ImportDeps, importDocument } from '../capture/import-document.ts';
import { type ManyRequests, requestBatch, requestSubmitted } from '../capture/request-capture.ts';
import { decodeFeed } from '../feeds/encoding.ts';
import type { Imports } from '../http/app.ts';
import { followOpml } from '../http/feeds-opml.ts';
import { findArticle } from '../http/find-article.ts';
import { importWarc } from '../http/post-warc.ts';
import { ProblemError } from '../problems.ts';
import { idOf } from './answers.ts';
import { type Listed, readBrought } from './brought-files.ts';
import { attachment, downloadName } from './download-name.ts';
import { frameRoutes } from './frame-routes.ts';
import { cut, type Html, html, type Part } from './markup.ts';
import { answerPage } from './page.ts';
import { mostAddresses, problemText } from './save-page.ts';
import { storyWarc } from './story-warc.ts';
import { type View, viewOf } from './view.ts';
import { dayOf } from './zone.ts';

export type FileDeps = ImportDeps & ManyRequests & { version: string; maxAnswerBytes?: number | undefined };

const maxFiles = 200;

export function fileRoutes(deps: FileDeps): Imports {
  const app = new Hono();
  app.post('/save/files', async (c) => {
    const view = viewOf(c, deps.now());
    const rows: Html[] = [];
    for (const file of await filesOf(c)) rows.push(await fileRow(c, deps, { view, file }));
    const main = html`<h1>${view.words.filesTitle}</h1><ul class="rows">${rows}</ul><p class="acts"><a href="/save">${view.words.again}</a> <a href="/">${view.words.allStories}</a></p>`;
    return answerPage(c, view, { page: { title: view.words.filesTitle, section: 'save', main }, frame: null });
  });
  app.get('/a/:id/story.warc.gz', async (c) => {
    const article = await findArticle(deps.store.table, idOf(c));
    const { title, publishedAt } = effective(article);
    const bytes = await storyWarc(deps.store, article, {
      software: `Nightdesk/${deps.version}`,
      maxBytes: deps.maxAnswerBytes,
    });
    return c.body(bytes, 200, {
      'content-type': 'application/warc',
      'content-disposition': attachment(
        downloadName({
          day: dayOf(publishedAt, viewOf(c, deps.now()).zone),
          title: title ?? article.url,
          ending: '.warc.gz',
        }),
      ),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    });
  });
  return [{ path: '/', routes: app }, ...frameRoutes(deps.store, deps.maxAnswerBytes === undefined)];
}

async function filesOf(c: Context): Promise<File[]> {
  if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? ''))
    throw new ProblemError('unsupported-media-type', 'send files as multipart/form-data');
  try {
    const form = await c.req.formData();
    return form
      .getAll('file')
      .filter((one): one is File => typeof one !== 'string' && one.size > 0)
      .slice(0, maxFiles);
  } catch (error) {
    if (error instanceof TypeError)
      throw new ProblemError('invalid-request', `the form cannot be read: ${error.message}`);
    throw error;
  }
}

type Outcome = { mark: 'is-new' | 'is-fail' | 'is-look' | 'is-wait'; said: Part };

async function fileRow(c: Context, deps: FileDeps, { view, file }: { view: View; file: File }): Promise<Html> {
  let outcome: Outcome;
  try {
    outcome = await bringIn(c, deps, { view, file });
  } catch (error) {
    // One bad file does not spoil the rest.
    if (!(error instanceof ProblemError)) throw error;
    outcome = { mark: 'is-fail', said: problemText(view, error.problem) };
  }
  return html`<li class="item ${outcome.mark}"><span class="m"></span><h3><bdi>${cut(file.name, 200)}</bdi></h3><p class="say">${outcome.said}</p></li>`;
}

async function bringIn(c: Context, deps: FileDeps, { view, file }: { view: View; file: File }): Promise<Outcome> {
  const { words: t } = view;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const brought = readBrought(file.name, bytes);
  switch (brought.kind) {
    case 'links':
      return brought.links.length === 0
        ? { mark: 'is-look', said: t.noAddress }
        : bringLinks(deps, view, brought.links);
    case 'opml': {
      const followed = await followOpml(deps, decodeFeed(bytes, null));
      const feeds = followed.filter((one) => 'feed' in one).length;
      return {
        mark: 'is-new',
        said: html`<a href="/feeds">${t.fileFeeds(feeds)}</a> ${followed.length > feeds ? t.fileSkipped(followed.length - feeds) : null}`,
      };
    }
    case 'warc': {
      const items = await importWarc(c, deps, { body: bytes });
      const kept = items.filter((one) => 'article' in one).length;
      const skipped = items.filter((one) => !('article' in one || 'keptWith' in one)).length;
      return {
        mark: kept > 0 ? 'is-new' : 'is-look',
        said: `${t.fileKept(kept)}${skipped > 0 ? `, ${t.fileSkipped(skipped)}` : ''}`,
      };
    }
    case 'document': {
      const imported = await importDocument(deps, { bytes, name: file.name });
      if ('problem' in imported) return { mark: 'is-fail', said: problemText(view, imported.problem) };
      return { mark: 'is-new', said: html`<a href="/a/${imported.article}">${t.stateSaved}</a>` };
    }
    case 'page': {
      const parsed = parseStoryUrl(brought.url);
      if ('problem' in parsed) return { mark: 'is-fail', said: problemText(view, parsed.problem) };
      await requestSubmitted(deps, parsed.url, {
        html: bytes,
        contentType: 'text/html',
        capturedAt: isPast(deps, brought.savedAt) ? brought.savedAt : toIso(deps.now()),
      });
      return { mark: 'is-wait', said: html`${t.fileQueued(1)}: <bdi>${cut(brought.url, 200)}</bdi>` };
    }
    case 'page-without-address':
      return { mark: 'is-fail', said: t.fileNoUrl };
    case 'unknown':
      return { mark: 'is-fail', said: t.fileUnknown };
  }
}

function isPast({ now }: Pick<FileDeps, 'now'>, iso: string | null): iso is string {
  return iso !== null && Date.parse(iso) <= now();
}

/** The addresses of a list, each with its tags and its time. */
async function bringLinks(deps: FileDeps, view: View, links: Listed[]): Promise<Outcome> {
  const { words: t } = view;
  const asked = links.flatMap(({ url, tags, addedAt }) => {
    const parsed = parseStoryUrl(url);
    const wishes = { tags, note: null, ...(isPast(deps, addedAt) ? { bookmarkedAt: addedAt } : {}) };
    return 'url' in parsed ? [{ url: parsed.url, wishes }] : [];
  });
  const batches: string[] = [];
  for (let at = 0; at < asked.length; at += mostAddresses)
    batches.push((await requestBatch(deps, asked.slice(at, at + mostAddresses))).batch);
  const left = links.length - asked.length;
  const count = new Set(asked.map(({ url }) => url)).size;
  return {
    mark: 'is-wait',
    said: html`${t.fileQueued(count)}. ${left > 0 ? `${t.fileSkipped(left)}. ` : null}${batches.map((batch) => html`<a href="/save/${batch}">${t.watchThem}</a> `)}`,
  };
}
