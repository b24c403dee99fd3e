/** parseArticleUrl: which texts are URLs that the archive may fetch, and how they are written afterwards. */
import { describe, expect, test } from 'vitest';
import { maxUrlLength, parseArticleUrl } from '../../functions/article/article-url.ts';

describe('accepts', () => {
  test.each([
    {
      name: 'a plain https URL as it is',
      text: 'https://example.com/news/a-story',
      url: 'https://example.com/news/a-story',
    },
    { name: 'an http URL', text: 'http://example.com/', url: 'http://example.com/' },
    { name: 'white space around it', text: ' \n https://example.com/a \t', url: 'https://example.com/a' },
    { name: 'upper case in scheme and host', text: 'HTTPS://EXAMPLE.com/A', url: 'https://example.com/A' },
    { name: 'no path', text: 'https://example.com', url: 'https://example.com/' },
    { name: 'a fragment, which it drops', text: 'https://example.com/a#comments', url: 'https://example.com/a' },
    { name: 'an empty fragment, which it drops', text: 'https://example.com/a#', url: 'https://example.com/a' },
    { name: 'a default port, which it drops', text: 'https://example.com:443/a', url: 'https://example.com/a' },
    { name: 'another port, which it keeps', text: 'http://example.com:8080/a', url: 'http://example.com:8080/a' },
    {
      name: 'an international host name',
      text: 'https://bücher.example/neu',
      url: 'https://xn--bcher-kva.example/neu',
    },
    { name: 'Chinese in the path', text: 'https://example.com/中', url: 'https://example.com/%E4%B8%AD' },
    { name: 'an IPv6 literal', text: 'http://[2606:4700::1]/', url: 'http://[2606:4700::1]/' },
    { name: 'a short IPv4 literal, written out', text: 'http://127.1/', url: 'http://127.0.0.1/' },
    { name: 'backslashes, as browsers do', text: 'https:\\\\example.com\\a', url: 'https://example.com/a' },
    {
      name: 'tracking parameters, left in',
      text: 'https://example.com/a?utm_source=x',
      url: 'https://example.com/a?utm_source=x',
    },
  ])('$name', ({ text, url }) => {
    expect(parseArticleUrl(text)).toEqual({ url });
  });
});

describe('refuses with url-refused', () => {
  test.each([
    { name: 'an empty text', text: '' },
    { name: 'white space', text: '  \n' },
    { name: 'a host without scheme', text: 'example.com/news' },
    { name: 'a path', text: '/news' },
    { name: 'words', text: 'not a url' },
    { name: 'a scheme without host', text: 'https://' },
    { name: 'a user name', text: 'https://jane@example.com/' },
    { name: 'a password', text: 'https://jane:secret@example.com/' },
    { name: 'a password alone', text: 'https://:secret@example.com/' },
    { name: 'a port over 65535', text: 'https://example.com:70000/' },
    { name: 'a space in the host', text: 'https://exam ple.com/' },
    { name: 'a host that is one dot', text: 'https://./' },
    { name: 'file:', text: 'file:///etc/passwd' },
    { name: 'ftp:', text: 'ftp://example.com/a' },
    { name: 'javascript:', text: 'javascript:alert(1)' },
    { name: 'data:', text: 'data:text/html,<p>x' },
    { name: 'mailto:', text: 'mailto:jane@example.com' },
    { name: 'blob:', text: 'blob:https://example.com/1' },
    { name: 'view-source:', text: 'view-source:https://example.com/' },
    { name: 'an IPv4 literal with a part over 255', text: 'http://1.2.3.256/' },
  ])('$name', ({ text }) => {
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
    { name: 'an absolute path', text: '/a', url: 'https://example.com/a' },
    { name: 'a relative path', text: 'a', url: 'https://example.com/news/a' },
    { name: 'a parent', text: '../a', url: 'https://example.com/a' },
    { name: 'a scheme-relative URL', text: '//other.example/a', url: 'https://other.example/a' },
    { name: 'a query', text: '?page=3', url: 'https://example.com/news/today?page=3' },
    { name: 'a whole URL', text: 'http://other.example/', url: 'http://other.example/' },
    { name: 'nothing, which is the base itself', text: '', url: 'https://example.com/news/today?page=2' },
  ])('resolves $name', ({ text, url }) => {
    expect(parseArticleUrl(text, base)).toEqual({ url });
  });

  test.each([
    { name: 'credentials', text: '//jane:secret@other.example/' },
    { name: 'another scheme', text: 'javascript:void(0)' },
  ])('refuses $name', ({ text }) => {
    expect(parseArticleUrl(text, base)).toEqual({ problem: { code: 'url-refused', detail: expect.any(String) } });
  });
});
