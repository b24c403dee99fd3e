/** The index against brute force: whatever happened to articles and segments, it answers what reading every text answers. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Article, placesOf } from '../../functions/article/article.ts';
import { readPast } from '../../functions/article/past.ts';
import { facetsOf, searchableOf } from '../../functions/search/article-words.ts';
import { daysOf } from '../../functions/search/histogram.ts';
import { foldWords, matchQuery } from '../../functions/search/match.ts';
import type { Query } from '../../functions/search/query-language.ts';
import { makeSearch, type SearchLimits, type SearchRequest } from '../../functions/search/search.ts';
import type { Order } from '../../functions/search/streams.ts';
import { type Filters, passes } from '../../functions/search/terms.ts';
import { getKnown, getText, timePosition } from '../../functions/store/articles.ts';
import { readLog } from '../../functions/store/search-index.ts';
import { listOf } from '../support/list-of.ts';
import { useServices } from '../support/use.ts';
import { always, clear, idOf, index, liftStory, putStory, queryOf, type Story, takeDownStory } from './stories.ts';

const services = await useServices();
const { store } = services;
beforeEach(() => clear(store));

/** All pages of an answer, by name of the story. */
async function allPages(request: Partial<SearchRequest>, limits?: Partial<SearchLimits>): Promise<string[]> {
  const { search } = makeSearch({ store, now: Date.now, limits });
  const ids: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 500; page++) {
    const base = { query: null, filters: {}, order: 'newest' as const, ...always, limit: 20, ...request, after };
    const { found, next, damaged } = await search(base);
    expect(damaged).toEqual([]);
    expect(found.length).toBeLessThanOrEqual(base.limit);
    ids.push(...found.map(({ article }) => article.id));
    if (next === null) return ids;
    after = next;
  }
  throw new Error('paging does not end');
}

/** What reading every article answers. */
async function bruteForce(
  names: string[],
  request: { query: Query | null; filters: Filters; order: Order; from: string; to: string },
): Promise<string[]> {
  const matching: Article[] = [];
  for (const name of names) {
    const article = (await getKnown(store.table, idOf(name)))?.article;
    if (!article) continue;
    const text = article.textId && (await getText(store, article.id, article.textId));
    const past = readPast(article.pastId && (await getText(store, article.id, article.pastId)));
    const time = timePosition(article, request.order).slice(0, 24);
    if (time < request.from || time > request.to || !passes(facetsOf(article), request.filters)) continue;
    if (request.query && !matchQuery(foldWords(searchableOf(article, text, past)), request.query)) continue;
    matching.push(article);
  }
  const positions = matching.map((article) => [timePosition(article, request.order), article.id] as const);
  positions.sort(([a], [b]) => (a < b ? -1 : 1) * (request.order === 'oldest' ? 1 : -1));
  return positions.map(([, id]) => id);
}

async function trueCounts(names: string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) {
    const article = (await getKnown(store.table, idOf(name)))?.article;
    if (!article) continue;
    for (const { day, site } of placesOf(article)) counts[`${day} ${site}`] = (counts[`${day} ${site}`] ?? 0) + 1;
  }
  return counts;
}

async function indexedCounts(): Promise<Record<string, number>> {
  const { histogram } = await makeSearch({ store, now: Date.now }).counts(() => true);
  return Object.fromEntries(
    [...daysOf(histogram)].flatMap(([day, sites]) => [...sites].map(([site, n]) => [`${day} ${site}`, n])),
  );
}

// Few words, so that they meet: scripts mixed, a surrogate pair, a combining mark, one word the beginning of another.
const words = listOf`台灣 台湾人 習近平 图书馆 𠮷野家 bank banks Café cafe\u0301s мост สวัสดี 한국어 서울`;
const textArb = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(' ', '', ', ', '\n', '。')), { maxLength: 8 })
  .map((parts) => parts.flat().join(''));
const nameArb = fc.integer({ min: 0, max: 11 }).map((n) => `s${n}`);
const timeArb = fc
  .integer({ min: 0, max: 40 })
  .map((n) => new Date(Date.UTC(2024, 0, 1) + n * 21_600_000).toISOString());
const storyArb: fc.Arbitrary<Story> = fc.record({
  name: nameArb,
  title: textArb,
  text: textArb,
  publishedAt: timeArb,
  archivedAt: timeArb,
  site: fc.constantFrom('a.example', 'b.example'),
  lang: fc.constantFrom('en', 'zh-TW', 'zh'),
  tags: fc.subarray(['x', 'y']),
  removedAt: fc.constantFrom(null, '2024-05-01T00:00:00.000Z'),
});
const stepArb = fc.oneof(
  { weight: 6, arbitrary: storyArb.map((story) => ({ do: 'put' as const, story })) },
  { weight: 1, arbitrary: nameArb.map((name) => ({ do: 'takedown' as const, name })) },
  { weight: 3, arbitrary: fc.constant({ do: 'index' as const }) },
);
const atomArb = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(
    ...listOf`台 灣 近平 馆 ban* bank* title:bank title:台湾 caf* สวัส 국`,
    '"bank banks"',
    '"台湾 習近平"',
  ),
);
const qArb = fc
  .tuple(fc.array(atomArb, { minLength: 1, maxLength: 2 }), fc.option(atomArb), fc.option(atomArb))
  .map(([all, not, or]) => `${all.join(' ')}${or ? ` OR ${or}` : ''}${not ? ` -${not}` : ''}`);
const requestArb = fc.record({
  q: fc.option(qArb, { freq: 8 }),
  filters: fc.record(
    {
      site: fc.constantFrom('a.example', 'b.example'),
      lang: fc.constantFrom('zh', 'en', 'zh-tw'),
      tag: fc.constantFrom('x', 'none'),
      changed: fc.boolean(),
      removed: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  order: fc.constantFrom<Order>('newest', 'oldest', 'archived'),
  span: fc.option(
    fc.tuple(timeArb, timeArb).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a })),
    { nil: always },
  ),
  limit: fc.integer({ min: 1, max: 5 }),
});

describe('the index', () => {
  it('answers what reading every article answers, after any sequence of captures, edits, takedowns, commits and merges', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `s${n}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepArb, { minLength: 5, maxLength: 40 }),
        fc.array(requestArb, { minLength: 6, maxLength: 6 }),
        async (steps, requests) => {
          await clear(store);
          const gone = new Set<string>();
          for (const step of steps) {
            if (step.do === 'put') {
              // What was taken down is archived again once that was lifted: it begins anew.
              if (gone.delete(step.story.name)) await liftStory(store, step.story.name);
              await putStory(store, step.story);
            }
            if (step.do === 'takedown') {
              await takeDownStory(store, step.name);
              if ((await getKnown(store.table, idOf(step.name)))?.tombstone) gone.add(step.name);
            }
            if (step.do === 'index') await index(store);
          }
          for (const { q, span, ...rest } of requests) {
            const request = { ...rest, ...span, query: q === null ? null : queryOf(q) };
            expect(await allPages(request), JSON.stringify(request)).toEqual(await bruteForce(names, request));
          }
          expect(await indexedCounts()).toEqual(await trueCounts(names));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('pages without repeating or skipping while stories arrive, change, leave, and segments merge', async () => {
    const story = (n: number): Story => ({
      name: `p${n}`,
      title: `bank ${n}`,
      text: '图书馆',
      publishedAt: new Date(Date.UTC(2024, 0, 1) + n * 60_000).toISOString(),
    });
    for (let n = 0; n < 40; n++) {
      await putStory(store, story(n));
      if (n % 7 === 6) await index(store);
    }
    const { search } = makeSearch({ store, now: Date.now });
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; ; page++) {
      const { found, next } = await search({
        query: queryOf('bank 图书'),
        filters: {},
        order: 'newest',
        ...always,
        limit: 5,
        after,
      });
      seen.push(...found.map(({ article }) => article.id));
      if (next === null) break;
      after = next;
      // Between two pages: a new story, an edited one, one that is taken down (all of them on either side), a commit.
      await putStory(store, { ...story(100 + page), publishedAt: '2024-02-01T00:00:00.000Z' });
      await putStory(store, { ...story(2), text: `图书馆 ${page}` });
      await putStory(store, { ...story(37), text: `图书馆 ${page}` });
      await takeDownStory(store, `p${page + 3}`);
      await takeDownStory(store, `p${page + 25}`);
      await index(store);
    }
    const touched = (n: number) => n === 2 || n === 37 || (n >= 3 && n < 14) || (n >= 25 && n < 36);
    const untouched = Array.from({ length: 40 }, (_, n) => n).filter((n) => !touched(n));
    expect(seen.filter((id) => untouched.some((n) => idOf(`p${n}`) === id))).toEqual(
      untouched.reverse().map((n) => idOf(`p${n}`)),
    );
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('finds a story at once, before any segment is made of it', async () => {
    await putStory(store, { name: 'now', title: 'x', text: '化工厂夜间排烟', publishedAt: '2024-01-01T00:00:00.000Z' });
    expect(await allPages({ query: queryOf('排烟') })).toEqual([idOf('now')]);
    expect((await readLog(store.table, null)).current.segments).toEqual([]);
  });

  it('stops at its bounds and goes on from there, to the same answer', async () => {
    for (let n = 0; n < 60; n++) {
      await putStory(store, {
        name: `b${n}`,
        title: n % 10 === 0 ? '台灣人' : '台灣 灣人',
        text: '',
        publishedAt: new Date(Date.UTC(2024, 0, 1) + n * 60_000).toISOString(),
      });
      if (n % 9 === 8) await index(store);
    }
    const wanted = [50, 40, 30, 20, 10, 0].map((n) => idOf(`b${n}`));
    const query = queryOf('台湾人');
    expect(await allPages({ query })).toEqual(wanted);
    expect(await allPages({ query, limit: 2 }, { candidates: 7 })).toEqual(wanted);
    expect(await allPages({ query, limit: 2 }, { gets: 1 })).toEqual(wanted);
    expect(await allPages({ query, limit: 2, order: 'oldest' }, { gets: 1, candidates: 3 })).toEqual(
      wanted.toReversed(),
    );
    expect(await allPages({ query, limit: 2 }, { ms: 0 })).toEqual(wanted);
  });
});
