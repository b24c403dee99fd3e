/** The cookies of one fetch: each goes back to whom it is from, and to nobody else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCookieJar } from '../../functions/fetch/cookies.ts';

const nowMs = Date.parse('2024-04-03T12:00:00Z');

/** What a jar sends to `to` after `from` has set these. */
function sent(from: string, cookies: string[], to: string): string | null {
  const jar = makeCookieJar();
  jar.take(
    from,
    cookies.map((cookie) => ['Set-Cookie', cookie]),
    nowMs,
  );
  return jar.headerFor(to);
}

const page = 'https://news.pier.example/a/b';

test.each([
  { name: 'to the host that set it', set: 'seen=1', to: page, expected: 'seen=1' },
  { name: 'to no other host', set: 'seen=1', to: 'https://pier.example/a/b', expected: null },
  { name: 'to no host below', set: 'seen=1', to: 'https://x.news.pier.example/a/b', expected: null },
  {
    name: 'below the domain that it names',
    set: 'seen=1; Domain=.Pier.example',
    to: 'https://www.pier.example/a/b',
    expected: 'seen=1',
  },
  {
    name: 'not for a domain that it is not below',
    set: 'seen=1; Domain=quay.example',
    to: 'https://quay.example/a/b',
    expected: null,
  },
  { name: 'not for a part of a name', set: 'seen=1; Domain=er.example', to: 'https://er.example/a/b', expected: null },
  { name: 'not for a public suffix', set: 'seen=1; Domain=example', to: page, expected: null },
  { name: 'in its folder', set: 'seen=1', to: 'https://news.pier.example/a/c', expected: 'seen=1' },
  { name: 'not beside its folder', set: 'seen=1', to: 'https://news.pier.example/ab', expected: null },
  {
    name: 'everywhere with a path that says so',
    set: 'seen=1; Path=/',
    to: 'https://news.pier.example/',
    expected: 'seen=1',
  },
  { name: 'not below another path', set: 'seen=1; Path=/x', to: page, expected: null },
  {
    name: 'not over http when it is secure',
    set: 'seen=1; Secure; Path=/',
    to: 'http://news.pier.example/a',
    expected: null,
  },
  { name: 'over https when it is secure', set: 'seen=1; Secure', to: page, expected: 'seen=1' },
  { name: 'over http when it is not', set: 'seen=1', to: 'http://news.pier.example/a/b', expected: 'seen=1' },
  { name: 'not after its age', set: 'seen=1; Max-Age=0', to: page, expected: null },
  { name: 'not after its day', set: 'seen=1; Expires=Wed, 03-Apr-2024 11:59:59 GMT', to: page, expected: null },
  { name: 'before its day', set: 'seen=1; Expires=Wed, 03 Apr 2024 12:00:01 GMT', to: page, expected: 'seen=1' },
  {
    name: 'its age decides over its day',
    set: 'seen=1; Expires=Mon, 01 Jan 2024 00:00:00 GMT; Max-Age=5',
    to: page,
    expected: 'seen=1',
  },
  { name: 'with signs of equality in it', set: 'seen="a=b"; HttpOnly; SameSite=Lax', to: page, expected: 'seen="a=b"' },
  { name: 'not without a name', set: 'seen', to: page, expected: null },
  { name: 'not with a line break', set: 'seen=1\r\nx: y', to: page, expected: null },
])('a cookie goes $name', ({ set, to, expected }) => {
  expect(sent(page, [set], to)).toBe(expected);
});

test.each([
  ['https://a.co.uk/', 'co.uk', 'https://b.co.uk/'],
  ['https://me.github.io/', 'github.io', 'https://you.github.io/'],
  ['https://com/', 'com', 'https://paper.com/'],
])('strangers below one suffix do not share cookies: %s', (from, domain, to) => {
  expect(sent(from, [`id=1; Path=/; Domain=${domain}`], to)).toBeNull();
});

test('an address has no names below it', () => {
  expect(sent('http://10.0.0.1/', ['id=1; Domain=0.0.1'], 'http://20.0.0.1/')).toBeNull();
  expect(sent('http://10.0.0.1/', ['id=1; Domain=10.0.0.1'], 'http://10.0.0.1/')).toBe('id=1');
});

test('a secure cookie is not taken from an answer over http', () => {
  expect(sent('http://pier.example/', ['id=1; Secure'], 'https://pier.example/')).toBeNull();
});

test('the later of a name counts, and longer paths come first', () => {
  expect(
    sent(page, ['a=1; Path=/', 'b=2; Path=/a', 'a=3; Path=/', 'c=4; Path=/', 'c=; Max-Age=-1; Path=/'], page),
  ).toBe('b=2; a=3');
});

test('fifty cookies and 8 KB are kept, and no more', () => {
  const many = Array.from({ length: 60 }, (_, n) => `c${n}=1`);
  expect(sent(page, many, page)?.split('; ')).toHaveLength(50);
  expect(sent(page, [`a=${'x'.repeat(8000)}`, `b=${'x'.repeat(300)}`, 'c=1'], page)).toMatch(/^a=x{8000}; c=1$/);
});

test('no cookie reaches a host that it is not from, whatever it says', () => {
  const hosts = ['a.pier.example', 'b.pier.example', 'pier.example', 'quay.example', 'a.co.uk', 'b.co.uk', 'co.uk'];
  const host = fc.constantFrom(...hosts);
  fc.assert(
    fc.property(host, host, fc.constantFrom(...hosts, 'example', 'uk', '', '.'), (from, to, domain) => {
      if (sent(`https://${from}/`, [`id=1; Domain=${domain}`], `https://${to}/`) === null) return;
      const owner = (name: string) => (name.endsWith('.uk') ? name : name.split('.').slice(-2).join('.'));
      expect(owner(to)).toBe(owner(from));
    }),
  );
});
