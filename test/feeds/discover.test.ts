/** Where to look for the feeds of a site. */
import { describe, expect, test } from 'vitest';
import { feedLinks, sitemapsOfRobots, usualPlaces } from '../../functions/feeds/discover.ts';

const page = 'https://example.org/news/index.html';

function urls(html: string): string[] {
  return feedLinks(html, page).map(({ url }) => url);
}

describe('links in a page', () => {
  test('named feeds come with their titles and types, in the order of the page', () => {
    const html = `<head><LINK REL="alternate" TYPE="application/rss+xml" TITLE="News &amp; more" HREF="/rss.xml">
      <link rel=alternate type=application/atom+xml href=atom.xml><link rel="alternate" type="application/feed+json" href="/feed.json">`;
    expect(feedLinks(html, page)).toEqual([
      { url: 'https://example.org/rss.xml', title: 'News & more', type: 'application/rss+xml' },
      { url: 'https://example.org/news/atom.xml', title: null, type: 'application/atom+xml' },
      { url: 'https://example.org/feed.json', title: null, type: 'application/feed+json' },
    ]);
  });

  test('better ones first: named, then guessed, then those of comments', () => {
    const html = `<a href="/feed/">RSS</a>
      <link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed">
      <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
      <link rel="alternate" type="text/xml" href="/xml">
      <link rel="alternate" type="application/rss+xml" href="/rss">`;
    expect(urls(html)).toEqual([
      'https://example.org/rss',
      'https://example.org/xml',
      'https://example.org/feed/',
      'https://example.org/comments/feed',
      'https://example.org/wp-json/wp/v2/posts/1',
    ]);
  });

  test.each([
    { name: 'a stylesheet', html: '<link rel="stylesheet" type="text/css" href="/feed.css">' },
    { name: 'another language', html: '<link rel="alternate" hreflang="de" href="/de/">' },
    {
      name: 'a page about feeds',
      html: '<a href="/feedback">f</a><a href="/newsfeed-story">f</a><a href="/rss-explained">f</a>',
    },
    { name: 'a script', html: '<script>"<link rel=alternate type=application/rss+xml href=/rss>"</script>' },
    { name: 'a comment', html: '<!-- <link rel=alternate type=application/rss+xml href=/rss> -->' },
    { name: 'javascript:', html: '<link rel=alternate type=application/rss+xml href="javascript:0">' },
    { name: 'a reader', html: '<a href="https://feedly.com/i/subscription/feed/https://example.org/rss">f</a>' },
  ])('$name is no feed', ({ html }) => {
    expect(urls(html)).toEqual([]);
  });

  test('the base of the page counts, and feed: is http', () => {
    const html = '<base href="https://cdn.example/x/"><a href="rss.xml">a</a><a href="feed://a.example/feed">b</a>';
    expect(urls(html)).toEqual(['https://cdn.example/x/rss.xml', 'https://a.example/feed']);
  });

  test('each address once, and no more than 50', () => {
    const link = (i: number) =>
      `<link rel=alternate type=application/rss+xml href="/${i}.rss"><a href="/${i}.rss">x</a>`;
    const found = urls(Array.from({ length: 1000 }, (_, i) => link(i)).join(''));
    expect(found).toEqual(Array.from({ length: 50 }, (_, i) => `https://example.org/${i}.rss`));
  });

  test('many guesses do not hide what is named after them', () => {
    const html = '<a href="/a/feed">x</a>'.repeat(1000);
    expect(urls(`${html}<link rel=alternate type=application/rss+xml href=/rss>`)[0]).toBe('https://example.org/rss');
  });
});

describe('usual places', () => {
  test('below the page first, then at the root of its site', () => {
    const places = usualPlaces('https://example.org/news/index.html?x=1');
    expect(places.slice(0, 2)).toEqual(['https://example.org/news/feed', 'https://example.org/news/rss']);
    expect(places).toContain('https://example.org/feed');
    expect(places).toContain('https://example.org/feeds/posts/default');
    expect(places.slice(-2)).toEqual(['https://example.org/sitemap.xml', 'https://example.org/sitemap_index.xml']);
    expect(new Set(places).size).toBe(places.length);
  });

  test('none for what is no page', () => {
    expect([usualPlaces('mailto:a@b.example'), usualPlaces('x')]).toEqual([[], []]);
  });
});

test('sitemaps that robots.txt names, those of news first', () => {
  const text = `User-agent: *\r\nDisallow: /x\r\nSitemap: https://example.org/sitemap.xml\rSITEMAP : https://example.org/news.xml # new
    sitemap: /relative.xml\nSitemap: https://example.org/sitemap.xml\n# Sitemap: https://example.org/no.xml\nSitemap:\nNoSitemap: https://example.org/no.xml`;
  expect(sitemapsOfRobots(text)).toEqual(['https://example.org/news.xml', 'https://example.org/sitemap.xml']);
});
