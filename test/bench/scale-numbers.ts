/** The stories of the benchmark `scale` by number: which of all it is, and in which copy of the one real segment. */
import { type BenchStory, seeded, storiesOf } from './corpus.ts';

export const quarterDocs = 65_536;
export const quarters = 4;
const startMs = Date.UTC(1990, 0, 1);
/** From one story to the next: a hundred million of them are thirty years. */
const stepMs = 10_000;
/** Lists as an archive of years has them: a segment is some weeks of it. */
export const segmentMs = quarters * quarterDocs * stepMs;

/** Story `n` of all, the same each time; its id tells its number, and of which copy of the segment it is. */
export function storyAt(sentences: string[][], n: number, copy = 0): BenchStory {
  const { value: story } = storiesOf(sentences, seeded(n + 1)).next();
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
