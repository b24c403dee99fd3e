/**
 * An archive that version 0.1 made, kept as a fixture: it opens, every id and URL leads where it led, and reading its pages again changes
 * what they are read as, and nothing that they are called by.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { textIdOf } from '../../functions/article/versions.ts';
import { reextract, reextractAll } from '../../functions/capture/reextract.ts';
import { extractorVersion } from '../../functions/extract/extractor-version.ts';
import { tarFiles } from '../../functions/formats/tar.ts';
import { checkPacks } from '../../functions/pictures/check-packs.ts';
import { en } from '../../functions/reader/words-en.ts';
import { isIndexOld, renewIndex } from '../../functions/search/renew.ts';
import { getKnown, putArticle, putText } from '../../functions/store/articles.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { startEmbedded } from '../../functions/store/embedded.ts';
import { checkFormat } from '../../functions/store/format.ts';
import { indexAsOnce, indexerDeps } from '../search/stories.ts';
import { type Json, makeTestArchive, sharedExtractor } from '../support/archive.ts';
import { killingClients } from '../support/faults.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { useSite } from '../support/use.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/archive-0.1/${name}`, import.meta.url));
const { gone, items }: { gone: string; items: Json[] } = JSON.parse(fixture('expected.json').toString());

const folder = mkdtempSync(join(tmpdir(), 'nightdesk-old-'));
for await (const { name, bytes } of tarFiles([fixture('data.tgz')], { maxFileBytes: 1e7, maxBytes: 1e7 })) {
  if (bytes === null) continue;
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), bytes);
}
const embedded = await startEmbedded(join(folder, 'fixture-archive'));
const services = { embedded, ...makeServices(embedded.clients, embedded.names), close: async () => undefined };
await checkFormat(services.store.table);
const site = await useSite();
const archive = makeTestArchive(services, { site });
afterAll(async () => {
  await archive.close();
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What an article is called by, and what its history says. */
const named = ({
  id,
  url,
  aliases,
  tags,
  files,
  firstArchivedAt,
  lastArchivedAt,
  snapshotCount,
  versionCount,
  removedAt,
}: Json) => ({
  ...{ id, url, aliases, tags, files, firstArchivedAt, lastArchivedAt, snapshotCount, versionCount, removedAt },
});

async function expectAsBefore(): Promise<void> {
  for (const item of items) {
    const { body } = await archive.get(`/articles/${item.id}`);
    expect(named(body)).toEqual(named(item));
    expect([body.title, body.publishedAt, body.text]).toEqual([item.title, item.publishedAt, item.text]);
    for (const url of [item.url, ...item.aliases])
      expect((await archive.get(`/articles?url=${encodeURIComponent(url)}`)).body.items).toMatchObject([
        { id: item.id },
      ]);
    const document = await archive.app.request(`/articles/${item.id}.md`, { headers: { host: '127.0.0.1' } });
    expect(await document.text()).toBe(item.md);
    const snapshots = (await archive.get(`/articles/${item.id}/snapshots`)).body.items;
    expect(snapshots.map((one: Json) => [one.timestamp, one.digest, one.mark, one.changed])).toEqual(item.snapshots);
  }
  expect((await archive.get(`/articles/${gone}`)).status).toBe(410);
}

describe('an archive of version 0.1', () => {
  it('opens with every id and URL as before', expectAsBefore);

  it('has no pictures, says so, and shows its pages and lists as before', async () => {
    for (const item of items) {
      const [latest] = (await archive.get(`/articles/${item.id}/snapshots`)).body.items;
      expect(latest.pictures).toBeNull();
      expect((await archive.get(`${latest.url}/resources`)).body).toEqual({
        ...{ isKept: false, extent: null, parts: [], missing: [], leftOut: [] },
      });
      expect((await archive.get(`${latest.url}/pack`)).status).toBe(404);
      const page = await archive.get(`/a/${item.id}/${latest.timestamp}`);
      expect([page.status, page.body.includes(en.nothingBeside)]).toEqual([200, true]);
      expect((await archive.get(`/a/${item.id}`)).body).not.toContain('<figure');
    }
    expect((await archive.get('/?kind=any')).body).not.toContain('<img');
    expect(await checkPacks(services.store)).toEqual({ packs: 0, problems: [], strays: [] });
  });

  it('finds a story that it has without its route', async () => {
    const [app] = items.filter(({ url }) => url.endsWith('/app'));
    const url = encodeURIComponent('http://old.example/app#!/story/5');
    expect((await archive.get(`/articles?url=${url}`)).body.items).toMatchObject([{ id: app.id }]);
  });

  it('keeps out what it took down', async () => {
    for (const url of ['http://old.example/gone', 'https://old.example/gone'])
      expect((await archive.post({ url, html: storyPage(numberedStory(6)) })).body.code).toBe('taken-down');
  });

  it('answers searches as before while its index gets the present terms, killed at any call', async () => {
    const { store } = services;
    const quotes = items.map(
      ({ text }) => `"${text.split('\n', 1)[0].split(' ').slice(0, 5).join(' ').replaceAll('"', '')}"`,
    );
    const answers = async () => {
      const found = await Promise.all(quotes.map((q) => archive.get(`/articles?kind=any&q=${encodeURIComponent(q)}`)));
      const days = (await Promise.all(months.map((month) => archive.get(`/calendar?month=${month}`)))).map(
        ({ body }) => body,
      );
      return { found: found.map(({ body }) => body.items.map(({ id }: Json) => id).sort()), days };
    };
    const months = [...new Set(items.map(({ publishedAt }) => publishedAt.slice(0, 7)))];
    const before = await answers();
    for (const [n, { id }] of items.entries()) expect(before.found[n]).toContain(id);
    expect((await indexAsOnce(store)).size).toBe(items.length);
    for (let at = 0; ; at++) {
      const dying = killingClients(embedded.endpoints, { at, when: at % 2 === 0 ? 'before' : 'after' });
      const { store: dyingStore } = makeServices(dying.clients, embedded.names);
      await renewIndex(indexerDeps(dyingStore)).catch(() => undefined);
      expect(await answers()).toEqual(before);
      if (!dying.killed) break;
    }
    expect(await isIndexOld({ store })).toBe(false);
    expect((await answers()).days).toEqual(before.days);
    expect(await store.table.get({ pk: 'FORMAT', sk: 'CURRENT' })).toMatchObject({ table: 2, index: 2 });
  });

  it('is read again with the present extractor, and is called as before', async () => {
    const { store } = services;
    const read = [];
    for await (const one of reextractAll({ store, extractor: sharedExtractor() })) read.push(one);
    expect(read.map(({ id }) => id).sort()).toEqual(items.map(({ id }) => id).sort());
    expect(read.filter((one) => 'kept' in one)).toEqual([]);
    await expectAsBefore();
    for await (const one of reextractAll({ store, extractor: sharedExtractor() }))
      throw new Error(`${one.url} was read twice`);
    const ferry = items.find(({ url }) => url.endsWith('/ferry'));
    expect((await archive.get(`/articles/${ferry.id}`)).body.html).toMatch(/^<p>/);
    expect(await archive.store.table.get({ pk: `A#${ferry.id}`, sk: 'A' })).toMatchObject({
      latest: { extractor: extractorVersion },
    });
    expect((await archive.get('/tags')).body.items).toEqual([{ tag: 'ships', count: 1 }]);
    // What was edited and removed before stands in the lists by that time.
    const listed = async (order: string) => (await archive.get(`/articles?kind=any&order=${order}`)).body.items;
    const ids = (of: Json[]) => of.map(({ id }) => id);
    expect(ids(await listed('edited'))).toEqual(ids(items.filter(({ versionCount }) => versionCount > 1)));
    expect(ids(await listed('removed'))).toEqual(ids(items.filter(({ removedAt }) => removedAt !== null)));
    // Its takedown is among those that an export takes along.
    expect((await archive.get('/takedowns')).body.items).toMatchObject([{ id: gone }]);
  });

  it('keeps the text of an article whose page says much less to the present extractor, and lists it', async () => {
    const { table } = services.store;
    const { body } = await archive.post({ url: 'http://old.example/long', html: storyPage(numberedStory(8)) });
    const before = (await getKnown(table, body.id))?.article;
    if (!before) throw new Error('no article');
    const text = `${numberedStory(8).paragraphs.join('\n')}\n${'More that the old one read. '.repeat(40)}`;
    const textId = textIdOf(text);
    await putText(services.store, { id: before.id, textId: textId ?? '', text });
    const latest = { ...before.latest, textId, extractor: 1 };
    const old = await putArticle(table, { ...before, textId, latest }, before);
    const kept = { id: before.id, url: before.url, kept: expect.stringContaining('80 %') };
    expect(await reextract({ store: services.store, extractor: sharedExtractor() }, before.id)).toEqual(kept);
    expect((await getKnown(table, before.id))?.article).toEqual(old);
    expect((await archive.get(`/articles/${before.id}`)).body.text).toBe(text);
  });
});
