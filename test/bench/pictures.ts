/**
 * 200 pages of 30 pictures from loopback: how fast they are kept with their looks; how fast text is archived while pictures are kept beside it, by
 * `npm start`; and how long it takes to write a page anew for a browser.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { decodeHtml } from '../../functions/extract/charset.ts';
import { rewritePage } from '../../functions/pictures/rewrite-page.ts';
import { makeTestArchive, startServices } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { type RunningArchive, startProcess } from '../support/process.ts';
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
  rows.push(...(await beside()), ...rewriting());
  printTable('Pictures', rows);
}

const textPages = 300;
const withPictures = 150;
const rounds = 5;
const filler = '<div class="teaser"><a href="/x">Another story of the day</a></div>'.repeat(600);

/** The rate of text between two that are alone, since the speed of a machine changes from minute to minute. */
async function beside(): Promise<Row[]> {
  const site = await startSite();
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  const archive = await startProcess({
    ...{ DATA_DIR: folder, PICTURES: 'page', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` },
  });
  const body = Buffer.alloc(pictureBytes, 'picture');
  body.write('89504e470d0a1a0a', 'hex');
  const picture = answer(200, { 'content-type': 'image/png' }, body);
  let stories = 0;
  const serve = (count: number, pictures: number) =>
    Array.from({ length: count }, () => {
      const n = ++stories;
      const images = Array.from({ length: pictures }, (_, i) => `<img src="/p${i}.png">`).join('');
      for (let i = 0; i < pictures; i++) site.serve(`http://b${n}.example/p${i}.png`, picture);
      const html = storyPage(numberedStory(n))
        .replace('</h1>', `</h1>${images}`)
        .replace('</main>', `</main>${filler}`);
      site.serve(`http://b${n}.example/story`, html);
      return `http://b${n}.example/story`;
    });
  const kept = () => archive.output().split('pictures kept').length - 1;
  const text = async () => {
    const urls = serve(textPages, 0);
    const [before, began] = [kept(), performance.now()];
    await archiveAll(archive, urls, 'off');
    const seconds = (performance.now() - began) / 1000;
    return { rate: textPages / seconds, pictures: (kept() - before) / seconds };
  };

  await text();
  const alone = [await text()];
  const during: Awaited<ReturnType<typeof text>>[] = [];
  let left = Number.POSITIVE_INFINITY;
  for (let round = 1; round <= rounds; round++) {
    await archiveAll(archive, serve(withPictures, picturesOfPage), 'page');
    during.push(await text());
    left = Math.min(left, round * withPictures - kept());
    for (let n = 0; kept() < round * withPictures && n < 600; n++) await sleep(200);
    alone.push(await text());
  }
  archive.kill('SIGINT');
  await archive.ended;
  await site.close();
  rmSync(folder, { recursive: true, force: true });
  const mean = (all: number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
  const [withThem, without] = [during, alone].map((all) =>
    quantile(
      all.map(({ rate }) => rate),
      0.5,
    ),
  );
  const rates = (all: { rate: number }[]) => all.map(({ rate }) => rate.toFixed(0)).join(', ');
  return [
    { measure: 'text alone, before, between and after', figure: `${rates(alone)} pages/s`, wanted: '' },
    {
      measure: `text while pictures are kept (${left > 0 ? `${left} pages or more of them waited to the end` : 'NOT to the end'})`,
      figure: `${rates(during)} pages/s, p50 ${Math.round((100 * (withThem ?? 0)) / (without ?? 1))} % of that`,
      wanted: 'at least 75 %',
    },
    {
      measure: 'pictures meanwhile',
      figure: `${mean(during.map(({ pictures }) => pictures)).toFixed(1)} pages/s`,
      wanted: '4 pages/s',
    },
  ];
}

async function archiveAll({ url }: RunningArchive, urls: string[], pictures: 'off' | 'page'): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const posted = await fetch(`${url}/articles`, { method: 'POST', headers, body: JSON.stringify({ urls, pictures }) });
  const { batch } = (await posted.json()) as { batch: string };
  for (const status of ['queued', 'running'])
    for (;;) {
      const asked = await fetch(`${url}/captures?batch=${batch}&status=${status}&limit=1`);
      if (((await asked.json()) as { items: unknown[] }).items.length === 0) break;
      await sleep(100);
    }
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
  const ofLarge = Array.from({ length: 5 }, () => {
    const began = performance.now();
    rewritePage(large, { url: 'https://example.org/', leave });
    return performance.now() - began;
  });
  return [
    {
      measure: `rewriting ${times.length} real pages, p50`,
      figure: `${quantile(times, 0.5).toFixed(1)} ms`,
      wanted: '10 ms',
    },
    {
      measure: `rewriting a page of ${(large.length / 1e6).toFixed(1)} MB, p50 of ${ofLarge.length}`,
      figure: `${Math.round(quantile(ofLarge, 0.5))} ms`,
      wanted: '150 ms',
    },
  ];
}
