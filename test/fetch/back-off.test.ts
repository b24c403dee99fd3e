/** A host that fails time after time: how often it is asked, what those that wait for it are told, and that it is had again. */
import { expect, it } from 'vitest';
import { makeBackOff } from '../../functions/fetch/back-off.ts';
import type { FetchResult } from '../../functions/fetch/fetch-page.ts';
import type { ProblemCode } from '../../functions/problems.ts';
import { type Json, makeTestArchive, type TestArchive } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer, type Handler, redirectTo } from '../support/site.ts';
import { useServices, useSite } from '../support/use.ts';

const minuteMs = 60_000;
const url = 'http://down.example/1' as never;
const problemOf = (code: ProblemCode): FetchResult => ({ problem: { code, detail: code }, at: url });
const notModified: FetchResult = { notModified: true };

/** A clock, and a robots.txt that answers with `robots.result` and counts how often it was asked for. */
function setUp(result: FetchResult) {
  const clock = { ms: 0 };
  const robots = { result, asked: 0 };
  const backOff = makeBackOff({
    now: () => clock.ms,
    async fetchRobots(at) {
      expect(at).toBe('http://down.example/robots.txt');
      robots.asked++;
      return robots.result;
    },
  });
  /** Asks `times` times in a row; how often the page was asked for. */
  async function ask(times: number, answer: FetchResult): Promise<number> {
    let asked = 0;
    for (let n = 0; n < times; n++) {
      await backOff.attempt(url, async () => {
        asked++;
        return answer;
      });
    }
    return asked;
  }
  return { clock, robots, backOff, ask };
}

it('after five failures in a row a host is asked for its robots.txt alone, twice as long apart each time, up to half an hour', async () => {
  const { clock, robots, backOff, ask } = setUp(problemOf('timeout'));
  expect([await ask(20, problemOf('connection-failed')), robots.asked]).toEqual([5, 1]);
  for (const [n, minutes] of [1, 2, 4, 8, 16, 30, 30].entries()) {
    expect(backOff.check(url)).toEqual({
      code: 'timeout',
      detail: 'down.example is down, so the archive does not ask it for a while; the last answer: timeout',
      retryAfterMs: minutes * minuteMs,
      isUnasked: true,
    });
    clock.ms += minutes * minuteMs - 1;
    expect([await ask(20, notModified), robots.asked]).toEqual([0, n + 1]);
    clock.ms += 1;
    expect([await ask(20, notModified), robots.asked]).toEqual([0, n + 2]);
  }
  expect(backOff.check('http://other.example/1' as never)).toBeNull();
  clock.ms += 30 * minuteMs;
  robots.result = problemOf('not-found');
  expect(await ask(20, notModified)).toBe(20);
});

it('pages that fail close no host whose robots.txt answers', async () => {
  for (const robots of ['not-found', 'access-denied', 'server-error'] as const) {
    const { ask, backOff } = setUp(problemOf(robots));
    expect(await ask(60, problemOf('timeout'))).toBe(60);
    expect(backOff.check(url)).toBeNull();
  }
});

it.each([
  { name: 'one that answers in between', between: notModified },
  { name: 'one that refuses in between', between: problemOf('access-denied') },
  { name: 'one that lacks a page in between', between: problemOf('not-found') },
])('$name is not even suspect', async ({ between }) => {
  const { ask, robots } = setUp(problemOf('timeout'));
  for (let n = 0; n < 10; n++) {
    await ask(4, problemOf('server-error'));
    await ask(1, between);
  }
  expect(robots.asked).toBe(0);
});

it('failures that are far apart are not in a row', async () => {
  const { ask, clock, robots } = setUp(problemOf('timeout'));
  for (let n = 0; n < 10; n++) {
    expect(await ask(1, problemOf('timeout'))).toBe(1);
    clock.ms += 10 * minuteMs + 1;
  }
  expect(robots.asked).toBe(0);
  expect(await ask(20, problemOf('timeout'))).toBe(5);
});

it('of many under way when it is closed only five count, and one asks for robots.txt while the others wait', async () => {
  const { clock, robots, backOff } = setUp(problemOf('timeout'));
  let asked = 0;
  const fetchSlowly = async () => {
    asked++;
    return problemOf('timeout');
  };
  const many = () => Promise.all(Array.from({ length: 30 }, () => backOff.attempt(url, fetchSlowly)));
  await many();
  expect([asked, robots.asked, backOff.check(url)?.retryAfterMs]).toEqual([30, 1, minuteMs]);
  clock.ms = minuteMs;
  await many();
  expect([asked, robots.asked, backOff.check(url)?.retryAfterMs]).toEqual([30, 2, 2 * minuteMs]);
});

const services = await useServices();
const site = await useSite();

const hangUp: Handler = (request) => request.destroy();
const hour = 60;
let nowMs = Date.parse('2024-05-01T10:00:00Z');
async function pass(archive: TestArchive, minutes: number) {
  for (let passed = 0; passed < minutes; passed += 5) {
    nowMs += 5 * minuteMs;
    await archive.tick();
  }
}
const statusesOf = async (archive: TestArchive, batch: string) =>
  (await archive.get(`/captures?batch=${batch}&limit=100`)).body.items.map(({ status, attempts, problem }: Json) =>
    `${status} ${attempts} ${problem?.code ?? ''}`.trim(),
  );

it('40 URLs of a host that is down cost it a few requests and themselves no attempt, and all come in when it is back', async () => {
  const archive = makeTestArchive(services, { site, now: () => nowMs });
  const urls = Array.from({ length: 40 }, (_, n) => `http://news.example/${n}`);
  const hits = () => urls.reduce((sum, each) => sum + site.hits(each), 0);
  expect((await archive.keep('http://news.example/fine', storyPage(numberedStory(99)))).status).toBe(201);
  for (const each of [...urls, 'http://news.example/robots.txt']) site.serve(each, hangUp);
  const { batch } = (await archive.send('POST', '/articles', { urls })).body;
  await archive.drain();
  // Ten at once are under way when the fifth fails.
  expect(hits()).toBeLessThanOrEqual(14);
  await pass(archive, 6 * hour);
  expect(hits()).toBeLessThanOrEqual(14);
  const waiting = await statusesOf(archive, batch);
  expect(waiting.every((one: string) => /^queued [01] connection-failed$/.test(one))).toBe(true);
  site.remove('http://news.example/robots.txt');
  for (const [n, each] of urls.entries()) site.serve(each, storyPage(numberedStory(n)));
  await pass(archive, 3 * hour);
  expect(new Set(await statusesOf(archive, batch))).toEqual(new Set(['succeeded 1', 'succeeded 2']));
  await archive.close();
});

it('what waits for a host that stays down has its attempts after that, and then ends', async () => {
  const archive = makeTestArchive(services, { site, now: () => nowMs });
  for (const name of ['robots.txt', '1']) site.serve(`http://gone.example/${name}`, hangUp);
  const { batch } = (await archive.send('POST', '/articles', { urls: ['http://gone.example/1'] })).body;
  await archive.drain();
  expect(await statusesOf(archive, batch)).toEqual(['queued 0 connection-failed']);
  await pass(archive, 30 * hour);
  expect(await statusesOf(archive, batch)).toEqual(['queued 0 connection-failed']);
  await pass(archive, 45 * hour);
  expect(await statusesOf(archive, batch)).toEqual(['failed 6 connection-failed']);
  await archive.close();
});

it('pages that always fail keep no other page of their site out', async () => {
  const archive = makeTestArchive(services, { site, now: () => nowMs });
  const broken = Array.from({ length: 30 }, (_, n) => `http://half.example/broken/${n}`);
  for (const each of broken) site.serve(each, answer(500));
  site.serve('http://half.example/good', storyPage(numberedStory(1)));
  await archive.send('POST', '/articles', { urls: broken });
  await archive.drain();
  expect(await archive.post({ url: 'http://half.example/good' })).toMatchObject({ status: 201 });
  await archive.close();
});

it('a redirect to a host that is down blames that one alone', async () => {
  const archive = makeTestArchive(services, { site, now: () => nowMs });
  for (const name of ['robots.txt', 'x']) site.serve(`http://dead.example/${name}`, hangUp);
  for (let n = 0; n < 8; n++) {
    site.serve(`http://short.example/${n}`, redirectTo('http://dead.example/x'));
    await archive.post({ url: `http://short.example/${n}` }, { prefer: 'respond-async' });
  }
  expect(await archive.keep('http://short.example/good', storyPage(numberedStory(2)))).toMatchObject({ status: 201 });
  await archive.close();
});

it('an old capture that meets a host in trouble is not lost by that', async () => {
  const archive = makeTestArchive(services, { site, now: () => nowMs });
  site.serve('http://monday.example/robots.txt', hangUp);
  site.serve('http://monday.example/1', storyPage(numberedStory(3)));
  const { batch } = (await archive.send('POST', '/articles', { urls: ['http://monday.example/1'] })).body;
  nowMs += 48 * hour * minuteMs;
  await archive.restart();
  expect(await statusesOf(archive, batch)).toEqual(['queued 1 connection-failed']);
  site.remove('http://monday.example/robots.txt');
  await pass(archive, hour);
  expect(await statusesOf(archive, batch)).toEqual(['succeeded 2']);
  await archive.close();
});
