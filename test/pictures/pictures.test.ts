/** What a page looked like is kept: fetched once, put into one object, shown without a request elsewhere, and gone with a takedown. */
import { describe, expect, it, test } from 'vitest';
import { candidatesOf, choosePicture } from '../../functions/pictures/choose-picture.ts';
import { wantedOfPage } from '../../functions/pictures/collect.ts';
import type { Part } from '../../functions/pictures/pack.ts';
import { partType } from '../../functions/pictures/part-type.ts';
import { replay } from '../../functions/pictures/replay.ts';
import { decodeSheet } from '../../functions/pictures/sheet.ts';
import { getPack } from '../../functions/store/packs.ts';
import { type Json, makeTestArchive } from '../support/archive.ts';
import { billedClients } from '../support/faults.ts';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { pngOf } from '../support/png.ts';
import { answer } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

const { site, archive, services } = await useArchive({ pictures: 'story' });
const host = 'looks.example';
const url = (path: string, on = host) => `http://${on}${path}`;
const png = (n: number) => Buffer.from(`89504e470d0a1a0a${n.toString(16).padStart(8, '0')}`, 'hex');
const css = (text: string, type = 'text/css') => answer(200, { 'content-type': type }, text);
const picture = (n: number) => answer(200, { 'content-type': 'image/png' }, png(n));
const data = (n: number) => `data:image/png;base64,${png(n).toString('base64')}`;

/** A story of its own each time, since a takedown holds for its text. */
let stories = 0;
function pageWith(head: string, story: string, outside = ''): string {
  return storyPage(numberedStory(++stories))
    .replace('</head>', `${head}</head>`)
    .replace('</h1>', `</h1>${story}`)
    .replace('</body>', `${outside}</body>`);
}
async function kept(path: string, html: string, more: Record<string, unknown> = {}): Promise<Json> {
  site.serve(url(path), html);
  const { body } = await archive.post({ url: url(path), ...more });
  await archive.drain();
  const { timestamp } = (await archive.get(`/articles/${body.id}/snapshots`)).body.items[0];
  const at = `/articles/${body.id}/snapshots/${timestamp}`;
  return {
    ...body,
    at,
    page: (await archive.get(`${at}/page`)).body,
    resources: (await archive.get(`${at}/resources`)).body,
  };
}
const kinds = ({ resources }: Json) =>
  resources.parts.map((part: Json) => `${part.kind} ${new URL(part.url).pathname}`);

describe('a page with its looks', () => {
  it('is shown with styles, fonts and the pictures of its story, and with no address of another place', async () => {
    site.serve(
      url('/a.css'),
      css('@import "b.css" screen; @font-face{font-family:F;src:url(f.woff2)} .x{background:url("bg.png")}'),
    );
    site.serve(url('/b.css'), css('.y{background:u\\72l(deep.png)}'));
    site.serve(url('/f.woff2'), answer(200, { 'content-type': 'application/octet-stream' }, 'wOF2....'));
    for (const [n, name] of ['bg', 'deep', 'lead', 'small', 'lazy', 'outside'].entries())
      site.serve(url(`/${name}.png`), picture(n));
    const shown = await kept(
      '/full',
      pageWith(
        '<link rel=stylesheet href=/a.css><meta property="og:image" content="/lead.png">',
        '<img src="/small.png" alt="A"><img class="lazyload" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/lazy.png">',
        '<img src="/outside.png"><script src="/s.js"></script><iframe src="http://ads.example/"></iframe>',
      ),
    );
    expect(kinds(shown).toSorted()).toEqual(
      [
        'style /a.css',
        'style /b.css',
        'font /f.woff2',
        'picture /bg.png',
        'picture /deep.png',
        'picture /lead.png',
        'picture /small.png',
        'picture /lazy.png',
      ].toSorted(),
    );
    expect(shown.resources.missing).toEqual([]);
    for (const n of [0, 1, 3, 4]) expect(shown.page).toContain(data(n));
    expect(shown.page).toContain('@media screen{');
    expect(shown.page).toContain('lazyloaded');
    expect(shown.page).not.toContain(data(5));
    expect(shown.page.replace(/href="\/out[^"]*"/g, '')).not.toMatch(
      /(src|srcset|href)="(?!data:)[^"#]|url\((?!"data:)/,
    );
    const { headers } = await archive.app.request(`${shown.at}/page`);
    expect(headers.get('content-security-policy')).toMatch(/^sandbox .*default-src 'none'/);
    const reader = shown.at.replace('/articles/', '/a/').replace('/snapshots/', '/');
    expect((await archive.get(reader)).body).toContain('8 pictures, styles and fonts are kept');
    // The raw bytes stay where they are, as they were.
    expect((await archive.get(shown.at)).body).toContain('/outside.png');
  });

  it('has all of its pictures where that was asked for, and none where that was', async () => {
    site.serve(url('/in.png'), picture(7));
    site.serve(url('/out.png'), picture(8));
    const html = pageWith('', '<img src="/in.png">', '<img src="/out.png">');
    expect(kinds(await kept('/all', html, { pictures: 'page' }))).toEqual(['picture /in.png', 'picture /out.png']);
    expect((await kept('/none', html, { pictures: 'off' })).resources).toEqual({
      isKept: false,
      extent: null,
      parts: [],
      missing: [],
      leftOut: [],
    });
  });

  it('says what is missing and why', async () => {
    site.serve(url('/no.png'), answer(404));
    site.serve(url('/text.png'), answer(200, { 'content-type': 'image/png' }, 'no picture'));
    site.serve(
      url('/huge.png'),
      answer(200, { 'content-type': 'image/png' }, Buffer.concat([png(9), Buffer.alloc(5_000_000)])),
    );
    site.serve(
      'http://forbids.example/robots.txt',
      answer(200, { 'content-type': 'text/plain' }, 'User-agent: *\nDisallow: /'),
    );
    const { resources } = await kept(
      '/gaps',
      pageWith(
        '',
        ['/no.png', '/text.png', '/huge.png', 'http://forbids.example/x.png', 'http://127.0.0.1:22/x.png']
          .map((src) => `<img src="${src}">`)
          .join(''),
      ),
    );
    expect(resources.parts).toEqual([]);
    expect(resources.missing.map(({ why }: Json) => why.split(':')[0])).toEqual([
      ...['not-found', 'its bytes are no picture', 'too-large', 'blocked-by-robots'],
      expect.stringContaining('port 22'),
    ]);
    expect(site.hits('http://forbids.example/x.png')).toBe(0);
  });

  it('asks for nothing again that its last look has', async () => {
    site.serve(url('/same.png'), picture(10));
    site.serve(url('/new.png'), picture(11));
    const first = await kept('/edited', storyPage(harbour).replace('</h1>', '</h1><img src="/same.png">'));
    const second = await kept(
      '/edited',
      storyPage(harbourEdited).replace('</h1>', '</h1><img src="/same.png"><img src="/new.png">'),
    );
    expect(second.at).not.toBe(first.at);
    expect(kinds(second)).toEqual(['picture /same.png', 'picture /new.png']);
    expect([site.hits(url('/same.png')), site.hits(url('/new.png'))]).toEqual([1, 1]);
    expect((await archive.get(`${first.at}/page`)).body).toContain(data(10));
  });

  it('goes with a takedown, the object and what names it', async () => {
    site.serve(url('/taken.png'), picture(12));
    const { id, at } = await kept('/taken', pageWith('', '<img src="/taken.png">'));
    expect((await services.store.bucket.list(`pictures/${id}/`).next()).value).toHaveLength(1);
    await archive.send('DELETE', `/articles/${id}`);
    await archive.drain();
    expect((await services.store.bucket.list(`pictures/${id}/`).next()).value).toEqual([]);
    expect((await archive.get(`${at}/resources`)).status).toBe(410);
  });

  it('of a feed is kept when the feed says so', async () => {
    site.serve(url('/fed.png'), picture(13));
    for (const [name, pictures] of [
      ['with', 'story'],
      ['without', undefined],
    ] as const) {
      const story = url(`/fed-${name}`);
      site.serve(story, pageWith('', '<img src="/fed.png">'));
      site.serve(
        url(`/${name}.xml`),
        answer(
          200,
          { 'content-type': 'application/rss+xml' },
          `<rss version="2.0"><channel><title>${name}</title><item><title>x</title><link>${story}</link></item></channel></rss>`,
        ),
      );
      await archive.post({ url: url(`/${name}.xml`), ...(pictures ? { pictures } : {}) }, {}, '/feeds');
      await archive.tick();
      const { body } = await archive.get(`/articles?url=${encodeURIComponent(story)}`);
      const latest = body.items[0].links.latest;
      expect((await archive.get(`${latest}/resources`)).body.isKept).toBe(pictures === 'story');
    }
  });
});

describe('a page that names much of what is kept again and again', () => {
  const address = (name: string) => `http://x.example/${name}`;
  const part = (name: string, bytes: number, kind: 'picture' | 'style' = 'picture'): Part => {
    const type = kind === 'picture' ? 'image/png' : 'text/css';
    const body = Buffer.alloc(bytes, kind === 'picture' ? 'x' : '.a{color:red}');
    return { ...{ url: address(name), at: address(name), kind, type, digest: 'sha256:00' }, body };
  };
  const shown = (source: string, parts: Part[], most: number) =>
    replay(source, {
      ...{ url: address(''), leave: (target: string) => target, most },
      parts: new Map(parts.map((one) => [one.url, one])),
    }).html;
  const count = (html: string, name: string) => html.split(name).length - 1;

  it('shows each once before it shows one again, and what it shows is bounded', () => {
    const images = '<img src="/large.png">'.repeat(500) + '<img src="/other.png">'.repeat(3);
    const html = shown(images, [part('large.png', 100_000), part('other.png', 50_000)], 1_000_000);
    // Once, and twice in the quarter for repeats.
    expect(count(html, 'src="data:')).toBe(3 + 1 + 1);
    expect(html.length).toBeLessThan(1_400_000);
  });

  it('is written in bounded time, too, with one large style sheet ten thousand times', () => {
    const sheets = '<link rel=stylesheet href=/a.css>'.repeat(10_000);
    const began = performance.now();
    const html = shown(sheets, [part('a.css', 500_000, 'style')], 4_000_000);
    expect(count(html, '<style>')).toBe(3);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it.each([
    // Of 16 MB, four for repeats.
    { name: 'more than an answer has', bytes: 900_000, times: 40, leftOut: 40 - 1 - 4 },
    { name: 'more than a quarter of it again', bytes: 1_900_000, times: 4, leftOut: 1 },
    { name: 'a quarter of it again', bytes: 1_900_000, times: 3, leftOut: 0 },
  ])('is said to leave out what it does of $name', async ({ bytes, times, leftOut }) => {
    const name = `/often-${times}`;
    const body = Buffer.concat([png(times), Buffer.alloc(bytes)]);
    site.serve(url(`${name}.png`), answer(200, { 'content-type': 'image/png' }, body));
    const { at, resources } = await kept(name, pageWith('', `<img src="${name}.png">`.repeat(times)));
    expect(resources.leftOut).toEqual(leftOut === 0 ? [] : [{ url: url(`${name}.png`), times: leftOut }]);
    const reader = (await archive.get(at.replace('/articles/', '/a/').replace('/snapshots/', '/'))).body;
    expect([reader.includes('named so often'), reader.includes(`${at}/resources`)]).toEqual(
      leftOut === 0 ? [false, false] : [true, true],
    );
  });
});

test('a snapshot with pictures costs one PUT and three write units beside the others', async () => {
  const bill = async (pictures: 'off' | 'story') => {
    const counted = billedClients(services.embedded.endpoints);
    const counting = makeTestArchive(services, { site, pictures, clients: counted.clients });
    // With a small picture for lists, and as much to ask for it by as is kept.
    const small = `/cost.png?${'x'.repeat(280)}`;
    const html = pageWith('', `<img src="/cost.png" srcset="${small} 360w, /cost.png 1280w">`);
    site.serve(url(`/cost-${pictures}`), html);
    site.serve(url('/cost.png'), picture(14));
    const headers = { 'content-type': 'image/png', etag: `"${'e'.repeat(30)}"` };
    site.serve(url(small), answer(200, headers, pngOf(360, 240, [1, 2, 3])));
    // What robots.txt says is read before.
    await counting.post({ url: url('/cost-warm') });
    counted.reset();
    await counting.post({ url: url(`/cost-${pictures}`) });
    await counting.drain();
    const { items } = (await counting.get(`/articles?url=${encodeURIComponent(url(`/cost-${pictures}`))}`)).body;
    const pack = await getPack(services.store.table, items[0].id, items[0].versionOf);
    expect(pack?.lead?.asked?.etag).toBe(pictures === 'off' ? undefined : headers.etag);
    await counting.close();
    return { writes: counted.writeUnits, puts: counted.calls.PutObjectCommand ?? 0 };
  };
  const [without, withThem] = [await bill('off'), await bill('story')];
  expect(withThem.puts - without.puts).toBe(1);
  expect(withThem.writes - without.writes).toBeLessThanOrEqual(3);
});

test.each([
  { set: 'a.jpg 1x, b.jpg 2x', chosen: 'a.jpg', width: null },
  { set: 'a.jpg 320w, b.jpg 1280w, c.jpg 2560w', chosen: 'b.jpg', width: 1280 },
  { set: 'a.jpg 320w, b.jpg 640w', chosen: 'b.jpg', width: 640 },
  {
    set: 'https://x.example/w_320,h_200/a.jpg 320w,https://x.example/w_640,h_400/a.jpg 640w',
    chosen: 'https://x.example/w_640,h_400/a.jpg',
    width: 640,
  },
  { set: ' , ,a.jpg,  b.jpg 2x', chosen: 'a.jpg', width: null },
])('of $set the picture is $chosen', ({ set, chosen, width }) => {
  expect(choosePicture({ srcset: set, src: 'small.jpg' })).toEqual({ url: chosen, width });
  expect(candidatesOf(set).length).toBeGreaterThan(1);
});

test.each([
  { name: 'lazy', attributes: { src: 'blank.gif', 'data-src': '/a.jpg' }, url: '/a.jpg' },
  { name: 'a placeholder alone', attributes: { src: 'data:image/gif;base64,AA' }, url: undefined },
  { name: 'a pixel', attributes: { src: '/p.gif', width: '1', height: '1' }, url: undefined },
  { name: 'a template', attributes: { src: '/a.jpg', 'data-src': '{{url}}' }, url: '/a.jpg' },
  { name: 'of a picture element', attributes: { src: '' }, sets: ['/a.avif 800w'], url: '/a.avif' },
])('the picture of $name is $url', ({ attributes, sets, url: chosen }) => {
  expect(choosePicture(attributes as unknown as Record<string, string>, sets)?.url).toBe(chosen);
});

test('what stands for browsers without scripts is not shown twice', () => {
  const html =
    '<article><img data-src="/a.jpg" src="data:,"><noscript><img src="/a.jpg"></noscript><noscript><img src="/b.jpg"></noscript></article>';
  expect(
    wantedOfPage(html, 'http://x.example/', { extent: 'page', lead: null }).wanted.map(({ url: one }) => one),
  ).toEqual(['http://x.example/a.jpg', 'http://x.example/b.jpg']);
});

test.each([
  { body: '<svg xmlns="http://www.w3.org/2000/svg"/>', kind: 'picture', type: 'image/svg+xml' },
  { body: '<!doctype html><svg>', kind: 'picture', type: null },
  { body: 'wOFF', kind: 'font', type: 'font/woff' },
  { body: '<html>', kind: 'style', type: null },
  { body: 'a{}', kind: 'style', type: 'text/css' },
] as const)('$body as a $kind is $type', ({ body, kind, type }) => {
  expect(partType(Buffer.from(body), kind, null)).toBe(type);
});

test.each([
  { name: 'UTF-16', body: Buffer.from('\ufeff.ä{}', 'utf16le'), type: 'text/css' },
  {
    name: 'GBK by its own word',
    body: Buffer.concat([Buffer.from('@charset "gbk";.'), Buffer.from([0xa8, 0xa4]), Buffer.from('{}')]),
    type: 'text/css',
    text: '@charset "gbk";.à{}',
  },
  { name: 'Latin-1 by the site', body: Buffer.from('.ä{}', 'latin1'), type: 'text/css; charset=iso-8859-1' },
])('a style sheet in $name is read', ({ body, type, text = '.ä{}' }) => {
  expect(decodeSheet(body, type)).toBe(text);
});
