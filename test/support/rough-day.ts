/**
 * A day of an archive: posts, a feed, imports, pictures, edits and re-checks, a takedown and its purge, the indexer. It is lived through
 * with services that fail or a queue that mislays messages, and ends when nothing is left to do; then told as what is kept.
 */
import { checkSnapshots } from '../../functions/capture/check-snapshots.ts';
import { responseRecord } from '../../functions/formats/warc-write.ts';
import { checkPacks } from '../../functions/pictures/check-packs.ts';
import { checkIndex } from '../../functions/search/check.ts';
import { runIndexer } from '../../functions/search/index-log.ts';
import type { Clients } from '../../functions/store/clients.ts';
import { allPacks } from '../../functions/store/packs.ts';
import { freshServices, type Json, makeTestArchive, type TestArchive, type TestServices } from './archive.ts';
import { unfinishedJobs } from './due.ts';
import { Fault } from './faults.ts';
import { harbour, harbourEdited, library, numberedStory, storyPage } from './pages.ts';
import { pngOf } from './png.ts';
import { answer, type Site } from './site.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** So often a client, the sweeper or the indexer tries again, before we say that it will never end. */
const maxTries = 60;

/** What a day leaves: the same, whatever went wrong in between. */
export type Kept = {
  /** path: how often it was captured, its title, the feed that it is of */
  articles: string[];
  takenDown: number;
  captures: Record<string, number>;
  found: Record<string, string[]>;
  /** path, each pack: what is in it, and whether a picture stands for the story */
  looks: string[];
  /** How each goes. Not how many articles it brought: that is a counter, which a lost answer leaves one too high or too low. */
  feeds: string[];
  /** What `npm run verify` would say. */
  problems: string[];
  stuck: string[];
};

/** `clients`: those that fail; `release`: lets go of messages that are held back. */
export async function liveThrough(
  services: TestServices,
  site: Site,
  { clients, release }: { clients: Clients; release?: () => Promise<void> },
): Promise<Kept> {
  const own = await freshServices(services);
  const start = Date.parse('2024-05-01T10:00:00Z');
  let nowMs = start;
  const now = () => nowMs++;
  const archive = makeTestArchive(own, { site, clients, now, runningAfterMs: 0, pictures: 'story' });
  const day = { archive, own, now, pass: (ms: number) => (nowMs += ms), release: release ?? (async () => undefined) };
  const url = (path: string) => `http://rough.example/${path}`;
  const withBoat = (html: string) => html.replace('</h1>', '</h1><img src="/boat.png"><img src="/gone.png">');
  site.serve(url('boat.png'), answer(200, { 'content-type': 'image/png', etag: '"1"' }, pngOf(360, 240, [1, 2, 3])));
  site.serve(url('harbour'), withBoat(storyPage(harbour)));
  site.serve(url('library'), withBoat(storyPage(library)));
  for (const n of [1, 2, 3, 4]) site.serve(url(`${n}`), withBoat(storyPage(numberedStory(n))));
  site.serve(url('feed.xml'), answer(200, { 'content-type': 'application/rss+xml' }, feed(url, [2, 3])));
  try {
    const later = { prefer: 'respond-async' };
    await insist(() => archive.send('POST', '/articles', { urls: [url('harbour'), url('1')] }), 202);
    await insist(() => archive.send('POST', '/articles', { url: url('library') }, later), 202);
    const followed = { url: url('feed.xml'), every: '2h', pictures: 'page' };
    await insist(() => archive.send('POST', '/feeds', followed, later), 202, 201, 200);
    await settle(day);
    await insist(
      () =>
        archive.send('POST', '/documents', `[Kept](${url('document')})\n------\n\n<p>the pier</p>\n`, {
          'content-type': 'text/markdown',
        }),
      201,
      200,
    );
    const crawl = await crawlOf(url('crawled'), url('pier.png'));
    await insist(() => sendCrawl(archive, crawl), 200);
    site.serve(url('harbour'), withBoat(storyPage(harbourEdited)));
    site.serve(url('feed.xml'), answer(200, { 'content-type': 'application/rss+xml' }, feed(url, [4, 3, 2])));
    day.pass(2.5 * hourMs);
    await settle(day);
    const gone = await insist(() => archive.send('GET', `/articles?url=${encodeURIComponent(url('library'))}`), 200);
    await insist(() => archive.send('DELETE', `/articles/${gone.items[0]?.id}`), 204);
    await settle(day);
    day.pass(16 * minuteMs);
    await settle(day);
    await again(() =>
      runIndexer({ store: archive.store, now, pause: async () => undefined, log: () => undefined }, { force: true }),
    );
    day.pass(26 * hourMs);
    await settle(day);
    await again(() =>
      runIndexer({ store: archive.store, now, pause: async () => undefined, log: () => undefined }, { force: true }),
    );
  } finally {
    await archive.close();
  }
  return kept(own, site, now);
}

/** A page and its picture, as a crawler has them. */
async function crawlOf(page: string, picture: string): Promise<Uint8Array<ArrayBuffer>> {
  const record = (targetUri: string, type: string, body: string | Uint8Array) =>
    responseRecord({
      ...{ key: targetUri, date: '2024-04-20T10:00:00Z', targetUri, status: 200 },
      ...{ headers: [['Content-Type', type]], body: Buffer.from(body) },
    });
  const html = storyPage(numberedStory(9)).replace('</h1>', '</h1><img src="/pier.png">');
  const records = [record(page, 'text/html', html), record(picture, 'image/png', pngOf(300, 200, [4, 5, 6]))];
  return Uint8Array.from(Buffer.concat(await Promise.all(records)));
}

async function sendCrawl(archive: TestArchive, body: Uint8Array<ArrayBuffer>): Promise<{ status: number; body: Json }> {
  const answered = await archive.app.request('/warc', { method: 'POST', body });
  return { status: answered.status, body: await answered.json() };
}

function feed(url: (path: string) => string, numbers: number[]): string {
  const items = numbers.map(
    (n) => `<item><title>Story ${n}</title><link>${url(String(n))}</link><guid isPermaLink="false">g${n}</guid></item>`,
  );
  return `<rss version="2.0"><channel><title>The Pier</title><link>${url('')}</link>${items.join('')}</channel></rss>`;
}

/** As a client does: a request that failed is made again. */
async function insist(ask: () => Promise<{ status: number; body: Json }>, ...wanted: number[]): Promise<Json> {
  for (let tries = 0; ; tries++) {
    const { status, body } = await ask();
    if (wanted.includes(status)) return body;
    if (status < 500 || tries > maxTries) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  }
}

type Day = { archive: TestArchive; own: TestServices; pass(ms: number): unknown; release(): Promise<void> };

/** Minutes pass, the sweeper sends, workers work, until nothing is to be done but what has its time later. */
async function settle({ archive, own, pass, release }: Day): Promise<void> {
  for (let minute = 0; minute < maxTries; minute++) {
    await again(archive.drain);
    await release();
    await again(archive.tick);
    if ((await stuck(own)).length === 0) return;
    pass(4 * minuteMs);
  }
  throw new Error(`never done: ${await stuck(own)}`);
}

/** Jobs that were sent and have not ended. A capture has, or is to be tried again. */
async function stuck({ store }: TestServices): Promise<string[]> {
  const left = await unfinishedJobs(store.table);
  return left.filter(({ kind, sends }) => kind === 'capture' || sends > 0).map(({ kind, id }) => `${kind} ${id}`);
}

/** What the runner does with a task that failed: it is run again. Other errors than the faults are errors. */
async function again(task: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await task();
      return;
    } catch (error) {
      if (!(error instanceof Fault) || tries > maxTries) throw error;
    }
  }
}

async function kept(own: TestServices, site: Site, now: () => number): Promise<Kept> {
  const archive = makeTestArchive(own, { site, now });
  const all = async (path: string): Promise<Json[]> => (await archive.get(path)).body.items;
  const path = (item: Json) => new URL(item.url).pathname.slice(1);
  try {
    const articles = await all('/articles?limit=100&order=oldest');
    const captures = await all('/captures?limit=100');
    const found: Kept['found'] = {};
    for (const q of ['ferry', 'bankrupt', '圖書館', '"the pier"'])
      found[q] = (await all(`/articles?q=${encodeURIComponent(q)}`)).map(path).sort();
    const feeds = await all('/feeds');
    const packs = await checkPacks(own.store);
    const snapshots = await checkSnapshots(own.store, () => undefined);
    const index = await checkIndex(
      { store: own.store, now, pause: async () => undefined, log: () => undefined },
      () => undefined,
    );
    const gone = await Promise.all(
      captures.map(async ({ article }) => (article ? (await archive.get(`/articles/${article}`)).status : 0)),
    );
    return {
      articles: articles
        .map((item) => `${path(item)}: ${item.snapshotCount} ${item.title} ${item.feed ?? ''}`.trim())
        .sort(),
      takenDown: new Set(captures.filter((_, n) => gone[n] === 410).map(({ article }) => article)).size,
      captures: Object.fromEntries(
        [...Map.groupBy(captures, ({ status }) => status)].map(([status, some]) => [status, some.length]),
      ),
      found,
      feeds: feeds.map((one) => `${path(one)}: ${one.problem?.code ?? 'well'}`),
      looks: (await Promise.all(articles.map((item) => looksOf(own, item.id, path(item))))).flat().sort(),
      problems: [...snapshots.problems, ...packs.problems, ...index.problems],
      stuck: await stuck(own),
    };
  } finally {
    await archive.close();
  }
}

async function looksOf({ store }: TestServices, id: string, path: string): Promise<string[]> {
  const looks: string[] = [];
  for await (const { pack } of allPacks(store.table, id))
    looks.push(`${path}: ${pack.parts} and ${pack.missing} missing${pack.lead ? ', leads' : ''}`);
  return looks;
}

export const goodDay: Kept = {
  articles: [
    '1: 1 Council meeting number 1 ends without a vote',
    '2: 1 Council meeting number 2 ends without a vote rough.example',
    '3: 1 Council meeting number 3 ends without a vote rough.example',
    '4: 1 Council meeting number 4 ends without a vote rough.example',
    'crawled: 1 Council meeting number 9 ends without a vote',
    'document: 1 Kept',
    'harbour: 2 Harbour ferry returns after nine years, and breaks down',
  ],
  takenDown: 1,
  captures: { succeeded: 6 },
  found: { ferry: ['harbour'], bankrupt: ['harbour'], 圖書館: [], '"the pier"': ['document'] },
  looks: [
    '1: 1 and 1 missing, leads',
    '2: 1 and 1 missing, leads',
    '3: 1 and 1 missing, leads',
    '4: 1 and 1 missing, leads',
    'crawled: 1 and 0 missing, leads',
    'harbour: 1 and 1 missing, leads',
    'harbour: 1 and 1 missing, leads',
  ],
  feeds: ['feed.xml: well'],
  problems: [],
  stuck: [],
};
