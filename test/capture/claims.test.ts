/** A page that names another story's URL as its canonical one: a claim, which hides that story from nothing that looks for it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { responseRecord } from '../../functions/formats/warc-write.ts';
import { writeDocument } from '../../functions/formats/write-document.ts';
import type { Json } from '../support/archive.ts';
import { cookieWall, harbour, harbourEdited, numberedStory, type Story, storyPage } from '../support/pages.ts';
import { answer, redirectTo } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2024-05-01T10:00:00Z');

const { site, archive } = await useArchive({ now: () => nowMs });

let tests = 0;
let x = '';
let y = '';
/** X tells of the council, Y of the ferry. */
beforeEach(() => {
  const host = `claims${++tests}.example`;
  [x, y] = [`http://${host}/2024/council-1`, `http://${host}/2024/ferry-2`];
  nowMs += 3_600_000;
});

const council = numberedStory(1);
const at = async (url: string): Promise<Json[]> =>
  (await archive.get(`/articles?url=${encodeURIComponent(url)}`)).body.items;
const idAt = async (url: string): Promise<string | undefined> => (await at(url))[0]?.id;

/** X is archived, and names Y. */
async function archiveX(story: Story = council): Promise<string> {
  site.serve(x, storyPage({ ...story, canonical: y }));
  return (await archive.post({ url: x })).body.id;
}

async function takeDown(id: string): Promise<void> {
  await archive.send('DELETE', `/articles/${id}`);
  await archive.drain();
}

/** The ways by which a story comes to its URL. Each leads to Y, which the site serves. */
const ways: { name: string; come: () => Promise<unknown> }[] = [
  { name: 'a post', come: () => archive.post({ url: y }) },
  { name: 'a post unless it is archived', come: () => archive.post({ url: y, ifNotArchivedWithin: '30d' }) },
  { name: 'a page that a client holds', come: () => archive.post({ url: y, html: storyPage(harbour) }) },
  {
    name: 'a batch',
    come: async () => {
      await archive.post({ urls: [y] });
      await archive.drain();
    },
  },
  {
    name: 'a feed',
    come: async () => {
      const feed = new URL('/feed.xml', y).href;
      const xml = `<?xml version="1.0"?><rss version="2.0"><channel><title>Pier</title><item><title>Ferry</title><link>${y}</link></item></channel></rss>`;
      site.serve(feed, answer(200, { 'content-type': 'application/rss+xml' }, xml));
      await archive.post({ url: feed }, {}, '/feeds');
      await archive.drain();
    },
  },
  {
    name: 'a mobile page, whose canonical URL is a variant',
    come: () => {
      const mobile = y.replace('//', '//m.');
      site.serve(mobile, storyPage({ ...harbour, canonical: y }));
      return archive.post({ url: mobile });
    },
  },
  {
    name: 'the other scheme, without a canonical URL',
    come: () => archive.post({ url: y.replace('http:', 'https:'), html: storyPage({ ...harbour, canonical: y }) }),
  },
  {
    name: 'a redirect',
    come: () => {
      const old = y.replace('ferry', 'old-ferry');
      site.serve(old, redirectTo(y, 301));
      return archive.post({ url: old });
    },
  },
  {
    name: 'a document',
    come: () => {
      const document = writeDocument({
        title: harbour.title,
        url: y,
        publishedAtMs: nowMs - 86_400_000,
        body: harbour.paragraphs.join('\n\n'),
      });
      return archive.send('POST', '/documents', document, { 'content-type': 'text/markdown' });
    },
  },
  {
    name: 'a WARC',
    come: async () => {
      const record = await responseRecord({
        key: 'y',
        date: '2024-04-02T03:04:05Z',
        targetUri: y,
        warcinfo: 'file',
        status: 200,
        headers: [['Content-Type', 'text/html; charset=utf-8']],
        body: Buffer.from(storyPage(harbour)),
      });
      return archive.app.request('/warc', { method: 'POST', body: Uint8Array.from(record) });
    },
  },
];

describe.each(ways)('$name', ({ come }) => {
  it('brings the story whose URL another page named, as an article of its own', async () => {
    const wrong = await archiveX();
    site.serve(y, storyPage(harbour));
    await come();
    expect(await at(y)).toMatchObject([{ title: harbour.title, by: 'direct' }]);
    expect(await at(x)).toMatchObject([{ id: wrong, title: council.title, snapshotCount: 1, by: 'direct' }]);
  });

  it('brings it where the page that named it was taken down', async () => {
    await takeDown(await archiveX());
    site.serve(y, storyPage(harbour));
    await come();
    expect(await at(y)).toMatchObject([{ title: harbour.title, by: 'direct' }]);
    expect(await at(x)).toEqual([]);
    expect((await archive.post({ url: x })).status).toBe(409);
  });

  it('keeps it where the other page is archived later', async () => {
    site.serve(y, storyPage(harbour));
    await come();
    const id = await idAt(y);
    const other = await archiveX();
    expect(other).not.toBe(id);
    expect(await at(y)).toMatchObject([{ id, title: harbour.title, by: 'direct' }]);
    expect(await at(x)).toMatchObject([{ id: other, title: council.title, aliases: [] }]);
  });

  it('joins the article of the page that named it where both tell the same story', async () => {
    const id = await archiveX(harbour);
    expect(await at(y)).toMatchObject([{ id, by: 'canonical' }]);
    site.serve(y, storyPage({ ...harbour, title: 'A ferry comes back' }));
    await come();
    expect(await at(y)).toMatchObject([{ id, by: 'direct' }]);
  });
});

describe('a claim', () => {
  it('answers where somebody looks for the URL, and says that it is one', async () => {
    const id = await archiveX();
    expect(await at(y)).toMatchObject([{ id, by: 'canonical' }]);
    expect(await at(x)).toMatchObject([{ id, by: 'direct' }]);
    expect((await archive.get('/articles?limit=1')).body.items[0]).not.toHaveProperty('by');
  });

  it('to a story without a text says nothing of a page without one', async () => {
    const wall = cookieWall.replace('</head>', `<link rel="canonical" href="${y}"></head>`);
    site.serve(x, wall.replaceAll('Before you continue', 'Subscribers only').replace(/<p>.*<\/p>/, ''));
    const first = (await archive.post({ url: x })).body.id;
    site.serve(y, cookieWall.replace(/<p>.*<\/p>/, ''));
    expect((await archive.post({ url: y })).body.id).not.toBe(first);
  });

  it('on what a story redirects to is no address of that story', async () => {
    const id = await archiveX();
    site.serve(y, storyPage(harbour));
    site.serve(x, redirectTo(y));
    nowMs += 60_000;
    expect((await archive.post({ url: x })).body).toMatchObject({ id, title: council.title });
    expect(await at(y)).toMatchObject([{ id, by: 'canonical' }]);
    const own = (await archive.post({ url: y })).body;
    expect(own).toMatchObject({ title: harbour.title });
    expect(own.id).not.toBe(id);
  });

  it('on a URL that fails says of no article that it failed', async () => {
    await archiveX();
    const failed = await archive.post({ url: y });
    expect(failed.body).toMatchObject({ code: 'not-found' });
    expect(failed.body).not.toHaveProperty('article');
  });

  it('lets a takedown keep its own addresses out, with their variants and what redirects to them, and nothing else', async () => {
    await takeDown(await archiveX());
    const other = y.replace('ferry', 'other');
    site.serve(other, redirectTo(x));
    expect((await archive.post({ url: other })).body.code).toBe('taken-down');
    const mobile = x.replace('//', '//m.');
    site.serve(mobile, storyPage({ ...council, canonical: x }));
    expect((await archive.post({ url: mobile })).body.code).toBe('taken-down');
    const secure = await archive.post({ url: x.replace('http:', 'https:'), html: storyPage(council) });
    expect(secure.body.code).toBe('taken-down');
    // A site that names one URL on all of its pages would be shut out as a whole.
    site.serve(y, storyPage({ ...harbour, canonical: x }));
    expect((await archive.post({ url: y })).body).toMatchObject({ title: harbour.title, snapshot: 'first' });
  });

  it('of an article that two pages name goes to the one that is there', async () => {
    const first = await archiveX();
    const third = y.replace('ferry-2', 'budget-3');
    site.serve(
      third,
      storyPage({ ...harbourEdited, title: 'The budget', paragraphs: ['Words of its own.'], canonical: y }),
    );
    const other = (await archive.post({ url: third })).body;
    expect(other.id).not.toBe(first);
    expect(other.aliases).toEqual([]);
    site.serve(y, storyPage(harbour));
    const own = (await archive.post({ url: y })).body.id;
    expect(new Set([first, other.id, own]).size).toBe(3);
  });
});
