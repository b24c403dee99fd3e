/** Lines that count or tell an age are no edit; a number in a sentence always is one. */
import { expect, test } from 'vitest';
import { isCounter, withoutCounters } from '../../functions/article/counters.ts';

test.each([
  'Read 12,304 times',
  '17 comments',
  'Comments (4)',
  'Views: 1.2k',
  '1 203 vues',
  'Aufrufe: 77',
  '12 Kommentare',
  '3 hours ago',
  'an hour ago',
  'Updated 5 minutes ago',
  'vor 3 Stunden',
  'hace 2 días',
  'il y a 5 minutes',
  '阅读：1024',
  '浏览次数 88',
  '5分钟前',
  '3時間前',
  '조회수 55',
  '12 просмотров',
  'Shares 7 | Likes 9',
])('"%s" counts', (line) => {
  expect(isCounter(line)).toBe(true);
});

test.each([
  '',
  'Twelve dead',
  '12 dead',
  '15 injured in Oslo',
  'Read more',
  'Comments',
  'The bridge was closed 3 hours ago.',
  'Score 3:1',
  '2024',
  '5 things to know',
  'Chapter 3',
  '死亡12人',
  'He paid 12 euro for 3 comments',
  'Population 12,000',
])('"%s" does not', (line) => {
  expect(isCounter(line)).toBe(false);
});

test.each([
  { a: 'One.\nRead 3 times\nTwo.', b: 'One.\nRead 90 times\nTwo.', same: true },
  { a: 'One.\nTwo.', b: '5 minutes ago\nOne.\nTwo.\n3 comments', same: true },
  { a: 'One, 12 dead.', b: 'One, 15 dead.', same: false },
  { a: '12 dead\nOne.', b: '15 dead\nOne.', same: false },
  { a: 'One.\nTwo.', b: 'Two.\nOne.', same: false },
  { a: null, b: '3 comments', same: true },
])('$a and $b', ({ a, b, same }) => {
  expect(withoutCounters(a) === withoutCounters(b)).toBe(same);
});
