/** When an entry counts as seen, from poll to poll. */
import { describe, expect, test } from 'vitest';
import { entryKeys } from '../../functions/feeds/entry-key.ts';

const story = {
  id: 'tag:1',
  url: 'https://example.org/2024/ferry',
  title: 'Ferry',
  publishedAt: '2024-04-03T19:45:00.000Z',
};

/** True when a later poll with `after` brings nothing that a poll with `before` did not. */
function seen(before: Partial<typeof story> | object, after: object): boolean {
  const known = new Set(entryKeys([{ ...story, ...before }]).flat());
  return entryKeys([{ ...story, ...after }])[0]?.some((key) => known.has(key)) ?? false;
}

describe('the same entry', () => {
  test.each([
    { name: 'unchanged', after: {} },
    { name: 'another id', after: { id: 'tag:2' } },
    { name: 'another link', after: { url: 'https://example.org/2024/ferry-stops' } },
    {
      name: 'another link by its tracking and another id',
      after: { id: null, url: `${story.url}?utm_source=rss#top` },
    },
    { name: 'https', after: { id: null, url: 'http://example.org/2024/ferry' } },
    { name: 'another headline and time', after: { title: 'No ferry', publishedAt: null } },
  ])('$name', ({ after }) => {
    expect(seen({}, after)).toBe(true);
  });

  test('an id that is an address with tracking', () => {
    const id = 'https://example.org/?p=1';
    expect(seen({ id, url: null }, { id: `${id}&utm_medium=feed`, url: null })).toBe(true);
  });

  test('nothing but a headline and a time', () => {
    expect(seen({ id: null, url: null }, { id: null, url: null })).toBe(true);
  });
});

describe('another entry', () => {
  test.each([
    { name: 'another id and link', after: { id: 'tag:2', url: 'https://example.org/2024/bridge' } },
    { name: 'nothing but the same headline', after: { id: null, url: null } },
  ])('$name', ({ after }) => {
    expect(seen({}, after)).toBe(false);
  });

  test('a headline that returns at another time', () => {
    expect(seen({ id: null, url: null }, { id: null, url: null, publishedAt: '2024-04-10T19:45:00.000Z' })).toBe(false);
  });

  test('entries that all lead to the home page', () => {
    const home = { id: null, url: 'https://example.org/' };
    expect(seen({ ...home, title: 'a' }, { ...home, title: 'b' })).toBe(false);
  });
});

test('an id that a feed gives to all of its entries tells nothing', () => {
  const entries = ['a', 'b'].map((slug) => ({ ...story, id: 'story', url: `https://example.org/${slug}` }));
  const [a = [], b = []] = entryKeys(entries);
  expect(a.filter((key) => b.includes(key))).toEqual([]);
  expect([a.length, b.length]).toEqual([1, 1]);
});

test('nor does a page that many entries are on', () => {
  const entries = ['a', 'b'].map((id) => ({ ...story, id }));
  const [a = [], b = []] = entryKeys(entries);
  expect(a.filter((key) => b.includes(key))).toEqual([]);
});

test('an entry that a feed lists twice is one', () => {
  const [a, b] = entryKeys([story, story]);
  expect(a).toEqual(b);
  expect(a).toHaveLength(2);
});

test('an entry that says nothing has no keys', () => {
  expect(entryKeys([{ id: null, url: null, title: null, publishedAt: null }])).toEqual([[]]);
});

test('keys stay the same from version to version', () => {
  expect(entryKeys([story])).toEqual([['u:Gzyq7tQ00i5k3GLHDE2M3e', 'i:rSsUrW11DOZ6aP83dqsMqG']]);
});
