/** A re-check keeps the looks of an article that has them: of a new version, and of a picture that changed where it is. */
import { beforeEach, describe, expect, it } from 'vitest';
import { putDue } from '../../functions/store/due.ts';
import { type Json, makeTestArchive } from '../support/archive.ts';
import { unfinishedJobs } from '../support/due.ts';
import { billedClients, killingClients } from '../support/faults.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { pngOf } from '../support/png.ts';
import type { Handler } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2026-05-01T10:00:00Z');
const clock = { now: () => nowMs };
const { site, archive, services } = await useArchive({ pictures: 'story', ...clock });
const host = 'http://again.example';
const url = (path: string) => host + path;
const asked: { path: string; etag: string | undefined }[] = [];

/** What has an ETag, and is not sent again to whoever has it. */
function conditional(body: Uint8Array | string, type: string, etag: string): Handler {
  return (request, response) => {
    asked.push({ path: request.url ?? '', etag: request.headers['if-none-match'] });
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { 'content-type': type, etag }).end(body);
  };
}
const picture = (path: string, colour: number, width = 360) =>
  site.serve(url(path), conditional(pngOf(width, 240, [colour, 9, 9]), 'image/png', `"${path} ${colour}"`));
let stories = 0;
function page(n: number, more = '') {
  const html = storyPage(numberedStory(n)).replace(
    '</h1>',
    `</h1><img src="/${n}.png"><img src="/other-${n}.png">${more}`,
  );
  site.serve(url(`/${n}`), conditional(html, 'text/html', `"page ${n} ${more.length}"`));
}
async function archived(): Promise<{ id: string; n: number }> {
  const n = ++stories;
  picture(`/${n}.png`, 1);
  picture(`/other-${n}.png`, 1, 361);
  page(n);
  const { body } = await archive.post({ url: url(`/${n}`) });
  await archive.drain();
  asked.length = 0;
  return { id: body.id, n };
}
async function recheck(id: string, with_ = archive): Promise<void> {
  nowMs += 3_600_000;
  await putDue(services.store.table, { kind: 'recheck', id, dueAt: new Date(nowMs - 1000).toISOString(), sends: 0 });
  await with_.tick();
}
const snapshotsOf = async (id: string): Promise<Json[]> => (await archive.get(`/articles/${id}/snapshots`)).body.items;
const data = (colour: number, width = 360) =>
  `data:image/png;base64,${pngOf(width, 240, [colour, 9, 9]).toString('base64')}`;
beforeEach(() => {
  asked.length = 0;
});

describe('a re-check of an unchanged page', () => {
  it('asks for the picture of the story with its validator, once, and for no other', async () => {
    const { id, n } = await archived();
    await recheck(id);
    expect(asked).toEqual([
      { path: `/${n}`, etag: `"page ${n} 0"` },
      { path: `/${n}.png`, etag: `"/${n}.png 1"` },
    ]);
    expect(await snapshotsOf(id)).toHaveLength(1);
  });

  it('keeps a picture that changed with a snapshot of its own, and the earlier one with the earlier', async () => {
    const { id, n } = await archived();
    picture(`/${n}.png`, 2);
    await recheck(id);
    const [now, before] = await snapshotsOf(id);
    expect([now.changed, now.digest === before.digest, now.pictures.parts]).toEqual([false, true, 2]);
    expect((await archive.get(`${now.url}/page`)).body).toContain(data(2));
    expect((await archive.get(`${now.url}/page`)).body).toContain(data(1, 361));
    expect((await archive.get(`${before.url}/page`)).body).toContain(data(1));
    // Of the other one, only the picture of the story is asked for.
    expect(site.hits(url(`/other-${n}.png`))).toBe(1);
    await recheck(id);
    expect(await snapshotsOf(id)).toHaveLength(2);
  });

  it('does not see that another picture changed under its URL', async () => {
    const { id, n } = await archived();
    picture(`/other-${n}.png`, 7, 361);
    await recheck(id);
    expect(await snapshotsOf(id)).toHaveLength(1);
  });

  it.each([
    ['is gone', (path: string) => site.remove(url(path))],
    ['is a page now', (path: string) => site.serve(url(path), '<html><p>gone</p></html>')],
  ])('keeps what it has of a picture that %s', async (_, change) => {
    const { id, n } = await archived();
    change(`/${n}.png`);
    await recheck(id);
    expect(await snapshotsOf(id)).toHaveLength(1);
  });

  it('writes as little as without pictures', async () => {
    const units: number[] = [];
    for (const pictures of ['story', 'off']) {
      const n = ++stories;
      picture(`/${n}.png`, 1);
      page(n);
      const { body } = await archive.post({ url: url(`/${n}`), pictures });
      await archive.drain();
      const counted = billedClients(services.embedded.endpoints);
      const counting = makeTestArchive(services, { site, clients: counted.clients, ...clock });
      const job = { kind: 'recheck', id: body.id, dueAt: new Date(nowMs).toISOString(), sends: 1 } as const;
      await putDue(services.store.table, job);
      await counting.work(job);
      units.push(counted.writeUnits);
      expect(Object.keys(counted.calls).filter((name) => /Object/.test(name))).toEqual([]);
      await counting.close();
    }
    expect(units[0]).toBe(units[1]);
  });
});

describe('a version that a re-check finds', () => {
  it('has its pictures, and fetches only those that the last pack lacks', async () => {
    const { id, n } = await archived();
    picture(`/new-${n}.png`, 3);
    page(n, `<img src="/new-${n}.png"><p>The council has met again since, and agreed.</p>`);
    await recheck(id);
    const [now] = await snapshotsOf(id);
    expect([now.changed, now.pictures.parts]).toEqual([true, 3]);
    expect(site.hits(url(`/other-${n}.png`))).toBe(1);
    // With its validator, since it may have changed with the story.
    expect(asked.filter(({ path }) => path === `/${n}.png`)).toEqual([{ path: `/${n}.png`, etag: `"/${n}.png 1"` }]);
  });

  it('has none where the article has none', async () => {
    const n = ++stories;
    page(n);
    const { body } = await archive.post({ url: url(`/${n}`), pictures: 'off' });
    page(n, '<p>The council has met again since, and agreed.</p>');
    await recheck(body.id);
    const [now] = await snapshotsOf(body.id);
    expect([now.changed, now.pictures]).toEqual([true, null]);
  });
});

it('a page that was posted again, with other bytes and the same story, has the pictures that it had, and nothing is fetched', async () => {
  const { id, n } = await archived();
  page(n, '<!-- another advertisement -->');
  nowMs += 60_000;
  await archive.post({ url: url(`/${n}`) });
  await archive.drain();
  const [now] = await snapshotsOf(id);
  expect([now.changed, now.pictures.parts]).toEqual([false, 2]);
  expect(asked.map(({ path }) => path)).toEqual([`/${n}`]);
});

it.each(['before', 'after'] as const)(
  'a re-check that dies %s any of its calls has the changed picture in the end',
  async (when) => {
    for (let at = 0; ; at++) {
      const { id, n } = await archived();
      picture(`/${n}.png`, 5);
      const dying = killingClients(services.embedded.endpoints, { at, when });
      const killed = makeTestArchive(services, { site, clients: dying.clients, pictures: 'story', ...clock });
      await recheck(id, killed).catch((error: unknown) => {
        if (!dying.killed) throw error;
      });
      await killed.close();
      for (const _ of [1, 2]) {
        nowMs += 400_000;
        for (
          let left = await services.queue.receive(10, 0);
          left.length > 0;
          left = await services.queue.receive(10, 0)
        )
          await services.queue.done(left.map(({ receipt }) => receipt));
        await archive.restart();
      }
      // What the next re-check would have found is found by it.
      await recheck(id);
      const [now] = await snapshotsOf(id);
      expect((await archive.get(`${now.url}/page`)).body).toContain(data(5));
      if (!dying.killed) break;
      expect(at).toBeLessThan(100);
    }
    expect((await unfinishedJobs(services.store.table)).filter(({ kind }) => kind !== 'recheck')).toEqual([]);
  },
);
