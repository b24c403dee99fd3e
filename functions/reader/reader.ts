/** The reader: every page of the archive and what its forms do, as routes before those of the API. */
import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { setCookie } from 'hono/cookie';
import { requireOwnPage } from '../http/access.ts';
import type { MakeReader } from '../http/app.ts';
import { ownPath, signOut } from '../http/session.ts';
import { ProblemError } from '../problems.ts';
import { type Answers, formOf, makeAnswers } from './answers.ts';
import { assets } from './assets.ts';
import { keyRoutes } from './key-routes.ts';
import { keyboardMain } from './keyboard-page.ts';
import { makeLeads } from './leads.ts';
import { listRoutes } from './list-routes.ts';
import { answerPage, type Frame } from './page.ts';
import { problemPage } from './problem-page.ts';
import type { ReaderDeps } from './reader-deps.ts';
import { saveMain } from './save-page.ts';
import { saveRoutes } from './save-routes.ts';
import { signInPage } from './sign-in.ts';
import { storyRoutes } from './story-routes.ts';
import { langCookie, themeCookie, type View, viewOf } from './view.ts';

const yearSeconds = 365 * 86_400;

export function reader(given: Omit<ReaderDeps, 'search' | 'leadsOf'>): MakeReader {
  return (search) => {
    const deps = { ...given, search, leadsOf: makeLeads(given.store.table, given.now) };
    const answers = makeAnswers(deps);
    const pages = new Hono();
    for (const routes of [listRoutes, storyRoutes, saveRoutes, keyRoutes]) pages.route('/', routes(answers));
    return {
      open: openRoutes(answers),
      pages,
      problem: (error, c, answer) => problemPage(error, c, { answer, nowMs: deps.now() }),
    };
  };
}

/** What needs no key: it says nothing of what is archived, but to those who may know it. */
function openRoutes({ deps: { store, now }, begin }: Answers): Hono {
  const app = new Hono();
  const viewAndFrame = async (c: Context): Promise<{ view: View; frame: Frame | null }> => {
    const view = viewOf(c, now());
    return view.isOwner || view.scope !== null ? begin(c) : { view, frame: null };
  };
  app.get('/assets/:name', compress(), (c) => {
    const asset = assets().byPath.get(c.req.path);
    if (!asset) throw new ProblemError('no-such-route', `there is no ${c.req.path}`);
    return c.body(asset.body, 200, {
      'content-type': asset.type,
      'cache-control': `public, max-age=${yearSeconds}, immutable`,
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
  });
  app.post('/session/end', async (c) => {
    requireOwnPage(c);
    await signOut(c, store);
    return c.redirect('/', 303);
  });
  app.get('/session', (c) => signInPage(c, viewOf(c, now())));
  app.get('/keyboard', compress(), async (c) => {
    const { view, frame } = await viewAndFrame(c);
    return answerPage(c, view, { page: { title: view.words.keyboard, main: keyboardMain(view) }, frame });
  });
  app.get('/save', compress(), async (c) => {
    const { view, frame } = await viewAndFrame(c);
    const typed = { urls: c.req.query('url') ?? c.req.query('text') ?? '', tags: '', note: '' };
    const page = { title: view.words.saveTitle, section: 'save', main: saveMain(view, typed) } as const;
    return answerPage(c, view, { page, frame, headers: openerHeaders });
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
