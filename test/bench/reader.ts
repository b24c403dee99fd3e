/** The pages at 100,000 stories: how long the server takes, how much a page and its assets are, and what a slow browser sees of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { extractorVersion } from '../../functions/extract/extractor-version.ts';
import { newestTerms } from '../../functions/search/fold.ts';
import { runIndexer } from '../../functions/search/index-log.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { startEmbedded } from '../../functions/store/embedded.ts';
import { markCounted, markExtracted } from '../../functions/store/format.ts';
import { startProcess } from '../support/process.ts';
import { type BenchStory, realDocuments, stories } from './corpus.ts';
import { printTable, quantile, type Row } from './measure.ts';
import { load } from './search.ts';

const batch = 1000;
const rounds = 60;
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** `only`: how many stories, for a quick look. */
export async function bench(only: string[]): Promise<void> {
  const documents = realDocuments();
  if (!documents) {
    console.log('skipped: ../shared/data/documents is not there');
    return;
  }
  const size = Number(only[0] ?? 100_000);
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  const dataDir = join(folder, 'data');
  const last = await fill(dataDir, documents, size);
  const archive = await startProcess({ DATA_DIR: dataDir, QUIET: '1' });
  const paths = {
    Stories: '/',
    'a day': `/?day=${last.publishedAt.slice(0, 10)}`,
    'a search': `/?q=${encodeURIComponent('香港 警察')}`,
    'a search of one word': `/?q=${encodeURIComponent('北京')}`,
    'a story': `/a/${last.id}`,
    Edited: '/edited',
    Attention: '/attention',
  };
  const rows: Row[] = [];
  for (const [name, path] of Object.entries(paths)) rows.push(...(await served(archive.url, { name, path })));
  rows.push(...(await seen(archive.url, paths)));
  archive.kill('SIGINT');
  await archive.ended;
  rmSync(folder, { recursive: true, force: true });
  printTable(`The reader at ${size} stories (Node ${process.version})`, rows);
}

/** The newest story that was put. */
async function fill(dataDir: string, documents: { text: string }[], size: number): Promise<BenchStory> {
  const embedded = await startEmbedded(dataDir);
  const { store } = makeServices(embedded.clients, embedded.names);
  const deps = { store, now: Date.now, pause: setImmediate, log: () => undefined };
  let last: BenchStory | null = null;
  let waiting: BenchStory[] = [];
  let count = 0;
  for (const story of stories(documents)) {
    waiting.push(story);
    if (last === null || story.publishedAt > last.publishedAt) last = story;
    if (++count % batch !== 0 && count < size) continue;
    await load(store, waiting);
    await runIndexer(deps);
    waiting = [];
    if (count >= size) break;
  }
  await runIndexer(deps, { force: true });
  // As an archive that this version made: an update's work in the background is no part of what is measured.
  await markCounted(store.table, newestTerms);
  await markExtracted(store.table, extractorVersion);
  await embedded.close();
  if (!last) throw new Error('there are no stories');
  return last;
}

async function served(url: string, { name, path }: { name: string; path: string }): Promise<Row[]> {
  const ms: number[] = [];
  let bytes = 0;
  let etag: string | null = null;
  for (let n = 0; n < rounds; n++) {
    const began = performance.now();
    const answer = await fetch(url + path, { headers: { accept: 'text/html', 'accept-encoding': 'gzip' } });
    await answer.arrayBuffer();
    if (n >= 5) ms.push(performance.now() - began);
    etag = answer.headers.get('etag');
  }
  bytes = await packedBytes(url + path);
  const rows = [
    {
      measure: `${name}: server, p50 / p99`,
      figure: `${quantile(ms, 0.5).toFixed(1)} / ${quantile(ms, 0.99).toFixed(1)} ms`,
      wanted: name === 'Stories' || name.startsWith('a search') ? '30 ms' : '',
    },
    { measure: `${name}: packed`, figure: `${(bytes / 1024).toFixed(1)} KB`, wanted: '' },
  ];
  if (etag === null) return rows;
  const again: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const began = performance.now();
    const answer = await fetch(url + path, { headers: { accept: 'text/html', 'if-none-match': etag } });
    if (answer.status !== 304) throw new Error(`${path} answered ${answer.status} to its own tag`);
    again.push(performance.now() - began);
  }
  return [
    ...rows,
    { measure: `${name}: If-None-Match, p50`, figure: `${quantile(again, 0.5).toFixed(1)} ms`, wanted: '' },
  ];
}

/** As it goes over the wire: fetch would unpack it. */
async function packedBytes(url: string): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request(url, { headers: { accept: 'text/html', 'accept-encoding': 'gzip' } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () => resolve(bytes));
    })
      .on('error', reject)
      .end();
  });
}

/** In Chromium with its processor slowed fourfold: first paint, shifts, and all that a page loads with an empty cache. */
async function seen(url: string, paths: Record<string, string>): Promise<Row[]> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const rows: Row[] = [];
  for (const name of ['Stories', 'a search', 'a story']) {
    const paints: number[] = [];
    let shifts = 0;
    let bytes = 0;
    for (let n = 0; n < 7; n++) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC' });
      // A reader who has been here before: the first visit of all tells the time zone, and loads its page once more.
      await context.addCookies([{ name: 'nd-zone', value: 'UTC', url }]);
      const page = await context.newPage();
      const devtools = await context.newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      await devtools.send('Network.enable');
      bytes = 0;
      devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
        bytes += encodedDataLength;
      });
      await page.goto(url + paths[name], { waitUntil: 'networkidle' });
      const seenHere = (await page.evaluate(`new Promise((done) => {
        let shifts = 0;
        new PerformanceObserver((list) => { for (const entry of list.getEntries()) shifts += entry.value; }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => done({ paint: performance.getEntriesByName('first-contentful-paint')[0].startTime, shifts }), 200);
      })`)) as { paint: number; shifts: number };
      paints.push(seenHere.paint);
      shifts = Math.max(shifts, seenHere.shifts);
      await context.close();
    }
    rows.push(
      {
        measure: `${name}: first contentful paint, CPU slowed fourfold, p50`,
        figure: `${quantile(paints, 0.5).toFixed(0)} ms`,
        wanted: '400 ms',
      },
      { measure: `${name}: layout shift`, figure: shifts.toFixed(4), wanted: '0' },
      {
        measure: `${name}: page with its assets, packed`,
        figure: `${(bytes / 1024).toFixed(1)} KB`,
        wanted: name === 'a story' ? '30 KB without its text' : '30 KB',
      },
    );
  }
  await browser.close();
  return rows;
}
