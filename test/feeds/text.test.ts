/** Text in each of the ways that feeds have to write it. */
import { describe, expect, test } from 'vitest';
import { atomEntry, firstEntry, rssItem } from './read.ts';

const xhtml = 'xmlns="http://www.w3.org/1999/xhtml"';

describe('Atom 1.0', () => {
  test.each([
    ['text is text', '<title>1 &lt; 2 &amp; <![CDATA[3 > 2]]></title>', '1 < 2 & 3 > 2'],
    ['HTML is what it is once unescaped', '<title type="html">a &lt;b>b&lt;/b></title>', 'a <b>b</b>'],
    ['HTML in CDATA', '<title type="HTML"><![CDATA[a <b>b</b> &amp; c]]></title>', 'a <b>b</b> &amp; c'],
    ['XHTML without its div', `<title type="xhtml"> <div ${xhtml}>a <b>b</b> &lt;</div> </title>`, 'a <b>b</b> &lt;'],
    [
      'XHTML under a prefix',
      '<title type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml">a <x:b>b</x:b></x:div></title>',
      'a <b>b</b>',
    ],
    [
      'two divs are both kept',
      `<title type="xhtml"><div ${xhtml}>a</div><div ${xhtml}>b</div></title>`,
      '<div>a</div><div>b</div>',
    ],
    ['markup that nobody announced', '<title>a <b class="x">b</b></title>', 'a <b class="x">b</b>'],
    ['Base64', '<title type="application/octet-stream"> YSA8Yj5iPC9iPg== </title>', 'a <b>b</b>'],
    ['what is called binary and is none', '<title type="application/octet-stream">not base64!</title>', 'not base64!'],
    ['white space folded', '<title>\n  a\n\t b </title>', 'a b'],
    ['control characters taken out', '<title>a\u0008b&#x7;\u0000</title>', 'ab'],
  ])('title: %s', (_, source, title) => {
    expect(atomEntry(source).title).toBe(title);
  });

  test.each([
    ['text becomes HTML', '<content>1 &lt; 2</content>', '1 &lt; 2'],
    ['HTML stays', '<content type="html">&lt;p>a&lt;/p></content>', '<p>a</p>'],
    ['text/html', '<content type="text/html; charset=utf-8">&lt;p>a&lt;/p></content>', '<p>a</p>'],
    ['elsewhere', '<content src="https://example.org/1"/>', null],
    [
      'void and empty elements',
      `<content type="xhtml"><div ${xhtml}><br/><p/><img src="/a.png" alt="&quot;"/></div></content>`,
      '<br /><p></p><img src="https://example.org/a.png" alt="&quot;" />',
    ],
  ])('content: %s', (_, source, content) => {
    expect(atomEntry(source).content).toBe(content);
  });
});

describe('Atom 0.3', () => {
  test.each([
    ['mode escaped', 'type="text/html" mode="escaped"', 'a &lt;b>b&lt;/b>', 'a <b>b</b>'],
    ['mode base64', 'mode="base64"', 'YSA8Yj5iPC9iPg==', 'a <b>b</b>'],
    ['mode xml, whose div is part of it', 'mode="xml" type="application/xhtml+xml"', '<div>a</div>', '<div>a</div>'],
    ['plain', 'type="text/plain"', 'the &lt;blink> tag', 'the <blink> tag'],
  ])('%s', (_, attributes, text, title) => {
    const source = `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title ${attributes}>${text}</title></entry></feed>`;
    expect(firstEntry(source).title).toBe(title);
  });
});

describe('RSS', () => {
  test.each([
    ['escaped HTML', '&lt;p&gt;a &amp;amp; b&lt;/p&gt;', '<p>a &amp; b</p>'],
    ['CDATA', '<![CDATA[<code>&lt;br /></code>]]>', '<code>&lt;br /></code>'],
    ['several CDATA sections', '<![CDATA[a]]> b <![CDATA[<c>]]>', 'a b <c>'],
    ['naked markup', '<p>a <i>b</i></p>', '<p>a <i>b</i></p>'],
    ['what only looks like a doctype', '<![CDATA[ <!DOCTYPE ]]>', '<!DOCTYPE'],
    ['entities of HTML', 'caf&eacute;&nbsp;&#8364;&#x20ac;&#128;', 'café\u00a0€€€'],
    ['ampersands that are none', 'AT&T & Sons &unknown;', 'AT&T & Sons &unknown;'],
  ])('%s', (_, source, summary) => {
    expect(rssItem(`<description>${source}</description>`).summary).toBe(summary);
  });
});
