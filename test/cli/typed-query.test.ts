/** What `nightdesk search` makes of its arguments, from which a shell has taken the quotes. */
import { expect, test } from 'vitest';
import { typedQuery } from '../../functions/cli/typed-query.ts';

test.each([
  { args: ['harbour', 'ferry'], q: 'harbour ferry' },
  { args: ['harbour ferry', 'boat'], q: '"harbour ferry" boat' },
  { args: ['reopens', '-mill'], q: 'reopens -mill' },
  { args: ['reopens', '-old mill'], q: 'reopens -"old mill"' },
  { args: ['-site:a.example', 'tram'], q: '-site:a.example tram' },
  { args: ['Paris - London'], q: '"Paris - London"' },
  { args: ['covid-19 ward'], q: '"covid-19 ward"' },
  { args: ['note: to self'], q: '"note: to self"' },
  { args: ['fell to -5 degrees'], q: '"fell to -5 degrees"' },
  { args: ['harbour -- ferry'], q: '"harbour -- ferry"' },
])('$args: several words in one argument are a phrase: $q', ({ args, q }) => {
  expect(typedQuery(args)).toBe(q);
});

test.each([
  'tag:valley mill',
  'mill tag:valley',
  'site:127.0.0.1 tram',
  'author:greta holm',
  'title:tram old',
  '-site:a.example tram',
  'site：a.example tram',
  'reopens -mill',
  '-tram -mill',
  'reopens –mill',
  'tram OR mill',
  'NOT tram mill',
  'author:"greta holm" tram',
])('%s in one argument is a query as it stands', (argument) => {
  expect(typedQuery([argument])).toBe(argument);
});
