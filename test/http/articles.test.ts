/** The way of a story through the API: post, read, list, correct, take down. */
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeClients } from '../../functions/store/clients.ts';
import { maintain } from '../../functions/store/maintain.ts';
import { makeTestArchive, type TestArchive } from '../support/archive.ts';
import { awsEnvironment } from '../support/aws-endpoints.ts';
import { harbour, harbourEdited, library, numberedStory, storyPage } from '../support/pages.ts';
import { answer, redirectTo } from '../support/site.ts';
import { useArchive, useServices } from '../support/use.ts';

let nowMs = Date.parse('2024-05-01T10:00:00Z');

const { services, site, archive } = await useArchive({ now: () => nowMs++ });

const page = (path: string) => `http://pier.example${path}`;

describe('POST /articles {url}', () => {
  it('answers 201 with the article and keeps the bytes exactly as served', async () => {
    const html = storyPage(harbour);
    const posted = await archive.keep(page('/ferry'), html);
    expect(posted.status).toBe(201);
    expect(posted.headers.get('location')).toBe(`/articles/${posted.body.id}`);
    expect(posted.headers.get('preference-applied')).toBe('wait=10');
    expect(posted.body).toMatchObject({
      url: 'http://pier.example/ferry',
      site: 'pier.example',
      kind: 'article',
      title: 'Harbour ferry returns after nine years',
      authors: ['Mara Lindqvist'],
      publishedAt: '2024-04-03T19:45:01.000Z',
      publishedAtSource: 'page',
      lang: 'en',
      snapshotCount: 1,
      snapshot: 'first',
    });

    const raw = await archive.app.request(posted.body.snapshotUrl);
    expect(raw.status).toBe(200);
    expect(await raw.text()).toBe(html);
    expect(raw.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(raw.headers.get('content-security-policy')).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    );
    expect(raw.headers.get('repr-digest')).toBe(`sha-256=:${createHash('sha256').update(html).digest('base64')}:`);
    expect(raw.headers.get('cache-control')).toBe('private, no-cache');
    expect(raw.headers.get('memento-datetime')).toBe('Wed, 01 May 2024 10:00:00 GMT');

    const packed = await archive.app.request(posted.body.snapshotUrl, { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(Buffer.from(await packed.arrayBuffer())).toString()).toBe(html);

    const [look] = (await archive.get(`${posted.body.links.self}/snapshots`)).body.items;
    expect(look).toMatchObject({ kind: 'article', kindReason: 'story-data', kindConfidence: 0.95 });

    const read = await archive.get(`/articles/${posted.body.id}`);
    expect(read.body.text.split('\n')).toEqual(harbour.paragraphs);
    expect(read.body.textTruncated).toBe(false);
  });

  it('answers 200 and stores no second object when the page is the same', async () => {
    const first = await archive.keep(page('/same'), storyPage(numberedStory(1)));
    const second = await archive.post({ url: page('/same') });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toMatchObject({ id: first.body.id, snapshot: 'unchanged', snapshotCount: 2 });
    const objects = [];
    for await (const keys of services.store.bucket.list(`snapshots/${first.body.id}/`)) objects.push(...keys);
    expect(objects).toHaveLength(1);
  });

  it('answers 200 with a new snapshot when the story was edited, and keeps both', async () => {
    const first = await archive.keep(page('/edited'), storyPage(harbour));
    nowMs += 60_000;
    const second = await archive.keep(page('/edited'), storyPage(harbourEdited));
    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({
      snapshot: 'new',
      title: 'Harbour ferry returns after nine years, and breaks down',
      versionCount: 2,
    });
    const { body } = await archive.get(`/articles/${first.body.id}/snapshots`);
    expect(body.items.map((s: { changed: boolean; title: string }) => [s.changed, s.title])).toEqual([
      [true, 'Harbour ferry returns after nine years, and breaks down'],
      [true, 'Harbour ferry returns after nine years'],
    ]);
    expect(await (await archive.app.request(body.items[1].url)).text()).toBe(storyPage(harbour));
  });

  it('tells Chinese stories as they are', async () => {
    const { body } = await archive.keep(page('/library'), storyPage(library));
    expect(body).toMatchObject({
      title: '市立圖書館重新開放 讀者排隊入場',
      authors: ['陳美玲'],
      lang: 'zh-TW',
      publishedAt: '2024-04-05T00:00:00.000Z',
    });
    const read = await archive.get(`/articles/${body.id}`);
    expect(read.body.text.split('\n')).toEqual(library.paragraphs);
  });

  it('answers 202 with the capture at once when the client prefers not to wait', async () => {
    site.serve(page('/async'), storyPage(numberedStory(2)));
    const posted = await archive.send('POST', '/articles', { url: page('/async') }, { prefer: 'respond-async' });
    expect(posted.headers.get('preference-applied')).toBe('respond-async');
    expect(posted.status).toBe(202);
    const capture = posted.headers.get('location') ?? '';
    expect(capture).toBe(`/captures/${posted.body.id}`);
    await archive.drain();
    expect((await archive.get(capture)).body).toMatchObject({ status: 'succeeded', snapshot: 'first' });
  });

  it('joins the capture of a URL that is still pending', async () => {
    site.serve(page('/joined'), storyPage(numberedStory(3)));
    const later = { prefer: 'respond-async' };
    const one = await archive.send('POST', '/articles', { url: page('/joined') }, later);
    const two = await archive.send('POST', '/articles', { url: `${page('/joined')}?utm_source=x#top` }, later);
    expect(two.body.id).toBe(one.body.id);
    await archive.drain();
    expect(site.hits(page('/joined'))).toBe(1);
  });

  it('answers with the stored article when its last snapshot is young enough', async () => {
    await archive.keep(page('/fresh'), storyPage(numberedStory(4)));
    const again = await archive.post({ url: page('/fresh'), ifNotArchivedWithin: '1h' });
    expect([again.status, again.body.snapshot, again.body.snapshotCount]).toEqual([200, 'stored', 1]);
    expect(site.hits(page('/fresh'))).toBe(1);
    nowMs += 2 * 3_600_000;
    const later = await archive.post({ url: page('/fresh'), ifNotArchivedWithin: '1h' });
    expect(later.body.snapshotCount).toBe(2);
  });

  it('says with 422 and the code why a page could not be had, with the article that it has', async () => {
    const first = await archive.keep(page('/lost'), storyPage(numberedStory(5)));
    site.remove(page('/lost'));
    const second = await archive.post({ url: page('/lost') });
    expect(second.status).toBe(422);
    expect(second.headers.get('content-type')).toContain('application/problem+json');
    expect(second.body).toMatchObject({
      code: 'not-found',
      status: 422,
      article: { id: first.body.id, title: 'Council meeting number 5 ends without a vote' },
    });
    expect(second.body.article.removedAt).not.toBeNull();
    const removed = await archive.get('/articles?removed=true&limit=100');
    expect(removed.body.items.map((item: { id: string }) => item.id)).toContain(first.body.id);
    expect((await archive.keep(page('/lost'), storyPage(numberedStory(5)))).body.removedAt).toBeNull();
  });

  it('answers 202 with the problem so far when trying again may help', async () => {
    const posted = await archive.keep(page('/busy'), answer(429, { 'retry-after': '7200' }));
    expect(posted.status).toBe(202);
    expect(posted.body).toMatchObject({ status: 'queued', attempts: 1, problem: { code: 'rate-limited' } });
    const waitMs = Date.parse(posted.body.nextAttemptAt) - nowMs;
    expect(waitMs).toBeGreaterThan(7_100_000);
    expect(waitMs).toBeLessThanOrEqual(7_200_000);
  });
});

describe('POST /articles {url, html}', () => {
  it('archives bytes that the client holds without fetching, at the time they were captured', async () => {
    const posted = await archive.post({
      url: page('/behind-the-wall'),
      html: storyPage(numberedStory(6)),
      capturedAt: '2024-04-20T12:00:00Z',
    });
    expect(posted.status).toBe(201);
    expect(posted.body).toMatchObject({
      title: 'Council meeting number 6 ends without a vote',
      firstArchivedAt: '2024-04-20T12:00:00.000Z',
    });
    expect(site.hits(page('/behind-the-wall'))).toBe(0);
    const { body } = await archive.get(`/articles/${posted.body.id}/snapshots`);
    expect(body.items[0]).toMatchObject({ source: 'submitted', timestamp: '20240420120000' });
    expect(await (await archive.app.request(body.items[0].url)).text()).toBe(storyPage(numberedStory(6)));
    const waiting = [];
    for await (const keys of services.store.bucket.list('submitted/')) waiting.push(...keys);
    expect(waiting).toEqual([]);
  });
});

describe('POST /articles {urls}', () => {
  it('accepts up to 500, tells bad ones apart, and lists the batch', async () => {
    const urls = [10, 11, 12].map((n) => page(`/batch/${n}`));
    for (const [i, url] of urls.entries()) site.serve(url, storyPage(numberedStory(10 + i)));
    const posted = await archive.send('POST', '/articles', { urls: [...urls, 'ftp://pier.example/x', urls[0]] });
    expect(posted.status).toBe(202);
    expect(posted.body.items).toHaveLength(5);
    expect(posted.body.items[3].problem.code).toBe('url-refused');
    expect(posted.body.items[4].capture).toBe(posted.body.items[0].capture);
    await archive.drain();
    const { body } = await archive.get(`/captures?batch=${posted.body.batch}&status=succeeded`);
    expect(body.items.map((item: { url: string }) => item.url)).toEqual(urls);
    expect(body.next).toBeNull();
    const firstPage = await archive.get(`/captures?batch=${posted.body.batch}&limit=2`);
    const secondPage = await archive.get(`/captures?batch=${posted.body.batch}&limit=2&cursor=${firstPage.body.next}`);
    expect([...firstPage.body.items, ...secondPage.body.items].map((item: { url: string }) => item.url)).toEqual(urls);
  });
});

describe('GET /articles', () => {
  let listing: TestArchive;
  const ids: string[] = [];

  beforeAll(async () => {
    listing = makeTestArchive(await useServices(), { site, now: () => nowMs++ });
    for (let n = 0; n < 30; n++) {
      const url = `http://${n % 2 ? 'even.example' : 'www.odd.example'}/list/${n}`;
      site.serve(url, storyPage({ ...numberedStory(n * 24), lang: n % 3 ? 'en' : 'en-GB' }));
      ids.push((await listing.post({ url })).body.id);
    }
  });
  afterAll(() => listing.close());

  const idsOf = (body: { items: { id: string }[] }) => body.items.map((item) => item.id);

  it('lists by publication time, newest first, and the other way round', async () => {
    expect(idsOf((await listing.get('/articles?limit=5')).body)).toEqual([29, 28, 27, 26, 25].map((n) => ids[n]));
    expect(idsOf((await listing.get('/articles?limit=5&order=oldest')).body)).toEqual(
      [0, 1, 2, 3, 4].map((n) => ids[n]),
    );
  });

  it('lists by the time of the first capture for those who follow', async () => {
    expect(idsOf((await listing.get('/articles?limit=3&order=archived')).body)).toEqual(
      [29, 28, 27].map((n) => ids[n]),
    );
  });

  it.each([
    ['a day, its last moment included', 'from=2024-01-05&to=2024-01-05', [4]],
    ['moments', 'from=2024-01-05T00:00:00Z&to=2024-01-06T00:00:00Z', [5, 4]],
    ['an offset whose plus became a space', 'from=2024-01-05T02:00+02:00&to=2024-01-05T02:00 02:00', [4]],
    ['nothing', 'from=2023-01-01&to=2023-12-31', []],
  ])('answers a range of %s', async (_, query, expected) => {
    expect(idsOf((await listing.get(`/articles?${query}`)).body)).toEqual(expected.map((n) => ids[n]));
  });

  it.each([
    ['site', 'site=odd.example', [28, 26, 24]],
    ['site with www.', 'site=www.odd.example', [28, 26, 24]],
    ['language with all its regions', 'lang=en', [29, 28, 27]],
    ['language of a region', 'lang=en-gb', [27, 24, 21]],
    ['site and range', 'site=even.example&to=2024-01-04', [3, 1]],
  ])('filters by %s', async (_, query, expected) => {
    expect(idsOf((await listing.get(`/articles?limit=3&${query}`)).body)).toEqual(expected.map((n) => ids[n]));
  });

  it('pages through everything once, whatever the limit, and ends with null', async () => {
    for (const [limit, query] of [
      [1, ''],
      [7, ''],
      [10, '&order=oldest'],
      [4, '&site=odd.example'],
      [100, ''],
    ] as const) {
      const seen: string[] = [];
      let next: string | null = null;
      do {
        const { body }: { body: { items: { id: string }[]; next: string | null } } = await listing.get(
          `/articles?limit=${limit}${query}${next ? `&cursor=${next}` : ''}`,
        );
        seen.push(...idsOf(body));
        next = body.next;
      } while (next !== null);
      const all = query.includes('odd') ? ids.filter((_, n) => n % 2 === 0) : ids;
      expect(seen).toEqual(query.includes('oldest') ? all : all.toReversed());
    }
  });

  it('finds an article by any of its URLs', async () => {
    expect(
      idsOf(
        (await listing.get(`/articles?url=${encodeURIComponent('http://www.odd.example/list/4?utm_campaign=z')}`)).body,
      ),
    ).toEqual([ids[4]]);
    expect((await listing.get('/articles?url=http://unknown.example/')).body).toEqual({ items: [], next: null });
  });

  it('filters by tag, which PATCH sets, and shows corrections beside what was extracted', async () => {
    const patched = await listing.send('PATCH', `/articles/${ids[3]}`, {
      tags: ['benches', '公園'],
      title: 'A better headline',
      publishedAt: '2024-02-29T12:00:00Z',
    });
    expect(patched.status).toBe(200);
    expect(patched.body).toMatchObject({
      title: 'A better headline',
      publishedAt: '2024-02-29T12:00:00.000Z',
      publishedAtSource: 'corrected',
      extracted: { title: 'Council meeting number 72 ends without a vote', publishedAt: '2024-01-04T00:00:00.000Z' },
    });
    expect(idsOf((await listing.get(`/articles?tag=${encodeURIComponent('公園')}`)).body)).toEqual([ids[3]]);
    expect(idsOf((await listing.get('/articles?limit=1')).body)).toEqual([ids[3]]);
    expect(idsOf((await listing.get('/articles?from=2024-01-04&to=2024-01-04')).body)).toEqual([]);
    const again = await listing.post({ url: 'http://even.example/list/3' });
    expect(again.body.title).toBe('A better headline');
    const undone = await listing.send('PATCH', `/articles/${ids[3]}`, { title: null, publishedAt: null, tags: null });
    expect(undone.body).toMatchObject({
      title: 'Council meeting number 72 ends without a vote',
      publishedAtSource: 'page',
      tags: [],
    });
    expect(undone.body).not.toHaveProperty('extracted');
  });
});

describe('a snapshot too large for an answer of AWS', () => {
  it('is answered whole where answers have no limit', async () => {
    const html = storyPage(harbour).replace('</main>', `</main><!-- ${randomBytes(4_500_000).toString('base64')} -->`);
    const { body } = await archive.keep(page('/whole'), html);
    const plain = await archive.app.request(body.snapshotUrl);
    expect([plain.status, (await plain.text()) === html]).toEqual([200, true]);
    const packed = await archive.app.request(body.snapshotUrl, { headers: { 'accept-encoding': 'gzip' } });
    expect(gunzipSync(Buffer.from(await packed.arrayBuffer())).toString() === html).toBe(true);
  });

  it('is downloaded as the client can read it, and the copies go after a day', async () => {
    const html = storyPage(harbour).replace('</main>', `</main><!-- ${randomBytes(4_500_000).toString('base64')} -->`);
    site.serve(page('/large'), html);
    const aws = await awsEnvironment(services.embedded.ask);
    for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
    const small = makeTestArchive(services, { site, maxAnswerBytes: 4 * 1024 * 1024, clients: makeClients(null) });
    const { body } = await archive.post({ url: page('/large') });
    const download = async (headers: Record<string, string>) => {
      const link = await small.app.request(body.snapshotUrl, { headers });
      expect(link.status).toBe(307);
      // `fetch` would unpack the answer and hide what was sent.
      return new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
        request(link.headers.get('location') ?? '', async (response) => {
          const encoding = response.headers['content-encoding'];
          resolve({ encoding, bytes: Buffer.concat(await response.toArray()) });
        })
          .on('error', reject)
          .end();
      });
    };
    const packed = await download({ 'accept-encoding': 'gzip' });
    expect([packed.encoding, gunzipSync(packed.bytes).toString() === html]).toEqual(['gzip', true]);
    const plain = await download({});
    expect([plain.encoding, plain.bytes.toString() === html]).toEqual([undefined, true]);

    const hourMs = 3_600_000;
    expect(await maintain(services.store, Date.now() + 23 * hourMs)).toMatchObject({ downloads: 0 });
    expect(await maintain(services.store, Date.now() + 25 * hourMs)).toMatchObject({ downloads: 2 });
    expect((await small.app.request(body.snapshotUrl)).status).toBe(307);
    await archive.send('DELETE', `/articles/${body.id}`);
    await archive.drain();
    expect(await services.store.bucket.list('downloads/').next()).toMatchObject({ value: [] });
    vi.unstubAllEnvs();
    aws.close();
  });
});

describe('GET /articles/{id}.md', () => {
  it('writes the document of the git archives', async () => {
    const { body } = await archive.keep(
      page('/document'),
      storyPage({ ...harbour, title: 'Ferry [live] (& more)', paragraphs: [...harbour.paragraphs, 'Fares: 3 < 4.'] }),
    );
    const { body: document, headers } = await archive.get(`/articles/${body.id}.md`);
    expect(headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(document.split('\n').slice(0, 4)).toEqual([
      '<!--1712173501000-->',
      '[Ferry [live] (& more)](http://pier.example/document)',
      '------',
      '',
    ]);
    expect(document).toContain('<p>Fares: 3 &lt; 4.</p>');
  });
});

describe('redirects', () => {
  it('makes the URLs on the way aliases of the article', async () => {
    site.serve(page('/short'), redirectTo('/long/story'));
    site.serve(page('/long/story'), storyPage(numberedStory(50)));
    const posted = await archive.post({ url: page('/short') });
    expect(posted.body).toMatchObject({
      url: 'http://pier.example/long/story',
      aliases: ['http://pier.example/short'],
    });
    const { body } = await archive.get(`/articles/${posted.body.id}/snapshots`);
    expect(body.items[0]).toMatchObject({
      finalUrl: 'http://pier.example/long/story',
      redirects: ['http://pier.example/short'],
    });
  });
});

describe('DELETE /articles/{id}', () => {
  it('takes an article down for good, and an admin can lift that once everything is purged', async () => {
    const { body } = await archive.keep(page('/secret'), storyPage(numberedStory(60)));
    expect((await archive.send('DELETE', `/articles/${body.id}`)).status).toBe(204);
    expect((await archive.send('DELETE', `/articles/${body.id}`)).status).toBe(204);
    for (const path of ['', '.md', '/snapshots', body.snapshotUrl.slice(`/articles/${body.id}`.length)]) {
      const { status, body: problem } = await archive.get(`/articles/${body.id}${path}`);
      expect([status, problem.code]).toEqual([410, 'taken-down']);
    }
    const again = await archive.post({ url: page('/secret') });
    expect([again.status, again.body.code]).toEqual([409, 'taken-down']);
    const redirected = await archive.keep(page('/to-secret'), redirectTo('/secret'));
    expect([redirected.status, redirected.body.code]).toEqual([409, 'taken-down']);
    expect(redirected.body.detail).toBe(again.body.detail);
    expect(again.body.detail).toContain('PATCH it with {"takenDown": false} to lift that');
    expect((await archive.get(`/articles?url=${page('/secret')}`)).body.items).toEqual([]);
    await archive.drain();
    expect(await services.store.bucket.list(`snapshots/${body.id}/`).next()).toMatchObject({ value: [] });

    const early = await archive.send('PATCH', `/articles/${body.id}`, { takenDown: false });
    expect([early.status, early.body.code]).toEqual([409, 'takedown-in-progress']);
    nowMs += 16 * 60_000;
    await archive.restart();
    expect((await archive.send('PATCH', `/articles/${body.id}`, { takenDown: false })).status).toBe(204);
    expect((await archive.post({ url: page('/secret') })).status).toBe(201);
  });

  it('says so to whoever is being answered when the bytes are purged', async () => {
    const { body } = await archive.keep(page('/purged'), storyPage(numberedStory(61)));
    const slow = makeTestArchive(services, { site, now: () => nowMs++, clients: services.embedded.clients });
    const { get } = slow.store.bucket;
    slow.store.bucket.get = async (key) => {
      await archive.send('DELETE', `/articles/${body.id}`);
      await archive.drain();
      return get(key);
    };
    const answer = await slow.get(body.snapshotUrl);
    expect([answer.status, answer.body.code]).toEqual([410, 'taken-down']);
    await slow.close();
  });
});
