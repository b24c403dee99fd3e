/** How fast and how large the archive is on one machine: start, one POST, sustained archiving, memory, listing by date. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import { extract } from '../../functions/capture/extract.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { startEmbedded } from '../../functions/store/embedded.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { type RunningArchive, startProcess } from '../support/process.ts';
import { startSite } from '../support/site.ts';
import { anonymousMb, printTable, quantile, type Row } from './measure.ts';
import { asRound, type RealPage, realPages, serveRealPages } from './real-pages.ts';

type Json = Record<string, unknown>;

const parts: Record<string, () => Promise<Row[]>> = {
  start: startTimes,
  post: onePost,
  sustained,
  memory,
  list: listing,
};
const folders: string[] = [];

export async function bench(only: string[]): Promise<void> {
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (only.length > 0 && !only.includes(name)) continue;
    console.log(`measuring: ${name}`);
    const found = await part();
    for (const { measure, figure } of found) console.log(`  ${measure}: ${figure}`);
    rows.push(...found);
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  printTable(`Archive on one machine (Node ${process.version})`, rows);
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  folders.push(folder);
  return folder;
}

async function startTimes(): Promise<Row[]> {
  const [empty, full] = [newFolder(), newFolder()];
  await fill(full, { objects: 40_000, articles: 0 });
  const times = async (DATA_DIR: string) => {
    const each: number[] = [];
    for (let n = 0; n < 5; n++) each.push(await timeToHealth(DATA_DIR));
    return `${(quantile(each, 0.5) / 1000).toFixed(2)} s (${each.map((ms) => (ms / 1000).toFixed(2)).join(', ')})`;
  };
  return [
    { measure: '`npm start` to the first answer of /health, empty', figure: await times(empty), wanted: '1.5 s' },
    { measure: '... with 40,000 objects stored', figure: await times(full), wanted: '1.5 s' },
  ];
}

/** From the command to the answer, npm included. */
async function timeToHealth(DATA_DIR: string): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    env: { ...process.env, DATA_DIR, PORT: String(port), QUIET: '1' },
    stdio: 'ignore',
    detached: true,
  });
  for (;;) {
    const ok = await fetch(`http://127.0.0.1:${port}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const took = performance.now() - began;
  // npm and the archive are a process group of their own.
  if (child.pid) process.kill(-child.pid, 'SIGINT');
  await new Promise((resolve) => child.once('close', resolve));
  return took;
}

async function onePost(): Promise<Row[]> {
  const site = await startSite();
  const filler = `<aside class="related">${'<div class="teaser"><a href="/x">Another story of the day</a> <img src="/y.jpg" alt=""></div>'.repeat(1040)}</aside>`;
  const archive = await startProcess({ DATA_DIR: newFolder(), FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` });
  const times: number[] = [];
  let bytes = 0;
  for (let n = 0; n < 120; n++) {
    const html = storyPage(numberedStory(n)).replace('</main>', `</main>${filler}`);
    bytes = html.length;
    site.serve(`http://post.example/${n}`, html);
    const began = performance.now();
    const response = await post(archive, { url: `http://post.example/${n}` });
    await response.arrayBuffer();
    if (response.status !== 201) throw new Error(`POST answered ${response.status}`);
    if (n >= 20) times.push(performance.now() - began);
  }
  await stop(archive);
  await site.close();
  return [
    {
      measure: `POST of a new ${Math.round(bytes / 1000)} KB page to its 201, p50 / p95 (n = 100)`,
      figure: `${quantile(times, 0.5).toFixed(0)} / ${quantile(times, 0.95).toFixed(0)} ms`,
      wanted: 'p50 150 ms',
    },
  ];
}

async function sustained(): Promise<Row[]> {
  const pages = realPages('bodies');
  if (!pages)
    return [
      {
        measure: 'sustained archiving of real pages',
        figure: 'skipped: ../shared/data/bodies is not there',
        wanted: '25 pages/s',
      },
    ];
  const [parts, roundsOfPart] = [3, 2];
  const site = await serveRealPages(pages);
  const archive = await startProcess({
    DATA_DIR: newFolder(),
    FETCH_CONNECT_TO: site.connectTo,
    NODE_EXTRA_CA_CERTS: site.caFile,
    QUIET: '1',
  });
  const firstRound = pages.map(({ url }) => asRound(url, 0));
  await archiveAll(archive, firstRound);
  const equal = await countEqual(archive, pages);
  // The machine's speed changes from minute to minute, so each part is compared with extraction just before and after it.
  const measured: { perSecond: number; alone: number }[] = [];
  for (let part = 0; part < parts; part++) {
    const urls = Array.from({ length: roundsOfPart }, (_, round) =>
      pages.map(({ url }) => asRound(url, 1 + part * roundsOfPart + round)),
    ).flat();
    const before = extractionAlone(pages);
    // By the clock that the archive writes its times with.
    const beganMs = Date.now();
    const endedMs = await archiveAll(archive, urls);
    const perSecond = urls.length / ((endedMs - beganMs) / 1000);
    measured.push({ perSecond, alone: (before + extractionAlone(pages)) / 2 });
  }
  await stop(archive);
  const median = (each: number[], digits: number) =>
    `${quantile(each, 0.5).toFixed(digits)} (${each.map((value) => value.toFixed(digits)).join(', ')})`;
  const wget = await wgetAlone(pages, site.connectTo);
  site.close();
  return [
    {
      measure: `${pages.length} real pages, snapshots equal to the file byte for byte`,
      figure: `${equal} of ${pages.length}`,
      wanted: 'all',
    },
    {
      measure: `sustained archiving of them (${parts * roundsOfPart * pages.length} captures in ${parts} parts), median`,
      figure: `${median(
        measured.map(({ perSecond }) => perSecond),
        1,
      )} pages/s`,
      wanted: '25 pages/s',
    },
    {
      measure: 'extraction alone on them, one thread, before and after each part',
      figure: `${median(
        measured.map(({ alone }) => alone),
        1,
      )} pages/s`,
      wanted: '',
    },
    {
      measure: '... archiving : extraction alone, part by part',
      figure: `${median(
        measured.map(({ perSecond, alone }) => (100 * perSecond) / alone),
        0,
      )} %`,
      wanted: '60 %',
    },
    { measure: '`wget --warc-file` of them (fetch and store, no extraction, no index)', figure: wget, wanted: '' },
  ];
}

function extractionAlone(pages: RealPage[]): number {
  for (const { body, url } of pages.slice(0, 20)) extract(body, { url, contentType: 'text/html' });
  const began = performance.now();
  for (const { body, url } of pages) extract(body, { url, contentType: 'text/html' });
  return pages.length / ((performance.now() - began) / 1000);
}

/** wget cannot be led to another address as we can, so it asks the address itself and names the host in a header. */
async function wgetAlone(pages: RealPage[], connectTo: string): Promise<string> {
  if (spawnSync('wget', ['--version']).status !== 0) return 'skipped: wget is not installed';
  const port = connectTo.split(':')[3]?.split(',')[0];
  const folder = newFolder();
  const script = pages.map(({ url }, n) => {
    const { host, pathname, search } = new URL(asRound(url, 0));
    return `wget -q --no-check-certificate --header='Host: ${host}' --warc-file=${join(folder, String(n))} -O /dev/null 'https://127.0.0.1:${port}${`${pathname}${search}`.replaceAll("'", '%27')}'`;
  });
  writeFileSync(join(folder, 'get.sh'), `set -e\n${script.join('\n')}\n`);
  const began = performance.now();
  await promisify(execFile)('bash', [join(folder, 'get.sh')]);
  return `${(pages.length / ((performance.now() - began) / 1000)).toFixed(1)} pages/s, one after the other`;
}

async function countEqual(archive: RunningArchive, pages: RealPage[]): Promise<number> {
  let equal = 0;
  for (const { url, body } of pages) {
    const { items } = (await (
      await fetch(`${archive.url}/articles?url=${encodeURIComponent(asRound(url, 0))}`)
    ).json()) as { items: { links: { latest: string } }[] };
    const [item] = items;
    if (!item) continue;
    const stored = Buffer.from(await (await fetch(archive.url + item.links.latest)).arrayBuffer());
    if (stored.equals(body)) equal++;
  }
  return equal;
}

async function memory(): Promise<Row[]> {
  const pages = realPages('bodies');
  const captures = 5000;
  const site = await startSite();
  const sources = pages?.map(({ body }) => body.toString('latin1')) ?? [storyPage(numberedStory(1))];
  const urls = Array.from({ length: captures }, (_, n) => `http://memory.example/${n}`);
  for (const [n, url] of urls.entries()) site.serve(url, sources[n % sources.length] ?? '');
  const archive = await startProcess({
    DATA_DIR: newFolder(),
    FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}`,
    QUIET: '1',
  });
  const pid = archive.process.pid ?? 0;
  const at: string[] = [];
  let highest = 0;
  const timer = setInterval(() => (highest = Math.max(highest, anonymousMb(pid))), 250);
  for (let n = 0; n < captures; n += 500) {
    await archiveAll(archive, urls.slice(n, n + 500));
    if ((n + 500) % 1000 === 0) at.push(anonymousMb(pid).toFixed(0));
  }
  clearInterval(timer);
  await stop(archive);
  await site.close();
  return [
    {
      measure: `anonymous memory after 1,000 ... ${captures} captures; highest`,
      figure: `${at.join(', ')} MB; ${highest.toFixed(0)} MB`,
      wanted: '350 MB, flat',
    },
  ];
}

async function listing(): Promise<Row[]> {
  const DATA_DIR = newFolder();
  await fill(DATA_DIR, { objects: 0, articles: 100_000 });
  const archive = await startProcess({ DATA_DIR, QUIET: '1' });
  const times: number[] = [];
  for (let n = 0; n < 220; n++) {
    const day = new Date(Date.UTC(2015, 0, 1) + ((n * 7919) % 4000) * 86_400_000).toISOString().slice(0, 10);
    const began = performance.now();
    const { items } = (await (
      await fetch(`${archive.url}/articles?from=${day}&to=2026-01-01&order=oldest`)
    ).json()) as { items: Json[] };
    if (items.length !== 20) throw new Error(`${items.length} items`);
    if (n >= 20) times.push(performance.now() - began);
  }
  const mb = anonymousMb(archive.process.pid ?? 0);
  await stop(archive);
  return [
    {
      measure: 'GET /articles?from&to at 100,000 articles, 20 items, p50 / p99 (n = 200)',
      figure: `${quantile(times, 0.5).toFixed(1)} / ${quantile(times, 0.99).toFixed(1)} ms (${mb.toFixed(0)} MB)`,
      wanted: 'p50 15 ms',
    },
  ];
}

/** Objects and articles of the size of real ones, put straight into the embedded services. */
async function fill(dataDir: string, { objects, articles }: { objects: number; articles: number }): Promise<void> {
  const embedded = await startEmbedded(dataDir);
  const { store } = makeServices(embedded.clients, embedded.names);
  const body = { bytes: Buffer.alloc(4000, 'a page, gzipped '), contentType: 'text/html', contentEncoding: 'gzip' };
  for (let n = 0; n < objects; n += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, i) => store.bucket.put(`snapshots/${n + i}/body`, body)));
  }
  for (let n = 0; n < articles; n += 500) {
    await store.table.writeMany(
      Array.from({ length: Math.min(500, articles - n) }, (_, i) => ({ put: articleItem(n + i) })),
    );
  }
  await embedded.close();
}

function articleItem(n: number) {
  const id = `bench${String(n).padStart(17, '0')}`;
  const time = new Date(Date.UTC(2015, 0, 1) + n * 3_600_000).toISOString();
  const headers = zstdCompressSync(
    JSON.stringify([
      ['content-type', 'text/html'],
      ['server', 'bench'],
      ['via', '1.1 varnish'],
    ]),
  );
  return {
    pk: `A#${id}`,
    sk: 'A',
    id,
    v: 1,
    iv: 1,
    url: `https://bench.example/2015/story-number-${n}`,
    site: 'bench.example',
    kind: 'article',
    title: `Council meeting number ${n} ends without a vote`,
    authors: ['Jon Ask'],
    description:
      'The council could not agree on an item of its agenda, the colour of the benches in the park, and went home.',
    publishedAt: time,
    lang: 'en',
    firstArchivedAt: time,
    lastArchivedAt: time,
    snapshotCount: 1,
    versionCount: 1,
    wordCount: 230,
    versionOf: '20240101000000',
    latest: {
      timestamp: '20240101000000',
      fetchedAt: time,
      digest: `sha256:${'0'.repeat(64)}`,
      bytes: 100_000,
      status: 200,
      contentType: 'text/html',
      charset: 'utf-8',
      headers,
      requestedUrl: 'https://bench.example/',
      finalUrl: 'https://bench.example/',
      durationMs: 100,
      source: 'fetch',
      capture: 'bench',
      kind: 'article',
      wordCount: 230,
      fingerprint: 'x',
      file: null,
      extractor: 1,
      extent: 'all',
    },
    t: 'T',
    sort: `${time}#${id}`,
    arch: `${time}#${id}`,
  };
}

async function post(archive: RunningArchive, body: unknown): Promise<Response> {
  return fetch(`${archive.url}/articles`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
}

/**
 * Posts in batches of 500 and waits until each capture has succeeded; says which did not. Gives back when the last one was
 * finished, in epoch milliseconds: that is exact, however rarely we look. A look takes time of the archive's main thread.
 */
async function archiveAll(archive: RunningArchive, urls: string[]): Promise<number> {
  const batches: string[] = [];
  for (let n = 0; n < urls.length; n += 500) {
    const { batch } = (await (await post(archive, { urls: urls.slice(n, n + 500) })).json()) as { batch: string };
    batches.push(batch);
  }
  for (const batch of batches) {
    for (;;) {
      const pending =
        (await first(archive, `batch=${batch}&status=queued`)) ??
        (await first(archive, `batch=${batch}&status=running`));
      if (!pending || pending.problem) break;
      await sleep(400);
    }
    for (const status of ['failed', 'queued', 'running']) {
      const odd = await first(archive, `batch=${batch}&status=${status}`);
      if (odd) throw new Error(`${odd.url} did not succeed: ${JSON.stringify(odd.problem)}`);
    }
  }
  const finished = await Promise.all(batches.map((batch) => finishTimes(archive, batch)));
  return Math.max(...finished.flat());
}

async function finishTimes(archive: RunningArchive, batch: string): Promise<number[]> {
  const times: number[] = [];
  let cursor = '';
  for (;;) {
    const { items, next } = (await (
      await fetch(`${archive.url}/captures?batch=${batch}&limit=100${cursor}`)
    ).json()) as {
      items: { finishedAt: string }[];
      next: string | null;
    };
    times.push(...items.map(({ finishedAt }) => Date.parse(finishedAt)));
    if (next === null) return times;
    cursor = `&cursor=${next}`;
  }
}

async function first(archive: RunningArchive, query: string): Promise<Json | null> {
  const { items } = (await (await fetch(`${archive.url}/captures?${query}&limit=1`)).json()) as { items: Json[] };
  return items[0] ?? null;
}

async function stop(archive: RunningArchive): Promise<void> {
  archive.kill('SIGINT');
  await archive.ended;
}
