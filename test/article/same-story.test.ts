/** isSameStory: which two readings of a page tell one story. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameStory } from '../../functions/article/same-story.ts';
import { forAll } from '../support/for-all.ts';

const bridge =
  'The council voted on Tuesday to close the old bridge after engineers found cracks in two of its pillars and warned that the river could rise again.';
const flood =
  'Rescue teams reached the last of the flooded villages this morning, where forty families had waited on roofs for a boat since the dam broke.';

describe('one story', () => {
  test.each([
    ['the same text', { title: null, text: bridge }, { title: null, text: bridge }],
    [
      'the same text in other case and punctuation',
      { title: null, text: bridge },
      { title: null, text: bridge.toUpperCase().replaceAll('.', '!') },
    ],
    ['a sentence added', { title: null, text: bridge }, { title: null, text: `${bridge} Nobody was hurt.` }],
    [
      'the same headline over another text',
      { title: 'Old bridge closes', text: bridge },
      { title: 'Old bridge closes', text: flood },
    ],
    [
      'a headline in other case and punctuation',
      { title: 'Old bridge closes', text: bridge },
      { title: 'OLD BRIDGE CLOSES!', text: flood },
    ],
    [
      'the same Chinese headline',
      { title: '市议会决定关闭旧桥', text: null },
      { title: '市议会决定关闭旧桥', text: flood },
    ],
    [
      'another headline over the same text',
      { title: 'Old bridge closes', text: bridge },
      { title: 'Council votes', text: bridge },
    ],
    ['no text twice, which tells the same nothing', { title: null, text: null }, { title: 'Bridge', text: '' }],
    ['one and the same word', { title: null, text: 'Closed' }, { title: null, text: 'closed.' }],
    [
      'Chinese with an edited word',
      { title: null, text: '市议会周二投票决定关闭旧桥，此前工程师在两个桥墩上发现裂缝，并警告河水可能再次上涨。' },
      { title: null, text: '市议会周三投票决定关闭旧桥，此前工程师在两个桥墩上发现裂缝，并警告河水可能再次上涨。' },
    ],
  ])('%s', (_, a, b) => {
    expect(isSameStory(a, b)).toBe(true);
    expect(isSameStory(b, a)).toBe(true);
  });
});

describe('two stories', () => {
  test.each([
    ['other texts', { title: null, text: bridge }, { title: null, text: flood }],
    ['a text and none', { title: null, text: bridge }, { title: null, text: null }],
    [
      'other headlines and texts',
      { title: 'Old bridge closes', text: bridge },
      { title: 'Village saved', text: flood },
    ],
    ['headlines too short to tell', { title: 'News', text: bridge }, { title: 'News', text: flood }],
    ['a Chinese headline too short to tell', { title: '首页', text: bridge }, { title: '首页', text: flood }],
    ['no headlines', { title: null, text: bridge }, { title: '', text: flood }],
    ['headlines of signs alone', { title: '!!!!!!!!!!', text: bridge }, { title: '??????????', text: flood }],
    [
      'Chinese about other things',
      { title: null, text: '市议会周二投票决定关闭旧桥，此前工程师在两个桥墩上发现裂缝。' },
      { title: null, text: '救援人员今晨抵达最后一个被淹的村庄，四十户人家在屋顶上等船。' },
    ],
  ])('%s', (_, a, b) => {
    expect(isSameStory(a, b)).toBe(false);
    expect(isSameStory(b, a)).toBe(false);
  });
});

test('half of the word pairs in common is enough, less is not', () => {
  // Pairs: a b, b c, c d | a b, b c, c d plus three more: 3 of 6. With four more: 3 of 7.
  expect(isSameStory({ title: null, text: 'a b c d' }, { title: null, text: 'a b c d e f g' })).toBe(true);
  expect(isSameStory({ title: null, text: 'a b c d' }, { title: null, text: 'a b c d e f g h' })).toBe(false);
});

test('eight letters of a headline are enough, seven are not', () => {
  expect(isSameStory({ title: 'Bridge 12', text: bridge }, { title: 'bridge-12', text: flood })).toBe(true);
  expect(isSameStory({ title: 'Bridge 1', text: bridge }, { title: 'bridge-1', text: flood })).toBe(false);
});

test('any reading is the same story as itself, and the order never matters', () => {
  const told = fc.record({ title: fc.option(fc.string()), text: fc.option(fc.lorem({ maxCount: 20 })) });
  forAll([told, told], (a, b) => {
    expect(isSameStory(a, a)).toBe(true);
    expect(isSameStory(a, b)).toBe(isSameStory(b, a));
  });
});
