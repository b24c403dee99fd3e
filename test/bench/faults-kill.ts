/** 2,000 URLs and 50 feeds in work, the archive killed with SIGKILL at 30 random moments, of its start too: what is there afterwards. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { urlHash } from '../../functions/article/norm.ts';
import { makeApp } from '../../functions/http/app.ts';
import { runIndexer } from '../../functions/search/index-log.ts';
import { allArticles, allOlderSnapshots, bodyObject, getText, type Store } from '../../functions/store/articles.ts';
import { latestCapture } from '../../functions/store/captures.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { startEmbedded } from '../../functions/store/embedded.ts';
import type { Json } from '../support/archive.ts';
import { unfinishedJobs } from '../support/due.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { type RunningArchive, run, startProcess } from '../support/process.ts';
import { seeded } from '../support/random.ts';
import { answer, type Site, startSite } from '../support/site.ts';
import { printTable } from './measure.ts';

const urlCount = 2000;
const feedCount = 50;
const entriesPerFeed = 4;
const kills = 30;
const sampledWords = 60;

export async function killBench(): Promise<void> {
  const seed = Date.now() % 1e9;
  const random = seeded(seed);
  const site = await startSite();
  const pages = servePages(site);
  const dir = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  const env = { DATA_DIR: dir, QUIET: '1', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` };
  const started = Date.now();
  const urls = Array.from({ length: urlCount }, (_, n) => `http://kill.example/story/${n}`);
  const feeds = Array.from({ length: feedCount }, (_, f) => `http://feed${f}.example/rss`);

  let during = 0;
  for (let kill = 0; kill < kills; kill++) {
    const some = urls.slice(Math.floor((kill * urlCount) / kills), Math.floor(((kill + 1) * urlCount) / kills));
    const follow = feeds.slice(Math.floor((kill * feedCount) / kills), Math.floor(((kill + 1) * feedCount) / kills));
    if (await liveAndDie(env, some, follow, random)) during++;
    if (kill % 5 === 4) console.log(`  ${kill + 1} kills`);
  }
  const archive = await startProcess(env);
  await finish(archive, urls, feeds);
  const perWord = await foundBy(wordsToFind(random), async (path) => (await fetch(archive.url + path)).json());
  archive.kill('SIGINT');
  const ended = await archive.ended;
  const verify = run('verify', [], { DATA_DIR: dir });
  const status = await verify.ended;
  const seconds = Math.round((Date.now() - started) / 1000);

  const embedded = await startEmbedded(dir);
  const { store, queue } = makeServices(embedded.clients, embedded.names);
  const truth = await scan(store, pages);
  const words = [...perWord.keys()];
  const live = words.filter((word) => !same(perWord.get(word), truth.urlsWith(word))).length;
  const parts = { store, now: Date.now, log: () => undefined };
  await runIndexer({ ...parts, pause: async () => undefined }, { force: true });
  const app = makeApp({
    ...parts,
    queue,
    sleep: async () => undefined,
    hostPauseMs: 0,
    version: 'bench',
    access: null,
  });
  const indexed = await foundBy(words, async (path) => (await app.request(path)).json());
  const wrong = words.filter((word) => !same(indexed.get(word), truth.urlsWith(word))).length;
  const stuck = (await unfinishedJobs(store.table)).filter(({ kind, sends }) => kind === 'capture' || sends > 0).length;
  await tellMissing(store, truth.missing);
  await embedded.close();
  rmSync(dir, { recursive: true, force: true });
  await site.close();

  const wanted = pages.size;
  printTable(`Killed with SIGKILL (seed ${seed}); other work may run on this machine`, [
    { measure: 'kills; of them while it started', figure: `${kills}; ${during}`, wanted: `${kills}` },
    { measure: 'pages archived', figure: `${truth.archived}`, wanted: `${wanted}` },
    { measure: 'missing', figure: `${truth.missing.length}`, wanted: '0' },
    { measure: 'articles that are there twice', figure: `${truth.twice}`, wanted: '0' },
    {
      measure: 'snapshots; damaged, by digest and by what the site served',
      figure: `${truth.snapshots}; ${truth.damaged}`,
      wanted: '0 damaged',
    },
    { measure: 'jobs stuck', figure: `${stuck}`, wanted: '0' },
    {
      measure: `of ${words.length} words, those found otherwise than by a full scan: log and index, index alone`,
      figure: `${live}, ${wrong}`,
      wanted: '0, 0',
    },
    { measure: 'SIGINT at the end', figure: `status ${ended}`, wanted: 'status 0' },
    {
      measure: 'npm run verify',
      figure: `status ${status}: ${verify.output().trim().split('\n').at(-1)}`,
      wanted: 'status 0',
    },
    { measure: 'seconds, kills and starts and verify included', figure: `${seconds}`, wanted: '' },
  ]);
}

/** url -> what the site serves there. */
function servePages(site: Site): Map<string, string> {
  const pages = new Map<string, string>();
  for (let n = 0; n < urlCount; n++) pages.set(`http://kill.example/story/${n}`, storyPage(numberedStory(n)));
  for (let f = 0; f < feedCount; f++) {
    const links = Array.from({ length: entriesPerFeed }, (_, n) => `http://feed${f}.example/${n}`);
    for (const [n, link] of links.entries())
      pages.set(link, storyPage(numberedStory(urlCount + f * entriesPerFeed + n)));
    const items = links.map((link) => `<item><title>${link}</title><link>${link}</link></item>`).join('');
    const rss = `<rss version="2.0"><channel><title>Feed ${f}</title>${items}</channel></rss>`;
    site.serve(`http://feed${f}.example/rss`, answer(200, { 'content-type': 'application/rss+xml' }, rss));
  }
  for (const [url, html] of pages) site.serve(url, html);
  return pages;
}

/** A start, some work asked for, and the end after 0.1 to 4 s; true when it had not even started. What was not answered, `finish` asks for. */
async function liveAndDie(
  env: Record<string, string>,
  urls: string[],
  feeds: string[],
  random: () => number,
): Promise<boolean> {
  const early = random() < 0.15;
  if (early) {
    const starting = run('start', [], { PORT: '0', ...env });
    await sleep(100 + random() * 700);
    starting.kill('SIGKILL');
    await starting.ended;
    return true;
  }
  const archive = await startProcess(env);
  const asked = ask(archive, urls, feeds).catch((error: unknown) => {
    // It died before it answered.
    if (!(error instanceof TypeError)) throw error;
  });
  await sleep(100 + random() * 3900);
  archive.kill('SIGKILL');
  await archive.ended;
  await asked;
  return false;
}

async function ask(archive: RunningArchive, urls: string[], feeds: string[]): Promise<void> {
  for (const url of feeds) await post(`${archive.url}/feeds`, { url, every: '1d' });
  for (let at = 0; at < urls.length; at += 500)
    await post(`${archive.url}/articles`, { urls: urls.slice(at, at + 500) });
}

async function post(address: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json', prefer: 'respond-async' };
  const response = await fetch(address, { method: 'POST', body: JSON.stringify(body), headers });
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

/** Asks again for what got no answer, which joins what is pending, and waits until nothing is. */
async function finish(archive: RunningArchive, urls: string[], feeds: string[]): Promise<void> {
  const items = async (path: string): Promise<Json[]> =>
    ((await (await fetch(archive.url + path)).json()) as Json).items;
  for (const url of feeds) await post(`${archive.url}/feeds`, { url, every: '1d' });
  const missing: string[] = [];
  for (const url of urls) if ((await items(`/articles?url=${encodeURIComponent(url)}`)).length === 0) missing.push(url);
  await ask(archive, missing, []);
  for (;;) {
    const polled = (await items('/feeds?limit=100')).filter(({ lastSuccessAt }) => lastSuccessAt).length;
    const pending = [
      ...(await items('/captures?status=queued&limit=100')),
      ...(await items('/captures?status=running&limit=100')),
    ];
    if (pending.length === 0 && polled === feedCount) return;
    console.log(`  ${pending.length} or more captures are pending, ${polled} feeds were polled`);
    await sleep(3000);
  }
}

function wordsToFind(random: () => number): string[] {
  const words = new Set(['council', 'benches', 'agenda', 'nothing-of-the-kind']);
  while (words.size < sampledWords) words.add(String(Math.floor(random() * urlCount)));
  return [...words];
}

async function foundBy(words: string[], get: (path: string) => Promise<Json>): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for (const word of words) {
    const urls = new Set<string>();
    for (let next: string | null = null; ; ) {
      const page: Json = await get(
        `/articles?q=${encodeURIComponent(`"${word}"`)}&limit=100${next === null ? '' : `&cursor=${next}`}`,
      );
      for (const { url } of page.items) urls.add(url);
      next = page.next;
      if (next === null) break;
    }
    found.set(word, urls);
  }
  return found;
}

/** Every article, every snapshot's bytes and every text, read without any index. */
async function scan(store: Store, pages: Map<string, string>) {
  const texts = new Map<string, Set<string>>();
  const times = new Map<string, number>();
  let snapshots = 0;
  let damaged = 0;
  for await (const articles of allArticles(store.table)) {
    for (const article of articles) {
      times.set(article.url, (times.get(article.url) ?? 0) + 1);
      for (const { digest } of [article.latest, ...(await allOlderSnapshots(store.table, article))]) {
        snapshots++;
        const object = await store.bucket.get(bodyObject(article.id, digest));
        const body = object && gunzipSync(object.bytes);
        const isWhole = body && `sha256:${createHash('sha256').update(body).digest('hex')}` === digest;
        if (!isWhole || body.toString() !== pages.get(article.url)) damaged++;
      }
      const text = article.textId ? await getText(store, article.id, article.textId) : null;
      const said = `${article.title} ${text}`;
      texts.set(article.url, new Set(said.toLowerCase().match(/[a-z0-9]+/g)));
    }
  }
  return {
    archived: [...pages.keys()].filter((url) => times.has(url)).length,
    missing: [...pages.keys()].filter((url) => !times.has(url)),
    twice: [...times.values()].filter((n) => n > 1).length,
    snapshots,
    damaged,
    urlsWith: (word: string) => new Set([...texts].filter(([, words]) => words.has(word)).map(([url]) => url)),
  };
}

/** What became of the captures of the pages that are not there. */
async function tellMissing(store: Store, urls: string[]): Promise<void> {
  for (const url of urls.slice(0, 20)) {
    const capture = await latestCapture(store.table, urlHash(url));
    console.log(`  missing: ${url} ${JSON.stringify(capture?.state ?? 'was never captured')}`);
  }
}

function same(a: Set<string> | undefined, b: Set<string>): boolean {
  return a !== undefined && a.size === b.size && [...a].every((one) => b.has(one));
}
