/** Dies at every single call that archiving makes, before and after the call takes effect, and starts again: one article, whole. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bodyObject, getKnown, getText, olderSnapshots } from '../../functions/store/articles.ts';
import { makeTestArchive, type TestArchive } from '../support/archive.ts';
import { startAgain, unfinishedJobs } from '../support/due.ts';
import { type Kill, killingClients } from '../support/faults.ts';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { redirectTo } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2024-05-01T10:00:00Z');
const clock = { now: () => nowMs++ };

const { services, site, archive: healthy } = await useArchive({ ...clock });

/** Posts a URL, or a page, and works it off with clients that die; true when they lived long enough to finish. */
async function attempt(
  url: string,
  kill: Kill,
  page: { html?: string } = {},
): Promise<{ finished: boolean; accepted: boolean; capture: string }> {
  const dying = killingClients(services.embedded.endpoints, kill);
  const archive = makeTestArchive(services, { site, clients: dying.clients, ...clock });
  const posted = await archive.send('POST', '/articles', { url, ...page }, { prefer: 'respond-async' });
  await archive.drain().catch((error: unknown) => {
    if (!dying.killed) throw error;
  });
  await archive.close();
  return { finished: !dying.killed, accepted: posted.status === 202, capture: posted.body.id };
}

const restart = () => startAgain(services.store.table, start);

/** The queue of the dead process is emptied, as a start does, and everything due is done. */
async function start(): Promise<void> {
  nowMs += 200_000;
  for (;;) {
    const left = await services.queue.receive(10, 0);
    if (left.length === 0) break;
    await services.queue.done(left.map((message) => message.receipt));
  }
  await healthy.restart();
}

async function expectWhole(url: string, html: string, snapshots: number): Promise<void> {
  const { body } = await healthy.get(`/articles?url=${encodeURIComponent(url)}`);
  expect(body.items).toHaveLength(1);
  const [item] = body.items;
  expect(item.snapshotCount).toBe(snapshots);
  const article = (await getKnown(services.store.table, item.id))?.article;
  if (!article) throw new Error('no article');
  const stored = await services.store.bucket.get(bodyObject(item.id, article.latest.digest));
  const bytes = gunzipSync(stored?.bytes ?? new Uint8Array());
  expect(bytes.toString()).toBe(html);
  expect(article.latest.digest).toBe(`sha256:${createHash('sha256').update(html).digest('hex')}`);
  expect(article.textId && (await getText(services.store, item.id, article.textId))).toBeTruthy();
  expect((await olderSnapshots(services.store.table, article)).snapshots).toHaveLength(snapshots - 1);
  expect(await unfinishedJobs(services.store.table)).toEqual([]);
}

describe.each(['before', 'after'] as const)('killed %s each call', (when) => {
  it('archives a new story once', async () => {
    let at = 0;
    for (; ; at++) {
      const url = `http://crash.example/${when}/new/${at}`;
      const html = storyPage(numberedStory(at));
      site.serve(url, html);
      const { finished, accepted } = await attempt(url, { at, when });
      await restart();
      if (accepted) await expectWhole(url, html, 1);
      else expect(await unfinishedJobs(services.store.table)).toEqual([]);
      if (finished) break;
    }
    expect(at).toBeGreaterThanOrEqual(12);
  });

  it('archives a story once that a cookie and a page of few words lead to', async () => {
    let at = 0;
    for (; ; at++) {
      const url = `http://crash.example/${when}/led/${at}`;
      const html = storyPage(numberedStory(at + (when === 'after' ? 700 : 600)));
      site.serve(url, (request, response) => {
        const hasCookie = request.headers.cookie?.includes('seen=1') ?? false;
        if (hasCookie)
          response
            .writeHead(200, { 'content-type': 'text/html' })
            .end(`<meta http-equiv="refresh" content="0; url=${url}/story"><p>On`);
        else response.writeHead(302, { location: url, 'set-cookie': 'seen=1; Path=/' }).end();
      });
      site.serve(`${url}/story`, html);
      const { finished, accepted } = await attempt(url, { at, when });
      await restart();
      if (accepted) await expectWhole(url, html, 1);
      if (finished) break;
    }
    expect(at).toBeGreaterThanOrEqual(12);
  });

  it('adds an edited version once', async () => {
    let at = 0;
    for (; ; at++) {
      const url = `http://crash.example/${when}/edited/${at}`;
      site.serve(url, storyPage(harbour));
      await healthy.post({ url });
      const html = storyPage(harbourEdited);
      site.serve(url, html);
      nowMs += 60_000;
      const { finished, accepted } = await attempt(url, { at, when });
      await restart();
      if (accepted) await expectWhole(url, html, 2);
      if (finished) break;
    }
    expect(at).toBeGreaterThanOrEqual(12);
  });
});

describe('a page that is the same as before', () => {
  it.each(['before', 'after'] as const)('is told as unchanged (killed %s each call)', async (when) => {
    for (let at = 0; ; at++) {
      const url = `http://crash.example/${when}/unchanged/${at}`;
      site.serve(url, storyPage(harbour));
      await healthy.post({ url });
      nowMs += 60_000;
      const { finished, accepted, capture } = await attempt(url, { at, when });
      await restart();
      if (accepted)
        expect((await healthy.get(`/captures/${capture}`)).body).toMatchObject({
          status: 'succeeded',
          snapshot: 'unchanged',
        });
      if (finished) break;
    }
  });
});

describe('a page that a client holds', () => {
  it.each(['before', 'after'] as const)('leaves no bytes waiting (killed %s each call)', async (when) => {
    let at = 0;
    for (; ; at++) {
      const url = `http://crash.example/${when}/submitted/${at}`;
      const html = storyPage(numberedStory(at));
      const { finished, accepted } = await attempt(url, { at, when }, { html });
      await restart();
      if (accepted) await expectWhole(url, html, 1);
      // Nobody can tell those of a request that died from those of one that is still writing: they leave after two months.
      const waiting = (await services.store.bucket.list('submitted/').next()).value ?? [];
      expect(waiting.length).toBeLessThanOrEqual(accepted ? 0 : 1);
      await services.store.bucket.removeAll('submitted/');
      expect(await unfinishedJobs(services.store.table)).toEqual([]);
      if (finished) break;
    }
    expect(at).toBeGreaterThanOrEqual(12);
  });
});

describe('a takedown that dies', () => {
  it.each(['before', 'after'] as const)('is finished by the next start (killed %s each call)', async (when) => {
    for (let at = 0; ; at++) {
      const url = `http://crash.example/${when}/takedown/${at}`;
      site.serve(url, storyPage(numberedStory(at)));
      const { body } = await healthy.post({ url });
      const dying = killingClients(services.embedded.endpoints, { at, when });
      const archive = makeTestArchive(services, { site, clients: dying.clients, ...clock });
      const answer = await archive.send('DELETE', `/articles/${body.id}`);
      await archive.drain().catch((error: unknown) => {
        if (!dying.killed) throw error;
      });
      await archive.close();
      await restart();
      nowMs += 16 * 60_000;
      await restart();
      const known = await getKnown(services.store.table, body.id);
      if (answer.status === 204) expect(known?.tombstone).toBeTruthy();
      if (known?.tombstone) {
        expect(known.tombstone.purgedAt).not.toBeNull();
        expect(await services.store.bucket.list(`snapshots/${body.id}/`).next()).toMatchObject({ value: [] });
      }
      expect(await unfinishedJobs(services.store.table)).toEqual([]);
      if (!dying.killed) break;
    }
  });
});

describe('two articles that turn out to be one story', () => {
  it.each(['before', 'after'] as const)('are joined once (killed %s each call)', async (when) => {
    let at = 0;
    for (; ; at++) {
      const [x, y] = [`http://join-${when}.example/${at}/x`, `http://join-${when}.example/${at}/y`];
      const story = { ...harbour, paragraphs: [...numberedStory(at).paragraphs, ...harbour.paragraphs] };
      site.serve(x, storyPage(story));
      site.serve(y, storyPage({ ...story, paragraphs: numberedStory(at + 500).paragraphs }));
      const [older, younger] = [(await healthy.post({ url: x })).body.id, (await healthy.post({ url: y })).body.id];
      site.serve(y, storyPage(story));
      nowMs += 60_000;
      await healthy.post({ url: y });
      site.serve(y, redirectTo(x, 301));
      nowMs += 60_000;
      const { finished, accepted } = await attempt(y, { at, when });
      await restart();
      if (accepted) {
        expect((await healthy.get(`/articles/${younger}`)).headers.get('location')).toBe(`/articles/${older}`);
        expect((await healthy.get(`/articles/${older}`)).body.joined).toEqual([younger]);
        const { items } = (await healthy.get(`/articles/${younger}/snapshots`)).body;
        expect(items.length).toBeGreaterThan(1);
      }
      expect(await unfinishedJobs(services.store.table)).toEqual([]);
      // A takedown takes both, whatever came of the join.
      if (at % 4 === 0) {
        await healthy.send('DELETE', `/articles/${older}`);
        const codes = await Promise.all(
          [older, younger].map(async (id) => (await healthy.get(`/articles/${id}`)).status),
        );
        if (accepted) expect(codes).toEqual([410, 410]);
        await restart();
        nowMs += 16 * 60_000;
        await restart();
      }
      if (finished) break;
    }
    expect(at).toBeGreaterThanOrEqual(12);
  });
});

describe('a removal that dies', () => {
  const archivedAt = async (url: string) => {
    site.serve(url, storyPage(numberedStory(1)));
    return (await healthy.post({ url })).body.id as string;
  };
  async function dying(
    at: number,
    when: Kill['when'],
    send: (archive: TestArchive) => ReturnType<TestArchive['send']>,
  ) {
    const kill = killingClients(services.embedded.endpoints, { at, when });
    const archive = makeTestArchive(services, { site, clients: kill.clients, ...clock });
    const { status } = await send(archive);
    await archive.close();
    return { status, finished: !kill.killed };
  }

  it.each(['before', 'after'] as const)('hides the article whole or not at all (killed %s each call)', async (when) => {
    for (let at = 0; ; at++) {
      const url = `http://crash.example/${when}/remove/${at}`;
      const id = await archivedAt(url);
      const { status, finished } = await dying(at, when, (archive) =>
        archive.send('DELETE', `/articles/${id}?reason=mistake`),
      );
      const known = await getKnown(services.store.table, id);
      expect(known?.removed?.article ?? known?.article).toMatchObject({ id, url });
      if (status === 204) expect(known?.removed).toBeTruthy();
      const undone = await dying(at, when, (archive) => archive.send('PATCH', `/articles/${id}`, { removed: false }));
      const back = await getKnown(services.store.table, id);
      if (undone.status === 200) expect(back?.article).toMatchObject({ id, url, title: numberedStory(1).title });
      // A day later what is still removed is gone, and what is back is not.
      nowMs += 25 * 3_600_000;
      await restart();
      const after = await getKnown(services.store.table, id);
      if (back?.removed) expect(after?.removed?.purgedAt).toBeTruthy();
      else expect((await healthy.get(`/articles/${id}`)).body.text).toBe(numberedStory(1).paragraphs.join('\n'));
      expect(await unfinishedJobs(services.store.table)).toEqual([]);
      if (finished && undone.finished) break;
    }
  });
});
