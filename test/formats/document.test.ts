/** The Markdown document of the git archives, byte for byte. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../functions/formats/document.ts';
import { paragraphs, writeDocument } from '../../functions/formats/write-document.ts';
import { forAll } from '../support/for-all.ts';

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
  ['an empty text leaves an empty body', '', ''],
  ['empty lines give no paragraphs', '\nOne\n\n\nTwo\n', '<p>One</p><p>Two</p>'],
  ['markup in the text is text', 'a < b & c > d <script>', '<p>a &lt; b &amp; c &gt; d &lt;script&gt;</p>'],
  ['entities in the text are text', 'AT&amp;T', '<p>AT&amp;amp;T</p>'],
  ['quotes stay', '"it\'s"', '<p>"it\'s"</p>'],
  ['Chinese stays', '大桥已关闭。\n将进行维修。', '<p>大桥已关闭。</p><p>将进行维修。</p>'],
  ['dollar signs stay', '$& costs $1', '<p>$&amp; costs $1</p>'],
])('%s', (_, text, body) => {
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
  [
    'a title may hold brackets',
    { title: '[Live] Bridge (closed)' },
    '[[Live] Bridge (closed)](https://example.com/news/bridge)',
  ],
  [
    'line breaks in a title become spaces',
    { title: 'Bridge\n\tcloses' },
    '[Bridge closes](https://example.com/news/bridge)',
  ],
  [
    'brackets in a URL are encoded',
    { url: 'https://example.com/Bridge_(river)?a=(1)' },
    '[Bridge closes](https://example.com/Bridge_%28river%29?a=%281%29)',
  ],
  ['an empty title is an empty link', { title: '' }, '[](https://example.com/news/bridge)'],
])('%s', (_, change, line) => {
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
    ['the plain form', `${head}<p>Closed.</p>\n`, {}],
    ['CRLF', `${head}<p>Closed.</p>\n`.replaceAll('\n', '\r\n'), {}],
    ['a byte order mark', `\uFEFF${head}<p>Closed.</p>\n`, {}],
    ['no last line end', `${head}<p>Closed.</p>`, {}],
    ['an empty body', head, { body: '' }],
    ['no time', head.slice(21), { publishedAtMs: null, body: '' }],
    ['a time that no calendar has', `<!--9999999999999999-->\n${head.slice(21)}`, { publishedAtMs: null, body: '' }],
    ['no rule', '<!--1712173501000-->\n[Bridge closes](https://example.com/news/bridge)\n<p>Closed.</p>', {}],
    ['a title without a link', '<!--1712173501000-->\n[Bridge closes]\n------\n<p>Closed.</p>', { url: null }],
    ['nothing at all', '', { title: null, url: null, publishedAtMs: null, body: '' }],
    ['text alone', 'Closed.', { title: null, url: null, publishedAtMs: null, body: 'Closed.' }],
  ])('takes %s', (_, source, change) => {
    expect(readDocument(source)).toEqual({ ...read, ...change });
  });

  test.each([
    ['[[Live] Bridge (closed)](https://e.org/a)', '[Live] Bridge (closed)', 'https://e.org/a'],
    ['[a](b) c](https://e.org/a)', 'a](b) c', 'https://e.org/a'],
    ['[Bridge](https://e.org/Bridge_(river)?a=(1))', 'Bridge', 'https://e.org/Bridge_(river)?a=(1)'],
    ['[Bridge](https://e.org/Bridge_%28river%29)', 'Bridge', 'https://e.org/Bridge_%28river%29'],
    ['[a \\[b\\]](https://e.org/\\(a\\))', 'a [b]', 'https://e.org/(a)'],
    ['[](https://e.org/a)', null, 'https://e.org/a'],
    ['[Bridge](<https://e.org/a b>)', 'Bridge', 'https://e.org/a b'],
    ['[Bridge](/relative)', 'Bridge', '/relative'],
  ])('reads %s', (line, title, url) => {
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
    ['2014-02-04', '2014-02-04T00:00:00Z'],
    ['2014-02-04 08:59:12 +0100', '2014-02-04T07:59:12Z'],
    ['"2014-02-04 08:59"', '2014-02-04T08:59:00Z'],
    ['yesterday', null],
    ['2014-13-45', null],
  ])('front matter may be dated %s', (date, at) => {
    expect(readDocument(`---\ndate: ${date}\n---\n`).publishedAtMs).toBe(at && Date.parse(at));
  });

  test.each([
    ['a second colon', 'title: Bridge: closed', 'Bridge: closed'],
    ['an alias that is none', 'title: *Bridge* closed', '*Bridge* closed'],
    ['a tag', 'title: !!js/function x', 'x'],
    ['a reference', 'x: &a y\ntitle: *a', null],
    ['a map', 'title: { a: b }', null],
  ])('broken or strange front matter gives what its lines say: %s', (_, line, title) => {
    expect(readDocument(`---\n${line}\nfrom: https://e.org/1\n---\n`)).toMatchObject({ title, url: 'https://e.org/1' });
  });

  test('what was written is read back, and never throws on anything', () => {
    const text = fc.string({ unit: 'grapheme' }).map((s) =>
      s
        .replace(/[\p{C}\\]/gu, '')
        .replace(/\s+/g, ' ')
        .trim(),
    );
    forAll(
      [text, fc.webUrl({ withQueryParameters: true }), fc.integer({ min: 0, max: 8e12 }), text],
      (title, url, publishedAtMs, body) => {
        const written = writeDocument({ title, url, publishedAtMs, body: paragraphs(body) });
        expect(readDocument(written)).toMatchObject({ publishedAtMs, body: paragraphs(body), title: title || null });
        expect(readDocument(written).url?.replaceAll('%28', '(').replaceAll('%29', ')')).toBe(
          url.replaceAll('%28', '(').replaceAll('%29', ')'),
        );
      },
    );
    forAll([fc.string({ unit: 'binary' })], (any) => void readDocument(`---\n${any}\n---\n${any}`));
  });
});
