/**
 * The reader in a real Chromium: somebody new saves three links, finds one by a word, sees what an edit changed, and has a page to send, by
 * mouse, by keyboard, on a phone, without scripts and in Chinese. No page has a fault that axe knows, or asks anything of another host.
 */

import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '../../functions/reader/words-en.ts';
import { zh } from '../../functions/reader/words-zh.ts';
import { type BrowserArchive, hasBrowser, startBrowserArchive, titled } from '../support/browser.ts';
import { often } from '../support/often.ts';
import { harbour, harbourEdited, library, numberedStory, storyPage } from '../support/pages.ts';
import { pngOf } from '../support/png.ts';
import { answer } from '../support/site.ts';

let one: BrowserArchive;
const phone: BrowserContextOptions = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };

describe.skipIf(!hasBrowser)(titled('the reader'), () => {
  beforeAll(async () => {
    one = await startBrowserArchive();
  });
  afterAll(() => one.close());

  describe('somebody new', () => {
    test.each<[string, BrowserContextOptions, typeof en, 'mouse' | 'keyboard']>([
      ['by mouse', {}, en, 'mouse'],
      ['by keyboard', {}, en, 'keyboard'],
      ['on a phone', phone, en, 'mouse'],
      ['without scripts', { javaScriptEnabled: false }, en, 'mouse'],
      ['in Chinese', { locale: 'zh-CN' }, zh, 'mouse'],
    ])('saves, finds, compares and sends a story %s', async (name, options, t, by) => {
      const host = `${Buffer.from(name).toString('hex')}.example`;
      const urls = ['ferry', 'library', 'quay'].map((path) => `http://${host}/${path}`);
      const [ferry = '', books = '', quay = ''] = urls;
      const title = `${harbour.title} ${host.slice(0, 8)}`;
      one.site.serve(ferry, storyPage({ ...harbour, title }));
      one.site.serve(books, storyPage(library));
      one.site.serve(
        quay,
        storyPage({ ...harbour, title: 'A quay for sale', paragraphs: [...library.paragraphs, 'Nobody wants it.'] }),
      );
      const page = await one.open(options);
      await page.goto('/');

      // Three links.
      if (by === 'keyboard') {
        // The first visit loads its page once more, in the reader's time zone.
        await page.waitForFunction(`document.documentElement.dataset.zone === 'Europe/Berlin'`);
        await page.keyboard.press('Escape');
      }
      if (by === 'keyboard') await page.keyboard.press('a');
      else await page.click('a.save');
      await page.fill('#urls', urls.join('\n'));
      await submit(page, 'form[action="/save"] button', by);
      await page.waitForURL(/\/save\/[0-9A-Z]{26}/);
      await until(page, '#batch .item.is-new', 3);

      // One of them, by a word.
      if (by === 'keyboard') await page.keyboard.press('/');
      else await page.click('#q');
      await page.keyboard.type('bankrupt');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\?q=bankrupt/);
      expect(await page.locator('.item mark').first().textContent()).toBe('bankrupt');
      const link = page.locator(`.item h3 a:has-text("${host.slice(0, 8)}")`);
      if (by === 'keyboard') await link.press('o');
      else await link.click();
      await page.waitForURL(/\/a\//);

      // What an edit changed.
      one.site.serve(ferry, storyPage({ ...harbourEdited, title: `${harbourEdited.title} ${host.slice(0, 8)}` }));
      if (by === 'keyboard') await page.keyboard.press('s');
      else await page.click(`button:has-text("${t.lookAgain}")`);
      await page.waitForURL(/\/save\//);
      await until(page, '#batch .item.is-edit', 1);
      await page.locator('#batch .item h3 a').first().click();
      await page.waitForURL(/\/a\//);
      if (by === 'keyboard') await page.keyboard.press('c');
      else await page.locator('.views a[href$="/changes"]').click();
      await page.waitForURL(/\/changes/);
      expect(await page.locator('.diff .big ins').textContent()).toMatch(/^, and breaks down/);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

      // A page to send.
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`a:has-text("${t.oneFile}")`)]);
      expect(download.suggestedFilename()).toContain(harbour.title);
      expect(await page.locator('#share').textContent()).toMatch(/\/changes\/\d{14}\.\.\d{14}$/);
      await page.context().close();
      expect(one.complaints).toEqual([]);
    });
  });

  describe('axe finds no fault', () => {
    let paths: string[] = [];
    beforeAll(async () => {
      const url = 'http://axe.example/story';
      one.site.serve(url, storyPage(harbour));
      const { id } = (await one.archive.post({ url, tags: ['pier'], note: 'a note' })).body;
      one.site.serve(url, storyPage(harbourEdited));
      await one.archive.post({ url });
      await one.archive.post({ url: 'http://axe.example/missing' });
      await one.archive.send('POST', '/feeds', { url: 'http://axe.example/feed' }, { prefer: 'respond-async' });
      await one.archive.drain();
      const { batch } = (await one.archive.send('POST', '/articles', { urls: [url, 'http://axe.example/none'] })).body;
      const look = (await one.archive.get(`/articles/${id}/snapshots`)).body.items[0].timestamp;
      paths = [
        ...[
          '/',
          '/?q=harbour',
          '/?q=nothing+at+all',
          '/?q=%22',
          '/?site=axe.example',
          '/edited',
          '/removed',
          '/feeds',
          '/attention',
          '/keys',
        ],
        ...[
          `/a/${id}`,
          `/a/${id}/changes`,
          `/a/${id}/${look}`,
          '/save',
          `/save/${batch}`,
          '/session',
          '/keyboard',
          '/nowhere',
          '/out?url=http%3A%2F%2Fx.example%2F',
        ],
      ];
    });

    test.each<[string, BrowserContextOptions]>([
      ['light', { colorScheme: 'light' }],
      ['dark', { colorScheme: 'dark' }],
      ['on a phone', { ...phone, colorScheme: 'light' }],
      ['in Chinese', { locale: 'zh-CN', colorScheme: 'light' }],
    ])('on any page, %s', async (_, options) => {
      const page = await one.open(options);
      const faults: string[] = [];
      for (const path of paths) {
        await page.goto(path);
        await page.evaluate(axe.source);
        const found = (await page.evaluate('axe.run(document, { iframes: false })')) as axe.AxeResults;
        for (const { id, nodes } of found.violations)
          faults.push(
            `${path}: ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' ')}`,
          );
        if (!(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')))
          faults.push(`${path}: scrolls sideways`);
      }
      await page.context().close();
      expect(faults).toEqual([]);
      expect(one.complaints).toEqual([]);
    });
  });

  describe('a page as it was', () => {
    let spy: Server;
    let connections = 0;
    let address = '';
    beforeAll(async () => {
      spy = createServer((socket) => {
        connections++;
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
      await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(spy.address() as AddressInfo).port}`;
    });
    afterAll(() => spy.close());

    test('opens no connection to anywhere, and its links lead to a page of ours by a click', async () => {
      const leaks = [
        '<iframe src="SPY/a"></iframe><iframe srcdoc="<img src=SPY/b>"></iframe><frame src="SPY/c"><object data="SPY/d"></object><embed src="SPY/e">',
        '<img src="SPY/f" srcset="SPY/g 2x"><picture><source srcset="SPY/h"><img src="SPY/i"></picture><video src="SPY/j" poster="SPY/k"></video><audio src="SPY/l" autoplay></audio>',
        '<link rel=stylesheet href="SPY/m"><link rel=preconnect href="SPY"><link rel=dns-prefetch href="SPY"><link rel=prefetch href="SPY/n"><link rel=icon href="SPY/o"><link rel=modulepreload href="SPY/p">',
        '<style>@import "SPY/q";@font-face{font-family:x;src:url(SPY/r)}p{font-family:x;background:u\\72l(SPY/s)}</style><p style="background:image-set(\'SPY/t\' 1x)">x</p>',
        '<svg><image href="SPY/u"/><use href="SPY/v#a"/><rect fill="url(SPY/w#a)" mask="url(SPY/x)"/></svg><math><mi href="SPY/y">a</mi></math>',
        '<meta http-equiv=refresh content="0;url=SPY/z"><base href="SPY/"><script src="SPY/1"></script><body background="SPY/2" onload="fetch(\'SPY/3\')"><input type=image src="SPY/4"><table background="SPY/5">',
        '<form action="SPY/6"><button>go</button></form><a id=go href="SPY/7" ping="SPY/8" target=_blank>go</a><noscript><img src="SPY/9"></noscript>',
      ].join('\n');
      const url = 'http://leaks.example/page';
      one.site.serve(
        url,
        `<!doctype html><html><title>Leaks</title>${leaks.replaceAll('SPY', address)}<p>Text</p></html>`,
      );
      const answer = (await one.archive.post({ url })).body;
      const id = answer.id ?? answer.article?.id;
      const look = (await one.archive.get(`/articles/${id}/snapshots`)).body.items[0].timestamp;
      // The archive followed what the page said of where it is.
      connections = 0;
      const page = await one.open();
      await page.goto(`/a/${id}/${look}`, { waitUntil: 'networkidle' });
      const frame = page.frameLocator('iframe');
      expect(await frame.locator('#go').getAttribute('href')).toBe(`/out?url=${encodeURIComponent(`${address}/7`)}`);
      await frame.locator('#go').hover();
      expect(connections).toBe(0);
      await frame.locator('#go').click();
      await page.waitForURL(/\/out\?url=/);
      expect(await page.locator('main').textContent()).toContain(`${address}/7`);
      expect(connections).toBe(0);
      await page.context().close();
      expect(one.complaints).toEqual([]);
    });
  });

  test('from the search of the first page the arrow leads to the stories, and j on', async () => {
    for (const n of [1, 2]) {
      one.site.serve(`http://arrow.example/${n}`, storyPage(numberedStory(n)));
      await one.archive.post({ url: `http://arrow.example/${n}` });
    }
    const page = await one.open({ timezoneId: 'UTC' });
    await page.goto('/');
    const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent');
    expect(await focused()).toBe('q');
    await page.keyboard.press('ArrowDown');
    const headlines = await page.locator('.item h3 a').allTextContents();
    expect(await focused()).toBe(headlines[0]);
    await page.keyboard.press('j');
    expect(await focused()).toBe(headlines[1]);
    await page.context().close();
    expect(one.complaints).toEqual([]);
  });

  test('a removed story has its site and its day on one line', async () => {
    const url = 'http://went.example/story';
    one.site.serve(url, storyPage(numberedStory(77)));
    await one.archive.post({ url });
    one.site.remove(url);
    await one.archive.post({ url });
    const page = await one.open();
    await page.goto('/removed?site=went.example');
    const about = page.locator('.ledger th > .soft');
    expect(await about.textContent()).toBe('The Pier went.example, 4 Jan 2024');
    expect((await about.boundingBox())?.height).toBeLessThan(25);
    await page.context().close();
  });

  test.each([
    ['on a wide screen', {}],
    ['on a phone', phone],
  ])('the pictures of stories come from the archive, and nothing moves when they come, %s', async (name, options) => {
    const host = `http://leads-${name.replaceAll(' ', '-')}.example`;
    one.site.serve(`${host}/a.png`, answer(200, { 'content-type': 'image/png' }, pngOf(320, 480, [40, 90, 140])));
    one.site.serve(`${host}/story`, storyPage(library).replace('</h1>', '</h1><img src="/a.png">'));
    const { body } = await one.archive.post({ url: `${host}/story`, pictures: 'story' });
    await one.archive.drain();
    const places: string[] = [];
    for (const comes of [false, true])
      for (const path of [`/?site=${new URL(host).host}`, `/a/${body.id}`]) {
        const page = await one.open(options);
        // Its first page in a zone that the server does not know is loaded twice.
        await page.context().addCookies([{ name: 'nd-zone', value: 'Europe%2FBerlin', url: one.url }]);
        if (!comes) await page.route(/\/lead\//, () => undefined);
        await page.goto(path, { waitUntil: comes ? 'load' : 'commit' });
        const picture = page.locator('img[src*="/lead/"]');
        await picture.waitFor();
        // A page whose picture never comes is not said to be loaded: all of it, and its style, must be there.
        const isThere = () => page.evaluate(`document.readyState !== 'loading' && document.styleSheets.length > 0`);
        await expect.poll(isThere).toBe(true);
        const width = () => page.evaluate(`document.querySelector('img[src*="/lead/"]').naturalWidth`);
        if (comes) await expect.poll(width).toBe(320);
        // Asked for in the page, since that lays it out first.
        const boxes = `['img[src*="/lead/"]', 'main'].map((one) => document.querySelector(one).getBoundingClientRect())`;
        places.push(String(await page.evaluate(`JSON.stringify(${boxes})`)));
        await page.context().close();
      }
    expect(places.slice(2)).toEqual(places.slice(0, 2));
    expect(one.complaints).toEqual([]);
  });

  describe('the bookmark button', () => {
    async function press(page: Page): Promise<Page> {
      const reader = await one.open();
      await reader.goto('/save');
      const code = decodeURIComponent(
        ((await reader.locator('[data-bookmark]').getAttribute('href')) ?? '').replace('javascript:', ''),
      );
      await reader.context().close();
      const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(code)]);
      await popup.waitForLoadState();
      return popup;
    }
    /** A page of another site, in the browser alone, that forbids all foreign requests. */
    async function foreign(url: string, html: string): Promise<Page> {
      const page = await one.open();
      await page.route(`${new URL(url).origin}/**`, (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: html,
          headers: { 'content-security-policy': "default-src 'none'" },
        }),
      );
      await page.goto(url);
      one.complaints.length = 0;
      return page;
    }

    test('brings a page that forbids foreign requests, after a click in our window and not before', async () => {
      const url = 'https://members.example/letters/47';
      const page = await foreign(url, storyPage({ ...harbour, title: 'A letter behind a log-in' }));
      const popup = await press(page);
      expect(await popup.locator('#window [data-url]').textContent()).toBe(url);
      expect((await one.archive.get(`/articles?url=${encodeURIComponent(url)}`)).body.items).toEqual([]);
      await popup.click('[data-send]');
      await popup.waitForSelector('#window [data-open]:not([hidden])');
      expect(await popup.locator('#window output').textContent()).toContain('A letter behind a log-in');
      expect((await one.archive.get(`/articles?url=${encodeURIComponent(url)}`)).body.items).toHaveLength(1);
      await page.context().close();
    });

    test('takes nothing that speaks for another site, says nothing, or is too large', async () => {
      const page = await foreign('https://liar.example/', '<!doctype html><title>Liar</title><p>x');
      const popup = await press(page);
      const posted: string[] = [];
      await popup.route('**/articles', (route) => {
        posted.push(route.request().postData() ?? '');
        return route.fulfill({ status: 200, contentType: 'application/json', body: '{}' });
      });
      // Before the button's own answer, others.
      await popup.evaluate(`addEventListener('message', (event) => { window.seen = (window.seen ?? 0) + 1; })`);
      await page.evaluate(
        `window.lie = (w) => { for (const data of [null, 7, 'x', { url: 1, html: 2 }, { url: 'https://bank.example/', html: '<p>y' }, { url: 'not one', html: '<p>y' }]) w.postMessage(data, '*'); }`,
      );
      await popup.evaluate(`window.opener.postMessage('x', '*')`);
      await popup.click('[data-send]');
      await popup.waitForFunction(`document.querySelector('#window output').textContent !== ''`);
      await expect.poll(() => posted.length).toBe(1);
      expect(JSON.parse(posted[0] ?? '')).toMatchObject({ url: 'https://liar.example/' });
      await page.context().close();
    });

    /** What a site does with windows of ours: it opens them, tells each what nobody asked for, and answers when it is asked. */
    async function openWindows(page: Page, urls: string[]): Promise<Page[]> {
      const before = page.context().pages().length;
      await page.evaluate(
        `(() => {
          if (!window.opened) addEventListener('message', ({ source, data }) => {
            if (data === 'nightdesk:send') source.postMessage({ url: location.href, html: '<!doctype html><p>x' }, '*');
          });
          const address = (url) => ${JSON.stringify(one.url)} + '/save?window=1&url=' + encodeURIComponent(url);
          window.opened = ${JSON.stringify(urls)}.map((url) => open(address(url), '_blank', 'width=300,height=300'));
        })()`,
      );
      await expect.poll(() => page.context().pages().length, { timeout: 60_000 }).toBe(before + urls.length);
      const windows = page.context().pages().slice(before);
      for (const window of windows) await window.waitForSelector('#window:not([hidden])');
      await page.evaluate(
        `for (const one of window.opened) one.postMessage({ url: location.href, html: '<p>unasked' }, '*')`,
      );
      return windows;
    }
    const saidIn = (windows: Page[]) =>
      Promise.all(windows.map((window) => window.locator('#window output').textContent()));
    async function watchPosts(page: Page): Promise<string[]> {
      const posted: string[] = [];
      await page.context().route(`${one.url}/articles`, (route) => {
        posted.push(JSON.parse(route.request().postData() ?? '{}').url);
        return route.fulfill({ status: 200, contentType: 'application/json', body: '{"title":"Done"}' });
      });
      return posted;
    }

    const flood = often(30, 100);
    test(`${flood} windows of a site send nothing without a click`, async () => {
      const page = await foreign('https://flood.example/', '<!doctype html><title>Flood</title><p>x');
      const posted = await watchPosts(page);
      const urls = Array.from({ length: flood }, (_, n) => `https://${n % 2 ? 'flood' : 'bank'}.example/${n}`);
      const windows = await openWindows(page, urls);
      expect(new Set(await saidIn(windows))).toEqual(new Set(['']));
      expect(posted).toEqual([]);
      // At a click, one of them sends what it was asked for.
      await windows.at(-1)?.click('[data-send]');
      await expect.poll(() => posted, { timeout: 20_000 }).toHaveLength(1);
      expect(new URL(posted[0] ?? '').origin).toBe('https://flood.example');
      await page.context().close();
    });

    test('a site that may always send sends ten pages a minute, of its own origin alone', async () => {
      const page = await foreign('https://often.example/', '<!doctype html><title>Often</title><p>x');
      const posted = await watchPosts(page);
      await page
        .context()
        .addInitScript(`if (location.port) localStorage.setItem('nd-always', '["https://often.example"]');`);
      const others = await openWindows(page, ['https://bank.example/', 'https://bank.example/2']);
      const own = await openWindows(
        page,
        Array.from({ length: 30 }, (_, n) => `https://often.example/${n}`),
      );
      await expect.poll(() => posted, { timeout: 20_000 }).toHaveLength(10);
      const said = (await saidIn(own)).toSorted();
      expect(said.filter((words) => words === en.window.often)).toHaveLength(20);
      expect(await saidIn(others)).toEqual(['', '']);
      expect(new Set(posted.map((url) => new URL(url).origin))).toEqual(new Set(['https://often.example']));
      await page.context().close();
    });

    test('a message of a gigabyte is not sent on, and the window goes on', async () => {
      const page = await foreign('https://huge.example/', '<!doctype html><title>Huge</title><p>x');
      await page.evaluate(
        `Object.defineProperty(document.documentElement, 'outerHTML', { get: () => { const half = 'x'.repeat(500_000_000); document.title = 'Huge'; return half; } });
         Object.defineProperty(document, 'title', { get: () => 'x'.repeat(500_000_000), set: () => undefined });`,
      );
      const popup = await press(page);
      const posted: string[] = [];
      await popup.route('**/articles', (route) => {
        posted.push(route.request().postData() ?? '');
        return route.fulfill({ status: 200, contentType: 'application/json', body: '{"title":"Huge"}' });
      });
      await popup.click('[data-send]');
      await expect.poll(() => posted.length, { timeout: 60_000 }).toBe(1);
      expect(JSON.parse(posted[0] ?? '')).toEqual({ url: 'https://huge.example/' });
      await popup.waitForFunction(`/Huge/.test(document.querySelector('#window output').textContent)`);
      expect(await popup.locator('#window output').textContent()).toMatch(/only its address is saved/);
      await page.context().close();
    });

    test('saves the address alone, and says so, where the page has let go of the window', async () => {
      const url = 'http://cut.example/story';
      one.site.serve(url, storyPage(harbour));
      const page = await one.open();
      await page.goto(`/save?window=1&url=${encodeURIComponent(url)}`);
      expect(await page.locator('#window output').textContent()).toBe(en.window['cut-off']);
      await page.click('[data-send]');
      await page.waitForSelector('#window [data-open]:not([hidden])');
      await page.context().close();
    });
  });
});

async function submit(page: Page, selector: string, by: 'mouse' | 'keyboard'): Promise<void> {
  if (by === 'mouse') await page.click(selector);
  else await page.locator(selector).press('Enter');
}

/** The page fills its rows itself, or is loaded again by the browser where it runs no scripts. */
async function until(page: Page, selector: string, count: number): Promise<void> {
  await expect.poll(() => page.locator(selector).count(), { timeout: 30_000 }).toBe(count);
}
