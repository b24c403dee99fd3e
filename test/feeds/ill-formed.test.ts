/** XML that is none: everything that can be read is read. */
import { expect, test } from 'vitest';
import { read, rssItem } from './read.ts';

function titles(inside: string): (string | null)[] {
  return read(inside).entries.map(({ title }) => title);
}

test.each([
  [
    'warnings of a script before it',
    '<br />\n<b>Warning</b>: x in <b>/a.php</b><br />\n<?xml version="1.0"?><rss><channel><item><title>a</title></item></channel></rss>',
  ],
  [
    'white space and a mark before the declaration',
    '\n\ufeff <?xml version="1.0"?><rss><channel><item><title>a</title></item></channel></rss>',
  ],
  [
    'a comment that holds another feed',
    '<!-- <feed><entry><title>b</title></entry></feed> --><rss><channel><item><title>a</title></item></channel></rss>',
  ],
  [
    'a second feed behind it',
    '<rss><channel><item><title>a</title></item></channel></rss><rss><channel><item><title>b</title></item></channel></rss>',
  ],
  ['cut off in a tag', '<rss><channel><item><title>a</title><link'],
  ['cut off in a CDATA section', '<rss><channel><item><title>a</title><description><![CDATA[b'],
  ['no channel', '<rss><item><title>a</title></item></rss>'],
  ['no rss', '<channel><item><title>a</title></item></channel>'],
  [
    'begun in capitals, ended in small letters',
    '<rss><channel><Item><Title>a</title><LINK>x</link></item></channel></rss>',
  ],
  ['upper case', '<RSS><CHANNEL><ITEM><TITLE>a</TITLE></ITEM></CHANNEL></RSS>'],
  ['an end without a beginning', '<rss><channel></image><item></b><title>a</title></item></channel></rss>'],
])('%s', (_, source) => {
  expect(titles(source)).toEqual(['a']);
});

test('items that are never closed are several', () => {
  expect(titles('<rss><channel><item><title>a</title><item><title>b</title><item><title>c')).toEqual(['a', 'b', 'c']);
});

test.each([
  ['an element never closed', '<title>a <b>b</title><link>https://example.org/1</link>', 'a <b>b</b>'],
  ['a line break of HTML', '<title>a<br>b</title>', 'a<br />b'],
  ['a bare less-than', '<title>1 < 2, I <3 it, a <b c</title>', '1 < 2, I <3 it, a <b c'],
  ['overlapping tags', '<title><b>a<i>b</b>c</i></title>', '<b>a<i>b</i></b>c'],
])('%s', (_, source, title) => {
  expect(rssItem(source).title).toBe(title);
});

test.each([
  ['without quotes', 'href=https://example.org/1 rel=alternate'],
  ['in single quotes', "href='https://example.org/1'"],
  ['with space around the sign', 'href = "https://example.org/1"'],
  ['in upper case', 'HREF="https://example.org/1" REL="alternate"'],
  ['given twice', 'href="https://example.org/1" href="https://example.org/2"'],
  ['a quote never closed', 'href="https://example.org/1'],
  ['nothing between', 'rel="alternate"href="https://example.org/1"'],
])('attributes %s', (_, attributes) => {
  const source = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><link ${attributes}/><title type="html">x</title></entry></feed>`;
  expect(read(source).entries[0]?.url).toBe('https://example.org/1');
});
