/**
 * 200 pages of 30 pictures from loopback: how fast they are kept with their looks, and what text alone takes beside; and how long it takes to
 * write a page anew for a browser.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { decodeHtml } from '../../functions/extract/charset.ts';
import { rewritePage } from '../../functions/pictures/rewrite-page.ts';
import { makeTestArchive, startServices } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer, startSite } from '../support/site.ts';
import { printTable, quantile, type Row } from './measure.ts';

const pages = 200;
const picturesOfPage = 30;
const pictureBytes = 20_000;

export async function bench(): Promise<void> {
  const rows: Row[] = [];
  for (const pictures of ['off', 'page'] as const) {
    const services = await startServices();
    const site = await startSite();
    const archive = makeTestArchive(services, { site, pictures });
    for (let n = 0; n < pages; n++) {
      const images = Array.from({ length: picturesOfPage }, (_, i) => `<img src="/p${n}-${i}.png">`).join('');
      site.serve(`http://many${n}.example/story`, storyPage(numberedStory(n)).replace('</h1>', `</h1>${images}`));
      for (let i = 0; i < picturesOfPage; i++) {
        const body = Buffer.alloc(pictureBytes, `${n} ${i}`);
        body.write('89504e470d0a1a0a', 'hex');
        site.serve(`http://many${n}.example/p${n}-${i}.png`, answer(200, { 'content-type': 'image/png' }, body));
      }
    }
    const idle = process.memoryUsage().rss;
    let most = idle;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 50);
    const urls = Array.from({ length: pages }, (_, n) => `http://many${n}.example/story`);
    const began = performance.now();
    await archive.send('POST', '/articles', { urls });
    await archive.drain();
    const seconds = (performance.now() - began) / 1000;
    clearInterval(watch);
    rows.push({
      measure: `${pages} pages, pictures ${pictures}`,
      figure: `${(pages / seconds).toFixed(1)} pages/s, ${Math.round((most - idle) / 1e6)} MB above idle`,
      wanted: pictures === 'page' ? '8 pages/s, 100 MB' : '',
    });
    await archive.close();
    await site.close();
    await services.close();
  }
  rows.push(...rewriting());
  printTable('Pictures', rows);
}

function rewriting(): Row[] {
  const data = fileURLToPath(new URL('../../../shared/data/bodies', import.meta.url));
  if (!existsSync(data)) return [{ measure: 'rewriting', figure: 'skipped: ../shared/data is not here', wanted: '' }];
  const truth = Object.entries(
    JSON.parse(readFileSync(join(data, 'truth.json'), 'utf8')) as Record<string, { url?: string }>,
  );
  const leave = (target: string) => `/out?url=${encodeURIComponent(target)}`;
  const times = truth.map(([file, { url }]) => {
    const { text } = decodeHtml(gunzipSync(readFileSync(join(data, file))), 'text/html');
    const began = performance.now();
    rewritePage(text, { url: url || 'https://example.org/', leave });
    return performance.now() - began;
  });
  const large = '<p style="color:red">A <b>line</b> of a large page.</p>'.repeat(36_000);
  const began = performance.now();
  rewritePage(large, { url: 'https://example.org/', leave });
  const ms = performance.now() - began;
  return [
    {
      measure: `rewriting ${times.length} real pages, p50`,
      figure: `${quantile(times, 0.5).toFixed(1)} ms`,
      wanted: '10 ms',
    },
    {
      measure: `rewriting a page of ${(large.length / 1e6).toFixed(1)} MB`,
      figure: `${Math.round(ms)} ms`,
      wanted: '150 ms',
    },
  ];
}
