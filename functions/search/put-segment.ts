/** A segment into the store: its body into the bucket, its head into the table. Listed, and so visible, it is only by what is current. */
import { type Article, effective } from '../article/article.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/articles.ts';
import { markIndex } from '../store/format.ts';
import { putSegmentHead, type SegmentInfo } from '../store/search-index.ts';
import { makeBodyWriter } from '../store/segment-bodies.ts';
import { type Row, type Segment, writeHead } from './segment.ts';

export type IndexerDeps = {
  store: Store;
  now: () => number;
  /** Lets others run between two pieces of work. */
  pause: () => Promise<void>;
  log: Log;
};

/** `log`: the entries of the log that it was made of. `body`: where what was made of the body before has gone. */
export async function putSegment(
  store: Store,
  {
    key,
    segment,
    log,
    body = makeBodyWriter(store.bucket, key),
  }: { key: string; segment: Segment; log: string[]; body?: ReturnType<typeof makeBodyWriter> },
): Promise<void> {
  // Before anything of the new version can be listed: older code would misread it.
  await markIndex(store.table);
  await body.write(segment.body);
  await body.end();
  await putSegmentHead(store.table, { key, head: writeHead(segment.head), log });
}

export function infoOf(key: string, { head }: Segment): SegmentInfo {
  const { docs, bytes, blocks, rowTimes, termsVersion } = head;
  const times = { minSortMs: rowTimes.at(-1) ?? 0, maxSortMs: rowTimes[0] ?? 0 };
  return { key, docs, bytes, ...times, blocks: blocks.length, ...(termsVersion === undefined ? {} : { termsVersion }) };
}

export function rowOf(article: Article): Row {
  const { id, textId, iv, firstArchivedAt } = article;
  const sortMs = Date.parse(effective(article).publishedAt);
  return { id, textId, iv, sortMs, archivedMs: Date.parse(firstArchivedAt) };
}
