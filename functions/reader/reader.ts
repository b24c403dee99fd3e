/** The reader: every page of the archive and what its forms do, as routes before those of the API. */
import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { setCookie } from 'hono/cookie';
import { requestBatch } from '../capture/request-capture.ts';
import { requireKeyAgain, requireOwnPage, requireScope } from '../http/access.ts';
import type { MakeReader } from '../http/app.ts';
import { findArticle, findOwn } from '../http/find-article.ts';
import { isKnown } from '../http/snapshots.ts';
import { parseStoryUrl } from '../article/article-url.ts';
import { lookUp } from '../capture/captured-article.ts';
import { frameHeaders, keptMain, leavingMain, readKept, shownPage } from './kept-page.ts';
import { ownPath } from '../http/session.ts';
import { ProblemError } from '../problems.ts';
import { attend, changeTags, correct, formOf, lookAgain, remove, retry, undo } from './actions.ts';
import { addressesIn, tagsIn } from './addresses.ts';
import { articleMain, readStory } from './article-page.ts';
import { assets, assetsVersion } from './assets.ts';
import { changesMain, changesTitle, readChanges } from './changes-page.ts';
import { attentionMain } from './attention-page.ts';
import { countStories } from './counts.ts';
import { type FeedForm, feedAction, feedsMain, followTyped } from './feeds-page.ts';
import { keysMain, makeKey, revoke } from './keys-page.ts';
import { editedPage, removedPage } from './ledger-pages.ts';
import { toIso } from '../article/times.ts';
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

/** A page with a key on it stays in no cache. */
const noStore = { headers: { 'cache-control': 'no-store' } };

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

  app.get(`/a/${id}/:timestamp{\\d{14}}`, compress(), async (c) => {
    const view = viewOf(c, deps.now());
    const article = await findOwn(store.table, c.req.param('id'));
    const kept = await readKept(store, article, c.req.param('timestamp'));
    const title = cut(effective(article).title ?? article.url, 300);
    return answerPage(c, view, {
      page: { title, main: keptMain(view, kept), bare: 'kept', data: { story: article.id } },
      frame: null,
    });
  });
  app.get(`/a/${id}/:timestamp{\\d{14}}/page`, compress(), async (c) => {
    const article = await findOwn(store.table, c.req.param('id'));
    const { timestamp } = c.req.param();
    const etag = `W/"${article.id}.${timestamp}.${assetsVersion}"`;
    if (isKnown(c.req.header('if-none-match'), etag.slice(2))) return c.body(null, 304, { etag });
    const shown = shownPage(await readKept(store, article, timestamp));
    if (!shown) throw new ProblemError('unknown-snapshot', 'there is no page to show');
    return c.html(shown.html, 200, { ...frameHeaders, etag });
  });
  app.get('/out', async (c) => {
    const view = viewOf(c, deps.now());
    const parsed = parseStoryUrl(c.req.query('url') ?? '');
    if ('problem' in parsed) throw new ProblemError('invalid-request', parsed.problem.detail);
    const found = await lookUp(store.table, parsed.url);
    if (found?.known.article) return c.redirect(`/a/${found.known.article.id}`, 303);
    return answer(c, { title: view.words.leaving, main: leavingMain(view, parsed.url) });
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
  app.get('/edited', compress(), async (c) => {
    const view = viewOf(c, deps.now());
    return answer(c, await editedPage(c, deps, { view, counts: await countStories(deps.search) }));
  });
  app.get('/removed', compress(), async (c) => {
    const view = viewOf(c, deps.now());
    return answer(c, await removedPage(c, deps, { view, counts: await countStories(deps.search) }));
  });

  const feeds = async (c: Context, form: FeedForm) => {
    const view = viewOf(c, deps.now());
    return answer(c, { title: view.words.feeds, section: 'feeds', main: await feedsMain(view, deps, form) });
  };
  app.get('/feeds', compress(), (c, next) =>
    wantsHtml(c) ? feeds(c, { typed: c.req.query('home') ?? '', problem: null }) : next(),
  );
  app.post('/feeds/follow', async (c) => {
    const { url: typed = '' } = await formOf(c);
    const followed = await followTyped(deps, typed);
    return 'problem' in followed ? feeds(c, { typed, problem: followed.problem }) : c.redirect('/feeds', 303);
  });
  app.post('/feeds/:id', async (c) => {
    await feedAction(deps, c.req.param('id'), await formOf(c));
    return c.redirect('/feeds', 303);
  });

  app.get('/keys', async (c) => {
    requireScope(c, c.get('keyScope') === 'admin' ? 'read' : 'admin');
    const view = viewOf(c, deps.now());
    return answer(c, { title: view.words.keys, section: 'keys', main: await keysMain(view, store.table) }, noStore);
  });
  app.post('/keys', async (c) => {
    const form = await formOf(c);
    await requireKeyAgain(c, store.table, form.key);
    const made = await makeKey(store.table, form, toIso(deps.now()));
    const view = viewOf(c, deps.now());
    return answer(
      c,
      { title: view.words.keys, section: 'keys', main: await keysMain(view, store.table, made) },
      noStore,
    );
  });
  app.post('/keys/:id/revoke', async (c) => {
    await requireKeyAgain(c, store.table, (await formOf(c)).key);
    await revoke(store.table, c.req.param('id'), toIso(deps.now()));
    return c.redirect('/keys', 303);
  });

  app.get('/attention', compress(), async (c) => {
    const view = viewOf(c, deps.now());
    const attention = await frames.attention({ isFresh: true });
    return answer(c, { title: view.words.attention, section: 'attention', main: attentionMain(view, attention) });
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
