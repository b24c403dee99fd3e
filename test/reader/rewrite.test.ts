/** What a browser is shown of an archived page: nothing that runs, nothing that is loaded, links to a page of ours. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rewriteCss } from '../../functions/pictures/rewrite-css.ts';
import { rewritePage } from '../../functions/pictures/rewrite-page.ts';
import { forAll } from '../support/for-all.ts';
import { listOf } from '../support/list-of.ts';

const shown = (html: string) =>
  rewritePage(html, {
    url: 'http://paper.example/2026/a',
    leave: (target) => `/out?url=${encodeURIComponent(target)}`,
  }).html.replace('<!doctype html>', '');

describe('a page', () => {
  test.each([
    [
      'keeps its words and marks',
      '<h1 class="x">A &amp; B</h1><p lang=de>c</p>',
      '<h1 class="x">A &amp; B</h1><p lang="de">c</p>',
    ],
    ['loses scripts', '<p>a<script>alert(1)</script>b</p>', '<p>ab</p>'],
    ['loses handlers', '<p onclick="x()" ONLOAD=y title="t">a</p>', '<p title="t">a</p>'],
    ['has frames without an address', '<iframe src="http://x.example/"><p>in</p></iframe>b', '<iframe></iframe>b'],
    [
      'loses what says where it leads',
      '<meta http-equiv=refresh content="0;url=//x"><base href="//x"><p>a</p>',
      '<p>a</p>',
    ],
    [
      'keeps what says how it is read',
      '<meta name=viewport content="width=device-width">',
      '<meta name="viewport" content="width=device-width">',
    ],
    ['loses outer styles', '<link rel=stylesheet href="//x/a.css"><link rel=preconnect href="//x">', ''],
    [
      'loses pictures that are elsewhere',
      '<img src="//x/a.png" srcset="//x/b 2x" alt="A boat" width=10>',
      '<img alt="A boat" width="10">',
    ],
    [
      'keeps pictures that it holds',
      '<img src="data:image/png;base64,AA==">',
      '<img src="data:image/png;base64,AA==">',
    ],
    ['shows what is for browsers without scripts', '<noscript><p>plain</p></noscript>', '<p>plain</p>'],
    [
      'has forms that send nothing',
      '<form action="//x"><input type=password name=p><button formaction="//x">go</button></form>',
      '<input type="password" name="p" disabled=""><button disabled="">go</button>',
    ],
    [
      'asks for no picture of a button, and leaves the types of others',
      '<input type=image src="//x/go.png"><ol type="image"><li>a</li></ol>',
      '<input type="button" disabled=""><ol type="image"><li>a</li></ol>',
    ],
    ['takes the first of two attributes', '<p title="a" title="b">c</p>', '<p title="a">c</p>'],
    ['ends what it leaves open', '<div><p>a', '<div><p>a</p></div>'],
  ])('%s', (_, html, expected) => expect(shown(html)).toBe(expected));

  test.each([
    ['relative', '<a href="../b?x=1#y">b</a>', '/out?url=http%3A%2F%2Fpaper.example%2Fb%3Fx%3D1'],
    [
      'by its base',
      '<base href="http://other.example/z/"><a href="q">b</a>',
      '/out?url=http%3A%2F%2Fother.example%2Fz%2Fq',
    ],
    ['within the page', '<a href="#end">b</a>', '#end'],
    ['to write a letter', '<a href="mailto:a@b.example">b</a>', 'mailto:a@b.example'],
  ])('a link %s', (_, html, href) => expect(shown(html)).toContain(`href="${href}"`));

  test.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:x',
    'java\nscript:x',
    'data:text/html,x',
    'vbscript:x',
    'blob:x',
    'file:///etc/passwd',
  ])('a link to %j is none', (href) => expect(shown(`<a href="${href}">b</a>`)).toBe('<a>b</a>'));
});

test.each([
  ['p{color:red}', 'p{color:red}'],
  ['@import "//x/a.css";p{color:red}', 'p{color:red}'],
  ['@\\69mport url(//x);p{}', 'p{}'],
  ['p{background:url(//x/a.png)}', 'p{background:none}'],
  ['p{background:u\\72l("//x/a.png")}', 'p{background:none}'],
  ['p{background:url(data:image/png;base64,AA==)}', 'p{background:url("data:image/png;base64,AA==")}'],
  ["p{background:image-set('//x' 1x, url(//y) 2x) left}", 'p{background:none left}'],
  ['p{content:"url(x)"}', 'p{content:"url(x)"}'],
  ['p{}/* url( */q{}', 'p{}q{}'],
  ['p{background:url(//x', 'p{background:'],
  ['</style><script>', '\\3c /style>\\3c script>'],
])('a style %j', (css, expected) => expect(rewriteCss(css)).toBe(expected));

test('whatever a page is, what is shown is tags and escaped text, without an address that is loaded', () => {
  const piece = fc.constantFrom(
    ...[
      ...listOf`< > " ' <script> </script> <style> </style> <svg> <math> <!-- --> <![CDATA[`,
      '<iframe src=//x>',
      '<img src=//x onerror=x>',
    ],
    ...[
      ...listOf`]]> <textarea> </textarea> <title> <noscript> <template> url(//x) <plaintext> &lt; \0`,
      '<a href=//x>',
      '<p style="background:url(//x)">',
      '<use href=//x>',
    ],
  );
  forAll([fc.array(piece, { maxLength: 30 })], (pieces) => {
    const html = shown(pieces.join(''));
    for (const [tag] of html.matchAll(/<[^>]*>/g))
      expect(tag).toMatch(/^<\/?[a-z][a-z0-9-]*( [a-z][a-z0-9:_.-]*="[^"<>]*")*>$/);
    expect(html).not.toMatch(/<(script|embed|object|link|base|form|template|math|noscript)\b/);
    expect(html).not.toMatch(/ (src|srcset|on\w+|action|poster|data)="(?!data:)/);
  });
});

test('a page of 5 MB, and one of 200,000 open elements, take seconds at most', () => {
  // Of the processor's time, since others may use the machine.
  const began = process.cpuUsage();
  expect(shown('<p class="a">word <b>bold</b></p>'.repeat(150_000)).length).toBeGreaterThan(4_000_000);
  shown('<div>'.repeat(200_000));
  shown(`<style>${'a{b:url('.repeat(100_000)}</style>`);
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(10_000);
});
