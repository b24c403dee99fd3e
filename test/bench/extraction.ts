/**
 * Extraction on the real pages of ../shared/data beside Readability, Defuddle and metascraper: each measure of each set, by halves of
 * the set that a hash of the file's name makes and by both, and how long it takes on one core. `--only SET,COMMIT`: of some sets, and
 * beside that commit, too.
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
import { checkOut } from './beside.ts';
import { figureOf, measuresOf, type Reading, type Scores, scoresOf, sets, type Truth } from './extraction-scores.ts';
import { markdownTable, quantile } from './measure.ts';

const data = fileURLToPath(new URL('../../../shared/data', import.meta.url));

type Page = { url: string; body: Buffer; html: string };
type Reader = (page: Page) => Reading | Promise<Reading>;
type Answer = { half: number; ms: number; scores: Scores };

const readers: Record<string, Reader> = {
  nightdesk: ours(extract),
  readability({ html }) {
    const found = new Readability(parseHTML(html).document).parse();
    return {
      text: found?.textContent ?? null,
      title: found?.title ?? null,
      authors: listed(found?.byline),
      time: found?.publishedTime ?? null,
    };
  },
  async defuddle({ html, url }) {
    const { content, title, author, published } = await quietly(() => Defuddle(html, url, { useAsync: false }));
    return {
      text: parseHTML(`<!doctype html><html><body>${content}</body></html>`).document.body.textContent,
      title,
      authors: listed(author),
      time: published,
    };
  },
  // It reads no text. Addresses that it does not know the ending of it refuses.
  async metascraper({ html, url }) {
    const { title, author, date } = await metascraper({ html, url, validateUrl: false });
    return { title: title ?? null, authors: listed(author), time: date ?? null };
  },
};

const metascraper = createMetascraper([author(), date(), title()]);

function ours(extractOf: typeof extract): Reader {
  return ({ body, url }) => {
    const { text, title, authors, publishedAt, kind } = extractOf(body, { url, contentType: 'text/html' });
    return { text, title, authors, time: publishedAt, isArticle: kind === 'article' };
  };
}

/** It tells the terminal of each fault of a page. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { error } = console;
  console.error = () => undefined;
  try {
    return await work();
  } finally {
    console.error = error;
  }
}

/** `only`: sets, and a commit. */
export async function bench(only: string[]): Promise<void> {
  if (!existsSync(data)) return console.log('skipped: ../shared/data is not here');
  const asked = sets.filter((name) => only.includes(name));
  const commit = only.find((name) => !asked.includes(name));
  if (commit !== undefined) {
    const there = await import(join(checkOut(commit), 'functions/capture/extract.ts'));
    readers[`at ${commit}`] = ours(there.extract);
  }
  const slowest: Record<string, number> = {};
  for (const set of asked.length === 0 ? sets : asked) {
    const rows: string[][] = [];
    for (const [name, reader] of Object.entries(readers)) {
      const answers = await answersOf(set, reader);
      rows.push([name, ...rowOf(set, answers)]);
      slowest[name] = Math.max(slowest[name] ?? 0, ...answers.map((answer) => answer?.ms ?? 0));
    }
    const head = ['reader', ...measuresOf(set), 'pages/s', 'ms: median, 99 %', 'failed'];
    console.log(`\n${set}: one half / the other / both\n\n${markdownTable(head, rows)}`);
  }
  const rows = Object.entries(slowest).map(([name, ms]) => [name, ms.toFixed(0)]);
  console.log(`\n${markdownTable(['reader', 'slowest page, ms'], rows)}`);
}

async function answersOf(set: string, read: Reader): Promise<(Answer | null)[]> {
  const answers: (Answer | null)[] = [];
  const truths = JSON.parse(readFileSync(join(data, set, 'truth.json'), 'utf8')) as Record<string, Truth>;
  for (const [file, truth] of Object.entries(truths)) {
    const body = gunzipSync(readFileSync(join(data, set, file)));
    const url = String(truth.url || 'https://example.org/');
    const page: Page = { url, body, html: decodeHtml(body, 'text/html').text };
    const began = performance.now();
    try {
      const reading = await read(page);
      const ms = performance.now() - began;
      const half = (createHash('sha256').update(`night7${file}`).digest()[0] ?? 0) & 1;
      answers.push({ half, ms, scores: scoresOf(set, truth, reading) });
    } catch (error) {
      // Other readers throw at some pages, which is one of their figures; ours must not.
      if (read === readers.nightdesk) throw error;
      answers.push(null);
    }
  }
  return answers;
}

function rowOf(set: string, answers: (Answer | null)[]): string[] {
  const read = answers.filter((answer) => answer !== null);
  const figures = measuresOf(set).map((name) =>
    [[0], [1], [0, 1]]
      .map((halves) => {
        const scores = read.filter(({ half }) => halves.includes(half)).flatMap(({ scores }) => scores[name] ?? []);
        return figureOf(scores)?.toFixed(3) ?? '-';
      })
      .join(' / '),
  );
  const times = read.map(({ ms }) => ms);
  const perSecond = (1000 * times.length) / times.reduce((sum, ms) => sum + ms, 0);
  const ms = [0.5, 0.99].map((q) => quantile(times, q).toFixed(0)).join(', ');
  return [...figures, perSecond.toFixed(1), ms, String(answers.length - read.length)];
}

function listed(names: string | null | undefined): string[] {
  return names ? names.replace(/^by\s/i, '').split(/, | and /) : [];
}
