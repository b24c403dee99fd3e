/** Which lines of a robots.txt are for us. */
import { expect, it } from 'vitest';
import { rulesFor } from '../../functions/fetch/robots-rules.ts';

it.each([
  { name: 'nothing', text: '', rules: '' },
  { name: 'a page that is no robots.txt', text: '<!doctype html>\n<p style="color: red">Hello</p>', rules: '' },
  {
    name: 'rules for everybody',
    text: 'User-agent: *\r\nDisallow: /private # not for you\r\nCrawl-delay: 5\r\nALLOW : /private/open\r\n',
    rules: 'user-agent: *\ncrawl-delay: 5\ndisallow: /private\nallow: /private/open\n',
  },
  {
    name: 'pauses for everybody and for us',
    text: 'User-agent: *\nCrawl-delay: 5\n\nUser-agent: nightdesk\nCrawl-delay: 2.5\nCrawl-delay: 9\nDisallow: /a',
    rules: 'user-agent: *\ncrawl-delay: 2.5\ndisallow: /a\n',
  },
  {
    name: 'a pause for everybody, where our rules have none',
    text: 'User-agent: *\nCrawl-delay: 5\n\nUser-agent: nightdesk\nDisallow: /a',
    rules: 'user-agent: *\ndisallow: /a\n',
  },
  { name: 'a pause that is none', text: 'User-agent: *\nCrawl-delay: a while', rules: '' },
  { name: 'rules for others', text: 'User-agent: otherbot\nDisallow: /', rules: '' },
  {
    name: 'rules for us in two groups, one of them shared, and some for everybody',
    text: 'User-agent: *\nDisallow: /\n\nUser-agent: NightDesk/1.0\nUser-agent: other\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\nUser-agent: nightdesk\nDisallow: /c',
    rules: 'user-agent: *\ndisallow: /a\ndisallow: /c\n',
  },
  {
    name: 'a rule that lets us have everything',
    text: 'User-agent: *\nDisallow: /\n\nUser-agent: nightdesk\nDisallow:',
    rules: 'user-agent: *\ndisallow: \n',
  },
  {
    name: 'a rule of 2,001 characters among others',
    text: `User-agent: *\nDisallow: ${'*'.repeat(2001)}\nDisallow: /a\nDisallow: ${'x'.repeat(2000)}`,
    rules: `user-agent: *\ndisallow: /a\ndisallow: ${'x'.repeat(2000)}\n`,
  },
  {
    name: 'the first 5,000 of 5,001 rules',
    text: `User-agent: *\n${'Disallow: /a\n'.repeat(5000)}Disallow: /b\n`,
    rules: `user-agent: *\n${'disallow: /a\n'.repeat(5000)}`,
  },
  {
    name: 'our group after 5,000 rules for everybody',
    text: `User-agent: *\n${'Disallow: /a\n'.repeat(5000)}User-agent: nightdesk\nDisallow: /b\n`,
    rules: 'user-agent: *\ndisallow: /b\n',
  },
  {
    name: 'a rule before any agent',
    text: 'Disallow: /\nUser-agent: *\nDisallow: /a',
    rules: 'user-agent: *\ndisallow: /a\n',
  },
])('finds $name', ({ text, rules }) => {
  expect(rulesFor(text, 'Nightdesk')).toBe(rules);
});
