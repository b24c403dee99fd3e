/** The text of a story with its marks: which there are, that nothing else gets through, and that it says what the plain text says. */
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { describe, expect, test } from 'vitest';
import { plainLine } from '../../functions/extract/marked-lines.ts';
import { markedText, wholeText } from '../../functions/extract/marked-text.ts';
import { prune } from '../../functions/extract/prune.ts';
import { maxHtmlLength } from '../../functions/extract/text-limit.ts';

const base = 'https://paper.example/news/story';
const marked = (html: string) => wholeText(prune(html).root.children, base);

describe('the marks of a text', () => {
  test.each([
    { name: 'paragraphs', html: '<div><p>One.</p> <p>Two.</p></div>', kept: '<p>One.</p><p>Two.</p>' },
    { name: 'text in no paragraph', html: '<div>One.<div>Two.</div></div>', kept: '<p>One.</p><p>Two.</p>' },
    { name: 'line breaks', html: '<p>One.<br>Two.<br><br>Three.</p>', kept: '<p>One.<br>Two.<br>Three.</p>' },
    {
      name: 'headings, from the second to the fourth',
      html: '<h1>A</h1><h2>B</h2><h3>C</h3><h4>D</h4><h6>E</h6>',
      kept: '<h2>A</h2><h2>B</h2><h3>C</h3><h4>D</h4><h4>E</h4>',
    },
    {
      name: 'lists in lists',
      html: '<ul><li>A<ol><li>B</li><li>C</li></ol></li><li><p>D</p></li></ul>',
      kept: '<ul><li>A<ol><li>B</li><li>C</li></ol></li><li><p>D</p></li></ul>',
    },
    { name: 'an item of no list', html: '<li>A</li>', kept: '<p>A</p>' },
    {
      name: 'a quotation',
      html: '<blockquote>A<p>B</p></blockquote>',
      kept: '<blockquote><p>A</p><p>B</p></blockquote>',
    },
    {
      name: 'a table, without its parts',
      html: '<table class=t><tbody><tr><th>A<td>B<tr><td colspan=2>C</table>',
      kept: '<table><tr><th>A</th><td>B</td></tr><tr><td>C</td></tr></table>',
    },
    { name: 'code, with its lines', html: '<pre>\nif a:\n  b &lt; c</pre>', kept: '<pre>if a:\n  b &lt; c</pre>' },
    {
      name: 'a figure',
      html: '<figure><img src=a><figcaption>The <b>pier</b></figcaption></figure>',
      kept: '<figure><figcaption>The <strong>pier</strong></figcaption></figure>',
    },
    {
      name: 'stress, wherever it begins',
      html: '<p> <b> One <i>two</i> </b> <em></em><b>three </b> </p>',
      kept: '<p><strong>One <em>two</em> </strong><strong>three</strong></p>',
    },
    {
      name: 'stress over two paragraphs',
      html: '<b>A<p>B</p></b>',
      kept: '<p><strong>A</strong></p><p><strong>B</strong></p>',
    },
    {
      name: 'links, resolved',
      html: '<p><a href="/a?b=1&amp;c" onclick=x>A</a> <a href="javascript:b()">B</a> <a href="#c">C</a> <a href=mailto:d>D</a></p>',
      kept: '<p><a href="https://paper.example/a?b=1&amp;c">A</a> B C D</p>',
    },
    {
      name: 'readings, which the text has not',
      html: '<p><ruby>橋<rp>(</rp><rt>はし</rt><rp>)</rp></ruby>が落ちた</p>',
      kept: '<p><ruby>橋<rp>(</rp><rt>はし</rt><rp>)</rp></ruby>が落ちた</p>',
      text: '橋が落ちた',
    },
    {
      name: 'direction and language, if they are such',
      html: '<p dir=RTL lang=ar id=a class=b>A</p><p dir="x" lang="\'">B</p><p>a <i lang=fr>b</i></p>',
      kept: '<p dir="rtl" lang="ar">A</p><p>B</p><p>a <em lang="fr">b</em></p>',
    },
    {
      name: 'text that looks like marks',
      html: '<p>&lt;script&gt; &amp;amp; "b"</p>',
      kept: '<p>&lt;script&gt; &amp;amp; &quot;b&quot;</p>',
    },
    { name: 'lines that a file has', html: 'One\ntwo.\n\nThree.', kept: '<p>One two.</p><p>Three.</p>' },
  ])('$name', ({ html, kept, text }) => {
    expect(marked(html)?.html).toBe(kept);
    if (text !== undefined) expect(marked(html)?.text).toBe(text);
  });

  test('none for nothing', () => {
    expect(marked('<p> <b> </b></p>')).toBeNull();
  });
});

const tags =
  'p div h1 h2 h5 ul ol li blockquote table tr td th pre figure figcaption b i a code ruby rt br span script style form'.split(
    ' ',
  );
const attributes = [
  '',
  ' href=//b.example/x',
  ' href="javascript:1"',
  ' dir=rtl',
  ' onclick=a',
  ' style="x:y"',
  ' lang="a b"',
];
const piece = fc.oneof(
  fc.tuple(fc.constantFrom(...tags), fc.constantFrom(...attributes)).map(([tag, more]) => `<${tag}${more}>`),
  fc.constantFrom(...tags).map((tag) => `</${tag}>`),
  fc.constantFrom('word', ' ', '\n', '&lt;b&gt;', '"', '&amp;', '字'),
);
const allowed = new Set(
  'p h2 h3 h4 ul ol li blockquote table tr td th pre code figure figcaption em strong a br ruby rt rp'.split(' '),
);

test('whatever the page, its marks are of those, well nested, and hold the words of the text', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const found = marked(pieces.join(''));
      if (found === null) return;
      const open: string[] = [];
      let words = '';
      let readings = 0;
      const parser = new Parser({
        onopentagname: (name) => {
          expect(allowed).toContain(name);
        },
        onopentag(name, given) {
          open.push(name);
          for (const [key, value] of Object.entries(given)) {
            if (key === 'href') expect([name, value]).toEqual(['a', 'https://b.example/x']);
            else expect([key, value]).toEqual(['dir', 'rtl']);
          }
          if (/^r[tp]$/.test(name)) readings++;
        },
        ontext(data) {
          if (readings === 0 || !open.includes('rt')) words += data;
        },
        onclosetag(name, isImplied) {
          expect(isImplied && name !== 'br').toBe(false);
          expect(open.pop()).toBe(name);
          if (/^r[tp]$/.test(name)) readings--;
        },
      });
      parser.end(found.html);
      expect(open).toEqual([]);
      expect(words.replace(/\s+/g, '')).toBe(found.text.replace(/\s+/g, ''));
    }),
    { numRuns: 500 },
  );
});

test('marks of more than their limit end with a whole line', () => {
  const line = '<'.repeat(1000);
  const found = markedText(Array.from({ length: 900 }, () => plainLine(line)));
  expect(found?.html.length).toBeLessThanOrEqual(maxHtmlLength);
  expect(found?.html.length).toBeGreaterThan(maxHtmlLength - 5000);
  expect(found?.html).toMatch(/&lt;<\/p>$/);
});
