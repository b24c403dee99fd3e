/** `/feeds.opml`: all feeds as a list that other readers take, and such a list to follow. */
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { parseArticleUrl } from '../article/article-url.ts';
import { forEachAtOnce } from '../at-once.ts';
import type { Requests } from '../capture/request-capture.ts';
import { decodeFeed } from '../feeds/encoding.ts';
import { follow, usualSettings } from '../feeds/follow.ts';
import { joinedByUrl, type OpmlFeed, readOpml, writeOpml } from '../formats/opml.ts';
import { ProblemError } from '../problems.ts';
import { type FollowedFeed, listFeeds } from '../store/feeds.ts';
import { describe } from './describe.ts';
import { maxImportMs, outOfTime } from './import-answer.ts';
import * as schemas from './import-schemas.ts';
import { type ProblemBody, problemBody } from './problem-response.ts';
import { bodyBytes } from './request-body.ts';
import { noQuery } from './validate.ts';

const pageSize = 500;
/** Each is a poll that is due now. */
const maxFeeds = 1000;
/** One after the other, a thousand would take longer than a Lambda may. */
const maxAtOnce = 8;

export function feedsOpml(deps: Requests): Hono {
  const { table } = deps.store;
  return new Hono()
    .get(
      '/feeds.opml',
      describe('All feeds as OPML', { 200: { description: 'OPML 2.0', type: 'text/x-opml' } }, ['invalid-request']),
      noQuery,
      async (c) => {
        const feeds: FollowedFeed[] = [];
        for (let after: string | null = null; ; ) {
          const page = await listFeeds(table, { after, limit: pageSize });
          feeds.push(...page.feeds);
          after = page.feeds.at(-1)?.id ?? null;
          if (!page.more || after === null) break;
        }
        const opml = writeOpml(
          feeds.map(({ url, name, title, siteUrl, tags }) => ({ url, name: name ?? title, siteUrl, tags })),
        );
        return c.body(opml, 200, { 'content-type': 'text/x-opml; charset=utf-8' });
      },
    )
    .post(
      '/feeds.opml',
      describe(
        'Follow all feeds of an OPML file',
        {
          202: { description: 'The outcome of each feed; the first polls are under way', schema: schemas.followedList },
        },
        ['invalid-request', 'body-too-large', 'not-utf8'],
        schemas.opmlBody,
        ['text/x-opml', 'application/xml', 'application/octet-stream'],
      ),
      noQuery,
      async (c) => {
        const items = await followOpml(deps, decodeFeed(await bodyBytes(c), c.req.header('content-type') ?? null));
        return c.json({ items }, 202);
      },
    );
}

export type FollowedItem = { url: string } & ({ feed: string; isNew: boolean } | { problem: ProblemBody });

/** Follows all feeds of an OPML file; the outcome of each, in their order. Throws `invalid-request` for what is none. */
export async function followOpml(deps: Requests, source: string): Promise<FollowedItem[]> {
  const read = readOpml(source);
  if (read === null)
    throw new ProblemError('invalid-request', 'the body is not OPML; send the file that a feed reader exports');
  const listed = joinedByUrl(read);
  if (listed.length > maxFeeds)
    throw new ProblemError('body-too-large', `at most ${maxFeeds} feeds at a time, this file has ${listed.length}`);
  const untilMs = deps.now() + maxImportMs;
  const items: FollowedItem[] = [];
  await forEachAtOnce(Readable.from(listed), maxAtOnce, async ({ url, name, tags }: OpmlFeed, at) => {
    const parsed = parseArticleUrl(url);
    if ('problem' in parsed) {
      items[at] = { url, problem: problemBody(parsed.problem) };
      return;
    }
    if (deps.now() > untilMs) {
      items[at] = { url, problem: problemBody(outOfTime) };
      return;
    }
    const settings = { ...usualSettings, name: name?.slice(0, 200) ?? null, tags };
    const { feed, isNew } = await follow(deps, parsed.url, settings);
    items[at] = { url, feed: feed.id, isNew };
  });
  return items;
}
