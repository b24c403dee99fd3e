/** The archive killed with SIGKILL in the middle of its work, and of a start: what is there afterwards is whole, once, and found. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { urlHash } from '../functions/article/norm.ts';
import { makeApp } from '../functions/http/app.ts';
import { runIndexer } from '../functions/search/index-log.ts';
import { allArticles, allOlderSnapshots, bodyObject, getText, type Store } from '../functions/store/articles.ts';
import { getCaptures, isCaptureId, latestCapture } from '../functions/store/captures.ts';
import { makeServices } from '../functions/store/clients.ts';
import { startEmbedded } from '../functions/store/embedded.ts';
import type { Json } from './support/archive.ts';
import { unfinishedJobs } from './support/due.ts';
import { often } from './support/often.ts';
import { numberedStory, storyPage } from './support/pages.ts';
import { type RunningArchive, run, startProcess } from './support/process.ts';
import { seeded } from './support/random.ts';
import { answer, type Site, startSite } from './support/site.ts';
import { until } from './support/until.ts';

const kills = often(5, 30);
const urlsPerLife = 50;
const feedsPerLife = 2;
const entriesPerFeed = 4;
/** What a poll or a message that failed in passing is tried again by; on a busy machine some do. */
const every = '5m';
const sampledWords = often(20, 60);
const seed = Math.floor(Math.random() * 1e9);

it(`kill -9, ${kills} times, loses nothing (seed ${seed})`, { timeout: often(900_000, 3_600_000) }, async () => {
  const random = seeded(seed);
  const site = await startSite();
  const dir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  const env = { DATA_DIR: dir, FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` };
  const lives = Array.from({ length: kills }, (_, life) => ({
    urls: Array.from({ length: urlsPerLife }, (_, n) => `http://kill.example/story/${life * urlsPerLife + n}`),
    feeds: Array.from({ length: feedsPerLife }, (_, n) => `http://feed${life * feedsPerLife + n}.example/rss`),
  }));
  const urls = lives.flatMap((life) => life.urls);
  const feeds = lives.flatMap((life) => life.feeds);
  const pages = servePages(site, urls, feeds);

  for (const { urls, feeds } of lives) await liveAndDie(site, env, { urls, feeds, random });
  const starting = run('start', [], { PORT: '0', ...env });
  await sleep(100 + random() * 700);
  starting.kill('SIGKILL');
  await starting.ended;

  const archive = await startProcess(env);
  try {
    await finish(archive, urls, feeds);
  } catch (error) {
    const failed = archive
      .output()
      .split('\n')
      .filter((line) => /fail|refused|given up/.test(line));
    throw new Error(
      `${failed.slice(0, 20).join('\n')}\n${await (await fetch(`${archive.url}/feeds?limit=100`)).text()}`,
      {
        cause: error,
      },
    );
  }
  const words = wordsToFind(random, pages.size);
  const foundLive = await foundBy(words, async (path) => (await fetch(archive.url + path)).json());
  archive.kill('SIGINT');
  expect(await archive.ended).toBe(0);
  const verify = run('verify', [], { DATA_DIR: dir });
  expect(await verify.ended, verify.output()).toBe(0);

  const embedded = await startEmbedded(dir);
  const { store, queue } = makeServices(embedded.clients, embedded.names);
  const stored = await scan(store, pages);
  expect(stored).toMatchObject({ missing: [], twice: 0, damaged: [] });
  expect(stored.snapshots).toBeGreaterThanOrEqual(pages.size);
  // Looks of pages may have been under way at the end, which waits for none of them: the next start goes on with those.
  const left = await unfinishedJobs(store.table);
  // What a request left that died before it wrote the capture goes with its third send.
  const made = new Set(
    (await getCaptures(store.table, left.map(({ id }) => id).filter(isCaptureId))).map(({ id }) => id),
  );
  const stuck = left.filter(({ kind, id, sends }) =>
    kind === 'capture' ? made.has(id) : sends > 0 && kind !== 'pictures',
  );
  expect(stuck).toEqual([]);

  // By log and index as they were, and by an index that has everything: both say what reading every text says.
  const wanted = words.map((word) => [word, stored.urlsWith(word)]);
  expect(foundLive).toEqual(wanted);
  const parts = { store, now: Date.now, log: () => undefined };
  await runIndexer({ ...parts, pause: async () => undefined }, { force: true });
  const sleepNot = async () => undefined;
  const app = makeApp({ ...parts, queue, sleep: sleepNot, hostPauseMs: 0, version: 'test', access: null });
  expect(await foundBy(words, async (path) => (await app.request(path)).json())).toEqual(wanted);
  await embedded.close();
  rmSync(dir, { recursive: true, force: true });
  await site.close();
});

/** url -> what the site serves there. */
function servePages(site: Site, urls: string[], feeds: string[]): Map<string, string> {
  const pages = new Map(urls.map((url, n) => [url, storyPage(numberedStory(n))]));
  for (const [f, feed] of feeds.entries()) {
    const links = Array.from({ length: entriesPerFeed }, (_, n) => new URL(`/${n}`, feed).href);
    for (const [n, link] of links.entries())
      pages.set(link, storyPage(numberedStory(urls.length + f * entriesPerFeed + n)));
    const items = links.map((link) => `<item><title>${link}</title><link>${link}</link></item>`).join('');
    const rss = `<rss version="2.0"><channel><title>Feed ${f}</title>${items}</channel></rss>`;
    site.serve(feed, answer(200, { 'content-type': 'application/rss+xml' }, rss));
  }
  for (const [url, html] of pages) site.serve(url, html);
  return pages;
}

type Life = { urls: string[]; feeds: string[]; random: () => number };

/** A start, some work asked for, and the end when some of it was fetched. What was not answered, `finish` asks for. */
async function liveAndDie(site: Site, env: Record<string, string>, { urls, feeds, random }: Life): Promise<void> {
  const archive = await startProcess(env);
  const asked = ask(archive, urls, feeds).catch((error: unknown) => {
    // It died before it answered.
    if (!(error instanceof TypeError)) throw error;
  });
  const fetched = async () => urls.filter((url) => site.hits(url) > 0).length;
  const wanted = Math.floor(random() * urls.length * 0.8);
  await until(fetched, (count) => count >= wanted);
  archive.kill('SIGKILL');
  await archive.ended;
  await asked;
}

async function ask(archive: RunningArchive, urls: string[], feeds: string[]): Promise<void> {
  for (let at = 0; at < urls.length; at += 500)
    await post(`${archive.url}/articles`, { urls: urls.slice(at, at + 500) });
  for (const url of feeds) await post(`${archive.url}/feeds`, { url, every });
}

async function post(address: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json', prefer: 'respond-async' };
  const response = await fetch(address, { method: 'POST', body: JSON.stringify(body), headers });
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

/** Asks again for what got no answer, which joins what is pending, and waits until nothing is. */
async function finish(archive: RunningArchive, urls: string[], feeds: string[]): Promise<void> {
  const answerOf = async (path: string): Promise<Json> => (await fetch(archive.url + path)).json();
  const items = async (path: string): Promise<Json[]> => (await answerOf(path)).items;
  /** Each capture is looked at once: by its status, one that changes between two questions is in neither answer. */
  const pending = async () => {
    let count = 0;
    for (let next: string | null = ''; next !== null; ) {
      const page: Json = await answerOf(`/captures?limit=100${next === '' ? '' : `&cursor=${next}`}`);
      count += page.items.filter(({ status }: Json) => status === 'queued' || status === 'running').length;
      next = page.next;
    }
    return count;
  };
  const missing: string[] = [];
  for (const url of urls) if ((await items(`/articles?url=${encodeURIComponent(url)}`)).length === 0) missing.push(url);
  await ask(archive, missing, feeds);
  await until(
    async () => ({
      polled: (await items('/feeds?limit=100')).filter(({ lastSuccessAt }) => lastSuccessAt).length,
      pending: await pending(),
    }),
    ({ polled, pending }) => polled === feeds.length && pending === 0,
    often(480_000, 900_000),
  );
}

function wordsToFind(random: () => number, pages: number): string[] {
  const words = new Set(['council', 'benches', 'agenda', 'nothing-of-the-kind']);
  while (words.size < sampledWords) words.add(String(Math.floor(random() * pages)));
  return [...words];
}

/** Each word with the URLs that a search for it lists. */
async function foundBy(words: string[], get: (path: string) => Promise<Json>): Promise<[string, string[]][]> {
  const found: [string, string[]][] = [];
  for (const word of words) {
    const urls: string[] = [];
    const path = `/articles?q=${encodeURIComponent(`"${word}"`)}&limit=100`;
    for (let next: string | null = ''; next !== null; ) {
      const page: Json = await get(next === '' ? path : `${path}&cursor=${next}`);
      urls.push(...page.items.map(({ url }: { url: string }) => url));
      next = page.next;
    }
    found.push([word, urls.sort()]);
  }
  return found;
}

/** Every article, every snapshot's bytes and every text, read without any index. */
async function scan(store: Store, pages: Map<string, string>) {
  const texts = new Map<string, Set<string>>();
  const times = new Map<string, number>();
  const damaged: string[] = [];
  let snapshots = 0;
  for await (const articles of allArticles(store.table)) {
    for (const article of articles) {
      times.set(article.url, (times.get(article.url) ?? 0) + 1);
      for (const { digest } of [article.latest, ...(await allOlderSnapshots(store.table, article))]) {
        snapshots++;
        const object = await store.bucket.get(bodyObject(article.id, digest));
        const body = object && gunzipSync(object.bytes);
        const isWhole = body && `sha256:${createHash('sha256').update(body).digest('hex')}` === digest;
        if (!isWhole || body.toString() !== pages.get(article.url)) damaged.push(`${article.url} ${digest}`);
      }
      const text = article.textId ? await getText(store, article.id, article.textId) : null;
      texts.set(article.url, new Set(`${article.title} ${text}`.toLowerCase().match(/[a-z0-9]+/g)));
    }
  }
  // With what became of its capture, since a kill is not made twice alike.
  const missing = [...pages.keys()]
    .filter((url) => !times.has(url))
    .map(async (url) => `${url}: ${JSON.stringify((await latestCapture(store.table, urlHash(url)))?.state ?? null)}`);
  return {
    missing: await Promise.all(missing),
    twice: [...times.values()].filter((n) => n > 1).length,
    snapshots,
    damaged,
    urlsWith: (word: string) => [...texts].flatMap(([url, words]) => (words.has(word) ? url : [])).sort(),
  };
}
