/** Captures of one story at the same time and in every order: one article, its text the newest good version. */
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Reread } from '../../functions/capture/commit.ts';
import { metadataOf, noOrigin } from '../../functions/capture/incoming.ts';
import { savePage } from '../../functions/capture/save.ts';
import { purgeAgainMs } from '../../functions/capture/takedown.ts';
import { makeExtractor } from '../../functions/jobs/extractor.ts';
import { bodyObject, getKnown, getText, putSnapshot } from '../../functions/store/articles.ts';
import { makeTestArchive } from '../support/archive.ts';
import { cookieWall, harbour, harbourEdited, numberedStory, softNotFound, storyPage, stub } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

const extractor = makeExtractor();

const { services, site, archive } = await useArchive();
afterAll(async () => {
  await extractor.close();
});

/** A page as the worker holds it after fetch and extraction, fetched at a time of the test's choice. */
async function captured(url: string, html: string, fetchedAt: string, captureId: string) {
  const body = Buffer.from(html);
  return {
    requestedUrl: url,
    finalUrl: url,
    redirects: [],
    status: 200,
    headers: [],
    headersCut: false,
    contentType: 'text/html; charset=utf-8',
    body,
    fetchedAtMs: Date.parse(fetchedAt),
    durationMs: 5,
    captureId,
    source: 'fetch' as const,
    origin: noOrigin,
    extraction: await extractor.extract(body, { url }),
  };
}

/** As the worker does it: the stored body once more through the extractor. */
const reread: Reread = async (id, snapshot) => {
  const object = await services.store.bucket.get(bodyObject(id, snapshot.digest));
  const { extracted } = await extractor.extract(gunzipSync(object?.bytes ?? new Uint8Array()), {
    url: snapshot.finalUrl,
  });
  return { metadata: metadataOf(extracted, Date.parse(snapshot.fetchedAt)), text: extracted.text };
};

function permutations<T>(list: T[]): T[][] {
  return list.length <= 1
    ? [list]
    : list.flatMap((item, i) => permutations(list.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

const [first, edited, wall] = [
  { name: 'first', html: storyPage(harbour), at: '2024-04-03T20:00:00Z' },
  { name: 'edited', html: storyPage(harbourEdited), at: '2024-04-03T21:00:00Z' },
  { name: 'wall', html: cookieWall, at: '2024-04-03T22:00:00Z' },
];
const gone = { name: 'soft 404', html: softNotFound, at: '2024-04-03T23:00:00Z' };
const short = { name: 'stub', html: stub, at: '2024-04-04T00:00:00Z' };

describe('captures saved in every order', () => {
  const orders = [
    ...permutations([first, edited, wall]),
    [wall, gone, short, edited, first],
    [short, first, gone, edited, wall],
    [gone, wall, short, first, edited],
  ];

  it.each(orders.map((order, n) => ({ name: order.map((page) => page.name).join(', '), order, n })))(
    'leave the edited story: $name',
    async ({ order, n }) => {
      const url = `http://order.example/${n}`;
      let id = '';
      for (const [i, page] of order.entries()) {
        const saved = await savePage(services.store, await captured(url, page.html, page.at, `capture ${n} ${i}`), {
          reread,
        });
        if (saved.status === 'saved') id = saved.article.id;
      }
      const article = (await getKnown(services.store.table, id))?.article;
      expect(article).toMatchObject({
        title: 'Harbour ferry returns after nine years, and breaks down',
        kind: 'article',
        snapshotCount: order.length,
        versionCount: 2,
        firstArchivedAt: '2024-04-03T20:00:00.000Z',
      });
      expect(article?.textId && (await getText(services.store, id, article.textId))).toContain(
        'a spare part from Gdansk',
      );
      const { body } = await archive.get(`/articles/${id}/snapshots`);
      const times = body.items.map((item: { timestamp: string }) => item.timestamp);
      expect(times).toEqual([...new Set(times)].sort().toReversed());
      expect(times).toHaveLength(order.length);
      expect(body.items.map((item: { changed: boolean }) => item.changed)).toEqual(times.map(() => true));
    },
  );

  it.each(permutations([0, 1, 2, 3]).map((order) => ({ order })))(
    'of a page that was edited and edited back say which changed: $order',
    async ({ order }) => {
      const url = `http://order.example/back/${order.join('-')}`;
      const pages = [first, edited, { ...edited, at: wall.at }, { ...first, at: gone.at }];
      for (const i of order) {
        const page = pages[i] ?? first;
        await savePage(services.store, await captured(url, page.html, page.at, `back ${order} ${i}`), { reread });
      }
      const { items } = (await archive.get(`/articles?url=${url}`)).body;
      expect(items[0]).toMatchObject({ title: 'Harbour ferry returns after nine years', versionCount: 3 });
      const { body } = await archive.get(`/articles/${items[0].id}/snapshots`);
      expect(body.items.map((item: { changed: boolean }) => item.changed)).toEqual([true, false, true, true]);
    },
  );

  it('are all counted where they are more than one read of the table gives', async () => {
    const url = 'http://order.example/many';
    const saved = await savePage(services.store, await captured(url, first.html, gone.at, 'many'), { reread });
    if (saved.status !== 'saved') throw new Error('not saved');
    // Five titles of 300 KB are over the megabyte that DynamoDB answers at a time.
    for (let n = 0; n < 5; n++) {
      await putSnapshot(services.store.table, saved.article.id, {
        ...saved.article.latest,
        timestamp: `2024040320000${n}`,
        capture: `many ${n}`,
        title: 'x'.repeat(300_000),
        kind: 'stub',
      });
    }
    const older = await savePage(services.store, await captured(url, edited.html, edited.at, 'many older'), { reread });
    expect(older).toMatchObject({ status: 'saved', article: { snapshotCount: 7 } });
  });

  it('at the same moment all find a place, and the count is right', async () => {
    const url = 'http://order.example/at-once';
    const pages = await Promise.all(
      [first, edited, wall, gone, short].map((page, i) => captured(url, page.html, page.at, `at once ${i}`)),
    );
    const saved = await Promise.all(pages.map((page) => savePage(services.store, page, { reread })));
    const ids = new Set(saved.map((result) => (result.status === 'saved' ? result.article.id : result.status)));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    const article = (await getKnown(services.store.table, id))?.article;
    expect(article).toMatchObject({
      title: 'Harbour ferry returns after nine years, and breaks down',
      snapshotCount: 5,
    });
    expect((await archive.get(`/articles/${id}/snapshots`)).body.items).toHaveLength(5);
  });

  it('with one timestamp keep them all, a second apart', async () => {
    const url = 'http://order.example/same-second';
    for (const [i, page] of [first, edited, wall].entries()) {
      await savePage(services.store, await captured(url, page.html, '2024-04-03T20:00:00Z', `same ${i}`), { reread });
    }
    const { body } = await archive.get('/articles?url=http://order.example/same-second');
    const list = await archive.get(`/articles/${body.items[0].id}/snapshots`);
    expect(list.body.items.map((item: { timestamp: string }) => item.timestamp)).toEqual([
      '20240403200002',
      '20240403200001',
      '20240403200000',
    ]);
  });
});

describe('what never replaces a story', () => {
  it.each([
    { name: 'a cookie wall', html: cookieWall, mark: 'shrunk' },
    { name: 'a stub', html: stub, mark: 'shrunk' },
    { name: 'a soft 404', html: softNotFound, mark: 'shrunk' },
    { name: 'another story', html: storyPage(numberedStory(5)), mark: 'replaced' },
  ])('$name is kept as a snapshot marked $mark', async ({ name, html, mark }) => {
    const url = `http://never.example/${encodeURIComponent(name)}`;
    await savePage(services.store, await captured(url, storyPage(harbour), '2024-04-03T20:00:00Z', `${name} 1`), {
      reread,
    });
    const saved = await savePage(services.store, await captured(url, html, '2024-04-04T20:00:00Z', `${name} 2`), {
      reread,
    });
    if (saved.status !== 'saved') throw new Error('not saved');
    expect(saved.article).toMatchObject({
      title: 'Harbour ferry returns after nine years',
      wordCount: 137,
      snapshotCount: 2,
      latest: { mark, changed: true },
    });
    const { body } = await archive.get(`/articles/${saved.article.id}/snapshots`);
    expect(await (await archive.app.request(body.items[0].url)).text()).toBe(html);
  });
});

describe('at the same time', () => {
  it('two posts of a new URL make one article', async () => {
    site.serve('http://twice.example/story', storyPage(numberedStory(7)));
    const later = { prefer: 'respond-async' };
    const answers = await Promise.all(
      [1, 2, 3].map(() => archive.send('POST', '/articles', { url: 'http://twice.example/story' }, later)),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    await archive.drain();
    const captures = await Promise.all(answers.map(({ body }) => archive.get(`/captures/${body.id}`)));
    expect(new Set(captures.map(({ body }) => body.article)).size).toBe(1);
    expect((await archive.get('/articles?site=twice.example')).body.items).toHaveLength(1);
  });

  it('a takedown while a capture is under way stays, and what the capture added is purged', async () => {
    const url = 'http://taken.example/story';
    site.serve(url, storyPage(numberedStory(8)));
    let nowMs = Date.parse('2024-06-01T00:00:00Z');
    const timed = makeTestArchive(services, { site, now: () => nowMs });
    const { body } = await timed.post({ url });
    site.serve(url, (_, response) => {
      void timed
        .send('DELETE', `/articles/${body.id}`)
        .then(() => response.writeHead(200, { 'content-type': 'text/html' }).end(storyPage(numberedStory(8))));
    });
    const during = await timed.post({ url });
    expect([during.status, during.body.code]).toEqual([409, 'taken-down']);
    expect((await timed.get(`/articles/${body.id}`)).status).toBe(410);
    // A capture that resolved before the takedown puts its body after the first purge; the second one gets it.
    await services.store.bucket.put(`snapshots/${body.id}/late`, {
      bytes: Buffer.from('x'),
      contentType: null,
      contentEncoding: null,
    });
    nowMs += purgeAgainMs + 1000;
    await timed.restart();
    expect(await services.store.bucket.list(`snapshots/${body.id}/`).next()).toMatchObject({ value: [] });
    await timed.close();
  });
});
