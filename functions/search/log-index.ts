/**
 * An index of a long log in memory: segments that are in no bucket. Without it, each query would compare all words of the log, and read
 * again those that memory has no room for. It is made beside the queries, which compare what it does not have yet.
 */
import { setImmediate } from 'node:timers/promises';
import { makeBuilder } from './build.ts';
import type { ByteCache } from './byte-cache.ts';
import { newestTerms } from './fold.ts';
import type { Words } from './hydrate.ts';
import type { LogDoc, LogDocs } from './log-docs.ts';
import { makeSegmentReader, type OpenSegment, type SegmentReader } from './segment-reader.ts';
import { inTurns } from './steps.ts';
import { writeTerms } from './terms.ts';

/** Fewer than these are compared one by one. */
const leastLoose = 1024;
const docsPerPiece = 2048;
const docsPerTurn = 20;
const maxBytes = 128 * 1024 * 1024;

export type Piece = { segment: OpenSegment; reader: SegmentReader; bytes: number; ids: string[] };
type ReadWords = (docs: LogDoc[]) => Promise<ReadonlyMap<string, Words>>;

const uncached: ByteCache<Uint8Array> = { get: (_key, make) => make(), peek: () => undefined, bytes: () => 0 };

export function makeLogIndex(readWords: ReadWords) {
  let pieces: Piece[] = [];
  /** As what each article is in a piece. */
  const placed = new Map<string, { iv: number; archivedMs: number; piece: Piece }>();
  let making: Promise<void> | null = null;
  let made = 0;

  function isIndexed({ id, iv, archivedMs }: LogDoc): boolean {
    const place = placed.get(id);
    return place?.iv === iv && place.archivedMs === archivedMs;
  }

  /** Begins to index what is loose, if that is worth it and nothing is under way. */
  function grow(log: LogDocs): void {
    const bytes = pieces.reduce((total, piece) => total + piece.bytes, 0);
    if (making !== null || log.loose.size < leastLoose || bytes > maxBytes) return;
    // Words that cannot be read now are compared, and tried again, by the next query.
    making = makePiece(log)
      .catch(() => undefined)
      .finally(() => {
        making = null;
      });
  }

  async function makePiece(log: LogDocs): Promise<void> {
    forgetOld(log);
    const wanted = [...log.loose.values()].slice(0, docsPerPiece);
    const builder = makeBuilder(newestTerms);
    const added: LogDoc[] = [];
    for (let at = 0; at < wanted.length; at += docsPerTurn) {
      const some = wanted.slice(at, at + docsPerTurn);
      const words = await readWords(some);
      for (const doc of some) {
        const own = words.get(doc.id);
        if (!own) continue;
        const { id, textId, iv, archivedMs, positions } = doc;
        const sortMs = Date.parse(positions.newest.slice(0, positions.newest.indexOf('#')));
        builder.add({ id, textId, iv, sortMs, archivedMs }, (sink) =>
          writeTerms(sink, { words: own.searchable, facets: doc.facets }),
        );
        added.push(doc);
      }
      await setImmediate();
    }
    const { head, body } = await inTurns(builder.finish(new Map()), () => setImmediate());
    const key = String(made++);
    const reader = makeSegmentReader(
      async (_key, { offset, length }) => body.subarray(offset, offset + length),
      uncached,
    );
    const piece = { segment: { key, head }, reader, bytes: body.length, ids: added.map(({ id }) => id) };
    pieces = [...pieces, piece];
    for (const { id, iv, archivedMs } of added) {
      placed.set(id, { iv, archivedMs, piece });
      if (log.loose.get(id)?.iv === iv) log.loose.delete(id);
    }
  }

  /** Pieces of which little is in the log any more go, and what they had is loose. */
  function forgetOld({ docs, loose }: LogDocs): void {
    for (const piece of pieces) {
      const standing = piece.ids
        .flatMap((id) => docs.get(id) ?? [])
        .filter((doc) => placed.get(doc.id)?.piece === piece);
      if (standing.filter(isIndexed).length >= piece.ids.length / 4) continue;
      pieces = pieces.filter((one) => one !== piece);
      for (const id of piece.ids) if (placed.get(id)?.piece === piece) placed.delete(id);
      for (const doc of standing) loose.set(doc.id, doc);
    }
  }

  return {
    isIndexed,
    /** What is indexed; not all of it may be in the log any more, or as it was. */
    pieces: () => pieces,
    grow,
    /** Resolves when nothing is being made. */ settled: async () => making,
  };
}
