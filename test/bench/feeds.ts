/** A thousand feeds of 20 entries on a loopback server, some of them broken: the first poll, the captures, and a second poll with nothing new. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { numberedStory, storyPage } from '../support/pages.ts';
import { type RunningArchive, startProcess } from '../support/process.ts';
import { answer, type Handler, startSite } from '../support/site.ts';
import { printTable, type Row } from './measure.ts';

const entries = 20;
/** Each of 20 feeds in a row: one is broken, each in another way. */
const brokenEvery = 20;
const faults: Handler[] = [
  answer(500),
  answer(404),
  answer(200, { 'content-type': 'text/html' }, '<html><body>No feed</body></html>'),
  answer(200, { 'content-type': 'application/rss+xml' }, ''),
  (request) => void request.socket.destroy(),
];

export async function bench(only: string[]): Promise<void> {
  const feeds = Number(only[0] ?? 1000);
  const site = await startSite();
  const statuses = { full: 0, notModified: 0 };
  let pages = 0;
  for (let f = 0; f < feeds; f++) {
    const host = `feed${f}.example`;
    const fault = f % brokenEvery === brokenEvery - 1 ? faults[Math.floor(f / brokenEvery) % faults.length] : undefined;
    site.serve(`http://${host}/rss`, fault ?? feedOf(host, statuses));
    for (let n = 0; n < entries; n++) {
      const html = storyPage(numberedStory(f * entries + n));
      site.serve(`http://${host}/story/${n}`, (_, response) => {
        pages++;
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
      });
    }
  }
  const dir = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  const archive = await startProcess({ DATA_DIR: dir, QUIET: '1', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` });
  const good = feeds - Math.floor(feeds / brokenEvery);
  const opml = Array.from(
    { length: feeds },
    (_, f) => `<outline text="f${f}" xmlUrl="http://feed${f}.example/rss"/>`,
  ).join('');
  const rows: Row[] = [];
  const first = await timed(async () => {
    await send(archive, '/feeds.opml', `<opml version="2.0"><body>${opml}</body></opml>`, 'text/x-opml');
    for (;;) {
      const all = await allFeeds(archive);
      const done = all.filter(({ entriesSeen, articles }) => entriesSeen === entries && articles === entries).length;
      console.log(`  ${done} of ${good} feeds are archived, ${pages} pages fetched`);
      if (done >= good) return;
      await sleep(5000);
    }
  });
  rows.push({
    measure: `${feeds} feeds of ${entries} entries, ${feeds - good} broken: all archived in`,
    figure: `${(first / 60_000).toFixed(1)} min, ${((good * entries) / (first / 1000)).toFixed(0)} pages/s`,
    wanted: '25 min',
  });
  rows.push({ measure: 'pages fetched more than once', figure: String(pages - good * entries), wanted: '0' });
  const before = { ...statuses };
  const polledAt = new Date().toISOString();
  const second = await timed(async () => {
    const ids = (await allFeeds(archive)).map(({ id }) => id);
    const queue = ids.values();
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (const id of queue)
          await send(archive, `/feeds/${id}/poll`, '', 'application/json', { prefer: 'respond-async' });
      }),
    );
    while ((await allFeeds(archive)).some(({ lastPollAt }) => (lastPollAt ?? '') < polledAt)) await sleep(500);
  });
  rows.push({
    measure: 'a second poll of all, with nothing new',
    figure: `${(second / 1000).toFixed(1)} s`,
    wanted: '60 s',
  });
  rows.push({
    measure: '... answered 304 / in full',
    figure: `${statuses.notModified - before.notModified} / ${statuses.full - before.full}`,
    wanted: 'almost only 304',
  });
  archive.kill('SIGINT');
  await archive.ended;
  await site.close();
  rmSync(dir, { recursive: true, force: true });
  printTable(`Feeds (Node ${process.version})`, rows);
}

function feedOf(host: string, statuses: { full: number; notModified: number }): Handler {
  const items = Array.from(
    { length: entries },
    (_, n) => `<item><title>Story ${n}</title><link>http://${host}/story/${n}</link><guid>${host}-${n}</guid></item>`,
  );
  const body = `<rss version="2.0"><channel><title>${host}</title>${items.join('')}</channel></rss>`;
  return (request, response) => {
    if (request.headers['if-none-match'] === '"1"') {
      statuses.notModified++;
      response.writeHead(304).end();
    } else {
      statuses.full++;
      response.writeHead(200, { etag: '"1"', 'content-type': 'application/rss+xml' }).end(body);
    }
  };
}

type Feed = { id: string; entriesSeen: number; articles: number; lastPollAt: string | null };

async function allFeeds(archive: RunningArchive): Promise<Feed[]> {
  const feeds: Feed[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const response = await fetch(`${archive.url}/feeds?limit=100${next ? `&cursor=${next}` : ''}`);
    const page = (await response.json()) as { items: Feed[]; next: string | null };
    feeds.push(...page.items);
    next = page.next;
  }
  return feeds;
}

async function send(archive: RunningArchive, path: string, body: string, type: string, headers = {}): Promise<void> {
  const response = await fetch(`${archive.url}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type, ...headers },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
