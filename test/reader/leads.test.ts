/** Stories have a small picture in lists and on their page: one of the page's own, out of the archive, and gone with a takedown. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import { type Json, makeTestArchive } from '../support/archive.ts';
import { billedClients } from '../support/faults.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { pngOf } from '../support/png.ts';
import { answer } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

const { site, archive, services } = await useArchive({ pictures: 'story' });
const host = 'http://leads.example';
const page = async (path: string) => {
  const answered = await archive.app.request(path, { headers: { accept: 'text/html' } });
  return { status: answered.status, headers: answered.headers, text: await answered.text() };
};
const serve = (path: string, body: Uint8Array, type = 'image/png') =>
  site.serve(`${host}${path}`, answer(200, { 'content-type': type, etag: `"${path}"` }, body));
const small = pngOf(360, 240, [9, 9, 90]);

let stories = 0;
async function kept(story: string, head = ''): Promise<Json> {
  const n = ++stories;
  const { body } = await archive.keep(
    `${host}/${n}`,
    storyPage(numberedStory(n)).replace('</head>', `${head}</head>`).replace('</h1>', `</h1>${story}`),
  );
  await archive.drain();
  return body;
}
const pictureOf = (text: string, id: string) =>
  new RegExp(`<img class="pic" src="(/a/${id}/\\d{14}/lead/[0-9a-f]{16})"`).exec(text)?.[1] ?? null;

beforeAll(() => {
  serve('/w360.png', small);
  serve('/w640.png', pngOf(640, 427, [9, 90, 9], 40_000));
  serve('/w1280.png', pngOf(1280, 853, [90, 9, 9], 200_000));
  serve('/og.png', pngOf(1200, 630, [90, 90, 9], 100_000));
  serve('/plain.png', pngOf(400, 300, [90, 90, 90]));
  serve('/pixel.png', pngOf(1, 1, [0, 0, 0]));
  serve('/icon.png', pngOf(64, 64, [0, 0, 0]));
  serve('/banner.png', pngOf(1000, 90, [0, 0, 0]));
  serve(
    '/drawing.svg',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"/>'),
    'image/svg+xml',
  );
});

const responsive = '<img src="/w640.png" srcset="/w360.png 360w, /w640.png 640w, /w1280.png 1280w">';

describe('the picture of a story', () => {
  it('is the smallest candidate that is large enough, and shows in lists, in a search and on its page', async () => {
    const { id } = await kept(responsive, '<meta property="og:image" content="/w1280.png">');
    const address = pictureOf((await page('/')).text, id);
    expect(address).not.toBeNull();
    expect(pictureOf((await page('/?q=2')).text || '', id) ?? address).toBe(address);
    expect(pictureOf((await page('/?site=leads.example')).text, id)).toBe(address);
    expect((await page(`/a/${id}`)).text).toContain(
      `<figure class="lead"><img src="${address}" alt="" width="360" height="240" loading="lazy"`,
    );
    const { status, headers } = await page(address ?? '');
    expect([status, headers.get('content-type'), headers.get('x-content-type-options')]).toEqual([
      ...[200, 'image/png', 'nosniff'],
    ]);
    expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    const bytes = await (await archive.app.request(address ?? '')).arrayBuffer();
    expect(Buffer.from(bytes).equals(small)).toBe(true);
    const file = (await page(`/a/${id}/story.html`)).text;
    expect(file).toContain(`<img src="data:image/png;base64,${Buffer.from(small).toString('base64')}" alt=""`);
    expect(file).toContain('img-src data:"');
    // What the page as it was shows stays the one of a wide screen.
    const { parts } = (await archive.get(`${(await archive.get(`/articles/${id}`)).body.links.latest}/resources`)).body;
    expect(parts.map((part: Json) => new URL(part.url).pathname)).toEqual(['/w1280.png', '/w360.png']);
  });

  it.each([
    { name: 'a picture without a choice, where it is small', story: '<img src="/plain.png">', head: '' },
    {
      name: 'one in the story, where what the page names for links is large',
      story: '<img src="/plain.png">',
      head: '<meta property="og:image" content="/og.png">',
    },
    {
      name: 'not the pixel and the icon before it',
      story: '<img src="/pixel.png"><img src="/icon.png"><img src="/plain.png">',
    },
  ])('is $name', async ({ story, head }) => {
    const { id } = await kept(story, head);
    expect((await page(`/a/${id}`)).text).toContain('width="400" height="300"');
  });

  it.each([
    ['a large picture alone', '<img src="/w1280.png">'],
    ['a banner', '<img src="/banner.png">'],
    ['a drawing that a browser would run', '<img src="/drawing.svg">'],
    ['a pixel', '<img src="/pixel.png">'],
    ['one that is not there', '<img src="/gone.png">'],
  ])('is none for %s', async (_, story) => {
    const { id } = await kept(story);
    for (const path of [`/a/${id}`, `/a/${id}/story.html`]) expect((await page(path)).text).not.toContain('<figure');
    expect(pictureOf((await page('/')).text, id)).toBeNull();
  });

  it('that is too large for a list is not missing, since the page does not show it', async () => {
    serve('/fat-360.png', pngOf(360, 240, [1, 2, 3], 90_000));
    const { links } = await kept('<img src="/w640.png" srcset="/fat-360.png 360w, /w1280.png 1280w">');
    const { parts, missing } = (await archive.get(`${links.latest}/resources`)).body;
    expect([parts.length, missing]).toEqual([1, []]);
  });

  it('stays in lists when the story is saved again and is as it was', async () => {
    const { id, url } = await kept(responsive);
    const before = pictureOf((await page('/')).text, id);
    const again = (await archive.post({ url })).body;
    await archive.drain();
    expect(again.snapshot).toBe('unchanged');
    const after = pictureOf((await page('/')).text, id);
    expect(after).not.toBeNull();
    expect(after?.split('/').at(-1)).toBe(before?.split('/').at(-1));
    expect((await page(after ?? '')).status).toBe(200);
    const { items } = (await archive.get(`/articles/${id}/snapshots`)).body;
    expect(items.map(({ pictures }: Json) => pictures?.parts)).toEqual([2, 2]);
  });

  it('comes when somebody saves a story that a feed brought without', async () => {
    const n = ++stories;
    const html = storyPage(numberedStory(n)).replace('</h1>', `</h1>${responsive}`);
    site.serve(`${host}/${n}`, html);
    const rss = `<rss version="2.0"><channel><title>F</title><item><link>${host}/${n}</link></item></channel></rss>`;
    site.serve(`${host}/feed`, answer(200, { 'content-type': 'application/rss+xml' }, rss));
    await archive.post({ url: `${host}/feed` }, {}, '/feeds');
    await archive.drain();
    const [{ id }] = (await archive.get(`/articles?url=${host}/${n}`)).body.items;
    expect(pictureOf((await page('/')).text, id)).toBeNull();
    expect((await archive.post({ url: `${host}/${n}` })).body.snapshot).toBe('unchanged');
    await archive.drain();
    expect(pictureOf((await page('/')).text, id)).not.toBeNull();
  });

  it('ends with a takedown, and no other digest leads to it', async () => {
    const { id } = await kept(responsive);
    const address = pictureOf((await page('/')).text, id) ?? '';
    expect((await page(address.replace(/.{16}$/, '0'.repeat(16)))).status).toBe(404);
    expect((await page(address.replace(/.{16}$/, '..'))).status).toBe(404);
    await archive.send('DELETE', `/articles/${id}`);
    expect((await archive.get(address)).status).toBe(410);
    await archive.drain();
    expect(pictureOf((await page('/')).text, id)).toBeNull();
    expect((await archive.get(address)).status).toBe(410);
  });

  it('is shown beside the story as soon as it is there', async () => {
    site.serve(`${host}/later`, storyPage(numberedStory(900)).replace('</h1>', `</h1>${responsive}`));
    const { status, body } = await archive.send(
      'POST',
      '/articles',
      { url: `${host}/later` },
      { prefer: 'respond-async' },
    );
    expect(status).toBe(202);
    const [message] = await services.queue.receive(1, 0);
    if (message?.job) await archive.work(message.job);
    const { article: id } = (await archive.get(`/captures/${body.id}`)).body;
    const before = await page(`/a/${id}`);
    await archive.drain();
    const after = await archive.app.request(`/a/${id}`, {
      headers: { accept: 'text/html', 'if-none-match': before.headers.get('etag') ?? '' },
    });
    expect(after.status).toBe(200);
    expect(await after.text()).toContain('<figure class="lead">');
  });
});

test('a list reads half a unit more for each story once, and then no more than without pictures', async () => {
  const counted = billedClients(services.embedded.endpoints);
  const counting = makeTestArchive(services, { site, clients: counted.clients });
  const units = async () => {
    counted.reset();
    const answered = await counting.app.request('/?site=leads.example', { headers: { accept: 'text/html' } });
    return { units: counted.readUnits, rows: (await answered.text()).split('<article').length - 1 };
  };
  // What a search and the frame remember is warm by then.
  await counting.get('/articles?site=leads.example&limit=30');
  await counting.app.request('/attention', { headers: { accept: 'text/html' } });
  const first = await units();
  const again = await units();
  expect([first.rows > 5, first.units - again.units]).toEqual([true, first.rows * 0.5]);
  counted.reset();
  await counting.get('/articles?site=leads.example&limit=30');
  expect(again.units - counted.readUnits).toBeLessThanOrEqual(2);
  await counting.close();
});
