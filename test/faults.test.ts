/**
 * A day of the archive with services that fail and a queue that mislays messages: what is kept is what a good day keeps. A few
 * of the places where a call can fail, others each time; `npm run bench -- faults` takes them all.
 */
import { describe, expect, it } from 'vitest';
import { failingClients, type Outage, unrulyClients } from './support/faults.ts';
import { isFull, often } from './support/often.ts';
import { seeded } from './support/random.ts';
import { goodDay, liveThrough } from './support/rough-day.ts';
import { useServices, useSite } from './support/use.ts';

const services = await useServices();
const site = await useSite();
const { endpoints } = services.embedded;
/** In the name of each test, so that one that failed can be had again. */
const seed = Math.floor(Math.random() * 1e9);
const seeds = Array.from({ length: often(1, 40) }, (_, n) => seed + n);

describe(`the same is kept (seed ${seed})`, { timeout: often(60_000, 3_600_000) }, () => {
  it('on a day on which nothing fails, and on those on which one call fails for good', async () => {
    const { clients, calls } = failingClients(endpoints, () => null, { retried: false });
    expect(await liveThrough(services, site, { clients })).toEqual(goodDay);
    const all = [...calls.keys()].flatMap((at) => [
      { at, when: 'before' as const },
      { at, when: 'after' as const },
    ]);
    const half = (n: number) => Math.floor(((n + seeded(seed + n)()) / 2) * calls.length);
    const some = [
      { at: half(0), when: 'before' as const },
      { at: half(1), when: 'after' as const },
    ];
    for (const { at, when } of isFull ? all : some) {
      const { clients } = failingClients(endpoints, (call) => (call === at ? when : null), { retried: false });
      expect(await liveThrough(services, site, { clients }), `call ${at} failed ${when} it took effect`).toEqual(
        goodDay,
      );
    }
  });

  it.each(seeds)('when one try in five fails, half of them after they took effect (%i)', async (seed) => {
    const random = seeded(seed);
    const outage = (): Outage => (random() < 0.2 ? (random() < 0.5 ? 'before' : 'after') : null);
    const { clients } = failingClients(endpoints, outage, { retried: true });
    expect(await liveThrough(services, site, { clients })).toEqual(goodDay);
  });

  it.each(seeds)('when messages are lost, doubled, delayed and come in another order (%i)', async (seed) => {
    expect(await liveThrough(services, site, unrulyClients(endpoints, seeded(seed)))).toEqual(goodDay);
  });
});
