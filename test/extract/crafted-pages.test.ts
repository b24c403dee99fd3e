/** Pages made to do harm, at a small part of their full size, which FULL=1 gives them: read within the limit, kept in any case. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { makeExtractor } from '../../functions/jobs/extractor.ts';
import { bodyObject } from '../../functions/store/articles.ts';
import { makeTestArchive } from '../support/archive.ts';
import { craftedPages, mutated } from '../support/crafted-pages.ts';
import { isFull, often } from '../support/often.ts';
import { cookieWall, harbour, library, softNotFound, storyPage, stub } from '../support/pages.ts';
import { startSite } from '../support/site.ts';
import { useServices } from '../support/use.ts';

const scale = often(0.003, 1);
const extractor = makeExtractor();
afterAll(() => extractor.close());
const url = 'https://news.example/2024/04/03/story';

it('200 crafted pages are read, all of each', { timeout: often(60_000, 3_600_000) }, async () => {
  const cut: string[] = [];
  let pages = 0;
  for (const { name, body, contentType } of craftedPages(scale)) {
    pages++;
    const { extent, reason } = await extractor.extract(body, { url, contentType });
    if (extent !== 'all') cut.push(`${name}: ${extent}, ${reason}`);
  }
  // Some of full size take longer than a page may; then they cost themselves their text, and nobody else anything.
  if (!isFull) expect(cut).toEqual([]);
  expect(pages).toBeGreaterThanOrEqual(200);
});

it('200 damaged pages are read, all of each', async () => {
  const whole = [harbour, library].map(storyPage).concat(cookieWall, softNotFound, stub);
  const cut: string[] = [];
  for (let seed = 0; seed < 200; seed++) {
    const body = mutated(Buffer.from(whole[seed % whole.length] ?? ''), seed);
    const { extent, reason } = await extractor.extract(body, { url, contentType: 'text/html' });
    if (extent !== 'all') cut.push(`${seed}: ${extent}, ${reason}`);
  }
  expect(cut).toEqual([]);
});

it('the snapshot is kept, byte for byte, also of a page that the extractor has no time for', {
  timeout: often(60_000, 3_600_000),
}, async () => {
  const services = await useServices();
  const site = await startSite();
  const hurried = makeExtractor({ timeoutMs: 1 });
  const archive = makeTestArchive(services, { site, extractor: hurried });
  const sample = [...craftedPages(scale)].filter((_, n) => n % 20 === 0);
  for (const [n, { body, contentType }] of sample.entries()) {
    const at = `http://crafted.example/2024/04/03/page-${n}`;
    site.serve(at, (_, response) => response.writeHead(200, { 'content-type': contentType }).end(body));
    const { status, body: article } = await archive.post({ url: at });
    expect(status).toBe(201);
    const { digest } = (await archive.get(`/articles/${article.id}/snapshots`)).body.items[0];
    expect(digest).toBe(`sha256:${createHash('sha256').update(body).digest('hex')}`);
    const object = await services.store.bucket.get(bodyObject(article.id, digest));
    expect(object && gunzipSync(object.bytes).equals(body)).toBe(true);
  }
  expect(sample.length).toBeGreaterThan(10);
  await archive.close();
  await hurried.close();
  await site.close();
});
