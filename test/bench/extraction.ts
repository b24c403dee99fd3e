/**
 * Extraction on the real pages of ../shared/data beside Readability, Defuddle and metascraper: the words of the text, headline,
 * authors and day of each, by halves of each set that a hash of the file's name makes, and how long it takes.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Readability } from '@mozilla/readability';
import { Defuddle } from 'defuddle/node';
import { parseHTML } from 'linkedom';
import createMetascraper from 'metascraper';
import author from 'metascraper-author';
import date from 'metascraper-date';
import title from 'metascraper-title';
import { extract } from '../../functions/capture/extract.ts';
import { decodeHtml } from '../../functions/extract/charset.ts';
import { markdownTable, quantile } from './measure.ts';

const data = fileURLToPath(new URL('../../../shared/data', import.meta.url));
const sets = ['bodies', 'types', 'snippets', 'publishers', 'dates'];

/** What a reader says of a page; what it does not read is left out. */
type Reading = { text?: string | null; title?: string | null; authors?: string[]; day?: string | null };
type Page = { url: string; body: Buffer; html: string };
type Reader = (page: Page) => Reading | Promise<Reading>;
type Truth = { text: string | null; title: string | null; authors: string[] | null; day: string | null };
type Answer = { half: number; ms: number; scores: Record<string, number> };

const readers: Record<string, Reader> = {
  nightdesk({ body, url }) {
    const { text, title, authors, publishedAt } = extract(body, { url, contentType: 'text/html' });
    return { text, title, authors, day: publishedAt };
  },
  readability({ html }) {
    const found = new Readability(parseHTML(html).document).parse();
    return {
      text: found?.textContent ?? null,
      title: found?.title ?? null,
      authors: listed(found?.byline),
      day: found?.publishedTime ?? null,
    };
  },
  async defuddle({ html, url }) {
    const { content, title, author, published } = await Defuddle(html, url);
    return {
      text: parseHTML(`<!doctype html><html><body>${content}</body></html>`).document.body.textContent,
      title,
      authors: listed(author),
      day: published,
    };
  },
  // It reads no text. Addresses that it does not know the ending of it refuses.
  async metascraper({ html, url }) {
    const { title, author, date } = await metascraper({ html, url, validateUrl: false });
    return { title: title ?? null, authors: listed(author), day: date ?? null };
  },
};

const metascraper = createMetascraper([author(), date(), title()]);

/** `only`: sets. */
export async function bench(only: string[]): Promise<void> {
  if (!existsSync(data)) return console.log('skipped: ../shared/data is not here');
  for (const set of sets.filter((name) => only.length === 0 || only.includes(name))) {
    const rows: string[][] = [];
    for (const [name, reader] of Object.entries(readers)) rows.push([name, ...rowOf(await answersOf(set, reader))]);
    const head = ['reader', 'text F1', 'title', 'authors', 'day', 'ms: median, 99 %, most', 'failed'];
    console.log(`\n${set}: both halves of the pages here, told apart by a hash\n\n${markdownTable(head, rows)}`);
  }
}

async function answersOf(set: string, read: Reader): Promise<(Answer | null)[]> {
  const answers: (Answer | null)[] = [];
  const truths = JSON.parse(readFileSync(join(data, set, 'truth.json'), 'utf8')) as Record<
    string,
    Record<string, unknown>
  >;
  for (const [file, raw] of Object.entries(truths)) {
    if (set === 'types' && raw.type !== 'article') continue;
    const body = gunzipSync(readFileSync(join(data, set, file)));
    const url = String(raw.url || 'https://example.org/');
    const page: Page = { url, body, html: decodeHtml(body, 'text/html').text };
    const began = performance.now();
    try {
      const reading = await read(page);
      const ms = performance.now() - began;
      const half = (createHash('sha256').update(`night7${file}`).digest()[0] ?? 0) & 1;
      answers.push({ half, ms, scores: scoresOf(truthOf(raw), reading) });
    } catch (error) {
      // Other readers throw at some pages, which is one of their figures; ours must not.
      if (read === readers.nightdesk) throw error;
      answers.push(null);
    }
  }
  return answers;
}

function truthOf(raw: Record<string, unknown>): Truth {
  const authors = Array.isArray(raw.authors) ? raw.authors.map(String) : raw.author ? [String(raw.author)] : null;
  const day = raw.date ?? raw.publishedAt;
  return {
    text: typeof raw.text === 'string' && raw.text !== '' ? raw.text : null,
    title: typeof raw.title === 'string' && raw.title !== '' ? raw.title : null,
    authors,
    day: day ? String(day).slice(0, 10) : null,
  };
}

function scoresOf(truth: Truth, reading: Reading): Record<string, number> {
  const scores: Record<string, number> = {};
  if (truth.text !== null && reading.text !== undefined) scores.text = wordF1(truth.text, reading.text ?? '');
  if (truth.title !== null && reading.title !== undefined)
    scores.title = Number(flat(truth.title) === flat(reading.title));
  if (truth.authors !== null && reading.authors !== undefined)
    scores.authors = Number(flat(truth.authors.toSorted().join()) === flat(reading.authors.toSorted().join()));
  if (truth.day !== null && reading.day !== undefined)
    scores.day = Number((reading.day ?? '').slice(0, 10) === truth.day);
  return scores;
}

function rowOf(answers: (Answer | null)[]): string[] {
  const read = answers.filter((answer) => answer !== null);
  const mean = (name: string) =>
    [0, 1]
      .map((half) => {
        const found = read.filter((answer) => answer.half === half).flatMap(({ scores }) => scores[name] ?? []);
        return found.length === 0 ? '-' : (found.reduce((sum, score) => sum + score, 0) / found.length).toFixed(3);
      })
      .join(' / ');
  const times = read.map(({ ms }) => ms);
  const ms = [0.5, 0.99, 1].map((q) => quantile(times, q).toFixed(0)).join(', ');
  return [...['text', 'title', 'authors', 'day'].map(mean), ms, String(answers.length - read.length)];
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

function listed(names: string | null | undefined): string[] {
  return names ? names.replace(/^by\s/i, '').split(/, | and /) : [];
}

function flat(text: string | null): string {
  return (text ?? '')
    .normalize('NFKC')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
