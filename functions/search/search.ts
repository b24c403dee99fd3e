/**
 * The search engine: a query, filters, a span of time -> the articles that match, in order, and where to go on. The index
 * proposes candidates, the table has the articles, and the text decides. Work is bounded: past the bounds the answer is the
 * page so far, and a position from which the next request goes on.
 */
import type { Article } from '../article/article.ts';
import { type Store, timePosition } from '../store/articles.ts';
import { readBodyPart } from '../store/segment-bodies.ts';
import { facetsOf } from './article-words.ts';
import { makeByteCache } from './byte-cache.ts';
import { countArticles } from './count-articles.ts';
import { newestTerms } from './fold.ts';
import type { Histogram } from './histogram.ts';
import { makeHydrator, type Words } from './hydrate.ts';
import { type LogDoc, makeLogDocs } from './log-docs.ts';
import { makeLogIndex, type Piece } from './log-index.ts';
import { isOutdated, type LogView, makeLogView } from './log-view.ts';
import { type Match, matchQuery } from './match.ts';
import { makeSegments, type OnDamage } from './open-segments.ts';
import { type Plan, planOf } from './plan.ts';
import type { Query } from './query-language.ts';
import { type Budget, type LazySegment, makeSegmentReader, type OpenSegment } from './segment-reader.ts';
import {
  type Candidate,
  listStream,
  mayHave,
  type Order,
  type Span,
  segmentStream,
  takeCandidates,
} from './streams.ts';
import { type Filters, passes } from './terms.ts';

export type SearchRequest = {
  query: Query | null;
  filters: Filters;
  order: Order;
  /** RFC 3339, inclusive. */
  from: string;
  to: string;
  limit: number;
  /** The position after which to go on. */
  after: string | null;
};

export type Found = { article: Article; match: Match; words: Words };
export type SearchAnswer = {
  found: Found[];
  /** The start of the next page; null after the last page. */
  next: string | null;
  /** Segments that could not be read, with what is wrong: the answer lacks what only they know. */
  damaged: { segment: string; detail: string }[];
};

export type SearchLimits = { candidates: number; gets: number; ms: number };
export type SearchDeps = {
  store: Store;
  now: () => number;
  limits?: Partial<SearchLimits> | undefined;
  cacheBytes?: { parts: number; words: number } | undefined;
};

export type Search = ReturnType<typeof makeSearch>;

const defaultLimits: SearchLimits = { candidates: 300, gets: 64, ms: 3000 };
/** Together well under what is left of the 500 MB that an archive of 100,000 stories may take. */
const defaultCacheBytes = { parts: 48 * 1024 * 1024, words: 24 * 1024 * 1024 };
const maxBatch = 25;
/** Articles of the log whose words have room in memory; the others are read in their turn, if that comes. */
const maxCompared = 4000;

export function makeSearch({ store, now, limits: given, cacheBytes = defaultCacheBytes }: SearchDeps) {
  const limits = { ...defaultLimits, ...given };
  const view = makeLogView(store.table);
  const openSegments = makeSegments(store.table, cacheBytes.parts / 2);
  const parts = makeByteCache<Uint8Array>(cacheBytes.parts, (bytes) => bytes.length + 100);
  const reader = makeSegmentReader((key, part) => readBodyPart(store.bucket, key, part), parts);
  const hydrator = makeHydrator(store, cacheBytes.words);
  const logIndex = makeLogIndex((docs) => hydrator.words(docs));
  const logDocs = makeLogDocs(store.table, logIndex.isIndexed);

  async function search(request: SearchRequest): Promise<SearchAnswer> {
    const began = now();
    const budget: Budget = { gets: 0 };
    /** Reads of memory are not counted. */
    const inMemory: Budget = { gets: 0 };
    const isSpent = () => budget.gets >= limits.gets || now() - began >= limits.ms;
    const span: Span = {
      order: request.order,
      fromMs: Date.parse(request.from),
      toMs: Date.parse(request.to),
      after: request.after,
    };
    const log = await view();
    const { damaged, onDamage } = makeDamage();
    const [segments, { loose, pieces }] = await Promise.all([
      request.order === 'archived'
        ? openSegments.all(log, onDamage)
        : openSegments.lazy(log, (one) => mayHave(span, one)),
      logCandidates(log, request),
    ]);
    const plans = new Map<number, Plan>();
    const planFor = (segment: OpenSegment | LazySegment): Plan => {
      const { termsVersion } = 'head' in segment ? segment.head : segment.info;
      const version = termsVersion === undefined ? 1 : newestTerms;
      const plan = plans.get(version) ?? planOf(request.query, request.filters, version);
      plans.set(version, plan);
      return plan;
    };
    const streams = [
      listStream(loose, span),
      ...pieces.map(({ segment, reader: own }) =>
        segmentStream(own, segment, { plan: planFor(segment), span, budget: inMemory, onDamage }),
      ),
      ...segments.map((segment) => segmentStream(reader, segment, { plan: planFor(segment), span, budget, onDamage })),
    ];
    const found: Found[] = [];
    const seen = new Set<string>();
    let examined = 0;
    let position = request.after;
    const answer = (next: string | null): SearchAnswer => ({
      found: found.slice(0, request.limit),
      next: found.length > request.limit ? positionOf(found[request.limit - 1], request.order) : next,
      damaged: damaged(),
    });
    for (;;) {
      // One more than asked for is how we know that there is a next page.
      const room = Math.min(maxBatch, limits.candidates - examined, request.limit + 1 - found.length);
      const { candidates, stop } = await takeCandidates(streams, request, { count: room, isSpent });
      examined += candidates.length;
      position = candidates.at(-1)?.position ?? position;
      const fresh = candidates.filter((one) => !seen.has(one.id) && !isOutdated(log, one));
      for (const one of await examine(fresh, request)) {
        if (seen.has(one.article.id)) continue;
        seen.add(one.article.id);
        found.push(one);
      }
      if (found.length > request.limit || stop?.reason === 'end') return answer(null);
      if (stop) return answer(stop.position);
      if (examined >= limits.candidates) return answer(position);
    }
  }

  /** The candidates that stand where the index says, and match as they are now. */
  async function examine(candidates: Candidate[], { query, filters, order }: SearchRequest): Promise<Found[]> {
    if (candidates.length === 0) return [];
    const hydrated = await hydrator.hydrate(candidates, { words: query !== null });
    return candidates.flatMap(({ id, position }) => {
      const one = hydrated.get(id);
      if (!one || timePosition(one.article, order) !== position) return [];
      const facets = facetsOf(one.article);
      if (!passes(facets, filters)) return [];
      const match: Match | null = query ? matchQuery(one.words.folded, query, facets) : { in: 'current' };
      return match ? [{ ...one, match }] : [];
    });
  }

  /**
   * The articles that changed since the segments were made, as they are now, of those that may match. The words of some are in memory, and
   * are compared before the table is asked again.
   */
  async function logCandidates(
    log: LogView,
    { query, filters, order }: SearchRequest,
  ): Promise<{ loose: Candidate[]; pieces: Piece[] }> {
    const docs = await logDocs(log);
    // Both at once: what is indexed meanwhile goes from one to the other.
    const pieces = logIndex.pieces();
    const loose = [...docs.loose.values()].filter((doc) => passes(doc.facets, filters));
    logIndex.grow(docs);
    const compared = query ? await withMatch(loose.slice(0, maxCompared), query) : loose.slice(0, maxCompared);
    const candidates = [...compared, ...loose.slice(maxCompared)];
    return {
      loose: candidates.map(({ id, iv, archivedMs, textId, positions }) => ({
        id,
        iv,
        archivedMs,
        textId,
        position: positions[order],
      })),
      pieces,
    };
  }

  async function withMatch(docs: LogDoc[], query: Query): Promise<LogDoc[]> {
    const hydrated = await hydrator.words(docs);
    return docs.filter(({ id, facets }) => {
      const words = hydrated.get(id);
      return words && matchQuery(words.folded, query, facets) !== null;
    });
  }

  type Counts = { histogram: Histogram; damaged: SearchAnswer['damaged'] };

  /** The counts of some months, and the totals, from all segments and the log. */
  async function counts(isWanted: (month: string) => boolean): Promise<Counts> {
    const log = await view();
    const { damaged, onDamage } = makeDamage();
    const segments = await openSegments.forCounts(log, onDamage);
    const { docs } = await logDocs(log);
    const counted = { table: store.table, reader, log, segments, docs };
    return { histogram: await countArticles(counted, { isWanted, onDamage }), damaged: damaged() };
  }

  return { search, counts, settled: logIndex.settled };
}

/** The parts of the index that one request could not read. */
function makeDamage(): { damaged: () => SearchAnswer['damaged']; onDamage: OnDamage } {
  const details = new Map<string, string>();
  return {
    onDamage: (segment, error) => details.set(segment, error.message),
    damaged: () => [...details].map(([segment, detail]) => ({ segment, detail })),
  };
}

function positionOf(found: Found | undefined, order: Order): string | null {
  return found ? timePosition(found.article, order) : null;
}
