/**
 * The search index at 100,000 stories on one machine, beside SQLite FTS5 on the same texts and queries in the same run:
 * whether answers equal a scan, how long they take, what a cold query reads, how large the index is, how fast it is made.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { textIdOf } from '../../functions/article/versions.ts';
import type { LogEvent } from '../../functions/log.ts';
import { facetsOf, searchableOf } from '../../functions/search/article-words.ts';
import { runIndexer } from '../../functions/search/index-log.ts';
import { type FoldedWords, foldWords, matchQuery } from '../../functions/search/match.ts';
import { parseQuery, type Query } from '../../functions/search/query-language.ts';
import { type Found, makeSearch, type SearchAnswer, type SearchRequest } from '../../functions/search/search.ts';
import { readHead } from '../../functions/search/segment.ts';
import { snippetOf } from '../../functions/search/snippet.ts';
import { type Filters, passes } from '../../functions/search/terms.ts';
import { articleItem, type Store, textItem } from '../../functions/store/articles.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { type Embedded, startEmbedded } from '../../functions/store/embedded.ts';
import { getSegmentHeads, logItem, readLog } from '../../functions/store/search-index.ts';
import { billedClients, timedClients } from '../support/faults.ts';
import { type RunningArchive, startProcess } from '../support/process.ts';
import {
  articleOf,
  type BenchStory,
  type Random,
  type RealDocument,
  realDocuments,
  seeded,
  stories,
  storyOf,
} from './corpus.ts';
import { anonymousMb, printTable, quantile, type Row } from './measure.ts';

const always = { from: '0000-01-01T00:00:00.000Z', to: '9999-12-31T23:59:59.999Z' };
const loadBatch = 1000;

type BenchQuery = { kind: string; q: string; filters: Filters; from: string; to: string };
type Corpus = { stories: BenchStory[]; words: FoldedWords[]; newestFirst: number[] };

/** `only`: how many stories, for a quick look. */
export async function bench(only: string[]): Promise<void> {
  const documents = realDocuments();
  if (!documents) {
    console.log('skipped: ../shared/data/documents is not there');
    return;
  }
  await answerReal(documents);
  const size = Number(only[0] ?? 100_000);
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  const dataDir = join(folder, 'data');
  const corpus = makeCorpus(documents, size);
  const queries = makeQueries(corpus);
  say(`${size} stories, ${queries.length} queries`);
  const rows: Row[] = [];
  const add = (found: Row[]) => {
    for (const { measure, figure } of found) say(`  ${measure}: ${figure}`);
    rows.push(...found);
  };
  const embedded = await startEmbedded(dataDir);
  add(await ingest(embedded, corpus));
  add(await inProcess(embedded, queries));
  await embedded.close();
  const archive = await startProcess({ DATA_DIR: dataDir, QUIET: '1' });
  add(await overHttp(archive, corpus, queries));
  archive.kill('SIGINT');
  await archive.ended;
  add(fts(folder, corpus, queries, 'trigram'));
  add(fts(folder, corpus, queries, 'unicode61'));
  rmSync(folder, { recursive: true, force: true });
  printTable(`Search at ${size} stories (Node ${process.version})`, rows);
}

/** Five queries over the real documents, with the first of their answers. */
async function answerReal(documents: RealDocument[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  const embedded = await startEmbedded(folder);
  const { store } = makeServices(embedded.clients, embedded.names);
  const byId = new Map(documents.map(storyOf).map((story) => [story.id, story]));
  await load(store, [...byId.values()]);
  await runIndexer({ store, now: Date.now, pause: setImmediate, log: () => undefined }, { force: true });
  const { search } = makeSearch({ store, now: Date.now });
  say(`\n${byId.size} real documents:`);
  const asked: [q: string, more: Partial<SearchRequest>][] = [
    ['習近平', {}],
    ['习近平', {}],
    ['台灣 選舉', {}],
    ['"言论自由"', {}],
    ['香港 警察', { from: '2019-06-01T00:00:00.000Z', to: '2020-12-31T23:59:59.999Z', filters: { site: 'nei.st' } }],
  ];
  for (const [q, more] of asked) {
    const request = { query: queryOf(q), filters: {}, ...always, order: 'newest' as const, limit: 100, after: null };
    const ids: string[] = [];
    const shown: string[] = [];
    let after: string | null = null;
    do {
      const { found, next }: SearchAnswer = await search({ ...request, ...more, after });
      for (const one of found) {
        ids.push(one.article.id);
        if (shown.length < 3) shown.push(lineOf(one, request.query));
      }
      after = next;
    } while (after !== null);
    const { site } = more.filters ?? {};
    say(
      `\n  q=${q}${more.from ? ` from=${more.from.slice(0, 10)} to=${more.to?.slice(0, 10)}` : ''}${site ? ` site=${site}` : ''}: ${ids.length} found`,
    );
    for (const line of shown) say(line);
  }
  say('');
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
}

function lineOf({ article, words }: Found, query: Query): string {
  const { text, ranges } = snippetOf(words.searchable.text ?? '', query);
  const [start, end] = ranges[0] ?? [0, 0];
  const piece = `${text.slice(Math.max(0, start - 12), start)}[${text.slice(start, end)}]${text.slice(end, end + 12)}`;
  return `    ${article.publishedAt?.slice(0, 10)} ${article.site} ${article.title?.slice(0, 40)}  …${piece.replaceAll('\n', ' ')}…`;
}

function say(text: string): void {
  console.log(text);
}

function makeCorpus(documents: { text: string }[], size: number): Corpus {
  const all: BenchStory[] = [];
  for (const story of stories(documents)) if (all.push(story) === size) break;
  const words = all.map((story) => foldWords(searchableOf(articleOf(story), story.text, [])));
  const position = ({ publishedAt, id }: BenchStory) => `${publishedAt}#${id}`;
  const newestFirst = [...all.keys()].sort((a, b) => {
    const [x, y] = [all[a], all[b]];
    return x && y && position(x) < position(y) ? 1 : -1;
  });
  return { stories: all, words, newestFirst };
}

/** 200 queries of the kinds that people ask, drawn from the texts. */
function makeQueries(corpus: Corpus): BenchQuery[] {
  const random = seeded(11);
  const story = () => pick(corpus.stories, random);
  const everything: Omit<BenchQuery, 'kind' | 'q'> = { filters: {}, ...always };
  const hanOf = (length: number) => {
    for (;;) {
      const { text } = story();
      const at = Math.floor(random() * (text.length - length));
      const piece = text.slice(at, at + length);
      if (new RegExp(`^\\p{sc=Han}{${length}}$`, 'u').test(piece)) return piece;
    }
  };
  const latin = () => {
    for (;;) {
      const found = story().text.match(/[A-Z][a-z]{3,}/);
      if (found) return found[0];
    }
  };
  const month = () => {
    const from = story().publishedAt;
    return { from, to: new Date(Date.parse(from) + 30 * 86_400_000).toISOString() };
  };
  const common = [
    '中国',
    '政府',
    '社会',
    '人民',
    '我们',
    '问题',
    '自由',
    '国家',
    '媒体',
    '他们',
    '香港',
    '法律',
    '历史',
    '北京',
    '記者',
  ];
  const kinds: [string, number, () => Partial<BenchQuery> & { q: string }][] = [
    ['two-character words', 40, () => ({ q: hanOf(2) })],
    ['common words', 30, () => ({ q: pick(common, random) })],
    ['two words', 25, () => ({ q: `${hanOf(2)} ${pick(common, random)}` })],
    ['names', 20, () => ({ q: story().title.split('：')[0]?.trim() ?? '' })],
    ['phrases', 20, () => ({ q: `"${hanOf(8)}"` })],
    ['prefixes', 15, () => ({ q: `${latin().slice(0, 4)}*` })],
    ['in a month', 20, () => ({ q: hanOf(2), ...month() })],
    ['of a site', 15, () => ({ q: pick(common, random), filters: { site: story().site } })],
    ['misses', 15, () => ({ q: `${hanOf(2)} ${latin()}xq` })],
  ];
  return kinds.flatMap(([kind, count, make]) =>
    Array.from({ length: count }, () => ({ ...everything, ...make(), kind })),
  );
}

async function ingest(embedded: Embedded, corpus: Corpus): Promise<Row[]> {
  const bill = billedClients(embedded.endpoints);
  const { store } = makeServices(bill.clients, embedded.names);
  const plain = makeServices(embedded.clients, embedded.names).store;
  const events: LogEvent[] = [];
  const deps = { store, now: Date.now, pause: setImmediate, log: (event: LogEvent) => events.push(event) };
  let indexMs = 0;
  let longestPause = 0;
  for (let at = 0; at < corpus.stories.length; at += loadBatch) {
    await load(plain, corpus.stories.slice(at, at + loadBatch));
    const began = performance.now();
    const watch = watchPauses();
    await runIndexer({ ...deps, pause: watch.pause });
    longestPause = Math.max(longestPause, watch.longest());
    indexMs += performance.now() - began;
  }
  const began = performance.now();
  await runIndexer(deps, { force: true });
  indexMs += performance.now() - began;
  const { current } = await readLog(plain.table, null);
  const heads = [
    ...(
      await getSegmentHeads(
        plain.table,
        current.segments.map(({ key }) => key),
      )
    ).values(),
  ].map(({ head }) => readHead(head));
  const total = (of: (head: (typeof heads)[number]) => number) => heads.reduce((sum, head) => sum + of(head), 0);
  const written = events.reduce((sum, { event, bytes }) => sum + (/indexed|merged/.test(event) ? Number(bytes) : 0), 0);
  const size = corpus.stories.length;
  const puts = bill.calls.PutObjectCommand ?? 0;
  return [
    {
      measure: 'into the index: tokens, segments, merges, the table’s reads and deletes among them',
      figure: `${((size * 1000) / indexMs).toFixed(0)} stories/s`,
      wanted: '500 stories/s',
    },
    { measure: '... longest time without a pause', figure: `${longestPause.toFixed(0)} ms`, wanted: '' },
    {
      measure: 'segments (documents)',
      figure: current.segments.map(({ docs }) => docs).join(', '),
      wanted: '',
    },
    {
      measure: 'index bytes a posting, all in; postings a story; bytes a story',
      figure: `${(total((head) => head.bytes) / total((head) => head.postings)).toFixed(2)}; ${(total((head) => head.postings) / size).toFixed(0)}; ${(total((head) => head.bytes) / size).toFixed(0)}`,
      wanted: '1.3',
    },
    {
      measure: 'write amplification: bytes written for segments / bytes of the index',
      figure: (written / total((head) => head.bytes)).toFixed(2),
      wanted: '',
    },
    {
      measure: 'write units of the index a story, its log entry (1) among them; S3 PUTs a story',
      figure: `${(1 + bill.writeUnits / size).toFixed(2)}; ${(puts / size).toFixed(4)}`,
      wanted: '2; .01',
    },
  ];
}

export async function load(store: Store, batch: BenchStory[]): Promise<void> {
  const items = batch.flatMap((story) => {
    const article = articleOf(story);
    return [
      { put: articleItem(article) },
      { put: textItem(story.id, textIdOf(story.text) ?? '', story.text) },
      { put: logItem({ id: story.id, iv: 1, was: [], purge: false }, Date.now()) },
    ];
  });
  const part = Math.ceil(items.length / 4);
  await Promise.all([0, 1, 2, 3].map((n) => store.table.writeMany(items.slice(n * part, (n + 1) * part))));
}

/** The longest that anything else had to wait for the indexer. */
function watchPauses(): { pause: () => Promise<void>; longest: () => number } {
  let last = performance.now();
  let longest = 0;
  return {
    async pause() {
      longest = Math.max(longest, performance.now() - last);
      await setImmediate();
      last = performance.now();
    },
    longest: () => longest,
  };
}

/** Without HTTP: what a cold query reads, and how much of a warm one is the store's time. */
async function inProcess(embedded: Embedded, queries: BenchQuery[]): Promise<Row[]> {
  const watch = timedClients(embedded.endpoints);
  const { store } = makeServices(watch.clients, embedded.names);
  const gets: number[] = [];
  const rounds: number[] = [];
  for (const query of queries.slice(0, 120)) {
    const { search } = makeSearch({ store, now: Date.now });
    watch.reset();
    await search(requestOf(query));
    gets.push(watch.s3Gets);
    rounds.push(watch.s3Rounds);
  }
  const { search } = makeSearch({ store, now: Date.now });
  for (const query of queries) await search(requestOf(query));
  const times: number[] = [];
  const storeTimes: number[] = [];
  for (const query of queries) {
    watch.reset();
    const began = performance.now();
    await search(requestOf(query));
    times.push(performance.now() - began);
    storeTimes.push(watch.ms);
  }
  const share = storeTimes.reduce((a, b) => a + b) / times.reduce((a, b) => a + b);
  return [
    {
      measure: 'a cold query: S3 reads, p50 / most; rounds of them that depend on each other, most',
      figure: `${quantile(gets, 0.5)} / ${Math.max(...gets)}; ${Math.max(...rounds)}`,
      wanted: '44; 3',
    },
    {
      measure: 'a warm query in process, p50 / p99; of that the store’s share',
      figure: `${quantile(times, 0.5).toFixed(1)} / ${quantile(times, 0.99).toFixed(1)} ms; ${(100 * share).toFixed(0)} %`,
      wanted: '',
    },
  ];
}

function requestOf({ q, filters, from, to }: BenchQuery) {
  return { query: queryOf(q), filters, from, to, order: 'newest' as const, limit: 20, after: null };
}

function queryOf(q: string): Query {
  const parsed = parseQuery(q);
  if ('problem' in parsed) throw new Error(`${q}: ${parsed.problem.detail}`);
  return parsed.query;
}

/** The ids that a scan of every text finds, newest first. */
const scanned = new Map<BenchQuery, string[]>();

function scan({ stories: all, words, newestFirst }: Corpus, asked: BenchQuery): string[] {
  const known = scanned.get(asked);
  if (known) return known;
  const { q, filters, from, to } = asked;
  const query = queryOf(q);
  const ids = newestFirst.flatMap((index) => {
    const [story, folded] = [all[index], words[index]];
    if (!story || !folded || story.publishedAt < from || story.publishedAt > to) return [];
    return passes(facetsOf(articleOf(story)), filters) && matchQuery(folded, query) ? [story.id] : [];
  });
  scanned.set(asked, ids);
  return ids;
}

async function overHttp(archive: RunningArchive, corpus: Corpus, queries: BenchQuery[]): Promise<Row[]> {
  const { equal, matches } = await compare(archive, corpus, queries);
  const times: number[] = [];
  const byKind = new Map<string, number[]>();
  for (let round = 0; round < 3; round++) {
    for (const query of queries) {
      const began = performance.now();
      await page(archive, query, 20, null);
      const took = performance.now() - began;
      times.push(took);
      byKind.set(query.kind, [...(byKind.get(query.kind) ?? []), took]);
    }
  }
  const mb = anonymousMb(archive.process.pid ?? 0);
  return [
    {
      measure: `answers equal to a scan of every text (${matches} matches, compared up to the 1,000th)`,
      figure: `${equal} of ${queries.length}`,
      wanted: 'all',
    },
    {
      measure: 'over HTTP, warm, 20 items with snippets, p50 / p99',
      figure: `${quantile(times, 0.5).toFixed(1)} / ${quantile(times, 0.99).toFixed(1)} ms`,
      wanted: '15 / 80 ms',
    },
    ...[...byKind].map(([kind, own]) => ({
      measure: `... ${kind}`,
      figure: `${quantile(own, 0.5).toFixed(1)} / ${quantile(own, 0.99).toFixed(1)} ms`,
      wanted: '',
    })),
    { measure: 'anonymous memory, embedded services included', figure: `${mb.toFixed(0)} MB`, wanted: '500 MB' },
  ];
}

async function compare(archive: RunningArchive, corpus: Corpus, queries: BenchQuery[]) {
  const most = 1000;
  let equal = 0;
  let matches = 0;
  for (const query of queries) {
    const wanted = scan(corpus, query);
    matches += wanted.length;
    const got: string[] = [];
    let cursor: string | null = null;
    do {
      const answer: { ids: string[]; next: string | null } = await page(archive, query, 100, cursor);
      got.push(...answer.ids);
      cursor = answer.next;
    } while (cursor !== null && got.length < most);
    const isWhole = cursor === null ? got.length === wanted.length : true;
    if (isWhole && got.every((id, i) => id === wanted[i])) equal++;
    else say(`  differs: ${query.kind} ${query.q}: ${got.length} found, ${wanted.length} by scan`);
  }
  return { equal, matches };
}

async function page(
  archive: RunningArchive,
  { q, filters, from, to }: BenchQuery,
  limit: number,
  cursor: string | null,
) {
  const parameters = new URLSearchParams({ q, limit: String(limit) });
  if (filters.site) parameters.set('site', filters.site);
  if (from !== always.from) parameters.set('from', from);
  if (to !== always.to) parameters.set('to', to);
  if (cursor) parameters.set('cursor', cursor);
  const response = await fetch(`${archive.url}/articles?${parameters}`);
  const answer = (await response.json()) as { items: { id: string }[]; next: string | null; partial?: boolean };
  if (!response.ok || answer.partial) throw new Error(`${q}: ${JSON.stringify(answer).slice(0, 300)}`);
  return { ids: answer.items.map(({ id }) => id), next: answer.next };
}

/** SQLite's own full-text index in this process, newest first by rowid, ids and snippet as ours. */
function fts(folder: string, corpus: Corpus, queries: BenchQuery[], tokenizer: string): Row[] {
  const file = join(folder, `${tokenizer}.sqlite`);
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE VIRTUAL TABLE story USING fts5(id UNINDEXED, site UNINDEXED, published UNINDEXED, title, text, tokenize = '${tokenizer}')`);
  const insert = db.prepare('INSERT INTO story (id, site, published, title, text) VALUES (?, ?, ?, ?, ?)');
  const began = performance.now();
  db.exec('BEGIN');
  for (const index of corpus.newestFirst.toReversed()) {
    const story = corpus.stories[index];
    if (story) insert.run(story.id, story.site, story.publishedAt, story.title, story.text);
  }
  db.exec('COMMIT');
  const perSecond = (corpus.stories.length * 1000) / (performance.now() - began);
  const ask = db.prepare(`SELECT id, snippet(story, 4, '[', ']', '…', 30) FROM story
    WHERE story MATCH ? AND published BETWEEN ? AND ? AND (? = '' OR site = ?) ORDER BY rowid DESC LIMIT 20`);
  const times: number[] = [];
  let equal = 0;
  for (const query of queries) {
    const words = query.q
      .split(' ')
      .map((word) => (word.endsWith('*') ? `"${word.slice(0, -1)}" *` : `"${word.replaceAll('"', '')}"`));
    const site = query.filters.site ?? '';
    const start = performance.now();
    const found = ask.all(words.join(' '), query.from, query.to, site, site) as { id: string }[];
    times.push(performance.now() - start);
    const wanted = scan(corpus, query).slice(0, 20);
    if (found.length === wanted.length && found.every(({ id }, i) => id === wanted[i])) equal++;
  }
  db.close();
  return [
    {
      measure: `SQLite FTS5 ${tokenizer}, in process: p50 / p99; first pages equal to a scan; MB; stories/s`,
      figure: `${quantile(times, 0.5).toFixed(1)} / ${quantile(times, 0.99).toFixed(1)} ms; ${equal} of ${queries.length}; ${(statSync(file).size / 1e6).toFixed(0)} MB; ${perSecond.toFixed(0)}`,
      wanted: '',
    },
  ];
}

function pick<T>(list: readonly T[], random: Random): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}
