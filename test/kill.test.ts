/** The archive killed in the middle of its work: nothing is lost. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeServices } from '../functions/store/clients.ts';
import { startEmbedded } from '../functions/store/embedded.ts';
import type { Json } from './support/archive.ts';
import { unfinishedJobs } from './support/due.ts';
import { numberedStory, storyPage } from './support/pages.ts';
import { startProcess } from './support/process.ts';
import { type Site, startSite } from './support/site.ts';
import { until } from './support/until.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

async function get(url: string): Promise<Json> {
  return (await fetch(url)).json();
}
async function post(archive: string, urls: string[]): Promise<Json> {
  const init = { method: 'POST', body: JSON.stringify({ urls }), headers: { 'content-type': 'application/json' } };
  return (await fetch(`${archive}/articles`, init)).json();
}

/** Five starts and 250 captures take 12 s; a loaded machine may need many times as long. */
vi.setConfig({ testTimeout: 240_000 });

describe('kill -9', () => {
  it('five times during 250 URLs loses nothing: one article each, whole, no capture stuck', async () => {
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
    const urls = Array.from({ length: 250 }, (_, n) => `http://kill.example/story/${n}`);
    for (const [n, url] of urls.entries()) site.serve(url, storyPage(numberedStory(n)));
    const env = { DATA_DIR, FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}`, QUIET: '1' };

    let archive = await startProcess(env);
    const { batch } = await post(archive.url, urls);
    const done = async () => (await all(`${archive.url}/captures?batch=${batch}&status=succeeded&limit=100`)).length;
    for (let kills = 1; kills <= 5; kills++) {
      await until(done, (count) => count >= kills * 30);
      archive.kill('SIGKILL');
      await archive.ended;
      archive = await startProcess(env);
    }
    await until(done, (count) => count === 250);

    const articles = await until(
      () => all(`${archive.url}/articles?limit=100`),
      (items) => items.length >= 250,
    );
    expect(articles).toHaveLength(250);
    expect(new Set(articles.map((item) => item.url))).toEqual(new Set(urls));
    for (const item of articles.filter((_, n) => n % 10 === 0)) {
      const body = await (await fetch(archive.url + item.links.latest)).text();
      const n = Number(item.url.split('/').at(-1));
      expect(createHash('sha256').update(body).digest('hex')).toBe(
        createHash('sha256')
          .update(storyPage(numberedStory(n)))
          .digest('hex'),
      );
    }
    archive.kill('SIGINT');
    expect(await archive.ended).toBe(0);

    const embedded = await startEmbedded(DATA_DIR);
    expect(await unfinishedJobs(makeServices(embedded.clients, embedded.names).store.table)).toEqual([]);
    await embedded.close();
    rmSync(DATA_DIR, { recursive: true, force: true });
  });

  async function all(url: string): Promise<Json[]> {
    const items: Json[] = [];
    let next: string | null = null;
    do {
      const page: Json = await get(next === null ? url : `${url}&cursor=${next}`);
      items.push(...page.items);
      next = page.next;
    } while (next !== null);
    return items;
  }
});
