/** What sites ask for beside their robots.txt rules is done: pauses, to be left alone for a while, not to be archived. */
import { afterAll, expect, it } from 'vitest';
import { urlHash } from '../../functions/capture/norm.ts';
import { reserveSlot } from '../../functions/store/hosts.ts';
import { type Json, makeTestArchive, startServices } from '../support/archive.ts';
import { billedClients } from '../support/faults.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer, startSite } from '../support/site.ts';

const [services, site] = await Promise.all([startServices(), startSite()]);
let nowMs = Date.parse('2024-05-01T10:00:00Z');
const bill = billedClients(services.embedded.endpoints);
const options = { site, now: () => nowMs, clients: bill.clients };
const archive = makeTestArchive(services, { ...options, hostPauseMs: 60_000 });
const nextSlot = (host: string, pauseMs = 60_000) => reserveSlot(services.store.table, host, pauseMs, nowMs);

afterAll(async () => {
  await archive.close();
  await site.close();
  await services.close();
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
    'succeeded 0',
    'succeeded 0',
    'succeeded 1',
  ]);
  expect(hits()).toBe(4);
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
  expect(captures.filter(({ status, attempts }: Json) => status !== 'succeeded' || attempts > 0)).toEqual([]);
  expect(captures).toHaveLength(15);
  expect(archive.events.filter(({ event, url }) => /failed|given up/.test(event) && busy.includes(`${url}`))).toEqual(
    [],
  );
});

it('a turn takes one write unit of an idle host, and two of one that others wait for', async () => {
  // A write whose condition does not hold is billed too, and not counted among the units that dynalite reports.
  const writes = async () => {
    bill.reset();
    await reserveSlot(archive.store.table, 'billed.example', 1000, nowMs);
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
