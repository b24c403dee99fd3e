/** What archiving costs, counted call by call: it is the bill, and it is exact. */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sweep } from '../../functions/jobs/sweep.ts';
import { getKnown } from '../../functions/store/articles.ts';
import { dueUntil, putDue } from '../../functions/store/due.ts';
import { makeTestArchive, type TestArchive } from '../support/archive.ts';
import { billedClients } from '../support/faults.ts';
import { library, storyPage } from '../support/pages.ts';
import { pngOf } from '../support/png.ts';
import { useServices, useSite } from '../support/use.ts';

let bill: ReturnType<typeof billedClients>;
let archive: TestArchive;

/** News size: 1,200 Chinese characters with the frequencies of real text, which pack to 1.85 KB as real ones do, worse than English. */
const story = { ...library, paragraphs: Array.from({ length: 8 }, (_, n) => `${chinese(n + 1, 149)}。`) };

/** Characters by Zipf's law from a seed. */
function chinese(seed: number, length: number): string {
  let state = seed * 2654435761;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return String.fromCharCode(0x4e00 + Math.floor(320 ** (state / 2 ** 32)) * 7);
  }).join('');
}

const url = 'http://cost.example/2024/04/05/library-reopens-after-two-years-of-works';
/** The headers of a real news site, about 1.5 KB. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'max-age=0, no-cache, must-revalidate',
  etag: '"5f1e-61a0c3b2d4e80"',
  'last-modified': 'Fri, 05 Apr 2024 00:00:00 GMT',
  'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
  'content-security-policy': `default-src 'self' https:; ${Array.from({ length: 24 }, (_, n) => `https://cdn${n}.media-host-${n * 7}.example`).join(' ')}`,
  'x-served-by': 'cache-fra-eddf8230062-FRA, cache-hkg17923-HKG',
  'x-timer': 'S1712275200.123456,VS0,VE87',
  via: '1.1 varnish, 1.1 varnish',
  age: '37',
};

const services = await useServices();
const site = await useSite();
beforeAll(async () => {
  bill = billedClients(services.embedded.endpoints);
  archive = makeTestArchive(services, { site, clients: bill.clients, hostPauseMs: 1, runningAfterMs: 60_000 });
  site.serve('http://cost.example/robots.txt', (_, response) =>
    response.writeHead(200).end('User-agent: *\nDisallow: /private'),
  );
  site.serve(url, (_, response) => response.writeHead(200, headers).end(storyPage(story)));
  // The host's robots.txt is fetched once a day, not per article.
  await archive.post({ url: 'http://cost.example/private' });
});
afterAll(async () => {
  await archive.close();
});

it('archives a new article of news size for 13 write units, one for the log of the search index, one for its re-check, and one S3 PUT', async () => {
  bill.reset();
  const posted = await archive.send('POST', '/articles', { url }, { prefer: 'respond-async' });
  expect(posted.status).toBe(202);
  await archive.drain();
  expect((await archive.get(`/captures/${posted.body.id}`)).body.status).toBe('succeeded');
  expect(bill.writeUnits).toBe(13 + 1 + 1);
  expect(bill.calls.PutObjectCommand).toBe(1);
  expect(Object.keys(bill.calls).filter((name) => /Object/.test(name))).toEqual(['PutObjectCommand']);
  // What becomes of it in the two partitions that all articles share.
  expect([bill.writesTo.DUE, bill.writesTo.LOG]).toEqual([3, 1]);
});

it('keeps the looks of a page for 3 write units, one S3 PUT and one GET beside that, and of one that names nothing for 2 units and a GET', async () => {
  const png = (_: unknown, response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'image/png', etag: '"1"' }).end(pngOf(360, 240, [9, 9, 9]));
  for (const name of ['boat', 'quay']) site.serve(`http://cost.example/${name}.png`, png);
  const bills: Record<string, unknown> = {};
  for (const [name, pictures, images] of [
    ['none', 'off', '<img src="/boat.png"><img src="/quay.png">'],
    ['looks', 'story', '<img src="/boat.png"><img src="/quay.png">'],
    ['plain', 'story', ''],
  ] as const) {
    const at = `http://cost.example/2024/04/06/${name}`;
    const html = storyPage({ ...story, title: `A day of ${name}` }).replace('</h1>', `</h1>${images}`);
    site.serve(at, (_, response) => response.writeHead(200, headers).end(html));
    bill.reset();
    await archive.send('POST', '/articles', { url: at, pictures }, { prefer: 'respond-async' });
    await archive.drain();
    bills[name] = [bill.writeUnits, bill.calls.PutObjectCommand ?? 0, bill.calls.GetObjectCommand ?? 0];
  }
  expect(bills).toEqual({ none: [15, 1, 0], looks: [15 + 3, 1 + 1, 1], plain: [15 + 2, 1, 1] });
});

it('remembers the number by which a site names a story for one write unit', async () => {
  const numbered = 'http://cost.example/2024/04/05/library-reopens-4711123';
  site.serve(numbered, (_, response) =>
    response.writeHead(200, headers).end(storyPage({ ...story, title: 'Another day' })),
  );
  bill.reset();
  await archive.send('POST', '/articles', { url: numbered }, { prefer: 'respond-async' });
  await archive.drain();
  expect(bill.writeUnits).toBe(13 + 1 + 1 + 1);
});

it('re-checks an unchanged article for 4 write units, one for the next re-check, and no S3 request', async () => {
  const { body } = await archive.get(`/articles?url=${encodeURIComponent(url)}`);
  const id = body.items[0].id;
  const before = (await getKnown(services.store.table, id))?.article;
  await putDue(services.store.table, { kind: 'recheck', id, dueAt: '2024-04-05T01:00:00.000Z', sends: 0 });
  bill.reset();
  await archive.restart();
  expect(bill.writeUnits).toBe(4 + 1);
  expect(Object.keys(bill.calls).filter((name) => /Object/.test(name))).toEqual([]);
  expect((await getKnown(services.store.table, id))?.article).toEqual(before);
});

it('archives an unchanged page that somebody posts again, with its snapshot entry, for 10 write units and no S3 request', async () => {
  bill.reset();
  await archive.send('POST', '/articles', { url }, { prefer: 'respond-async' });
  await archive.drain();
  expect(bill.writeUnits).toBe(10);
  expect(Object.keys(bill.calls).filter((name) => /Object/.test(name))).toEqual([]);
});

it('archives a page that a client holds with two S3 PUTs, a GET and a DELETE, and lists nothing', async () => {
  bill.reset();
  const page = { url: 'http://held.cost.example/story', html: storyPage(story) };
  await archive.send('POST', '/articles', page, { prefer: 'respond-async' });
  await archive.drain();
  expect(Object.entries(bill.calls).filter(([name]) => /Object/.test(name))).toEqual([
    ['PutObjectCommand', 2],
    ['GetObjectCommand', 1],
    ['DeleteObjectCommand', 1],
  ]);
});

it('lists a page of articles with one query and one batch read', async () => {
  bill.reset();
  await archive.get('/articles');
  expect(bill.calls).toEqual({ QueryCommand: 1, BatchGetItemCommand: 1 });
});

it('polls a feed with nothing new for 6 write units, and looks for what is due for at most 1 read unit however many feeds there are', async () => {
  const rss = 'http://feed.cost.example/rss';
  site.serve(rss, (request, response) => {
    if (request.headers['if-none-match']) response.writeHead(304).end();
    else
      response.writeHead(200, { etag: '"1"' }).end('<rss version="2.0"><channel><title>Feed</title></channel></rss>');
  });
  await archive.post({ url: rss, every: '5m' }, {}, '/feeds');
  for (let n = 0; n < 100; n++) {
    const dueAt = new Date(Date.now() + 3_600_000 + n).toISOString();
    await putDue(services.store.table, { kind: 'poll', id: `feed-${n}`, dueAt, sends: 0 });
  }
  bill.reset();
  expect(await sweep({ ...archive, now: Date.now, log: () => undefined })).toBe(0);
  expect(bill.readUnits).toBeLessThanOrEqual(1);
  expect(bill.writeUnits).toBe(0);

  const { id, dueAt, kind } =
    (await dueUntil(services.store.table, '9999', 1000)).find((due) => due.id === 'feed.cost.example') ?? {};
  expect({ id, kind }).toEqual({ id: 'feed.cost.example', kind: 'poll' });
  // As an hour later: the sweeper moves the entry, the poll has its turn, writes how it went and what is due next.
  const later = makeTestArchive(services, {
    site,
    clients: bill.clients,
    hostPauseMs: 1,
    now: () => Date.parse(dueAt ?? '') + 1,
  });
  bill.reset();
  await sweep({ ...later, now: () => Date.parse(dueAt ?? '') + 1, log: () => undefined });
  await later.drain();
  expect(bill.writeUnits).toBe(6);
  expect(Object.keys(bill.calls).filter((name) => /Object/.test(name))).toEqual([]);
  await later.close();
});
