/**
 * Segments whose terms were made by older rules -> segments of the newest, a few articles at a time, while the archive goes on. Each
 * piece is listed once it is made, with how far the old segment is renewed: killed anywhere, it goes on from there. An article that is
 * in an old segment and in a new one is found once. When none is old any more, the counts are made anew.
 */
import { toIso } from '../article/times.ts';
import { getKnownMany } from '../store/articles.ts';
import { countedBy, markCounted } from '../store/format.ts';
import { lastPurgedKey, pendingIn, readPurges } from '../store/purges.ts';
import { newSegmentKey, readLog, type SegmentInfo } from '../store/search-index.ts';
import { writerOf } from './article-words.ts';
import { makeBuilder } from './build.ts';
import { newestTerms } from './fold.ts';
import type { Histogram } from './histogram.ts';
import { readTexts } from './hydrate.ts';
import { type MergeInput, readRowBlock, readWholeHistogram } from './merge.ts';
import { change, openInput } from './merge-index.ts';
import { type IndexerDeps, infoOf, putSegment, rowOf } from './put-segment.ts';
import { nothingKept, rebuildIndex } from './rebuild.ts';
import { type Row, rowsPerBlock } from './segment.ts';
import { inTurns } from './steps.ts';

const articlesPerRead = 50;
const blocksPerSegment = 4;

export function isOld({ termsVersion = 1 }: SegmentInfo): boolean {
  return termsVersion < newestTerms;
}

/** Whether anything is left to renew. */
export async function isIndexOld({ store }: Pick<IndexerDeps, 'store'>): Promise<boolean> {
  const { current } = await readLog(store.table, '~');
  return current.segments.some(isOld) || (await countedBy(store.table)) < newestTerms;
}

/** Renews all that is old. `pause` comes between any two reads of fifty articles; what it throws ends the work. How many articles there were. */
export async function renewIndex(deps: IndexerDeps): Promise<number> {
  let articles = 0;
  for (;;) {
    const { current } = await readLog(deps.store.table, '~');
    const old = current.segments.find(isOld);
    if (!old) break;
    articles += await renewPiece(deps, old);
  }
  if ((await countedBy(deps.store.table)) < newestTerms) {
    const { current } = await readLog(deps.store.table, '~');
    // What was counted by days only, and what was not counted once. All segments stay.
    if (current.segments.length > 0) await rebuildIndex(deps, { ...nothingKept, countsOnly: true }, () => undefined);
    await markCounted(deps.store.table, newestTerms);
  }
  return articles;
}

/** Renews the next rows of a segment, or takes the segment off when all are; how many articles that were. */
async function renewPiece(deps: IndexerDeps, old: SegmentInfo): Promise<number> {
  const { store, now } = deps;
  const { current } = await readLog(store.table, '~');
  // Before the articles are read: what is taken down after that is committed with a greater key.
  const key = newSegmentKey(current, now(), await lastPurgedKey(store.table));
  const gone = new Set(pendingIn(await readPurges(store.table), { key: old.key }).map(({ id }) => id));
  const input = await openInput(deps, old.key);
  const from = old.renewedTo ?? 0;
  const to = Math.min(from + blocksPerSegment * rowsPerBlock, old.docs);
  const rows = (await rowsBetween(input, from, to)).filter(({ id }) => !gone.has(id));
  const builder = makeBuilder(newestTerms);
  for (let at = 0; at < rows.length; at += articlesPerRead) {
    await addArticles(deps, { rows: rows.slice(at, at + articlesPerRead), builder });
    await deps.pause();
  }
  const isLast = to >= old.docs;
  const histogram: Histogram = isLast ? await readWholeHistogram(input) : new Map();
  const isEmpty = builder.docs() === 0 && histogram.size === 0;
  const segment = isEmpty ? null : await inTurns(builder.finish(histogram), deps.pause);
  if (segment) await putSegment(store, { key, segment, log: [] });
  await change(deps, (listed) => {
    const standing = listed.segments.find((one) => one.key === old.key);
    if (!standing || (standing.renewedTo ?? 0) !== from) return null;
    const others = listed.segments.filter((one) => one !== standing);
    const made = segment ? [infoOf(key, segment)] : [];
    if (!isLast) return { ...listed, segments: [...others, { ...standing, renewedTo: to }, ...made] };
    const garbage = [...listed.garbage, { key: old.key, since: toIso(now()) }];
    return { ...listed, segments: [...others, ...made], garbage };
  });
  return builder.docs();
}

async function rowsBetween(input: MergeInput, from: number, to: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (let at = from; at < to; at += rowsPerBlock) rows.push(...(await readRowBlock(input, at / rowsPerBlock)));
  return rows;
}

/** Those that are still as the old segment has them: the others have a newer row, or are in the log. */
async function addArticles(
  { store }: IndexerDeps,
  { rows, builder }: { rows: Row[]; builder: ReturnType<typeof makeBuilder> },
): Promise<void> {
  const known = await getKnownMany(
    store.table,
    rows.map(({ id }) => id),
  );
  const articles = rows.flatMap(({ id, iv }) => {
    const article = known.get(id)?.article;
    return article?.iv === iv ? [article] : [];
  });
  const texts = await readTexts(store, articles);
  for (const article of articles) {
    const found = texts.get(article.id);
    if (found) builder.add(rowOf(article), writerOf(article, found));
  }
}
