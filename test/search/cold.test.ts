/** What a query reads that has nothing cached, with as many segments as a million stories have: counted, since it is the bill. */
import { beforeAll, expect, it } from 'vitest';
import { makeBuilder } from '../../functions/search/build.ts';
import { infoOf, putSegment, rowOf } from '../../functions/search/index-log.ts';
import { nextMerge, type Sized } from '../../functions/search/merge-policy.ts';
import { makeSearch } from '../../functions/search/search.ts';
import { atOnce } from '../../functions/search/steps.ts';
import { articleItem, textItem } from '../../functions/store/articles.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { emptyCurrent, putCurrent, type SegmentInfo } from '../../functions/store/search-index.ts';
import { timedClients } from '../support/faults.ts';
import { useServices } from '../support/use.ts';
import { ask, nextOf, putItems } from './stories.ts';

/** The segments that the merge policy leaves of a million stories that came in commits of 512, oldest first. */
const sizes = sizesOf(1_000_000);
/** The same segments, a story of each 64. */
const scale = 64;

function sizesOf(stories: number): number[] {
  let segments: Sized[] = [];
  for (let n = 0; n < stories; n += 512) {
    const docs = Math.min(512, stories - n);
    segments.push({ key: String(n), docs, minSortMs: n, maxSortMs: n + docs - 1 });
    for (let merge = nextMerge(segments); merge; merge = nextMerge(segments)) {
      const inputs = new Set(merge);
      const merged = {
        key: String(n),
        docs: merge.reduce((total, one) => total + one.docs, 0),
        minSortMs: Math.min(...merge.map(({ minSortMs }) => minSortMs)),
        maxSortMs: Math.max(...merge.map(({ maxSortMs }) => maxSortMs)),
      };
      segments = [...segments.filter((segment) => !inputs.has(segment)), merged];
    }
  }
  return segments.toSorted((a, b) => a.minSortMs - b.minSortMs).map(({ docs }) => docs);
}

/** `often` is in every third story and `even` in every second; `odd` never meets `even`; `seldom` is in one of 500. */
function wordsOf(n: number): string[] {
  return [
    ...(n % 3 === 0 ? ['often'] : []),
    n % 2 === 0 ? 'even' : 'odd',
    ...(n % 500 === 0 ? ['seldom'] : []),
    ...(n % 10 === (n >> 7) % 10 ? ['scattered'] : []),
    ...(n % 10 === ((n >> 7) + 5) % 10 ? ['elsewhere'] : []),
  ];
}

const services = await useServices();
beforeAll(async () => {
  const { store } = services;
  const infos: SegmentInfo[] = [];
  const items: ReturnType<typeof articleItem>[] = [];
  let n = 0;
  for (const [at, size] of sizes.entries()) {
    const builder = makeBuilder();
    for (let i = 0; i < Math.max(8, size / scale); i++, n++) {
      const words = wordsOf(n);
      const text = words.join(' ');
      const publishedAt = new Date(Date.UTC(2015, 0, 1) + n * 3_600_000).toISOString();
      const article = await nextOf(null, null, { name: `c${n}`, title: `t${n}`, text, publishedAt });
      // Each story has words of its own, so that dictionaries have many blocks, as real ones have.
      const terms = [...words, ...Array.from({ length: 12 }, (_, w) => `own${n}x${w}`)];
      builder.add(rowOf(article), (sink) => terms.forEach(sink.term));
      // The others match none of the queries: an answer that looked at one would only have to read on.
      if (words.includes('seldom') || (words.includes('often') && words.includes('even')))
        items.push(articleItem(article), textItem(article.id, article.textId ?? '', text));
    }
    const key = `${String(at).padStart(10, '0')}AAAAAAAAAAAAAAAA`;
    const segment = atOnce(builder.finish(new Map()));
    await putSegment(store, { key, segment, log: [] });
    infos.push(infoOf(key, segment));
  }
  await putItems(store, items);
  await putCurrent(store.table, { ...emptyCurrent, segments: infos }, emptyCurrent);
}, 60_000);

it('a million stories are at most 16 segments', () => {
  expect(sizes.length).toBeLessThanOrEqual(16);
  expect(sizes.reduce((a, b) => a + b)).toBe(1_000_000);
});

it.each([
  { name: 'two words that many stories have', q: 'often even', found: 20, gets: 20 },
  { name: 'a word that few stories have, and one that many have', q: 'seldom even', found: 20, gets: 44 },
  { name: 'two words that never meet', q: 'odd even', found: 0, gets: 44 },
  { name: 'two words, neither rare, that never meet', q: 'scattered elsewhere', found: 0, gets: 44 },
  { name: 'a word that nobody wrote, and one that many did', q: 'nothingness even', found: 0, gets: 30 },
])('$name: at most $gets reads of S3, in at most 3 rounds', async ({ q, found, gets }) => {
  const watch = timedClients(services.embedded.endpoints);
  const { store } = makeServices(watch.clients, services.embedded.names);
  const answer = await ask(makeSearch({ store, now: Date.now }), q, { order: 'newest', limit: 20 });
  expect(answer.found).toHaveLength(found);
  expect(answer.next === null).toBe(found === 0);
  expect(watch.s3Gets).toBeLessThanOrEqual(gets);
  expect(watch.s3Rounds).toBeLessThanOrEqual(3);
});
