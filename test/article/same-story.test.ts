/** isSameStory: which two readings of a page tell one story. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameStory } from '../../functions/article/same-story.ts';

const bridge =
  'The council voted on Tuesday to close the old bridge after engineers found cracks in two of its pillars and warned that the river could rise again.';
const flood =
  'Rescue teams reached the last of the flooded villages this morning, where forty families had waited on roofs for a boat since the dam broke.';

describe('one story', () => {
  test.each([
    { name: 'the same text', a: { title: null, text: bridge }, b: { title: null, text: bridge } },
    {
      name: 'the same text in other case and punctuation',
      a: { title: null, text: bridge },
      b: { title: null, text: bridge.toUpperCase().replaceAll('.', '!') },
    },
    {
      name: 'a sentence added',
      a: { title: null, text: bridge },
      b: { title: null, text: `${bridge} Nobody was hurt.` },
    },
    {
      name: 'the same headline over another text',
      a: { title: 'Old bridge closes', text: bridge },
      b: { title: 'Old bridge closes', text: flood },
    },
    {
      name: 'a headline in other case and punctuation',
      a: { title: 'Old bridge closes', text: bridge },
      b: { title: 'OLD BRIDGE CLOSES!', text: flood },
    },
    {
      name: 'the same Chinese headline',
      a: { title: '市议会决定关闭旧桥', text: null },
      b: { title: '市议会决定关闭旧桥', text: flood },
    },
    {
      name: 'another headline over the same text',
      a: { title: 'Old bridge closes', text: bridge },
      b: { title: 'Council votes', text: bridge },
    },
    {
      name: 'no text twice, which tells the same nothing',
      a: { title: null, text: null },
      b: { title: 'Bridge', text: '' },
    },
    { name: 'one and the same word', a: { title: null, text: 'Closed' }, b: { title: null, text: 'closed.' } },
    {
      name: 'Chinese with an edited word',
      a: { title: null, text: '市议会周二投票决定关闭旧桥，此前工程师在两个桥墩上发现裂缝，并警告河水可能再次上涨。' },
      b: { title: null, text: '市议会周三投票决定关闭旧桥，此前工程师在两个桥墩上发现裂缝，并警告河水可能再次上涨。' },
    },
  ])('$name', ({ a, b }) => {
    expect(isSameStory(a, b)).toBe(true);
    expect(isSameStory(b, a)).toBe(true);
  });
});

describe('two stories', () => {
  test.each([
    { name: 'other texts', a: { title: null, text: bridge }, b: { title: null, text: flood } },
    { name: 'a text and none', a: { title: null, text: bridge }, b: { title: null, text: null } },
    {
      name: 'other headlines and texts',
      a: { title: 'Old bridge closes', text: bridge },
      b: { title: 'Village saved', text: flood },
    },
    { name: 'headlines too short to tell', a: { title: 'News', text: bridge }, b: { title: 'News', text: flood } },
    {
      name: 'a Chinese headline too short to tell',
      a: { title: '首页', text: bridge },
      b: { title: '首页', text: flood },
    },
    { name: 'no headlines', a: { title: null, text: bridge }, b: { title: '', text: flood } },
    {
      name: 'headlines of signs alone',
      a: { title: '!!!!!!!!!!', text: bridge },
      b: { title: '??????????', text: flood },
    },
    {
      name: 'Chinese about other things',
      a: { title: null, text: '市议会周二投票决定关闭旧桥，此前工程师在两个桥墩上发现裂缝。' },
      b: { title: null, text: '救援人员今晨抵达最后一个被淹的村庄，四十户人家在屋顶上等船。' },
    },
  ])('$name', ({ a, b }) => {
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
  fc.assert(
    fc.property(told, told, (a, b) => {
      expect(isSameStory(a, a)).toBe(true);
      expect(isSameStory(a, b)).toBe(isSameStory(b, a));
    }),
  );
});
