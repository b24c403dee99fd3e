/** The lists: stories, edited, removed, feeds and attention; and the addresses of the API that lead browsers to them. */
import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { attend } from './actions.ts';
import { type Answers, formOf } from './answers.ts';
import { attentionMain } from './attention-page.ts';
import { type FeedForm, feedAction, feedsMain, followTyped } from './feeds-page.ts';
import { editedPage, removedPage } from './ledger-pages.ts';
import { address } from './markup.ts';
import { answerPage } from './page.ts';
import { storiesPage } from './stories.ts';
import { viewOf, wantsHtml } from './view.ts';

export function listRoutes({ deps, begin, answer, attention }: Answers): Hono {
  const app = new Hono();
  for (const [path, pageOf] of [
    ['/', storiesPage],
    ['/edited', editedPage],
    ['/removed', removedPage],
  ] as const)
    app.get(path, compress(), async (c) => {
      // What is listed follows from the counts, so these are of now.
      const { view, counts, frame } = await begin(c, { isFresh: true });
      return answerPage(c, view, { page: await pageOf(c, deps, { view, counts }), frame });
    });

  app.get('/attention', compress(), async (c) => {
    const needed = await attention({ isFresh: true });
    const view = viewOf(c, deps.now());
    return answer(c, { title: view.words.attention, section: 'attention', main: attentionMain(view, needed) });
  });
  app.post('/attention', async (c) => {
    await attend(deps, await formOf(c));
    await attention({ isFresh: true });
    return c.redirect('/attention', 303);
  });

  const feeds = async (c: Context, form: FeedForm) => {
    const view = viewOf(c, deps.now());
    return answer(c, { title: view.words.feeds, section: 'feeds', main: await feedsMain(view, deps, form) });
  };
  app.get('/feeds', compress(), (c, next) =>
    wantsHtml(c) ? feeds(c, { typed: c.req.query('home') ?? '', problem: null }) : next(),
  );
  app.post('/feeds/follow', async (c) => {
    const { url: typed = '', of } = await formOf(c);
    const followed = await followTyped(deps, typed, of);
    return 'problem' in followed ? feeds(c, { typed, problem: followed.problem }) : c.redirect('/feeds', 303);
  });
  app.post('/feeds/:id', async (c) => {
    await feedAction(deps, c.req.param('id'), await formOf(c));
    return c.redirect('/feeds', 303);
  });

  app.get('/articles', async (c, next) => {
    if (!wantsHtml(c)) return next();
    const url = c.req.query('url');
    // One address is one story, or a page that says that there is none.
    return c.redirect(url === undefined ? `/${new URL(c.req.url).search}` : address('/out', { url }), 303);
  });
  app.get('/captures', async (c, next) => {
    const batch = c.req.query('batch');
    if (wantsHtml(c)) return c.redirect(batch ? `/save/${encodeURIComponent(batch)}` : '/attention', 303);
    await next();
  });
  return app;
}
