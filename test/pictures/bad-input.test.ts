/** Pages, style sheets and pictures that were made to do harm: what is fetched, kept and shown of them stays small, and so does the time. */
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { candidatesIn, candidatesOf, choosePicture } from '../../functions/pictures/choose-picture.ts';
import { wantedOfPage, wantedOfSheet } from '../../functions/pictures/collect.ts';
import { cssTokens } from '../../functions/pictures/css-tokens.ts';
import { replay } from '../../functions/pictures/replay.ts';
import { rewriteCss } from '../../functions/pictures/rewrite-css.ts';
import type { Json } from '../support/archive.ts';
import { forAll } from '../support/for-all.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { pngOf } from '../support/png.ts';
import { answer, redirectTo } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

// Of all loopback, the site's own address alone.
const { site, archive } = await useArchive({ pictures: 'page', fetchAllow: '127.0.0.1', fetchTimeoutMs: 1500 });
const host = 'http://harm.example';
const css = (text: string | Uint8Array) => answer(200, { 'content-type': 'text/css' }, text);
const picture = (n: number) => answer(200, { 'content-type': 'image/png' }, pngOf(200, 100 + n, [n, n, n]));

let stories = 0;
async function kept(head: string, story = '', outside = ''): Promise<{ resources: Json; page: string; at: string }> {
  const n = ++stories;
  const html = storyPage(numberedStory(n))
    .replace('</head>', `${head}</head>`)
    .replace('</h1>', `</h1>${story}`)
    .replace('</body>', `${outside}</body>`);
  const { body } = await archive.keep(`${host}/${n}`, html);
  await archive.drain();
  const at = body.links.latest;
  return { at, resources: (await archive.get(`${at}/resources`)).body, page: (await archive.get(`${at}/page`)).body };
}
const whyOf = ({ resources }: { resources: Json }) =>
  Object.fromEntries(resources.missing.map(({ url, why }: Json) => [new URL(url).pathname, why.split(':')[0]]));
async function timed<T>(work: () => T | Promise<T>): Promise<{ result: Awaited<T>; ms: number }> {
  const began = performance.now();
  const result = await work();
  return { result, ms: performance.now() - began };
}

describe('style sheets', () => {
  it('that import each other in a ring, or themselves, are asked for once and shown', async () => {
    for (const [from, to] of ['12', '23', '31', '44'])
      site.serve(`${host}/ring-${from}.css`, css(`@import "ring-${to}.css"; .a${from}{color:red}`));
    const shown = await kept('<link rel=stylesheet href=/ring-1.css><link rel=stylesheet href=/ring-4.css>');
    for (const n of [1, 2, 3, 4]) {
      expect(site.hits(`${host}/ring-${n}.css`)).toBe(1);
      expect(shown.page).toContain(`.a${n}{color:red}`);
    }
    expect(shown.page.length).toBeLessThan(20_000);
  });

  it('of 100,000 rules with a picture each cost little time, and a hundred requests at most', async () => {
    const rules = (count: number) => Array.from({ length: count }, (_, n) => `.a{background:url(b${n})}`).join('');
    const { ms, result } = await timed(() => wantedOfSheet(rules(100_000), `${host}/`));
    expect([result.length <= 100, ms < 5000]).toEqual([true, true]);
    site.serve(`${host}/rules.css`, css(rules(60_000)));
    const { resources } = await kept('<link rel=stylesheet href=/rules.css>', `<style>${rules(20_000)}</style>`);
    expect(resources.parts.length + resources.missing.length).toBeLessThanOrEqual(100);
  });

  it.each([
    { name: 'UTF-16', body: Buffer.from('\ufeff.a{background:url("wide.png")}', 'utf16le') },
    {
      name: 'GBK',
      body: Buffer.concat([
        Buffer.from('@charset "gbk";.'),
        Buffer.from([0xc4, 0xe3]),
        Buffer.from('{background:url("wide.png")}'),
      ]),
    },
  ])('in $name are read, and what they name is kept', async ({ body, name }) => {
    site.serve(`${host}/${name}.css`, css(body));
    site.serve(`${host}/wide.png`, picture(1));
    const { resources, page } = await kept(`<link rel=stylesheet href="/${name}.css">`);
    expect(resources.parts.map(({ url }: Json) => new URL(url).pathname)).toEqual([`/${name}.css`, '/wide.png']);
    expect(page).toMatch(/url\("data:image\/png;base64,/);
  });
});

describe('answers without an end', () => {
  let sent = 0;
  /** As fast as it is read, up to a gigabyte. */
  const flood = (response: ServerResponse) => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    const more = () => {
      while (sent < 2 ** 30 && !response.destroyed) {
        sent += piece.length;
        if (!response.write(piece)) return void response.once('drain', more);
      }
    };
    more();
  };

  it.each([
    ['a picture of a gigabyte', { 'content-type': 'image/png', 'content-length': String(2 ** 30) }, 'too-large'],
    ['a picture that never ends', { 'content-type': 'image/png' }, 'too-large'],
    ['a font that never ends', { 'content-type': 'font/woff2' }, 'too-large'],
  ])('%s is not read to its end', async (_, headers, why) => {
    sent = 0;
    site.serve(`${host}/flood`, (_request, response) => {
      response.writeHead(200, headers);
      flood(response);
    });
    const isFont = headers['content-type'].startsWith('font');
    const shown = await kept(
      isFont ? '<style>@font-face{font-family:F;src:url(/flood)}</style>' : '',
      isFont ? '' : '<img src="/flood">',
    );
    expect(whyOf(shown)).toEqual({ '/flood': why });
    expect(sent).toBeLessThan(40_000_000);
  });

  it('a picture of which a byte comes now and then is given up, and the others are kept', async () => {
    site.serve(`${host}/drip`, (request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      const drops = setInterval(() => response.write('x'), 50);
      request.on('close', () => clearInterval(drops));
    });
    site.serve(`${host}/quick.png`, picture(2));
    const shown = await kept('', '<img src="/drip"><img src="/quick.png">');
    expect(whyOf(shown)).toEqual({ '/drip': 'timeout' });
    expect(shown.resources.parts).toHaveLength(1);
  });
});

describe('an address that is not public', () => {
  let trap: Server;
  let connections = 0;
  let inside = '';
  beforeAll(async () => {
    trap = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.2', resolve));
    inside = `http://127.0.0.2:${(trap.address() as { port: number }).port}/x`;
  });
  afterAll(() => trap.close());

  const references: [name: string, reference: (target: string) => { head?: string; story?: string; sheet?: string }][] =
    [
      ['a style sheet', (to) => ({ head: `<link rel="stylesheet" href="${to}">` })],
      ['an import', (to) => ({ sheet: `@import "${to}";` })],
      ['an import within the page', (to) => ({ head: `<style>@import url(${to});</style>` })],
      ['a font', (to) => ({ sheet: `@font-face{font-family:F;src:url(${to})}` })],
      ['a background', (to) => ({ sheet: `.a{background:url(${to})}` })],
      ['a set in CSS', (to) => ({ sheet: `.a{background:image-set("${to}" 1x)}` })],
      ['a style of an element', (to) => ({ story: `<p style="background:url('${to}')">x</p>` })],
      ['a picture', (to) => ({ story: `<img src="${to}">` })],
      ['a set', (to) => ({ story: `<img srcset="${to} 640w">` })],
      ['a source', (to) => ({ story: `<picture><source srcset="${to} 640w"><img></picture>` })],
      ['a lazy picture', (to) => ({ story: `<img data-src="${to}">` })],
      ['a picture for browsers without scripts', (to) => ({ story: `<noscript><img src="${to}"></noscript>` })],
      ['a poster', (to) => ({ story: `<video poster="${to}"></video>` })],
      ['a filter of SVG', (to) => ({ story: `<svg><rect fill="url(${to})"/></svg>` })],
      ['the picture for links', (to) => ({ head: `<meta property="og:image" content="${to}">` })],
    ];

  it.each(references)('is not asked, whether %s names it or leads to it', async (name, reference) => {
    const path = `/to-${references.findIndex(([one]) => one === name)}`;
    site.serve(host + path, redirectTo(inside));
    for (const [target, shown] of [
      [inside, '/x'],
      [host + path, path],
    ] as const) {
      const { head = '', story = '', sheet = '' } = reference(target);
      site.serve(`${host}/names-${++stories}.css`, css(sheet));
      const result = await kept(sheet ? `<link rel="stylesheet" href="/names-${stories}.css">` : head, story);
      expect(whyOf(result)).toEqual({ [shown]: 'url-refused' });
    }
    expect(site.hits(host + path)).toBe(1);
    expect(connections).toBe(0);
  });
});

describe('what is named', () => {
  it('ten thousand times is asked for a hundred times at most', async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => `<img src="http://many.example/${n}.png">`).join('');
    const { resources } = await kept('', many);
    expect(resources.parts.length + resources.missing.length).toBe(100);
  });

  it('as 20 MB of data is left out, wherever it stands, in little time', async () => {
    const data = `data:image/png;base64,${'A'.repeat(20_000_000)}`;
    for (const html of [
      `<img src="${data}"><p>end</p>`,
      `<img srcset="${data} 1x"><p>end</p>`,
      `<p style="background:url(${data})">end</p>`,
      `<style>.a{background:url(${data})}</style><p>end</p>`,
      `<link rel=stylesheet href="${data}"><p>end</p>`,
    ]) {
      const { result, ms } = await timed(() => {
        const options = { url: `${host}/`, leave: (target: string) => target, parts: new Map(), most: 1e7 };
        return { shown: replay(html, options).html, ...wantedOfPage(html, `${host}/`, { extent: 'page', lead: null }) };
      });
      expect(result.wanted).toEqual([]);
      expect([result.shown.length < 10_000, result.shown.includes('end'), ms < 5000]).toEqual([true, true, true]);
    }
  });

  it('as another type than it is, is kept only as what its bytes are', async () => {
    const page = '<!doctype html><html><script>alert(1)</script>';
    site.serve(`${host}/page.png`, answer(200, { 'content-type': 'image/png' }, page));
    site.serve(`${host}/page.css`, answer(200, { 'content-type': 'text/css' }, page));
    site.serve(`${host}/picture.woff2`, picture(3));
    site.serve(`${host}/picture.txt`, answer(200, { 'content-type': 'text/html' }, pngOf(200, 100, [1, 2, 3])));
    const shown = await kept(
      '<link rel=stylesheet href=/page.css><style>@font-face{font-family:F;src:url(/picture.woff2)}</style>',
      '<img src="/page.png"><img src="/picture.txt">',
    );
    expect(whyOf(shown)).toEqual({
      '/page.css': 'its bytes are no style',
      '/picture.woff2': 'its bytes are no font',
      '/page.png': 'its bytes are no picture',
    });
    expect(shown.resources.parts).toMatchObject([{ type: 'image/png' }]);
  });

  it('as a drawing with a script is shown as a picture alone, and has no address of ours', async () => {
    const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><script>alert(1)</script></svg>';
    site.serve(`${host}/drawing.svg`, answer(200, { 'content-type': 'image/svg+xml' }, drawing));
    const { page, at } = await kept('', '<img src="/drawing.svg">');
    expect(page).toContain(`<img src="data:image/svg+xml;base64,${Buffer.from(drawing).toString('base64')}"`);
    expect(page).not.toContain('alert');
    const story = at.replace('/articles/', '/a/').replace(/\/snapshots\/\d+$/, '');
    expect((await archive.get(story)).body).not.toContain('/lead/');
  });

  it('as a pixel is not asked for where the page says so, and never stands for a story', async () => {
    site.serve(`${host}/pixel.png`, answer(200, { 'content-type': 'image/png' }, pngOf(1, 1, [0, 0, 0])));
    const { resources, at } = await kept('', '<img src="/counted.png" width="1" height="1"><img src="/pixel.png">');
    expect(resources.parts.map(({ url }: Json) => url)).toEqual([`${host}/pixel.png`]);
    const story = at.replace('/articles/', '/a/').replace(/\/snapshots\/\d+$/, '');
    expect((await archive.get(story)).body).not.toContain('/lead/');
  });
});

test.each(['\f', '\r', '\r\n', '\n'])('a string in CSS ends with its line, however that ends: %j', (end) => {
  const sheet = `.a{content:"x${end};background:url(http://trap.example/x)}`;
  expect(rewriteCss(sheet)).not.toContain('trap.example');
  expect(wantedOfSheet(sheet, `${host}/`)).toEqual([{ url: 'http://trap.example/x', kind: 'picture' }]);
});

test('any style sheet is cut into pieces that are it, and one of long names, strings and escapes as well', () => {
  const piece = fc.constantFrom('"', "'", '\\', '\n', '/*', '*/', 'url(', ')', '@', '{', ' ', 'a', '\u{1f600}', 'é');
  forAll(
    [
      fc.oneof(
        fc.string(),
        fc.array(piece).map((all) => all.join('')),
      ),
    ],
    (css) => {
      expect([...cssTokens(css)].join('')).toBe(css.replace(/\r\n?|\f/g, '\n'));
    },
  );
  for (const one of ['a', '\\a', ' ', '/*', '"a', "'\\'", '@a', '(', 'url('])
    expect(rewriteCss(one.repeat(2_000_000)).length).toBeLessThan(20_000_001);
});

test.each([
  { set: '', urls: [] },
  { set: ',,, ,', urls: [] },
  { set: 'a.png 1x 2x, b.png -1w, c.png 0w', urls: ['a.png', 'b.png', 'c.png'] },
  { set: 'a.png (1x, b.png 2x', urls: ['a.png'] },
  { set: 'a.png 99999999999999999w', urls: ['a.png'] },
  { set: ' , ,a.png,,, ,b.png,', urls: ['a.png', 'b.png'] },
  { set: `a.png ${'1x '.repeat(1000)}`, urls: ['a.png'] },
])('an invalid srcset gives what can be read of it: $set', ({ set, urls }) => {
  expect(candidatesOf(set).map(({ url }) => url)).toEqual(urls);
});

test('any srcset is read, in time that grows with its length', async () => {
  forAll([fc.string(), fc.string()], (set, src) => {
    const all = candidatesOf(set);
    expect(all.length).toBeLessThanOrEqual(100);
    choosePicture({ srcset: set, src }, [src]);
    candidatesIn({ srcset: set, src }, [src]);
  });
  for (const piece of ['a,', 'a 1w,', '(', ' ', ',', 'a'])
    expect((await timed(() => candidatesOf(piece.repeat(500_000)))).ms).toBeLessThan(1000);
});
