/** Markdown from the marks of a text: what reads well, and what can be no mark. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { writeMarkdown } from '../../functions/formats/markdown.ts';
import { forAll } from '../support/for-all.ts';
import { listOf } from '../support/list-of.ts';

const bodyOf = (html: string) =>
  writeMarkdown({ front: [], title: null, html }).slice('---\n\n---\n\n'.length).trimEnd();

describe('markdown', () => {
  test.each([
    ['paragraphs and line breaks', '<p>One.<br>Two.</p><p>Three.</p>', 'One.  \nTwo.\n\nThree.'],
    ['headings', '<h2>A</h2><p>b</p><h4>C</h4>', '## A\n\nb\n\n#### C'],
    ['stress at the words', '<p>a<strong> b </strong>c <em>d</em></p>', 'a **b** c *d*'],
    ['links', '<p><a href="https://a.example/b?c=(1)&amp;d">E</a></p>', '[E](https://a.example/b?c=%281%29&d)'],
    ['links that are none', '<p><a href="javascript:a()">b</a></p>', 'b'],
    [
      'lists in lists',
      '<ol><li>A<ul><li>B</li></ul></li><li><p>C</p><p>D</p></li></ol>',
      '1. A\n\n   - B\n2. C\n\n   D',
    ],
    ['quotations', '<blockquote><p>A</p><p>B</p></blockquote>', '> A\n>\n> B'],
    [
      'tables',
      '<table><tr><th>A</th><td>b|c</td></tr><tr><td>d</td></tr></table>',
      '| A | b\\|c |\n| --- | --- |\n| d |  |',
    ],
    ['code', '<pre>a\n```b &lt;</pre><p><code>c`d</code></p>', '````\na\n```b <\n````\n\n``c`d``'],
    ['captions', '<figure><figcaption>A pier</figcaption></figure>', '*A pier*'],
    ['readings', '<p><ruby>橋<rp>(</rp><rt>はし</rt><rp>)</rp></ruby></p>', '橋（はし）'],
    [
      'signs',
      '<p># 1. *a* [b](c) &lt;d&gt; _e_</p><p>1. f</p><p>- g</p>',
      '\\# 1. \\*a\\* \\[b\\](c) \\<d\\> \\_e\\_\n\n1\\. f\n\n\\- g',
    ],
  ])('writes %s', (_, html, text) => {
    expect(bodyOf(html)).toBe(text);
  });

  it('begins with what is known of the story, as YAML that nothing breaks', () => {
    const front: [string, string | string[] | null][] = [
      ['title', 'A "b": c\n---'],
      ['authors', ['D', 'E']],
      ['tags', []],
      ['language', null],
    ];
    expect(writeMarkdown({ front, title: 'A\nb', html: '<p>c</p>' })).toBe(
      '---\ntitle: "A \\"b\\": c\\n---"\nauthors: ["D", "E"]\n---\n\n# A b\n\nc\n',
    );
  });

  it('has no raw HTML, whatever the text says', () => {
    forAll(
      [
        fc.string({
          unit: fc.constantFrom(...listOf`< > & lt; script / * [ ] ( \\ # - 1. |`, '`', ' '),
        }),
      ],
      (text) => {
        const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
        expect(bodyOf(`<p>${html}</p>`) ?? '').not.toMatch(/(?<!\\)(\\\\)*</);
      },
    );
  });
});
