/**
 * Archived pages in a real Chromium: whatever they try, nothing in them runs, nothing is asked for in the reader's name, and
 * nothing of ours can be read. Needs /usr/bin/chromium, or CHROMIUM to name another.
 */
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestArchive, startServices, type TestArchive, type TestServices } from '../support/archive.ts';
import { type Site, startSite } from '../support/site.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
const title = hasBrowser ? 'a page that tries' : `skipped, since there is no ${executablePath}: a page that tries`;

/** What runs says so: in the title, in a request, to its opener, in the console. */
const cry = "document.title='ran';console.log('ran');fetch('/articles');opener?.postMessage('ran','*')";
const quoted = cry.replaceAll('"', '&quot;');

/** `OURS` stands for the address of the archive, `SPY` for that of a site which collects what gets out. */
type Attempt = { name: string; html: string; click?: string; type?: string };

const attempt = (name: string, html: string, click?: string): Attempt => ({ name, html, ...(click ? { click } : {}) });
const attempts: Attempt[] = [
  attempt('an inline script', `<script>${cry}</script>`),
  attempt('a script of its site', '<script src="SPY/a.js"></script>'),
  attempt('a script of ours', '<script src="OURS/articles"></script>'),
  attempt('a module', `<script type="module">${cry}</script>`),
  attempt('an event handler', `<body onload="${quoted}"><img src="data:image/png;base64,x" onerror="${quoted}">`),
  attempt(
    'an element that takes the focus',
    `<input autofocus onfocus="${quoted}"><details open ontoggle="${quoted}">`,
  ),
  attempt(
    'a style that ends',
    `<style>@keyframes x{to{left:0}}</style><p style="animation:x 1ms" onanimationend="${quoted}">x`,
  ),
  attempt('a javascript link', `<a id="go" href="javascript:${quoted}">go</a>`, '#go'),
  attempt('a link to a new window', '<a id="go" target="_blank" href="SPY/link">go</a>', '#go'),
  attempt('a refresh to a script', `<meta http-equiv="refresh" content="0;url=javascript:${quoted}">`),
  attempt('a frame', '<iframe src="OURS/articles"></iframe>'),
  attempt('a frame of its site', '<iframe src="SPY/frame"></iframe>'),
  attempt('a frame of data', `<iframe src="data:text/html,<script>${encodeURIComponent(cry)}</script>"></iframe>`),
  attempt('a frame that holds its page', `<iframe srcdoc="&lt;script&gt;${quoted}&lt;/script&gt;"></iframe>`),
  attempt('a frame that is a script', `<iframe src="javascript:${quoted}"></iframe>`),
  attempt('an object and an embed', '<object data="OURS/articles"></object><embed src="SPY/embed">'),
  attempt('a form to us', '<form action="OURS/articles" method="post"><button id="go">go</button></form>', '#go'),
  attempt('a form to its site', '<form action="SPY/form"><button id="go">go</button></form>', '#go'),
  attempt('a form of a script', `<form action="javascript:${quoted}"><button id="go">go</button></form>`, '#go'),
  attempt('a base of ours', `<base href="OURS/"><link rel="stylesheet" href="articles"><img src="articles">`),
  attempt(
    'a picture of its site',
    '<img src="SPY/pixel" srcset="SPY/pixel2 2x"><picture><source srcset="SPY/p3"></picture>',
  ),
  attempt('a style sheet of its site', '<link rel="stylesheet" href="SPY/style"><style>@import "SPY/import";</style>'),
  attempt(
    'a style that asks for things',
    '<style>body{background:url(SPY/bg)}@font-face{font-family:x;src:url(SPY/font)}p{font-family:x}</style><p>x',
  ),
  attempt('a style that reads attributes', '<style>input[value^=a]{background:url(SPY/a)}</style><input value="abc">'),
  attempt(
    'hints',
    '<link rel="preload" as="script" href="SPY/preload"><link rel="prefetch" href="SPY/prefetch"><link rel="icon" href="SPY/icon"><link rel="manifest" href="SPY/manifest">',
  ),
  attempt(
    'a drawing with a script',
    `<svg><script>${cry}</script><image href="SPY/image"/><use href="SPY/use#a"/><a href="javascript:${quoted}"><text y="20" id="go">go</text></a></svg>`,
    '#go',
  ),
  attempt(
    'sound and film',
    '<video autoplay src="SPY/film" poster="SPY/poster"></video><audio autoplay src="SPY/sound"></audio>',
  ),
  attempt('a ping', '<a id="go" ping="OURS/articles SPY/ping" href="#x">go</a>', '#go'),
  attempt(
    'a policy of its own',
    `<meta http-equiv="content-security-policy" content="default-src *; script-src 'unsafe-inline'"><script>${cry}</script>`,
  ),
  attempt('a worker', "<script>navigator.serviceWorker.register('OURS/sw.js')</script>"),
  attempt('a cookie', '<meta http-equiv="set-cookie" content="planted=1">'),
  attempt(
    'a template with a shadow',
    `<div><template shadowrootmode="open"><img src=x onerror="${quoted}"><script>${cry}</script></template></div>`,
  ),
  attempt(
    'XML that is a page',
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>${cry}</script></html>`,
  ),
  ...['application/xhtml+xml', 'text/plain', 'text/html; charset=utf-7'].map((type) => ({
    name: `a drawing with a script as ${type}`,
    type,
    html: `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Archived</title></head><body><svg xmlns="http://www.w3.org/2000/svg" onload="${quoted}"><script>${cry}</script></svg></body></html>`,
  })),
];

/** Eight that need no click in one page, since each page takes a browser half a second. */
function together(all: Attempt[]): Attempt[] {
  const alone = all.filter(({ click, type }) => click || type);
  const others = all.filter((attempt) => !alone.includes(attempt));
  const groups = Object.values(Object.groupBy(others, (attempt) => Math.floor(others.indexOf(attempt) / 8)));
  const pages = groups.map((some = []) => ({
    name: some.map(({ name }) => name).join(', '),
    html: some.map(({ html }) => html).join('\n'),
  }));
  return [...pages, ...alone];
}

describe.skipIf(!hasBrowser)(title, () => {
  let services: TestServices;
  let site: Site;
  let spy: Site;
  let archive: TestArchive;
  let server: Server;
  let browser: Browser;
  let ours = '';
  /** Requests to us but for the snapshot itself, and to the spy. */
  const asked: string[] = [];
  const allowed = new Set(['/favicon.ico']);

  beforeAll(async () => {
    [services, site, spy, browser] = await Promise.all([
      startServices(),
      startSite(),
      startSite(),
      chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--renderer-process-limit=3'] }),
    ]);
    archive = makeTestArchive(services, { site });
    server = serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: (request) => {
        const { pathname } = new URL(request.url);
        if (!allowed.has(pathname)) asked.push(`${request.method} ${pathname}`);
        return archive.app.fetch(request);
      },
    }) as Server;
    await new Promise((resolve) => server.once('listening', resolve));
    ours = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await archive.close();
    await Promise.all([site.close(), spy.close(), services.close()]);
  });

  async function snapshotOf(name: string, html: string, contentType = 'text/html; charset=utf-8'): Promise<string> {
    const url = `http://replay.example/2024/04/03/${encodeURIComponent(name)}`;
    const filled = html.replaceAll('OURS', ours).replaceAll('SPY', `http://127.0.0.1:${spy.port}`);
    const { body } = await archive.keep(url, (_, response) =>
      response.writeHead(200, { 'content-type': contentType }).end(filled),
    );
    return `/articles/${body.id}/snapshots/${(await archive.get(`/articles/${body.id}/snapshots`)).body.items[0].timestamp}`;
  }

  async function signedIn(): Promise<BrowserContext> {
    const context = await browser.newContext();
    await context.addCookies([{ name: 'session', value: 'secret', url: ours }]);
    return context;
  }

  /** What an attempt got, in words, when a reader who is signed in opens it. */
  async function gains(context: BrowserContext, { name, html, click, type }: Attempt): Promise<string[]> {
    const whole = type ? html : `<!doctype html><title>Archived</title>${html}<p>Text</p>`;
    const path = await snapshotOf(name, whole, type);
    allowed.add(path);
    const page = await context.newPage();
    const found: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'log') found.push(`said ${message.text()}`);
    });
    page.on('popup', () => found.push('opened a window'));
    await page.goto(ours + path, { waitUntil: 'networkidle' });
    if (click) {
      await page.click(click, { noWaitAfter: true, timeout: 10_000 });
      await page.waitForLoadState('networkidle');
    }
    if (page.url().replace(/#.*/, '') !== ours + path) found.push(`went to ${page.url()}`);
    if ((await page.title()) === 'ran') found.push('changed its title');
    await page.close();
    return found.map((gain) => `${name}: ${gain}`);
  }

  it('gets nothing, in any of 36 ways', async () => {
    expect(attempts).toHaveLength(36);
    const waiting = together(attempts);
    const found: string[] = [];
    const context = await signedIn();
    const takeTurns = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) found.push(...(await gains(context, next)));
    };
    await Promise.all(Array.from({ length: 3 }, takeTurns));
    if ((await context.cookies()).length > 1) found.push('a cookie was planted');
    if (context.serviceWorkers().length > 0) found.push('a worker was planted');
    await context.close();
    expect({ found, asked, spied: [...spy.arrivals.keys()] }).toEqual({ found: [], asked: [], spied: [] });
  }, 180_000);

  it('a page is of no origin, has no cookie, no referrer and no way to its opener, and a script would be seen to run', async () => {
    const path = await snapshotOf('origin', '<!doctype html><title>Archived</title><a id="go" href="SPY/away">go</a>');
    const context = await signedIn();
    allowed.add(path);
    const opener = await context.newPage();
    await opener.route(`${ours}/opener`, (route) => route.fulfill({ contentType: 'text/html', body: '<p>Ours' }));
    await opener.goto(`${ours}/opener`);
    const popup = opener.waitForEvent('popup');
    await opener.evaluate(`void window.open(${JSON.stringify(path)})`);
    const page = await popup;
    await page.waitForLoadState();
    // Playwright runs its own code in the page whatever the policy says: what it reads there is what a script would.
    const seen = await page.evaluate(`(() => {
      const attempt = (read) => {
        try {
          return read();
        } catch (error) {
          return error.name;
        }
      };
      return {
        origin: self.origin,
        cookie: attempt(() => document.cookie),
        storage: attempt(() => localStorage.length),
        opener: attempt(() => window.opener && window.opener.document.title),
      };
    })()`);
    expect(seen).toEqual({
      origin: 'null',
      cookie: 'SecurityError',
      storage: 'SecurityError',
      opener: 'SecurityError',
    });
    const request = page.waitForRequest(/\/away$/);
    await page.click('#go', { noWaitAfter: true });
    expect((await request).headers().referer).toBeUndefined();
    await context.close();

    const plain = await (await browser.newContext()).newPage();
    const said: string[] = [];
    plain.on('console', (message) => said.push(message.text()));
    await plain.setContent(`<script>${cry}</script>`);
    expect(said).toContain('ran');
    await plain.context().close();
  });
});
