/** The stories of the benchmark `scale` by number: which of a segment it is, and of which segment. */
import { type BenchStory, seeded, storiesOf } from './corpus.ts';

export const quarterDocs = 65_536;
export const quarters = 4;
const startMs = Date.UTC(1990, 0, 1);
/** From one story to the next: a hundred million of them are thirty years. */
const stepMs = 10_000;
/** Of an object that holds a part of a segment's body. */
export const pieceBytes = 4 * 1024 * 1024;
export const segmentDocs = quarters * quarterDocs;
/** Lists as an archive of years has them: a segment is some weeks of it. */
export const segmentMs = segmentDocs * stepMs;
/** Segments that hold ten million stories. */
export const segmentsOf10M = 39;

/**
 * Story `n` of a segment, the same each time; its id tells its number, and which segment it is of. Segments that are copies of the first
 * have its texts at another time, `isBuilt` ones have their own.
 */
export function storyAt(sentences: string[][], n: number, copy = 0, isBuilt = false): BenchStory {
  const { value: story } = storiesOf(sentences, seeded((isBuilt ? copy * segmentDocs : 0) + n + 1)).next();
  const at = new Date(startMs + copy * segmentMs + n * stepMs).toISOString();
  if (!story) throw new Error('there is no story');
  return { ...story, id: idAt(n, copy), publishedAt: at, archivedAt: at };
}

export function idAt(n: number, copy: number): string {
  return `${copy.toString(36).padStart(4, '0')}-${n.toString(36).padStart(8, '0')}-benchmar`;
}

export function numbersOf(id: string): { copy: number; n: number } {
  const [copy = '', n = ''] = id.split('-');
  return { copy: Number.parseInt(copy, 36), n: Number.parseInt(n, 36) };
}
