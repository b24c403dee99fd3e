/** `verify` finds a byte of a pack that changed, a pack that is gone, and one that nothing names; a page without its pictures is still shown. */
import { expect, test } from 'vitest';
import { responseRecord } from '../../functions/formats/warc-write.ts';
import { checkPacks } from '../../functions/pictures/check-packs.ts';
import { writePack } from '../../functions/pictures/pack.ts';
import { getPack, lastPack, nameAgain, packObject, putPack } from '../../functions/store/packs.ts';
import type { Json } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

const { site, archive, services } = await useArchive({ pictures: 'story' });
const { bucket, table } = services.store;
const host = 'http://packs.example';
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a00000000', 'hex'), Buffer.alloc(2000, 'picture')]);
site.serve(`${host}/a.png`, answer(200, { 'content-type': 'image/png' }, png));

let stories = 1000;
async function kept(n: number) {
  const { body } = await archive.keep(
    `${host}/${n}`,
    storyPage(numberedStory(n)).replace('</h1>', '</h1><img src="/a.png">'),
  );
  await archive.drain();
  const { timestamp } = (await archive.get(`/articles/${body.id}/snapshots`)).body.items[0];
  const pack = await getPack(table, body.id, timestamp);
  const object = packObject(body.id, pack?.digest ?? '');
  const bytes = Uint8Array.from((await bucket.get(object))?.bytes ?? []);
  return { id: body.id as string, timestamp: timestamp as string, object, bytes };
}
const put = (object: string, bytes: Uint8Array) =>
  bucket.put(object, { bytes, contentType: 'application/warc', contentEncoding: null });

test('what is whole is sound', async () => {
  await kept(1);
  expect(await checkPacks(services.store)).toEqual({ packs: 1, problems: [], strays: [] });
});

test.each([0, 30, 200, 600, -300, -20])('a byte at %i that changed is found, and its page is shown', async (at) => {
  const { id, timestamp, object, bytes } = await kept(100 + at + 300);
  const index = at < 0 ? bytes.length + at : at;
  const damaged = bytes.with(index, (bytes[index] ?? 0) ^ 0x55);
  await put(object, damaged);
  const { problems, strays } = await checkPacks(services.store);
  expect(problems).toEqual([
    expect.stringContaining(`article ${id}: the pictures and styles of its snapshot ${timestamp}`),
  ]);
  expect(strays).toEqual([]);
  const page = await archive.get(`/articles/${id}/snapshots/${timestamp}/page`);
  expect([page.status, page.body.includes('<h1>')]).toEqual([200, true]);
  expect((await archive.get(`/articles/${id}/snapshots/${timestamp}/resources`)).status).toBe(200);
  await put(object, bytes);
});

test('a pack that takes the place of another takes its object away, but for one that another snapshot names', async () => {
  const { id, timestamp, object } = await kept(4);
  const later = '29990101000000';
  const about = { of: 'sha256:0', extent: 'story', parts: 1, missing: 0, inlined: 0, repeats: 0, lead: null } as const;
  const next = async (n: number) => {
    const snapshot = { id, timestamp, fetchedAt: '2024-04-03T00:00:00.000Z', url: `${host}/4` };
    const written = await writePack(snapshot, {
      ...{ extent: 'story', parts: [], missing: [{ url: `${host}/${n}.png`, kind: 'picture', why: 'gone' }] },
    });
    await putPack(services.store, { id, timestamp }, { ...about, bytes: written.bytes });
    return packObject(id, (await getPack(table, id, timestamp))?.digest ?? '');
  };
  const objects = async () => (await bucket.list(`pictures/${id}/`).next()).value as string[];
  const first = await lastPack(services.store, id, timestamp);
  if (first) await nameAgain(table, { id, timestamp: later }, first);
  const second = await next(1);
  expect(await objects()).toEqual([object, second].toSorted());
  const third = await next(2);
  expect(await objects()).toEqual([object, third].toSorted());
  expect(await next(2)).toBe(third);
  // One that names what was replaced since it was read names what is there.
  if (first) await nameAgain(table, { id, timestamp: later }, first);
  expect((await getPack(table, id, later))?.digest).toBe((await getPack(table, id, timestamp))?.digest);
  // Which nothing names any more.
  await bucket.remove(object);
  expect((await checkPacks(services.store)).problems).toEqual([]);
});

/** A store that makes so many calls, and then waits until it is let go on. */
function pausing(calls: number) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: paused, resolve: pause } = Promise.withResolvers<void>();
  let made = 0;
  const slowed = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...given: unknown[]) => {
          if (made++ >= calls) {
            pause();
            await released;
          }
          return value.apply(target, given);
        };
      },
    });
  return { store: { table: slowed(table), bucket: slowed(bucket) }, paused, release };
}

test('three that put the packs of one snapshot at once, two of them the same, lose none that is named', async () => {
  const about = { of: 'sha256:0', extent: 'story', parts: 1, missing: 0, inlined: 0, repeats: 0, lead: null } as const;
  const same = { ...about, bytes: Buffer.from('the same') };
  const other = { ...about, bytes: Buffer.from('another') };
  const lost: string[] = [];
  for (let calls = 0; calls < 7; calls++)
    for (let callsOfThird = 0; callsOfThird < 7; callsOfThird++) {
      const key = { id: 'packsputatonce00000000', timestamp: `2024040301${calls}0${callsOfThird}0` };
      const [second, third] = [pausing(calls), pausing(callsOfThird)];
      await putPack(services.store, key, same);
      const seconds = putPack({ ...services.store, ...second.store }, key, other);
      await Promise.race([second.paused, seconds]);
      const thirds = putPack({ ...services.store, ...third.store }, key, same);
      await Promise.race([third.paused, thirds]);
      second.release();
      await seconds;
      third.release();
      await thirds;
      const { digest } = (await getPack(table, key.id, key.timestamp)) ?? {};
      if (!(await bucket.get(packObject(key.id, digest ?? '')))) lost.push(`${calls} ${callsOfThird}`);
      await table.remove({ pk: `A#${key.id}`, sk: `P#${key.timestamp}` });
      await bucket.removeAll(`pictures/${key.id}/`);
    }
  expect(lost).toEqual([]);
});

test('a pack that does not say what is in it is found, and its page is shown', async () => {
  const { id, timestamp, object, bytes } = await kept(3);
  const page = await responseRecord({
    ...{ key: 'part', date: '2024-04-03T00:00:00Z', targetUri: `${host}/a.png`, status: 200, headers: [], body: png },
  });
  await put(object, page);
  expect((await checkPacks(services.store)).problems).toEqual([
    `article ${id}: the pictures and styles of its snapshot ${timestamp} cannot be read (what it says of its parts is missing, or longer than is read)`,
  ]);
  expect((await archive.get(`/articles/${id}/snapshots/${timestamp}/page`)).status).toBe(200);
  await put(object, bytes);
});

test('a pack that is gone is found, and one that no snapshot names', async () => {
  const { id, timestamp, object, bytes } = await kept(2);
  await bucket.remove(object);
  const stray = packObject(id, 'f'.repeat(64));
  const strayOfNobody = packObject('nobodysarticle00000000', 'e'.repeat(64));
  for (const one of [stray, strayOfNobody]) await put(one, bytes);
  const report = await checkPacks(services.store);
  expect(report.problems).toEqual([
    `article ${id}: the pictures and styles of its snapshot ${timestamp} are not in the bucket`,
  ]);
  expect(report.strays.toSorted()).toEqual([stray, strayOfNobody].toSorted());
  expect((await archive.get(`/articles/${id}/snapshots/${timestamp}/page`)).status).toBe(200);
});

test.each([
  ['damaged', (object: string, bytes: Uint8Array) => put(object, bytes.with(-20, 0))],
  ['gone', (object: string) => bucket.remove(object)],
])('a pack that is %s comes back with an export, and the next version has its pictures anew', async (_, harm) => {
  await bucket.removeAll('pictures/nobodysarticle00000000/');
  const { id, timestamp, object, bytes } = await kept(++stories);
  const exported = await (await archive.app.request(`/a/${id}/story.warc.gz`)).arrayBuffer();
  await harm(object, bytes);
  const imported = await archive.app.request('/warc', { method: 'POST', body: exported });
  expect(((await imported.json()) as Json).items[1]).toMatchObject({ snapshot: 'unchanged', parts: 1 });
  expect(Buffer.from((await bucket.get(object))?.bytes ?? []).equals(bytes)).toBe(true);

  await harm(object, bytes);
  const hits = site.hits(`${host}/a.png`);
  const changed = storyPage({ ...numberedStory(stories), title: 'Council meets again' });
  await archive.keep(`${host}/${stories}`, changed.replace('</h1>', '</h1><img src="/a.png">'));
  await archive.drain();
  const [now] = (await archive.get(`/articles/${id}/snapshots`)).body.items;
  expect([now.timestamp === timestamp, now.pictures.parts, site.hits(`${host}/a.png`)]).toEqual([false, 1, hits + 1]);
});
