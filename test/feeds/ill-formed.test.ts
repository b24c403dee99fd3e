/** XML that is none: everything that can be read is read. */
import { expect, test } from 'vitest';
import { read, rssItem } from './read.ts';

function titles(inside: string): (string | null)[] {
  return read(inside).entries.map(({ title }) => title);
}

test.each([
  {
    name: 'warnings of a script before it',
    source:
      '<br />\n<b>Warning</b>: x in <b>/a.php</b><br />\n<?xml version="1.0"?><rss><channel><item><title>a</title></item></channel></rss>',
  },
  {
    name: 'white space and a mark before the declaration',
    source: '\n\ufeff <?xml version="1.0"?><rss><channel><item><title>a</title></item></channel></rss>',
  },
  {
    name: 'a comment that holds another feed',
    source:
      '<!-- <feed><entry><title>b</title></entry></feed> --><rss><channel><item><title>a</title></item></channel></rss>',
  },
  {
    name: 'a second feed behind it',
    source:
      '<rss><channel><item><title>a</title></item></channel></rss><rss><channel><item><title>b</title></item></channel></rss>',
  },
  { name: 'cut off in a tag', source: '<rss><channel><item><title>a</title><link' },
  { name: 'cut off in a CDATA section', source: '<rss><channel><item><title>a</title><description><![CDATA[b' },
  { name: 'no channel', source: '<rss><item><title>a</title></item></rss>' },
  { name: 'no rss', source: '<channel><item><title>a</title></item></channel>' },
  {
    name: 'begun in capitals, ended in small letters',
    source: '<rss><channel><Item><Title>a</title><LINK>x</link></item></channel></rss>',
  },
  { name: 'upper case', source: '<RSS><CHANNEL><ITEM><TITLE>a</TITLE></ITEM></CHANNEL></RSS>' },
  {
    name: 'an end without a beginning',
    source: '<rss><channel></image><item></b><title>a</title></item></channel></rss>',
  },
])('$name', ({ source }) => {
  expect(titles(source)).toEqual(['a']);
});

test('items that are never closed are several', () => {
  expect(titles('<rss><channel><item><title>a</title><item><title>b</title><item><title>c')).toEqual(['a', 'b', 'c']);
});

test.each([
  {
    name: 'an element never closed',
    source: '<title>a <b>b</title><link>https://example.org/1</link>',
    title: 'a <b>b</b>',
  },
  { name: 'a line break of HTML', source: '<title>a<br>b</title>', title: 'a<br />b' },
  { name: 'a bare less-than', source: '<title>1 < 2, I <3 it, a <b c</title>', title: '1 < 2, I <3 it, a <b c' },
  { name: 'overlapping tags', source: '<title><b>a<i>b</b>c</i></title>', title: '<b>a<i>b</i></b>c' },
])('$name', ({ source, title }) => {
  expect(rssItem(source).title).toBe(title);
});

test.each([
  { name: 'without quotes', attributes: 'href=https://example.org/1 rel=alternate' },
  { name: 'in single quotes', attributes: "href='https://example.org/1'" },
  { name: 'with space around the sign', attributes: 'href = "https://example.org/1"' },
  { name: 'in upper case', attributes: 'HREF="https://example.org/1" REL="alternate"' },
  { name: 'given twice', attributes: 'href="https://example.org/1" href="https://example.org/2"' },
  { name: 'a quote never closed', attributes: 'href="https://example.org/1' },
  { name: 'nothing between', attributes: 'rel="alternate"href="https://example.org/1"' },
])('attributes $name', ({ attributes }) => {
  const source = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><link ${attributes}/><title type="html">x</title></entry></feed>`;
  expect(read(source).entries[0]?.url).toBe('https://example.org/1');
});
