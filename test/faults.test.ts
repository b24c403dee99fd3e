/**
 * A day of the archive with services that fail and a queue that mislays messages: what is kept is what a good day keeps. A few
 * of the places where a call can fail, others each time; `npm run bench -- faults` takes them all.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServices, type TestServices } from './support/archive.ts';
import { failingClients, unrulyClients } from './support/faults.ts';
import { seeded } from './support/random.ts';
import { goodDay, liveThrough } from './support/rough-day.ts';
import { type Site, startSite } from './support/site.ts';

let services: TestServices;
let site: Site;
/** In the name of each test, so that one that failed can be had again. */
const seed = Math.floor(Math.random() * 1e9);

beforeAll(async () => {
  [services, site] = await Promise.all([startServices(), startSite()]);
});
afterAll(async () => {
  await site.close();
  await services.close();
});

describe(`the same is kept (seed ${seed})`, () => {
  it('on a day on which nothing fails', async () => {
    const { clients } = failingClients(services.embedded.endpoints, () => null, { retried: false });
    expect(await liveThrough(services, site, { clients })).toEqual(goodDay);
  });

  it.each([
    { when: 'before', nth: 0 },
    { when: 'after', nth: 1 },
  ] as const)('when one call fails for good, $when it takes effect (place $nth)', async ({ when, nth }) => {
    // A day makes some 240 calls.
    const at = Math.floor(((nth + seeded(seed + nth)()) / 2) * 230);
    const { clients } = failingClients(services.embedded.endpoints, (call) => (call === at ? when : null), {
      retried: false,
    });
    expect(await liveThrough(services, site, { clients }), `call ${at}`).toEqual(goodDay);
  });

  it('when one try in five fails, half of them after they took effect', async () => {
    const random = seeded(seed);
    const outage = () => (random() < 0.2 ? (random() < 0.5 ? 'before' : 'after') : null);
    const { clients } = failingClients(services.embedded.endpoints, outage, { retried: true });
    expect(await liveThrough(services, site, { clients })).toEqual(goodDay);
  });

  it('when messages are lost, doubled, delayed and come in another order', async () => {
    const queue = unrulyClients(services.embedded.endpoints, seeded(seed));
    expect(await liveThrough(services, site, queue)).toEqual(goodDay);
  });
});
