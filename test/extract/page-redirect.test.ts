/** Pages that only lead on: by a header, a tag or a script; and those that look like it and are stories, choices or traps. */
import { describe, expect, test } from 'vitest';
import { pageRedirect } from '../../functions/extract/page-redirect.ts';

const at = 'http://short.example/x7';
const there = 'http://pier.example/story';
const words = (count: number) => Array.from({ length: count }, (_, n) => `word${n}`).join(' ');

function led(
  html: string | Uint8Array,
  { headers = [] as [string, string][], contentType = 'text/html' as string | null } = {},
) {
  return pageRedirect({ finalUrl: at, headers, body: Buffer.from(html), contentType });
}

describe('a tag', () => {
  test.each([
    [`<meta http-equiv="refresh" content="0;url=${there}">`],
    [`<META HTTP-EQUIV=Refresh CONTENT="0; URL='${there}'">`],
    [`<meta http-equiv='refresh' content='5, url = "${there}" and more'>`],
    [`<meta http-equiv="refresh" content="0 ${there}">`],
    [`<meta http-equiv="refresh" content="0.5;${there}">`],
    [`<meta http-equiv="refresh" content="10;url=${there}">`],
    [`<meta http-equiv="refresh" content="0;url=//pier.example/story">`],
    [`<base href="http://pier.example/x/"><meta http-equiv="refresh" content="0;url=../story">`],
    [`<noscript><meta http-equiv="refresh" content="0;url=${there}"></noscript>`],
    [`<p>${words(24)}</p><meta http-equiv="refresh" content="0;url=${there}">`],
    [`<title>${words(40)}</title><style>${words(40)}</style><meta http-equiv="refresh" content="0;url=${there}">`],
  ])('leads on: %s', (html) => expect(led(html)).toBe(there));

  test.each([
    ['a page that says something', `<p>${words(25)}</p><meta http-equiv="refresh" content="0;url=${there}">`],
    [
      'a story that stands in noscript',
      `<meta http-equiv="refresh" content="0;url=${there}"><noscript><p>${words(25)}</p></noscript>`,
    ],
    ['one that waits for readers', `<meta http-equiv="refresh" content="11;url=${there}">`],
    ['one that loads again', '<meta http-equiv="refresh" content="0">'],
    ['one that leads to itself', '<meta http-equiv="refresh" content="0;url=/x7#top">'],
    ['one to a home page', '<meta http-equiv="refresh" content="0;url=http://pier.example/">'],
    ['one to the home page of a language', '<meta http-equiv="refresh" content="0;url=/en/">'],
    ['one to no web page', '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">'],
    ['one to a file', '<meta http-equiv="refresh" content="0;url=file:///etc/passwd">'],
    [
      'a comment for old browsers',
      `<!--[if lte IE 8]><meta http-equiv="refresh" content="0;url=${there}"><![endif]-->`,
    ],
    ['a template', `<template><meta http-equiv="refresh" content="0;url=${there}"></template>`],
  ])('does not: %s', (_, html) => expect(led(html)).toBeNull());

  test('a story of Chinese characters is none that only leads on', () => {
    const html = `<meta charset="gbk"><meta http-equiv="refresh" content="0;url=${there}"><p>`;
    const story = Buffer.from(
      'cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2cec2',
      'hex',
    );
    expect(led(Buffer.concat([Buffer.from(html), story]))).toBeNull();
  });
});

describe('a header', () => {
  const headers = (value: string): { headers: [string, string][] } => ({ headers: [['refresh', value]] });
  test('leads on from a page without a byte', () => {
    expect(led('', { ...headers(`0; url=${there}`), contentType: null })).toBe(there);
    expect(led('', headers(`3;url="${there}"`))).toBe(there);
    expect(led('<p>Moved.</p>', headers(`0;${there}`))).toBe(there);
  });
  test('does not lead on from a story, from a feed, or after a minute', () => {
    expect(led(`<p>${words(30)}</p>`, headers(`0; url=${there}`))).toBeNull();
    expect(
      led('<rss><channel><title>x</title></channel></rss>', { ...headers(`0; url=${there}`), contentType: 'text/xml' }),
    ).toBeNull();
    expect(led('', headers(`60; url=${there}`))).toBeNull();
  });
});

describe('a script', () => {
  test.each([
    ['location = "URL"'],
    ['window.location = "URL";'],
    ["window.location.href='URL'"],
    ['document.location.replace("URL");'],
    ['self.location.assign(`URL`)'],
    ['top.location.href = "URL"; // bye'],
    ['window.opener = null; location.replace("http:\\/\\/pier.example\\/story")'],
    ['var a = 1\nlocation.href = "URL"\nvar b'],
    ['/* if (x) */ "use strict"\nlocation = "URL"'],
    ['<!--\nlocation = "URL";\n//-->'],
    ['//<![CDATA[\nlocation = "URL";\n//]]>'],
    ['if (top != self) { top.stop() } location = "URL";'],
    ['function go() { return /[/}]/.test("}") } location = "\\x68ttp://pier.example/st\\u006fry";'],
    ['a()\nlocation.href = "URL"'],
  ])('leads on: %s', (script) => expect(led(`<script>${script.replaceAll('URL', there)}</script>`)).toBe(there));

  test.each([
    ['if (mobile) location = "URL"'],
    ['if (mobile)\n  location = "URL"'],
    ['if (mobile) { location = "URL" }'],
    ['if (a) b(); else location = "URL"'],
    ['while (a)\nlocation = "URL"'],
    ['mobile && (location = "URL")'],
    ['mobile ? location = "URL" : 0'],
    ['function go() { location = "URL" }'],
    ['const go = () => location = "URL"'],
    ['onclick = function () { location.replace("URL") }'],
    ['setTimeout("location = \'URL\'", 1)'],
    ['location = "URL" + id'],
    ['location = base + "URL"'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a script
    ['location = `URL${id}`'],
    ['location.hash = "URL"'],
    ['location == "URL"'],
    ['my.location = "URL"'],
    ['x = location = "URL"'],
    ['// location = "URL"'],
    ['/* location = "URL" */'],
    ['"location = \'URL\'"'],
    ['location = "URL"; location = "http://other.example/story"'],
    ['location = "URL'],
    ['try { location = "URL" } catch (e) {}'],
    ['location.replace("URL", 1)'],
    ['location = "URL", a()'],
    ['location = "URL" || x'],
  ])('does not: %s', (script) => expect(led(`<script>${script.replaceAll('URL', there)}</script>`)).toBeNull());

  test('no other text is one: a type of its own, a script from elsewhere, one that is only for those without', () => {
    for (const open of [
      '<script type="application/json">',
      '<script src="/a.js">',
      '<noscript><script>',
      '<textarea><script>',
    ])
      expect(led(`${open}location = "${there}"</script>`)).toBeNull();
  });

  test('what readers with scripts get goes before what others get', () => {
    expect(
      led(
        `<noscript><meta http-equiv="refresh" content="0;url=/no-script"></noscript><script>location="${there}"</script>`,
      ),
    ).toBe(there);
  });

  test('scripts made to be slow are read in a moment', () => {
    for (const part of [')\nlocation=', '(', '`${', '/', '"\\', 'location.', '/*', '}\nlocation="a"'])
      led(`<script>location;${part.repeat(Math.floor(60_000 / part.length))}</script>`);
  }, 2000);
});
