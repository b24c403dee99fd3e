/** `nightdesk verify` and `reindex` on an archive whose index was damaged, while another process has it and while none has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePack } from '../../functions/pictures/pack.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { startEmbedded } from '../../functions/store/embedded.ts';
import { packObject, packsPrefix, putPack } from '../../functions/store/packs.ts';
import { readLog } from '../../functions/store/search-index.ts';
import { pieceObject } from '../../functions/store/segment-bodies.ts';
import { index, putStory } from '../search/stories.ts';
import { run, startProcess } from '../support/process.ts';

it('verify says what is wrong and --repair mends it, on an archive that runs and on one that does not', async () => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'nightdesk-verify-'));
  const embedded = await startEmbedded(DATA_DIR);
  const own = makeServices(embedded.clients, embedded.names).store;
  for (let n = 0; n < 3; n++)
    await putStory(own, {
      name: `s${n}`,
      title: `ferry ${n}`,
      text: '台灣圖書館',
      publishedAt: `2024-01-0${n + 1}T00:00:00.000Z`,
    });
  await index(own);
  const { current } = await readLog(own.table, null);
  await own.bucket.remove(pieceObject(current.segments[0]?.key ?? '', 0));
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

it('verify says which pictures are gone or named by nothing, and what to do', async () => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'nightdesk-verify-'));
  const embedded = await startEmbedded(DATA_DIR);
  const own = makeServices(embedded.clients, embedded.names).store;
  const { id } = await putStory(own, {
    name: 'p',
    title: 'ferry',
    text: 'Boats.',
    publishedAt: '2024-01-01T00:00:00.000Z',
  });
  const { bytes } = await writePack(
    { id, timestamp: '20240101000000', fetchedAt: '2024-01-01T00:00:00.000Z', url: 'http://pier.example/' },
    { extent: 'story', parts: [], missing: [] },
  );
  const about = {
    bytes,
    of: 'sha256:0',
    extent: 'story',
    parts: 0,
    missing: 0,
    inlined: 0,
    repeats: 0,
    lead: null,
  } as const;
  await putPack(own, { id, timestamp: '20240101000000' }, about);
  const [name = ''] = (await own.bucket.list(packsPrefix).next()).value as string[];
  await own.bucket.remove(name);
  const stray = packObject(id, '0'.repeat(64));
  await own.bucket.put(stray, { bytes, contentType: 'application/warc', contentEncoding: null });
  await embedded.close();

  const command = run('verify', [], { DATA_DIR });
  expect(await command.ended).toBe(1);
  const output = command.output();
  expect(output).toContain(
    `article ${id}: the pictures and styles of its snapshot 20240101000000 are not in the bucket`,
  );
  expect(output).toContain('Pictures and styles of 1 of them: 1 problem.');
  expect(output).toContain('put the objects below pictures/ back from a copy');
  expect(output).toContain(`1 objects below pictures/ are named by no snapshot, such as ${stray}; they do no harm`);
  rmSync(DATA_DIR, { recursive: true, force: true });
});
