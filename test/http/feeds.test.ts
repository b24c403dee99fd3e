/** A feed is followed: found, polled on its schedule, its entries captured once, re-checked, and what became of them told. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureEntries } from '../../functions/feeds/capture-entries.ts';
import { parseFeed } from '../../functions/feeds/parse.ts';
import { dueUntil } from '../../functions/store/due.ts';
import { getFeed, getSeen } from '../../functions/store/feeds.ts';
import { type Json, makeTestArchive } from '../support/archive.ts';
import { cookieWall, numberedStory, storyPage } from '../support/pages.ts';
import { answer, redirectTo } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
let nowMs = Date.parse('2024-05-01T10:00:00Z');
const { services, site, archive } = await useArchive({ now: () => nowMs });

let host = '';
let tests = 0;
beforeEach(() => {
  host = `feed${++tests}.example`;
  nowMs += 10 * 24 * hourMs;
});

// What is followed in one test is not polled in the next.
afterEach(async () => {
  for (const { id } of (await archive.get('/feeds?limit=100')).body.items) await archive.send('DELETE', `/feeds/${id}`);
});

const url = (path: string) => `http://${host}${path}`;
type Item = { n: number; link?: string; id?: string; content?: string; date?: string };

function rss(items: Item[], extra = ''): string {
  const entries = items.map(
    ({ n, link = url(`/story/${n}`), id = `id-${n}`, content, date = 'Tue, 30 Apr 2024 08:00:00 GMT' }) =>
      `<item><title>Story ${n}</title><link>${link}</link><guid isPermaLink="false">${id}</guid><pubDate>${date}</pubDate>
       <dc:creator>Ada Pen</dc:creator>${content ? `<content:encoded><![CDATA[${content}]]></content:encoded>` : ''}</item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Pier</title><link>${url('/')}</link>${extra}${entries.join('')}</channel></rss>`;
}

const xml = (body: string, headers: Record<string, string> = {}) =>
  answer(200, { 'content-type': 'application/rss+xml', ...headers }, body);
const serveStories = (...numbers: number[]) => {
  for (const n of numbers) site.serve(url(`/story/${n}`), storyPage(numberedStory(n)));
};
const follow = (body: Record<string, unknown>) => archive.post(body, {}, '/feeds');
const titles = async (feed: string): Promise<string[]> =>
  (await archive.get(`/articles?feed=${feed}&limit=100`)).body.items
    .map(({ url: at }: Json) => new URL(at).pathname)
    .sort();
async function pass(ms: number): Promise<void> {
  nowMs += ms;
  await archive.tick();
}

describe('following a feed', () => {
  it('captures its entries, then what is new, once, whatever the feed calls it', async () => {
    serveStories(1, 2, 3);
    site.serve(url('/rss'), xml(rss([{ n: 1 }, { n: 2 }])));
    const { status, body, headers } = await follow({
      url: url('/rss'),
      name: 'Pier News',
      tags: ['local'],
      every: '30m',
      recheck: [],
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe('/feeds/Pier-News');
    expect(body).toMatchObject({
      id: 'Pier-News',
      url: url('/rss'),
      format: 'rss',
      title: 'The Pier',
      siteUrl: url('/'),
      status: 'active',
      every: '30m',
      entries: 2,
      entriesSeen: 2,
      recheck: [],
    });
    await archive.tick();
    expect(await titles('Pier-News')).toEqual(['/story/1', '/story/2']);
    const { items } = (await archive.get('/articles?feed=Pier-News')).body;
    expect(items[0]).toMatchObject({ feed: 'Pier-News', tags: ['local'], snapshotCount: 1 });

    // Another id, another tracking parameter, an old entry gone, a new one.
    site.serve(url('/rss'), xml(rss([{ n: 3 }, { n: 2, id: 'changed', link: url('/story/2?utm_source=rss') }])));
    await pass(30 * minuteMs);
    expect(await titles('Pier-News')).toEqual(['/story/1', '/story/2', '/story/3']);
    site.serve(url('/rss'), xml(rss([{ n: 1 }, { n: 2 }, { n: 3 }])));
    await pass(30 * minuteMs);
    const feed = (await archive.get('/feeds/Pier-News')).body;
    expect(feed).toMatchObject({ entriesSeen: 3, articles: 3, failures: 0, problem: null });
    expect([1, 2, 3].map((n) => site.hits(url(`/story/${n}`)))).toEqual([1, 1, 1]);
  });

  it('leaves a story as it is that was in the archive before the feed named it', async () => {
    serveStories(1, 2);
    await archive.post({ url: url('/story/1') });
    site.serve(url('/rss'), xml(rss([{ n: 1 }, { n: 2 }])));
    await follow({ url: url('/rss'), name: 'Late', tags: ['local'] });
    await archive.tick();
    expect(await titles('Late')).toEqual(['/story/2']);
    const [saved] = (await archive.get(`/articles?url=${url('/story/1')}`)).body.items;
    expect(saved).toMatchObject({ feed: null, tags: [], snapshotCount: 1 });
    expect((await archive.get('/feeds/Late')).body).toMatchObject({ entriesSeen: 2, articles: 1 });
  });

  it('finds the feed that a page names, and follows none twice', async () => {
    serveStories(1);
    site.serve(
      url('/'),
      `<html><head><link rel="alternate" type="application/atom+xml" href="/atom"></head><body>Home</body></html>`,
    );
    site.serve(url('/atom'), xml(rss([{ n: 1 }])));
    const first = await follow({ url: url('/') });
    expect(first).toMatchObject({ status: 201, body: { id: host, url: url('/atom'), entries: 1 } });
    expect(await follow({ url: url('/') })).toMatchObject({ status: 200, body: { id: host } });
    expect(await follow({ url: url('/atom') })).toMatchObject({ status: 200, body: { id: host } });
    // Another page that names it.
    site.serve(
      url('/news'),
      `<html><head><link rel="alternate" type="application/rss+xml" href="${url('/atom')}"></head></html>`,
    );
    expect(await follow({ url: url('/news') })).toMatchObject({ status: 200, body: { id: host } });
    expect(await follow({ url: url('/news') })).toMatchObject({ status: 200, body: { id: host } });
    const all = (await archive.get('/feeds?limit=100')).body.items.filter(({ url: at }: Json) => at === url('/atom'));
    expect(all).toHaveLength(1);
  });

  it('names the other feeds of the page, but for those of comments and those that are none', async () => {
    serveStories(1);
    const link = (href: string, title: string) =>
      `<link rel="alternate" type="application/rss+xml" href="${href}" title="${title}">`;
    const links = [link('/broken', 'Broken'), link('/main', 'All'), link('/sport', 'Sport'), link('/c', 'Comments')];
    const many = Array.from({ length: 12 }, (_, n) => link(`/s${n}`, 'x'.repeat(900)));
    site.serve(url('/'), `<html><head>${[...links, ...many].join('')}</head></html>`);
    site.serve(url('/main'), xml(rss([{ n: 1 }])));
    const { body } = await follow({ url: url('/') });
    expect(body.url).toBe(url('/main'));
    expect(body.others).toHaveLength(10);
    expect(body.others.slice(0, 2)).toEqual([
      { url: url('/sport'), title: 'Sport' },
      { url: url('/s0'), title: 'x'.repeat(200) },
    ]);
    // A later poll has nothing to say about them.
    await pass(hourMs);
    expect((await archive.get(`/feeds/${host}`)).body.others).toEqual(body.others);
  });

  it('follows none twice that moved for good, nor one whose follow died halfway', async () => {
    site.serve(url('/rss'), xml(rss([])));
    site.serve(url('/new'), xml(rss([])));
    await follow({ url: url('/rss') });
    site.serve(url('/rss'), redirectTo(url('/new'), 301));
    await pass(hourMs);
    expect(await follow({ url: url('/new') })).toMatchObject({ status: 200, body: { id: host, url: url('/new') } });

    // Died between the feed and the claim on its URL; then the client asks again.
    const put = archive.store.table.put;
    archive.store.table.put = async (item, condition) => {
      if (String(item.pk).startsWith('FU#')) throw new Error('the table is away');
      return put(item, condition);
    };
    site.serve(url('/other'), xml(rss([])));
    const ask = () =>
      archive.send('POST', '/feeds', { url: url('/other'), name: 'Other' }, { prefer: 'respond-async' });
    expect((await ask()).status).toBe(500);
    archive.store.table.put = put;
    await ask();
    await pass(5 * minuteMs);
    const all = (await archive.get('/feeds?limit=100')).body.items.filter(({ url: at }: Json) => at === url('/other'));
    expect(all.map(({ id }: Json) => id)).toEqual(['Other']);
  });

  it('is polled and told of whatever its name is', async () => {
    site.serve(url('/rss'), xml(rss([])));
    const { status, body } = await follow({ url: url('/rss'), name: '𠮷'.repeat(80) });
    expect(status).toBe(201);
    expect((await archive.get(`/feeds/${encodeURIComponent(body.id)}`)).status).toBe(200);
    expect(Buffer.byteLength(body.id)).toBeLessThanOrEqual(100);
  });

  it('finds the feed at a usual place', async () => {
    site.serve(url('/'), '<html><body>No link</body></html>');
    site.serve(url('/feed'), xml(rss([{ n: 1 }])));
    expect(await follow({ url: url('/') })).toMatchObject({ status: 201, body: { url: url('/feed') } });
  });

  it('reads the sitemaps of an index, and stands one that lists itself', async () => {
    serveStories(1, 2);
    const sitemap = (urls: string[]) =>
      xml(
        `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls.map((loc) => `<url><loc>${loc}</loc></url>`).join('')}</urlset>`,
      );
    site.serve(url('/a.xml'), sitemap([url('/story/1')]));
    const packed = gzipSync(
      `<urlset><url><loc>${url('/story/2')}</loc></url><url><loc>${url('/story/1')}</loc></url></urlset>`,
    );
    site.serve(url('/b.xml.gz'), answer(200, { 'content-type': 'application/gzip' }, packed));
    const index = [url('/index.xml'), url('/a.xml'), url('/b.xml.gz'), url('/missing.xml')];
    site.serve(
      url('/index.xml'),
      xml(
        `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${index.map((loc) => `<sitemap><loc>${loc}</loc></sitemap>`).join('')}</sitemapindex>`,
      ),
    );
    const { body } = await follow({ url: url('/index.xml') });
    expect(body).toMatchObject({ format: 'sitemap-index', entries: 3 });
    await archive.tick();
    expect(await titles(host)).toEqual(['/story/1', '/story/2']);
  });

  it('reads the sitemaps of an index again though the index itself is as it was', async () => {
    serveStories(1, 2);
    const sitemap = (n: number) => xml(`<urlset><url><loc>${url(`/story/${n}`)}</loc></url></urlset>`);
    site.serve(url('/a.xml'), sitemap(1));
    site.serve(url('/index.xml'), (request: IncomingMessage, response: ServerResponse) => {
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
      else
        response
          .writeHead(200, { etag: '"v1"', 'content-type': 'application/xml' })
          .end(`<sitemapindex><sitemap><loc>${url('/a.xml')}</loc></sitemap></sitemapindex>`);
    });
    await follow({ url: url('/index.xml') });
    site.serve(url('/a.xml'), sitemap(2));
    await pass(hourMs);
    expect(await titles(host)).toEqual(['/story/1', '/story/2']);
  });

  it.each([
    ['a page without one', '<html><body>Nothing</body></html>', 422, 'not-a-feed'],
    ['nothing at all', undefined, 422, 'not-found'],
    ['a redirect loop', redirectTo('/feed'), 422, 'too-many-redirects'],
  ])('is refused where there is %s, and can be asked for again', async (_, serve, status, code) => {
    if (serve !== undefined) site.serve(url('/feed'), serve);
    expect(await follow({ url: url('/feed') })).toMatchObject({ status, body: { code } });
    expect((await archive.get(`/feeds/${host}`)).status).toBe(404);
    site.serve(url('/feed'), xml(rss([{ n: 1 }])));
    expect((await follow({ url: url('/feed') })).status).toBe(201);
  });
});

describe('a host whose turns are taken far ahead', () => {
  // The worker sleeps in earnest: a test that waits for a turn of minutes fails by its own time limit.
  const polite = makeTestArchive(services, { site, now: () => nowMs, hostPauseMs: 60_000 });
  afterAll(() => polite.close());

  it.each([
    ['a page that only names its feed', () => `<link rel="alternate" type="application/rss+xml" href="/f">`],
    ['an index of sitemaps', () => `<sitemapindex><sitemap><loc>${url('/a.xml')}</loc></sitemap></sitemapindex>`],
  ])('does not keep the worker waiting: %s is asked for again later', async (_, page) => {
    site.serve(url('/'), page());
    expect(await polite.post({ url: url('/') }, {}, '/feeds')).toMatchObject({
      status: 202,
      body: { problem: { code: 'timeout' } },
    });
    expect(site.hits(url('/f')) + site.hits(url('/a.xml'))).toBe(0);
  });
});

describe('the schedule of a feed', () => {
  it('asks with conditions, and only when it is time', async () => {
    const asked: (string | undefined)[] = [];
    site.serve(url('/rss'), (request: IncomingMessage, response: ServerResponse) => {
      asked.push(request.headers['if-none-match']);
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"v1"', 'content-type': 'application/rss+xml' }).end(rss([]));
    });
    await follow({ url: url('/rss') });
    await pass(59 * minuteMs);
    expect(asked).toEqual([undefined]);
    await pass(2 * minuteMs);
    expect(asked).toEqual([undefined, '"v1"']);
    expect((await archive.get(`/feeds/${host}`)).body).toMatchObject({
      status: 'active',
      lastSuccessAt: new Date(nowMs).toISOString(),
    });
  });

  it.each([
    ['Cache-Control', { 'cache-control': 'public, max-age=10800' }, '', 3],
    ['ttl', {}, '<ttl>120</ttl>', 2],
    ['a shorter ttl', {}, '<ttl>1</ttl>', 1],
    ['a max-age of a year', { 'cache-control': 'max-age=31536000' }, '', 24],
  ])('is lengthened by %s, never shortened, and by a day at most', async (_, headers, extra, hours) => {
    site.serve(url('/rss'), xml(rss([], extra), headers as Record<string, string>));
    const { body } = await follow({ url: url('/rss') });
    expect(Date.parse(body.nextPollAt) - nowMs).toBe(hours * hourMs);
  });

  it('backs off up to a day while it fails, and says why', async () => {
    site.serve(url('/rss'), xml(rss([])));
    await follow({ url: url('/rss') });
    site.serve(url('/rss'), answer(500));
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      await pass(Date.parse((await archive.get(`/feeds/${host}`)).body.nextPollAt) - nowMs);
      waits.push((Date.parse((await archive.get(`/feeds/${host}`)).body.nextPollAt) - nowMs) / hourMs);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 24, 24]);
    expect((await archive.get(`/feeds/${host}`)).body).toMatchObject({
      status: 'failing',
      failures: 7,
      problem: { code: 'server-error' },
    });
    site.serve(url('/rss'), xml(rss([])));
    nowMs += minuteMs;
    const polled = await archive.post({}, {}, `/feeds/${host}/poll`);
    expect(polled).toMatchObject({ status: 200, body: { status: 'active', failures: 0, problem: null } });
    expect(
      await dueUntil(archive.store.table, '9999', 1000).then((all) =>
        all.filter(
          ({ kind, id }) => kind === 'poll' && id === host && Date.parse(all[0]?.dueAt ?? '') > nowMs + 2 * hourMs,
        ),
      ),
    ).toEqual([]);
  });

  it('ends with 410, and moves with 301 but not with 302', async () => {
    site.serve(url('/rss'), xml(rss([])));
    await follow({ url: url('/rss') });
    site.serve(url('/new'), xml(rss([])));
    site.serve(url('/rss'), redirectTo(url('/new'), 302));
    await pass(hourMs);
    expect((await archive.get(`/feeds/${host}`)).body.url).toBe(url('/rss'));
    site.serve(url('/rss'), redirectTo(url('/new'), 301));
    await pass(hourMs);
    expect((await archive.get(`/feeds/${host}`)).body.url).toBe(url('/new'));
    site.serve(url('/new'), answer(410));
    await pass(hourMs);
    expect((await archive.get(`/feeds/${host}`)).body).toMatchObject({
      status: 'ended',
      nextPollAt: null,
      problem: { code: 'gone' },
    });
    const hits = site.hits(url('/new'));
    await pass(48 * hourMs);
    expect(site.hits(url('/new'))).toBe(hits);
  });

  it('goes on when a feed becomes something else, and says so until it is one again', async () => {
    serveStories(1);
    site.serve(url('/rss'), xml(rss([])));
    await follow({ url: url('/rss') });
    site.serve(url('/rss'), '<html><body>Maintenance</body></html>');
    await pass(hourMs);
    expect((await archive.get(`/feeds/${host}`)).body).toMatchObject({
      status: 'failing',
      problem: { code: 'not-a-feed' },
    });
    site.serve(
      url('/rss'),
      answer(
        200,
        { 'content-type': 'application/json' },
        JSON.stringify({
          version: 'https://jsonfeed.org/version/1.1',
          title: 'J',
          items: [{ id: '1', url: url('/story/1') }],
        }),
      ),
    );
    await pass(hourMs);
    expect((await archive.get(`/feeds/${host}`)).body).toMatchObject({
      status: 'active',
      format: 'json',
      entriesSeen: 1,
    });
  });

  it('is changed with PATCH, and ends with DELETE, which keeps the articles', async () => {
    serveStories(1);
    site.serve(url('/rss'), xml(rss([{ n: 1 }])));
    await follow({ url: url('/rss') });
    await archive.tick();
    const patched = await archive.send('PATCH', `/feeds/${host}`, {
      every: '2h',
      name: 'N',
      tags: ['x'],
      capture: 'both',
      recheck: [],
    });
    expect(patched.body).toMatchObject({ every: '2h', name: 'N', tags: ['x'], capture: 'both', recheck: [] });
    expect((await archive.send('DELETE', `/feeds/${host}`)).status).toBe(204);
    const hits = site.hits(url('/rss'));
    await pass(48 * hourMs);
    expect(site.hits(url('/rss'))).toBe(hits);
    expect(await titles(host)).toEqual(['/story/1']);
    expect((await follow({ url: url('/rss') })).status).toBe(201);
  });

  it.each([
    { every: '1m' },
    { every: '8d' },
    { capture: 'none' },
    { recheck: ['1s'] },
    { name: '' },
    { colour: 'red' },
  ])('takes no %j', async (field) => {
    expect(await follow({ url: url('/rss'), ...field })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
  });
});

describe('what a feed can be, and GET /feeds/{id} tells', () => {
  const gzipped = (body: string) =>
    answer(200, { 'content-type': 'application/rss+xml', 'content-encoding': 'gzip' }, gzipSync(body));
  const bomb = `<!DOCTYPE rss [<!ENTITY a "${'x'.repeat(50)}"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>`;

  it.each([
    [
      'broken XML',
      () => xml('<rss><channel><item><title>a</title><link>http://'),
      { status: 'active', entries: 1, entriesWithoutLink: 1 },
    ],
    ['empty', () => xml(''), { status: 'failing', problem: { code: 'empty-feed' } }],
    ['a page', () => '<html><body>No feed</body></html>', { status: 'failing', problem: { code: 'not-a-feed' } }],
    [
      'over 20 MB',
      () => gzipped(`<rss><channel>${' '.repeat(21 * 1024 * 1024)}</channel></rss>`),
      { status: 'failing', problem: { code: 'too-large' } },
    ],
    ['nested without end', () => gzipped('<rss><channel>'.repeat(200_000)), { status: 'active', entries: 0 }],
    [
      'an entity bomb',
      () =>
        xml(
          `${bomb}${rss([{ n: 1 }])
            .replace('<?xml version="1.0"?>', '')
            .replace('Story 1', '&b;&c;')}`,
        ),
      { status: 'active', entries: 1 },
    ],
    [
      'of entries without link, id or date',
      () =>
        xml(
          '<rss><channel><item/><item><title>x</title></item><item><link>javascript:alert(1)</link></item></channel></rss>',
        ),
      { status: 'active', entries: 3, entriesWithoutLink: 3 },
    ],
    [
      'of dates that are none',
      () =>
        xml(
          rss([
            { n: 1, date: 'the day after' },
            { n: 2, date: '99 Foo 20244' },
          ]),
        ),
      { status: 'active', entriesSeen: 2 },
    ],
    [
      'in a wrong encoding',
      () => answer(200, { 'content-type': 'application/rss+xml; charset=utf-16' }, Buffer.from(rss([{ n: 1 }]))),
      { status: 'active', entriesSeen: 1 },
    ],
    ['a redirect loop', () => redirectTo('/rss'), { status: 'failing', problem: { code: 'too-many-redirects' } }],
    [
      'cut off',
      () => (_: IncomingMessage, response: ServerResponse) =>
        void response.writeHead(200, { 'content-length': '1000' }).write('<rss>', () => response.destroy()),
      { status: 'failing' },
    ],
  ])('%s', async (_, serve, told) => {
    site.serve(url('/rss'), xml(rss([])));
    await follow({ url: url('/rss') });
    site.serve(url('/rss'), serve());
    await pass(hourMs);
    expect((await archive.get(`/feeds/${host}`)).body).toMatchObject(told);
  });

  it('links relative to where it says', async () => {
    serveStories(1);
    site.serve(
      url('/deep/rss'),
      xml(`<rss xml:base="${url('/story/')}"><channel><item><title>x</title><link>1</link></item></channel></rss>`),
    );
    await follow({ url: url('/deep/rss') });
    await archive.tick();
    expect(await titles(host)).toEqual(['/story/1']);
  });
});

describe('an entry that carries its text', () => {
  const content = `<p>${'The whole story stands in the feed. '.repeat(20)}</p>`;

  it('is the snapshot, in the form of a document, with capture: feed', async () => {
    site.serve(url('/rss'), xml(rss([{ n: 1, content }])));
    await follow({ url: url('/rss'), capture: 'feed' });
    await archive.tick();
    const [item] = (await archive.get(`/articles?feed=${host}`)).body.items;
    expect(item).toMatchObject({
      title: 'Story 1',
      authors: ['Ada Pen'],
      publishedAt: '2024-04-30T08:00:00.000Z',
      kind: 'article',
    });
    expect(site.hits(url('/story/1'))).toBe(0);
    expect((await archive.get(`/articles/${item.id}/snapshots`)).body.items).toMatchObject([
      { source: 'feed', contentType: 'text/markdown; charset=utf-8' },
    ]);
    expect((await archive.get(`/articles/${item.id}.md`)).body).toBe(
      `<!--${Date.parse('2024-04-30T08:00:00Z')}-->\n[Story 1](${url('/story/1')})\n------\n\n${content}\n`,
    );
  });

  it.each([
    ['is gone', undefined, ['feed']],
    ['is a wall', cookieWall, ['fetch', 'feed']],
    ['is there', storyPage(numberedStory(1)), ['fetch']],
  ])('stands in with capture: both when the page %s', async (_, serve, sources) => {
    if (serve) site.serve(url('/story/1'), serve);
    site.serve(url('/rss'), xml(rss([{ n: 1, content }])));
    await follow({ url: url('/rss'), capture: 'both' });
    await archive.tick();
    const [item] = (await archive.get(`/articles?feed=${host}`)).body.items;
    const { items } = (await archive.get(`/articles/${item.id}/snapshots`)).body;
    expect(items.map(({ source }: Json) => source).sort()).toEqual([...sources].sort());
    const { text } = (await archive.get(`/articles/${item.id}`)).body;
    if (sources.includes('feed')) expect(text).toContain('The whole story stands in the feed.');
    else expect(text).not.toContain('The whole story stands in the feed.');
    expect((await archive.get(`/feeds/${host}`)).body.articles).toBe(1);
  });

  it('is kept at once when the page fails for now, and the page is asked for again', async () => {
    site.serve(url('/story/1'), answer(500));
    site.serve(url('/rss'), xml(rss([{ n: 1, content }])));
    await follow({ url: url('/rss'), capture: 'both' });
    await archive.tick();
    const [item] = (await archive.get(`/articles?feed=${host}`)).body.items;
    expect(item.snapshotCount).toBe(1);
    site.serve(url('/story/1'), storyPage(numberedStory(1)));
    await pass(2 * minuteMs);
    expect((await archive.get(`/articles/${item.id}`)).body.snapshotCount).toBe(2);
    expect((await archive.get(`/feeds/${host}`)).body.articles).toBe(1);
  });

  it('dates the article where the page does not', async () => {
    site.serve(
      url('/story/1'),
      storyPage(numberedStory(1)).replaceAll(
        /<meta[^>]*(time|date)[^>]*>|<time.*?<\/time>|<script type="application\/ld\+json">.*?<\/script>/gs,
        '',
      ),
    );
    site.serve(url('/rss'), xml(rss([{ n: 1 }])));
    await follow({ url: url('/rss') });
    await archive.tick();
    const [item] = (await archive.get(`/articles?feed=${host}`)).body.items;
    expect(item).toMatchObject({ publishedAt: '2024-04-30T08:00:00.000Z', publishedAtSource: 'feed' });
  });
});

describe('nothing is captured twice or lost', () => {
  it('when a poll dies after its captures were written', async () => {
    serveStories(1, 2);
    site.serve(url('/rss'), xml(rss([{ n: 1 }, { n: 2 }])));
    const put = archive.store.table.put;
    let failed = 0;
    archive.store.table.put = async (item, condition) => {
      if (item.sk === 'SEEN' && failed++ === 0) throw new Error('the table is away');
      return put(item, condition);
    };
    const answered = archive.send('POST', '/feeds', { url: url('/rss') }, { prefer: 'respond-async' });
    await expect(answered.then(() => archive.drain())).rejects.toThrow('the table is away');
    archive.store.table.put = put;
    await archive.restart();
    await pass(5 * minuteMs);
    expect(await titles(host)).toEqual(['/story/1', '/story/2']);
    const { items } = (await archive.get(`/articles?feed=${host}`)).body;
    expect(items.map(({ snapshotCount }: Json) => snapshotCount)).toEqual([1, 1]);
    expect((await archive.get(`/feeds/${host}`)).body).toMatchObject({ entriesSeen: 2, articles: 2 });
  });

  it('by a feed that is longer than what is remembered of it', async () => {
    const count = 35_000;
    const entries = Array.from(
      { length: count },
      (_, n) => `<item><guid>${n}</guid><link>http://x.example/${n}</link></item>`,
    );
    const feed = parseFeed(Buffer.from(`<rss><channel>${entries.join('')}</channel></rss>`), { url: url('/rss') });
    site.serve(url('/rss'), xml(rss([])));
    await follow({ url: url('/rss') });
    const followed = await getFeed(archive.store.table, host);
    if (!followed) throw new Error('the feed is not followed');
    // What it makes is not looked at here: 35,000 captures are not written.
    const table = { ...archive.store.table, getMany: async () => [], writeMany: async () => undefined };
    const deps = { store: { ...archive.store, table }, queue: archive.queue, now: () => nowMs, hostPauseMs: 0 };
    const poll = () => captureEntries(deps, followed, feed.entries);
    expect((await poll()).fresh).toBe(count);
    const seen = await getSeen(archive.store.table, host);
    expect((await poll()).fresh).toBe(0);
    expect(await getSeen(archive.store.table, host)).toEqual(seen);
  });

  it('when a worker dies after it kept a wall and the text of the feed', async () => {
    site.serve(url('/story/1'), cookieWall);
    const content = `<p>${'The whole story stands in the feed. '.repeat(20)}</p>`;
    site.serve(url('/rss'), xml(rss([{ n: 1, content }])));
    const put = archive.store.table.put;
    let failed = 0;
    archive.store.table.put = async (item, condition) => {
      const isEnd = String(item.pk).startsWith('C#') && JSON.stringify(item).includes('succeeded');
      if (isEnd && failed++ === 0) throw new Error('the table is away');
      return put(item, condition);
    };
    await archive.send('POST', '/feeds', { url: url('/rss'), capture: 'both' }, { prefer: 'respond-async' });
    await expect(archive.drain()).rejects.toThrow('the table is away');
    archive.store.table.put = put;
    await archive.restart();
    await pass(5 * minuteMs);
    const [item] = (await archive.get(`/articles?feed=${host}`)).body.items;
    expect(item.snapshotCount).toBe(2);
    expect(site.hits(url('/story/1'))).toBe(1);
    expect((await archive.get(`/feeds/${host}`)).body.articles).toBe(1);
  });

  it('when a poll is asked for while one is under way', async () => {
    serveStories(1);
    site.serve(url('/rss'), xml(rss([])));
    await follow({ url: url('/rss') });
    site.serve(url('/rss'), xml(rss([{ n: 1 }])));
    const asks = () => archive.send('POST', `/feeds/${host}/poll`, {}, { prefer: 'respond-async' });
    nowMs += minuteMs;
    const asked = [(await asks()).body.nextPollAt];
    nowMs += 1;
    asked.push((await asks()).body.nextPollAt);
    // The captures of a poll are named by its time: two that run at once make the same.
    expect(asked[1]).toBe(asked[0]);
  });

  it('a feed that a failed poll was asked of', async () => {
    await archive.send('POST', '/feeds', { url: url('/rss') }, { prefer: 'respond-async' });
    await pass(0);
    nowMs += minuteMs;
    expect(await archive.post({}, {}, `/feeds/${host}/poll`)).toMatchObject({
      status: 200,
      body: { problem: { code: 'not-found' } },
    });
    expect((await archive.get(`/feeds/${host}`)).status).toBe(200);
  });

  it('when the message of the first poll is lost', async () => {
    site.serve(url('/rss'), xml(rss([])));
    await archive.send('POST', '/feeds', { url: url('/rss') }, { prefer: 'respond-async' });
    for (const { receipt } of await archive.queue.receive(10, 0)) await archive.queue.done([receipt]);
    expect((await archive.get(`/feeds/${host}`)).body.status).toBe('new');
    await pass(3 * minuteMs);
    expect((await archive.get(`/feeds/${host}`)).body.status).toBe('active');
  });

  it('by a feed of more entries than one poll sends', async () => {
    site.serve(url('/rss'), xml(rss(Array.from({ length: 450 }, (_, n) => ({ n, link: url(`/none/${n}`) })))));
    const { body } = await follow({ url: url('/rss') });
    expect(body).toMatchObject({ entries: 450, entriesSeen: 450 });
    for (let i = 0; i < 3; i++) await pass(minuteMs);
    const hits = Array.from({ length: 450 }, (_, n) => site.hits(url(`/none/${n}`)));
    expect(new Set(hits)).toEqual(new Set([1]));
  });
});

describe('re-checks of an article', () => {
  it('come 1 h, 6 h, 1 d and 7 d after its first capture, and keep what changed', async () => {
    serveStories(1);
    await archive.post({ url: url('/story/1') });
    const startMs = nowMs;
    let hits = 1;
    for (const hours of [1, 6, 24, 168]) {
      if (hours === 6)
        site.serve(url('/story/1'), storyPage({ ...numberedStory(1), title: 'Another headline for story 1' }));
      await pass(startMs + hours * hourMs - minuteMs - nowMs);
      expect(site.hits(url('/story/1'))).toBe(hits);
      await pass(2 * minuteMs);
      expect(site.hits(url('/story/1'))).toBe(++hits);
    }
    await pass(30 * 24 * hourMs);
    expect(site.hits(url('/story/1'))).toBe(hits);
    const { items } = (await archive.get(`/articles?site=${host}`)).body;
    expect(items).toMatchObject([{ snapshotCount: 2, title: 'Another headline for story 1' }]);
    expect((await archive.get(`/articles?changed=true&site=${host}`)).body.items).toHaveLength(1);
  });

  it('that run twice at once keep what changed once', async () => {
    serveStories(1);
    const { body } = await archive.post({ url: url('/story/1') });
    nowMs += 2 * hourMs;
    const html = storyPage({ ...numberedStory(1), title: 'Another headline for story 1' });
    const waiting: (() => void)[] = [];
    // Both have read the article before either is answered.
    site.serve(url('/story/1'), (_, response) => {
      waiting.push(() => response.writeHead(200, { 'content-type': 'text/html' }).end(html));
      if (waiting.length === 2) for (const send of waiting) send();
    });
    for (const minutes of [0, 3])
      await archive.queue.send({
        kind: 'recheck',
        id: body.id,
        dueAt: new Date(nowMs + minutes * minuteMs).toISOString(),
        sends: 1,
      });
    await archive.drain();
    expect(waiting).toHaveLength(2);
    site.serve(url('/story/1'), html);
    expect((await archive.get(`/articles/${body.id}`)).body).toMatchObject({
      snapshotCount: 2,
      title: 'Another headline for story 1',
    });
  });

  it('are those of its feed', async () => {
    serveStories(1, 2);
    site.serve(url('/rss'), xml(rss([{ n: 1 }]), {}));
    await follow({ url: url('/rss'), recheck: ['2h'] });
    await archive.tick();
    await pass(90 * minuteMs);
    expect(site.hits(url('/story/1'))).toBe(1);
    await pass(40 * minuteMs);
    expect(site.hits(url('/story/1'))).toBe(2);
    await pass(10 * 24 * hourMs);
    expect(site.hits(url('/story/1'))).toBe(2);
  });

  it.each([
    ['404', undefined],
    ['410', answer(410)],
    ['a redirect to the home page', redirectTo('/')],
  ])('mark it as removed when its page has become %s, and keep what there was', async (_, serve) => {
    site.serve(url('/'), storyPage(numberedStory(77)));
    serveStories(1);
    const { body } = await archive.post({ url: url('/story/1') });
    if (serve) site.serve(url('/story/1'), serve);
    else site.remove(url('/story/1'));
    await pass(hourMs + minuteMs);
    expect((await archive.get(`/articles/${body.id}`)).body).toMatchObject({
      removedAt: new Date(nowMs).toISOString(),
      snapshotCount: 1,
      title: body.title,
    });
    expect((await archive.get(`/articles?removed=true&site=${host}`)).body.items).toMatchObject([{ id: body.id }]);
    serveStories(1);
    await pass(6 * hourMs);
    expect((await archive.get(`/articles/${body.id}`)).body.removedAt).toBeNull();
  });
});
