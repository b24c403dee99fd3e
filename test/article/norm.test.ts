/** norm v1 and what hangs on it: a failure here means that ids in existing archives would change. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  articleId,
  isHomePage,
  isSection,
  isVariant,
  norm,
  otherScheme,
  sameRegistrableDomain,
  siteOf,
  urlHash,
} from '../../functions/article/norm.ts';

describe('norm', () => {
  test.each([
    {
      name: 'lower-cases scheme and host, not the path',
      href: 'HTTPS://WWW.Example.COM/A',
      normal: 'https://www.example.com/A',
    },
    { name: 'drops the default port of https', href: 'https://example.com:443/a', normal: 'https://example.com/a' },
    { name: 'drops the default port of http', href: 'http://example.com:80/a', normal: 'http://example.com/a' },
    { name: 'keeps another port', href: 'http://example.com:8080/', normal: 'http://example.com:8080/' },
    { name: 'drops the fragment', href: 'https://example.com/a#b', normal: 'https://example.com/a' },
    { name: 'drops credentials', href: 'https://u:p@example.com/a', normal: 'https://example.com/a' },
    { name: 'drops the dot after the host', href: 'https://example.com./a', normal: 'https://example.com/a' },
    { name: 'drops an empty query', href: 'https://example.com/a?', normal: 'https://example.com/a' },
    {
      name: 'drops empty parts of a query',
      href: 'https://example.com/?a=1&&b=2&',
      normal: 'https://example.com/?a=1&b=2',
    },
    {
      name: 'keeps the order of the query',
      href: 'https://example.com/?b=2&a=1',
      normal: 'https://example.com/?b=2&a=1',
    },
    {
      name: 'keeps a repeated parameter',
      href: 'https://example.com/?a=1&a=2',
      normal: 'https://example.com/?a=1&a=2',
    },
    {
      name: 'keeps a parameter without value',
      href: 'https://example.com/?12345',
      normal: 'https://example.com/?12345',
    },
    {
      name: 'drops utm parameters',
      href: 'https://example.com/?utm_source=x&id=1&utm_medium=y',
      normal: 'https://example.com/?id=1',
    },
    {
      name: 'drops tracking parameters in upper case',
      href: 'https://example.com/?UTM_Source=x',
      normal: 'https://example.com/',
    },
    { name: 'drops fbclid without value', href: 'https://example.com/?fbclid', normal: 'https://example.com/' },
    {
      name: 'drops gclid, mc_cid, igshid and spm',
      href: 'https://example.com/a?gclid=1&mc_cid=2&igshid=3&spm=4',
      normal: 'https://example.com/a',
    },
    {
      name: 'keeps what only looks like tracking',
      href: 'https://example.com/?utm=1&source=2&clid=3',
      normal: 'https://example.com/?utm=1&source=2&clid=3',
    },
    {
      name: 'writes unreserved characters plain',
      href: 'https://example.com/%7Euser/%41%2D%2E%5F',
      normal: 'https://example.com/~user/A-._',
    },
    {
      name: 'keeps reserved characters encoded',
      href: 'https://example.com/a%2Fb%3Fc',
      normal: 'https://example.com/a%2Fb%3Fc',
    },
    {
      name: 'writes hex digits in upper case',
      href: 'https://example.com/%e4%b8%ad?q=%e6%96%87',
      normal: 'https://example.com/%E4%B8%AD?q=%E6%96%87',
    },
    {
      name: 'keeps plus and its encoding apart',
      href: 'https://example.com/?q=a+b%2bc',
      normal: 'https://example.com/?q=a+b%2Bc',
    },
    { name: 'encodes Chinese', href: 'https://example.com/中文', normal: 'https://example.com/%E4%B8%AD%E6%96%87' },
    {
      name: 'writes international hosts in ASCII',
      href: 'https://Bücher.example/ü',
      normal: 'https://xn--bcher-kva.example/%C3%BC',
    },
    { name: 'resolves dots in the path', href: 'https://example.com/a/../b/./c', normal: 'https://example.com/b/c' },
    { name: 'keeps the closing slash', href: 'https://example.com/a/', normal: 'https://example.com/a/' },
    { name: 'keeps www', href: 'https://www.example.com/', normal: 'https://www.example.com/' },
    { name: 'keeps an IPv6 host', href: 'http://[::1]:80/x', normal: 'http://[::1]/x' },
  ])('$name', ({ href, normal }) => {
    expect(norm(href)).toBe(normal);
  });

  test('of what is normal is the same', () => {
    const part = fc.stringMatching(/^[a-z0-9~._-]{1,8}$/).filter((text) => !/^\.+$/.test(text));
    const encoded = fc.oneof(
      part,
      fc.integer({ min: 0x21, max: 0xff }).map((n) => `%${n.toString(16).padStart(2, '0')}`),
    );
    const href = fc
      .tuple(fc.constantFrom('http', 'https'), fc.domain(), fc.array(encoded), fc.array(fc.tuple(part, encoded)))
      .map(
        ([scheme, host, path, query]) =>
          `${scheme}://${host}/${path.join('/')}?${query.map((p) => p.join('=')).join('&')}`,
      );
    fc.assert(
      fc.property(href, (text) => {
        expect(norm(norm(text))).toBe(norm(text));
      }),
    );
  });
});

/** `printf '1|%s' "$normal" | openssl dgst -sha256 -binary | base64 | tr +/ -_ | cut -c1-22`, and without `1|` for the key. */
const pinned = [
  {
    href: 'HTTPS://WWW.Example.COM:443/a?utm_source=x&b=1#f',
    normal: 'https://www.example.com/a?b=1',
    id: 'Hlx7gs8HV83CwWJthUqzeP',
    key: 'yptnIfxk6qdhRAVL44TYGN',
  },
  {
    href: 'https://www.bbc.co.uk/news/world-68725331?at_medium=RSS',
    normal: 'https://www.bbc.co.uk/news/world-68725331',
    id: 'sCOP-9OCxkm82H2wfxsoOS',
    key: 't9WasNXnhR1Tgu5bAcH924',
  },
  {
    href: 'https://example.com/中文/story',
    normal: 'https://example.com/%E4%B8%AD%E6%96%87/story',
    id: 'qiw-1EUhciD8LsKp0rKwjE',
    key: '490HW_4O8h-GzlKT2MHpu5',
  },
  {
    href: 'https://bücher.example/ü',
    normal: 'https://xn--bcher-kva.example/%C3%BC',
    id: 'ssASYjU34FtDB9Vuf10YCW',
    key: 'nu4JgWLiEgZiH4ROYMjNQj',
  },
  {
    href: 'http://example.com:8080',
    normal: 'http://example.com:8080/',
    id: 'XA5GK2CBBSd2Fzmg4VcoHt',
    key: 'TMhiYtOtqHIblhiH34ncvo',
  },
  {
    href: 'https://example.com/?q=%41%2b',
    normal: 'https://example.com/?q=A%2B',
    id: 'wywCEYr9lM1XAYU2Eg8YNJ',
    key: '9ZF1snzcv0X2Ukt1nrhqpI',
  },
];

describe('ids, pinned for ever', () => {
  test.each(pinned)('$href', ({ href, normal, id, key }) => {
    expect(norm(href)).toBe(normal);
    expect(articleId(href)).toBe(id);
    expect(urlHash(href)).toBe(key);
  });

  test('are the SHA-256 of the version and the normal form, cut to 22 characters of base64url', () => {
    const whole = createHash('sha256').update('1|https://www.example.com/a?b=1').digest('base64url');
    expect(whole).toHaveLength(43);
    expect(articleId('https://www.example.com/a?b=1')).toBe(whole.slice(0, 22));
  });
});

describe('siteOf', () => {
  test.each([
    { href: 'https://www.example.com/a', site: 'example.com' },
    { href: 'https://EXAMPLE.com./', site: 'example.com' },
    { href: 'https://news.example.com:8443/', site: 'news.example.com' },
    { href: 'https://www2.example.com/', site: 'www2.example.com' },
    { href: 'https://wwwexample.com/', site: 'wwwexample.com' },
    { href: 'https://www.www.example.com/', site: 'www.example.com' },
    { href: 'https://bücher.example/', site: 'xn--bcher-kva.example' },
    { href: 'http://127.0.0.1:8080/', site: '127.0.0.1' },
  ])('$href is on $site', ({ href, site }) => {
    expect(siteOf(href)).toBe(site);
  });
});

describe('isVariant', () => {
  test.each([
    { name: 'the scheme', a: 'http://example.com/x', b: 'https://example.com/x' },
    { name: 'www', a: 'https://www.example.com/x', b: 'https://example.com/x' },
    { name: 'a mobile host', a: 'https://m.example.com/x', b: 'https://www.example.com/x' },
    { name: 'a mobile host written out', a: 'https://mobile.example.com/x', b: 'https://example.com/x' },
    { name: 'an AMP host', a: 'https://amp.example.com/x', b: 'https://example.com/x' },
    { name: 'an AMP path in front', a: 'https://example.com/amp/x', b: 'https://example.com/x' },
    { name: 'an AMP path behind', a: 'https://example.com/x/amp/', b: 'https://example.com/x' },
    { name: 'amp.html behind', a: 'https://example.com/x/amp.html', b: 'https://example.com/x' },
    { name: 'an AMP extension', a: 'https://example.com/x.amp.html', b: 'https://example.com/x.html' },
    { name: 'an AMP parameter', a: 'https://example.com/x?outputType=amp', b: 'https://example.com/x' },
    { name: 'a closing slash', a: 'https://example.com/x/', b: 'https://example.com/x' },
    { name: 'tracking', a: 'https://example.com/x?utm_source=a', b: 'https://example.com/x?fbclid=b' },
    { name: 'all of these', a: 'http://amp.example.com/x/amp/?utm_source=a#top', b: 'https://www.example.com/x' },
  ])('is true across $name', ({ a, b }) => {
    expect(isVariant(a, b)).toBe(true);
    expect(isVariant(b, a)).toBe(true);
  });

  test.each([
    { name: 'another path', a: 'https://example.com/x', b: 'https://example.com/y' },
    { name: 'another id in the query', a: 'https://example.com/?id=1', b: 'https://example.com/?id=2' },
    { name: 'a query and none', a: 'https://example.com/?id=1', b: 'https://example.com/' },
    { name: 'another host', a: 'https://news.example.com/x', b: 'https://example.com/x' },
    { name: 'another port', a: 'http://example.com:8080/x', b: 'http://example.com/x' },
    { name: 'another case of the path', a: 'https://example.com/X', b: 'https://example.com/x' },
    { name: 'a path that begins with amp', a: 'https://example.com/ampere', b: 'https://example.com/ere' },
    { name: 'a host that begins with m', a: 'https://mexample.com/x', b: 'https://example.com/x' },
  ])('is false across $name', ({ a, b }) => {
    expect(isVariant(a, b)).toBe(false);
  });
});

describe('sameRegistrableDomain', () => {
  test.each([
    { name: 'two hosts of one domain', a: 'https://news.example.com/', b: 'https://www.example.com/', same: true },
    { name: 'two domains under co.uk', a: 'https://one.co.uk/', b: 'https://two.co.uk/', same: false },
    { name: 'two hosts of one domain under co.uk', a: 'https://a.one.co.uk/', b: 'https://b.one.co.uk/', same: true },
    { name: 'two blogs on github.io', a: 'https://one.github.io/', b: 'https://two.github.io/', same: false },
    { name: 'two blogs on blogspot.com', a: 'https://one.blogspot.com/', b: 'https://two.blogspot.com/', same: false },
    { name: 'one blog twice', a: 'https://one.github.io/a', b: 'https://one.github.io/b', same: true },
    { name: 'another top level', a: 'https://example.com/', b: 'https://example.org/', same: false },
    { name: 'one address twice', a: 'http://10.0.0.1/a', b: 'http://10.0.0.1:81/b', same: true },
    { name: 'two addresses', a: 'http://10.0.0.1/', b: 'http://10.0.0.2/', same: false },
    { name: 'localhost twice', a: 'http://localhost:1/', b: 'http://localhost:2/', same: true },
    { name: 'a public suffix and a host below it', a: 'https://github.io/', b: 'https://one.github.io/', same: false },
    { name: 'a dot at the end', a: 'https://example.com./', b: 'https://example.com/', same: true },
  ])('of $name is $same', ({ a, b, same }) => {
    expect(sameRegistrableDomain(a, b)).toBe(same);
    expect(sameRegistrableDomain(b, a)).toBe(same);
  });
});

describe('isHomePage', () => {
  test.each([
    '/',
    '//',
    '/index.html',
    '/index.php',
    '/INDEX.HTM',
    '/default.aspx',
    '/home',
    '/home/',
    '/en',
    '/en/',
    '/en-US/',
    '/pt_br',
    '/zh-hans',
    '/zh_cn/index.html',
    '/#top',
  ])('is true of %s', (path) => {
    expect(isHomePage(`https://example.com${path}`)).toBe(true);
  });

  test.each(['/news', '/en/news', '/?p=1', '/homes', '/index.html/a', '/2024', '/eng', '/a'])(
    'is false of %s',
    (path) => {
      expect(isHomePage(`https://example.com${path}`)).toBe(false);
    },
  );
});

describe('isSection', () => {
  test.each([
    { name: 'the home page', canonical: '/', page: '/2024/04/03/a-story', section: true },
    { name: 'one word', canonical: '/politics', page: '/2024/04/03/a-story', section: true },
    { name: 'two words', canonical: '/news/world', page: '/2024/04/03/a-story', section: true },
    { name: 'an ancestor', canonical: '/2024/04', page: '/2024/04/03/a-story', section: true },
    { name: 'an ancestor with a slug', canonical: '/live/the-day', page: '/live/the-day/12-30', section: true },
    { name: 'the page itself', canonical: '/2024/04/03/a-story', page: '/2024/04/03/a-story', section: false },
    { name: 'a slug', canonical: '/a-story', page: '/x/a-story', section: false },
    { name: 'a number', canonical: '/article/123456', page: '/x/123456', section: false },
    { name: 'three words', canonical: '/news/world/europe', page: '/x', section: false },
    { name: 'a query', canonical: '/news?id=7', page: '/x', section: false },
    { name: 'a file', canonical: '/story.html', page: '/x', section: false },
    { name: 'Chinese', canonical: '/新闻', page: '/x', section: false },
  ])('of $name is $section', ({ canonical, page, section }) => {
    expect(isSection(`https://example.com${canonical}`, `https://example.com${page}`)).toBe(section);
  });
});

describe('otherScheme', () => {
  test.each([
    { href: 'http://example.com/a?b', other: 'https://example.com/a?b' },
    { href: 'https://example.com/a?b', other: 'http://example.com/a?b' },
  ])('of $href is $other', ({ href, other }) => {
    expect(otherScheme(href)).toBe(other);
  });
});

test.each([
  { name: 'tracking parameters whose name is encoded', href: 'https://example.com/?utm%5Fsource=x' },
  { name: 'several dots after the host', href: 'http://example.com../' },
  { name: 'a percent sign before an encoded digit', href: 'https://example.com/%%37e' },
])('norm of $name is the same the second time', ({ href }) => {
  expect(norm(norm(href))).toBe(norm(href));
});

test.each([
  { name: 'mobile.de', a: 'https://www.mobile.de/x', b: 'https://mobile.de/x' },
  { name: 'amp.dev', a: 'https://www.amp.dev/x', b: 'https://amp.dev/x' },
  { name: 'm.com', a: 'https://www.m.com/x', b: 'https://m.com/x' },
  // A name under `blogspot.com` is somebody's own, as one under `com` is.
  { name: 'm.blogspot.com', a: 'https://www.m.blogspot.com/x', b: 'https://m.blogspot.com/x' },
])('www makes no other page of $name, whose own name looks like a prefix', ({ a, b }) => {
  expect(isVariant(a, b)).toBe(true);
});

test('a page of m.blogspot.com is none of blogspot.com, though its name looks like a prefix', () => {
  expect(isVariant('https://m.blogspot.com/x', 'https://blogspot.com/x')).toBe(false);
});
