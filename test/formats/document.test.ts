/** The Markdown document of the git archives, byte for byte. */
import { expect, test } from 'vitest';
import { writeDocument } from '../../functions/formats/document.ts';

const story = {
  title: 'Bridge closes',
  url: 'https://example.com/news/bridge',
  publishedAtMs: 1712173501000,
  text: 'The bridge was closed.\nIt will be repaired.',
};

test('has the time, the linked title, a rule, an empty line and the body on one line', () => {
  expect(writeDocument(story)).toBe(
    '<!--1712173501000-->\n[Bridge closes](https://example.com/news/bridge)\n------\n\n<p>The bridge was closed.</p><p>It will be repaired.</p>\n',
  );
});

test.each([
  { name: 'an empty text leaves an empty body', change: { text: '' }, body: '' },
  { name: 'empty lines give no paragraphs', change: { text: '\nOne\n\n\nTwo\n' }, body: '<p>One</p><p>Two</p>' },
  {
    name: 'markup in the text is text',
    change: { text: 'a < b & c > d <script>' },
    body: '<p>a &lt; b &amp; c &gt; d &lt;script&gt;</p>',
  },
  { name: 'entities in the text are text', change: { text: 'AT&amp;T' }, body: '<p>AT&amp;amp;T</p>' },
  { name: 'quotes stay', change: { text: '"it\'s"' }, body: '<p>"it\'s"</p>' },
  {
    name: 'Chinese stays',
    change: { text: '大桥已关闭。\n将进行维修。' },
    body: '<p>大桥已关闭。</p><p>将进行维修。</p>',
  },
  { name: 'dollar signs stay', change: { text: '$& costs $1' }, body: '<p>$&amp; costs $1</p>' },
])('$name', ({ change, body }) => {
  expect(writeDocument({ ...story, ...change })).toBe(
    `<!--1712173501000-->\n[Bridge closes](https://example.com/news/bridge)\n------\n\n${body}\n`,
  );
});

test.each([
  {
    name: 'a title may hold brackets',
    change: { title: '[Live] Bridge (closed)' },
    line: '[[Live] Bridge (closed)](https://example.com/news/bridge)',
  },
  {
    name: 'line breaks in a title become spaces',
    change: { title: 'Bridge\n\tcloses' },
    line: '[Bridge closes](https://example.com/news/bridge)',
  },
  {
    name: 'brackets in a URL are encoded',
    change: { url: 'https://example.com/Bridge_(river)?a=(1)' },
    line: '[Bridge closes](https://example.com/Bridge_%28river%29?a=%281%29)',
  },
  { name: 'an empty title is an empty link', change: { title: '' }, line: '[](https://example.com/news/bridge)' },
])('$name', ({ change, line }) => {
  expect(writeDocument({ ...story, ...change }).split('\n')[1]).toBe(line);
});

test.each([
  { name: 'the epoch', publishedAtMs: 0, line: '<!--0-->' },
  { name: 'a time before it', publishedAtMs: -1000, line: '<!---1000-->' },
])('writes $name', ({ publishedAtMs, line }) => {
  expect(writeDocument({ ...story, publishedAtMs }).split('\n')[0]).toBe(line);
});
