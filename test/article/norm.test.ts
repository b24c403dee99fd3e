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
import { forAll } from '../support/for-all.ts';

describe('norm', () => {
  test.each([
    ['lower-cases scheme and host, not the path', 'HTTPS://WWW.Example.COM/A', 'https://www.example.com/A'],
    ['drops the default port of https', 'https://example.com:443/a', 'https://example.com/a'],
    ['drops the default port of http', 'http://example.com:80/a', 'http://example.com/a'],
    ['keeps another port', 'http://example.com:8080/', 'http://example.com:8080/'],
    ['drops the fragment', 'https://example.com/a#b', 'https://example.com/a'],
    ['drops credentials', 'https://u:p@example.com/a', 'https://example.com/a'],
    ['drops the dot after the host', 'https://example.com./a', 'https://example.com/a'],
    ['drops an empty query', 'https://example.com/a?', 'https://example.com/a'],
    ['drops empty parts of a query', 'https://example.com/?a=1&&b=2&', 'https://example.com/?a=1&b=2'],
    ['keeps the order of the query', 'https://example.com/?b=2&a=1', 'https://example.com/?b=2&a=1'],
    ['keeps a repeated parameter', 'https://example.com/?a=1&a=2', 'https://example.com/?a=1&a=2'],
    ['keeps a parameter without value', 'https://example.com/?12345', 'https://example.com/?12345'],
    ['drops utm parameters', 'https://example.com/?utm_source=x&id=1&utm_medium=y', 'https://example.com/?id=1'],
    ['drops tracking parameters in upper case', 'https://example.com/?UTM_Source=x', 'https://example.com/'],
    ['drops fbclid without value', 'https://example.com/?fbclid', 'https://example.com/'],
    [
      'drops gclid, mc_cid, igshid and spm',
      'https://example.com/a?gclid=1&mc_cid=2&igshid=3&spm=4',
      'https://example.com/a',
    ],
    [
      'keeps what only looks like tracking',
      'https://example.com/?utm=1&source=2&clid=3',
      'https://example.com/?utm=1&source=2&clid=3',
    ],
    [
      'writes unreserved characters plain',
      'https://example.com/%7Euser/%41%2D%2E%5F',
      'https://example.com/~user/A-._',
    ],
    ['keeps reserved characters encoded', 'https://example.com/a%2Fb%3Fc', 'https://example.com/a%2Fb%3Fc'],
    [
      'writes hex digits in upper case',
      'https://example.com/%e4%b8%ad?q=%e6%96%87',
      'https://example.com/%E4%B8%AD?q=%E6%96%87',
    ],
    ['keeps plus and its encoding apart', 'https://example.com/?q=a+b%2bc', 'https://example.com/?q=a+b%2Bc'],
    ['encodes Chinese', 'https://example.com/中文', 'https://example.com/%E4%B8%AD%E6%96%87'],
    ['writes international hosts in ASCII', 'https://Bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
    ['resolves dots in the path', 'https://example.com/a/../b/./c', 'https://example.com/b/c'],
    ['keeps the closing slash', 'https://example.com/a/', 'https://example.com/a/'],
    ['keeps www', 'https://www.example.com/', 'https://www.example.com/'],
    ['keeps an IPv6 host', 'http://[::1]:80/x', 'http://[::1]/x'],
  ])('%s', (_, href, normal) => {
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
    forAll([href], (text) => {
      expect(norm(norm(text))).toBe(norm(text));
    });
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
    ['the scheme', 'http://example.com/x', 'https://example.com/x'],
    ['www', 'https://www.example.com/x', 'https://example.com/x'],
    ['a mobile host', 'https://m.example.com/x', 'https://www.example.com/x'],
    ['a mobile host written out', 'https://mobile.example.com/x', 'https://example.com/x'],
    ['an AMP host', 'https://amp.example.com/x', 'https://example.com/x'],
    ['an AMP path in front', 'https://example.com/amp/x', 'https://example.com/x'],
    ['an AMP path behind', 'https://example.com/x/amp/', 'https://example.com/x'],
    ['amp.html behind', 'https://example.com/x/amp.html', 'https://example.com/x'],
    ['an AMP extension', 'https://example.com/x.amp.html', 'https://example.com/x.html'],
    ['an AMP parameter', 'https://example.com/x?outputType=amp', 'https://example.com/x'],
    ['a closing slash', 'https://example.com/x/', 'https://example.com/x'],
    ['tracking', 'https://example.com/x?utm_source=a', 'https://example.com/x?fbclid=b'],
    ['all of these', 'http://amp.example.com/x/amp/?utm_source=a#top', 'https://www.example.com/x'],
  ])('is true across %s', (_, a, b) => {
    expect(isVariant(a, b)).toBe(true);
    expect(isVariant(b, a)).toBe(true);
  });

  test.each([
    ['another path', 'https://example.com/x', 'https://example.com/y'],
    ['another id in the query', 'https://example.com/?id=1', 'https://example.com/?id=2'],
    ['a query and none', 'https://example.com/?id=1', 'https://example.com/'],
    ['another host', 'https://news.example.com/x', 'https://example.com/x'],
    ['another port', 'http://example.com:8080/x', 'http://example.com/x'],
    ['another case of the path', 'https://example.com/X', 'https://example.com/x'],
    ['a path that begins with amp', 'https://example.com/ampere', 'https://example.com/ere'],
    ['a host that begins with m', 'https://mexample.com/x', 'https://example.com/x'],
  ])('is false across %s', (_, a, b) => {
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
  ['tracking parameters whose name is encoded', 'https://example.com/?utm%5Fsource=x'],
  ['several dots after the host', 'http://example.com../'],
  ['a percent sign before an encoded digit', 'https://example.com/%%37e'],
])('norm of %s is the same the second time', (_, href) => {
  expect(norm(norm(href))).toBe(norm(href));
});

test.each([
  ['mobile.de', 'https://www.mobile.de/x', 'https://mobile.de/x'],
  ['amp.dev', 'https://www.amp.dev/x', 'https://amp.dev/x'],
  ['m.com', 'https://www.m.com/x', 'https://m.com/x'],
  // A name under `blogspot.com` is somebody's own, as one under `com` is.
  ['m.blogspot.com', 'https://www.m.blogspot.com/x', 'https://m.blogspot.com/x'],
])('www makes no other page of %s, whose own name looks like a prefix', (_, a, b) => {
  expect(isVariant(a, b)).toBe(true);
});

test('a page of m.blogspot.com is none of blogspot.com, though its name looks like a prefix', () => {
  expect(isVariant('https://m.blogspot.com/x', 'https://blogspot.com/x')).toBe(false);
});
