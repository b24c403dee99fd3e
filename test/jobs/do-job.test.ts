/** What surrounds a capture: retries, robots.txt, the host's turn, re-checks, lost messages, pages that hang the extractor. */
import { describe, expect, it } from 'vitest';
import { parseArticleUrl } from '../../functions/article/article-url.ts';
import { retryDelaysMs } from '../../functions/capture/settle.ts';
import { awaitTurn } from '../../functions/capture/turn.ts';
import { makeCourtesy } from '../../functions/fetch/courtesy.ts';
import { makeExtractor } from '../../functions/jobs/extractor.ts';
import { sweep, sweepAfterStart } from '../../functions/jobs/sweep.ts';
import { noLog } from '../../functions/log.ts';
import { getKnown } from '../../functions/store/articles.ts';
import { noteStart, putDue } from '../../functions/store/due.ts';
import { reserveSlot } from '../../functions/store/hosts.ts';
import { makeTestArchive } from '../support/archive.ts';
import { unfinishedJobs } from '../support/due.ts';
import { cookieWall, harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { answer, redirectTo } from '../support/site.ts';
import { useArchive, useServices } from '../support/use.ts';

let nowMs = Date.parse('2024-05-01T10:00:00Z');
const later = { prefer: 'respond-async' };

const { services, site, archive } = await useArchive({ now: () => nowMs });

const sweepNow = () => sweep({ store: services.store, queue: services.queue, now: () => nowMs, log: noLog });
/** Time passes, and what is due then is done. How much that was. */
async function pass(ms: number): Promise<number> {
  nowMs += ms;
  const sent = await sweepNow();
  await archive.drain();
  return sent;
}
/** The addresses of so many stories of a host. */
function served(host: string, count: number): string[] {
  const urls = Array.from({ length: count }, (_, n) => `http://${host}/${n + 1}`);
  for (const [n, url] of urls.entries()) site.serve(url, storyPage(numberedStory(n)));
  return urls;
}

describe('an attempt that failed', () => {
  it('is made again when its time has come, until it succeeds: 500 twice, then the page', async () => {
    const url = 'http://retry.example/twice';
    const { body } = await archive.keep(url, answer(500));
    expect(body).toMatchObject({
      status: 'queued',
      attempts: 1,
      nextAttemptAt: '2024-05-01T10:01:00.000Z',
      problem: { code: 'server-error' },
    });
    expect(await sweepNow()).toBe(0);
    expect(await pass(60_000)).toBe(1);
    expect((await archive.get(`/captures/${body.id}`)).body).toMatchObject({
      attempts: 2,
      nextAttemptAt: '2024-05-01T10:11:00.000Z',
    });
    site.serve(url, storyPage(numberedStory(1)));
    await pass(600_000);
    expect((await archive.get(`/captures/${body.id}`)).body).toMatchObject({ status: 'succeeded', snapshot: 'first' });
    expect(site.hits(url)).toBe(3);
  });

  it('is the last after five more', async () => {
    const url = 'http://retry.example/never';
    const { body } = await archive.keep(url, answer(502));
    for (const delayMs of retryDelaysMs) {
      await pass(delayMs);
    }
    expect((await archive.get(`/captures/${body.id}`)).body).toMatchObject({
      status: 'failed',
      attempts: 6,
      nextAttemptAt: null,
      problem: { code: 'server-error' },
    });
    expect(await unfinishedJobs(services.store.table)).toEqual([]);
  });

  it('is made again at once when somebody posts the URL again, unless the site asked to wait', async () => {
    const url = 'http://retry.example/again';
    const first = await archive.keep(url, answer(500));
    expect(first.body).toMatchObject({ status: 'queued', attempts: 1 });
    expect((await archive.keep(url, storyPage(numberedStory(9)))).status).toBe(201);
    expect(await unfinishedJobs(services.store.table)).toEqual([]);

    const busy = 'http://retry.example/busy';
    await archive.keep(busy, answer(429, { 'retry-after': '600' }));
    expect((await archive.post({ url: busy })).status).toBe(202);
    expect(site.hits(busy)).toBe(1);
    site.serve(busy, answer(404));
    await pass(600_000);
  });

  it('waits as long as the site asks, at most a day', async () => {
    const url = 'http://retry.example/later';
    const { body } = await archive.keep(url, answer(503, { 'retry-after': '5000000' }));
    expect(Date.parse(body.nextAttemptAt) - nowMs).toBe(86_400_000);
    site.serve(url, answer(404));
    await pass(86_400_000);
    expect((await archive.get(`/captures/${body.id}`)).body).toMatchObject({
      status: 'failed',
      problem: { code: 'not-found' },
    });
  });
});

describe('a message', () => {
  it('that is lost is sent again by the sweeper', async () => {
    const url = 'http://lost.example/story';
    site.serve(url, storyPage(numberedStory(2)));
    const { body } = await archive.send('POST', '/articles', { url }, later);
    const [lost] = await services.queue.receive(10, 0);
    await services.queue.done([lost?.receipt ?? '']);
    await archive.drain();
    expect((await archive.get(`/captures/${body.id}`)).body.status).toBe('queued');
    expect(await pass(120_000)).toBe(1);
    expect((await archive.get(`/captures/${body.id}`)).body.status).toBe('succeeded');
  });

  it('that comes twice does the work once', async () => {
    const url = 'http://lost.example/twice';
    site.serve(url, storyPage(numberedStory(3)));
    await archive.send('POST', '/articles', { url }, later);
    const [message] = await services.queue.receive(10, 0);
    if (!message?.job) throw new Error('no message');
    for (let n = 0; n < 3; n++) await services.queue.send(message.job);
    await archive.drain();
    const { body } = await archive.get(`/articles?url=${url}`);
    expect(body.items[0].snapshotCount).toBe(1);
  });
});

describe('a start on one machine', () => {
  const discardAll = async () => {
    for (;;) {
      const messages = await services.queue.receive(10, 0);
      if (messages.length === 0) return;
      await services.queue.done(messages.map(({ receipt }) => receipt));
    }
  };
  const startSweep = () => sweepAfterStart({ ...services, now: () => nowMs, log: () => undefined });

  it('does not count what was sent and never begun: after many it is still archived', async () => {
    const url = 'http://lost.example/starts';
    site.serve(url, storyPage(numberedStory(21)));
    const { body } = await archive.send('POST', '/articles', { url }, later);
    for (let n = 0; n < 20; n++) {
      await discardAll();
      nowMs += 1000;
      await startSweep();
    }
    // As a kill leaves it that came between the two writes of a sweep.
    await putDue(services.store.table, { kind: 'capture', id: body.id, dueAt: '2024-04-30T00:00:00.000Z', sends: 7 });
    await startSweep();
    await archive.drain();
    expect((await archive.get(`/captures/${body.id}`)).body.status).toBe('succeeded');
  });

  it('begins with what was sent most often', async () => {
    for (const n of [1, 2, 3]) {
      await archive.send('POST', '/articles', { url: `http://lost.example/order/${n}` }, later);
      await discardAll();
      nowMs += 1000;
      await startSweep();
    }
    const sends = (await services.queue.receive(10, 0)).map(({ job }) => job?.sends);
    expect(sends).toEqual([4, 3, 2]);
    await startSweep();
    await archive.drain();
  });
});

describe('robots.txt', () => {
  it.each([
    {
      name: 'forbids the path',
      robots: answer(200, { 'content-type': 'text/plain' }, 'User-agent: *\nDisallow: /story'),
      code: 'blocked-by-robots',
    },
    {
      name: 'forbids us by name',
      robots: answer(200, {}, 'User-agent: nightdesktest\nDisallow: /\n\nUser-agent: *\nAllow: /'),
      code: 'blocked-by-robots',
    },
    { name: 'forbids others', robots: answer(200, {}, 'User-agent: otherbot\nDisallow: /'), code: null },
    { name: 'is absent', robots: answer(404), code: null },
    { name: 'is not for us to read', robots: answer(403), code: null },
    { name: 'fails', robots: answer(500), code: 'server-error' },
    {
      name: 'is longer than we read forbids what it says before that',
      robots: answer(200, {}, `User-agent: *\nDisallow: /story\n${'# comment\n'.repeat(60_000)}`),
      code: 'blocked-by-robots',
    },
    {
      name: 'is longer than we read is not cut in the middle of a rule',
      // The 512,000th byte is the slash.
      robots: answer(200, {}, `User-agent: *\n#${'x'.repeat(511_973)}\nDisallow: /private\n`),
      code: null,
    },
  ])('that $name', async ({ name, robots, code }) => {
    const host = `http://${name.replaceAll(' ', '-')}.example`;
    site.serve(`${host}/robots.txt`, robots);
    const { body } = await archive.keep(`${host}/story`, storyPage(numberedStory(4)));
    expect(body.code ?? body.problem?.code ?? null).toBe(code);
    expect(site.hits(`${host}/story`)).toBe(code === null ? 1 : 0);
  });

  it('is asked for once a day, and on the target of a redirect too', async () => {
    site.serve('http://once.example/robots.txt', answer(200, {}, 'User-agent: *\nDisallow: /private'));
    for (const n of [1, 2]) {
      await archive.keep(`http://once.example/${n}`, storyPage(numberedStory(n)));
    }
    const away = await archive.keep('http://other.example/away', redirectTo('http://once.example/private/story'));
    expect(away.body.code).toBe('blocked-by-robots');
    expect(site.hits('http://once.example/robots.txt')).toBe(1);
    nowMs += 86_400_001;
    await archive.post({ url: 'http://once.example/1' });
    expect(site.hits('http://once.example/robots.txt')).toBe(2);
  });

  it('is asked for once by all that want to know at the same time, also when it cannot be had', async () => {
    for (const [host, status] of [
      ['many.example', 200],
      ['many-busy.example', 429],
    ] as const) {
      site.serve(`http://${host}/robots.txt`, answer(status, { 'retry-after': '1800' }, 'User-agent: *\nDisallow: /'));
      const urls = Array.from({ length: 30 }, (_, n) => `http://${host}/${n}`);
      const { body } = await archive.send('POST', '/articles', { urls });
      await archive.drain();
      expect(site.hits(`http://${host}/robots.txt`)).toBe(1);
      const { items } = (await archive.get(`/captures?batch=${body.batch}&limit=100`)).body;
      const codes = new Set(items.map((item: { problem: { code: string } }) => item.problem.code));
      expect(codes).toEqual(new Set([status === 200 ? 'blocked-by-robots' : 'rate-limited']));
    }
    // The captures that wait are tried when the site may be asked again, and it is asked once more.
    site.serve('http://many-busy.example/robots.txt', answer(404));
    await pass(1_800_000);
    expect(site.hits('http://many-busy.example/robots.txt')).toBe(2);
    // What the robots.txt that fails left, some tests before.
    expect(await unfinishedJobs(services.store.table)).toHaveLength(1);
  });

  it('is read by the rules for the agent of today, when the settings have changed', async () => {
    site.serve('http://renamed.example/robots.txt', answer(200, {}, 'User-agent: newname\nDisallow: /'));
    expect((await archive.keep('http://renamed.example/story', storyPage(numberedStory(6)))).status).toBe(201);
    const renamed = makeTestArchive(services, { site, now: () => nowMs, userAgent: 'NewName/2' });
    expect((await renamed.post({ url: 'http://renamed.example/story' })).body.code).toBe('blocked-by-robots');
    await renamed.close();
  });

  it('is not asked for when settings say so', async () => {
    const rude = makeTestArchive(services, { site, now: () => nowMs, robots: 'ignore' });
    site.serve('http://rude.example/robots.txt', answer(200, {}, 'User-agent: *\nDisallow: /'));
    site.serve('http://rude.example/story', storyPage(numberedStory(5)));
    expect((await rude.post({ url: 'http://rude.example/story' })).status).toBe(201);
    expect(site.hits('http://rude.example/robots.txt')).toBe(0);
    await rude.close();
  });
});

describe('the pause between two fetches of a host', () => {
  it('spaces starts however many ask at once, and starts anew after a break', async () => {
    const slots = await Promise.all(
      Array.from({ length: 8 }, () =>
        reserveSlot(services.store.table, { host: 'busy.example', pauseMs: 1000, nowMs: 5_000_000 }),
      ),
    );
    expect(slots.sort((a, b) => a - b)).toEqual([
      5_000_000, 5_001_000, 5_002_000, 5_003_000, 5_004_000, 5_005_000, 5_006_000, 5_007_000,
    ]);
    expect(await reserveSlot(services.store.table, { host: 'busy.example', pauseMs: 1000, nowMs: 6_000_000 })).toBe(
      6_000_000,
    );
    expect(await reserveSlot(services.store.table, { host: 'idle.example', pauseMs: 1000, nowMs: 6_000_000 })).toBe(
      6_000_000,
    );
  });

  it('is kept by captures that run side by side', async () => {
    const polite = makeTestArchive(services, { site, hostPauseMs: 300 });
    const urls = served('polite.example', 4);
    await polite.send('POST', '/articles', { urls });
    await polite.drain();
    const arrivals = (site.arrivals.get('polite.example') ?? []).sort((a, b) => a - b);
    expect(arrivals).toHaveLength(4);
    // Requests reach the site a little after their slots, and not all by the same little.
    for (const [n, ms] of arrivals.slice(1).entries()) expect(ms - (arrivals[n] ?? 0)).toBeGreaterThanOrEqual(200);
    await polite.close();
  });

  it('sends a message whose turn is far off back to the queue, which is no failure', async () => {
    const slow = makeTestArchive(services, { site, now: () => nowMs, hostPauseMs: 60_000 });
    const urls = served('slow.example', 2);
    const { body } = await slow.send('POST', '/articles', { urls });
    await slow.drain();
    const captures = (await slow.get(`/captures?batch=${body.batch}`)).body.items;
    expect(
      captures.map((capture: { status: string; attempts: number }) => [capture.status, capture.attempts]),
    ).toContainEqual(['queued', 0]);
    const waiting = captures.find((capture: { status: string }) => capture.status === 'queued');
    const due = (await unfinishedJobs(services.store.table)).find((entry) => entry.id === waiting.id);
    expect(Date.parse(due?.dueAt ?? '') - nowMs).toBe(180_000);
    nowMs += 180_000;
    await slow.restart();
    expect((await slow.get(`/captures?batch=${body.batch}&status=succeeded`)).body.items).toHaveLength(2);
    await slow.close();
  });

  it('keeps the turns of what waits however often the archive starts, and none of that counts as a start', async () => {
    const slow = makeTestArchive(services, { site, now: () => nowMs, hostPauseMs: 60_000 });
    const startedMs = nowMs;
    const urls = served('restarts.example', 3);
    for (const url of urls) await slow.send('POST', '/articles', { url }, { prefer: 'respond-async' });
    await slow.drain();
    const waiting = async () =>
      (await unfinishedJobs(services.store.table))
        // What an earlier test left waits for its next attempt.
        .filter(({ sends }) => sends > 0)
        .map(({ slotMs, sends }) => [(slotMs ?? 0) - startedMs, sends]);
    for (let starts = 0; starts < 10; starts++) {
      expect(await waiting()).toEqual([
        [60_000, 1],
        [120_000, 1],
      ]);
      await slow.restart();
    }
    expect(await reserveSlot(services.store.table, { host: 'restarts.example', pauseMs: 60_000, nowMs })).toBe(
      startedMs + 180_000,
    );
    nowMs += 120_000;
    await slow.restart();
    nowMs += 400_000;
    await slow.restart();
    expect((await slow.get('/articles?site=restarts.example')).body.items).toHaveLength(3);
    await slow.close();
  });

  it('reserves anew what a sleeping machine missed, so that its host is not asked by all at once', async () => {
    // Its own table: the clock of the tests before may be ahead.
    const slow = makeTestArchive(await useServices(), { site, now: () => nowMs, hostPauseMs: 60_000 });
    const urls = served('slept.example', 4);
    for (const url of urls) await slow.send('POST', '/articles', { url }, { prefer: 'respond-async' });
    await slow.drain();
    for (const [n, archived] of [1, 2, 3, 4].entries()) {
      expect((await slow.get('/articles?site=slept.example')).body.items).toHaveLength(archived);
      nowMs += n === 0 ? 3_600_000 : 60_000;
      await slow.restart();
    }
    await slow.close();
  });

  it('gives up what dies each time that its turn comes, though it waited in between', async () => {
    const id = 'AAAAAAAAAAAAAAAAAAAAAA.01HX10Y9C0NH99GBZKWHP2KKCN';
    const url = parseArticleUrl('http://deadly.example/');
    if ('problem' in url) throw new Error('no URL');
    const now = () => nowMs;
    const courtesy = makeCourtesy({
      settings: { userAgent: 'NightdeskTest/1', robots: 'ignore', hostPauseMs: 60_000 },
      ...{ table: services.store.table, now, sleep: async () => undefined },
      fetchPage: () => Promise.reject(new Error('nothing is fetched')),
    });
    const slow = { ...services, courtesy, now };
    const left = async () => (await unfinishedJobs(services.store.table)).filter((due) => due.id === id);
    let job = { kind: 'capture' as const, id, dueAt: new Date(nowMs).toISOString(), sends: 1, slotMs: nowMs };
    await putDue(services.store.table, job);
    for (let starts = 1; starts <= 8; starts++) {
      if (starts > 1) expect(await noteStart(services.store.table, job)).toBe(true);
      expect(await awaitTurn(slow, job, url.url)).toBe(null);
      expect(await left()).toMatchObject([{ dueAt: job.dueAt, sends: starts }]);
      nowMs += 3_600_000;
      await sweepNow();
      const [due] = await left();
      job = { ...job, dueAt: due?.dueAt ?? '', sends: due?.sends ?? 0, slotMs: nowMs };
    }
    expect(await left()).toEqual([]);
    for (const { receipt } of await services.queue.receive(10, 0)) await services.queue.done([receipt]);
  });
});

describe('a scheduled re-check', () => {
  const url = 'http://recheck.example/story';
  let id = '';
  const recheck = async () => {
    nowMs += 3_600_000;
    await putDue(services.store.table, { kind: 'recheck', id, dueAt: new Date(nowMs).toISOString(), sends: 0 });
    await sweepNow();
    await archive.drain();
    expect((await unfinishedJobs(services.store.table)).filter((due) => due.kind === 'recheck')).toEqual([]);
    return (await archive.get(`/articles/${id}`)).body;
  };

  it('asks with the validators of the latest snapshot, and keeps nothing when the site says 304', async () => {
    const asked: unknown[] = [];
    site.serve(url, (request, response) => {
      asked.push(request.headers['if-none-match']);
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
      else response.writeHead(200, { 'content-type': 'text/html', etag: '"v1"' }).end(storyPage(harbour));
    });
    id = (await archive.post({ url })).body.id;
    expect((await recheck()).snapshotCount).toBe(1);
    expect(asked).toEqual([undefined, '"v1"']);
  });

  it('keeps nothing when only what is around the story changed', async () => {
    site.serve(url, storyPage(harbour).replace('All rights reserved.', 'Number 1 of today'));
    expect((await recheck()).snapshotCount).toBe(1);
  });

  it('keeps a snapshot when the story changed', async () => {
    site.serve(url, storyPage(harbourEdited));
    expect(await recheck()).toMatchObject({
      snapshotCount: 2,
      versionCount: 2,
      title: 'Harbour ferry returns after nine years, and breaks down',
    });
  });

  it('keeps a wall as a snapshot beside the story', async () => {
    site.serve(url, cookieWall);
    expect(await recheck()).toMatchObject({
      snapshotCount: 3,
      title: 'Harbour ferry returns after nine years, and breaks down',
    });
  });

  it('marks the article removed when the page is gone', async () => {
    site.remove(url);
    expect((await recheck()).removedAt).toBe(new Date(nowMs).toISOString());
  });

  it('leaves it removed while a wall stands there that is the latest snapshot', async () => {
    site.serve(url, cookieWall);
    expect(await recheck()).toMatchObject({ snapshotCount: 3, removedAt: expect.any(String) });
  });

  it.each([
    { name: 'a page with a validator, which answers 304', etag: '"v1"' },
    { name: 'a page without, which is fetched', etag: null },
  ])('takes the mark back when the page is there again as it was: $name', async ({ name, etag }) => {
    const again = `http://recheck.example/${encodeURIComponent(name)}`;
    const serve = () =>
      site.serve(again, (request, response) => {
        if (etag && request.headers['if-none-match'] === etag) response.writeHead(304).end();
        else
          response.writeHead(200, { 'content-type': 'text/html', ...(etag ? { etag } : {}) }).end(storyPage(harbour));
      });
    serve();
    id = (await archive.post({ url: again })).body.id;
    site.remove(again);
    expect((await recheck()).removedAt).not.toBeNull();
    const { iv } = (await getKnown(services.store.table, id))?.article ?? { iv: 0 };
    serve();
    expect(await recheck()).toMatchObject({ removedAt: null, snapshotCount: 1 });
    expect((await getKnown(services.store.table, id))?.article?.iv).toBe(iv + 1);
  });
});

describe('a page that hangs the extractor', () => {
  it('costs one failed extraction: bytes and metadata are kept, and the next page is read as ever', async () => {
    const impatient = makeExtractor({
      threadFile: new URL('../support/hanging-thread.ts', import.meta.url),
      timeoutMs: 2500,
    });
    const hanging = makeTestArchive(services, { site, now: () => nowMs, extractor: impatient });
    site.serve('http://hang.example/hang', '<title>HANG</title>');
    site.serve('http://hang.example/die', '<title>DIE</title>');
    site.serve('http://hang.example/fine', storyPage(numberedStory(6)));
    const hung = await hanging.post({ url: 'http://hang.example/hang' });
    expect(hung).toMatchObject({ status: 201, body: { title: 'kept metadata' } });
    expect((await hanging.get(hung.body.links.snapshots)).body.items[0]).toMatchObject({ extent: 'metadata' });
    expect(await (await hanging.app.request(hung.body.snapshotUrl)).text()).toBe('<title>HANG</title>');
    const died = await hanging.post({ url: 'http://hang.example/die' });
    expect((await hanging.get(died.body.links.snapshots)).body.items[0]).toMatchObject({ extent: 'nothing' });
    expect((await hanging.post({ url: 'http://hang.example/fine' })).body.title).toBe(
      'Council meeting number 6 ends without a vote',
    );
    await hanging.close();
    await impatient.close();
  });

  it('that cannot even be sent to it is refused, and the next page is read as ever', async () => {
    const strict = makeExtractor();
    // What no caller does; it stands for whatever goes wrong before a page is read.
    const contentType = (() => 'text/html') as unknown as string;
    await expect(strict.extract(Buffer.from('x'), { url: 'http://odd.example/', contentType })).rejects.toThrow();
    const { extracted } = await strict.extract(Buffer.from(storyPage(harbour)), { url: 'http://odd.example/' });
    expect(extracted.title).toBe('Harbour ferry returns after nine years');
    await strict.close();
  });

  it('of a hundred thousand nested elements is read all the same', async () => {
    const nested = `<!doctype html><title>Deep</title><h1>Deep</h1>${'<div>'.repeat(100_000)}<p>${numberedStory(7).paragraphs.join('</p><p>')}</p>`;
    const { status, body } = await archive.keep('http://deep.example/story', nested);
    expect([status, body.title]).toEqual([201, 'Deep']);
    const article = (await getKnown(services.store.table, body.id))?.article;
    expect(article?.latest.bytes).toBe(nested.length);
  });
});
