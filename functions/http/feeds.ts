/** `/feeds`: what is followed, how, and how it goes. The API fetches nothing: a new feed's first poll is a job as all polls. */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { parseArticleUrl } from '../article/article-url.ts';
import { urlHash } from '../article/norm.ts';
import { type FollowSettings, follow, pauseFeed, pollNow, unfollow, usualSettings } from '../feeds/follow.ts';
import { type ProblemCode, ProblemError } from '../problems.ts';
import { articlesOf, changeFeed, type FollowedFeed, feedOfUrl, getFeed, listFeeds } from '../store/feeds.ts';
import type { Table } from '../store/table.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { describe } from './describe.ts';
import { cursorParameter, limitParameter } from './parameters.ts';
import type { PostDeps } from './post-articles.ts';
import { readPrefer } from './prefer.ts';
import { problemResponse } from './problem-response.ts';
import * as schemas from './schemas.ts';
import { jsonBody, noQuery, valid } from './validate.ts';
import { feedView } from './views.ts';

const path = v.object({ id: v.pipe(v.string(), v.maxLength(100)) });
const pollMs = 100;
const binding = 'feeds';

export function feeds(deps: PostDeps): Hono {
  const { table } = deps.store;
  return new Hono()
    .post(
      '/',
      describe(
        'Follow a feed, or the feed that a page names',
        {
          200: { description: 'The archive follows this feed already', schema: schemas.feed },
          201: { description: 'A new feed, after its first poll', schema: schemas.feed },
          202: {
            description: 'A new feed; its first poll is not done in time, or failed and will be repeated',
            schema: schemas.feed,
          },
        },
        [
          'invalid-json',
          'invalid-request',
          'unsupported-media-type',
          'url-refused',
          'not-a-feed',
          'malformed-feed',
          'not-found',
          'gone',
          'access-denied',
        ],
        schemas.feedBody,
      ),
      noQuery,
      async (c) => {
        const { url, ...fields } = await jsonBody(c, () => schemas.feedBody);
        const parsed = parseArticleUrl(url);
        if ('problem' in parsed) throw new ProblemError(parsed.problem.code, parsed.problem.detail);
        const { feed, isNew } = await follow(deps, parsed.url, settingsOf(fields));
        if (!isNew) return c.json(await view(table, feed), 200);
        return answer(c, { deps, asked: feed, status: 201 });
      },
    )
    .get(
      '/',
      describe(
        'The feeds that are followed, by id',
        { 200: { description: 'A page of feeds', schema: schemas.listOf(schemas.feed) } },
        ['invalid-request', 'invalid-cursor'],
      ),
      valid('query', v.strictObject({ limit: limitParameter, cursor: cursorParameter })),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const { feeds: found, more } = await listFeeds(table, { after: readCursor(binding, cursor), limit });
        const articles = await articlesOf(
          table,
          found.map(({ id }) => id),
        );
        const last = found.at(-1);
        return c.json({
          items: found.map((feed) => feedView(feed, articles.get(feed.id) ?? 0)),
          next: more && last ? writeCursor(binding, last.id) : null,
        });
      },
    )
    .get(
      '/:id',
      describe('One feed and the state of its polls', { 200: { description: 'The feed', schema: schemas.feed } }, [
        'unknown-feed',
      ]),
      valid('param', path),
      noQuery,
      async (c) => c.json(await view(table, await find(table, c.req.valid('param').id))),
    )
    .patch(
      '/:id',
      describe(
        'Change how a feed is followed',
        { 200: { description: 'The feed as it is now', schema: schemas.feed } },
        ['invalid-json', 'invalid-request', 'unsupported-media-type', 'unknown-feed'],
        schemas.feedPatch,
      ),
      valid('param', path),
      noQuery,
      async (c) => {
        const { every, recheck, paused, ...fields } = await jsonBody(c, () => schemas.feedPatch);
        const { id } = await find(table, c.req.valid('param').id);
        const feed = await changeFeed(table, id, (before) => ({
          ...before,
          ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
          everyMs: every ?? before.everyMs,
          recheckMs: recheck ?? before.recheckMs,
        }));
        const isChanged = paused !== undefined && (feed !== null && feed.pausedAt !== null) !== paused;
        const as = isChanged ? await (paused ? pauseFeed(deps, id) : pollNow(deps, id)) : feed;
        return c.json(await view(table, as ?? (await find(table, id))));
      },
    )
    .delete(
      '/:id',
      describe('Unfollow a feed; its articles stay', { 204: { description: 'The feed is unfollowed' } }, [
        'unknown-feed',
      ]),
      valid('param', path),
      noQuery,
      async (c) => {
        await unfollow(deps, await find(table, c.req.valid('param').id));
        return c.body(null, 204);
      },
    )
    .post(
      '/:id/poll',
      describe(
        'Poll a feed now, even one that has ended',
        {
          200: { description: 'The feed after the poll', schema: schemas.feed },
          202: { description: 'The poll is not done in time', schema: schemas.feed },
        },
        ['unknown-feed'],
      ),
      valid('param', path),
      noQuery,
      async (c) => {
        const { id } = await find(table, c.req.valid('param').id);
        const feed = (await pollNow(deps, id)) ?? (await find(table, id));
        return answer(c, { deps, asked: feed, status: 200 });
      },
    );
}

/** Waits for the poll as long as the client prefers (RFC 7240). A first poll that can never work takes the feed back. */
async function answer(
  c: Context,
  { deps, asked, status }: { deps: PostDeps; asked: FollowedFeed; status: 200 | 201 },
): Promise<Response> {
  const { table } = deps.store;
  const { waitMs, applied } = readPrefer(c.req.header('prefer'));
  c.header('preference-applied', applied);
  const untilMs = deps.now() + waitMs;
  for (;;) {
    const feed = (await getFeed(table, asked.id)) ?? (await successorOf(table, asked));
    const isPolled = feed !== null && (feed.id !== asked.id || feed.lastPollAt !== asked.lastPollAt);
    if (status === 201 && isPolled && feed.format === null && feed.problem && final.has(feed.problem.code)) {
      await unfollow(deps, feed);
      return problemResponse(c, { problem: feed.problem });
    }
    if (feed && feed.id !== asked.id) return c.json(await view(table, feed), 200);
    if (feed && isPolled && feed.format !== null && status === 201)
      return c.json(await view(table, feed), 201, { location: `/feeds/${encodeURIComponent(feed.id)}` });
    if (feed && isPolled) return c.json(await view(table, feed), status === 201 ? 202 : 200);
    if (deps.now() + pollMs > untilMs)
      return c.json(await view(table, feed ?? asked), 202, { location: `/feeds/${encodeURIComponent(asked.id)}` });
    await deps.sleep(pollMs);
  }
}

/** What was asked for led to a feed that is followed already. */
async function successorOf(table: Table, asked: FollowedFeed): Promise<FollowedFeed | null> {
  const id = await feedOfUrl(table, urlHash(asked.askedUrl));
  return id === null ? null : getFeed(table, id);
}

/** What says that there is no feed, and not only that there is none now. */
const final = new Set<ProblemCode>([
  ...(['not-a-feed', 'malformed-feed', 'not-found', 'gone', 'url-refused'] as const),
  ...(['blocked-by-robots', 'dns', 'tls', 'access-denied', 'too-many-redirects'] as const),
]);

/** Of what a request or an export says; what it does not say is as usual. */
export function settingsOf(fields: Omit<v.InferOutput<typeof schemas.feedBody>, 'url'>): FollowSettings {
  return {
    name: fields.name ?? usualSettings.name,
    tags: [...new Set(fields.tags)],
    everyMs: fields.every ?? usualSettings.everyMs,
    capture: fields.capture ?? usualSettings.capture,
    pictures: fields.pictures,
    recheckMs: fields.recheck ?? usualSettings.recheckMs,
  };
}

async function find(table: Table, id: string): Promise<FollowedFeed> {
  const feed = await getFeed(table, id);
  if (!feed) throw new ProblemError('unknown-feed', `no feed has the id ${id.slice(0, 100)}; /feeds lists all feeds`);
  return feed;
}

async function view(table: Table, feed: FollowedFeed) {
  return feedView(feed, (await articlesOf(table, [feed.id])).get(feed.id) ?? 0);
}
