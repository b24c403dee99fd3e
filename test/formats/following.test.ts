/** What other readers are given: Atom that reads back as it was meant, and OPML both ways. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFeed } from '../../functions/feeds/parse.ts';
import { type AtomEntry, writeAtom } from '../../functions/formats/atom.ts';
import { joinedByUrl, readOpml, writeOpml } from '../../functions/formats/opml.ts';
import { forAll } from '../support/for-all.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1 }).map((s) => s.replace(/[\p{C}\s]+/gu, ' ').trim() || 'x');
const time = fc
  .date({ min: new Date('1995-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}.000Z`);

test('an Atom feed reads back as it was written, whatever the texts hold', () => {
  const entry: fc.Arbitrary<AtomEntry> = fc.record({
    id: fc.uuid().map((id) => `urn:uuid:${id}`),
    title: text,
    url: fc.webUrl(),
    archived: fc.webUrl(),
    publishedAt: time,
    updatedAt: time,
    authors: fc.array(text, { minLength: 1, maxLength: 2 }),
    summary: fc.option(text),
    tags: fc.array(text, { maxLength: 3 }),
  });
  forAll([fc.array(entry, { maxLength: 4 }), text], (entries, title) => {
    const xml = writeAtom({
      id: 'urn:x',
      title,
      self: 'http://a.example/feed.xml?q=a&b="c"',
      next: null,
      updatedAt: '2024-01-01T00:00:00.000Z',
      entries,
    });
    const feed = parseFeed(Buffer.from(xml), { url: 'http://a.example/feed.xml' });
    expect(feed).toMatchObject({ format: 'atom', id: 'urn:x', title });
    expect(feed.entries).toMatchObject(
      entries.map(({ id, title, archived, publishedAt, summary }) => ({
        id,
        title,
        url: archived,
        publishedAt,
        summary,
      })),
    );
  });
});

test('characters that XML cannot hold are left out', () => {
  const xml = writeAtom({
    id: 'urn:x',
    title: 'a\u0000b\u0008c\ud800d',
    self: 'http://a.example/',
    next: null,
    updatedAt: '2024-01-01T00:00:00.000Z',
    entries: [],
  });
  expect(xml).toContain('<title>abc\ufffdd</title>');
});

describe('OPML', () => {
  test('reads back as it was written', () => {
    const name = text.filter((one) => !one.includes(','));
    const feed = fc.record({
      url: fc.webUrl(),
      name: fc.option(name),
      siteUrl: fc.option(fc.webUrl()),
      tags: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 3 }),
    });
    forAll([fc.array(feed)], (feeds) => void expect(readOpml(writeOpml(feeds))).toEqual(feeds));
  });

  test('of other readers: folders are tags, in any case of the attributes', () => {
    const source = `<?xml version="1.0"?><OPML version="1.1"><head/><body>
      <outline text="News"><outline text="Asia"><outline text="RFI &amp; co" xmlURL="http://rfi.example/rss" type="rss"/></outline></outline>
      <outline title="No feed" htmlUrl="http://x.example/"/><outline xmlUrl="http://b.example/" category="/a/b,c"/></body></OPML>`;
    expect(readOpml(source)).toEqual([
      { url: 'http://rfi.example/rss', name: 'RFI & co', siteUrl: null, tags: ['News', 'Asia'] },
      { url: 'http://b.example/', name: null, siteUrl: null, tags: ['b', 'c'] },
    ]);
  });

  test('tags are as they are, whatever is in them, out and in again', () => {
    const tags = fc.uniqueArray(
      text.map((tag) => tag.trim().slice(0, 40)).filter((tag) => tag !== ''),
      { maxLength: 5 },
    );
    const all = [['Tech/AI', 'a,b', 'say "hi"', '"', ',', '/', ' x'.trim()]];
    forAll([fc.oneof(fc.constantFrom(...all), tags)], (some) => {
      const [feed] = readOpml(writeOpml([{ url: 'http://a.example/', name: 'a', siteUrl: null, tags: some }])) ?? [];
      expect(feed?.tags).toEqual(some);
    });
  });

  test('a feed in several folders has the names of all', () => {
    const outline = '<outline text="A" xmlUrl="http://a.example/rss"/>';
    const source = `<opml><body><outline text="News">${outline}</outline><outline text="Arts">${outline}</outline></body></opml>`;
    expect(joinedByUrl(readOpml(source) ?? [])).toMatchObject([
      { url: 'http://a.example/rss', tags: ['News', 'Arts'] },
    ]);
  });

  test.each(['', 'hello', '<rss/>', '{}', '<html><body><outline xmlUrl="http://x.example/"/></body></html>'])(
    '%j is none',
    (source) => {
      expect(readOpml(source)).toBeNull();
    },
  );

  test('an entity bomb expands to nothing', () => {
    const bomb = `<!DOCTYPE opml [<!ENTITY a "${'x'.repeat(100)}"><!ENTITY b "&a;&a;&a;&a;">]><opml><body><outline text="&b;" xmlUrl="http://x.example/"/></body></opml>`;
    expect(readOpml(bomb)?.[0]?.name?.length).toBeLessThan(10);
  });
});
