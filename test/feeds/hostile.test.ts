/** Bodies that are no feed, or were made to break who reads them: an error with a code, or what is left, in linear time. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { maxFeedBytes, maxJsonBytes } from '../../functions/feeds/parse.ts';
import { errorCode, read, rssItem } from './read.ts';

function rss(inside: string, before = ''): string {
  return `${before}<rss version="2.0"><channel><title>Quay</title>${inside}</channel></rss>`;
}

describe('what is no feed is refused', () => {
  test.each([
    ['no bytes', '', 'empty-feed'],
    ['white space', ' \n\ufeff\t', 'empty-feed'],
    ['a page', '<!doctype html><html><head><title>x</title></head></html>', 'not-a-feed'],
    ['a page without doctype', '<html><body><rss>x</rss></body></html>', 'not-a-feed'],
    ['a page of XHTML', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', 'not-a-feed'],
    ['other XML', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'not-a-feed'],
    ['XML that has channels too', '<tv><channel id="1"/></tv>', 'not-a-feed'],
    ['a list of feeds', '<opml><head/><body><outline xmlUrl="/rss"/></body></opml>', 'not-a-feed'],
    ['text', 'Not found', 'not-a-feed'],
    ['an empty root', '<rss version="2.0">', 'malformed-feed'],
    ['a root with text', '<feed>maintenance</feed>', 'malformed-feed'],
    ['a sitemap of something else', '<urlset><a/></urlset>', 'malformed-feed'],
    ['JSON that is no feed', '{"error":"not found"}', 'not-a-feed'],
    ['a JSON list', '[1,2]', 'not-a-feed'],
    ['something in braces', '{{ template }}', 'not-a-feed'],
    ['a JSON Feed without items', '{"version":"https://jsonfeed.org/version/1.1"}', 'malformed-feed'],
    ['a JSON Feed cut off', '{"version":"https://jsonfeed.org/version/1.1","items":[{', 'malformed-feed'],
  ])('%s', (_, body, code) => {
    expect(errorCode(body)).toBe(code);
  });

  test('a binary file', () => {
    expect(errorCode(Uint8Array.from({ length: 5000 }, (_, i) => (i * 197) % 256))).toBe('not-a-feed');
  });

  test('a .gz file', () => {
    expect(errorCode(gzipSync(rss('')))).toBe('not-a-feed');
  });

  test('more bytes than are read, without looking at them', () => {
    expect(errorCode(new Uint8Array(maxFeedBytes + 1))).toBe('too-large');
    expect(errorCode(new Uint8Array(maxJsonBytes + 1).fill(0x5b))).toBe('too-large');
  });
});

describe('what a document declares is not believed', () => {
  test('a billion laughs stay as they are written', () => {
    const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i};`.repeat(10)}">`).join('');
    const source = rss('<item><title>&lol9;</title></item>', `<!DOCTYPE rss [<!ENTITY lol0 "lol">${laughs}]>`);
    expect(read(source).entries[0]?.title).toBe('&lol9;');
  });

  test('nor are entities that stand elsewhere', () => {
    const doctype =
      '<!DOCTYPE rss SYSTEM "file:///etc/passwd" [<!ENTITY x SYSTEM "file:///etc/passwd"> <!ENTITY y "<rss/>">]>';
    expect(read(rss('<item><title>&x;</title></item>', doctype)).entries[0]?.title).toBe('&x;');
  });
});

describe('much of everything', () => {
  test('20,000 entries are read in full', () => {
    const items = Array.from({ length: 20_000 }, (_, i) => `<item><guid>${i}</guid><title>Story ${i}</title></item>`);
    const { entries } = read(rss(items.join('')));
    expect(entries).toHaveLength(20_000);
    expect(entries.at(-1)).toMatchObject({ id: '19999', title: 'Story 19999' });
  });

  test('of more than 50,000 the first 50,000', () => {
    expect(read(rss('<item/>'.repeat(60_000))).entries).toHaveLength(50_000);
  });

  test('100,000 levels keep their text and what comes after them', () => {
    const deep = `${'<div>'.repeat(100_000)}x${'</div>'.repeat(100_000)}`;
    const source = rss(`<item><description>${deep}</description><title>a</title></item><item><title>b</title></item>`);
    const { entries } = read(source);
    expect(entries.map(({ title }) => title)).toEqual(['a', 'b']);
    expect(entries[0]?.summary).toContain('<div>x</div>');
  });

  test('100,000 levels that nobody closes', () => {
    const { entries } = read(rss(`<item>${'<div>'.repeat(100_000)}</item><item><title>b</title></item>`));
    expect(entries[1]?.title).toBe('b');
  });

  test('JSON of more objects than are read', () => {
    const source = `{"version":"https://jsonfeed.org/version/1","items":[${'{},'.repeat(600_000)}{}]}`;
    expect(errorCode(source)).toBe('too-large');
  });

  test('JSON of 400,000 levels', () => {
    const depth = 400_000;
    const source = `{"version":"https://jsonfeed.org/version/1","items":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(read(source).entries).toEqual([]);
  });

  test.each([
    ['less-than', '<'],
    ['elements', '<a>'],
    ['ends', '</a>'],
    ['beginnings of comments', '<!--'],
    ['beginnings of CDATA sections', '<![CDATA['],
    ['doctypes', '<!D['],
    ['open quotes', '<a b="'],
    ['open quotes of two kinds', `<a b='<a c="`],
    ['attributes', '<a x y '],
    ['namespaces', '<a xmlns:a="b">'],
    ['entities', '&lol;'],
    ['links', '&lt;a href=x '],
    ['attributes of links', ' href=x'],
    ['spaces', ' '],
    ['categories', '<category>a</category>'],
  ])('1 MB of %s', (_, piece) => {
    const many = piece.repeat(1_000_000 / piece.length);
    for (const before of ['', '<item><description>', '<item><description>&lt;a', '<item><pubDate>', '<item><a ']) {
      read(rss(before + many));
    }
  });

  test('fields are cut, and what would mean something else is left out', () => {
    const long = 'ab'.repeat(2_000_000);
    const entry = rssItem(
      `<title>${long}</title><guid>${long}</guid><dc:creator>${long}</dc:creator><description>${long}</description>
       <content:encoded>${long}</content:encoded><category>${long}</category><category>a</category>`,
    );
    expect(entry).toMatchObject({ id: null, tags: ['a'] });
    expect([entry.title, entry.author, entry.summary, entry.content].map((field) => field?.length)).toEqual([
      2000, 1000, 200_000, 2_000_000,
    ]);
  });

  test('many short links with a long base do not grow without end', () => {
    const links = `<description>${'&lt;a href=x>'.repeat(1000)}</description>`;
    const source = `<rss xml:base="https://a.example/${'b'.repeat(470)}/"><channel>${`<item>${links}</item>`.repeat(400)}`;
    const { entries } = read(source);
    expect(entries.length).toBeLessThan(400);
    expect(entries.length).toBeGreaterThan(100);
  });

  test('no character is cut in two', () => {
    expect(rssItem(`<title>a${'😀'.repeat(1500)}</title>`).title).toBe(`a${'😀'.repeat(999)}`);
  });
});

test('an entry that says nothing is an entry', () => {
  expect(read(rss('<item/>')).entries).toHaveLength(1);
});

test('dates that are none and links that lead nowhere are left out', () => {
  const entry = rssItem('<title>a</title><pubDate>soon</pubDate><link>javascript:alert(1)</link>');
  expect(entry).toMatchObject({ title: 'a', publishedAt: null, url: null });
});
