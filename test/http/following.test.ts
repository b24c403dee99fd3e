/** An archive is followed by others: as Atom, with conditions; by its list of feeds; and by what changed in a story. */
import { describe, expect, it } from 'vitest';
import { parseFeed } from '../../functions/feeds/parse.ts';
import { type Json, makeTestArchive } from '../support/archive.ts';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2024-05-01T10:00:00Z');
const { site, archive, services } = await useArchive({ now: () => nowMs++ });
const url = (path: string) => `http://pier.example/${path}`;
const ids: string[] = [];
for (const n of [1, 2, 3]) {
  ids.push((await archive.keep(url(`story-${n}`), storyPage(numberedStory(n)))).body.id);
}

describe('GET /feed.xml', () => {
  it('is Atom of what GET /articles answers, a page at a time', async () => {
    const { status, headers, body } = await archive.get('/feed.xml?site=pier.example&limit=2');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
    const listed = (await archive.get('/articles?site=pier.example&limit=2')).body;
    const feed = parseFeed(Buffer.from(body), { url: 'http://localhost/feed.xml' });
    expect(feed.entries.map(({ id, title, url: at, publishedAt }) => ({ id, title, at, publishedAt }))).toEqual(
      listed.items.map((item: Json) => ({
        id: `urn:nightdesk:article:${item.id}`,
        title: item.title,
        at: new URL(item.links.self, 'http://localhost/').href,
        publishedAt: item.publishedAt,
      })),
    );
    for (const { url: original } of listed.items)
      expect(body).toContain(`<link rel="via" type="text/html" href="${original}"/>`);
    const next = /<link rel="next"[^>]*href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = (await archive.get(new URL(next).pathname + new URL(next).search)).body;
    const all = [body, second].flatMap((xml) =>
      parseFeed(Buffer.from(xml), { url: 'http://x.example/' }).entries.map(({ id }) => id),
    );
    expect(all.sort()).toEqual(ids.map((id) => `urn:nightdesk:article:${id}`).sort());
    expect(second).not.toContain('rel="next"');
  });

  it('answers 304 while it is the same, and anew when something came', async () => {
    const first = await archive.get('/feed.xml?order=archived');
    const etag = first.headers.get('etag') ?? '';
    const again = async () =>
      archive.send('GET', '/feed.xml?order=archived', undefined, { 'if-none-match': `"x", W/${etag}` });
    expect(await again()).toMatchObject({ status: 304, body: '' });
    await archive.keep(url('story-4'), storyPage(numberedStory(4)));
    expect((await again()).status).toBe(200);
  });

  it('searches too', async () => {
    const { body } = await archive.get(`/feed.xml?q=${encodeURIComponent('"story 2"')}`);
    expect(parseFeed(Buffer.from(body), { url: 'http://x.example/' }).entries.length).toBe(
      (await archive.get(`/articles?q=${encodeURIComponent('"story 2"')}`)).body.items.length,
    );
  });
});

describe('/feeds.opml', () => {
  it('goes out and comes in, and no feed is followed twice', async () => {
    const opml =
      '<opml version="2.0"><body><outline text="A"><outline text="One" xmlUrl="http://one.example/rss"/></outline><outline xmlUrl="ftp://no.example/"/></body></opml>';
    const post = () => archive.send('POST', '/feeds.opml', opml, { 'content-type': 'text/x-opml' });
    expect(await post()).toMatchObject({
      status: 202,
      body: {
        items: [
          { url: 'http://one.example/rss', feed: 'One', isNew: true },
          { url: 'ftp://no.example/', problem: { code: 'url-refused' } },
        ],
      },
    });
    expect((await post()).body.items[0]).toMatchObject({ feed: 'One', isNew: false });
    const { body } = await archive.get('/feeds.opml');
    expect(body).toContain('<outline text="One" title="One" type="rss" xmlUrl="http://one.example/rss" category="A"/>');
  });

  it('follows many of one name in work that grows with their number alone', async () => {
    const put = archive.store.table.put;
    let puts = 0;
    archive.store.table.put = (item, condition) => {
      puts++;
      return put(item, condition);
    };
    const count = 60;
    const outlines = Array.from(
      { length: count },
      (_, n) => `<outline text="Same" xmlUrl="http://same.example/${n}"/>`,
    );
    const opml = `<opml><body>${outlines.join('')}</body></opml>`;
    const { body } = await archive.send('POST', '/feeds.opml', opml, { 'content-type': 'text/x-opml' });
    archive.store.table.put = put;
    expect(new Set(body.items.map(({ feed }: Json) => feed)).size).toBe(count);
    expect(puts).toBeLessThan(count * 25);
  });

  it('says which feeds it had no time for, and takes them when they are sent again', async () => {
    let slowMs = nowMs;
    // Each look at the clock is a fifth of a second later.
    const slow = makeTestArchive(services, { site, now: () => (slowMs += 200) });
    const outlines = Array.from({ length: 60 }, (_, n) => `<outline xmlUrl="http://slow${n}.example/"/>`).join('');
    const post = async () =>
      (
        await slow.send('POST', '/feeds.opml', `<opml><body>${outlines}</body></opml>`, {
          'content-type': 'text/x-opml',
        })
      ).body.items;
    const first = await post();
    const late = first.filter(({ problem }: Json) => problem?.code === 'unavailable');
    expect([late.length > 0, late.length < 60, first.length]).toEqual([true, true, 60]);
    for (let round = 0; round < 10 && (await post()).some(({ problem }: Json) => problem); round++);
    expect((await post()).every(({ isNew }: Json) => isNew === false)).toBe(true);
    await slow.close();
  });

  it('refuses what is none', async () => {
    expect(await archive.send('POST', '/feeds.opml', '<html/>', { 'content-type': 'text/x-opml' })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
  });
});

describe('GET /articles/{id}/diff', () => {
  it('tells what an edit added and took out, by default between the latest and what was before', async () => {
    const { id } = (await archive.keep(url('ferry'), storyPage(harbour))).body;
    const only = await archive.get(`/articles/${id}/diff`);
    expect(only.body).toMatchObject({ titleChanged: false, textChanged: false });
    nowMs += 60_000;
    await archive.keep(url('ferry'), storyPage(harbourEdited));
    nowMs += 60_000;
    await archive.post({ url: url('ferry') });
    const { body } = await archive.get(`/articles/${id}/diff`);
    expect(body).toMatchObject({
      titleChanged: true,
      textChanged: true,
      from: { title: harbour.title },
      to: { title: harbourEdited.title },
    });
    const of = (...changes: string[]) =>
      body.paragraphs.filter(({ change }: Json) => changes.includes(change)).map(({ text }: Json) => text);
    expect(of('same', 'removed')).toEqual(harbour.paragraphs);
    expect(of('same', 'added')).toEqual(harbourEdited.paragraphs);
    const back = await archive.get(`/articles/${id}/diff?from=${body.to.timestamp}&to=${body.from.timestamp}`);
    expect(back.body.paragraphs.filter(({ change }: Json) => change === 'added').map(({ text }: Json) => text)).toEqual(
      of('removed'),
    );
  });

  it('says which snapshot there is none of', async () => {
    expect(await archive.get(`/articles/${ids[0]}/diff?from=20000101000000`)).toMatchObject({
      status: 404,
      body: { code: 'unknown-snapshot' },
    });
  });
});
