/** Each format of feed, whole: what is in it comes out under the same names. The feeds and their answers are in test/fixtures/feeds. */
import { globSync, readFileSync } from 'node:fs';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { read, rssItem } from './read.ts';

const nothing = {
  id: null,
  url: null,
  title: null,
  author: null,
  summary: null,
  content: null,
  publishedAt: null,
  modifiedAt: null,
  tags: [],
};

const folder = fileURLToPath(new URL('../fixtures/feeds/', import.meta.url));
const files = globSync('*.{xml,feed}', { cwd: folder }).toSorted();

/** A feed of JSON ends with `.feed`, since its answer ends with `.json`. Of an entry, the answer writes what it says; all else is not said. */
test.each(files)('%s', (file) => {
  const { entries, ...feed } = JSON.parse(readFileSync(`${folder}${parse(file).name}.json`, 'utf8'));
  const found = read(readFileSync(folder + file));
  expect(found).toMatchObject(feed);
  expect(found.entries).toEqual(entries.map((entry: object) => ({ ...nothing, ...entry })));
});

test('no answer is without its feed', () => {
  const answers = globSync('*.json', { cwd: folder }).map((file) => parse(file).name);
  expect(answers.toSorted()).toEqual(files.map((file) => parse(file).name).toSorted());
});

describe('names go by namespace, not by prefix', () => {
  test('an unknown module that uses the same words says nothing', () => {
    expect(rssItem('<x:title>other</x:title><title>own</title>', 'xmlns:x="https://example.net/x"').title).toBe('own');
    expect(rssItem('<x:title>other</x:title>', 'xmlns:x="https://example.net/x"').title).toBeNull();
  });

  test('a prefix that nobody declared means what it usually means', () => {
    expect(rssItem('<dc:creator>Tom</dc:creator>').author).toBe('Tom');
  });
});

describe('what is not said is taken from what comes near to it', () => {
  test.each([
    ['title of Media RSS', '<media:group><media:title>T</media:title></media:group>', { title: 'T' }],
    ['title before that of Media RSS', '<media:title>M</media:title><title>T</title>', { title: 'T' }],
    ['summary of a podcast', '<itunes:summary>S</itunes:summary>', { summary: 'S' }],
    ['author of a podcast', '<itunes:author>Tom</itunes:author>', { author: 'Tom' }],
    ['content for a summary', '<content:encoded>C</content:encoded>', { summary: 'C', content: 'C' }],
    ['no content for a summary alone', '<description>S</description>', { summary: 'S', content: null }],
    ['two descriptions', '<summary>S</summary><description>D</description>', { summary: 'S', content: 'D' }],
    ['an empty title', '<title> </title><dc:title>D</dc:title>', { title: 'D' }],
    ['dcterms', '<dcterms:modified>2024-04-03</dcterms:modified>', { modifiedAt: '2024-04-03T00:00:00.000Z' }],
  ])('%s', (_, inside, want) => {
    expect(rssItem(inside)).toMatchObject(want);
  });

  test('only children count: what an image or a source says is not the entry’s', () => {
    expect(rssItem('<image><title>Logo</title><link>https://example.org/logo</link></image>')).toEqual(nothing);
  });
});
