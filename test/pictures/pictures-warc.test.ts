/** Pictures and styles go out in a WARC beside their pages and come in again equal; and those of a crawl come in with the pages that want them. */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Pictures } from '../../functions/article/pictures.ts';
import { ownClient } from '../../functions/cli/client.ts';
import { exportWarc } from '../../functions/cli/export-warc.ts';
import { importWarc, type WarcOutcome } from '../../functions/cli/import-warcs.ts';
import { type WarcRecord, warcRecords } from '../../functions/formats/warc-read.ts';
import { factsRecord, responseRecord, revisitRecord } from '../../functions/formats/warc-write.ts';
import { checkPacks } from '../../functions/pictures/check-packs.ts';
import { type Part, readPack, writePack } from '../../functions/pictures/pack.ts';
import { newestPacks } from '../../functions/store/packs.ts';
import { type Json, makeTestArchive, type TestArchive } from '../support/archive.ts';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { answer } from '../support/site.ts';
import { useArchive, useServices } from '../support/use.ts';
import { useFolder } from '../support/use-folder.ts';

const { site, archive: from } = await useArchive({ pictures: 'story' });
const dir = useFolder();

const host = 'looks-warc.example';
const url = (path: string) => `http://${host}${path}`;
const png = (n: number, bytes = 12) =>
  Buffer.concat([
    Buffer.from(`89504e470d0a1a0a${n.toString(16).padStart(8, '0')}`, 'hex'),
    Buffer.alloc(bytes - 12, n),
  ]);
const data = (n: number) => `data:image/png;base64,${png(n).toString('base64')}`;
const image = { 'content-type': 'image/png' };
const client = (archive: TestArchive) => ownClient(archive.app, new Promise(() => undefined), async () => undefined);

async function emptyArchive(): Promise<TestArchive> {
  const archive = makeTestArchive(await useServices(), { site });
  afterAll(() => archive.close());
  return archive;
}
let files = 0;
async function exported(archive: TestArchive, options: { isPublic?: boolean } = {}): Promise<string> {
  const out = join(dir, String(++files));
  const { files: names } = await exportWarc(client(archive), {
    ...{ dir: out, progress: { step: () => undefined } },
    ...options,
  });
  expect(readdirSync(out)).toEqual(names);
  return join(out, names[0] ?? '');
}
async function brought(archive: TestArchive, path: string, pictures?: Pictures): Promise<WarcOutcome[]> {
  const outcomes: WarcOutcome[] = [];
  for await (const one of importWarc(client(archive), { path, open: () => createReadStream(path), pictures }))
    outcomes.push(one);
  expect(outcomes.filter((one) => 'problem' in one)).toEqual([]);
  return outcomes;
}
const kept = (outcomes: WarcOutcome[]) =>
  outcomes.reduce((sum, outcome) => sum + ('parts' in outcome ? outcome.parts : 0), 0);
async function written(...records: Promise<Uint8Array>[]): Promise<string> {
  const path = join(dir, `${++files}.warc.gz`);
  writeFileSync(path, Buffer.concat(await Promise.all(records)));
  return path;
}
const response = (target: string, type: string, body: string | Uint8Array, at = 0) =>
  responseRecord({
    ...{ key: `${target} ${at}`, date: new Date(Date.UTC(2024, 3, 3) + at * 1000).toISOString(), targetUri: target },
    ...{ status: 200, headers: [['Content-Type', type]], body: Buffer.from(body) },
  });
const storyOf = (n: number, body: string, head = '') =>
  storyPage(numberedStory(n)).replace('</head>', `${head}</head>`).replace('</h1>', `</h1>${body}`);
async function articleAt(archive: TestArchive, address: string): Promise<Json> {
  return (await archive.get(`/articles?url=${encodeURIComponent(address)}`)).body.items[0];
}
async function looksOf(archive: TestArchive, address: string): Promise<{ resources: Json; page: string }> {
  const { links } = await articleAt(archive, address);
  return {
    resources: (await archive.get(`${links.latest}/resources`)).body,
    page: (await archive.get(`${links.latest}/page`)).body,
  };
}
/** What each pack of an article is, in the order of their times. */
async function packsOf({ store }: Pick<TestArchive, 'store'>, id: string) {
  return [...(await newestPacks(store.table, id, { until: '9', limit: 100 }))];
}
async function recordsOf(path: string): Promise<WarcRecord[]> {
  const records: WarcRecord[] = [];
  for await (const record of warcRecords([readFileSync(path)], { maxRecordBytes: 1e8 })) records.push(record);
  return records;
}

describe('an export', () => {
  const edited = url('/edited');
  site.serve(url('/a.css'), answer(200, { 'content-type': 'text/css' }, '.x{background:url(bg.png)}'));
  for (const [n, name] of ['bg', 'one', 'two'].entries()) site.serve(url(`/${name}.png`), answer(200, image, png(n)));
  const head = '<link rel=stylesheet href=/a.css>';

  async function filled(): Promise<string> {
    for (const [story, pictures] of [
      [harbour, ['/one.png', '/gone.png']],
      [harbourEdited, ['/one.png', '/two.png']],
    ] as const) {
      const images = pictures.map((src) => `<img src="${src}">`).join('');
      site.serve(edited, storyPage(story).replace('</head>', `${head}</head>`).replace('</h1>', `</h1>${images}`));
      await from.post({ url: edited });
      await from.drain();
    }
    site.serve(url('/gaps'), storyOf(99, '<img src="/gone.png">'));
    await from.post({ url: url('/gaps') });
    await from.drain();
    // Names the same picture, and was archived without.
    site.serve(url('/plain'), storyOf(1, '<img src="/one.png">'));
    await from.post({ url: url('/plain'), pictures: 'off' });
    await from.drain();
    return (await articleAt(from, edited)).id;
  }

  it('has each part of each pack once, of its page; and an empty archive has the same packs of it', async () => {
    const id = await filled();
    const path = await exported(from);
    const records = await recordsOf(path);
    const pages = records.filter((one) => one.type === 'response' && one.targetUri === edited).map((one) => one.id);
    const parts = records.filter((one) => one.type === 'response' && /png|css/.test(one.targetUri ?? ''));
    expect(parts.map((one) => `${pages.indexOf(ownerOf(one))} ${new URL(one.targetUri ?? '').pathname}`)).toEqual([
      ...['0 /a.css', '0 /one.png', '0 /bg.png'],
      ...['1 /a.css', '1 /one.png', '1 /two.png', '1 /bg.png'],
    ]);
    const to = await emptyArchive();
    expect(kept(await brought(to, path))).toBe(7);
    expect(await packsOf(to, id)).toEqual(await packsOf(from, id));
    expect((await packsOf(to, id)).length).toBe(2);
    expect(await looksOf(to, edited)).toEqual(await looksOf(from, edited));
    // Of one whose pictures could not be had, it is known, too.
    expect((await looksOf(to, url('/gaps'))).resources).toMatchObject({ isKept: true, missing: [{ kind: 'picture' }] });
    expect(await looksOf(to, url('/gaps'))).toEqual(await looksOf(from, url('/gaps')));
    // A page that was archived without pictures has none, although the file holds them for another.
    expect((await looksOf(to, url('/plain'))).resources.isKept).toBe(false);
    // Again it changes nothing, here and where it came from, and goes out as the same bytes again.
    for (const archive of [to, from]) expect(kept(await brought(archive, path))).toBe(0);
    expect(readFileSync(await exported(from)).equals(readFileSync(path))).toBe(true);
  });

  it('for the public has them, too, and one of a story that was taken down has none', async () => {
    const open = await recordsOf(await exported(from, { isPublic: true }));
    expect(open.filter(({ targetUri }) => /png/.test(targetUri ?? '')).length).toBe(5);
    await from.send('DELETE', `/articles/${(await articleAt(from, edited)).id}`);
    await from.drain();
    const after = await recordsOf(await exported(from));
    expect(after.filter(({ targetUri }) => /png|css/.test(targetUri ?? ''))).toEqual([]);
  });
});

const ownerOf = (record: WarcRecord) =>
  record.headers.find(([name]) => name === 'WARC-Concurrent-To')?.[1].replace(/[<>]/g, '') ?? null;

describe('a crawl', () => {
  it('fills the packs of its pages, wherever the parts stand, and fetches nothing', async () => {
    const to = await emptyArchive();
    const story = url('/crawled');
    const path = await written(
      response(url('/before.png'), 'image/png', png(21)),
      response(
        story,
        'text/html',
        storyOf(
          2,
          '<img src="/before.png"><img src="/after.png"><img src="/nowhere.png"><img src="/moved.png">',
          ['<link rel=stylesheet href="/c.css">', '<meta property="og:image" content="/lead.png?a=1&amp;b=2">'].join(
            '',
          ),
        ),
      ),
      response(url('/c.css'), 'text/css', '@import "d.css";'),
      response(url('/d.css'), 'text/css', '.y{background:url(deep.png)}'),
      response(url('/deep.png'), 'image/png', png(22)),
      response(url('/after.png'), 'image/png', png(23)),
      response(url('/lead.png?a=1&b=2'), 'image/png', png(24)),
      responseRecord({
        ...{ key: 'moved', date: '2024-04-03T00:00:00Z', targetUri: url('/moved.png'), status: 301 },
        ...{ headers: [['Location', '/after.png']], body: new Uint8Array() },
      }),
      response(url('/of-nobody.png'), 'image/png', png(25)),
    );
    expect(kept(await brought(to, path))).toBe(7);
    const { resources, page } = await looksOf(to, story);
    expect(resources.parts.map((part: Json) => new URL(part.at).pathname).toSorted()).toEqual(
      ['/after.png', '/after.png', '/before.png', '/c.css', '/d.css', '/deep.png', '/lead.png'].toSorted(),
    );
    expect(resources.missing).toEqual([
      { url: url('/nowhere.png'), kind: 'picture', why: 'the file that the page came in does not hold it' },
    ]);
    for (const n of [21, 22, 23]) expect(page).toContain(data(n));
    expect(site.hits(url('/before.png'))).toBe(0);
    expect(kept(await brought(to, path))).toBe(0);
  });

  it('of wget -p has its pages as they looked', async () => {
    const to = await emptyArchive();
    await brought(to, fileURLToPath(new URL('../fixtures/wget-p.warc.gz', import.meta.url)));
    const { resources, page } = await looksOf(to, 'http://paper.example/story');
    expect(resources.parts.map(({ at }: Json) => new URL(at).pathname)).toEqual(
      expect.arrayContaining(['/style.css', '/more.css', '/boat.png', '/quay.png', '/bg.png']),
    );
    expect(resources.missing).toEqual([]);
    expect(page.split('src="data:image/png').length - 1).toBe(2);
  });

  it('gives a page the picture of its own time, and a revisit the bytes that it refers to', async () => {
    const to = await emptyArchive();
    const path = await written(
      response(url('/t1'), 'text/html', storyOf(3, '<img src="/t.png">'), 10),
      response(url('/t.png'), 'image/png', png(31), 11),
      response(url('/t2'), 'text/html', storyOf(4, '<img src="/t.png"><img src="/again.png">'), 500),
      response(url('/t.png'), 'image/png', png(32), 501),
      revisitRecord({
        ...{ key: 'again', date: '2024-04-03T00:08:21Z', targetUri: url('/again.png'), status: 200 },
        headers: [['Content-Type', 'image/png']],
        ...{ payloadDigest: 'sha256:00', bodyBytes: 1 },
        refersTo: { key: `${url('/t.png')} 501`, targetUri: url('/t.png'), date: '2024-04-03T00:08:21Z' },
      }),
    );
    await brought(to, path);
    expect((await looksOf(to, url('/t1'))).page).toContain(data(31));
    const second = (await looksOf(to, url('/t2'))).page;
    expect(second.split(data(32)).length - 1).toBe(2);
  });

  it('gives its pages no more than is asked for', async () => {
    const path = await written(
      response(
        url('/wish'),
        'text/html',
        storyOf(7, '<img src="/in.png">').replace('</body>', '<img src="/out.png"></body>'),
      ),
      response(url('/in.png'), 'image/png', png(81)),
      response(url('/out.png'), 'image/png', png(82)),
    );
    for (const [pictures, count] of [
      ['off', 0],
      ['story', 1],
      ['page', 2],
    ] as const) {
      const to = await emptyArchive();
      await brought(to, path, pictures);
      expect((await looksOf(to, url('/wish'))).resources.parts).toHaveLength(count);
    }
  });

  it('with more pictures than a request holds is sent in several, and a page has all of them in the end', async () => {
    const to = await emptyArchive();
    const count = 7;
    const images = Array.from({ length: count }, (_, n) => `<img src="/led-to-${n}.png">`).join('');
    const path = await written(
      ...Array.from({ length: count }, (_, n) =>
        responseRecord({
          ...{ key: `led ${n}`, date: '2024-04-03T00:00:00Z', targetUri: url(`/led-to-${n}.png`), status: 302 },
          ...{ headers: [['Location', `/large-${n}.png`]], body: new Uint8Array() },
        }),
      ),
      response(url('/large'), 'text/html', storyOf(5, images)),
      ...Array.from({ length: count }, (_, n) => response(url(`/large-${n}.png`), 'image/png', png(40 + n, 1_000_000))),
      response(url('/next'), 'text/html', storyOf(6, '<img src="/large-3.png">')),
    );
    expect(kept(await brought(to, path))).toBe(count + 1);
    const { resources } = await looksOf(to, url('/large'));
    // Its own export, of more than a request holds as well, comes in equal.
    const again = await emptyArchive();
    expect(kept(await brought(again, await exported(to)))).toBe(count + 1);
    const { id } = await articleAt(to, url('/large'));
    expect(await packsOf(again, id)).toEqual(await packsOf(to, id));
    expect([resources.parts.length, resources.missing]).toEqual([count, []]);
    expect((await looksOf(to, url('/next'))).resources.parts.length).toBe(1);
  });

  it('that was killed half-way has the rest after the next start', async () => {
    const to = await emptyArchive();
    const records = Array.from({ length: 6 }, (_, n) => [
      response(url(`/k${n}`), 'text/html', storyOf(20 + n, `<img src="/k${n}.png">`)),
      response(url(`/k${n}.png`), 'image/png', png(60 + n, 900_000)),
    ]).flat();
    const path = await written(...records);
    let requests = 0;
    const dying = {
      ...client(to),
      ask: async (address: string, init?: RequestInit) => {
        if (++requests > 1) throw new TypeError('killed');
        return to.app.request(address, init);
      },
    };
    const outcomes: WarcOutcome[] = [];
    const half = async () => {
      for await (const one of importWarc(dying, { path, open: () => createReadStream(path) })) outcomes.push(one);
    };
    await expect(half()).rejects.toThrow('killed');
    expect(kept(outcomes)).toBeGreaterThan(0);
    expect(kept(outcomes) + kept(await brought(to, path))).toBe(6);
    for (let n = 0; n < 6; n++) expect((await looksOf(to, url(`/k${n}`))).resources.parts.length).toBe(1);
  });
});

describe('POST /warc', () => {
  const posted = async (archive: TestArchive, path: string, query = ''): Promise<Json> => {
    const answered = await archive.app.request(`/warc${query}`, { method: 'POST', body: readFileSync(path) });
    return (await answered.json()) as Json;
  };

  it('says beside which snapshot a part is kept, and leaves out what the client does not want', async () => {
    const path = await written(
      response(url('/posted.png'), 'image/png', png(71)),
      response(url('/posted'), 'text/html', storyOf(40, '<img src="/posted.png">')),
      response(url('/nobodys.png'), 'image/png', png(72)),
    );
    const off = await posted(await emptyArchive(), path, '?pictures=off');
    expect(off.items.map((item: Json) => item.parts ?? item.keptWith ?? item.skipped)).toEqual([
      'the site calls it image/png',
      undefined,
      'the site calls it image/png',
    ]);
    const { items } = await posted(await emptyArchive(), path);
    expect(items).toMatchObject([
      { keptWith: items[1].snapshotUrl },
      { parts: 1 },
      { skipped: 'the site calls it image/png' },
    ]);
    expect(await posted(await emptyArchive(), path, '?pictures=some')).toMatchObject({ code: 'invalid-request' });
  });

  it('with more than it has room for takes what fits, and says what it left out, and why', async () => {
    const sizes = [3_900_000, 3_900_000, 3_900_000, 3_900_000, 3_900_000, 900_000, 12];
    const wanted = [4, 5, 6, 8];
    const images = wanted.map((n) => `<img src="/room-${n}.png">`).join('');
    const parts = sizes.map((size, n) => response(url(`/room-${n}.png`), 'image/png', png(n, size)));
    const page = response(url('/room'), 'text/html', storyOf(41, images));
    const to = await emptyArchive();
    const { items } = await posted(to, await written(...parts, page));
    const typed = { skipped: 'the site calls it image/png' };
    const left = {
      skipped: 'a request has room for 16 MB of pictures, styles and fonts: send this one again with its page',
    };
    const { snapshotUrl: keptWith } = items[7];
    expect(items).toMatchObject([...[0, 1, 2, 3].map(() => typed), left, { keptWith }, { keptWith }, { parts: 2 }]);
    const missing = async () =>
      Object.fromEntries(
        (await looksOf(to, url('/room'))).resources.missing.map((one: Json) => [new URL(one.url).pathname, one.why]),
      );
    expect(await missing()).toEqual({
      '/room-4.png': 'the request that the page came in held more pictures, styles and fonts than are taken of one',
      '/room-8.png': 'the file that the page came in does not hold it',
    });
    const again = await posted(to, await written(page, parts[4] ?? page));
    expect(again.items).toMatchObject([{ parts: 1 }, { keptWith }]);
    expect(Object.keys(await missing())).toEqual(['/room-8.png']);
  });

  it.each([
    { name: 'that is no JSON of ours', body: { pictures: { parts: 'many' } } },
    {
      name: 'whose digest is of other bytes',
      body: {
        pictures: {
          parts: [{ url: url('/forged.png'), at: url('/forged.png'), kind: 'picture', digest: 'sha256:00' }],
          missing: [],
        },
      },
    },
    {
      name: 'that calls a page a picture',
      body: {
        pictures: {
          parts: [{ url: url('/forged'), at: url('/forged'), kind: 'picture', digest: 'sha256:00', type: 'text/html' }],
          missing: [],
        },
      },
    },
  ])('keeps nothing for a manifest $name', async ({ body }) => {
    const to = await emptyArchive();
    const about = { date: '2024-04-03T00:00:00Z', status: 200 };
    const path = await written(
      response(url('/forged'), 'text/html', storyOf(50, '<img src="/forged.png">')),
      responseRecord({
        ...{ ...about, key: 'forged part', concurrentTo: `${url('/forged')} 0`, targetUri: url('/forged.png') },
        ...{ headers: [['Content-Type', 'image/png']], body: png(80) },
      }),
      factsRecord({ ...about, key: 'forged', concurrentTo: `${url('/forged')} 0`, targetUri: url('/forged'), body }),
    );
    expect((await posted(to, path)).items[0].snapshot).toBe('first');
    expect((await looksOf(to, url('/forged'))).resources.isKept).toBe(false);
  });
});

describe('what is imported for one snapshot again and again', () => {
  /** A file with the page, and a manifest with these parts. */
  const partsOfPage = (path: string, parts: { name: string; body: Buffer; at?: string }[]) => {
    const about = { date: '2024-04-03T00:00:00Z', status: 200, concurrentTo: `${url(path)} 0` };
    const listed = parts.map(({ name, body, at = url(name) }) => {
      const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
      return { url: url(name), at, kind: 'picture', digest };
    });
    return written(
      response(url(path), 'text/html', storyOf(91, `<p>${path}</p>`)),
      ...parts.map(({ name, body }) =>
        responseRecord({
          ...{ ...about, key: `part ${name}`, targetUri: url(name), headers: [['Content-Type', 'image/png']], body },
        }),
      ),
      factsRecord({
        ...{ ...about, key: 'parts', targetUri: url(path) },
        body: { pictures: { parts: listed, missing: [] } },
      }),
    );
  };
  const hundred = (from: number, at?: string) =>
    Array.from({ length: 100 }, (_, n) => ({ name: `/p${from + n}.png`, body: png(from + n), ...(at ? { at } : {}) }));

  it.each([
    { name: 'so many parts', files: [hundred(0), hundred(100), hundred(200)], counts: [100, 200, 200] },
    {
      name: 'so many bytes',
      files: [1, 2, 3].map((n) => [{ name: `/p${n}.png`, body: png(n, 3_500_000) }]),
      counts: [1, 2, 2],
    },
    {
      name: 'a manifest that can be read',
      files: [hundred(0, url(`/${'港'.repeat(4000)}`)), hundred(100, url(`/${'港'.repeat(4000)}`))],
      counts: [100, 171],
    },
  ])('becomes a pack with $name, and what is there stays', async ({ name, files: parts, counts }) => {
    const to = await emptyArchive();
    const path = `/grows-${name.replaceAll(' ', '-')}`;
    const found: number[] = [];
    let earlier: string[] = [];
    for (const some of parts) {
      await brought(to, await partsOfPage(path, some));
      const now = (await looksOf(to, url(path))).resources.parts.map((part: Json) => part.url);
      expect(now).toEqual(expect.arrayContaining(earlier));
      earlier = now;
      found.push(now.length);
    }
    expect(found).toEqual(counts);
    expect(await checkPacks(to.store)).toEqual({ packs: 1, problems: [], strays: [] });
  });

  it('is not written where nobody could read it', async () => {
    const snapshot = { id: 'x', timestamp: '20240403000000', fetchedAt: '2024-04-03T00:00:00.000Z', url: url('/x') };
    const part = (n: number): Part => {
      const address = url(`/${n}.png`);
      return { url: address, at: address, kind: 'picture', type: 'image/png', digest: 'sha256:00', body: png(n) };
    };
    const parts = Array.from({ length: 201 }, (_, n) => part(n));
    await expect(writePack(snapshot, { extent: 'page', parts, missing: [] })).rejects.toThrow('no room for 201 parts');
    const { bytes } = await writePack(snapshot, { extent: 'page', parts: parts.slice(1), missing: [] });
    expect((await readPack(bytes)).parts.size).toBe(200);
  });
});

it('of a story with more snapshots than a page of them lists, each has its pictures, listed and in an export', async () => {
  const count = 102;
  const versions = Array.from({ length: count }, (_, n) =>
    response(url('/versions'), 'text/html', storyOf(90, `<p>Version ${n}.</p><img src="/one.png">`), n * 3600),
  );
  const to = await emptyArchive();
  const path = await written(response(url('/one.png'), 'image/png', png(1)), ...versions);
  expect(kept(await brought(to, path))).toBe(count);
  const { id } = await articleAt(to, url('/versions'));
  const listed: Json[] = [];
  for (let next: string | null = ''; next !== null && listed.length < 6; ) {
    const page = await to.get(`/articles/${id}/snapshots?limit=2${next && `&cursor=${encodeURIComponent(next)}`}`);
    listed.push(...page.body.items);
    next = page.body.next;
  }
  expect(listed.map(({ pictures }) => pictures?.parts)).toEqual([1, 1, 1, 1, 1, 1]);
  const records = await recordsOf(await exported(to));
  expect(records.filter(({ targetUri }) => targetUri === url('/one.png'))).toHaveLength(count);
});

it('one story as a WARC has its pictures, and comes in equal', async () => {
  site.serve(url('/single'), storyOf(70, '<img src="/one.png">'));
  const { body } = await from.post({ url: url('/single') });
  await from.drain();
  const bytes = await (await from.app.request(`/a/${body.id}/story.warc.gz`)).arrayBuffer();
  const path = join(dir, 'single.warc.gz');
  writeFileSync(path, Buffer.from(bytes));
  const to = await emptyArchive();
  expect(kept(await brought(to, path))).toBe(1);
  expect(await looksOf(to, url('/single'))).toEqual(await looksOf(from, url('/single')));
});

it('the pack of a snapshot is a WARC of its own, and goes with a takedown', async () => {
  site.serve(url('/down'), storyOf(60, '<img src="/one.png">'));
  const { body } = await from.post({ url: url('/down') });
  await from.drain();
  const [{ pictures }] = (await from.get(`/articles/${body.id}/snapshots`)).body.items;
  expect(pictures).toMatchObject({ parts: 1, missing: 0 });
  const pack = await from.app.request(pictures.url);
  expect([pack.status, pack.headers.get('content-type')]).toEqual([200, 'application/warc']);
  // As on AWS, where a large one is copied for a download.
  const copy = { bytes: new Uint8Array(1), contentType: 'application/octet-stream', contentEncoding: null };
  await from.store.bucket.put(`downloads/pictures/${body.id}/x.warc.gz.plain`, copy);
  const copies = async () => (await from.store.bucket.list(`downloads/pictures/${body.id}/`).next()).value as string[];
  expect(await copies()).toHaveLength(1);
  await from.send('DELETE', `/articles/${body.id}`);
  await from.drain();
  expect((await from.get(pictures.url)).status).toBe(410);
  expect(await copies()).toEqual([]);
});
