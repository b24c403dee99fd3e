/** Checking and rebuilding the index, by its functions and by the commands, while the archive changes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { checkIndex } from '../../functions/search/check.ts';
import { removeOrphans, runIndexer } from '../../functions/search/index-log.ts';
import { nothingKept, rebuildIndex } from '../../functions/search/rebuild.ts';
import { makeSearch } from '../../functions/search/search.ts';
import { getKnown } from '../../functions/store/articles.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { startEmbedded } from '../../functions/store/embedded.ts';
import { putHold, readLog } from '../../functions/store/search-index.ts';
import { pieceObject, putBody, removeBody } from '../../functions/store/segment-bodies.ts';
import { startServices } from '../support/archive.ts';
import { run, startProcess } from '../support/process.ts';
import {
  ask,
  clear,
  countsByDay,
  idOf,
  index,
  indexerDeps,
  liftStory,
  putStory,
  type Story,
  takeDownStory,
  titlesOf,
} from './stories.ts';

const services = await startServices();
const { store } = services;
afterAll(() => services.close());
beforeEach(() => clear(store));

const deps = (own = store) => indexerDeps(own);
const ignore = () => undefined;

function story(n: number, text = '台灣圖書館'): Story {
  const publishedAt = new Date(Date.UTC(2024, 0, 1) + n * 86_400_000).toISOString();
  return { name: `s${n}`, title: `ferry ${n}`, text, publishedAt };
}

const find = async (q: string) => titlesOf(await ask(makeSearch({ store, now: Date.now }), q));
const days = () => countsByDay(makeSearch({ store, now: Date.now }));

async function firstSegment(own = store): Promise<string> {
  return (await readLog(own.table, null)).current.segments[0]?.key ?? '';
}

describe('checking the index', () => {
  it('finds nothing wrong with a sound one, whatever has happened to it', async () => {
    for (let n = 0; n < 6; n++) {
      await putStory(store, story(n));
      if (n % 2) await index(store);
    }
    await putStory(store, { ...story(1, '台北'), publishedAt: '2024-02-01T00:00:00.000Z' });
    await takeDownStory(store, 's2');
    expect((await checkIndex(deps(), ignore)).problems).toEqual([]);
    await index(store);
    expect((await checkIndex(deps(), ignore)).problems).toEqual([]);
  });

  it('looks past rows of an article that was taken down and is archived anew', async () => {
    await putStory(store, story(1));
    await index(store);
    await takeDownStory(store, 's1');
    await index(store);
    await liftStory(store, 's1');
    await putStory(store, story(1, '台北'));
    await index(store);
    const { problems, sound } = await checkIndex(deps(), ignore);
    expect(problems).toEqual([]);
    expect(sound.segments).toHaveLength(3);
    // Once the new row's segment is lost, the old row does not stand for it.
    const { current } = await readLog(store.table, null);
    await removeBody(store.bucket, current.segments.at(-1)?.key ?? '');
    await rebuildIndex(deps(), (await checkIndex(deps(), ignore)).sound, ignore);
    expect(await find('台北')).toEqual(['ferry 1']);
  });

  it('names an article that no segment and no log entry knows', async () => {
    await putStory(store, story(0));
    const { entries } = await readLog(store.table, null);
    await store.table.writeMany(entries.map(({ key }) => ({ remove: { pk: 'LOG', sk: key } })));
    expect((await checkIndex(deps(), ignore)).problems).toEqual([
      `article ${idOf('s0')} is not in the index as it is now`,
    ]);
  });

  it('names an article that is listed under other words than it has', async () => {
    await putStory(store, story(0));
    await index(store);
    const article = (await getKnown(store.table, idOf('s0')))?.article;
    await store.table.update(
      { pk: `A#${article?.id}`, sk: 'A' },
      { expression: 'SET title = :t', values: { ':t': 'another headline' } },
    );
    expect((await checkIndex(deps(), ignore)).problems).toEqual([
      `segment ${await firstSegment()} lists article ${idOf('s0')} under other words than it has`,
    ]);
  });
});

describe('rebuilding', () => {
  it('brings back what a lost segment held, and the counts', async () => {
    for (let n = 0; n < 3; n++) {
      await putStory(store, story(n));
      await index(store);
    }
    await putStory(store, { ...story(0), publishedAt: '2024-01-09T00:00:00.000Z' });
    const lost = (await readLog(store.table, null)).current.segments[1]?.key ?? '';
    await store.bucket.remove(pieceObject(lost, 0));
    const report = await checkIndex(deps(), ignore);
    expect(report.problems).toEqual([
      expect.stringMatching(`^segment ${lost} is damaged: its body of [0-9]+ bytes is not all in the bucket$`),
      `article ${idOf('s1')} is not in the index as it is now`,
    ]);
    await rebuildIndex(deps(), report.sound, ignore);
    expect(await find('圖書')).toEqual(['ferry 1', 'ferry 2', 'ferry 0']);
    await index(store);
    expect(await find('圖書')).toEqual(['ferry 1', 'ferry 2', 'ferry 0']);
    expect(await days()).toEqual({ '2024-01-02': 1, '2024-01-03': 1, '2024-01-09': 1 });
    expect((await checkIndex(deps(), ignore)).problems).toEqual([]);
  });

  it('all of it keeps what arrives, changes and leaves meanwhile', async () => {
    for (let n = 0; n < 8; n++) await putStory(store, story(n));
    await index(store);
    const changing = async () => {
      await putStory(store, { ...story(1), publishedAt: '2024-03-01T00:00:00.000Z' });
      await takeDownStory(store, 's2');
      await putStory(store, story(20));
      await index(store);
    };
    // The indexer's run in between is held back, or the rebuild says that it was overtaken; either leaves a whole index.
    await Promise.all([rebuildIndex(deps(), nothingKept, ignore), changing()]).catch((error: Error) => {
      expect(error.message).toContain('run it again');
    });
    await index(store);
    const wanted = ['ferry 0', 'ferry 3', 'ferry 4', 'ferry 5', 'ferry 6', 'ferry 7', 'ferry 20', 'ferry 1'];
    expect(await find('ferry')).toEqual(wanted);
    expect((await checkIndex(deps(), ignore)).problems).toEqual([]);
  });

  it('holds commits back, and lets them go on when it is over', async () => {
    await putHold(store.table, Date.now() + 60_000);
    await putStory(store, story(0));
    await index(store);
    expect((await readLog(store.table, null)).current.segments).toEqual([]);
    await rebuildIndex(deps(), nothingKept, ignore);
    await index(store);
    expect((await readLog(store.table, null)).entries).toEqual([]);
    expect(await find('ferry')).toEqual(['ferry 0']);
    expect(await days()).toEqual({ '2024-01-01': 1 });
  });

  it('holds commits back while it reads what articles there are, however long that takes', async () => {
    for (let n = 0; n < 4; n++) await putStory(store, story(n));
    let clock = Date.now();
    const now = () => clock;
    async function* slowScan() {
      for await (const items of store.table.scan()) {
        for (const item of items) {
          yield [item];
          clock += 60_000;
          await runIndexer({ ...deps(), now }, { force: true });
        }
      }
    }
    const slow = { ...store, table: { ...store.table, scan: slowScan } };
    expect(await rebuildIndex({ ...deps(slow), now }, nothingKept, ignore)).toBe(4);
  });

  it('counts no article that is taken down while articles are read', async () => {
    for (let n = 0; n < 2; n++) await putStory(store, story(n));
    await index(store);
    async function* scanThenTakeDown() {
      for await (const items of store.table.scan()) {
        await takeDownStory(store, 's0');
        yield items;
      }
    }
    await rebuildIndex(deps({ ...store, table: { ...store.table, scan: scanThenTakeDown } }), nothingKept, ignore);
    await index(store);
    expect(await days()).toEqual({ '2024-01-02': 1 });
  });

  it('counts each article once after an indexer that died before it emptied the log', async () => {
    for (let n = 0; n < 3; n++) await putStory(store, story(n));
    const gone = () => Promise.reject(new Error('gone'));
    await expect(index({ ...store, table: { ...store.table, writeMany: gone } })).rejects.toThrow('gone');
    await rebuildIndex(deps(), nothingKept, ignore);
    await index(store);
    expect(await days()).toEqual({ '2024-01-01': 1, '2024-01-02': 1, '2024-01-03': 1 });
  });

  it('keeps what it made from the clean-up of what nothing lists, however long it takes', async () => {
    const key = ulid(Date.now() - 7_200_000);
    await putBody(store.bucket, key, Buffer.from('a segment that a rebuild made two hours ago'));
    await putHold(store.table, Date.now() + 60_000);
    expect(await removeOrphans(deps())).toBe(0);
    await putHold(store.table, 0);
    expect(await removeOrphans(deps())).toBe(1);
  });
});

describe('the commands', () => {
  it('verify says what is wrong and --repair mends it, on an archive that runs and on one that does not', async () => {
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'nightdesk-verify-'));
    const embedded = await startEmbedded(DATA_DIR);
    const own = makeServices(embedded.clients, embedded.names).store;
    for (let n = 0; n < 3; n++) await putStory(own, story(n));
    await index(own);
    await own.bucket.remove(pieceObject(await firstSegment(own), 0));
    await embedded.close();

    const asked = async (file: string, args: string[]) => {
      const command = run(file, args, { DATA_DIR });
      return { status: await command.ended, output: command.output() };
    };
    const found = await asked('verify', []);
    expect(found.status).toBe(1);
    expect(found.output).toContain('is damaged: its body of');
    // These articles were put without the bytes of their snapshots.
    expect(found.output).toContain(`its snapshot sha256:${'0'.repeat(64)} is not in the bucket`);

    const archive = await startProcess({ DATA_DIR, QUIET: '1' });
    const before = (await (await fetch(`${archive.url}/articles?q=ferry`)).json()) as { partial?: boolean };
    expect(before.partial).toBe(true);
    const repaired = await asked('verify', ['--repair']);
    expect(repaired.output).toContain('Indexed 3 articles again. Search index: sound.');
    const after = (await (await fetch(`${archive.url}/articles?q=ferry`)).json()) as {
      items: unknown[];
      partial?: true;
    };
    expect(after.partial).toBeUndefined();
    expect(after.items).toHaveLength(3);
    const anew = await asked('reindex', []);
    expect(anew.output).toMatch(/Indexed 3 articles in \d+\.\d s\./);
    expect(anew.status).toBe(0);
    archive.kill('SIGINT');
    await archive.ended;
    rmSync(DATA_DIR, { recursive: true, force: true });
  });
});
