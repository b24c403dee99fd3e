/** An archive goes out as WARC and comes into another one whole: also tags, notes, corrections, aliases, feeds and takedowns. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ownClient } from '../../functions/cli/client.ts';
import { exportWarc } from '../../functions/cli/export-warc.ts';
import { importWarc, type WarcOutcome } from '../../functions/cli/import-warcs.ts';
import { addKey } from '../../functions/store/keys.ts';
import { type Json, makeTestArchive, type TestArchive } from '../support/archive.ts';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { answer, redirectTo } from '../support/site.ts';
import { useArchive, useServices } from '../support/use.ts';
import { useFolder } from '../support/use-folder.ts';

const { site, archive: from } = await useArchive();
const [services, strict] = [await useServices(), await useServices()];
const to = makeTestArchive(services, { site });
const locked = makeTestArchive(strict, { site, access: { publicRead: true } });
const dir = useFolder();
afterAll(async () => {
  await to.close();
  await locked.close();
});

const url = (path: string) => `http://moving.example/${path}`;
const clientOf = (archive: TestArchive, headers: Record<string, string> = {}) =>
  ownClient(
    { request: (path, init) => archive.app.request(path, { ...init, headers: { ...init?.headers, ...headers } }) },
    new Promise(() => undefined),
    async () => undefined,
  );
const progress = { step: () => undefined };

async function written(name: string, isPublic = false) {
  const exported = await exportWarc(clientOf(from), { dir: join(dir, name), progress, isPublic });
  return { ...exported, paths: exported.files.map((file) => join(dir, name, file)) };
}
async function taken(archive: TestArchive, paths: string[], headers = {}): Promise<WarcOutcome[]> {
  const outcomes: WarcOutcome[] = [];
  for (const path of paths)
    for await (const outcome of importWarc(clientOf(archive, headers), { path, open: () => createReadStream(path) }))
      outcomes.push(outcome);
  return outcomes;
}

/** All that a user sees of an archive, but what tells when it was put there. */
async function seen(archive: TestArchive) {
  const { items } = (await archive.get('/articles?order=oldest&limit=100')).body;
  const articles = await Promise.all(
    items.map(async ({ id }: Json) => {
      const { links: _links, changedAt: _changedAt, ...article } = (await archive.get(`/articles/${id}`)).body;
      const snapshots = (await archive.get(`/articles/${id}/snapshots`)).body.items.map(
        ({ source: _source, durationMs: _durationMs, headers, ...snapshot }: Json) => ({
          ...snapshot,
          // Those of the way that the bytes took are written anew.
          headers: headers.filter(([name]: [string]) => !/^(transfer-encoding|content-length)$/i.test(name)),
        }),
      );
      return { ...article, aliases: article.aliases.toSorted(), snapshots };
    }),
  );
  const feeds = (await archive.get('/feeds')).body.items.map(
    ({ id, url: feed, name, every, capture, tags, recheck }: Json) => ({
      ...{ id, feed, name, every, capture, tags, recheck },
    }),
  );
  return { articles, feeds };
}

it('is whole on the other side, however often it is done', async () => {
  site.serve(url('new-address'), storyPage(harbour));
  site.serve(url('old-address'), redirectTo(url('new-address')));
  const ferry = (await from.post({ url: url('old-address'), tags: ['harbour', 'Tech/AI'], note: 'ask Jane' })).body;
  const bookmarks = `<!DOCTYPE NETSCAPE-Bookmark-file-1><A HREF="${url('new-address')}" ADD_DATE="1700000000">x</A>`;
  const form = new FormData();
  form.append('file', new File([bookmarks], 'bookmarks.html'));
  site.serve(url('new-address'), storyPage(harbourEdited));
  await from.app.request('/save/files', { method: 'POST', body: form, headers: { accept: 'text/html' } });
  await from.drain();
  await from.post({ url: url('old-address') });
  await from.send('PATCH', `/articles/${ferry.id}`, { title: 'As we say', publishedAt: '2024-01-02T03:04:05Z' });
  const undated = { ...numberedStory(1), publishedAt: undefined as never };
  site.serve(url('undated'), storyPage(undated));
  const rss = `<rss version="2.0"><channel><title>Moving</title><item><title>Undated</title><link>${url('undated')}</link>
    <pubDate>Wed, 03 Apr 2024 09:00:00 GMT</pubDate></item></channel></rss>`;
  site.serve(url('feed.xml'), answer(200, { 'content-type': 'application/rss+xml' }, rss));
  await from.post({ url: url('feed.xml'), every: '2h', tags: ['paper'], name: 'The Mover' }, {}, '/feeds');
  await from.drain();
  site.serve(url('gone'), storyPage(numberedStory(2)));
  const gone = (await from.post({ url: url('gone') })).body;
  await from.send('DELETE', `/articles/${gone.id}`);

  const before = await seen(from);
  expect(before.articles.map(({ title }: Json) => title)).toEqual(['As we say', undated.title]);
  expect(before.articles[0].bookmarkedAt).toBe('2023-11-14T22:13:20.000Z');
  const exported = await written('whole');
  expect(exported).toMatchObject({ snapshots: 4, feeds: 1, takedowns: 1, leftOut: [] });
  expect(await taken(to, exported.paths)).not.toContainEqual(expect.objectContaining({ problem: expect.anything() }));
  expect(await seen(to)).toEqual(before);
  expect((await to.get(`/articles?url=${encodeURIComponent(url('old-address'))}`)).body.items[0]).toMatchObject({
    id: ferry.id,
    by: 'direct',
  });
  await taken(to, exported.paths);
  expect(await seen(to)).toEqual(before);
  // Its address in any spelling, and its text under another.
  site.serve(url('copy'), storyPage(numberedStory(2)));
  for (const address of [url('gone'), url('gone').replace('http:', 'https:'), url('gone?utm_source=x'), url('copy')])
    expect((await to.post({ url: address, html: storyPage(numberedStory(2)) })).body.code).toBe('taken-down');
});

it('brings no takedown without a key of scope admin, and lists none without one', async () => {
  const { paths } = await written('locked');
  const keyOf = async (scope: 'write' | 'admin') => {
    const { key } = await addKey(strict.store.table, { name: scope, scope, createdAt: '2024-04-03T12:00:00Z' });
    return { authorization: `Bearer ${key}` };
  };
  const [write, admin] = [await keyOf('write'), await keyOf('admin')];
  expect(await taken(locked, paths, write)).toContainEqual(
    expect.objectContaining({ problem: expect.stringContaining('scope-too-small') }),
  );
  expect((await locked.get('/takedowns')).status).toBe(401);
  expect((await locked.send('GET', '/takedowns', undefined, write)).status).toBe(403);
  expect((await locked.send('GET', '/takedowns', undefined, admin)).body).toMatchObject({ items: [] });
  expect(await taken(locked, paths, admin)).toContainEqual(expect.objectContaining({ restored: 'takedowns' }));
  expect((await locked.send('GET', '/takedowns', undefined, admin)).body.items).toHaveLength(1);
});

it('takes down what the other archive has of it', async () => {
  const body = { url: url('shared'), html: storyPage(numberedStory(7)) };
  const { id } = (await from.post(body)).body;
  expect((await to.post(body)).body.id).toBe(id);
  await from.send('DELETE', `/articles/${id}`);
  await taken(to, (await written('later')).paths);
  expect((await to.get(`/articles/${id}`)).body.code).toBe('taken-down');
});

it('has no word beyond the pages in files for others', async () => {
  const { paths, feeds, takedowns } = await written('public', true);
  expect([feeds, takedowns]).toEqual([0, 0]);
  expect(await taken(to, paths)).not.toContainEqual(expect.objectContaining({ restored: expect.anything() }));
});
