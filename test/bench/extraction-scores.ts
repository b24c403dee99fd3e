/** What a reader says of a page of ../shared/data against what is true of it -> scores, and the figures that a set of pages has. */

/** What a reader says of a page; what it does not read is left out. */
export type Reading = {
  text?: string | null;
  title?: string | null;
  authors?: string[];
  time?: string | null;
  isArticle?: boolean;
};
export type Truth = Record<string, unknown>;

/** Of one page: a share, or what is added up over all pages. `null`: of nothing there is no share. */
type Score =
  | number
  | { precision: number | null; recall: number | null }
  | { right: number; wrong: number; missed: number };
export type Scores = Record<string, Score>;

/** For each set the measures in the order of their columns, each with what it makes of a page. */
const measures: Record<string, Record<string, (truth: Truth, reading: Reading) => Score | null>> = {
  bodies: { 'shingle F1': shingles },
  types: {
    'word F1': ({ type, text }, reading) =>
      type === 'article' && reading.text !== undefined ? wordF1(said(text), reading.text ?? '') : null,
    title: onArticles(title(loosely)),
    authors: onArticles(someAuthor),
    day: onArticles(day),
    'articles told': ({ type }, { isArticle }) =>
      type === 'article' && isArticle !== undefined ? Number(isArticle) : null,
    'lists told': ({ type }, { isArticle }) =>
      (type === 'listing' || type === 'collection') && isArticle !== undefined ? Number(!isArticle) : null,
  },
  snippets: { F1: sentences, title: title(exactly), authors, day },
  publishers: { 'body F1': shingles, title: title(exactly), authors, time },
  dates: { F1: dated, accuracy: day },
};

export const sets = Object.keys(measures);

/** Those that the truth or the reader says nothing of are left out. */
export function scoresOf(set: string, truth: Truth, reading: Reading): Scores {
  const found = Object.entries(measures[set] ?? {}).map(([name, judge]) => [name, judge(truth, reading)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, Score] => entry[1] !== null));
}

export function measuresOf(set: string): string[] {
  return Object.keys(measures[set] ?? {});
}

/** One figure of many pages; null where none has a score. */
export function figureOf(scores: Score[]): number | null {
  if (scores.length === 0) return null;
  const means = scores.filter((score) => typeof score === 'object' && 'precision' in score);
  if (means.length > 0) return f1(mean(means.map((each) => each.precision)), mean(means.map((each) => each.recall)));
  const sums = scores.filter((score) => typeof score === 'object' && 'right' in score);
  if (sums.length === 0) return mean(scores.filter((score) => typeof score === 'number'));
  const sum = (key: 'right' | 'wrong' | 'missed') => sums.reduce((all, each) => all + each[key], 0);
  return (2 * sum('right')) / Math.max(1, 2 * sum('right') + sum('wrong') + sum('missed'));
}

/** Runs of four words as bags, as the benchmark of article extraction counts. A page without a text counts only for what is added. */
function shingles({ text }: Truth, reading: Reading): Score | null {
  if (reading.text === undefined) return null;
  const [want, got] = [runsOf(said(text)), runsOf(reading.text ?? '')];
  let both = 0;
  for (const [run, count] of want) both += Math.min(count, got.get(run) ?? 0);
  const size = (bag: Map<string, number>) => [...bag.values()].reduce((sum, count) => sum + count, 0);
  const share = (all: number) => (all === 0 ? null : both / all);
  return { precision: share(size(got)), recall: share(size(want)) };
}

function runsOf(text: string, length = 4): Map<string, number> {
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? [];
  const bag = new Map<string, number>();
  const ends = words.length < length ? [words.length] : words.slice(length - 1).map((_, i) => i + length);
  for (const end of words.length === 0 ? [] : ends) {
    const run = words.slice(Math.max(0, end - length), end).join(' ');
    bag.set(run, (bag.get(run) ?? 0) + 1);
  }
  return bag;
}

/** Of words as bags, as WCXB counts. */
function wordF1(want: string, got: string): number {
  const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  const [a, b] = [words(want), words(got)];
  const left = new Map<string, number>();
  for (const word of a) left.set(word, (left.get(word) ?? 0) + 1);
  let both = 0;
  for (const word of b) {
    const count = left.get(word) ?? 0;
    if (count > 0) both++;
    left.set(word, count - 1);
  }
  return a.length + b.length === 0 ? 1 : (2 * both) / (a.length + b.length);
}

/** Sentences that must be in the text, and those that must not. */
function sentences(truth: Truth, reading: Reading): Score | null {
  if (reading.text === undefined) return null;
  const text = exactly(reading.text);
  const isIn = (sentence: string) => text.includes(exactly(sentence));
  const right = listOf(truth.with).filter(isIn).length;
  return { right, missed: listOf(truth.with).length - right, wrong: listOf(truth.without).filter(isIn).length };
}

function title(as: (text: unknown) => string) {
  return (truth: Truth, reading: Reading): Score | null =>
    said(truth.title) === '' || reading.title === undefined ? null : Number(as(truth.title) === as(reading.title));
}

/** The same people, whatever their order. */
function authors(truth: Truth, reading: Reading): Score | null {
  if (!Array.isArray(truth.authors) || reading.authors === undefined) return null;
  const list = (names: string[]) => names.map(exactly).toSorted().join('\n');
  return Number(list(listOf(truth.authors)) === list(reading.authors));
}

/** One name is all that this truth has. */
function someAuthor(truth: Truth, reading: Reading): Score | null {
  if (said(truth.author) === '' || reading.authors === undefined) return null;
  const want = loosely(truth.author);
  return Number([...reading.authors, reading.authors.join(', ')].some((name) => loosely(name) === want));
}

function day(truth: Truth, reading: Reading): Score | null {
  const want = said(truth.date).slice(0, 10);
  return want === '' || reading.time === undefined ? null : Number((reading.time ?? '').slice(0, 10) === want);
}

/** A day that is not told is missed, one that is not right is wrong. */
function dated(truth: Truth, reading: Reading): Score | null {
  const isRight = day(truth, reading);
  if (isRight === null) return null;
  const wrong = Number(isRight === 0 && Boolean(reading.time));
  return { right: Number(isRight), wrong, missed: Number(isRight === 0 && wrong === 0) };
}

/** The same moment; a time without an offset is taken as that of this machine on both sides. */
function time(truth: Truth, reading: Reading): Score | null {
  const want = said(truth.publishedAt).replace(/^(\d{4}-\d\d-\d\d) /, '$1T');
  if (want === '' || reading.time === undefined) return null;
  return Number(Date.parse(want) === Date.parse(reading.time ?? ''));
}

function onArticles(judge: (truth: Truth, reading: Reading) => Score | null) {
  return (truth: Truth, reading: Reading) => (truth.type === 'article' ? judge(truth, reading) : null);
}

function f1(precision: number, recall: number): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

function mean(list: (number | null)[]): number {
  const known = list.filter((each) => each !== null);
  return known.reduce((sum, each) => sum + each, 0) / Math.max(1, known.length);
}

function said(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function exactly(text: unknown): string {
  return said(text).normalize('NFC').replace(/\s+/g, ' ').trim();
}

function loosely(text: unknown): string {
  return exactly(text).normalize('NFKC').replace(/[‘’]/g, "'").replace(/[“”]/g, '"').toLowerCase();
}
