/**
 * The index against the articles: every part of every segment is read, every article must be in a segment or in the log as
 * it is now, the terms under which a segment lists an article must be those of its texts, no segment may know an article
 * as it was before a takedown, and the counts must be right.
 */
import { crc32 } from 'node:zlib';
import { effective, placesOf } from '../article/article.ts';
import { allArticles, getKnownMany } from '../store/articles.ts';
import { dropsOf, readPurges } from '../store/purges.ts';
import { type Current, readLog, type SegmentInfo } from '../store/search-index.ts';
import { termsOfArticle } from './article-words.ts';
import { SegmentDamaged } from './bytes.ts';
import type { TermsVersion } from './fold.ts';
import { daysOf } from './histogram.ts';
import { readTexts } from './hydrate.ts';
import { makeIvTable } from './iv-table.ts';
import { makeCursor, rowWindows } from './merge.ts';
import { openInput } from './merge-index.ts';
import type { IndexerDeps } from './put-segment.ts';
import type { Kept } from './rebuild.ts';
import { makeSearch } from './search.ts';
import { checkHeader, countParts, headerBytes, ordinalsOf, type Row, readArchived, readHistogram } from './segment.ts';

export type IndexReport = {
  segments: number;
  articles: number;
  /** The faults, one sentence each. */
  problems: string[];
  /** The segments in which nothing is. */
  sound: Kept;
};

const articlesPerRead = 100;
/** Of an article: its `iv`, the highest in the index, and the highest in what is sound of that. */
const columns = { wanted: 0, reached: 1, kept: 2 };

export async function checkIndex(
  deps: IndexerDeps,
  onProgress: (done: number, of: number) => void,
): Promise<IndexReport> {
  const { store } = deps;
  const problems: string[] = [];
  // Articles first, then the log and what is current: what was an article's state by then is in one of them.
  const table = makeIvTable(3);
  for await (const articles of allArticles(store.table))
    for (const { id, iv } of articles) table.raise(id, columns.wanted, iv);
  const articles = table.size();
  const { entries, current } = await readLog(store.table, null);
  const purges = await purgesOf(store.table, current);
  const reach = (id: string, iv: number) => table.raise(id, columns.reached, iv);
  for (const { id, iv } of entries) reach(id, iv);
  const kept: SegmentInfo[] = [];
  const months = new Set<string>();
  let isCountable = true;
  for (const [n, info] of current.segments.entries()) {
    try {
      const { rows, sums, version, ...counted } = await readSegment(deps, info.key);
      for (const month of counted.months) months.add(month);
      const drops = dropsOf(purges, info.key);
      const { misplaced, bygone } = await wrongRows(deps, { segment: info.key, rows, sums, version, drops });
      const standing = rows.filter(({ id }) => !drops.has(id) && !bygone.includes(id));
      for (const { id, iv } of standing) reach(id, iv);
      problems.push(
        ...misplaced.map((id) => `segment ${info.key} lists article ${id} under other words than it has`),
        ...bygone.map((id) => `segment ${info.key} lists article ${id} as it was before it was taken down`),
      );
      if (misplaced.length > 0) isCountable = false;
      if (misplaced.length === 0 && bygone.length === 0) {
        kept.push(info);
        for (const { id, iv } of standing) table.raise(id, columns.kept, iv);
      }
    } catch (error) {
      if (!(error instanceof SegmentDamaged)) throw error;
      isCountable = false;
      problems.push(`segment ${info.key} is damaged: ${error.message}`);
    }
    onProgress(n + 1, current.segments.length);
  }
  const lost: string[] = [];
  for (const { id, numbers } of table.entries())
    if ((numbers[columns.reached] ?? 0) < (numbers[columns.wanted] ?? 0)) lost.push(id);
  problems.push(...lost.map((id) => `article ${id} is not in the index as it is now`));
  // Where segments are damaged or say something else than they should, the counts are wrong by that alone.
  if (isCountable && lost.length === 0) problems.push(...(await wrongCounts(deps, months)));
  const ivs = { get: (id: string) => table.get(id, columns.kept) || undefined };
  return { segments: current.segments.length, articles, problems, sound: { segments: kept, ivs } };
}

async function purgesOf(table: IndexerDeps['store']['table'], current: Current) {
  return [...(await readPurges(table)), ...current.purge];
}

/** All of a segment: its rows, for each row a sum over its terms, and the months that it counts. Throws SegmentDamaged. */
async function readSegment(deps: IndexerDeps, key: string) {
  const input = await openInput(deps, key);
  const { head, read } = input;
  checkHeader(await read({ offset: 0, length: headerBytes }));
  const rows: Row[] = [];
  for await (const some of rowWindows(input)) for (const row of some) rows.push(row);
  readArchived(await read(head.archived), head.docs);
  const sums = new Float64Array(head.docs);
  const cursor = await makeCursor(input);
  for (let n = 1; cursor.entry; n++) {
    const { term, list } = cursor.entry;
    const hash = crc32(term);
    for (const ordinal of ordinalsOf(list, cursor.listBytes(), head.docs)) sums[ordinal] = (sums[ordinal] ?? 0) + hash;
    const waits = cursor.next();
    if (waits) await waits;
    if (n % entriesPerTurn === 0) await deps.pause();
  }
  for (const part of countParts(head, () => true)) readHistogram(await read(part));
  return { rows, sums, version: head.termsVersion ?? 1, months: (head.months ?? []).map(([month]) => month) };
}

const entriesPerTurn = 2000;

type Checked = {
  segment: string;
  rows: Row[];
  sums: Float64Array;
  version: TermsVersion;
  drops: ReadonlySet<string>;
};

/**
 * Ids of articles that are as a row says, but listed under other terms or at another time than theirs; and of those that are
 * not there any more, or were not that far yet, though no takedown is about to take the row away.
 */
async function wrongRows(
  { store }: IndexerDeps,
  { segment, rows, sums, version, drops }: Checked,
): Promise<{ misplaced: string[]; bygone: string[] }> {
  const misplaced: string[] = [];
  const bygone: string[] = [];
  for (let at = 0; at < rows.length; at += articlesPerRead) {
    const some = rows.slice(at, at + articlesPerRead);
    const known = await getKnownMany(
      store.table,
      some.map(({ id }) => id),
    );
    const articles = [...known.values()].flatMap(({ article }) => article ?? []);
    const texts = await readTexts(store, articles);
    for (const [i, row] of some.entries()) {
      if (drops.has(row.id)) continue;
      const article = known.get(row.id)?.article;
      if (!article || article.iv < row.iv) bygone.push(row.id);
      const found = article && texts.get(row.id);
      if (!article || !found || article.iv !== row.iv) continue;
      let wanted = 0;
      for (const term of termsOfArticle(article, found, version)) wanted += crc32(Buffer.from(term));
      const isInPlace = Date.parse(effective(article).publishedAt) === row.sortMs;
      if (wanted !== sums[at + i] || !isInPlace) misplaced.push(row.id);
    }
  }
  return { misplaced, bygone: bygone.length === 0 ? [] : await withoutTakenDown(store, segment, bygone) };
}

/** Those of which neither the log nor what is current says, as they are by now, that they were taken down. */
async function withoutTakenDown({ table }: IndexerDeps['store'], segment: string, ids: string[]): Promise<string[]> {
  const { entries, current } = await readLog(table, null);
  if (!current.segments.some(({ key }) => key === segment)) return [];
  const purged = new Set(entries.filter(({ purge }) => purge).map(({ id }) => id));
  const drops = dropsOf(await purgesOf(table, current), segment);
  return ids.filter((id) => !purged.has(id) && !drops.has(id));
}

/**
 * Checks that the days of the calendar add up to the number of articles, a month at a time; only if the archive did not change meanwhile.
 * `months`: those that segments count.
 */
async function wrongCounts({ store, now }: IndexerDeps, months: ReadonlySet<string>): Promise<string[]> {
  const truth = new Map<string, number>();
  for await (const articles of allArticles(store.table)) {
    for (const article of articles) {
      for (const { day } of placesOf(article)) truth.set(day, (truth.get(day) ?? 0) + 1);
    }
  }
  const { counts } = makeSearch({ store, now });
  const byMonth = Map.groupBy(truth.keys(), monthOf);
  const wrong: string[] = [];
  for (const month of new Set([...byMonth.keys(), ...months])) {
    const days = daysOf((await counts((one) => one === month)).histogram);
    for (const day of new Set([...(byMonth.get(month) ?? []), ...days.keys()])) {
      // Old segments count all months in one.
      if (monthOf(day) !== month) continue;
      const counted = [...(days.get(day)?.values() ?? [])].reduce((a, b) => a + b, 0);
      const wanted = truth.get(day) ?? 0;
      if (counted !== wanted) wrong.push(`the calendar counts ${counted} articles on ${day}; there are ${wanted}`);
    }
  }
  return wrong;
}

function monthOf(day: string): string {
  return day.slice(0, 7);
}
