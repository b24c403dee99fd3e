/** What the frame of each page says of the archive: its counts, what needs somebody, and what is on its way. */

import { type Article, isListed } from '../article/article.ts';
import { isPending } from '../capture/plan.ts';
import { hourMs } from '../durations.ts';
import { getArticles } from '../store/articles.ts';
import { type Capture, listCaptures } from '../store/captures.ts';
import { dismissedCaptures } from '../store/dismissed.ts';
import { type FollowedFeed, listFeeds } from '../store/feeds.ts';
import type { Counts } from './counts.ts';
import type { Frame } from './page.ts';
import type { ReaderDeps } from './reader-deps.ts';

export type Attention = {
  failed: Capture[];
  /** Pages that were kept and hold no story. */
  without: { capture: Capture; article: Article }[];
  feeds: FollowedFeed[];
  /** Captures that were asked for hours ago and are not done. */
  waiting: Capture[];
  pending: number;
  dismissed: number;
  /** True where older captures were not looked at. */
  isCut: boolean;
};

/** Captures that are looked at: the newest so many. */
const maxLooked = 300;
const pageSize = 100;
const maxFeeds = 500;
/** A capture that waits for longer than this is worth a look. */
const longMs = 6 * hourMs;
/** The badge is no clock: what it counts is read at most so often. */
const freshMs = 5000;

export async function readAttention({ store: { table }, now }: Pick<ReaderDeps, 'store' | 'now'>): Promise<Attention> {
  const captures: Capture[] = [];
  let isCut = false;
  for (let after: string | null = null; captures.length < maxLooked; ) {
    const { rows, more } = await listCaptures(table, { after, limit: pageSize });
    captures.push(...rows.flatMap(({ capture }) => capture ?? []));
    after = rows.at(-1)?.position ?? null;
    isCut = more;
    if (!more || after === null) break;
  }
  const [dismissed, { feeds }] = await Promise.all([
    dismissedCaptures(table),
    listFeeds(table, { after: null, limit: maxFeeds }),
  ]);
  // Of a URL that was asked for again, only the newest attempt counts.
  const newest = [
    ...new Map(captures.toReversed().map((capture) => [capture.id.slice(0, 22), capture])).values(),
  ].reverse();
  const open = newest.filter(({ id }) => !dismissed.has(id));
  const failed = open.filter(({ state }) => state.status === 'failed' && needsSomebody(state));
  const succeeded = open.flatMap((capture) =>
    capture.state.status === 'succeeded' ? [{ capture, id: capture.state.article }] : [],
  );
  const articles = await getArticles(table, [...new Set(succeeded.map(({ id }) => id))]);
  const without = new Map<string, { capture: Capture; article: Article }>();
  for (const { capture, id } of succeeded) {
    const article = articles.get(id);
    if (article && !without.has(id) && lacksStory(article)) without.set(id, { capture, article });
  }
  return {
    failed,
    without: [...without.values()],
    feeds: feeds.filter(isInTrouble),
    waiting: open.filter((capture) => isPending(capture) && now() - Date.parse(capture.createdAt) > longMs),
    pending: captures.filter(isPending).length,
    dismissed: newest.filter(({ id }) => dismissed.has(id)).length,
    isCut,
  };
}

/** A story that its site took down has a ledger of its own, and what was taken down here is nobody's task. */
function needsSomebody({ problem, article }: Extract<Capture['state'], { status: 'failed' }>): boolean {
  const { code } = problem;
  return (
    code !== 'taken-down' && code !== 'removed' && !(article !== null && (code === 'not-found' || code === 'gone'))
  );
}

function lacksStory(article: Article): boolean {
  return !isListed(article) || article.wordCount === 0 || article.kind === 'stub';
}

export function isInTrouble({ problem, failures, endedAt, format }: FollowedFeed): boolean {
  return problem !== null && (failures >= 3 || endedAt !== null || format === null);
}

export function makeFrame(deps: ReaderDeps) {
  let read: { atMs: number; attention: Promise<Attention> } | null = null;

  async function attention({ isFresh = false } = {}): Promise<Attention> {
    const nowMs = deps.now();
    if (read === null || isFresh || nowMs - read.atMs > freshMs || nowMs < read.atMs) {
      const made = { atMs: nowMs, attention: readAttention(deps) };
      read = made;
      // What failed is not kept; whoever waits for it is told.
      made.attention.catch(() => {
        if (read === made) read = null;
      });
    }
    return read.attention;
  }

  async function frame(counts: Counts): Promise<Frame> {
    const { failed, without, feeds, waiting, pending } = await attention();
    return {
      stories: counts.stories,
      sites: counts.sites.length,
      attention: failed.length + without.length + feeds.length + waiting.length,
      pending,
      version: deps.version,
    };
  }

  return { attention, frame };
}
