/**
 * What another archive knew beyond its pages -> this one: tags, notes and corrections of an article, feeds, takedowns. It adds, and never
 * overrules what a person wrote here.
 */
import type { Context } from 'hono';
import * as v from 'valibot';
import { type Article, joinTags } from '../article/article.ts';
import { parseArticleUrl, parseStoryUrl } from '../article/article-url.ts';
import { urlHash } from '../article/norm.ts';
import { toIso } from '../article/times.ts';
import { bookmarked } from '../article/versions.ts';
import type { ImportDeps } from '../capture/import-document.ts';
import type { Requests } from '../capture/request-capture.ts';
import { takeDown } from '../capture/takedown.ts';
import { follow } from '../feeds/follow.ts';
import type { WarcRecord } from '../formats/warc-read.ts';
import { factsType } from '../formats/warc-write.ts';
import { type Problem, ProblemError } from '../problems.ts';
import { archivedAt, putAlias } from '../store/aliases.ts';
import { getKnown, getLived, putArticle, putFirstTombstone } from '../store/articles.ts';
import { changeFeed } from '../store/feeds.ts';
import { getFollowedOne } from '../store/followed.ts';
import { addTakedownSecret, putTakedowns } from '../store/takedowns.ts';
import { requireScope } from './access.ts';
import { settingsOf } from './feeds.ts';
import * as shapes from './import-schemas.ts';

export type Restored = { restored: 'article' | 'feed' | 'takedowns' } | { problem: Problem };

/** Lost compare-and-sets in a row before giving up. */
const maxRounds = 10;

export function isFacts({ type, contentType }: WarcRecord): boolean {
  return type === 'metadata' && (contentType ?? '').toLowerCase().startsWith(factsType);
}

/** Safe to repeat. Throws `scope-too-small` for takedowns without a key of scope admin. */
export async function importFacts(c: Context, deps: ImportDeps & Requests, { block }: WarcRecord): Promise<Restored> {
  const facts = v.safeParse(shapes.facts, parsed(block));
  if (!facts.success) return bad('it is of a form that this version does not know');
  const { output } = facts;
  if ('article' in output) return importArticle(deps, output.article);
  if ('feed' in output) return importFeed(deps, output.feed);
  try {
    requireScope(c, 'admin');
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem };
    throw error;
  }
  return importTakedowns(deps, output.takedowns);
}

async function importArticle(
  { store, now }: ImportDeps,
  { url, tags = [], note, bookmarkedAt, title, publishedAt }: v.InferOutput<typeof shapes.articleFacts>,
): Promise<Restored> {
  const story = parseStoryUrl(url);
  if ('problem' in story) return story;
  const id = await archivedAt(store.table, urlHash(story.url));
  for (let round = 0; round < maxRounds; round++) {
    const before = id === null ? null : ((await getFollowedOne(store.table, id))?.known.article ?? null);
    if (before === null) return bad(`no article is here that was archived at ${story.url}`);
    const corrections = {
      ...(title === undefined ? {} : { title }),
      ...(publishedAt === undefined ? {} : { publishedAt }),
      ...before.corrections,
    };
    const isCorrected = JSON.stringify(corrections) !== JSON.stringify(before.corrections);
    const after: Article = {
      ...before,
      corrections: isCorrected ? corrections : before.corrections,
      ...(isCorrected ? { correctedAt: toIso(now()) } : {}),
      tags: joinTags(before.tags, tags),
      note: before.note ?? note ?? null,
      ...bookmarked(before, bookmarkedAt),
    };
    if (JSON.stringify(after) === JSON.stringify(before)) return { restored: 'article' };
    if (await putArticle(store.table, after, before)) return { restored: 'article' };
  }
  return { problem: { code: 'conflict', detail: 'send the record again' } };
}

async function importFeed(
  deps: Requests,
  { id, url, name, paused = false, ...fields }: v.InferOutput<typeof shapes.feedFacts>,
): Promise<Restored> {
  const parsedUrl = parseArticleUrl(url);
  if ('problem' in parsedUrl) return parsedUrl;
  // A feed is filed under the name that it is first given, whatever it is called later.
  const { feed, isNew } = await follow(deps, parsedUrl.url, {
    ...settingsOf({ ...fields, name: id }),
    isPaused: paused,
  });
  if (isNew && name !== id)
    await changeFeed(deps.store.table, feed.id, (before) => ({ ...before, name: name ?? null }));
  return { restored: 'feed' };
}

/** An article that is here is taken down as well: who imports a takedown wants it to hold. */
async function importTakedowns(
  deps: ImportDeps & Requests,
  { secret, items }: v.InferOutput<typeof shapes.takedownFacts>,
): Promise<Restored> {
  const { table } = deps.store;
  if (!(await addTakedownSecret(table, secret))) return bad('takedowns of too many archives were imported');
  for (const { id, urlHash: hash, keys, takenDownAt } of items) {
    const known = await getKnown(table, id);
    await putTakedowns(table, keys, id);
    await putAlias(table, { urlHash: hash, article: id, by: 'direct' });
    if (known?.article ?? known?.joined?.article ?? known?.removed?.article) await takeDown(deps, id);
    if (known) continue;
    const { v: writes, iv } = (await getLived(table, id)) ?? { v: 0, iv: 0 };
    const purgedAt = toIso(deps.now());
    await putFirstTombstone(table, { id, v: writes + 1, iv: iv + 1, urlHash: hash, keys, takenDownAt, purgedAt });
  }
  return { restored: 'takedowns' };
}

function parsed(block: Uint8Array | null): unknown {
  try {
    return JSON.parse(Buffer.from(block ?? []).toString('utf8'));
  } catch {
    // The schema says what is wrong with it.
    return undefined;
  }
}

function bad(detail: string): { problem: Problem } {
  return { problem: { code: 'bad-record', detail } };
}
