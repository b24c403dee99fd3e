/** `/a/{id}`: a story, what changed in it, the page as it was, and what a person does with it. */
import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { type Article, effective } from '../article/article.ts';
import { parseStoryUrl } from '../article/article-url.ts';
import { lookUp } from '../capture/captured-article.ts';
import { findArticle, findOwn } from '../http/find-article.ts';
import { mostInlined } from '../pictures/replay-policy.ts';
import { ProblemError } from '../problems.ts';
import { changeTags, correct, lookAgain, remove, undo } from './actions.ts';
import { type Answers, formOf, idOf, timestampOf } from './answers.ts';
import { articleMain, readStory } from './article-page.ts';
import { changesMain, changesTitle, readChanges } from './changes-page.ts';
import { keptMain, leavingMain, readKept } from './kept-page.ts';
import { answerLead } from './lead-route.ts';
import { leadAt, leadInside } from './leads.ts';
import { cut } from './markup.ts';
import { answerPage, type Page, pageTag, unchanged } from './page.ts';
import { changesFile, storyFile } from './story-file.ts';
import { lookAt, looksOf } from './versions.ts';
import { viewOf, wantsHtml } from './view.ts';

type Range = { from?: string | undefined; to?: string | undefined };

export function storyRoutes({ deps, begin, answer }: Answers): Hono {
  const { store } = deps;
  const app = new Hono();

  async function storyOf(c: Context) {
    const article = await findArticle(store.table, idOf(c));
    const at = c.req.query('at');
    const [look, looks] = await Promise.all([lookAt(store, article, at), looksOf(store, article)]);
    if (!look && at !== undefined) throw new ProblemError('unknown-snapshot', 'the article has no such snapshot');
    return readStory(store, article, { look: look ?? article.latest, looks });
  }

  /** Up to when a picture counts: that of the look which was asked for, else the newest. */
  const leadMoment = (c: Context, { latest }: Article) =>
    /^\d{14}$/.exec(c.req.query('at') ?? '')?.[0] ?? latest.timestamp;

  app.get('/a/:id', compress(), async (c) => {
    const { view, frame } = await begin(c);
    const article = await findArticle(store.table, idOf(c));
    // Its picture comes a moment after the story.
    const lead = await leadAt(store, article.id, leadMoment(c, article));
    const etag = pageTag(view, frame, [article.v, article.id, lead?.address]);
    const same = unchanged(c, etag);
    if (same) return same;
    const title = cut(effective(article).title ?? article.url, 300);
    const page: Page = {
      title,
      section: 'stories',
      main: articleMain(view, await storyOf(c), lead),
      data: { story: article.id },
    };
    return answerPage(c, view, { page, frame, headers: { etag } });
  });
  app.get('/a/:id/story.html', compress(), async (c) => {
    const reading = await storyOf(c);
    const lead = await leadInside(store, reading.article.id, leadMoment(c, reading.article));
    return storyFile(c, viewOf(c, deps.now()), { reading, lead });
  });

  const rangeOf = (c: Context): Range => {
    const [from, to] = (c.req.param('range') ?? '').split('..');
    return { from, to };
  };
  const changes = async (c: Context, range: Range) => {
    const { view, frame } = await begin(c);
    const article = await findArticle(store.table, idOf(c));
    const etag = pageTag(view, frame, [article.v, article.id, range]);
    const same = unchanged(c, etag);
    if (same) return same;
    const read = await readChanges(store, article, range);
    const page: Page = {
      title: changesTitle(view, read),
      section: 'stories',
      main: changesMain(view, read),
      data: { story: article.id },
    };
    return answerPage(c, view, { page, frame, headers: { etag } });
  };
  app.get('/a/:id/changes', compress(), (c) => changes(c, { from: c.req.query('from'), to: c.req.query('to') }));
  app.get('/a/:id/changes/:range', compress(), (c) => changes(c, rangeOf(c)));
  app.get('/a/:id/changes/:range/story.html', compress(), async (c) => {
    const article = await findArticle(store.table, idOf(c));
    return changesFile(c, viewOf(c, deps.now()), await readChanges(store, article, rangeOf(c)));
  });

  app.get('/a/:id/:timestamp/lead/:digest', (c) => answerLead(c, store));
  app.get('/a/:id/:timestamp', compress(), async (c, next) => {
    // The files of a story have their own routes.
    if (!/^\d{14}$/.test(c.req.param('timestamp'))) return next();
    const view = viewOf(c, deps.now());
    const article = await findOwn(store.table, idOf(c));
    const kept = await readKept(store, article, timestampOf(c));
    const title = cut(effective(article).title ?? article.url, 300);
    const page: Page = {
      title,
      main: keptMain(view, kept, mostInlined[deps.maxAnswerBytes === undefined ? 'direct' : 'small']),
      bare: 'kept',
      data: { story: article.id },
    };
    return answerPage(c, view, { page, frame: null });
  });
  app.get('/out', async (c) => {
    const parsed = parseStoryUrl(c.req.query('url') ?? '');
    if ('problem' in parsed) throw new ProblemError('invalid-request', parsed.problem.detail);
    const found = await lookUp(store.table, parsed.url);
    if (found?.known.article) return c.redirect(`/a/${found.known.article.id}`, 303);
    const view = viewOf(c, deps.now());
    return answer(c, { title: view.words.leaving, main: leavingMain(view, parsed.url) });
  });

  const back = (c: Context) => c.redirect(`/a/${idOf(c)}`, 303);
  app.post('/a/:id/tags', async (c) => {
    await changeTags(deps, idOf(c), await formOf(c));
    return back(c);
  });
  app.post('/a/:id/correct', async (c) => {
    await correct(deps, idOf(c), { form: await formOf(c), zone: viewOf(c, deps.now()).zone });
    return back(c);
  });
  app.post('/a/:id/again', async (c) => c.redirect(`/save/${await lookAgain(deps, idOf(c))}`, 303));
  app.post('/a/:id/remove', async (c) => {
    await remove(c, deps, idOf(c));
    return c.redirect(`/?undo=${idOf(c)}`, 303);
  });
  app.post('/a/:id/undo', async (c) => {
    await undo(c, deps, idOf(c));
    return back(c);
  });

  app.get('/articles/:id', async (c, next) => {
    // A document of the article ends with its kind.
    if (wantsHtml(c) && /^[\w-]{22}$/.test(c.req.param('id'))) return c.redirect(`/a/${c.req.param('id')}`, 303);
    await next();
  });
  return app;
}
