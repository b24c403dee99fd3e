/** Every kind of item at its bound: the most that may come is stored and read back, what is beyond is cut or refused. */
import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { maxUrlLength } from '../../functions/article/article-url.ts';
import { responseRecord } from '../../functions/formats/warc-write.ts';
import { writeDocument } from '../../functions/formats/write-document.ts';
import { getKnown, getText, olderSnapshots, putText } from '../../functions/store/articles.ts';
import { getCapture } from '../../functions/store/captures.ts';
import { getFeed, getSeen, putSeen } from '../../functions/store/feeds.ts';
import { getRobots, putRobots } from '../../functions/store/hosts.ts';
import { getPack } from '../../functions/store/packs.ts';
import { readLog } from '../../functions/store/search-index.ts';
import type { Json } from '../support/archive.ts';
import { harbour, numberedStory, storyPage } from '../support/pages.ts';
import { pngOf } from '../support/png.ts';
import { answer, redirectTo } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2024-05-01T10:00:00Z');
const { services, site, archive } = await useArchive({ now: () => nowMs });
const { store } = services;

let host = '';
let tests = 0;
beforeEach(() => {
  host = `bounds${++tests}.example`;
  nowMs += 60_000;
});

/** DynamoDB takes items of 400 KB; what we write has room below. */
const roomy = 300_000;
/** The longest URL there may be, with an ending of its own. */
const longUrl = (end: string) =>
  `http://${host}/${'u'.repeat(maxUrlLength - `http://${host}/`.length - end.length)}${end}`;
/** Four bytes in UTF-8 for two of JavaScript's units. */
const wide = (units: number) => '𠮷'.repeat(units / 2);

/** About as DynamoDB counts: names and values in UTF-8. */
async function sizeOf(pk: string, sk: string): Promise<number> {
  const item = await store.table.get({ pk, sk });
  const sizes = Object.entries(item ?? {}).map(([key, value]) => key.length + bytesOf(value));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function bytesOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
}

const post = async (body: Json): Promise<Json> => (await archive.post(body)).body;

describe('an article, its snapshots and its aliases', () => {
  it('have room for all that a hostile page says, from as many addresses as there may be', async () => {
    const [end, many] = [longUrl('-end'), 55];
    const hostile = storyPage({
      ...harbour,
      title: wide(100_000),
      author: Array.from({ length: 500 }, (_, n) => `${wide(70)} ${n}`).join(', '),
      canonical: longUrl('-canonical-1'),
    }).replace(
      '</head>',
      `<meta name="keywords" content="${Array.from({ length: 900 }, (_, n) => `${wide(70)}${n}`).join(',')}">
       <meta name="description" content="${wide(8000)}"><meta property="article:section" content="${wide(8000)}">
       <meta property="og:image" content="${longUrl('-image')}"></head>`,
    );
    const headers = Object.fromEntries(
      Array.from({ length: 80 }, (_, n) => [`x-${n}`, randomBytes(150).toString('base64')]),
    );
    site.serve(
      end,
      answer(200, { 'content-type': `text/html; charset=utf-8; x=${'y'.repeat(30_000)}`, ...headers }, hostile),
    );
    const { id } = await post({ url: end });
    for (let n = 0; n < many; n++) {
      const url = longUrl(`-${n}`);
      site.serve(url, redirectTo(end, 301));
      nowMs += 1000;
      expect((await post({ url })).id).toBe(id);
    }
    const { body } = await archive.get(`/articles/${id}`);
    expect(body).toMatchObject({ snapshotCount: 1 + many });
    expect([body.aliases.length, body.authors.length <= 20, body.keywords.length <= 30]).toEqual([50, true, true]);
    expect([body.title.length, body.description.length, body.section.length]).toEqual([500, 1000, 80]);
    const article = (await getKnown(store.table, id))?.article;
    expect(article?.latest.contentType).toHaveLength(500);
    const [older] = article ? (await olderSnapshots(store.table, article)).snapshots : [];
    expect(older?.finalUrl).toBe(end);
    expect(await sizeOf(`A#${id}`, 'A')).toBeLessThan(roomy);
    // Beyond what the article lists each address still leads to it.
    const last = await archive.get(`/articles?url=${encodeURIComponent(longUrl(`-${many - 1}`))}`);
    expect(last.body.items).toMatchObject([{ id, by: 'direct' }]);
  });

  it('have no language whose tag is longer than those of languages', async () => {
    const pages = { short: `en-x${'-abcdefg'.repeat(3)}`, long: `en-x${'-abcdefg'.repeat(900)}` };
    for (const [name, lang] of Object.entries(pages))
      site.serve(`http://${host}/${name}`, storyPage({ ...harbour, lang }));
    expect((await post({ url: `http://${host}/short` })).lang).toBe('en-x-abcdefg-abcdefg-abcdefg');
    expect((await post({ url: `http://${host}/long` })).lang).toBeNull();
  });

  it('keep the names of twenty documents, and none beyond', async () => {
    const url = `http://${host}/document`;
    const name = (n: number) => `${String(n).padStart(3, '0')}/${`${'n'.repeat(255)}/`.repeat(2)}${'n'.repeat(252)}.md`;
    for (let n = 0; n < 22; n++) {
      const document = writeDocument({
        title: harbour.title,
        url,
        publishedAtMs: nowMs - n,
        body: `<p>${harbour.paragraphs[0]}</p>`,
      });
      const path = `/documents?name=${encodeURIComponent(name(n))}`;
      expect((await archive.send('POST', path, document, { 'content-type': 'text/markdown' })).status).toBe(201);
    }
    const [item] = (await archive.get(`/articles?url=${encodeURIComponent(url)}`)).body.items;
    expect(item.files).toHaveLength(20);
    expect(await sizeOf(`A#${item.id}`, 'A')).toBeLessThan(roomy);
    const deep = `/documents?name=${encodeURIComponent(`${'n'.repeat(256)}.md`)}`;
    const refused = await archive.send('POST', deep, '[t](http://a.example/)', { 'content-type': 'text/markdown' });
    expect([refused.status, refused.body.code]).toEqual([422, 'bad-document']);
  });

  it('take fifty tags and a title of 500 characters, and refuse more', async () => {
    const url = `http://${host}/story`;
    site.serve(url, storyPage(harbour));
    const { id } = await post({ url });
    const tags = Array.from({ length: 50 }, (_, n) => `${wide(78)}${String(n).padStart(2, '0')}`);
    expect((await archive.send('PATCH', `/articles/${id}`, { tags, title: wide(500) })).status).toBe(200);
    expect((await archive.get(`/articles/${id}`)).body).toMatchObject({ tags, title: wide(500) });
    expect(await sizeOf(`A#${id}`, 'A')).toBeLessThan(roomy);
    for (const beyond of [{ tags: [...tags, 'one more'] }, { tags: ['t'.repeat(81)] }, { title: 't'.repeat(501) }]) {
      const refused = await archive.send('PATCH', `/articles/${id}`, beyond);
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid-request']);
    }
  });

  it('keep of a WARC no content type that is longer than one', async () => {
    const url = `http://${host}/story`;
    const record = await responseRecord({
      key: url,
      date: '2024-04-02T03:04:05Z',
      targetUri: url,
      warcinfo: 'file',
      status: 200,
      headers: [['Content-Type', `text/html; charset=utf-8; x=${'y'.repeat(200_000)}`]],
      body: Buffer.from(storyPage(harbour)),
    });
    const imported = await archive.app.request('/warc', { method: 'POST', body: Uint8Array.from(record) });
    const { items } = (await imported.json()) as Json;
    const article = (await getKnown(store.table, items[0].article))?.article;
    expect(article?.latest.contentType).toHaveLength(500);
  });

  it('have texts that fit into an item there, and larger ones in the bucket', async () => {
    for (const bytes of [190_000, 196_000, 197_000, 1_500_000]) {
      const text = randomBytes(bytes).toString('base64');
      const textId = createHash('sha256').update(text).digest('base64url').slice(0, 22);
      await putText(store, { id: 'bounds', textId, text });
      expect(await getText(store, 'bounds', textId)).toBe(text);
    }
  });
});

describe('a capture', () => {
  it.each([
    { name: 'a content type', headers: { 'content-type': `application/${'x'.repeat(50_000)}` }, code: 'not-html' },
  ])('that fails keeps no more of $name than says what it was', async ({ headers, code }) => {
    const url = longUrl('-fails');
    site.serve(url, answer(200, headers, storyPage(harbour)));
    const failed = await archive.post({ url }, { prefer: 'wait=1' });
    const id = String(failed.body.capture ?? failed.body.id).replace('/captures/', '');
    const { state } = (await getCapture(store.table, id)) ?? {};
    expect(state).toMatchObject({ problem: { code } });
    expect(state && 'problem' in state && state.problem?.detail.length).toBeLessThan(600);
  });

  it('of a feed keeps of a name what a name may have', async () => {
    const story = `http://${host}/story`;
    site.serve(story, storyPage(harbour));
    const entry = `<item><title>${wide(50_000)}</title><link>${story}</link><author>${wide(500_000)}</author></item>`;
    site.serve(`http://${host}/feed`, rss(wide(1_000_000), entry));
    const tags = Array.from({ length: 50 }, (_, n) => `${wide(78)}${String(n).padStart(2, '0')}`);
    const { body } = await archive.post({ url: `http://${host}/feed`, name: wide(200), tags }, {}, '/feeds');
    await archive.drain();
    const feed = await getFeed(store.table, body.id);
    expect([feed?.title?.length, feed?.name, feed?.tags]).toEqual([2000, wide(200), tags]);
    const [item] = (await archive.get(`/articles?url=${encodeURIComponent(story)}`)).body.items;
    expect(item).toMatchObject({ tags, feed: body.id });
    const article = (await getKnown(store.table, item.id))?.article;
    expect(article?.entry?.authors.map(({ length }) => length)).toEqual([1000]);
    for (const beyond of [
      { name: 'n'.repeat(201) },
      { tags: [...tags, 'one more'] },
      { recheck: Array(21).fill('1h') },
    ]) {
      const refused = await archive.send('PATCH', `/feeds/${encodeURIComponent(body.id)}`, beyond);
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid-request']);
    }
  });
});

it('a batch has at most 500 captures', async () => {
  const urls = Array.from({ length: 500 }, (_, n) => longUrl(`-${n}`));
  const { status, body } = await archive.send('POST', '/articles', { urls });
  expect(status).toBe(202);
  const listed = await archive.get(`/captures?batch=${body.batch}&limit=100`);
  expect(listed.body.items).toHaveLength(100);
  expect(await sizeOf(`B#${body.batch}`, 'B')).toBeLessThan(30_000);
  // DynamoDB removes it by itself, thirty days on; what is still to be made stays.
  const [id, chain] = listed.body.items[0].id.split('.');
  const batch = await store.table.get({ pk: `B#${body.batch}`, sk: 'B' });
  expect((Number(batch?.ttl) * 1000 - Date.parse(listed.body.items[0].createdAt)) / 86_400_000).toBeCloseTo(30, 1);
  expect((await store.table.get({ pk: `C#${id}`, sk: chain }))?.ttl).toBe(undefined);
  const refused = await archive.send('POST', '/articles', { urls: [...urls, `http://${host}/one-more`] });
  expect([refused.status, refused.body.code]).toEqual([400, 'invalid-request']);
});

describe('a followed feed', () => {
  it('of an OPML file has at most twenty tags, of 80 characters', async () => {
    const folders = Array.from({ length: 25 }, (_, n) => `<outline text="${wide(78)}${String(n).padStart(2, '0')}">`);
    const outline = `<outline text="${wide(90_000)}" xmlUrl="http://${host}/feed"/>`;
    const opml = `<opml><body>${folders.join('')}<outline text="${'t'.repeat(81)}">${outline}</outline>${'</outline>'.repeat(25)}</body></opml>`;
    const { body } = await archive.send('POST', '/feeds.opml', opml, { 'content-type': 'text/x-opml' });
    const feed = await getFeed(store.table, body.items[0].feed);
    expect([feed?.tags.length, feed?.name]).toEqual([20, wide(200)]);
    expect(Buffer.byteLength(feed?.id ?? '')).toBeLessThanOrEqual(100);
  });

  it('remembers 60,000 entries', async () => {
    const keys = Array.from({ length: 60_000 }, (_, n) => n.toString(16).padStart(12, '0'));
    await putSeen(store.table, 'bounds', keys);
    expect(await getSeen(store.table, 'bounds')).toEqual(keys);
  });
});

describe('a host', () => {
  it('has a name of at most 253 characters, so that its keys, its place in the log and its calendar fit', async () => {
    const name = `${`${'h'.repeat(60)}.`.repeat(4)}example`.slice(-253);
    const url = `http://${'h'.repeat(253 - name.length)}${name}/story`;
    site.serve(url, storyPage(numberedStory(tests)));
    expect(await post({ url })).toMatchObject({ site: new URL(url).hostname, snapshot: 'first' });
    expect((await readLog(store.table, null)).entries.length).toBeGreaterThan(0);
    const refused = await archive.post({ url: url.replace('//', '//h') });
    expect([refused.status, refused.body.code]).toEqual([422, 'url-refused']);
    const far = `http://${'h.'.repeat(600)}example/robots`;
    expect((await archive.post({ url: far })).body.code).toBe('url-refused');
  });

  it('has rules in the table as far as they fit into an item', async () => {
    const file = { status: 200, fetchedAt: new Date(nowMs).toISOString(), agent: 'Nightdesk' };
    const rules = (bytes: number) => randomBytes(bytes).toString('base64');
    const [fits, doesNot] = [rules(195_000), rules(300_000)];
    await putRobots(store.table, { origin: `http://${host}`, file: { ...file, text: fits }, untilMs: nowMs + 60_000 });
    expect((await getRobots(store.table, `http://${host}`))?.text).toBe(fits);
    await putRobots(store.table, {
      origin: `http://more.${host}`,
      file: { ...file, text: doesNot },
      untilMs: nowMs + 60_000,
    });
    expect(await getRobots(store.table, `http://more.${host}`)).toBeNull();
  });
});

function rss(title: string, entry: string) {
  const xml = `<?xml version="1.0"?><rss version="2.0"><channel><title>${title}</title>${entry}</channel></rss>`;
  return answer(200, { 'content-type': 'application/rss+xml', etag: `"${'e'.repeat(30_000)}"` }, xml);
}

it.each([280, 2000])(
  'what names a pack fits into one write unit, with a picture of a URL of %i characters and long validators',
  async (length) => {
    const picture = `http://${host}/${'u'.repeat(length - `http://${host}/`.length)}`;
    const headers = { 'content-type': 'image/png', etag: `"${'e'.repeat(150)}"`, 'last-modified': 'x'.repeat(190) };
    site.serve(picture, answer(200, headers, pngOf(360, 240, [1, 2, 3])));
    const url = `http://${host}/story`;
    site.serve(url, storyPage(numberedStory(length)).replace('</h1>', `</h1><img src="${picture}">`));
    const { id } = await post({ url, pictures: 'page' });
    await archive.drain();
    const { versionOf } = (await archive.get(`/articles/${id}`)).body;
    expect((await getPack(store.table, id, versionOf))?.lead).toMatchObject({ type: 'image/png', asked: null });
    expect(await sizeOf(`A#${id}`, `P#${versionOf}`)).toBeLessThan(1024);
    expect((await archive.get(`/articles/${id}/snapshots/${versionOf}/resources`)).body.parts[0].url).toBe(picture);
  },
);
