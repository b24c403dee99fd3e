/** What the rules of a robots.txt mean for a URL, and how much work a hostile one can make of that. */
import { expect, it } from 'vitest';
import { allows, matches } from '../../functions/fetch/robots-match.ts';

it.each([
  { name: 'no rule at all', rules: '', path: '/story', allowed: true },
  { name: 'a rule for the beginning of the path', rules: 'disallow: /private', path: '/private/story', allowed: false },
  { name: 'a rule for another beginning', rules: 'disallow: /private', path: '/news/private', allowed: true },
  { name: 'a rule that says nothing', rules: 'disallow: ', path: '/story', allowed: true },
  { name: 'the longer of two rules', rules: 'disallow: /a\nallow: /a/b', path: '/a/b/c', allowed: true },
  { name: 'the longer of two rules, first', rules: 'disallow: /a/b\nallow: /a', path: '/a/b/c', allowed: false },
  { name: 'two rules as long', rules: 'allow: /page\ndisallow: /p*ge', path: '/page', allowed: true },
  { name: 'two rules as long, the other way', rules: 'disallow: /p*ge\nallow: /page', path: '/page', allowed: true },
  { name: 'the query', rules: 'disallow: /*?print=', path: '/story?print=1', allowed: false },
  { name: 'capitals', rules: 'disallow: /Story', path: '/story', allowed: true },
  { name: 'Chinese in the rule', rules: 'disallow: /新闻', path: '/%e6%96%b0%E9%97%BB/1', allowed: false },
  { name: 'escapes in the rule', rules: 'disallow: /%e6%96%b0', path: '/新闻', allowed: false },
  { name: 'an escaped percent sign', rules: 'disallow: /100%25', path: '/100%25', allowed: false },
])('$name: allowed $allowed', ({ rules, path, allowed }) => {
  expect(allows(`user-agent: *\n${rules}\n`, `http://rules.example${path}`)).toBe(allowed);
});

it.each([
  { pattern: '/fish*', path: '/fish.html', is: true },
  { pattern: '/fish*', path: '/catfish', is: false },
  { pattern: '/*.php', path: '/folder/any.php.html', is: true },
  { pattern: '/*.php$', path: '/folder/any.php', is: true },
  { pattern: '/*.php$', path: '/any.php?q', is: false },
  { pattern: '/*.php$', path: '/a.php.b.php', is: true },
  { pattern: '/fish*.php', path: '/fishheads/catfish.php?q', is: true },
  { pattern: '/fish*.php', path: '/Fish.PHP', is: false },
  { pattern: '/a$', path: '/a', is: true },
  { pattern: '/a$', path: '/ab', is: false },
  { pattern: '/a$b', path: '/a$b', is: true },
  { pattern: '*', path: '/', is: true },
  { pattern: '$', path: '/', is: false },
  { pattern: '*$', path: '/a', is: true },
  { pattern: '**a**b**', path: '/xaxb', is: true },
  { pattern: '*b*a', path: '/ab', is: false },
  { pattern: '*aab', path: '/aaab', is: true },
  { pattern: '*abac$', path: '/ababac', is: true },
  { pattern: '/ab*ba$', path: '/aba', is: false },
  { pattern: '/ab*ba$', path: '/abba', is: true },
  { pattern: '/aaaa', path: '/aa', is: false },
])('$pattern and $path: $is', ({ pattern, path, is }) => {
  expect(matches(pattern, path)).toBe(is);
});

it('says the same as a regular expression, whatever the stars', () => {
  const texts = (letters: string, length: number): string[] =>
    length === 0
      ? ['']
      : texts(letters, length - 1).flatMap((text) => [text, ...[...letters].map((one) => text + one)]);
  const paths = [...new Set(texts('ab', 6))];
  for (const pattern of new Set(texts('ab*$', 4))) {
    const source = pattern.replace(/\$(?!$)/g, '\\$').replaceAll('*', '.*');
    const expected = paths.filter((path) => new RegExp(`^${source}`).test(path));
    expect(paths.filter((path) => matches(pattern, path))).toEqual(expected);
  }
});

it.each([
  { name: 'stars between letters', pattern: `${'*a'.repeat(990)}b` },
  { name: 'a long piece that nearly fits everywhere', pattern: `*${'a'.repeat(1000)}b` },
  { name: 'many such pieces', pattern: `${`*${'a'.repeat(20)}`.repeat(90)}*b$` },
  { name: 'stars alone', pattern: `${'*'.repeat(1999)}$` },
])('$name: no character of the path is read more than twice', ({ pattern }) => {
  const path = `/${'a'.repeat(2046)}`;
  let reads = 0;
  const counted = new Proxy<ArrayLike<string>>(Object(path), {
    get(target, key) {
      if (key !== 'length') reads++;
      return Reflect.get(target, key);
    },
  });
  expect(matches(pattern, counted)).toBe(matches(pattern, path));
  expect(reads).toBeLessThanOrEqual(2 * path.length);
});
