/** Segments of older terms: they answer what their terms can, beside new ones, and become new ones wherever the work is killed. */
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import type { Article } from '../../functions/article/article.ts';
import { type PastVersion, readPast } from '../../functions/article/past.ts';
import { facetsOf, searchableOf, termsOfArticle } from '../../functions/search/article-words.ts';
import { checkIndex } from '../../functions/search/check.ts';
import { foldWords, matchQuery } from '../../functions/search/match.ts';
import { planOf } from '../../functions/search/plan.ts';
import { isIndexOld, renewIndex } from '../../functions/search/renew.ts';
import { makeSearch, type SearchRequest } from '../../functions/search/search.ts';
import { type Filters, passes } from '../../functions/search/terms.ts';
import { getKnown, getText, timePosition } from '../../functions/store/articles.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { readLog } from '../../functions/store/search-index.ts';
import { Killed, killingClients } from '../support/faults.ts';
import { useServices } from '../support/use.ts';
import {
  always,
  clear,
  countsByDay,
  idOf,
  index,
  indexAsOnce,
  indexerDeps,
  putStory,
  queryOf,
  type Story,
  takeDownStory,
} from './stories.ts';

const services = await useServices();
const { store } = services;
beforeEach(() => clear(store));

const names = Array.from({ length: 14 }, (_, n) => `s${n}`);
const texts = [
  'Zeiss™ lens',
  'a lens of Zeiss',
  '渋谷の駅',
  '澁谷の驛',
  'کتاب',
  'كتاب ۱۲',
  'Oʻahu 12',
  "O'ahu",
  'bank',
  'lens bank',
];
const words = ['zeiss', 'lens', '渋谷', '澁谷', 'كتاب', 'کتاب', '12', "O'ahu", 'oahu', 'bank', '谷', 'len*'];

type Read = { article: Article; text: string | null; past: PastVersion[] };

async function articleOf(name: string): Promise<Read | null> {
  const article = (await getKnown(store.table, idOf(name)))?.article;
  if (!article) return null;
  const [text, past] = await Promise.all(
    [article.textId, article.pastId].map((id) => (id === null ? null : getText(store, article.id, id))),
  );
  return { article, text: text ?? null, past: readPast(past ?? null) };
}

/** The names of those that a commit of version 0.2 took. */
async function commitAsOnce(): Promise<Set<string>> {
  const ids = await indexAsOnce(store);
  return new Set(names.filter((name) => ids.has(idOf(name))));
}

/** What reading every article says; of those that only old segments have, what their old terms can propose. */
async function scan({ q, filters }: { q: string; filters: Filters }, old: ReadonlySet<string>): Promise<string[]> {
  const query = queryOf(q);
  const found: Article[] = [];
  for (const name of names) {
    const one = await articleOf(name);
    if (!one || !passes(facetsOf(one.article), filters)) continue;
    const facets = facetsOf(one.article);
    if (!matchQuery(foldWords(searchableOf(one.article, one.text, one.past)), query, facets)) continue;
    const terms = [...termsOfArticle(one.article, one, 1)];
    const isProposed = planOf(query, filters, 1).every((group) =>
      group.some((needs) =>
        needs.every((need) =>
          terms.some((term) => ('term' in need ? term === need.term : term.startsWith(need.prefix))),
        ),
      ),
    );
    if (!old.has(name) || isProposed) found.push(one.article);
  }
  return found.map((article) => timePosition(article, 'oldest')).sort();
}

async function ask({ q, filters }: { q: string; filters: Filters }): Promise<string[]> {
  const { search } = makeSearch({ store, now: Date.now });
  const request: SearchRequest = { query: queryOf(q), filters, order: 'oldest', ...always, limit: 100, after: null };
  const { found, damaged } = await search(request);
  expect(damaged).toEqual([]);
  return found.map(({ article }) => timePosition(article, 'oldest'));
}

const storyArb: fc.Arbitrary<Story> = fc.record({
  name: fc.constantFrom(...names),
  title: fc.constantFrom(...texts),
  text: fc.constantFrom(...texts),
  publishedAt: fc
    .integer({ min: 0, max: 40 })
    .map((n) => new Date(Date.UTC(2024, 0, 1) + n * 21_600_000).toISOString()),
  site: fc.constantFrom('a.example', 'b.example'),
  tags: fc.subarray(['é', 'é'.normalize('NFD')], { maxLength: 1 }),
});
const stepArb = fc.oneof(
  { weight: 7, arbitrary: storyArb.map((story) => ({ do: 'put' as const, story })) },
  { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => ({ do: 'takedown' as const, name })) },
  { weight: 1, arbitrary: fc.constant({ do: 'index' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'index as once' as const }) },
);
const requestArb = fc.record({
  q: fc
    .tuple(fc.constantFrom(...words), fc.option(fc.constantFrom(...words)), fc.option(fc.constantFrom(...words)))
    .map(([a, or, not]) => `${a}${or ? ` OR ${or}` : ''}${not ? ` -${not}` : ''}`),
  filters: fc.record(
    {
      site: fc.constantFrom('a.example', 'b.example'),
      tag: fc.constant('é'),
      kind: fc.constantFrom('article', 'listed'),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Filters>,
});

it('four hundred queries over old and new segments, log and takedowns say what a scan says, during a killed renewal, too', async () => {
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(stepArb, { minLength: 8, maxLength: 30 }),
      fc.array(requestArb, { minLength: 10, maxLength: 10 }),
      fc.nat(60),
      async (steps, requests, killedAt) => {
        await clear(store);
        const old = new Set<string>();
        const gone = new Set<string>();
        for (const step of steps) {
          if (step.do === 'put' && !gone.has(step.story.name)) {
            await putStory(store, { ...step.story, authors: [] });
            old.delete(step.story.name);
          }
          if (step.do === 'takedown') {
            await takeDownStory(store, step.name);
            gone.add(step.name);
          }
          if (step.do === 'index') await index(store);
          if (step.do === 'index as once') for (const name of await commitAsOnce()) old.add(name);
        }
        const check = async (stillOld: ReadonlySet<string>) => {
          for (const request of requests) {
            expect(await ask(request), JSON.stringify(request)).toEqual(await scan(request, stillOld));
            asked++;
          }
        };
        await check(old);
        const { current } = await readLog(store.table, null);
        const dying = killingClients(services.embedded.endpoints, { at: killedAt, when: 'before' });
        const { store: dyingStore } = makeServices(dying.clients, services.embedded.names);
        await renewIndex(indexerDeps(dyingStore)).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        // Pieces are listed whole: an article of an old segment is found by new terms once its segment is gone.
        const left = new Set((await readLog(store.table, null)).current.segments.map(({ key }) => key));
        if (current.segments.every(({ key }) => left.has(key))) await check(old);
        await renewIndex(indexerDeps(store));
        expect(await isIndexOld({ store })).toBe(false);
        await check(new Set());
        await index(store);
        await check(new Set());
        expect((await checkIndex(indexerDeps(store), () => undefined)).problems).toEqual([]);
      },
    ),
    { numRuns: 14, endOnFailure: true },
  );
  expect(asked).toBeGreaterThanOrEqual(400);
}, 120_000);

it('counts what was counted by days by quarters of an hour, and keeps the days', async () => {
  for (const [n, name] of names.entries())
    await putStory(store, { name, title: 'lens', text: 'bank', publishedAt: `2024-01-0${1 + (n % 3)}T17:40:00.000Z` });
  await commitAsOnce();
  const search = () => makeSearch({ store, now: Date.now });
  const days = await countsByDay(search());
  const quarters = async () =>
    [...(await search().counts(() => true)).histogram.keys()].filter((time) => /^2024-01-/.test(time));
  expect((await quarters()).sort()).toEqual(['2024-01-01', '2024-01-02', '2024-01-03']);
  await renewIndex(indexerDeps(store));
  expect(await countsByDay(search())).toEqual(days);
  expect((await quarters()).sort()).toEqual(['2024-01-01T17:30', '2024-01-02T17:30', '2024-01-03T17:30']);
});

it('goes on where it was killed', async () => {
  for (const name of names)
    await putStory(store, { name, title: 'lens', text: 'Zeiss™', publishedAt: '2024-01-01T00:00:00.000Z' });
  await commitAsOnce();
  let pauses = 0;
  const deps = indexerDeps(store);
  const stopped = new Error('stopped');
  const pause = async () => {
    if (++pauses > 1) throw stopped;
  };
  await expect(renewIndex({ ...deps, pause })).rejects.toThrow(stopped);
  expect(await renewIndex(deps)).toBe(names.length);
  expect(await ask({ q: 'zeiss', filters: {} })).toHaveLength(names.length);
});
