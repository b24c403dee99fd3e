/**
 * What a page says of itself, from JSON-LD, meta tags, microdata and what readers see, in that order of trust: the pages of
 * test/fixtures/pages, named for what is odd about them, each with its answer beside it.
 */
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { extract } from '../../functions/capture/extract.ts';
import type { Extracted } from '../../functions/extract/extracted.ts';

const folder = fileURLToPath(new URL('../fixtures/pages/', import.meta.url));
const names = globSync('*.html', { cwd: folder }).map((file) => basename(file, '.html'));

function read(html: string | Buffer, url = 'https://www.example.com/news/bridge-closes'): Extracted {
  return extract(Buffer.from(html), { url, contentType: 'text/html; charset=utf-8' });
}

test.each(names.toSorted())('%s', (name) => {
  const { url, ...answer } = JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'));
  expect(read(readFileSync(`${folder}${name}.html`), url)).toMatchObject(answer);
});

test('no answer is without its page', () => {
  expect(globSync('*.json', { cwd: folder }).map((file) => basename(file, '.json'))).toEqual(names);
  expect(names.length).toBeGreaterThan(100);
});

const story = (fields: object) => `<script type="application/ld+json">${JSON.stringify(fields)}</script>`;
const meta = (name: string, content: string) => `<meta property="${name}" content="${content}">`;

test('what is longer or more than anybody reads is cut', () => {
  const author = Array.from({ length: 30 }, (_, i) => `Author ${String.fromCharCode(65 + i)}x`);
  const keywords = ['a'.repeat(81), ...Array.from({ length: 40 }, (_, i) => `word${i}`)];
  const texts = meta('og:title', 'a'.repeat(3000)) + meta('og:description', 'a'.repeat(3000));
  const page = read(texts + story({ '@type': 'NewsArticle', author, keywords }));
  expect(page.title).toBe('a'.repeat(500));
  expect(page.description).toBe('a'.repeat(1000));
  expect(page.authors).toHaveLength(20);
  expect(page.keywords).toHaveLength(30);
  expect(page.keywords[0]).toBe('word0');
});

test('JSON-LD of 100,000 brackets leaves the meta tags', () => {
  const block = `<script type="application/ld+json">${'['.repeat(100_000)}</script>`;
  const nothing = { authors: [], publishedAt: null, image: null };
  expect(read(block + meta('og:title', 'Old bridge closes'))).toMatchObject({ title: 'Old bridge closes', ...nothing });
});
