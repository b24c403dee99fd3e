/** The Markdown document of the git archives, byte for byte. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../functions/formats/document.ts';
import { paragraphs, writeDocument } from '../../functions/formats/write-document.ts';

const story = {
  title: 'Bridge closes',
  url: 'https://example.com/news/bridge',
  publishedAtMs: 1712173501000,
  body: paragraphs('The bridge was closed.\nIt will be repaired.'),
};

test('has the time, the linked title, a rule, an empty line and the body on one line', () => {
  expect(writeDocument(story)).toBe(
    '<!--1712173501000-->\n[Bridge closes](https://example.com/news/bridge)\n------\n\n<p>The bridge was closed.</p><p>It will be repaired.</p>\n',
  );
});

test.each([
  { name: 'an empty text leaves an empty body', text: '', body: '' },
  { name: 'empty lines give no paragraphs', text: '\nOne\n\n\nTwo\n', body: '<p>One</p><p>Two</p>' },
  {
    name: 'markup in the text is text',
    text: 'a < b & c > d <script>',
    body: '<p>a &lt; b &amp; c &gt; d &lt;script&gt;</p>',
  },
  { name: 'entities in the text are text', text: 'AT&amp;T', body: '<p>AT&amp;amp;T</p>' },
  { name: 'quotes stay', text: '"it\'s"', body: '<p>"it\'s"</p>' },
  { name: 'Chinese stays', text: '大桥已关闭。\n将进行维修。', body: '<p>大桥已关闭。</p><p>将进行维修。</p>' },
  { name: 'dollar signs stay', text: '$& costs $1', body: '<p>$&amp; costs $1</p>' },
])('$name', ({ text, body }) => {
  expect(writeDocument({ ...story, body: paragraphs(text) })).toBe(
    `<!--1712173501000-->\n[Bridge closes](https://example.com/news/bridge)\n------\n\n${body}\n`,
  );
});

test('lines of a body are joined as HTML reads them: words stay apart, blocks need nothing between', () => {
  const body = '<p>The bridge\n  was <b>closed</b>\n<i>today</i>.</p>\r\n\n<p>It will be<br>\nrepaired.</p>\n';
  expect(writeDocument({ ...story, body }).split('\n')[4]).toBe(
    '<p>The bridge was <b>closed</b> <i>today</i>.</p><p>It will be<br>repaired.</p>',
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

const read = {
  title: 'Bridge closes',
  url: 'https://example.com/news/bridge',
  publishedAtMs: 1712173501000,
  authors: [],
  tags: [],
  category: null,
  body: '<p>Closed.</p>',
};
const head = '<!--1712173501000-->\n[Bridge closes](https://example.com/news/bridge)\n------\n\n';

describe('reading a document', () => {
  test.each([
    { name: 'the plain form', source: `${head}<p>Closed.</p>\n`, change: {} },
    { name: 'CRLF', source: `${head}<p>Closed.</p>\n`.replaceAll('\n', '\r\n'), change: {} },
    { name: 'a byte order mark', source: `\uFEFF${head}<p>Closed.</p>\n`, change: {} },
    { name: 'no last line end', source: `${head}<p>Closed.</p>`, change: {} },
    { name: 'an empty body', source: head, change: { body: '' } },
    { name: 'no time', source: head.slice(21), change: { publishedAtMs: null, body: '' } },
    {
      name: 'a time that no calendar has',
      source: `<!--9999999999999999-->\n${head.slice(21)}`,
      change: { publishedAtMs: null, body: '' },
    },
    {
      name: 'no rule',
      source: '<!--1712173501000-->\n[Bridge closes](https://example.com/news/bridge)\n<p>Closed.</p>',
      change: {},
    },
    {
      name: 'a title without a link',
      source: '<!--1712173501000-->\n[Bridge closes]\n------\n<p>Closed.</p>',
      change: { url: null },
    },
    { name: 'nothing at all', source: '', change: { title: null, url: null, publishedAtMs: null, body: '' } },
    { name: 'text alone', source: 'Closed.', change: { title: null, url: null, publishedAtMs: null, body: 'Closed.' } },
  ])('takes $name', ({ source, change }) => {
    expect(readDocument(source)).toEqual({ ...read, ...change });
  });

  test.each([
    { line: '[[Live] Bridge (closed)](https://e.org/a)', title: '[Live] Bridge (closed)', url: 'https://e.org/a' },
    { line: '[a](b) c](https://e.org/a)', title: 'a](b) c', url: 'https://e.org/a' },
    {
      line: '[Bridge](https://e.org/Bridge_(river)?a=(1))',
      title: 'Bridge',
      url: 'https://e.org/Bridge_(river)?a=(1)',
    },
    { line: '[Bridge](https://e.org/Bridge_%28river%29)', title: 'Bridge', url: 'https://e.org/Bridge_%28river%29' },
    { line: '[a \\[b\\]](https://e.org/\\(a\\))', title: 'a [b]', url: 'https://e.org/(a)' },
    { line: '[](https://e.org/a)', title: null, url: 'https://e.org/a' },
    { line: '[Bridge](<https://e.org/a b>)', title: 'Bridge', url: 'https://e.org/a b' },
    { line: '[Bridge](/relative)', title: 'Bridge', url: '/relative' },
  ])('reads $line', ({ line, title, url }) => {
    expect(readDocument(`<!--1-->\n${line}\n------\n\n`)).toMatchObject({ title, url });
  });

  test('takes front matter, before the plain form and in its place', () => {
    const front =
      '---\nlayout: post\ntitle: "A: b"\ndate: 2014-02-04T08:59:12+01:00\nauthor: 谢通\nfrom: https://e.org/22\ntags: [ 泡泡, x ]\ncategories: [ 泡泡 ]\n---\n';
    const facts = { authors: ['谢通'], tags: ['泡泡', 'x'], category: '泡泡' };
    expect(readDocument(`${front}\n<p>Closed.</p>\n`)).toEqual({
      ...read,
      ...facts,
      title: 'A: b',
      url: 'https://e.org/22',
      publishedAtMs: Date.parse('2014-02-04T07:59:12Z'),
    });
    expect(readDocument(`${front}${head}<p>Closed.</p>\n`)).toEqual({ ...read, ...facts });
  });

  test('a link that opens the body of a document with front matter belongs to the body', () => {
    const { url, body } = readDocument('---\nfrom: https://e.org/22\n---\n\n[The other](https://e.org/other)\n');
    expect({ url, body }).toEqual({ url: 'https://e.org/22', body: '[The other](https://e.org/other)' });
  });

  test.each([
    { date: '2014-02-04', at: '2014-02-04T00:00:00Z' },
    { date: '2014-02-04 08:59:12 +0100', at: '2014-02-04T07:59:12Z' },
    { date: '"2014-02-04 08:59"', at: '2014-02-04T08:59:00Z' },
    { date: 'yesterday', at: null },
    { date: '2014-13-45', at: null },
  ])('front matter may be dated $date', ({ date, at }) => {
    expect(readDocument(`---\ndate: ${date}\n---\n`).publishedAtMs).toBe(at && Date.parse(at));
  });

  test.each([
    { name: 'a second colon', line: 'title: Bridge: closed', title: 'Bridge: closed' },
    { name: 'an alias that is none', line: 'title: *Bridge* closed', title: '*Bridge* closed' },
    { name: 'a tag', line: 'title: !!js/function x', title: 'x' },
    { name: 'a reference', line: 'x: &a y\ntitle: *a', title: null },
    { name: 'a map', line: 'title: { a: b }', title: null },
  ])('broken or strange front matter gives what its lines say: $name', ({ line, title }) => {
    expect(readDocument(`---\n${line}\nfrom: https://e.org/1\n---\n`)).toMatchObject({ title, url: 'https://e.org/1' });
  });

  test('what was written is read back, and never throws on anything', () => {
    const text = fc.string({ unit: 'grapheme' }).map((s) =>
      s
        .replace(/[\p{C}\\]/gu, '')
        .replace(/\s+/g, ' ')
        .trim(),
    );
    fc.assert(
      fc.property(
        text,
        fc.webUrl({ withQueryParameters: true }),
        fc.integer({ min: 0, max: 8e12 }),
        text,
        (title, url, publishedAtMs, body) => {
          const written = writeDocument({ title, url, publishedAtMs, body: paragraphs(body) });
          expect(readDocument(written)).toMatchObject({ publishedAtMs, body: paragraphs(body), title: title || null });
          expect(readDocument(written).url?.replaceAll('%28', '(').replaceAll('%29', ')')).toBe(
            url.replaceAll('%28', '(').replaceAll('%29', ')'),
          );
        },
      ),
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (any) => void readDocument(`---\n${any}\n---\n${any}`)));
  });
});
