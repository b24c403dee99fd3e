/** Messages that come late, twice and in another order: a capture has one plan, one entry and one chain of attempts. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retryDelaysMs } from '../../functions/capture/settle.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { noLog } from '../../functions/log.ts';
import { dueUntil, putDue } from '../../functions/store/due.ts';
import type { Job } from '../../functions/store/job.ts';
import { makeTestArchive, type TestArchive, type TestServices } from '../support/archive.ts';
import { failingClients, killingClients } from '../support/faults.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer, type Site } from '../support/site.ts';
import { useServices, useSite } from '../support/use.ts';

let services: TestServices;
let archive: TestArchive;
let nowMs = Date.parse('2024-05-01T10:00:00Z');
const now = () => nowMs++;
const minuteMs = 60_000;
const later = { prefer: 'respond-async' };
/** Messages that are under way; a test hands them over when it likes. */
let held: Job[] = [];
let posted = 0;

const site = await useSite();
beforeEach(startAnew);
afterEach(() => archive.close());

async function startAnew(): Promise<void> {
  services = await useServices();
  archive = makeTestArchive(services, { site, now, runningAfterMs: 0 });
  held = [];
}

const stateOf = async (id: string) => (await archive.get(`/captures/${id}`)).body;
const entries = () => dueUntil(services.store.table, '9999', 1000);

async function hold(): Promise<void> {
  const messages = await services.queue.receive(10, 0);
  if (messages.length === 0) return;
  await services.queue.done(messages.map(({ receipt }) => receipt));
  held.push(...messages.flatMap(({ job }) => job ?? []));
  await hold();
}

async function sweepNow(): Promise<void> {
  await sweep({ ...services, now, log: noLog });
  await hold();
}

async function post(page: Parameters<Site['serve']>[1]): Promise<{ id: string; url: string }> {
  const url = `http://plan.example/${++posted}`;
  site.serve(url, page);
  const { body } = await archive.send('POST', '/articles', { url }, later);
  await hold();
  return { id: body.id, url };
}

/** Hands over what is held and what comes of it, when its time has come, until the capture has ended. */
async function settle(id: string): Promise<void> {
  for (let round = 0; round < 60; round++) {
    for (const job of held.splice(0)) await archive.work(job);
    await hold();
    const left = await entries();
    if (held.length === 0) expect(left.length).toBeLessThanOrEqual(1);
    if (held.length === 0 && left.length === 0) return;
    nowMs = Math.max(nowMs, ...left.slice(0, 1).map(({ dueAt }) => Date.parse(dueAt)));
    await sweepNow();
  }
  throw new Error(`never done: ${JSON.stringify(await stateOf(id))}`);
}

describe('a message that comes after its entry was sent again', () => {
  it('makes no second chain of attempts, and its URL can be posted among others', async () => {
    const { id, url } = await post(answer(500));
    const [late] = held.splice(0);
    nowMs += 3 * minuteMs;
    await sweepNow();
    if (late) await archive.work(late);
    expect((await archive.send('POST', '/articles', { urls: [url] })).status).toBe(202);
    const [again] = held.splice(0);
    if (again) await archive.work(again);
    const { attempts, nextAttemptAt } = await stateOf(id);
    expect(attempts).toBe(1);
    if (late) await archive.work(late);
    expect(await entries()).toEqual([{ kind: 'capture', id, dueAt: nextAttemptAt, sends: 0 }]);
    await settle(id);
    expect(await stateOf(id)).toMatchObject({ status: 'failed', attempts: 6 });
  });

  it('is let go when it waits for its host, and the other one waits', async () => {
    const slow = makeTestArchive(services, { site, now, hostPauseMs: 10 * minuteMs });
    const first = await post(storyPage(numberedStory(1)));
    for (const job of held.splice(0)) await slow.work(job);
    const { id } = await post(storyPage(numberedStory(2)));
    const [late] = held.splice(0);
    nowMs += 3 * minuteMs;
    await sweepNow();
    const [again] = held.splice(0);
    for (const job of [late, again, late]) if (job) await slow.work(job);
    expect(await entries()).toMatchObject([{ id, slotMs: expect.any(Number) }, { kind: 'recheck' }]);
    nowMs += 20 * minuteMs;
    await sweepNow();
    for (const job of held.splice(0)) await slow.work(job);
    expect([(await stateOf(first.id)).status, (await stateOf(id)).status]).toEqual(['succeeded', 'succeeded']);
    await slow.close();
  });

  it('is worked on when the next attempt has no entry of its own, as when a clock went back', async () => {
    const { id } = await post(answer(500));
    for (const job of held.splice(0)) await archive.work(job);
    nowMs += 2 * minuteMs;
    await sweepNow();
    nowMs -= 60 * minuteMs;
    for (const job of held.splice(0)) await archive.work(job);
    expect((await stateOf(id)).attempts).toBe(2);
    await settle(id);
  });
});

it('a poll whose message comes twice at once is one failure, and waits as after one', async () => {
  const url = 'http://plan.example/rss';
  site.serve(url, '<rss version="2.0"><channel><title>F</title></channel></rss>');
  const { body } = await archive.post({ url, every: '1h' }, {}, '/feeds');
  site.serve(url, answer(500));
  nowMs += 61 * minuteMs;
  await sweepNow();
  await Promise.all([...held, ...held, ...held].map((job) => archive.work(job)));
  expect((await archive.get(`/feeds/${body.id}`)).body.failures).toBe(1);
});

it('of two entries that a crash left, the sweeper keeps the one that its capture tells of, and reads it for no others', async () => {
  const { id } = await post(answer(500));
  for (const job of held.splice(0)) await archive.work(job);
  await putDue(services.store.table, {
    kind: 'capture',
    id,
    dueAt: new Date(nowMs).toISOString(),
    sends: 6,
    starts: [2, 3, 4, 5, 6, 7, 8],
  });
  nowMs += 2 * minuteMs;
  await sweepNow();
  expect(held).toMatchObject([{ id, sends: 1 }]);
  expect(await entries()).toHaveLength(1);
  const { clients, calls } = failingClients(services.embedded.endpoints, () => null, { retried: false });
  const counting = makeTestArchive(services, { site, now, clients });
  nowMs += 4 * minuteMs;
  await sweep({ ...counting, now, log: noLog });
  expect(calls.filter((name) => /Get.*Item/.test(name))).toEqual([]);
  await counting.close();
  await settle(id);
});

it.each(['before', 'after'] as const)('a failure that dies %s each call leaves one chain', async (when) => {
  for (let at = 0; ; at++) {
    const { id } = await post(answer(500));
    const dying = killingClients(services.embedded.endpoints, { at, when });
    const mortal = makeTestArchive(services, { site, now, clients: dying.clients });
    for (const job of held.splice(0)) await mortal.work(job).catch(() => undefined);
    await mortal.close();
    const madeMs = nowMs;
    for (let minute = 0; minute < 12; minute++) {
      nowMs += minuteMs;
      await sweepNow();
      for (const job of held.splice(0)) await archive.work(job);
    }
    // The second attempt is ten minutes before the third, whenever the first was.
    expect((await stateOf(id)).attempts, `call ${at}, ${nowMs - madeMs} ms later`).toBeLessThanOrEqual(3);
    await settleAfterCrash(id);
    expect(await stateOf(id)).toMatchObject({ status: 'failed', attempts: 6 });
    if (!dying.killed) break;
  }
});

/** As `settle`, where what a crash left has its time, too. */
async function settleAfterCrash(id: string): Promise<void> {
  for (let round = 0; round < 60 && (await entries()).length > 0; round++) {
    const [first] = await entries();
    nowMs = Math.max(nowMs, Date.parse(first?.dueAt ?? ''));
    await sweepNow();
    for (const job of held.splice(0)) await archive.work(job);
  }
  expect(await entries(), id).toEqual([]);
}

describe('whatever the queue does', () => {
  const action = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ does: fc.constant('pass' as const), minutes: fc.integer({ min: 0, max: 20 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ does: fc.constant('pass' as const), minutes: fc.integer({ min: 60, max: 900 }) }),
    },
    { weight: 3, arbitrary: fc.record({ does: fc.constant('sweep' as const) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('lose' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('post' as const) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        does: fc.constantFrom(
          'deliver' as const,
          'deliver a copy' as const,
          'deliver twice at once' as const,
          'deliver two' as const,
        ),
        which: fc.nat(),
      }),
    },
  );

  it('a capture has the attempts of one chain, no sooner than that has them, and one entry at rest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (actions) => {
        await archive.close();
        await startAnew();
        const madeMs = nowMs;
        const { id, url } = await post(answer(500));
        for (const step of actions) {
          if (step.does === 'pass') nowMs += step.minutes * minuteMs;
          else if (step.does === 'sweep') await sweepNow();
          else if (step.does === 'post') {
            // It joins the capture while that is pending. What is made after it has failed is another one, which is let go of here.
            if ((await stateOf(id)).status !== 'failed')
              expect((await archive.send('POST', '/articles', { urls: [url] })).status).toBe(202);
          } else if (held.length > 0) {
            const at = step.which % held.length;
            const [job] = step.does === 'deliver a copy' ? held.slice(at, at + 1) : held.splice(at, 1);
            const other =
              step.does === 'deliver two' ? held.shift() : step.does === 'deliver twice at once' ? job : undefined;
            if (step.does !== 'lose') await Promise.all([job, other].map((one) => one && archive.work(one)));
            await hold();
          }
          expectNoSooner(await stateOf(id), nowMs - madeMs);
        }
        await settle(id);
        const ended = await stateOf(id);
        expect(ended).toMatchObject({ status: 'failed', attempts: 6, problem: { code: 'server-error' } });
        expectNoSooner(ended, Date.parse(ended.finishedAt) - madeMs);
      }),
      { numRuns: 30 },
    );
  }, 120_000);
});

/** So many attempts take at least the waits between them. */
function expectNoSooner({ attempts }: { attempts: number }, ms: number): void {
  const waits = retryDelaysMs.slice(0, Math.max(0, attempts - 1)).reduce((sum, delay) => sum + delay, 0);
  expect(ms).toBeGreaterThanOrEqual(waits);
}
