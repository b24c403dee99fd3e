/** The job that keeps pictures dies at each of its calls, and a takedown comes while it works: one pack or none, and nothing is left over. */
import { describe, expect, it } from 'vitest';
import { articleId } from '../../functions/article/norm.ts';
import { makeTestArchive } from '../support/archive.ts';
import { startAgain, unfinishedJobs } from '../support/due.ts';
import { killingClients } from '../support/faults.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2026-05-01T10:00:00Z');
const clock = { now: () => nowMs++ };
const { services, site, archive: healthy } = await useArchive({ ...clock, pictures: 'page' });
const png = Buffer.from('89504e470d0a1a0a00000000', 'hex');
site.serve('http://looks-crash.example/a.png', answer(200, { 'content-type': 'image/png' }, png));

const restart = () => startAgain(services.store.table, start);
async function start(): Promise<void> {
  nowMs += 200_000;
  for (let left = await services.queue.receive(10, 0); left.length > 0; left = await services.queue.receive(10, 0))
    await services.queue.done(left.map(({ receipt }) => receipt));
  await healthy.restart();
}
const objectsOf = async (id: string) => (await services.store.bucket.list(`pictures/${id}/`).next()).value as unknown[];

describe.each(['before', 'after'] as const)('killed %s each call', (when) => {
  it('a page has its looks in the end, once', async () => {
    let at = 0;
    for (; ; at++) {
      const url = `http://looks-crash.example/${when}/${at}`;
      site.serve(
        url,
        storyPage(numberedStory(at + (when === 'after' ? 500 : 0))).replace('</h1>', '</h1><img src="/a.png">'),
      );
      const dying = killingClients(services.embedded.endpoints, { at, when });
      const archive = makeTestArchive(services, { site, clients: dying.clients, pictures: 'page', ...clock });
      const { status } = await archive.send('POST', '/articles', { url }, { prefer: 'respond-async' });
      await archive.drain().catch((error: unknown) => {
        if (!dying.killed) throw error;
      });
      await archive.close();
      await restart();
      if (status === 202) {
        const [item] = (await healthy.get(`/articles?url=${encodeURIComponent(url)}`)).body.items;
        expect((await healthy.get(`${item.links.latest}/resources`)).body.parts).toHaveLength(1);
        expect(await objectsOf(item.id)).toHaveLength(1);
      }
      expect(await unfinishedJobs(services.store.table)).toEqual([]);
      if (!dying.killed) break;
    }
    expect(at).toBeGreaterThanOrEqual(16);
  });
});

it('a takedown while the pictures are fetched leaves none of them', async () => {
  const url = 'http://looks-crash.example/taken';
  const id = articleId(url);
  site.serve('http://looks-crash.example/slow.png', async (_, response) => {
    await healthy.send('DELETE', `/articles/${id}`);
    response.writeHead(200, { 'content-type': 'image/png' }).end(png);
  });
  site.serve(url, storyPage(numberedStory(999)).replace('</h1>', '</h1><img src="/slow.png">'));
  await healthy.post({ url });
  await healthy.drain();
  nowMs += 16 * 60_000;
  await restart();
  expect(await objectsOf(id)).toEqual([]);
  expect((await services.store.table.query({ partition: `A#${id}`, from: 'P#', to: 'P#~' })).items).toEqual([]);
});
