/**
 * The index at 1, 10 and 100 million stories: heads of its own for each segment, over the body of one real segment of 262,144 stories
 * under many keys, from a store that counts. The texts of the candidates that are examined exist. `--only build` makes the real segment
 * first, in `.bench/scale`: two minutes of work, once. `--only build10M` makes 39 of them, 11 GB and an hour; from then on 10M is real.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { ulid } from 'ulid';
import { textIdOf } from '../../functions/article/versions.ts';
import { runIndexer } from '../../functions/search/index-log.ts';
import { rowWindows } from '../../functions/search/merge.ts';
import { parseQuery } from '../../functions/search/query-language.ts';
import { makeSearch } from '../../functions/search/search.ts';
import { readHead, rowBlockBytes, rowsPerBlock, type SegmentHead, writeHead } from '../../functions/search/segment.ts';
import { articleItem, type Store, textItem } from '../../functions/store/articles.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { startEmbedded } from '../../functions/store/embedded.ts';
import type { SegmentInfo } from '../../functions/store/search-index.ts';
import type { Item, Key } from '../../functions/store/table.ts';
import { billedClients } from '../support/faults.ts';
import { articleOf, type BenchStory, realDocuments, sentencesOf, stories } from './corpus.ts';
import { printTable, type Row } from './measure.ts';
import { idAt, numbersOf, pieceBytes, segmentMs, segmentsOf10M, storyAt } from './scale-numbers.ts';
import { load } from './search.ts';

const folder = fileURLToPath(new URL('../../.bench/scale', import.meta.url));
const rowBytes = 64;

type Counts = { readUnits: number; calls: number; gets: number; rounds: number; bytes: number };

export async function bench(only: string[]): Promise<void> {
  const documents = realDocuments();
  if (!documents) {
    console.log('skipped: ../shared/data/documents is not there');
    return;
  }
  mkdirSync(folder, { recursive: true });
  if (only.includes('build')) run('build', 0);
  if (only.includes('build10M')) buildAll();
  if (!existsSync(join(folder, 'quarter-0-3.head'))) {
    console.log('skipped: make the real segment first, with --only build');
    return;
  }
  const merged = run('merge', 0);
  const bytesEach = (merged.bytes / merged.postings).toFixed(2);
  const rows: Row[] = [
    {
      measure: 'the largest merge: stories; bytes a posting; seconds; resident MB at most; GETs; PUTs',
      figure: `${merged.docs}; ${bytesEach}; ${merged.seconds.toFixed(0)}; ${merged.peakMb.toFixed(0)}; ${merged.gets}; ${merged.puts}`,
      wanted: '262144; 1.25; ; 400',
    },
  ];
  const sentences = sentencesOf(documents);
  for (const [name, copies] of [
    ['1M', 4],
    ['10M', segmentsOf10M],
    ['100M', 382],
  ] as const) {
    const isBuilt = existsSync(segmentFile(copies - 1, 'head'));
    const scaled = makeScaled(sentences, copies, isBuilt);
    rows.push(...(await measure(isBuilt ? `${name} built` : name, scaled)), await commitBeside(name, scaled.current));
  }
  printTable(`The index at scale (Node ${process.version})`, rows);
}

type Merged = {
  docs: number;
  bytes: number;
  postings: number;
  seconds: number;
  peakMb: number;
  gets: number;
  puts: number;
};

const segmentFile = (number: number, part: 'body' | 'head') => join(folder, `segment-${number}.${part}`);

/** A process of its own; it merges with the memory that infra/functions.ts gives the indexer. */
function run(task: 'build' | 'merge', number: number): Merged {
  const script = fileURLToPath(new URL('scale-build.ts', import.meta.url));
  const flags =
    task === 'build' ? ['--max-old-space-size=2500'] : ['--max-semi-space-size=8', '--max-old-space-size=320'];
  const output = execFileSync(process.execPath, [...flags, script, task, folder, String(number)], { encoding: 'utf8' });
  return JSON.parse(output || 'null');
}

/** Goes on where it was ended; keeps of each segment what the merge made. */
function buildAll(): void {
  for (let number = 0; number < segmentsOf10M; number++) {
    if (existsSync(segmentFile(number, 'head'))) continue;
    run('build', number);
    const { bytes, peakMb } = run('merge', number);
    if (number > 0) for (const file of globSync(join(folder, `quarter-${number}-*`))) rmSync(file);
    console.log(`segment ${number + 1} of ${segmentsOf10M}: ${bytes} bytes, merged in ${peakMb.toFixed(0)} MB`);
  }
}

/** A commit of 512 stories with so many segments listed, in a table of its own. */
async function commitBeside(name: string, current: Item): Promise<Row> {
  const data = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  const embedded = await startEmbedded(data);
  const bill = billedClients(embedded.endpoints);
  const { store } = makeServices(bill.clients, embedded.names);
  const some: BenchStory[] = [];
  for (const story of stories(realDocuments() ?? [])) if (some.push(story) === 512) break;
  await store.table.put(current);
  await load(store, some);
  bill.reset();
  const began = performance.now();
  await runIndexer({ store, now: Date.now, pause: setImmediate, log: () => undefined });
  const ms = performance.now() - began;
  const { PutObjectCommand: puts = 0, GetObjectCommand: gets = 0 } = bill.calls;
  await embedded.close();
  rmSync(data, { recursive: true, force: true });
  return {
    measure: `${name}, a commit of 512 stories: write units; read units; GETs; PUTs`,
    figure: `${bill.writeUnits.toFixed(0)}; ${bill.readUnits.toFixed(0)}; ${gets}; ${puts}; ${ms.toFixed(0)} ms`,
    wanted: '',
  };
}

type Scaled = {
  store: Store;
  counts: Counts;
  head: SegmentHead;
  current: Item;
  copies: number;
  /** Story `n` of a segment. */
  storyOf(n: number, copy?: number): BenchStory;
};

async function measure(name: string, scaled: Scaled): Promise<Row[]> {
  const { store, counts, copies, storyOf } = scaled;
  const rows: Row[] = [];
  const timed = async (what: string, work: () => Promise<unknown>) => {
    Object.assign(counts, { readUnits: 0, calls: 0, gets: 0, rounds: 0, bytes: 0 });
    const began = performance.now();
    const result = await work();
    const { readUnits, calls, gets, rounds, bytes } = counts;
    const ms = (performance.now() - began).toFixed(0);
    const mb = (bytes / 1e6).toFixed(1);
    const figure = `${readUnits.toFixed(0)}; ${calls}; ${gets}; ${rounds}; ${mb} MB; ${ms} ms; ${result}`;
    rows.push({ measure: `${name}, ${what}`, figure, wanted: '' });
  };
  const namesOf = (n: number) => storyOf(n).title.split('：')[0]?.trim() ?? '';
  const queries = {
    'words that meet': '中国 香港',
    'a rare name': namesOf(77_777),
    'words that never meet': `${namesOf(11_111)} ${namesOf(222_222)}`,
  };
  for (const [what, q] of Object.entries(queries)) {
    const { search } = makeSearch({ store, now: Date.now });
    const parsed = parseQuery(q);
    if ('problem' in parsed) throw new Error(parsed.problem.detail);
    const always = { from: '0000-01-01T00:00:00.000Z', to: '9999-12-31T23:59:59.999Z' };
    const request = { query: parsed.query, filters: {}, order: 'newest' as const, ...always, limit: 20, after: null };
    const ask = async () => {
      const { found, next } = await search(request);
      return `${found.length} found${next === null ? '' : ', more'}`;
    };
    await timed(`${what}, cold: units; calls; GETs; rounds`, ask);
    await timed(`${what}, warm`, ask);
  }
  const { counts: countArticles } = makeSearch({ store, now: Date.now });
  const last = monthsAt(copies - 1)[0] ?? '';
  const month = async () => `${(await countArticles((one) => one === last)).histogram.size} times`;
  await timed('a month’s calendar, cold', month);
  await timed('a month’s calendar, warm', month);
  await timed('a takedown: the rows of one segment are looked through', async () => {
    let seen = 0;
    const read = async ({ offset, length }: { offset: number; length: number }) =>
      scaled.store.bucket.getRange(`index/${keyOf(0)}/whole`, offset, length) as Promise<Uint8Array>;
    for await (const some of rowWindows({ head: scaled.head, read })) seen += some.length;
    return `${seen} rows`;
  });
  rows.push({
    measure: `${name}: CURRENT, which each commit and merge writes and each query reads; resident memory by now`,
    figure: `${(JSON.stringify(scaled.current).length / 1024).toFixed(1)} KB; ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB`,
    wanted: name === '10M' ? '64 KB' : '',
  });
  return rows;
}

const keyOf = (copy: number) => `${ulid(1_600_000_000_000 + copy).slice(0, 10)}${String(copy).padStart(16, '0')}`;
const copyOf = (key: string) => Number(key.slice(10));

/** The months that a copy of the segment says it counts. */
function monthsAt(copy: number): string[] {
  const start = Date.parse(storyAt([['十个字的一句话在这里。']], 0, copy).publishedAt);
  return [...new Set([start, start + segmentMs - 1].map((ms) => new Date(ms).toISOString().slice(0, 7)))];
}

/** `isBuilt`: each segment is a real one; else all are copies of the first. */
function makeScaled(sentences: string[][], copies: number, isBuilt: boolean): Scaled {
  const files = Array.from({ length: isBuilt ? copies : 1 }, (_, copy) => openSync(segmentFile(copy, 'body'), 'r'));
  const base = readHead(readFileSync(segmentFile(0, 'head')));
  const fileOf = (copy: number) => files[isBuilt ? copy : 0] ?? 0;
  const storyOf = (n: number, copy = 0) => storyAt(sentences, n, copy, isBuilt);
  const counts: Counts = { readUnits: 0, calls: 0, gets: 0, rounds: 0, bytes: 0 };
  const [latest = 0, earliest = 0] = [base.rowTimes[0], base.rowTimes.at(-1)];
  const segments: SegmentInfo[] = Array.from({ length: copies }, (_, copy) => ({
    key: keyOf(copy),
    docs: base.docs,
    bytes: base.bytes,
    minSortMs: earliest + copy * segmentMs,
    maxSortMs: latest + copy * segmentMs,
    termsVersion: 2,
  }));
  const current: Item = { pk: 'LOG', sk: '~CURRENT', v: 1, segments, lastCommit: null, purge: [], garbage: [] };
  const currentBytes = JSON.stringify(current).length;

  function headOf(copy: number): Buffer {
    if (isBuilt) return readFileSync(segmentFile(copy, 'head'));
    const shift = copy * segmentMs;
    const [first, second] = monthsAt(copy);
    return writeHead({
      ...base,
      rowTimes: base.rowTimes.map((ms) => ms + shift),
      archivedTimes: [base.archivedTimes[0] + shift, base.archivedTimes[1] + shift],
      months: (base.months ?? []).map(([, offset, length], i) => [(i === 0 ? first : second) ?? '', offset, length]),
    });
  }

  function itemOf({ pk, sk }: Key): Item {
    if (pk.startsWith('SEGMENT#')) return { pk, sk, head: headOf(copyOf(pk.slice(8))), log: Buffer.alloc(0) };
    const { copy, n } = numbersOf(pk.slice(2));
    const story = storyOf(n, copy);
    const textId = textIdOf(story.text);
    return sk === 'A' ? articleItem({ ...articleOf(story), textId }) : textItem(story.id, textId ?? '', story.text);
  }

  /** A block of rows as the copy has it: other ids, and its own time. */
  function rowsOf(copy: number, block: number): Buffer {
    const docs = Math.min(rowsPerBlock, base.docs - block * rowsPerBlock);
    const bytes = Buffer.alloc(docs * rowBytes + 4);
    readSync(fileOf(0), bytes, 0, bytes.length, base.rows.offset + block * rowBlockBytes);
    for (let at = 0; at < docs * rowBytes; at += rowBytes) {
      bytes.write(idAt(numbersOf(bytes.toString('latin1', at, at + 22)).n, copy), at, 'latin1');
      for (const time of [44, 52]) bytes.writeDoubleBE(bytes.readDoubleBE(at + time) + copy * segmentMs, at + time);
    }
    bytes.writeUInt32BE(crc32(bytes.subarray(0, docs * rowBytes)), docs * rowBytes);
    return bytes;
  }

  /** Puts a copy's own rows where the bytes, read at `offset`, have the first segment's. */
  function ownRows(copy: number, offset: number, bytes: Buffer): void {
    const { rows } = base;
    const end = offset + bytes.length;
    const firstBlock = Math.max(0, Math.floor((offset - rows.offset) / rowBlockBytes));
    for (let block = firstBlock; end > rows.offset; block++) {
      const at = rows.offset + block * rowBlockBytes;
      if (at >= Math.min(end, rows.offset + rows.length)) break;
      const own = rowsOf(copy, block);
      const start = Math.max(at, offset);
      own.copy(bytes, start - offset, start - at, Math.min(own.length, end - at));
    }
  }

  let underWay = 0;
  async function getRange(name: string, from: number, length: number): Promise<Uint8Array> {
    const [, key = '', piece] = name.split('/');
    counts.gets++;
    if (underWay++ === 0) counts.rounds++;
    const offset = (piece === 'whole' ? 0 : Number(piece) * pieceBytes) + from;
    const bytes = Buffer.alloc(length);
    readSync(fileOf(copyOf(key)), bytes, 0, length, offset);
    if (!isBuilt) ownRows(copyOf(key), offset, bytes);
    counts.bytes += length;
    await setImmediate();
    underWay--;
    return bytes;
  }

  const sizeOf = (item: Item) =>
    Object.values(item).reduce<number>(
      (sum, value) => sum + (value instanceof Uint8Array ? value.length : JSON.stringify(value).length) + 8,
      0,
    );
  const table = {
    now: Date.now,
    get: async () => null,
    query: async ({ partition }: { partition: string }) => {
      counts.calls++;
      counts.readUnits += Math.ceil(currentBytes / 4096);
      return { items: partition === 'LOG' ? [current] : [], more: false };
    },
    getMany: async (keys: Key[], { consistent = false } = {}) => {
      const items = keys.map(itemOf);
      counts.calls += Math.ceil(keys.length / 100);
      for (const item of items) counts.readUnits += Math.ceil(sizeOf(item) / 4096) * (consistent ? 1 : 0.5);
      await setImmediate();
      return items;
    },
  };
  // Of table and bucket only what queries use.
  const store = { table, bucket: { getRange } } as unknown as Store;
  return { store, counts, head: base, current, copies, storyOf };
}
