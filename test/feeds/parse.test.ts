/** Each format of feed, whole: what is in it comes out under the same names. */
import { describe, expect, test } from 'vitest';
import { firstEntry, read, rssItem } from './read.ts';

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

test('RSS 2.0 with the modules that news sites use', () => {
  const feed = read(`<?xml version="1.0" encoding="UTF-8"?>
    <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
      xmlns:atom="http://www.w3.org/2005/Atom">
      <channel>
        <title>Harbour News</title>
        <link>https://example.org/</link>
        <atom:link rel="self" type="application/rss+xml" href="https://example.org/feed.xml"/>
        <atom:link rel="hub" href="https://hub.example.net/"/>
        <description>From the quay</description>
        <managingEditor>desk@example.org (Ines Moreau)</managingEditor>
        <ttl>15</ttl>
        <image><title>Logo</title><link>https://example.org/logo</link><url>https://example.org/logo.png</url></image>
        <item>
          <title>Ferry &amp; bridge</title>
          <link>https://example.org/ferry</link>
          <guid isPermaLink="false">ferry-1</guid>
          <dc:creator><![CDATA[Tom Lindqvist]]></dc:creator>
          <pubDate>Wed, 03 Apr 2024 21:45:00 +0200</pubDate>
          <description>The ferry stops.</description>
          <content:encoded><![CDATA[<p>The ferry stops <a href="/why">tonight</a>.</p>]]></content:encoded>
          <category>Harbour</category><category>Ferries</category>
          <enclosure url="https://example.org/ferry.mp3" type="audio/mpeg" length="1"/>
        </item>
      </channel>
    </rss>`);
  expect(feed).toEqual({
    format: 'rss',
    id: null,
    title: 'Harbour News',
    url: 'https://example.org/',
    author: 'desk@example.org (Ines Moreau)',
    summary: 'From the quay',
    selfUrl: 'https://example.org/feed.xml',
    hubUrl: 'https://hub.example.net/',
    updateEveryMs: 900_000,
    sitemaps: [],
    entries: [
      {
        id: 'ferry-1',
        url: 'https://example.org/ferry',
        title: 'Ferry & bridge',
        author: 'Tom Lindqvist',
        summary: 'The ferry stops.',
        content: '<p>The ferry stops <a href="https://example.org/why">tonight</a>.</p>',
        publishedAt: '2024-04-03T19:45:00.000Z',
        modifiedAt: null,
        tags: ['Harbour', 'Ferries'],
      },
    ],
  });
});

test('Atom 1.0', () => {
  const feed = read(`<feed xmlns="http://www.w3.org/2005/Atom">
      <id>tag:example.org,2024:feed</id><title>Quay</title><subtitle>Notes</subtitle>
      <link rel="self" href="https://example.org/atom.xml"/><link href="https://example.org/"/>
      <author><name>Ines Moreau</name></author>
      <entry>
        <id>tag:example.org,2024:1</id>
        <title type="html">Bridge &amp;amp; &lt;em&gt;ferry&lt;/em&gt;</title>
        <link rel="enclosure" type="audio/mpeg" href="https://example.org/1.mp3"/>
        <link rel="alternate" type="text/html" href="https://example.org/1"/>
        <published>2024-04-03T19:45:01Z</published><updated>2024-04-04T07:30:00+02:00</updated>
        <category term="bridges" label="Bridges"/>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>40 &lt; 65<br/></p></div></content>
      </entry>
      <entry><author><name>Tom</name><email>tom@example.org</email></author><author><name>Ann</name></author></entry>
    </feed>`);
  expect(feed).toMatchObject({
    format: 'atom',
    id: 'tag:example.org,2024:feed',
    title: 'Quay',
    url: 'https://example.org/',
    summary: 'Notes',
    selfUrl: 'https://example.org/atom.xml',
  });
  expect(feed.entries).toEqual([
    {
      id: 'tag:example.org,2024:1',
      url: 'https://example.org/1',
      title: 'Bridge &amp; <em>ferry</em>',
      author: 'Ines Moreau',
      summary: '<p>40 &lt; 65<br /></p>',
      content: '<p>40 &lt; 65<br /></p>',
      publishedAt: '2024-04-03T19:45:01.000Z',
      modifiedAt: '2024-04-04T05:30:00.000Z',
      tags: ['Bridges'],
    },
    { ...nothing, author: 'Tom (tom@example.org), Ann' },
  ]);
});

test('RSS 1.0, whose items stand beside the channel', () => {
  const feed = read(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
      <channel rdf:about="https://example.org/index.rdf"><title>Quay</title><link>https://example.org/</link>
        <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
        <items><rdf:Seq><rdf:li rdf:resource="https://example.org/1"/></rdf:Seq></items></channel>
      <item rdf:about="https://example.org/1"><title>Ferry</title><dc:date>2024-04</dc:date></item>
    </rdf:RDF>`);
  expect(feed).toMatchObject({ format: 'rdf', id: 'https://example.org/index.rdf', updateEveryMs: 21_600_000 });
  expect(feed.entries).toEqual([
    {
      ...nothing,
      id: 'https://example.org/1',
      url: 'https://example.org/1',
      title: 'Ferry',
      publishedAt: '2024-04-01T00:00:00.000Z',
    },
  ]);
});

describe('JSON Feed', () => {
  test('1.1', () => {
    const feed = read(
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'Quay',
        home_page_url: 'https://example.org/',
        feed_url: 'https://example.org/feed.json',
        authors: [{ name: 'Ines' }],
        items: [
          {
            id: 1,
            url: '/1',
            content_html: '<a href="/x">x</a>',
            date_published: '2024-04-03T19:45:01+02:00',
            tags: ['a', 7],
          },
          {
            id: 'https://example.org/2',
            content_text: '1 < 2',
            authors: [{ name: 'Tom' }],
            url: 'javascript:alert(1)',
          },
          'no item',
        ],
      }),
    );
    expect(feed).toMatchObject({ format: 'json', id: 'https://example.org/feed.json', title: 'Quay', author: 'Ines' });
    expect(feed.entries).toEqual([
      {
        ...nothing,
        id: '1',
        url: 'https://example.org/1',
        author: 'Ines',
        summary: '<a href="https://example.org/x">x</a>',
        content: '<a href="https://example.org/x">x</a>',
        publishedAt: '2024-04-03T17:45:01.000Z',
        tags: ['a'],
      },
      {
        ...nothing,
        id: 'https://example.org/2',
        url: 'https://example.org/2',
        author: 'Tom',
        summary: '1 &lt; 2',
        content: '1 &lt; 2',
      },
    ]);
  });

  test('the author of 1.0', () => {
    const source = { version: 'https://jsonfeed.org/version/1', items: [{ id: 'a', author: { name: 'Tom' } }] };
    expect(firstEntry(JSON.stringify(source)).author).toBe('Tom');
  });
});

describe('sitemaps', () => {
  test('a plain one gives locations and when they changed', () => {
    const feed = read(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <url><loc> https://example.org/1?a=1&amp;b=2 </loc><lastmod>2024-04-03</lastmod></url>
        <url><loc>mailto:desk@example.org</loc></url></urlset>`);
    expect(feed.format).toBe('sitemap');
    expect(feed.entries).toEqual([
      { ...nothing, url: 'https://example.org/1?a=1&b=2', modifiedAt: '2024-04-03T00:00:00.000Z' },
    ]);
  });

  test('one of news gives titles and times as well', () => {
    const entry = firstEntry(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://example.org/1</loc>
        <n:news><n:publication><n:name>Quay</n:name></n:publication><n:title>Ferry</n:title>
        <n:publication_date>2024-04-03T19:45Z</n:publication_date><n:keywords>a, b</n:keywords></n:news></url></urlset>`);
    expect(entry).toMatchObject({ title: 'Ferry', publishedAt: '2024-04-03T19:45:00.000Z', tags: ['a', 'b'] });
  });

  test('an index gives where its sitemaps are, each once', () => {
    const feed = read(`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <sitemap><loc>https://example.org/a.xml</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap>
        <sitemap><loc>https://example.org/a.xml</loc></sitemap></sitemapindex>`);
    expect(feed).toMatchObject({
      format: 'sitemap-index',
      sitemaps: ['https://example.org/a.xml', 'https://example.org/b.xml'],
      entries: [],
    });
  });

  test('an empty one is a feed without entries', () => {
    expect(read('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>').entries).toEqual([]);
  });
});

describe('names go by namespace, not by prefix', () => {
  test('RSS and Dublin Core under other prefixes', () => {
    const feed = read(`<r:rss xmlns:r="http://backend.userland.com/rss2" xmlns:core="http://PURL.org/dc/elements/1.1">
        <r:channel><r:title>Quay</r:title><r:item><core:title>Ferry</core:title></r:item></r:channel></r:rss>`);
    expect([feed.title, feed.entries[0]?.title]).toEqual(['Quay', 'Ferry']);
  });

  test('an unknown module that uses the same words says nothing', () => {
    expect(rssItem('<x:title>other</x:title><title>own</title>', 'xmlns:x="https://example.net/x"').title).toBe('own');
    expect(rssItem('<x:title>other</x:title>', 'xmlns:x="https://example.net/x"').title).toBeNull();
  });

  test('a prefix that nobody declared means what it usually means', () => {
    expect(rssItem('<dc:creator>Tom</dc:creator>').author).toBe('Tom');
  });

  test('a feed in a namespace of its own', () => {
    expect(read('<feed xmlns="https://example.net/draft#"><title>Quay</title></feed>').title).toBe('Quay');
  });
});

describe('what is not said is taken from what comes near to it', () => {
  test.each([
    {
      name: 'title of Media RSS',
      inside: '<media:group><media:title>T</media:title></media:group>',
      want: { title: 'T' },
    },
    {
      name: 'title before that of Media RSS',
      inside: '<media:title>M</media:title><title>T</title>',
      want: { title: 'T' },
    },
    { name: 'summary of a podcast', inside: '<itunes:summary>S</itunes:summary>', want: { summary: 'S' } },
    { name: 'author of a podcast', inside: '<itunes:author>Tom</itunes:author>', want: { author: 'Tom' } },
    {
      name: 'content for a summary',
      inside: '<content:encoded>C</content:encoded>',
      want: { summary: 'C', content: 'C' },
    },
    {
      name: 'no content for a summary alone',
      inside: '<description>S</description>',
      want: { summary: 'S', content: null },
    },
    {
      name: 'two descriptions',
      inside: '<summary>S</summary><description>D</description>',
      want: { summary: 'S', content: 'D' },
    },
    { name: 'an empty title', inside: '<title> </title><dc:title>D</dc:title>', want: { title: 'D' } },
    {
      name: 'dcterms',
      inside: '<dcterms:modified>2024-04-03</dcterms:modified>',
      want: { modifiedAt: '2024-04-03T00:00:00.000Z' },
    },
  ])('$name', ({ inside, want }) => {
    expect(rssItem(inside)).toMatchObject(want);
  });

  test('only children count: what an image or a source says is not the entry’s', () => {
    expect(rssItem('<image><title>Logo</title><link>https://example.org/logo</link></image>')).toEqual(nothing);
  });
});
