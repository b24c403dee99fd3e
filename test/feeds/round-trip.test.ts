/** Random entries, written in each format and read back; random bytes and random damage, which nothing but a FeedError answers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../../functions/feeds/feed.ts';
import { FeedError } from '../../functions/feeds/feed-error.ts';
import { forAll } from '../support/for-all.ts';
import { listOf } from '../support/list-of.ts';
import { feedUrl, read } from './read.ts';

/** What XML can hold and reading does not fold: no control characters, single spaces inside only. */
const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .map((text) => text.replace(/[\p{Cc}\ufeff\ufffe\uffff\s]+/gu, ' ').trim())
  .filter((text) => text !== '');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const time = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}.000Z`);
const entry: fc.Arbitrary<Entry> = fc
  .record({
    id: maybe(words.map((text) => `tag:${text}`)),
    url: maybe(fc.webUrl({ withQueryParameters: true })),
    title: maybe(words),
    author: maybe(words.filter((text) => !text.includes(','))),
    summary: maybe(words),
    content: maybe(words.map((text) => `<p>${escapeXml(text)}</p>`)),
    publishedAt: maybe(time),
    modifiedAt: maybe(time),
    tags: fc.uniqueArray(words, { maxLength: 3 }),
  })
  .map((known) => ({ ...known, summary: known.summary ?? known.content }));
const entries = fc.array(entry, { maxLength: 5 });

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function element(name: string, text: string | null, attributes = ''): string {
  return text === null ? '' : `<${name}${attributes}>${escapeXml(text)}</${name}>`;
}

function atom(list: Entry[]): string {
  const one = (e: Entry) =>
    `<entry>${element('id', e.id)}${e.url === null ? '' : `<link href="${escapeXml(e.url)}"/>`}${element('title', e.title)}
     ${e.author === null ? '' : `<author>${element('name', e.author)}</author>`}
     ${e.summary === e.content ? '' : element('summary', e.summary)}${element('content', e.content, ' type="html"')}
     ${element('published', e.publishedAt)}${element('updated', e.modifiedAt)}
     ${e.tags.map((tag) => `<category term="${escapeXml(tag)}"/>`).join('')}</entry>`;
  return `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>${list.map(one).join('')}</feed>`;
}

function rss(list: Entry[]): string {
  const utc = (iso: string | null) => (iso === null ? null : new Date(iso).toUTCString());
  const one = (e: Entry) =>
    `<item>${element('guid', e.id, ' isPermaLink="false"')}${element('link', e.url)}${element('title', e.title)}
     ${element('dc:creator', e.author)}${e.summary === e.content ? '' : element('description', e.summary)}
     ${element('content:encoded', e.content)}${element('pubDate', utc(e.publishedAt))}
     ${element('dcterms:modified', e.modifiedAt)}${e.tags.map((tag) => element('category', tag)).join('')}</item>`;
  return `<rss version="2.0"><channel><title>x</title>${list.map(one).join('\n')}</channel></rss>`;
}

function json(list: Entry[]): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    items: list.map((e) => ({
      id: e.id,
      url: e.url,
      title: e.title,
      authors: e.author === null ? [] : [{ name: e.author }],
      summary: e.summary === e.content ? undefined : e.summary,
      content_html: e.content,
      date_published: e.publishedAt,
      date_modified: e.modifiedAt,
      tags: e.tags,
    })),
  });
}

test.each([
  { name: 'Atom', write: atom },
  { name: 'RSS', write: rss },
  { name: 'JSON Feed', write: json },
])('entries come back from $name as they were', ({ write }) => {
  forAll([entries], { numRuns: 300 }, (list) => {
    expect(read(write(list)).entries).toEqual(list);
  });
});

/** Nothing else than a feed or a FeedError; in a feed, no link that is not http(s), no time that is none. */
function survives(bytes: Uint8Array): void {
  try {
    for (const { url, publishedAt } of read(bytes).entries) {
      if (url !== null) expect(new URL(url, feedUrl).protocol).toMatch(/^https?:$/);
      if (publishedAt !== null) expect(new Date(publishedAt).toISOString()).toBe(publishedAt);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(FeedError);
  }
}

test('random bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), survives), { numRuns: 500 });
});

test('feeds with bytes changed, lost, doubled and cut off', () => {
  const damage = fc.array(
    fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom('change', 'lose', 'double', 'cut')),
    { minLength: 1, maxLength: 8 },
  );
  forAll([entries, fc.constantFrom(atom, rss, json), damage], { numRuns: 500 }, (list, write, wounds) => {
    let bytes = [...Buffer.from(write(list))];
    for (const [place, value, kind] of wounds) {
      const at = place % (bytes.length + 1);
      if (kind === 'change') bytes[at] = value;
      if (kind === 'lose') bytes.splice(at, 1 + (value % 20));
      if (kind === 'double') bytes.splice(at, 0, ...bytes.slice(at, at + value));
      if (kind === 'cut') bytes = bytes.slice(0, Math.max(1, at));
    }
    survives(Uint8Array.from(bytes));
  });
});

test('random pieces of markup', () => {
  const piece = fc.constantFrom(
    ...listOf`<rss> <feed> <item> <entry> <title> "> /> </ <!-- --> <![CDATA[ ]]> ]> &amp; &# <? xmlns=" " ' < > = x { \0
    \ud800`,
    '<link href="',
    '<!DOCTYPE x [',
    ' xml:base="',
    ' ',
  );
  forAll([fc.array(piece, { maxLength: 60 })], { numRuns: 1000 }, (pieces) =>
    survives(Buffer.from(`<rss>${pieces.join('')}`)),
  );
});
