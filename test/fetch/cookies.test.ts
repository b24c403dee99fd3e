/** The cookies of one fetch: each goes back to whom it is from, and to nobody else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCookieJar } from '../../functions/fetch/cookies.ts';
import { forAll } from '../support/for-all.ts';

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
  ['to the host that set it', 'seen=1', page, 'seen=1'],
  ['to no other host', 'seen=1', 'https://pier.example/a/b', null],
  ['to no host below', 'seen=1', 'https://x.news.pier.example/a/b', null],
  ['below the domain that it names', 'seen=1; Domain=.Pier.example', 'https://www.pier.example/a/b', 'seen=1'],
  ['not for a domain that it is not below', 'seen=1; Domain=quay.example', 'https://quay.example/a/b', null],
  ['not for a part of a name', 'seen=1; Domain=er.example', 'https://er.example/a/b', null],
  ['not for a public suffix', 'seen=1; Domain=example', page, null],
  ['in its folder', 'seen=1', 'https://news.pier.example/a/c', 'seen=1'],
  ['not beside its folder', 'seen=1', 'https://news.pier.example/ab', null],
  ['everywhere with a path that says so', 'seen=1; Path=/', 'https://news.pier.example/', 'seen=1'],
  ['not below another path', 'seen=1; Path=/x', page, null],
  ['not over http when it is secure', 'seen=1; Secure; Path=/', 'http://news.pier.example/a', null],
  ['over https when it is secure', 'seen=1; Secure', page, 'seen=1'],
  ['over http when it is not', 'seen=1', 'http://news.pier.example/a/b', 'seen=1'],
  ['not after its age', 'seen=1; Max-Age=0', page, null],
  ['not after its day', 'seen=1; Expires=Wed, 03-Apr-2024 11:59:59 GMT', page, null],
  ['before its day', 'seen=1; Expires=Wed, 03 Apr 2024 12:00:01 GMT', page, 'seen=1'],
  ['its age decides over its day', 'seen=1; Expires=Mon, 01 Jan 2024 00:00:00 GMT; Max-Age=5', page, 'seen=1'],
  ['with signs of equality in it', 'seen="a=b"; HttpOnly; SameSite=Lax', page, 'seen="a=b"'],
  ['not without a name', 'seen', page, null],
  ['not with a line break', 'seen=1\r\nx: y', page, null],
])('a cookie goes %s', (_, set, to, expected) => {
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
  forAll([host, host, fc.constantFrom(...hosts, 'example', 'uk', '', '.')], (from, to, domain) => {
    if (sent(`https://${from}/`, [`id=1; Domain=${domain}`], `https://${to}/`) === null) return;
    const owner = (name: string) => (name.endsWith('.uk') ? name : name.split('.').slice(-2).join('.'));
    expect(owner(to)).toBe(owner(from));
  });
});
