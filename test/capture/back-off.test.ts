/** A host that fails time after time: how often it is asked, what those that wait for it are told, and that it is had again. */
import { afterAll, expect, it } from 'vitest';
import { makeBackOff } from '../../functions/capture/back-off.ts';
import type { FetchResult } from '../../functions/capture/fetch-page.ts';
import type { ProblemCode } from '../../functions/problems.ts';
import { makeTestArchive, startServices } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer, startSite } from '../support/site.ts';

const minuteMs = 60_000;
const url = 'http://down.example/1' as never;
const problemOf = (code: ProblemCode): FetchResult => ({ problem: { code, detail: code }, at: url });
const notModified: FetchResult = { notModified: true };

/** Asks `times` times in a row; how often the host was asked. */
async function ask(backOff: ReturnType<typeof makeBackOff>, times: number, result: FetchResult): Promise<number> {
  let asked = 0;
  for (let n = 0; n < times; n++) {
    await backOff.attempt(url, async () => {
      asked++;
      return result;
    });
  }
  return asked;
}

it('after five failures in a row a host is left alone, twice as long each time, up to ten minutes', async () => {
  let nowMs = 0;
  const backOff = makeBackOff(() => nowMs);
  expect(await ask(backOff, 20, problemOf('connection-failed'))).toBe(5);
  for (const minutes of [1, 2, 4, 8, 10, 10]) {
    expect(backOff.check(url)).toEqual({
      code: 'connection-failed',
      detail: expect.stringMatching(/^down\.example failed \d+ times in a row .* the last time: connection-failed$/),
      retryAfterMs: minutes * minuteMs,
    });
    nowMs += minutes * minuteMs - 1;
    expect(await ask(backOff, 20, problemOf('connection-failed'))).toBe(0);
    nowMs += 1;
    expect(await ask(backOff, 20, problemOf('connection-failed'))).toBe(1);
  }
  expect(backOff.check('http://other.example/1' as never)).toBeNull();
  nowMs += 10 * minuteMs;
  expect(await ask(backOff, 20, notModified)).toBe(20);
});

it.each([
  { name: 'one that answers in between', between: notModified },
  { name: 'one that refuses in between', between: problemOf('access-denied') },
  { name: 'one that lacks a page in between', between: problemOf('not-found') },
])('$name is not left alone', async ({ between }) => {
  const backOff = makeBackOff(() => 0);
  for (let n = 0; n < 10; n++) {
    await ask(backOff, 4, problemOf('server-error'));
    await ask(backOff, 1, between);
  }
  expect(backOff.check(url)).toBeNull();
});

it('failures that are far apart are not in a row', async () => {
  let nowMs = 0;
  const backOff = makeBackOff(() => nowMs);
  for (let n = 0; n < 10; n++) {
    expect(await ask(backOff, 1, problemOf('timeout'))).toBe(1);
    nowMs += 10 * minuteMs + 1;
  }
  expect(await ask(backOff, 20, problemOf('timeout'))).toBe(5);
});

it('of many under way when it is closed only the first five count, and then one asks while the others wait', async () => {
  let nowMs = 0;
  const backOff = makeBackOff(() => nowMs);
  let asked = 0;
  const fetchSlowly = () => {
    asked++;
    return Promise.resolve(problemOf('timeout'));
  };
  await Promise.all(Array.from({ length: 30 }, () => backOff.attempt(url, fetchSlowly)));
  expect([asked, backOff.check(url)?.retryAfterMs]).toEqual([30, minuteMs]);
  nowMs = minuteMs;
  await Promise.all(Array.from({ length: 30 }, () => backOff.attempt(url, fetchSlowly)));
  expect([asked, backOff.check(url)?.retryAfterMs]).toEqual([31, 2 * minuteMs]);
});

it('a host that leads to one which is down is not taken for it', async () => {
  const backOff = makeBackOff(() => 0);
  const from = 'http://links.example/1' as never;
  for (let n = 0; n < 6; n++) await backOff.attempt(from, async () => problemOf('timeout'));
  expect([backOff.check(from), backOff.check(url)?.code]).toEqual([null, 'timeout']);
});

const [services, site] = await Promise.all([startServices(), startSite()]);
afterAll(async () => {
  await site.close();
  await services.close();
});

it('40 URLs of a host that is down ask it a few times, and are all captured when it is back', async () => {
  let nowMs = Date.parse('2024-05-01T10:00:00Z');
  const archive = makeTestArchive(services, { site, now: () => nowMs });
  const urls = Array.from({ length: 40 }, (_, n) => `http://news.example/${n}`);
  const hits = () => urls.reduce((sum, each) => sum + site.hits(each), 0);
  for (const each of urls) site.serve(each, answer(500));
  // Its robots.txt is known from before, so that only its pages tell of its state.
  site.serve('http://news.example/fine', storyPage(numberedStory(99)));
  expect((await archive.post({ url: 'http://news.example/fine' })).status).toBe(201);
  const { batch } = (await archive.send('POST', '/articles', { urls })).body;
  const pass = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed++) {
      nowMs += minuteMs;
      await archive.tick();
    }
  };
  await archive.drain();
  // Ten at once are under way when the fifth fails.
  expect(hits()).toBeLessThanOrEqual(14);
  await pass(60);
  expect(hits()).toBeLessThanOrEqual(25);
  for (const [n, each] of urls.entries()) site.serve(each, storyPage(numberedStory(n)));
  await pass(400);
  const { items } = (await archive.get(`/captures?batch=${batch}&limit=100`)).body;
  expect(items.map(({ status }: { status: string }) => status)).toEqual(Array(40).fill('succeeded'));
  await archive.close();
});
