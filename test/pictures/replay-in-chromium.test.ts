/** A page with styles, fonts and pictures of all kinds, in the machine's Chromium: its replay looks as the page did, and asks for nothing. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rewritePage } from '../../functions/pictures/rewrite-page.ts';
import { hasBrowser, titled } from '../support/browser.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { pngOf } from '../support/png.ts';
import { answer, type Site } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

const host = 'http://closed.example';
const picture = (width: number, height: number, colour: [number, number, number]) =>
  answer(200, { 'content-type': 'image/png' }, pngOf(width, height, colour));

function serveSite(site: Site): void {
  site.serve(
    `${host}/style.css`,
    answer(
      200,
      { 'content-type': 'text/css' },
      '@import url(more.css);body{margin:0;font:16px/1.5 monospace;background:url("/bg.png") #eee}article{max-width:640px;margin:0 auto;background:#fff}img{max-width:100%;height:auto;display:block}@media (max-width:500px){article{background:#fed}}',
    ),
  );
  site.serve(
    `${host}/more.css`,
    answer(
      200,
      { 'content-type': 'text/css' },
      'h1{color:#135;border-bottom:8px solid;border-image:url(line.png) 1}.box{width:120px;height:60px;background:url(box.png) center/cover}',
    ),
  );
  site.serve(`${host}/bg.png`, picture(10, 10, [220, 230, 240]));
  site.serve(`${host}/line.png`, picture(3, 3, [10, 120, 200]));
  site.serve(`${host}/box.png`, picture(60, 30, [200, 80, 40]));
  site.serve(`${host}/plain.png`, picture(300, 100, [40, 160, 80]));
  site.serve(`${host}/wide-1280.png`, picture(1280, 320, [120, 60, 160]));
  site.serve(`${host}/wide-320.png`, picture(320, 80, [120, 60, 160]));
  site.serve(`${host}/lazy.png`, picture(200, 120, [240, 200, 40]));
  const page = storyPage(numberedStory(3))
    .replace(
      '</head>',
      '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css"></head>',
    )
    .replace(
      '</h1>',
      `</h1><div class="box"></div><img src="/plain.png"><img src="/wide-320.png" srcset="/wide-320.png 320w, /wide-1280.png 1280w" sizes="(max-width: 500px) 100vw, 640px"><img src="/lazy.png" loading="lazy" width="200" height="120"><svg width="40" height="40"><circle cx="20" cy="20" r="18" fill="#c33"/></svg>`,
    );
  site.serve(`${host}/`, page);
  site.serve(`${host}/story`, page);
}

describe.skipIf(!hasBrowser)(titled('the replay of a page'), async () => {
  const { site, archive } = await useArchive({ pictures: 'page' });

  it.each([
    { name: 'a wide screen', width: 1280, scale: 1 },
    { name: 'a phone', width: 360, scale: 2 },
  ])('looks as the page did on $name', async ({ width, scale }) => {
    serveSite(site);
    const { body } = await archive.post({ url: `${host}/story` });
    await archive.drain();
    const { timestamp } = (await archive.get(`/articles/${body.id}/snapshots`)).body.items[0];
    const replayed = (await archive.get(`/articles/${body.id}/snapshots/${timestamp}/page`)).body;
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', `--host-resolver-rules=MAP closed.example 127.0.0.1:${site.port}`],
    });
    try {
      const context = await browser.newContext({ viewport: { width, height: 900 }, deviceScaleFactor: scale });
      const live = await context.newPage();
      await live.goto(`${host}/story`, { waitUntil: 'networkidle' });
      const asked: string[] = [];
      const kept = await context.newPage();
      kept.on('request', (request) => asked.push(request.url()));
      await kept.setContent(replayed, { waitUntil: 'load' });
      await kept.waitForFunction('[...document.images].every((image) => image.complete)');
      const boxes = (page: typeof live) =>
        page.evaluate(`[...document.querySelectorAll('body *')]
          .filter((element) => !/^(script|style)$/i.test(element.tagName))
          .map((element) => {
            const { x, y, width, height } = element.getBoundingClientRect();
            return element.tagName + ' ' + [x, y, width, height].map(Math.round).join(' ');
          })`);
      expect(await boxes(kept)).toEqual(await boxes(live));
      if (scale === 1) {
        const shot = (page: typeof live) => page.screenshot({ fullPage: true, animations: 'disabled' });
        expect((await shot(kept)).equals(await shot(live))).toBe(true);
      }
      expect(asked.filter((address) => !/^(data|about):/.test(address))).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

describe.skipIf(!hasBrowser)(titled('an attack that is replayed, with scripts allowed,'), () => {
  let trap: Server;
  let connections = 0;
  let at = '';
  beforeAll(async () => {
    trap = createServer((socket) => {
      connections++;
      socket.on('error', () => undefined);
      socket.destroy();
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    at = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/`;
  });
  afterAll(() => trap.close());

  it('makes no connection and runs nothing', async () => {
    const attacks = (to: string) => [
      `<img src="${to}">`,
      `<img srcset="${to} 2x">`,
      `<picture><source srcset="${to}"><img></picture>`,
      `<iframe src="${to}"></iframe>`,
      `<iframe srcdoc="<img src='${to}'>"></iframe>`,
      `<frameset><frame src="${to}"></frameset>`,
      `<object data="${to}"></object>`,
      `<embed src="${to}">`,
      `<video src="${to}" autoplay></video>`,
      `<video poster="${to}"></video>`,
      `<audio src="${to}" autoplay></audio>`,
      `<audio><source src="${to}"></audio>`,
      `<link rel=stylesheet href="${to}">`,
      `<link rel=preload as=image href="${to}">`,
      `<link rel=prefetch href="${to}">`,
      `<link rel=dns-prefetch href="${to}">`,
      `<link rel=preconnect href="${to}">`,
      `<link rel=icon href="${to}">`,
      `<link rel=modulepreload href="${to}">`,
      `<link rel=manifest href="${to}">`,
      `<style>@import "${to}";</style>`,
      `<style>@import url(${to});</style>`,
      `<style>body{background:url(${to})}</style>`,
      `<style>body{background:u\\72l(${to})}</style>`,
      `<style>body{background:image-set("${to}" 1x)}</style>`,
      `<style>@font-face{font-family:F;src:url(${to})}body{font-family:F}</style>`,
      `<style>p{content:"\f;background:url(${to})}</style>`,
      `<p style='content:"&#12;;background:url(${to})'>`,
      `<style>p{list-style:url(${to})}</style>`,
      `<style>p::before{content:url(${to})}</style>`,
      `<style>a{cursor:url(${to}),auto}</style>`,
      `<style>div{mask:url(${to})}</style>`,
      `<style>div{filter:url(${to}#f)}</style>`,
      `<p style="background:url(${to})">`,
      `<p style="background-image:image('${to}')">`,
      `<table background="${to}"><tr><td background="${to}">`,
      `<body background="${to}">`,
      `<svg><image href="${to}"/></svg>`,
      `<svg><use href="${to}#a"/></svg>`,
      `<svg><rect fill="url(${to}#a)"/></svg>`,
      `<svg><rect mask="url(${to}#a)"/></svg>`,
      `<svg><script>fetch("${to}")</script></svg>`,
      `<svg><foreignObject><iframe src="${to}"></iframe></foreignObject></svg>`,
      `<svg><feImage href="${to}"/></svg>`,
      `<svg><animate attributeName="href" values="${to}"/></svg>`,
      `<script src="${to}"></script>`,
      `<script>new Image().src="${to}"</script>`,
      `<script type=module>import "${to}"</script>`,
      `<img src=x onerror="fetch('${to}')">`,
      `<body onload="fetch('${to}')">`,
      `<details open ontoggle="fetch('${to}')">`,
      `<input autofocus onfocus="fetch('${to}')">`,
      `<meta http-equiv=refresh content="0;url=${to}">`,
      `<base href="${to}"><img src="a.png">`,
      `<form action="${to}"><button autofocus></form>`,
      `<a href="${to}" ping="${to}">x</a>`,
      `<noscript><img src="${to}"></noscript>`,
      `<template shadowrootmode=open><img src="${to}"></template>`,
      `<math><mtext><img src="${to}"></mtext></math>`,
      `<xmp><img src="${to}"></xmp>`,
      `<plaintext><img src="${to}">`,
      `<title><img src="${to}"></title>`,
      `<textarea><img src="${to}"></textarea>`,
      `<style><!--</style><img src="${to}">-->`,
      `<!--><img src="${to}">`,
      `<!--[if IE]><img src="${to}"><![endif]-->`,
    ];
    const pages = attacks(at).map((html) => rewritePage(html, { url: at, leave: () => '#' }).html);
    expect(pages.length).toBeGreaterThanOrEqual(60);
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const ran: string[] = [];
      page.on('dialog', (dialog) => ran.push(dialog.message()));
      for (const html of pages) {
        await page.setContent(html, { waitUntil: 'load' });
        await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      }
      expect([connections, ran]).toEqual([0, []]);
      // That a connection would be counted.
      await page.setContent(`<img src="${at}">`, { waitUntil: 'load' }).catch(() => undefined);
      expect(connections).toBeGreaterThan(0);
    } finally {
      await browser.close();
    }
  });
});
