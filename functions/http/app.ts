/** All routes in one Hono app, the same on Lambda and on a laptop. */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { Log } from '../log.ts';
import { ProblemError } from '../problems.ts';
import { makeSearch, type Search, type SearchLimits } from '../search/search.ts';
import type { Access } from '../settings.ts';
import { checkAccess, checkOwnPage } from './access.ts';
import { article } from './article.ts';
import { calendar } from './calendar.ts';
import { captures } from './captures.ts';
import { describe } from './describe.ts';
import { diff } from './diff.ts';
import { feedXml } from './feed-xml.ts';
import { feeds } from './feeds.ts';
import { limitBody, limitWork, usualLimits, type WorkLimits } from './limit-work.ts';
import { listArticles } from './list-articles.ts';
import { withPublicUrl } from './own-origin.ts';
import { type PostDeps, postArticles } from './post-articles.ts';
import { answerError } from './problem-response.ts';
import { howToShrink, isForm, maxFormBytes, maxSavedBytes } from './saved-page.ts';
import { session } from './session.ts';
import { type SnapshotDeps, snapshots } from './snapshots.ts';
import { takedowns } from './takedowns.ts';
import { totals } from './totals.ts';
import { uploads } from './uploads.ts';
import { noQuery } from './validate.ts';

export type AppDeps = PostDeps &
  SnapshotDeps & {
    version: string;
    log: Log;
    /** Null where everybody who can reach the archive may do everything: on loopback. */
    access: Access | null;
    /** Origin of the archive's own links and pages; null: what was asked for. */
    publicUrl?: string | null;
    searchLimits?: Partial<SearchLimits>;
    workLimits?: WorkLimits;
  };

/** `routes` that say what all others take are made of the app. */
export type Imports = { path: string; routes: Hono | ((app: Hono) => Hono) }[];

/** What a person sees: pages, which come before the routes of programs and leave to those what asks for no HTML. */
export type Reader = {
  /** What needs no key and takes no place of what does: assets, the sign-in, the switches. */
  open: Hono;
  pages: Hono;
  /** An answer in place of problem+json, for those who want HTML; else null. */
  problem(error: Error, c: Context, answer: Response): Promise<Response | null>;
};
export type MakeReader = (search: Search) => Reader;

/** What a Lambda can be sent. */
const maxRequestBytes = 6 * 1024 * 1024;

/**
 * `imports`: the routes that files go in and out by, which bring extraction with them; on AWS a function of its own has them. `makeReader`: the
 * pages.
 */
export function makeApp(deps: AppDeps, imports: Imports = [], makeReader: MakeReader | null = null): Hono {
  const search = makeSearch({ store: deps.store, now: deps.now, limits: deps.searchLimits });
  const app = new Hono();
  const reader = makeReader?.(search);
  const answer = answerError(deps.log);
  app.onError(async (error, c) => {
    const answered = answer(error, c);
    return (await reader?.problem(error, c, answered)) ?? answered;
  });
  app.notFound((c) => {
    throw new ProblemError(
      'no-such-route',
      `there is no ${c.req.method} ${c.req.path}; /openapi.json lists what there is`,
    );
  });
  app.use(withPublicUrl(deps.publicUrl ?? null));
  app.use(deps.access ? checkAccess(deps.store.table, deps.access, deps.now) : checkOwnPage(deps.store.table));
  app.use(withVary);
  // What is open to all takes no place from what has a key, and comes before the limits of that.
  app.get(
    '/health',
    describe('Check that the archive answers', { 200: { description: 'The archive answers' } }, ['invalid-request']),
    noQuery,
    (c) => c.json({ status: 'ok', version: deps.version }),
  );
  if (reader) app.route('/', reader.open);
  app.route('/session', session(deps));
  app.use(limitWork(deps.workLimits ?? usualLimits, maxRequestBytes));
  const limitRequest = limitBody(
    maxRequestBytes,
    `a request may have at most ${maxRequestBytes / 1024 / 1024} MB; of a saved page: ${howToShrink}`,
  );
  const limitForm = limitBody(
    maxFormBytes,
    `a saved page may have at most ${maxSavedBytes / 1024 / 1024} MB; ${howToShrink}`,
  );
  // A Lambda can be sent no more than any other request.
  const takesForms = deps.maxAnswerBytes === undefined;
  app.use((c, next) => (takesForms && isLarge(c) ? limitForm(c, next) : limitRequest(c, next)));
  if (reader) app.route('/', reader.pages);
  app.route('/articles', postArticles(deps));
  app.route('/articles', listArticles(deps.store.table, search));
  app.route('/articles', article(deps));
  app.route('/articles', snapshots(deps));
  app.route('/articles', diff(deps.store));
  for (const { path, routes } of imports) app.route(path, typeof routes === 'function' ? routes(app) : routes);
  app.route('/feeds', feeds(deps));
  app.route('/', feedXml(deps.store.table, search));
  app.route('/uploads', uploads(deps, takesForms));
  app.route('/takedowns', takedowns(deps.store.table));
  app.route('/captures', captures(deps));
  app.route('/calendar', calendar(search));
  app.route('/', totals(search));
  app.all('*', (c) => {
    const allowed = methodsOf(app, c.req.path);
    if (allowed.length === 0) {
      const shorter = c.req.path.replace(/\/$/, '');
      const hint =
        methodsOf(app, shorter).length > 0
          ? `there is ${shorter}, without the slash`
          : '/openapi.json lists what there is';
      throw new ProblemError('no-such-route', `there is no ${c.req.path}; ${hint}`);
    }
    c.header('allow', allowed.join(', '));
    if (c.req.method === 'OPTIONS') return c.body(null, 204);
    throw new ProblemError('method-not-allowed', `${c.req.path} takes ${allowed.join(', ')}`);
  });
  return app;
}

const withVary: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('vary', c.res.headers.get('vary') ? 'Accept-Encoding, Accept' : 'Accept');
};

/** A page that a browser saved: in a form, or by itself. */
function isLarge(c: Context): boolean {
  return (c.req.path === '/articles' && isForm(c)) || (c.req.method === 'PUT' && c.req.path.startsWith('/uploads/'));
}

/** What may be done at a path: nothing where there is no route. */
function methodsOf(app: Hono, path: string): string[] {
  const routes = app.routes.filter(
    (route) => route.method !== 'ALL' && route.path !== '/*' && matchesPath(route.path, path),
  );
  const methods = new Set(routes.map(({ method }) => method));
  // Who answers GET answers HEAD, and all are told of.
  if (methods.has('GET')) methods.add('HEAD');
  return methods.size === 0 ? [] : [...methods.add('OPTIONS')];
}

/** A route's pattern against a path, segment by segment; a parameter stands for at least a character. */
function matchesPath(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]))
  );
}
