/** The reader: every page of the archive and what its forms do, as routes before those of the API. */
import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { setCookie } from 'hono/cookie';
import { requestBatch } from '../capture/request-capture.ts';
import { requireOwnPage } from '../http/access.ts';
import type { MakeReader } from '../http/app.ts';
import { findArticle } from '../http/find-article.ts';
import { ownPath } from '../http/session.ts';
import { ProblemError } from '../problems.ts';
import { attend, changeTags, correct, formOf, lookAgain, remove, retry, undo } from './actions.ts';
import { addressesIn, tagsIn } from './addresses.ts';
import { articleMain, readStory } from './article-page.ts';
import { assets } from './assets.ts';
import { changesMain, changesTitle, readChanges } from './changes-page.ts';
import { countStories } from './counts.ts';
import { makeFrame } from './frame.ts';
import { keyboardMain } from './keyboard-page.ts';
import { address, cut } from './markup.ts';
import { answerPage, type Page, pageTag, unchanged } from './page.ts';
import { problemPage } from './problem-page.ts';
import type { ReaderDeps } from './reader-deps.ts';
import { batchSection, mostAddresses, readBatch, saveMain } from './save-page.ts';
import { signInPage } from './sign-in.ts';
import { storiesPage } from './stories.ts';
import { lookAt, looksOf } from './versions.ts';
import { langCookie, themeCookie, viewOf, wantsHtml } from './view.ts';
import { effective } from '../article/article.ts';

const yearSeconds = 365 * 86_400;
const id = ':id{[\\w-]{22}}';

export function reader(given: Omit<ReaderDeps, 'search'>): MakeReader {
  return (search) => {
    const deps = { ...given, search };
    return {
      open: openRoutes(deps),
      pages: pageRoutes(deps),
      problem: (error, c, answer) => problemPage(error, c, { answer, nowMs: deps.now() }),
    };
  };
}

/** What needs no key: it says nothing of what is archived. */
function openRoutes(deps: ReaderDeps): Hono {
  const app = new Hono();
  app.get('/assets/:name', compress(), (c) => {
    const asset = assets.get(c.req.path);
    if (!asset) throw new ProblemError('no-such-route', `there is no ${c.req.path}`);
    return c.body(asset.body, 200, {
      'content-type': asset.type,
      'cache-control': `public, max-age=${yearSeconds}, immutable`,
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
  });
  app.get('/session', (c) => signInPage(c, viewOf(c, deps.now())));
  app.get('/keyboard', compress(), (c) => {
    const view = viewOf(c, deps.now());
    return answerPage(c, view, { page: { title: view.words.keyboard, main: keyboardMain(view) }, frame: null });
  });
  app.get('/save', compress(), (c) => {
    const view = viewOf(c, deps.now());
    const typed = { urls: c.req.query('url') ?? c.req.query('text') ?? '', tags: '', note: '' };
    return answerPage(c, view, {
      page: { title: view.words.saveTitle, section: 'save', main: saveMain(view, typed) },
      frame: null,
      headers: openerHeaders,
    });
  });
  app.post('/preferences', async (c) => {
    requireOwnPage(c);
    const { next, lang, theme } = await formOf(c);
    const options = { path: '/', maxAge: yearSeconds, sameSite: 'Lax', httpOnly: true } as const;
    if (lang === 'en' || lang === 'zh-Hans') setCookie(c, langCookie, lang, options);
    if (theme === 'system' || theme === 'light' || theme === 'dark') setCookie(c, themeCookie, theme, options);
    return c.redirect(ownPath(next), 303);
  });
  return app;
}

/** Its opener keeps a hold on the window, and hands the page over by it. */
const openerHeaders = { 'cross-origin-opener-policy': 'unsafe-none' };

function pageRoutes(deps: ReaderDeps): Hono {
  const { store } = deps;
  const frames = makeFrame(deps);
  const app = new Hono();

  /** The page in its frame. */
  async function answer(
    c: Context,
    page: Page,
    options: { etag?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const frame = await frames.frame(await countStories(deps.search));
    const headers = { ...options.headers, ...(options.etag ? { etag: options.etag } : {}) };
    return answerPage(c, viewOf(c, deps.now()), { page, frame, headers });
  }

  app.get('/', compress(), async (c) => {
    const view = viewOf(c, deps.now());
    const counts = await countStories(deps.search);
    return answer(c, await storiesPage(c, deps, { view, counts }));
  });

  app.get(`/a/${id}`, compress(), async (c) => {
    const view = viewOf(c, deps.now());
    const article = await findArticle(store.table, c.req.param('id'));
    const frame = await frames.frame(await countStories(deps.search));
    const tag = pageTag(view, frame, [article.v, article.id]);
    const same = unchanged(c, tag);
    if (same) return same;
    const at = c.req.query('at');
    const [look, looks] = await Promise.all([lookAt(store, article, at), looksOf(store, article)]);
    if (!look && at !== undefined)
      throw new ProblemError('unknown-snapshot', `the article has no snapshot ${at.slice(0, 40)}`);
    const reading = await readStory(store, article, { look: look ?? article.latest, looks });
    const title = effective(article).title ?? article.url;
    const data = { story: article.id };
    return answerPage(c, view, {
      page: { title: cut(title, 300), section: 'stories', main: articleMain(view, reading), data },
      frame,
      headers: { etag: tag },
    });
  });

  const changes = async (c: Context, range: { from?: string | undefined; to?: string | undefined }) => {
    const view = viewOf(c, deps.now());
    const article = await findArticle(store.table, c.req.param('id') ?? '');
    const frame = await frames.frame(await countStories(deps.search));
    const tag = pageTag(view, frame, [article.v, article.id, range]);
    const same = unchanged(c, tag);
    if (same) return same;
    const read = await readChanges(store, article, range);
    return answerPage(c, view, {
      page: { title: changesTitle(view, read), section: 'stories', main: changesMain(view, read) },
      frame,
      headers: { etag: tag },
    });
  };
  app.get(`/a/${id}/changes`, compress(), (c) => changes(c, { from: c.req.query('from'), to: c.req.query('to') }));
  app.get(`/a/${id}/changes/:range{\\d{14}\\.\\.\\d{14}}`, compress(), (c) => {
    const [from, to] = c.req.param('range').split('..');
    return changes(c, { from, to });
  });

  app.post(`/a/${id}/tags`, async (c) => {
    await changeTags(deps, c.req.param('id'), await formOf(c));
    return c.redirect(`/a/${c.req.param('id')}`, 303);
  });
  app.post(`/a/${id}/correct`, async (c) => {
    await correct(deps, c.req.param('id'), { form: await formOf(c), zone: viewOf(c, deps.now()).zone });
    return c.redirect(`/a/${c.req.param('id')}`, 303);
  });
  app.post(`/a/${id}/again`, async (c) => c.redirect(`/save/${await lookAgain(deps, c.req.param('id'))}`, 303));
  app.post(`/a/${id}/remove`, async (c) => {
    await remove(c, deps, c.req.param('id'));
    return c.redirect(`/?undo=${c.req.param('id')}`, 303);
  });
  app.post(`/a/${id}/undo`, async (c) => {
    await undo(c, deps, c.req.param('id'));
    return c.redirect(`/a/${c.req.param('id')}`, 303);
  });

  app.post('/save', async (c) => {
    const view = viewOf(c, deps.now());
    const { words: t } = view;
    const { urls: text = '', tags = '', note = '' } = await formOf(c);
    const { urls, wrong } = addressesIn(text);
    const problem = urls.length === 0 ? t.noAddress : urls.length > mostAddresses ? t.tooMany(mostAddresses) : null;
    if (problem !== null) {
      const frame = await frames.frame(await countStories(deps.search));
      const page: Page = {
        title: t.saveTitle,
        section: 'save',
        main: saveMain(view, { urls: text, tags, note, problem }),
      };
      return answerPage(c, view, { page, frame, status: 422 });
    }
    const { batch } = await requestBatch(deps, urls, { tags: tagsIn(tags), note: note.trim().slice(0, 4000) || null });
    return c.redirect(address(`/save/${batch}`, { wrong: wrong.join('\n').slice(0, 1000) }), 303);
  });
  app.get('/save/:batch{[0-9A-HJKMNP-TV-Z]{26}}', compress(), async (c) => {
    const view = viewOf(c, deps.now());
    const batch = await readBatch(store, c.req.param('batch'));
    if (!batch) throw new ProblemError('unknown-batch', 'batches are kept for 30 days; what they saved stays');
    const wrong = (c.req.query('wrong') ?? '').split('\n').filter(Boolean).slice(0, 20);
    const main = saveMain(view, { urls: '', tags: '', note: '' }, batchSection(view, batch, wrong));
    return answer(c, { title: view.words.saveTitle, section: 'save', main });
  });
  app.post('/save/:batch{[0-9A-HJKMNP-TV-Z]{26}}/retry', async (c) => {
    await retry(deps, c.req.param('batch'), await formOf(c));
    return c.redirect(`/save/${c.req.param('batch')}`, 303);
  });
  app.post('/attention', async (c) => {
    await attend(deps, await formOf(c));
    await frames.attention({ isFresh: true });
    return c.redirect('/attention', 303);
  });

  app.get(`/articles/${id}`, (c, next) =>
    wantsHtml(c) ? Promise.resolve(c.redirect(`/a/${c.req.param('id')}`, 303)) : next(),
  );
  app.get('/articles', (c, next) => {
    if (!wantsHtml(c)) return next();
    return Promise.resolve(c.redirect(`/${new URL(c.req.url).search}`, 303));
  });
  return app;
}
