/** A day with each call to a service failing once, days with one try in five failing, and days with a queue that mislays messages. */
import { isDeepStrictEqual } from 'node:util';
import { startServices, type TestServices } from '../support/archive.ts';
import { failingClients, type Outage, unrulyClients } from '../support/faults.ts';
import { seeded } from '../support/random.ts';
import { goodDay, type Kept, liveThrough } from '../support/rough-day.ts';
import { type Site, startSite } from '../support/site.ts';
import { printTable } from './measure.ts';

const seeds = 40;
/** More often than this, the embedded services are started anew: each day leaves a table and a bucket. */
const daysPerStart = 60;

export async function callsBench(): Promise<void> {
  const started = Date.now();
  const days = dayMaker();
  let calls = 0;
  let other = 0;
  for (const when of ['before', 'after'] as const) {
    for (let at = 0; ; at++) {
      const made = await days.live((services) =>
        failingClients(services.embedded.endpoints, (call) => (call === at ? when : null), { retried: false }),
      );
      if (!told(`call ${at} failed ${when} it took effect`, made)) other++;
      calls++;
      if (at % 50 === 49) console.log(`  ${when}: ${at + 1} calls`);
      if (made.calls <= at) break;
    }
  }
  let randomOther = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const random = seeded(seed);
    const outage = (): Outage => (random() < 0.2 ? (random() < 0.5 ? 'before' : 'after') : null);
    const made = await days.live((services) => failingClients(services.embedded.endpoints, outage, { retried: true }));
    if (!told(`seed ${seed}`, made)) randomOther++;
  }
  await days.close();
  printTable('Calls to DynamoDB, S3 and SQS that fail', [
    {
      measure: 'days in which one call failed, each call before and after it took effect',
      figure: `${calls}`,
      wanted: '',
    },
    { measure: 'of them, days that ended otherwise than a good one', figure: `${other}`, wanted: '0' },
    { measure: 'days in which one try in five failed', figure: `${seeds}`, wanted: '' },
    { measure: 'of them, days that ended otherwise', figure: `${randomOther}`, wanted: '0' },
    { measure: 'seconds', figure: `${Math.round((Date.now() - started) / 1000)}`, wanted: '' },
  ]);
}

export async function messagesBench(): Promise<void> {
  const started = Date.now();
  const days = dayMaker();
  const sum = { lost: 0, doubled: 0, held: 0, other: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const made = await days.live((services) =>
      Object.assign(unrulyClients(services.embedded.endpoints, seeded(seed)), { calls: [] }),
    );
    for (const key of ['lost', 'doubled', 'held'] as const) sum[key] += made.queue[key];
    if (!told(`seed ${seed}`, made)) sum.other++;
  }
  await days.close();
  printTable('Messages that the queue mislays', [
    { measure: 'days', figure: `${seeds}`, wanted: '' },
    {
      measure: 'sends lost; doubled; late and in another order',
      figure: `${sum.lost}; ${sum.doubled}; ${sum.held}`,
      wanted: '',
    },
    { measure: 'days that ended otherwise than a good one', figure: `${sum.other}`, wanted: '0' },
    { measure: 'seconds', figure: `${Math.round((Date.now() - started) / 1000)}`, wanted: '' },
  ]);
}

type Queue = { lost: number; doubled: number; held: number };
type Made = { kept: Kept | Error; calls: number; queue: Queue };
type Failing = Parameters<typeof liveThrough>[2] & { calls: string[] } & Partial<Queue>;

function dayMaker() {
  let services: TestServices | null = null;
  let site: Site | null = null;
  let days = 0;
  async function close(): Promise<void> {
    await services?.close();
    await site?.close();
    services = null;
    site = null;
  }
  return {
    close,
    async live(make: (services: TestServices) => Failing): Promise<Made> {
      if (days++ % daysPerStart === 0) await close();
      services ??= await startServices();
      site ??= await startSite();
      const failing = make(services);
      const kept = await liveThrough(services, site, failing).catch((error: unknown) => error as Error);
      const { lost = 0, doubled = 0, held = 0 } = failing;
      return { kept, calls: failing.calls.length, queue: { lost, doubled, held } };
    },
  };
}

function told(what: string, { kept }: Made): boolean {
  if (isDeepStrictEqual(kept, goodDay)) return true;
  console.log(`  ${what}: ${kept instanceof Error ? kept.stack : JSON.stringify(kept)}`);
  return false;
}
