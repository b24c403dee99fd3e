/** Which link is the entry's page, and what relative links are resolved against. */
import { describe, expect, test } from 'vitest';
import { atomEntry, read, rssItem } from './read.ts';

describe('Atom', () => {
  test.each([
    ['no rel is alternate', '<link href="https://a.example/1"/>', 'https://a.example/1'],
    [
      'a page before another alternate',
      '<link type="application/pdf" href="https://a.example/pdf"/><link rel="alternate" type="text/html" href="https://a.example/1"/>',
      'https://a.example/1',
    ],
    [
      'the first page of several',
      '<link href="https://a.example/1"/><link href="https://a.example/2"/>',
      'https://a.example/1',
    ],
    [
      'rel written out',
      '<link rel="http://www.iana.org/assignments/relation/alternate" href="https://a.example/1"/>',
      'https://a.example/1',
    ],
    [
      'self, enclosure, replies are not the page',
      '<link rel="self" href="https://a.example/s"/><link rel="enclosure" href="https://a.example/e"/><link rel="replies" href="https://a.example/r"/>',
      null,
    ],
    ['the id, where there is no link', '<id>https://a.example/1</id>', 'https://a.example/1'],
    ['no page in a tag: id', '<id>tag:a.example,2024:1</id>', null],
    ['a scheme without a host is relative', '<link href="https:page"/>', 'https://example.org/blog/page'],
    ['as it is written', '<link href="HTTPS://A.example:443/%7ebob"/>', 'HTTPS://A.example:443/%7ebob'],
  ])('%s', (_, source, url) => {
    expect(atomEntry(source).url).toBe(url);
  });
});

describe('RSS', () => {
  test.each([
    ['link before guid', '<guid>https://a.example/g</guid><link>https://a.example/1</link>', 'https://a.example/1'],
    ['guid without link', '<link/><guid>https://a.example/g</guid>', 'https://a.example/g'],
    ['guid that is no permalink', '<guid isPermaLink="false">https://a.example/g</guid>', null],
    ['guid that is no address', '<guid>4711</guid>', null],
    ['link of Atom', '<atom:link href="https://a.example/1"/>', 'https://a.example/1'],
    [
      'its own link before one of Atom',
      '<atom:link href="https://a.example/feed"/><link>https://a.example/1</link>',
      'https://a.example/1',
    ],
    ['relative to the feed', '<link>story/1</link>', 'https://example.org/blog/story/1'],
    ['without a scheme', '<link>//a.example/1</link>', 'https://a.example/1'],
    ['broken over lines', '<link>\n https://a.example/\n1 </link>', 'https://a.example/%201'],
    ['javascript:', '<link>javascript:alert(1)</link>', null],
    ['data:', '<link>data:text/html,x</link>', null],
    [
      'the second link when the first is none',
      '<link>javascript:0</link><link>https://a.example/1</link>',
      'https://a.example/1',
    ],
    ['no URL at all', '<link>http://[</link>', null],
    ['too long', `<link>https://a.example/${'x'.repeat(2048)}</link>`, null],
  ])('%s', (_, source, url) => {
    expect(rssItem(source).url).toBe(url);
  });
});

describe('xml:base', () => {
  test('is nested, on any element, and holds for content as well', () => {
    const entry = atomEntry(
      `<link xml:base="2/" href="page"/><content type="html" xml:base="/c/">&lt;img src='i.png'> &lt;a href="#x">x&lt;/a></content>
       <summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p xml:base="https://b.example/"><a href="y">y</a></p></div></summary>`,
      'xml:base="https://a.example/1/"',
    );
    expect(entry).toMatchObject({
      url: 'https://a.example/1/2/page',
      content: `<img src='https://a.example/c/i.png'> <a href="https://a.example/c/#x">x</a>`,
      summary: '<p><a href="https://b.example/y">y</a></p>',
    });
  });

  test('that is no address is passed over', () => {
    expect(rssItem('<link xml:base="javascript:0">/1</link>').url).toBe('https://example.org/1');
  });

  test('makes a relative id whole, but not a guid that is no permalink', () => {
    expect(atomEntry('<id>1</id>', 'xml:base="https://a.example/"').id).toBe('https://a.example/1');
    expect(rssItem('<guid isPermaLink="false">1</guid>', 'xml:base="https://a.example/"').id).toBe('1');
    expect(rssItem('<guid>1</guid>').id).toBe('1');
  });

  test('links with a scheme stay as they are', () => {
    const html = '<a href="mailto:a@b.example">a</a><a href="https://A.example">b</a>';
    expect(rssItem(`<description><![CDATA[${html}]]></description>`).summary).toBe(html);
  });
});

test('the page of a feed is not its own address', () => {
  const feed = read(
    '<rss><channel><atom:link rel="self" href="https://a.example/f"/><link>https://a.example/</link></channel></rss>',
  );
  expect(feed).toMatchObject({ url: 'https://a.example/', selfUrl: 'https://a.example/f' });
});

describe('links that lead to no page', () => {
  const items = (...each: { link: string; guid: string }[]) =>
    read(
      `<rss><channel>${each.map(({ link, guid }) => `<item><link>${link}</link>${guid}</item>`).join('')}</channel></rss>`,
    ).entries.map(({ url }) => url);
  const guid = (n: number) => `<guid isPermaLink="true">https://a.example/2024/${n}</guid>`;

  test.each([
    ['a home page', 'https://a.example/'],
    ['a home page with a mark of the feed', 'https://a.example/?utm_source=rss'],
    ['the home page of a language', 'https://a.example/zh-tw/'],
    ['N/A', 'N/A'],
    ['nothing', ''],
    ['a sign for nothing', '#'],
    ['null', 'null'],
    ['one page for all', 'https://a.example/news/latest'],
  ])('give way to permalinks: %s', (_, link) => {
    expect(items({ link, guid: guid(1) }, { link, guid: guid(2) })).toEqual([
      'https://a.example/2024/1',
      'https://a.example/2024/2',
    ]);
  });

  test('stay where the permalink is of another site, or no better', () => {
    const link = 'https://b.example/story';
    expect(items({ link, guid: guid(1) }, { link, guid: guid(2) })).toEqual([link, link]);
    expect(items({ link: 'https://a.example/1', guid: guid(1) })).toEqual(['https://a.example/1']);
    expect(items({ link: 'https://a.example/', guid: '<guid isPermaLink="false">4711</guid>' })).toEqual([
      'https://a.example/',
    ]);
  });

  test.each([
    ['https://a.example/s?id=1&amp;amp;p=2', 'https://a.example/s?id=1&p=2'],
    ['https://a.example/s?id=1&amp;amp;amp;p=2', 'https://a.example/s?id=1&p=2'],
    ['https://a.example/s?id=1&amp;#038;p=2', 'https://a.example/s?id=1&p=2'],
    ['https://a.example/s?id=1&amp;#x26;p=2', 'https://a.example/s?id=1&p=2'],
    ['https:&amp;#x2F;&amp;#x2F;a.example&amp;#x2F;s', 'https://a.example/s'],
    ['https://a.example/s?id=1&amp;p=2', 'https://a.example/s?id=1&p=2'],
    ['https://a.example/s?a=1&amp;amplitude=2', 'https://a.example/s?a=1&amplitude=2'],
  ])('escaped twice are read as they were meant: %s', (link, url) => {
    expect(rssItem(`<link>${link}</link>`).url).toBe(url);
    expect(atomEntry(`<link href="${link}"/>`).url).toBe(url);
  });
});
