/** What is kept of looks: the setting for what people ask for, what a request or a feed says instead, and nothing of what feeds bring by themselves. */
import { afterAll, describe, expect, it } from 'vitest';
import { type Json, makeTestArchive, type TestArchive } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { pngOf } from '../support/png.ts';
import { answer } from '../support/site.ts';
import { useServices, useSite } from '../support/use.ts';

const site = await useSite();
const host = 'http://settings.example';
for (const [n, name] of ['in', 'out'].entries())
  site.serve(`${host}/${name}.png`, answer(200, { 'content-type': 'image/png' }, pngOf(200, 100 + n, [n, n, n])));
const settings = ['off', 'story', 'page'] as const;
const archives = new Map<string, TestArchive>();
for (const pictures of settings) archives.set(pictures, makeTestArchive(await useServices(), { site, pictures }));
const archiveWith = (setting: string) => archives.get(setting) as TestArchive;
afterAll(() => Promise.all([...archives.values()].map((archive) => archive.close())));

let stories = 0;
const htmlOf = (n: number) =>
  storyPage(numberedStory(n))
    .replace('</h1>', '</h1><img src="/in.png">')
    .replace('</body>', '<img src="/out.png"></body>');
function page(): string {
  const url = `${host}/${++stories}`;
  site.serve(url, htmlOf(stories));
  return url;
}
async function keptOf(archive: TestArchive, url: string): Promise<string> {
  const [item] = (await archive.get(`/articles?url=${encodeURIComponent(url)}`)).body.items;
  const { isKept, extent, parts } = (await archive.get(`${item.links.latest}/resources`)).body;
  const names = parts.map((part: Json) => new URL(part.url).pathname.slice(1, -'.png'.length));
  expect(isKept ? names.join(' ') : 'off').toBe(
    { off: 'off', story: 'in', page: 'in out' }[(extent ?? 'off') as 'off'],
  );
  return extent ?? 'off';
}

describe.each(settings)('with PICTURES=%s', (setting) => {
  const archive = archiveWith(setting);

  it('a page that somebody asks for has that', async () => {
    const url = page();
    await archive.post({ url });
    await archive.drain();
    expect(await keptOf(archive, url)).toBe(setting);
  });

  it.each(settings)(
    'a request for %s has that, alone and in a batch, and so has a page that a client sends',
    async (pictures) => {
      const [one, two, sent] = [page(), page(), page()];
      await archive.post({ url: one, pictures });
      await archive.post({ urls: [two], pictures });
      await archive.post({ url: sent, html: htmlOf(stories), pictures });
      await archive.drain();
      for (const url of [one, two, sent]) expect(await keptOf(archive, url)).toBe(pictures);
    },
  );

  it.each([{ said: undefined, has: 'off' }, ...settings.map((said) => ({ said, has: said }))])(
    'a story of a feed that says $said has $has',
    async ({ said, has }) => {
      const url = page();
      const feed = `${host}/feed-${stories}.xml`;
      const rss = `<rss version="2.0"><channel><title>${stories}</title><item><title>x</title><link>${url}</link></item></channel></rss>`;
      site.serve(feed, answer(200, { 'content-type': 'application/rss+xml' }, rss));
      const { body } = await archive.post({ url: feed, ...(said ? { pictures: said } : {}) }, {}, '/feeds');
      expect(body.pictures).toBe(has);
      await archive.tick();
      expect(await keptOf(archive, url)).toBe(has);
    },
  );
});

it('a feed that is told so later keeps them from then on', async () => {
  const archive = archiveWith('story');
  const [first, second] = [page(), page()];
  const feed = `${host}/later.xml`;
  const rss = (...urls: string[]) =>
    `<rss version="2.0"><channel><title>later</title>${urls.map((url) => `<item><title>x</title><link>${url}</link></item>`).join('')}</channel></rss>`;
  site.serve(feed, answer(200, { 'content-type': 'application/rss+xml' }, rss(first)));
  const { body } = await archive.post({ url: feed }, {}, '/feeds');
  await archive.tick();
  expect((await archive.send('PATCH', `/feeds/${body.id}`, { pictures: 'page' })).body.pictures).toBe('page');
  site.serve(feed, answer(200, { 'content-type': 'application/rss+xml' }, rss(first, second)));
  await archive.send('POST', `/feeds/${body.id}/poll`, undefined, { prefer: 'respond-async' });
  await archive.drain();
  await archive.tick();
  expect([await keptOf(archive, first), await keptOf(archive, second)]).toEqual(['off', 'page']);
  expect((await archive.send('PATCH', `/feeds/${body.id}`, { pictures: 'some' })).status).toBe(400);
});

it('a page with all of it inside, as SingleFile saves it, is shown so, and nothing is fetched', async () => {
  const archive = archiveWith('page');
  const data = `data:image/png;base64,${pngOf(10, 10, [9, 9, 9]).toString('base64')}`;
  const html = storyPage(numberedStory(++stories))
    .replace('</head>', `<style>.a{background:url(${data})}</style></head>`)
    .replace('</h1>', `</h1><img src="${data}">`);
  const before = site.arrivals.get(new URL(host).host)?.length;
  const { body } = await archive.post({ url: `${host}/${stories}`, html });
  await archive.drain();
  expect(site.arrivals.get(new URL(host).host)?.length).toBe(before);
  const shown = (await archive.get(`${body.links.latest}/page`)).body;
  expect(shown.split(data).length - 1).toBe(2);
  expect((await archive.get(`${body.links.latest}/resources`)).body.missing).toEqual([]);
});
