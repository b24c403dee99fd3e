/**
 * What is due stands in the table before what it is for: a worker that comes in between, by a sweep or a start, ends nothing, and takes
 * nothing away. What waits for long is found again.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { urlHash } from '../../functions/article/norm.ts';
import { dayMs, hourMs, minuteMs } from '../../functions/durations.ts';
import { sweep, sweepAfterStart } from '../../functions/jobs/sweep.ts';
import { noLog } from '../../functions/log.ts';
import { latestCapture } from '../../functions/store/captures.ts';
import { dueUntil, moveDue, removeDues } from '../../functions/store/due.ts';
import { maintain } from '../../functions/store/maintain.ts';
import { makeTestArchive, type TestArchive, type TestServices } from '../support/archive.ts';
import { clientsWith, Killed } from '../support/faults.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer, redirectTo } from '../support/site.ts';
import { useServices, useSite } from '../support/use.ts';

let services: TestServices;
let archive: TestArchive;
let nowMs = 0;
const now = () => nowMs;
const later = { prefer: 'respond-async' };
const host = 'http://written-later.example';

const site = await useSite();
beforeEach(async () => {
  nowMs = Date.parse('2024-05-01T10:00:00Z');
  services = await useServices();
  archive = makeTestArchive(services, { site, now });
  return () => archive.close();
});

const deps = () => ({ ...services, now, log: noLog });
const dues = () => dueUntil(services.store.table, '9999', 10_000);
const storiesAt = async (url: string) =>
  (await archive.get(`/articles?url=${encodeURIComponent(url)}`)).body.items.length;

function serveFeed(name: string, count: number, text = ''): { url: string; links: string[] } {
  const links = Array.from({ length: count }, (_, n) => `${host}/${name}/${n}`);
  for (const [n, link] of links.entries()) site.serve(link, storyPage(numberedStory(n)));
  const items = links.map(
    (link) => `<item><title>${link}</title><link>${link}</link><description>${text}</description></item>`,
  );
  const rss = `<rss version="2.0"><channel><title>${name}</title>${items.join('')}</channel></rss>`;
  const url = `${host}/${name}.rss`;
  site.serve(url, answer(200, { 'content-type': 'application/rss+xml' }, rss));
  return { url, links };
}

/** Items of one kind that a call puts. */
const puts =
  (prefix: string) =>
  (name: string, input: object): boolean =>
    /Put|Write/.test(name) && JSON.stringify(input).includes(`"pk":{"S":"${prefix}`);
function once(isIt: (name: string, input: object) => boolean): (name: string, input: object) => boolean {
  let isOver = false;
  return (name, input) => {
    if (isOver || !isIt(name, input)) return false;
    isOver = true;
    return true;
  };
}
const endpoints = () => services.embedded.endpoints;

/** Does the one message that waits, as a worker with these clients. */
async function workOne(worker: TestArchive): Promise<void> {
  const [message] = await services.queue.receive(1, 0);
  if (!message?.job) throw new Error('no message waits');
  await services.queue.done([message.receipt]);
  await worker.work(message.job);
}

describe('a sweep between what is due and what it is for', () => {
  it('loses none of the many entries of a feed of which no message is sent', async () => {
    const { url, links } = serveFeed('many', 205);
    await archive.send('POST', '/feeds', { url, every: '1d' }, later);
    const isLast = puts('C#');
    let chunks = 0;
    const isThird = (name: string, input: object) => isLast(name, input) && ++chunks === 9;
    const clients = clientsWith(endpoints(), isThird, async () => {
      await sweep(deps());
      await archive.drain();
    });
    await workOne(makeTestArchive(services, { site, now, clients }));
    await archive.drain();
    expect(chunks).toBe(9);
    nowMs += 10 * minuteMs;
    await archive.tick();
    for (const link of links.slice(195)) expect(await storiesAt(link), link).toBe(1);
  });

  it('leaves a takedown to be finished', async () => {
    const { body } = await archive.keep(`${host}/down`, storyPage(numberedStory(1)));
    const isStone = (name: string, input: object) => /Put/.test(name) && JSON.stringify(input).includes('takenDownAt');
    const clients = clientsWith(endpoints(), once(isStone), async () => {
      await sweep(deps());
      await sweepAfterStart(deps());
      await archive.drain();
    });
    await makeTestArchive(services, { site, now, clients }).send('DELETE', `/articles/${body.id}`);
    for (let minutes = 0; minutes <= 30; minutes += 10) {
      await archive.drain();
      await archive.tick();
      nowMs += 10 * minuteMs;
    }
    expect((await archive.send('PATCH', `/articles/${body.id}`, { takenDown: false })).status).toBeLessThan(300);
  });
});

describe('a start between what is due and what it is for', () => {
  const startThere = (prefix: string) =>
    clientsWith(endpoints(), once(puts(prefix)), async () => {
      await sweepAfterStart(deps());
      await archive.drain();
    });

  it('leaves a capture to be made, whose own message is lost', async () => {
    site.serve(`${host}/one`, storyPage(numberedStory(2)));
    await makeTestArchive(services, { site, now, clients: startThere('C#') }).send(
      'POST',
      '/articles',
      { url: `${host}/one` },
      later,
    );
    for (const { receipt } of await services.queue.receive(10, 0)) await services.queue.done([receipt]);
    nowMs += 10 * minuteMs;
    await archive.tick();
    expect(await storiesAt(`${host}/one`)).toBe(1);
  });

  it('leaves the bytes that a client sent', async () => {
    const page = { url: `${host}/held`, html: storyPage(numberedStory(3)) };
    await makeTestArchive(services, { site, now, clients: startThere('C#') }).send('POST', '/articles', page, later);
    await archive.drain();
    expect(await storiesAt(`${host}/held`)).toBe(1);
  });

  it('leaves a feed to be polled, whose own message is lost', async () => {
    const { url, links } = serveFeed('new', 2);
    await makeTestArchive(services, { site, now, clients: startThere('FEED') }).send('POST', '/feeds', { url }, later);
    for (const { receipt } of await services.queue.receive(10, 0)) await services.queue.done([receipt]);
    nowMs += 10 * minuteMs;
    await archive.tick();
    expect(await storiesAt(links[0] ?? '')).toBe(1);
  });
});

it('a request that died is forgotten after a few sweeps', async () => {
  const clients = clientsWith(endpoints(), puts('C#'), async () => {
    throw new Killed('before the capture');
  });
  const dying = makeTestArchive(services, { site, now, clients });
  await dying.send('POST', '/articles', { url: `${host}/dead` }, later).catch(() => undefined);
  expect((await dues()).length).toBe(1);
  for (let n = 0; n < 6; n++) {
    nowMs += hourMs;
    await archive.tick();
  }
  expect(await dues()).toEqual([]);
});

it('a feed that is followed no more while its poll waits for a turn leaves nothing', async () => {
  const { url } = serveFeed('unfollowed', 1);
  const { body } = await archive.send('POST', '/feeds', { url }, later);
  const [due] = await dues();
  const slotMs = nowMs + minuteMs;
  if (due)
    await moveDue(services.store.table, due, { ...due, dueAt: new Date(nowMs + 3 * minuteMs).toISOString(), slotMs });
  await archive.send('DELETE', `/feeds/${body.id}`);
  for (let n = 0; n < 3; n++) {
    nowMs += hourMs;
    await archive.tick();
  }
  expect(await dues()).toEqual([]);
});

it('the text that a feed carries outlives a poll that is killed, and workers that find no capture yet', async () => {
  const { url, links } = serveFeed(
    'text',
    3,
    'The council met and could not agree on the benches in the park, again, said the mayor.',
  );
  await archive.send('POST', '/feeds', { url, every: '1d', capture: 'feed' }, later);
  const clients = clientsWith(endpoints(), puts('C#'), async () => {
    throw new Killed('before the captures');
  });
  await expect(workOne(makeTestArchive(services, { site, now, clients }))).rejects.toThrow(Killed);
  await sweepAfterStart(deps());
  const messages = await services.queue.receive(10, 0);
  const isPoll = ({ job }: (typeof messages)[number]) => job?.kind === 'poll';
  const others = messages.filter((message) => !isPoll(message));
  expect(others).toHaveLength(3);
  const between = clientsWith(endpoints(), once(puts('C#')), async () => {
    for (const { job } of others) if (job) await archive.work(job);
  });
  const poll = messages.find(isPoll)?.job;
  if (poll) await makeTestArchive(services, { site, now, clients: between }).work(poll);
  await archive.drain();
  for (const link of links) expect(await storiesAt(link), link).toBe(1);
});

describe('an alias whose article was never put', () => {
  /** A capture that dies when it has put the alias, and whose next attempt fails for good. */
  async function dangling(url: string, then: () => void): Promise<void> {
    const clients = clientsWith(endpoints(), puts('LOG'), async () => {
      throw new Killed('before the article');
    });
    await archive.send('POST', '/articles', { url }, later);
    await expect(workOne(makeTestArchive(services, { site, now, clients }))).rejects.toThrow(Killed);
    then();
    await archive.restart();
    expect(await storiesAt(url)).toBe(0);
  }

  it('is no archived story to the feed that names it', async () => {
    const { url, links } = serveFeed('dangling', 1);
    const [link = ''] = links;
    const page = storyPage(numberedStory(0));
    await dangling(link, () => site.serve(link, answer(404)));
    site.serve(link, page);
    await archive.post({ url, every: '1d' }, later, '/feeds');
    await archive.drain();
    expect(await storiesAt(link)).toBe(1);
  });

  it('nor where another address led to it', async () => {
    const { url, links } = serveFeed('led', 1);
    const [link = ''] = links;
    site.serve(`${host}/short`, redirectTo(link));
    await dangling(`${host}/short`, () => site.serve(`${host}/short`, answer(404)));
    await archive.post({ url, every: '1d' }, later, '/feeds');
    await archive.drain();
    expect(await storiesAt(link)).toBe(1);
  });
});

it('a poll is not taken for made by a worker whose clock is behind', async () => {
  const { url } = serveFeed('clock', 1);
  await archive.send('POST', '/feeds', { url, every: '1h' }, later);
  await archive.drain();
  const polled = site.hits(url);
  nowMs += 2 * hourMs;
  await sweep(deps());
  nowMs -= hourMs + 5000;
  await archive.drain();
  nowMs += 30 * dayMs;
  await archive.tick();
  expect(site.hits(url)).toBeGreaterThan(polled + 1);
});

it('a capture that waits for its turn for months is there when it comes, and goes a month after its end', async () => {
  site.serve(`${host}/slow`, storyPage(numberedStory(4)));
  await archive.send('POST', '/articles', { url: `${host}/slow` }, later);
  for (const { receipt } of await services.queue.receive(10, 0)) await services.queue.done([receipt]);
  nowMs += 60 * dayMs;
  await maintain(services.store, nowMs);
  await archive.tick();
  expect(await storiesAt(`${host}/slow`)).toBe(1);
  const capture = () => latestCapture(services.store.table, urlHash(`${host}/slow`));
  await maintain(services.store, nowMs + 29 * dayMs);
  expect((await capture())?.state.status).toBe('succeeded');
  await maintain(services.store, nowMs + 31 * dayMs);
  expect(await capture()).toBe(null);
});

it('a pending capture of an earlier version, which has a time from its beginning on, is still made', async () => {
  site.serve(`${host}/old`, storyPage(numberedStory(7)));
  const { body } = await archive.send('POST', '/articles', { url: `${host}/old` }, later);
  const [pk, sk] = [`C#${body.id.slice(0, 22)}`, body.id.slice(23)];
  await services.store.table.update({ pk, sk }, { set: { ttl: Math.floor(nowMs / 1000) + 30 * 86_400 } });
  nowMs += 40 * dayMs;
  expect((await maintain(services.store, nowMs)).expired).toBe(0);
  await archive.tick();
  expect(await storiesAt(`${host}/old`)).toBe(1);
});

it('what waits without an entry is found by the daily scan', async () => {
  const { url, links } = serveFeed('forgotten', 1);
  site.serve(`${host}/alone`, storyPage(numberedStory(5)));
  const { body } = await archive.keep(`${host}/taken`, storyPage(numberedStory(6)));
  const { body: mistake } = await archive.keep(`${host}/mistake`, storyPage(numberedStory(8)));
  await archive.send('POST', '/articles', { url: `${host}/alone` }, later);
  await archive.send('POST', '/feeds', { url, every: '1d' }, later);
  await archive.send('DELETE', `/articles/${body.id}`);
  await archive.send('DELETE', `/articles/${mistake.id}?reason=mistake`);
  for (;;) {
    const messages = await services.queue.receive(10, 0);
    if (messages.length === 0) break;
    await services.queue.done(messages.map(({ receipt }) => receipt));
  }
  expect((await maintain(services.store, nowMs + 2 * hourMs)).forgotten).toBe(0);
  await removeDues(services.store.table, await dues());
  expect((await maintain(services.store, nowMs + hourMs / 2)).forgotten).toBe(0);
  nowMs += 2 * hourMs;
  expect((await maintain(services.store, nowMs)).forgotten).toBe(4);
  await archive.tick();
  expect([await storiesAt(`${host}/alone`), await storiesAt(links[0] ?? '')]).toEqual([1, 1]);
  expect((await archive.send('PATCH', `/articles/${body.id}`, { takenDown: false })).status).toBeLessThan(300);
});
