/** The machine's Chromium on an archive that listens: what it asks for elsewhere and complains of is noted. `BROWSER=required` makes its absence a failure. */
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { makeTestArchive, startServices, type TestArchive } from './archive.ts';
import { type Site, startSite } from './site.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasBrowser = existsSync(executablePath);
if (!hasBrowser && process.env.BROWSER === 'required')
  throw new Error(`there is no ${executablePath}, and BROWSER=required`);

/** A title that says why its tests are skipped, where they are. */
export const titled = (title: string) =>
  hasBrowser ? title : `skipped, since there is no ${executablePath}: ${title}`;

export type BrowserArchive = {
  archive: TestArchive;
  site: Site;
  url: string;
  /** A page of a reader of its own, with an empty profile. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** Console errors, faults of scripts, and requests to anywhere but the archive. */
  complaints: string[];
  close(): Promise<void>;
};

export async function startBrowserArchive(): Promise<BrowserArchive> {
  const [services, site, browser] = await Promise.all([startServices(), startSite(), launch()]);
  const archive = makeTestArchive(services, { site });
  let working: Promise<void> = Promise.resolve();
  const server = serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      // The worker beside the API: what is queued is done while a request waits for it, and behind its answer.
      const work = () => {
        working = working.then(() => archive.drain());
        return working;
      };
      const answered = Promise.resolve(archive.app.fetch(request));
      const done = answered.then(() => true);
      const { pathname } = new URL(request.url);
      if (request.method === 'POST' && pathname === '/articles')
        while (!(await Promise.race([done, sleep(5).then(() => false)]))) await work();
      else if (!pathname.startsWith('/assets/')) void done.then(work);
      return answered;
    },
  }) as Server;
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const complaints: string[] = [];
  return {
    archive,
    site,
    url,
    complaints,
    async open(options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        timezoneId: 'Europe/Berlin',
        baseURL: url,
        ...options,
      });
      context.on('request', (request) => {
        if (!request.url().startsWith(url) && !/^(data|blob|about):/.test(request.url()))
          complaints.push(`asked for ${request.url()}`);
      });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error' && !/status of (401|404|410|422)/.test(message.text()))
          complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      return page;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await working;
      await archive.close();
      await Promise.all([site.close(), services.close()]);
    },
  };
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--renderer-process-limit=3'] });
}
