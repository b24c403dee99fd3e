/** Which lines of a robots.txt are for us. */
import { expect, it } from 'vitest';
import { rulesFor } from '../../functions/fetch/robots-rules.ts';

it.each([
  ['nothing', '', ''],
  ['a page that is no robots.txt', '<!doctype html>\n<p style="color: red">Hello</p>', ''],
  [
    'rules for everybody',
    'User-agent: *\r\nDisallow: /private # not for you\r\nCrawl-delay: 5\r\nALLOW : /private/open\r\n',
    'user-agent: *\ncrawl-delay: 5\ndisallow: /private\nallow: /private/open\n',
  ],
  [
    'pauses for everybody and for us',
    'User-agent: *\nCrawl-delay: 5\n\nUser-agent: nightdesk\nCrawl-delay: 2.5\nCrawl-delay: 9\nDisallow: /a',
    'user-agent: *\ncrawl-delay: 2.5\ndisallow: /a\n',
  ],
  [
    'a pause for everybody, where our rules have none',
    'User-agent: *\nCrawl-delay: 5\n\nUser-agent: nightdesk\nDisallow: /a',
    'user-agent: *\ndisallow: /a\n',
  ],
  ['a pause that is none', 'User-agent: *\nCrawl-delay: a while', ''],
  ['rules for others', 'User-agent: otherbot\nDisallow: /', ''],
  [
    'rules for us in two groups, one of them shared, and some for everybody',
    'User-agent: *\nDisallow: /\n\nUser-agent: NightDesk/1.0\nUser-agent: other\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\nUser-agent: nightdesk\nDisallow: /c',
    'user-agent: *\ndisallow: /a\ndisallow: /c\n',
  ],
  [
    'a rule that lets us have everything',
    'User-agent: *\nDisallow: /\n\nUser-agent: nightdesk\nDisallow:',
    'user-agent: *\ndisallow: \n',
  ],
  [
    'a rule of 2,001 characters among others',
    `User-agent: *\nDisallow: ${'*'.repeat(2001)}\nDisallow: /a\nDisallow: ${'x'.repeat(2000)}`,
    `user-agent: *\ndisallow: /a\ndisallow: ${'x'.repeat(2000)}\n`,
  ],
  [
    'the first 5,000 of 5,001 rules',
    `User-agent: *\n${'Disallow: /a\n'.repeat(5000)}Disallow: /b\n`,
    `user-agent: *\n${'disallow: /a\n'.repeat(5000)}`,
  ],
  [
    'our group after 5,000 rules for everybody',
    `User-agent: *\n${'Disallow: /a\n'.repeat(5000)}User-agent: nightdesk\nDisallow: /b\n`,
    'user-agent: *\ndisallow: /b\n',
  ],
  ['a rule before any agent', 'Disallow: /\nUser-agent: *\nDisallow: /a', 'user-agent: *\ndisallow: /a\n'],
])('finds %s', (_, text, rules) => {
  expect(rulesFor(text, 'Nightdesk')).toBe(rules);
});
