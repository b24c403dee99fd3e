/** What strangers can do to an archive: sites without end, pages made to do harm, damaged pages, a host with 5,000 URLs. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Extractor, makeExtractor } from '../../functions/jobs/extractor.ts';
import { startRunner } from '../../functions/jobs/runner.ts';
import { type Json, makeTestArchive, startServices } from '../support/archive.ts';
import { mutated } from '../support/crafted-pages.ts';
import { hostileSites, serveHostile } from '../support/hostile-sites.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { startSite } from '../support/site.ts';
import { fullTests } from './full-tests.ts';
import { printTable, quantile, type Row } from './measure.ts';
import { realPages } from './real-pages.ts';

const bombBytes = 1024 ** 3;
const wantedMb = 64;
const fetchSeconds = 5;
const mutations = 5000;
const waitingUrls = 5000;

const parts: Record<string, () => Promise<Row[]>> = { sites, pages, mutations: damaged, host: busyHost };

export async function bench(only: string[]): Promise<void> {
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (only.length > 0 && !only.includes(name)) continue;
    console.log(`${name} ...`);
    rows.push(...(await part()));
  }
  printTable('Hostile', rows);
}

/** Each in a process of its own, which has 5 s for it and the memory settings of `npm start`. */
async function sites(): Promise<Row[]> {
  const rows: Row[] = [];
  const child = fileURLToPath(new URL('./fetch-child.ts', import.meta.url));
  const limits = ['--max-old-space-size=160', '--max-semi-space-size=8', '--disable-warning=ExperimentalWarning'];
  for (const site of hostileSites) {
    const served = await serveHostile(site, bombBytes);
    const args = [...limits, child, site.name, served.url, String(served.port)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    served.close();
    const { outcome, seconds, aboveMb } = JSON.parse(stdout) as { outcome: string; seconds: number; aboveMb: number };
    rows.push({
      measure: site.name,
      figure: `${outcome}, ${seconds.toFixed(2)} s, ${aboveMb.toFixed(0)} MB`,
      wanted: `${site.outcomeLater ?? site.outcome}, < ${fetchSeconds + 1} s, < ${wantedMb} MB`,
    });
  }
  return rows;
}

/** At full size, which the test gives a small part of: no figure, but whether all were kept. */
async function pages(): Promise<Row[]> {
  await fullTests('test/extract/crafted-pages.test.ts');
  return [];
}

async function damaged(): Promise<Row[]> {
  const real = [...(realPages('bodies') ?? []), ...(realPages('publishers') ?? [])];
  if (real.length === 0)
    return [{ measure: 'damaged real pages', figure: 'skipped: ../shared/data is not here', wanted: `${mutations}` }];
  const watch = watched(makeExtractor());
  for (let seed = 0; seed < mutations; seed++) {
    const page = real[seed % real.length];
    if (page) await watch.extractor.extract(mutated(page.body, seed), { url: page.url, contentType: 'text/html' });
  }
  await watch.extractor.close();
  return watch.rows(`${mutations} damaged real pages`);
}

/** An extractor that notes how long each page took and what was left out. */
function watched(extractor: Extractor): { extractor: Extractor; rows: (what: string) => Row[] } {
  const seconds: number[] = [];
  const cut: string[] = [];
  return {
    extractor: {
      ...extractor,
      async extract(body, input) {
        const startMs = performance.now();
        const extraction = await extractor.extract(body, input);
        seconds.push((performance.now() - startMs) / 1000);
        if (extraction.extent !== 'all') cut.push(`${extraction.extent}: ${extraction.reason}`);
        return extraction;
      },
    },
    rows: (what) => [
      {
        measure: `${what}: median, p99, slowest`,
        figure: [quantile(seconds, 0.5), quantile(seconds, 0.99), Math.max(...seconds)]
          .map((s) => `${s.toFixed(2)} s`)
          .join(', '),
        wanted: 'limit 10 s, and the end of the thread',
      },
      {
        measure: `${what}: cut short by time, by memory, otherwise`,
        figure: [/took over/, /memory/, /^(?!.*(took over|memory))/]
          .map((why) => cut.filter((reason) => why.test(reason)).length)
          .join(', '),
        wanted: 'the process lives',
      },
    ],
  };
}

/** To the end with a pause of 20 ms, and for half a minute with that of a second, while other hosts are archived. */
async function busyHost(): Promise<Row[]> {
  const whole = await withBusyHost(20, 1000);
  const polite = await withBusyHost(1000, 30);
  const count = (end: string) => whole.captures.filter(({ status }) => status === end).length;
  return [
    {
      measure: `${waitingUrls} URLs of one host: captured, failed, attempts that failed, given up`,
      figure: [
        count('succeeded'),
        count('failed'),
        whole.captures.reduce((sum, { attempts, status }) => sum + attempts - (status === 'succeeded' ? 1 : 0), 0),
        whole.givenUp,
      ].join(', '),
      wanted: `${waitingUrls}, 0, 0, 0`,
    },
    {
      measure: 'all of them',
      figure: `${whole.seconds.toFixed(0)} s`,
      wanted: `> ${waitingUrls / 50} s, by the pause`,
    },
    {
      measure: 'another host while they wait: first, median, slowest',
      figure: [polite.others[0] ?? 0, quantile(polite.others, 0.5), Math.max(...polite.others)]
        .map((s) => `${s.toFixed(2)} s`)
        .join(', '),
      wanted: 'as ever once all have their turn',
    },
  ];
}

/** `others`: how long a page of another host took, of at most `most`, one each second while any of the busy host waits. */
async function withBusyHost(
  hostPauseMs: number,
  most: number,
): Promise<{ captures: Json[]; others: number[]; seconds: number; givenUp: number }> {
  const [services, site] = await Promise.all([startServices(), startSite()]);
  const archive = makeTestArchive(services, { site, hostPauseMs });
  let givenUp = 0;
  const log = () => {
    givenUp++;
  };
  const runner = startRunner({ queue: services.queue, work: archive.work, every: [], log });
  const urls = Array.from({ length: waitingUrls }, (_, n) => `http://busy.example/${n}`);
  for (const [n, url] of urls.entries()) site.serve(url, storyPage(numberedStory(n)));
  const startMs = performance.now();
  const batches: string[] = [];
  for (let i = 0; i < urls.length; i += 500)
    batches.push((await archive.send('POST', '/articles', { urls: urls.slice(i, i + 500) })).body.batch);
  const isWaiting = async () => {
    for (const batch of batches)
      if ((await archive.get(`/captures?batch=${batch}&status=queued&limit=1`)).body.items.length > 0) return true;
    return false;
  };
  const others: number[] = [];
  while (others.length < most && (await isWaiting())) {
    const url = `http://other-${others.length}.example/1`;
    site.serve(url, storyPage(numberedStory(waitingUrls + others.length)));
    const postedMs = performance.now();
    await archive.send('POST', '/articles', { url }, { prefer: 'wait=25' });
    others.push((performance.now() - postedMs) / 1000);
    await sleep(1000);
  }
  const seconds = (performance.now() - startMs) / 1000;
  await runner.stop();
  const captures: Json[] = [];
  for (const batch of batches) {
    for (let next = ''; next !== null; ) {
      const { body } = await archive.get(`/captures?batch=${batch}&limit=100${next && `&cursor=${next}`}`);
      captures.push(...body.items);
      next = body.next;
    }
  }
  await archive.close();
  await Promise.all([site.close(), services.close()]);
  return { captures, others, seconds, givenUp };
}
