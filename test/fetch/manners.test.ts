/** What sites ask for beside their robots.txt rules is done: pauses, to be left alone for a while, not to be archived. */
import type { ServerResponse } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { urlHash } from '../../functions/article/norm.ts';
import { closedUntil, closeHost, freeAt, reserveSlot } from '../../functions/store/hosts.ts';
import { type Json, makeTestArchive } from '../support/archive.ts';
import { billedClients } from '../support/faults.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer, redirectTo } from '../support/site.ts';
import { until } from '../support/until.ts';
import { useServices, useSite } from '../support/use.ts';

const services = await useServices();
const site = await useSite();
let nowMs = Date.parse('2024-05-01T10:00:00Z');
const bill = billedClients(services.embedded.endpoints);
const options = { site, now: () => nowMs, clients: bill.clients };
const archive = makeTestArchive(services, { ...options, hostPauseMs: 60_000 });
const nextSlot = (host: string, pauseMs = 60_000) => reserveSlot(services.store.table, { host, pauseMs, nowMs });

afterAll(async () => {
  await archive.close();
});

it.each([
  { name: 'longer than ours', delay: '30', pauseMs: 1000, expected: 30_000 },
  { name: 'longer than a minute', delay: '86400', pauseMs: 1000, expected: 60_000 },
  { name: 'shorter than ours', delay: '0.5', pauseMs: 1000, expected: 1000 },
  { name: 'where we make none', delay: '2', pauseMs: 0, expected: 2000 },
])('Crawl-delay: the longer pause is made: $name', async ({ delay, pauseMs, expected }) => {
  const host = `delay-${delay.replace('.', '-')}.example`;
  const polite = makeTestArchive(services, { ...options, hostPauseMs: pauseMs });
  site.serve(`http://${host}/robots.txt`, answer(200, {}, `User-agent: *\nCrawl-delay: ${delay}`));
  site.serve(`http://${host}/1`, storyPage(numberedStory(1)));
  expect((await polite.post({ url: `http://${host}/1` })).status).toBe(201);
  expect((await nextSlot(host, 0)) - nowMs).toBe(expected);
  await polite.close();
});

it('a site that asks to come back later is left alone by all that wait for it, and none of them fails', async () => {
  const url = (n: number) => `http://tired.example/${n}`;
  const isTired = () => nowMs < startMs + 3_600_000;
  const startMs = nowMs;
  for (const n of [1, 2, 3]) {
    site.serve(url(n), (request, response) =>
      isTired()
        ? answer(429, { 'retry-after': '3600' })(request, response)
        : answer(200, {}, storyPage(numberedStory(n)))(request, response),
    );
  }
  const { batch } = (await archive.send('POST', '/articles', { urls: [1, 2, 3].map(url) })).body;
  const hits = () => [1, 2, 3].reduce((sum, n) => sum + site.hits(url(n)), 0);
  await archive.drain();
  for (let passed = 0; passed < 50; passed += 5) {
    nowMs = startMs + passed * 60_000;
    await archive.restart();
  }
  expect(hits()).toBe(1);
  nowMs = startMs + 3_600_000;
  for (let passed = 0; passed < 30; passed++) {
    nowMs += 60_000;
    await archive.restart();
  }
  const captures = (await archive.get(`/captures?batch=${batch}`)).body.items;
  expect(captures.map(({ status, attempts }: Json) => `${status} ${attempts}`).sort()).toEqual([
    'succeeded 1',
    'succeeded 1',
    'succeeded 2',
  ]);
  expect(hits()).toBe(4);
});

it('of several times to come back the longest holds', async () => {
  for (const seconds of [3600, 60, 1800])
    await closeHost(services.store.table, 'busy-signal.example', nowMs + seconds * 1000);
  expect(await closedUntil(services.store.table, 'busy-signal.example')).toBe(nowMs + 3_600_000);
  const row = await services.store.table.get({ pk: 'H#busy-signal.example', sk: 'SLOT' });
  // DynamoDB removes the row by itself, but not while it holds.
  expect(Number(row?.ttl) * 1000).toBeGreaterThan(nowMs + 3_600_000);
});

it('a site that redirects to one which asks to come back later is not closed itself', async () => {
  site.serve('http://evil.example/robots.txt', answer(429, { 'retry-after': '86400' }));
  site.serve('http://evil.example/page', answer(429, { 'retry-after': '86400' }));
  site.serve('http://big-news.example/out', redirectTo('http://evil.example/x'));
  site.serve('http://big-news.example/story', storyPage(numberedStory(5)));
  const curt = makeTestArchive(services, { ...options, hostPauseMs: 1 });
  const out = await curt.post({ url: 'http://big-news.example/out' }, { prefer: 'respond-async' });
  await curt.drain();
  expect((await curt.get(`/captures/${out.body.id}`)).body).toMatchObject({
    status: 'queued',
    attempts: 0,
    problem: { code: 'rate-limited' },
  });
  expect(await closedUntil(services.store.table, 'big-news.example')).toBe(0);
  nowMs += 1000;
  expect((await curt.post({ url: 'http://big-news.example/story' })).status).toBe(201);
  await curt.close();
});

it('a redirect to another site waits for its turn there, and takes none that it does not use', async () => {
  site.serve('http://victim.example/page', storyPage(numberedStory(6)));
  const from = [1, 2, 3].map((n) => `http://e${n}.example/`);
  for (const url of from) site.serve(url, redirectTo('http://victim.example/page'));
  const turn = await nextSlot('victim.example');
  for (const url of from) await archive.post({ url }, { prefer: 'respond-async' });
  await archive.drain();
  expect([site.hits('http://victim.example/page'), await freeAt(services.store.table, 'victim.example')]).toEqual([
    0,
    turn + 60_000,
  ]);
  for (let passed = 0; passed < 10; passed++) {
    nowMs += 60_000;
    await archive.tick();
    expect(site.hits('http://victim.example/page')).toBeLessThanOrEqual(passed + 1);
  }
  expect(site.hits('http://victim.example/page')).toBe(3);
});

it('a redirect within a site takes no turn of its own', async () => {
  site.serve('http://moved.example/', redirectTo('http://www.moved.example/'));
  site.serve('http://www.moved.example/', storyPage(numberedStory(7)));
  await nextSlot('www.moved.example');
  expect((await archive.post({ url: 'http://moved.example/' })).status).toBe(201);
});

it('a site that is slow takes three places at most, whatever the names of its hosts are', async () => {
  const held: ServerResponse[] = [];
  const urls = Array.from({ length: 8 }, (_, n) => `http://h${n}.slow.example/1`);
  for (const url of urls) site.serve(url, (_, response) => void held.push(response));
  const curt = makeTestArchive(services, { ...options, hostPauseMs: 1 });
  const { batch } = (await curt.send('POST', '/articles', { urls })).body;
  const draining = curt.drain();
  await until(
    async () => held.length,
    (length) => length === 3,
  );
  site.serve('http://quick.example/1', storyPage(numberedStory(8)));
  expect((await curt.post({ url: 'http://quick.example/1' })).status).toBe(201);
  expect(held).toHaveLength(3);
  for (const [n, url] of urls.entries()) site.serve(url, storyPage(numberedStory(10 + n)));
  for (const response of held)
    response.writeHead(200, { 'content-type': 'text/html' }).end(storyPage(numberedStory(9)));
  await draining;
  for (let passed = 0; passed < 5; passed++) {
    nowMs += 60_000;
    await curt.restart();
  }
  const captures = (await curt.get(`/captures?batch=${batch}&limit=100`)).body.items;
  expect(captures.map(({ status, attempts }: Json) => `${status} ${attempts}`)).toEqual(Array(8).fill('succeeded 1'));
  await curt.close();
});

it('a site whose robots.txt never comes takes six places at most', async () => {
  const held: ServerResponse[] = [];
  const urls = Array.from({ length: 10 }, (_, n) => `http://h${n}.hanging.example/1`);
  for (const url of urls) site.serve(new URL('/robots.txt', url).href, (_, response) => void held.push(response));
  const curt = makeTestArchive(services, { ...options, hostPauseMs: 1 });
  await curt.send('POST', '/articles', { urls });
  const draining = curt.drain();
  await until(
    async () => held.length,
    (length) => length === 6,
  );
  site.serve('http://quick.example/2', storyPage(numberedStory(20)));
  expect((await curt.post({ url: 'http://quick.example/2' })).status).toBe(201);
  expect(held).toHaveLength(6);
  for (const url of urls) site.remove(new URL('/robots.txt', url).href);
  for (const response of held) response.writeHead(404).end();
  await draining;
  await curt.close();
});

it('the robots.txt of many hosts that leads to one site has it asked in turn', async () => {
  const curt = makeTestArchive(services, { ...options, hostPauseMs: 60_000 });
  const urls = Array.from({ length: 5 }, (_, n) => `http://r${n}.leads.example/1`);
  for (const url of urls) site.serve(new URL('/robots.txt', url).href, redirectTo('http://aimed-at.example/x'));
  site.serve('http://aimed-at.example/x', answer(200, {}, 'User-agent: *\nAllow: /'));
  await curt.send('POST', '/articles', { urls });
  await curt.drain();
  expect(site.hits('http://aimed-at.example/x')).toBe(1);
  await curt.close();
});

it.each([
  { name: 'as it is set to', setting: { noarchive: 'obey' } as const, status: 422, code: 'blocked-by-robots' },
  { name: 'by default', setting: {}, status: 201, code: undefined },
])('noarchive is obeyed or not: $name', async ({ setting, status, code }) => {
  const asked = makeTestArchive(services, { ...options, ...setting });
  const url = `http://noarchive.example/${status}`;
  site.serve(url, answer(200, { 'x-robots-tag': 'noarchive' }, storyPage(numberedStory(status))));
  expect(await asked.post({ url })).toMatchObject({ status, body: code ? { code } : {} });
  await asked.close();
});

it('a host with many URLs waiting takes none for a failure, and no other host waits for it', async () => {
  const busy = Array.from({ length: 15 }, (_, n) => `http://busy.example/${n}`);
  for (const [n, url] of [...busy, 'http://other.example/1'].entries()) site.serve(url, storyPage(numberedStory(n)));
  const { batch } = (await archive.send('POST', '/articles', { urls: busy })).body;
  const other = await archive.post({ url: 'http://other.example/1' });
  expect([other.status, await nextSlot('other.example')]).toEqual([201, nowMs + 60_000]);
  for (let passed = 0; passed < 30; passed++) {
    nowMs += 60_000;
    await archive.restart();
  }
  const captures = (await archive.get(`/captures?batch=${batch}&limit=100`)).body.items;
  expect(captures.filter(({ status, attempts }: Json) => status !== 'succeeded' || attempts > 1)).toEqual([]);
  expect(captures).toHaveLength(15);
  expect(archive.events.filter(({ event, url }) => /failed|given up/.test(event) && busy.includes(`${url}`))).toEqual(
    [],
  );
});

it('a turn takes one write unit of an idle host, and two of one that others wait for', async () => {
  // A write whose condition does not hold is billed too, and not counted among the units that dynalite reports.
  const writes = async () => {
    bill.reset();
    await reserveSlot(archive.store.table, { host: 'billed.example', pauseMs: 1000, nowMs });
    return Object.values(bill.calls).reduce((sum, calls) => sum + calls, 0);
  };
  expect([await writes(), await writes(), await writes()]).toEqual([1, 2, 2]);
});

it('of many URLs of one host only those whose turn is near are in the queue, and another host is not behind them', async () => {
  const patient = makeTestArchive(services, { site, hostPauseMs: 10_000 });
  const urls = Array.from({ length: 40 }, (_, n) => `http://many.example/${n}`);
  expect((await patient.send('POST', '/articles', { urls })).status).toBe(202);
  site.serve('http://other.example/1', storyPage(numberedStory(1)));
  await patient.send('POST', '/articles', { url: 'http://other.example/1' }, { prefer: 'respond-async' });
  const waiting = await services.queue.receive(10, 0);
  const ids = waiting.map(({ body }) => JSON.parse(body).id.slice(0, 22));
  expect(ids).toEqual(['http://many.example/0', 'http://other.example/1'].map((url) => urlHash(url as never)));
  await services.queue.done(waiting.map(({ receipt }) => receipt));
  await patient.close();
});
