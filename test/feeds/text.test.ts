/** Text in each of the ways that feeds have to write it. */
import { describe, expect, test } from 'vitest';
import { atomEntry, firstEntry, rssItem } from './read.ts';

const xhtml = 'xmlns="http://www.w3.org/1999/xhtml"';

describe('Atom 1.0', () => {
  test.each([
    { name: 'text is text', source: '<title>1 &lt; 2 &amp; <![CDATA[3 > 2]]></title>', title: '1 < 2 & 3 > 2' },
    {
      name: 'HTML is what it is once unescaped',
      source: '<title type="html">a &lt;b>b&lt;/b></title>',
      title: 'a <b>b</b>',
    },
    {
      name: 'HTML in CDATA',
      source: '<title type="HTML"><![CDATA[a <b>b</b> &amp; c]]></title>',
      title: 'a <b>b</b> &amp; c',
    },
    {
      name: 'XHTML without its div',
      source: `<title type="xhtml"> <div ${xhtml}>a <b>b</b> &lt;</div> </title>`,
      title: 'a <b>b</b> &lt;',
    },
    {
      name: 'XHTML under a prefix',
      source: '<title type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml">a <x:b>b</x:b></x:div></title>',
      title: 'a <b>b</b>',
    },
    {
      name: 'two divs are both kept',
      source: `<title type="xhtml"><div ${xhtml}>a</div><div ${xhtml}>b</div></title>`,
      title: '<div>a</div><div>b</div>',
    },
    {
      name: 'markup that nobody announced',
      source: '<title>a <b class="x">b</b></title>',
      title: 'a <b class="x">b</b>',
    },
    {
      name: 'Base64',
      source: '<title type="application/octet-stream"> YSA8Yj5iPC9iPg== </title>',
      title: 'a <b>b</b>',
    },
    {
      name: 'what is called binary and is none',
      source: '<title type="application/octet-stream">not base64!</title>',
      title: 'not base64!',
    },
    { name: 'white space folded', source: '<title>\n  a\n\t b </title>', title: 'a b' },
    { name: 'control characters taken out', source: '<title>a\u0008b&#x7;\u0000</title>', title: 'ab' },
  ])('title: $name', ({ source, title }) => {
    expect(atomEntry(source).title).toBe(title);
  });

  test.each([
    { name: 'text becomes HTML', source: '<content>1 &lt; 2</content>', content: '1 &lt; 2' },
    { name: 'HTML stays', source: '<content type="html">&lt;p>a&lt;/p></content>', content: '<p>a</p>' },
    {
      name: 'text/html',
      source: '<content type="text/html; charset=utf-8">&lt;p>a&lt;/p></content>',
      content: '<p>a</p>',
    },
    { name: 'elsewhere', source: '<content src="https://example.org/1"/>', content: null },
    {
      name: 'void and empty elements',
      source: `<content type="xhtml"><div ${xhtml}><br/><p/><img src="/a.png" alt="&quot;"/></div></content>`,
      content: '<br /><p></p><img src="https://example.org/a.png" alt="&quot;" />',
    },
  ])('content: $name', ({ source, content }) => {
    expect(atomEntry(source).content).toBe(content);
  });
});

describe('Atom 0.3', () => {
  test.each([
    {
      name: 'mode escaped',
      attributes: 'type="text/html" mode="escaped"',
      text: 'a &lt;b>b&lt;/b>',
      title: 'a <b>b</b>',
    },
    { name: 'mode base64', attributes: 'mode="base64"', text: 'YSA8Yj5iPC9iPg==', title: 'a <b>b</b>' },
    {
      name: 'mode xml, whose div is part of it',
      attributes: 'mode="xml" type="application/xhtml+xml"',
      text: '<div>a</div>',
      title: '<div>a</div>',
    },
    { name: 'plain', attributes: 'type="text/plain"', text: 'the &lt;blink> tag', title: 'the <blink> tag' },
  ])('$name', ({ attributes, text, title }) => {
    const source = `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title ${attributes}>${text}</title></entry></feed>`;
    expect(firstEntry(source).title).toBe(title);
  });
});

describe('RSS', () => {
  test.each([
    { name: 'escaped HTML', source: '&lt;p&gt;a &amp;amp; b&lt;/p&gt;', summary: '<p>a &amp; b</p>' },
    { name: 'CDATA', source: '<![CDATA[<code>&lt;br /></code>]]>', summary: '<code>&lt;br /></code>' },
    { name: 'several CDATA sections', source: '<![CDATA[a]]> b <![CDATA[<c>]]>', summary: 'a b <c>' },
    { name: 'naked markup', source: '<p>a <i>b</i></p>', summary: '<p>a <i>b</i></p>' },
    { name: 'what only looks like a doctype', source: '<![CDATA[ <!DOCTYPE ]]>', summary: '<!DOCTYPE' },
    { name: 'entities of HTML', source: 'caf&eacute;&nbsp;&#8364;&#x20ac;&#128;', summary: 'café\u00a0€€€' },
    { name: 'ampersands that are none', source: 'AT&T & Sons &unknown;', summary: 'AT&T & Sons &unknown;' },
  ])('$name', ({ source, summary }) => {
    expect(rssItem(`<description>${source}</description>`).summary).toBe(summary);
  });
});
