/** Workers, services and messages that are away for days, and pages that end whoever takes them: only the latter are given up. */
import { beforeEach, describe, expect, it } from 'vitest';
import { sweep, sweepAfterStart } from '../../functions/jobs/sweep.ts';
import { noLog } from '../../functions/log.ts';
import { submittedObject } from '../../functions/store/captures.ts';
import { dueUntil, putDue } from '../../functions/store/due.ts';
import { makeTestArchive, type TestArchive, type TestServices } from '../support/archive.ts';
import { unfinishedJobs } from '../support/due.ts';
import { Fault, failingClients, Killed, killingClients } from '../support/faults.ts';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { answer } from '../support/site.ts';
import { useServices, useSite } from '../support/use.ts';

let services: TestServices;
let archive: TestArchive;
let nowMs = 0;
const now = () => nowMs;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const later = { prefer: 'respond-async' };

const site = await useSite();
beforeEach(async () => {
  nowMs = Date.parse('2024-05-01T10:00:00Z');
  services = await useServices();
  archive = makeTestArchive(services, { site, now });
  return () => archive.close();
});

const sweepNow = () => sweep({ ...services, now, log: noLog });
const url = (path: string) => `http://outage.example/${path}`;
const statusOf = async (id: string) => (await archive.get(`/captures/${id}`)).body;
const entriesOf = async (id: string) =>
  (await dueUntil(services.store.table, '9999', 1000)).filter((due) => due.id === id);
const bytesOf = (id: string) => services.store.bucket.get(submittedObject(id));

async function post(body: object): Promise<string> {
  return (await archive.send('POST', '/articles', body, later)).body.id;
}

/** What is in the queue is received, and nobody says that it is done. */
async function received() {
  const messages = await services.queue.receive(10, 0);
  await services.queue.done(messages.map(({ receipt }) => receipt));
  return messages.flatMap(({ job }) => job ?? []);
}

async function loseMessages(): Promise<void> {
  while ((await received()).length > 0);
}

/** Takes what is in the queue and ends the process at the call after the first; how many jobs it took. */
async function startAndDie(receives = 1): Promise<number> {
  const jobs = await received();
  for (const job of jobs) {
    const { clients } = killingClients(services.embedded.endpoints, { at: 1, when: 'before' });
    const dying = makeTestArchive(services, { site, now, clients });
    await expect(dying.work(job, receives)).rejects.toThrow(Killed);
    await dying.close();
  }
  return jobs.length;
}

/** Days in which the sweeper runs, each five minutes, and something else does, if anything. */
async function pass(hours: number, meanwhile: () => Promise<unknown> = async () => undefined): Promise<void> {
  for (let passed = 0; passed < hours * hourMs; passed += 5 * minuteMs) {
    nowMs += 5 * minuteMs;
    await sweepNow();
    await meanwhile();
  }
}

describe('workers that are away', () => {
  it.each([
    { hours: 4, name: 'whose messages wait', meanwhile: async () => undefined },
    { hours: 48, name: 'whose messages wait', meanwhile: async () => undefined },
    { hours: 48, name: 'whose messages are lost', meanwhile: loseMessages },
  ])('for $hours h, $name, have everything to do when they are back, and nothing was given up', async (outage) => {
    const { body: known } = await archive.keep(url('known'), storyPage(harbour));
    site.serve(url('known'), storyPage(harbourEdited));
    site.serve(url('1'), storyPage(numberedStory(1)));
    site.serve(url('entry'), storyPage(numberedStory(3)));
    const rss = (link: string) =>
      `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title><item><title>E</title><link>${link}</link><content:encoded><![CDATA[<p>${numberedStory(4).paragraphs.join('</p><p>')}</p>]]></content:encoded></item></channel></rss>`;
    site.serve(url('feed'), answer(200, { 'content-type': 'application/rss+xml' }, rss(url('entry/1'))));
    const { body: feed } = await archive.post({ url: url('feed'), every: '2h', capture: 'feed' }, {}, '/feeds');
    await archive.drain();
    site.serve(url('feed'), answer(200, { 'content-type': 'application/rss+xml' }, rss(url('entry/2'))));
    await archive.send('POST', `/feeds/${feed.id}/poll`, undefined, later);
    for (const poll of await received()) await archive.work(poll);
    const ids = [
      await post({ url: url('1') }),
      await post({ url: url('held'), html: storyPage(numberedStory(2)) }),
      ...(await archive.get(`/captures?status=queued`)).body.items.map((item: { id: string }) => item.id),
    ];
    expect(new Set(ids).size).toBe(3);
    await pass(outage.hours, outage.meanwhile);
    expect((await bytesOf(ids[1] ?? ''))?.bytes.length).toBe(storyPage(numberedStory(2)).length);
    for (const id of ids) expect(await statusOf(id)).toMatchObject({ status: 'queued', attempts: 0 });
    await pass(2, archive.drain);
    for (const id of ids) expect(await statusOf(id)).toMatchObject({ status: 'succeeded' });
    expect((await archive.get(`/articles/${known.id}`)).body.versionCount).toBe(2);
    expect((await archive.get(`/feeds/${feed.id}`)).body).toMatchObject({ entriesSeen: 2, articles: 2, problem: null });
    expect((await archive.get('/captures?status=failed')).body.items).toEqual([]);
    expect(await bytesOf(ids[1] ?? '')).toBeNull();
    const left = await unfinishedJobs(services.store.table);
    expect(left.map(({ kind, sends }) => [kind, sends])).toEqual([['poll', 0]]);
  });
});

describe('a service that is away', () => {
  const away = async (isAway: (name: string) => boolean) => {
    const { clients } = failingClients(services.embedded.endpoints, (_, name) => (isAway(name) ? 'before' : null), {
      retried: false,
    });
    return makeTestArchive(services, { site, now, clients });
  };
  const drain = async (crippled: TestArchive) => {
    for (const job of await received()) await crippled.work(job).catch(expectFault);
  };

  it.each([
    { name: 'the bucket', call: /Object/ },
    { name: 'the table, for what is written', call: /^(Put|BatchWrite|Delete)/ },
    { name: 'the table', call: /Item|Query/ },
  ])('for two days does not make a capture a lost one: $name', async ({ call }) => {
    const crippled = await away((name) => call.test(name));
    const id = await post({ url: url('held'), html: storyPage(numberedStory(5)) });
    await pass(48, () => drain(crippled));
    expect(await statusOf(id)).toMatchObject({ status: 'queued', attempts: 0 });
    for (const { starts = [] } of await entriesOf(id)) expect(starts).toEqual([]);
    await pass(2, archive.drain);
    expect(await statusOf(id)).toMatchObject({ status: 'succeeded' });
    await crippled.close();
  });

  it('that is the queue leaves one entry of each job, however often the sweeper tries', async () => {
    const id = await post({ url: url('queue') });
    await loseMessages();
    const { clients } = failingClients(
      services.embedded.endpoints,
      (_, name) => (/^SendMessage/.test(name) ? 'before' : null),
      { retried: false },
    );
    const crippled = makeTestArchive(services, { site, now, clients });
    for (let minute = 0; minute < 20; minute++) {
      nowMs += minuteMs;
      await sweep({ ...crippled, now, log: noLog }).catch(expectFault);
    }
    expect(await entriesOf(id)).toMatchObject([{ sends: 1 }]);
    await crippled.close();
  });
});

function expectFault(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
}

describe('a page that ends whoever takes it', () => {
  it('is given up after eight starts, and the bytes that came with it stay', async () => {
    const id = await post({ url: url('killer'), html: storyPage(numberedStory(6)) });
    let starts = 0;
    while ((await statusOf(id)).status !== 'failed') {
      starts += await startAndDie();
      nowMs += hourMs;
      await sweepNow();
    }
    expect(starts).toBe(8);
    expect(await statusOf(id)).toMatchObject({ attempts: 0, problem: { code: 'worker-lost' } });
    expect(await entriesOf(id)).toEqual([]);
    expect(await bytesOf(id)).not.toBeNull();
  });

  it('is given up after eight starts on one machine, which sends at each start', async () => {
    const id = await post({ url: url('killer') });
    let starts = 0;
    while ((await statusOf(id)).status !== 'failed') {
      starts += await startAndDie();
      nowMs += 1000;
      await sweepAfterStart({ ...services, now, log: noLog });
    }
    expect(starts).toBe(8);
  });

  it('has the sends between its starts not counted', async () => {
    const id = await post({ url: url('killer') });
    for (let starts = 0; starts < 8; starts++) {
      expect(await statusOf(id)).toMatchObject({ status: 'queued' });
      expect(await startAndDie()).toBe(1);
      for (let lost = 0; lost < 9; lost++) {
        nowMs += hourMs;
        await loseMessages();
        await sweepNow();
      }
    }
    expect(await statusOf(id)).toMatchObject({ status: 'failed', problem: { code: 'worker-lost' } });
  });

  it('has the same message counted once that comes again, and again when the queue says that it had been handed out', async () => {
    const id = await post({ url: url('killer') });
    const [job] = await received();
    for (const receives of [1, 2, 3]) {
      const { clients } = killingClients(services.embedded.endpoints, { at: 1, when: 'before' });
      const dying = makeTestArchive(services, { site, now, clients });
      if (job) await expect(dying.work(job, receives)).rejects.toThrow(Killed);
      await dying.close();
    }
    expect(await entriesOf(id)).toMatchObject([{ sends: 1, starts: [1] }]);
  });

  it('that waited for its host in between has its starts counted and its waits not', async () => {
    const slow = makeTestArchive(services, { site, now, hostPauseMs: hourMs });
    site.serve(url('first'), storyPage(numberedStory(7)));
    const ids = [await post({ url: url('first') }), await post({ url: url('second') })];
    await slow.drain();
    nowMs += 3 * hourMs;
    // Sent again while it waits, it takes the turn that it finds, and waits once more.
    await putDue(services.store.table, {
      ...((await entriesOf(ids[1] ?? ''))[0] ?? never()),
      sends: 4,
      starts: [2, 3],
    });
    await sweepNow();
    await post({ url: url('third') });
    const jobs = await received();
    await slow.work(jobs.find(({ id }) => id !== ids[1]) ?? never());
    await slow.work(jobs.find(({ id }) => id === ids[1]) ?? never());
    expect(await entriesOf(ids[1] ?? '')).toMatchObject([{ sends: 4, starts: [2, 3], slotMs: nowMs + hourMs }]);
    await slow.close();
  });
});

describe('what is never given up', () => {
  const dieOften = async () => {
    for (let starts = 0; starts < 12; starts++) {
      await startAndDie();
      nowMs += hourMs;
      await sweepNow();
    }
    await archive.drain();
  };

  it('is the poll of a feed, whatever it did to those that took it', async () => {
    site.serve(url('rss'), '<rss version="2.0"><channel><title>F</title></channel></rss>');
    const { body } = await archive.send('POST', '/feeds', { url: url('rss') }, later);
    await dieOften();
    expect((await archive.get(`/feeds/${body.id}`)).body).toMatchObject({ status: 'active', problem: null });
  });

  it('is the purge of a takedown', async () => {
    const { body } = await archive.keep(url('gone'), storyPage(numberedStory(8)));
    await archive.send('DELETE', `/articles/${body.id}`);
    await dieOften();
    expect(await services.store.bucket.list(`snapshots/${body.id}/`).next()).toMatchObject({ value: [] });
    expect(await unfinishedJobs(services.store.table)).toEqual([]);
  });
});

function never(): never {
  throw new Error('it is not there');
}
