/** What sites are called: by their own name, with their address wherever the name does not tell it. */
import { expect, test } from 'vitest';
import { siteText } from '../../functions/reader/site-name.ts';

test.each([
  ['harbourpost.example', 'The Harbour Post', 'The Harbour Post'],
  ['www.harbour-post.example', 'Harbour Post', 'Harbour Post'],
  ['news.elpais.example', 'El País', 'El País'],
  ['fake.example', 'The Harbour Post', 'The Harbour Post (fake.example)'],
  ['qingyu.example', '青屿日报', '青屿日报 (qingyu.example)'],
  ['bbc.attacker.example', 'BBC', 'BBC (bbc.attacker.example)'],
  ['notbbc.example', 'BBC', 'BBC (notbbc.example)'],
  ['example.org', 'or', 'or (example.org)'],
  ['fake.news', 'News', 'News (fake.news)'],
  ['harbourpost.example', null, 'harbourpost.example'],
  ['harbourpost.example', '', 'harbourpost.example'],
  ['harbourpost.example', '!!!', '!!! (harbourpost.example)'],
])('%s that calls itself %s is %s', (site, siteName, said) => {
  expect(siteText({ site, siteName })).toBe(said);
});
