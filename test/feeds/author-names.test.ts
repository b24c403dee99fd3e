/** Authors as feeds write them -> names. */
import { expect, test } from 'vitest';
import { authorNames } from '../../functions/feeds/author-names.ts';

test.each([
  { author: 'ann@paper.example (Ann Lee)', names: ['Ann Lee'] },
  { author: 'Ann Lee (ann@paper.example)', names: ['Ann Lee'] },
  { author: 'Ann Lee <ann@paper.example>', names: ['Ann Lee'] },
  { author: '"Lee, Ann" <ann@paper.example>', names: ['Ann Lee'] },
  { author: 'ann@paper.example (Ann Lee), bo@paper.example (Bo Chen)', names: ['Ann Lee', 'Bo Chen'] },
  { author: 'By Ann Lee and Bo Chen', names: ['Ann Lee', 'Bo Chen'] },
  { author: 'ann@paper.example', names: ['ann@paper.example'] },
  { author: 'The Courier', names: ['The Courier'] },
  { author: ' ', names: [] },
  { author: null, names: [] },
])('$author', ({ author, names }) => {
  expect(authorNames(author)).toEqual(names);
});
