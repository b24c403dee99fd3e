/** parseArticleUrl: which texts are URLs that the archive may fetch, and how they are written afterwards. */
import { describe, expect, test } from 'vitest';
import { maxUrlLength, parseArticleUrl } from '../../functions/article/article-url.ts';

describe('accepts', () => {
  test.each([
    ['a plain https URL as it is', 'https://example.com/news/a-story', 'https://example.com/news/a-story'],
    ['an http URL', 'http://example.com/', 'http://example.com/'],
    ['white space around it', ' \n https://example.com/a \t', 'https://example.com/a'],
    ['upper case in scheme and host', 'HTTPS://EXAMPLE.com/A', 'https://example.com/A'],
    ['no path', 'https://example.com', 'https://example.com/'],
    ['a fragment, which it drops', 'https://example.com/a#comments', 'https://example.com/a'],
    ['an empty fragment, which it drops', 'https://example.com/a#', 'https://example.com/a'],
    ['a default port, which it drops', 'https://example.com:443/a', 'https://example.com/a'],
    ['another port, which it keeps', 'http://example.com:8080/a', 'http://example.com:8080/a'],
    ['an international host name', 'https://bücher.example/neu', 'https://xn--bcher-kva.example/neu'],
    ['Chinese in the path', 'https://example.com/中', 'https://example.com/%E4%B8%AD'],
    ['an IPv6 literal', 'http://[2606:4700::1]/', 'http://[2606:4700::1]/'],
    ['a short IPv4 literal, written out', 'http://127.1/', 'http://127.0.0.1/'],
    ['backslashes, as browsers do', 'https:\\\\example.com\\a', 'https://example.com/a'],
    ['tracking parameters, left in', 'https://example.com/a?utm_source=x', 'https://example.com/a?utm_source=x'],
  ])('%s', (_, text, url) => {
    expect(parseArticleUrl(text)).toEqual({ url });
  });
});

describe('refuses with url-refused', () => {
  test.each([
    ['an empty text', ''],
    ['white space', '  \n'],
    ['a host without scheme', 'example.com/news'],
    ['a path', '/news'],
    ['words', 'not a url'],
    ['a scheme without host', 'https://'],
    ['a user name', 'https://jane@example.com/'],
    ['a password', 'https://jane:secret@example.com/'],
    ['a password alone', 'https://:secret@example.com/'],
    ['a port over 65535', 'https://example.com:70000/'],
    ['a space in the host', 'https://exam ple.com/'],
    ['a host that is one dot', 'https://./'],
    ['file:', 'file:///etc/passwd'],
    ['ftp:', 'ftp://example.com/a'],
    ['javascript:', 'javascript:alert(1)'],
    ['data:', 'data:text/html,<p>x'],
    ['mailto:', 'mailto:jane@example.com'],
    ['blob:', 'blob:https://example.com/1'],
    ['view-source:', 'view-source:https://example.com/'],
    ['an IPv4 literal with a part over 255', 'http://1.2.3.256/'],
  ])('%s', (_, text) => {
    expect(parseArticleUrl(text)).toEqual({ problem: { code: 'url-refused', detail: expect.any(String) } });
  });

  test('one character more than 2,048, but not 2,048', () => {
    const longest = `https://example.com/${'a'.repeat(2028)}`;
    expect(longest).toHaveLength(2048);
    expect(maxUrlLength).toBe(2048);
    expect(parseArticleUrl(longest)).toEqual({ url: longest });
    expect(parseArticleUrl(`${longest}a`)).toEqual({
      problem: { code: 'url-refused', detail: 'a URL may have at most 2048 characters, this one has 2049' },
    });
  });

  test('what is short as written and too long once it is encoded', () => {
    expect(parseArticleUrl(`https://example.com/${'中'.repeat(300)}`)).toEqual({
      problem: { code: 'url-refused', detail: 'a URL may have at most 2048 characters once it is encoded' },
    });
  });
});

describe('says why', () => {
  test('and how to write it, without repeating a long text whole', () => {
    expect(parseArticleUrl(`x${'y'.repeat(200)}`)).toEqual({
      problem: { code: 'url-refused', detail: `"x${'y'.repeat(78)}…" is not a URL; write it whole, with https://` },
    });
  });

  test('without repeating a password', () => {
    expect(parseArticleUrl('https://jane:hunter2@example.com/')).toEqual({
      problem: { code: 'url-refused', detail: 'the URL holds a user name or password; remove it' },
    });
  });

  test('naming the scheme', () => {
    expect(parseArticleUrl('ftp://example.com/')).toEqual({
      problem: { code: 'url-refused', detail: 'only http and https URLs are archived, not ftp:' },
    });
  });
});

describe('against a base', () => {
  const base = 'https://example.com/news/today?page=2';
  test.each([
    ['an absolute path', '/a', 'https://example.com/a'],
    ['a relative path', 'a', 'https://example.com/news/a'],
    ['a parent', '../a', 'https://example.com/a'],
    ['a scheme-relative URL', '//other.example/a', 'https://other.example/a'],
    ['a query', '?page=3', 'https://example.com/news/today?page=3'],
    ['a whole URL', 'http://other.example/', 'http://other.example/'],
    ['nothing, which is the base itself', '', 'https://example.com/news/today?page=2'],
  ])('resolves %s', (_, text, url) => {
    expect(parseArticleUrl(text, base)).toEqual({ url });
  });

  test.each([
    { name: 'credentials', text: '//jane:secret@other.example/' },
    { name: 'another scheme', text: 'javascript:void(0)' },
  ])('refuses $name', ({ text }) => {
    expect(parseArticleUrl(text, base)).toEqual({ problem: { code: 'url-refused', detail: expect.any(String) } });
  });
});
