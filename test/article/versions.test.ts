/** Versions: which capture gives an article its text, and what the article is after each capture. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Article,
  effective,
  type Mark,
  type Metadata,
  revised,
  type Snapshot,
} from '../../functions/article/article.ts';
import type { Kind } from '../../functions/article/kind.ts';
import {
  fingerprint,
  historyOf,
  type Incoming,
  isEdit,
  judge,
  newArticle,
  type Reading,
  textIdOf,
  withNewest,
  withOlder,
} from '../../functions/article/versions.ts';
import { countWords } from '../../functions/article/words.ts';

const bridge =
  'The council voted on Tuesday to close the old bridge after engineers found cracks in two of its pillars and warned that the river could rise again.';
const flood =
  'Rescue teams reached the last of the flooded villages this morning, where forty families had waited on roofs for a boat since the dam broke.';

const story: Reading = {
  timestamp: '20240403120000',
  kind: 'article',
  title: 'Old bridge closes',
  text: bridge,
  moved: false,
  part: null,
};
const wall: Reading = {
  timestamp: '20240403120000',
  kind: 'wall',
  title: 'Before you continue',
  text: 'We use cookies.',
  moved: false,
  part: null,
};

describe('judge', () => {
  test.each<[name: string, current: Reading | null, next: Reading, rules: boolean, mark: Mark | null]>([
    ['the first capture rules', null, story, true, null],
    ['a wall rules where nothing was', null, wall, true, null],
    ['a move rules where nothing was, and is marked', null, { ...story, moved: true }, true, 'moved'],
    ['a story takes over from a wall', wall, story, true, null],
    ['a wall takes over from a wall', wall, wall, true, null],
    ['a wall does not take over from a story', story, wall, false, 'shrunk'],
    ['a soft 404 does not take over', story, { ...wall, kind: 'error' }, false, 'shrunk'],
    ['a list does not take over', story, { ...wall, kind: 'index' }, false, 'shrunk'],
    ['a stub does not take over', story, { ...story, kind: 'stub' }, false, 'shrunk'],
    ['the same text takes over', story, story, true, null],
    ['an edited text takes over', story, { ...story, text: `${bridge} Nobody was hurt.` }, true, null],
    ['a new headline over the same text takes over', story, { ...story, title: 'Council votes' }, true, null],
    ['a rewritten text under the same headline takes over', story, { ...story, text: flood }, true, null],
    ['another story does not take over', story, { ...story, title: 'Village saved', text: flood }, false, 'replaced'],
    ['half of the text takes over', { ...story, text: 'a b c d e ' }, { ...story, text: 'a b c' }, true, null],
    [
      'under half of the text does not',
      { ...story, text: 'a b c d e f' },
      { ...story, text: 'a b c' },
      false,
      'shrunk',
    ],
    ['no text under the same headline does not', story, { ...story, text: null }, false, 'shrunk'],
    ['a move does not take over', story, { ...story, moved: true }, false, 'moved'],
    ['a move does not take over from a wall', wall, { ...story, moved: true }, false, 'moved'],
    [
      'a story takes over from a move',
      { ...story, title: 'Village saved', text: flood, moved: true },
      story,
      true,
      null,
    ],
    ['a move does not take over from a move', { ...story, moved: true }, { ...story, moved: true }, false, 'moved'],
  ])('%s', (_, current, next, rules, mark) => {
    expect(judge(current, next)).toEqual({ rules, mark });
  });
});

describe('historyOf', () => {
  const edited: Reading = { ...story, text: `${bridge} Nobody was hurt.` };
  const other: Reading = { ...story, title: 'Village saved', text: flood };
  test.each<{ name: string; readings: Reading[]; ruling: number; versionCount?: number }>([
    { name: 'nothing', readings: [], ruling: -1 },
    { name: 'one story', readings: [story], ruling: 0 },
    { name: 'a story and its edit', readings: [story, edited], ruling: 1, versionCount: 2 },
    { name: 'a story, then a wall', readings: [story, wall], ruling: 0 },
    { name: 'a story between walls', readings: [wall, story, wall], ruling: 1 },
    { name: 'walls alone', readings: [wall, wall, wall], ruling: 2 },
    { name: 'a story, a wall, its edit', readings: [story, wall, edited], ruling: 2, versionCount: 2 },
    { name: 'a story, another, the first again', readings: [story, other, edited], ruling: 2, versionCount: 2 },
    { name: 'a story twice', readings: [story, story], ruling: 1 },
    { name: 'a story, its edit, the story again', readings: [story, edited, story], ruling: 2, versionCount: 3 },
    { name: 'a story, then another', readings: [story, other], ruling: 0 },
    { name: 'a wall, then what it hid', readings: [wall, other, story], ruling: 1 },
    { name: 'a move, then a wall', readings: [{ ...other, moved: true }, wall], ruling: 1, versionCount: 2 },
  ])('$name', async ({ readings, ruling, versionCount = 1 }) => {
    expect(await historyOf(readings)).toMatchObject({ ruling, versionCount });
  });
});

const plain: Metadata = {
  title: 'Old bridge closes',
  authors: ['Jane Doe'],
  description: null,
  publishedAt: '2024-04-03T10:00:00.000Z',
  modifiedAt: null,
  lang: 'en',
  section: null,
  keywords: [],
  image: null,
  siteName: null,
  isPaid: false,
  newsType: null,
};

/** A capture of `minute` minutes past noon. */
function captured(
  minute: number,
  text: string | null,
  change: { metadata?: Partial<Metadata>; snapshot?: Partial<Snapshot> } = {},
): Incoming {
  const two = String(minute).padStart(2, '0');
  const metadata = { ...plain, ...change.metadata };
  return {
    url: 'https://example.com/bridge',
    site: 'example.com',
    feed: null,
    entry: null,
    tags: [],
    note: null,
    bookmarkedAt: null,
    html: null,
    urls: ['https://example.com/bridge', `https://example.com/bridge?from=${minute}`],
    text,
    metadata,
    snapshot: {
      timestamp: `2024040312${two}00`,
      fetchedAt: `2024-04-03T12:${two}:00.000Z`,
      file: null,
      digest: 'sha256:00',
      bytes: 100,
      status: 200,
      contentType: 'text/html',
      charset: 'utf-8',
      headers: [],
      headersCut: false,
      requestedUrl: 'https://example.com/bridge',
      finalUrl: 'https://example.com/bridge',
      redirects: [],
      durationMs: 5,
      source: 'fetch',
      capture: `capture-${minute}`,
      changed: false,
      mark: null,
      part: null,
      kind: 'article',
      title: metadata.title,
      textId: textIdOf(text),
      wordCount: countWords(text ?? ''),
      fingerprint: fingerprint(metadata, text),
      extractor: 1,
      extent: 'all',
      ...change.snapshot,
    },
  };
}

const id = 'Hlx7gs8HV83CwWJthUqzeP';
const ruled = { rules: true, mark: null, isEdit: false };
const edited = { ...ruled, isEdit: true };

test('the first capture makes the article', () => {
  const first = captured(1, 'One two three.');
  expect(newArticle(id, first)).toEqual({
    ...plain,
    id,
    v: 1,
    iv: 1,
    url: 'https://example.com/bridge',
    aliases: ['https://example.com/bridge?from=1'],
    site: 'example.com',
    kind: 'article',
    tags: [],
    feed: null,
    entry: null,
    files: [],
    firstArchivedAt: '2024-04-03T12:01:00.000Z',
    lastArchivedAt: '2024-04-03T12:01:00.000Z',
    snapshotCount: 1,
    versionCount: 1,
    wordCount: 3,
    textId: textIdOf('One two three.'),
    pastId: null,
    versionOf: '20240403120100',
    removedAt: null,
    latest: { ...first.snapshot, changed: true },
    corrections: {},
    note: null,
    parts: [],
    ownTextId: null,
    joined: [],
    countedBy: 2,
  });
});

describe('the time of an article', () => {
  const silent = captured(1, bridge, { metadata: { publishedAt: null } });
  const entry = { publishedAt: '2024-04-03T09:00:00.000Z', authors: [] };

  test.each([
    ['the page says it', captured(1, bridge), '2024-04-03T10:00:00.000Z', 'page'],
    ['the page wins over the entry of the feed', { ...captured(1, bridge), entry }, '2024-04-03T10:00:00.000Z', 'page'],
    ['the entry says it where the page does not', { ...silent, entry }, '2024-04-03T09:00:00.000Z', 'feed'],
    ['else it is that of the capture', silent, '2024-04-03T12:01:00.000Z', 'capture'],
  ])('%s', (_, incoming, publishedAt, source) => {
    expect(effective(newArticle(id, incoming))).toMatchObject({ publishedAt, publishedAtSource: source });
  });
});

describe('an edit', () => {
  test.each<{ name: string; before?: string; after?: string; title?: string; kind?: Kind; is?: boolean }>([
    { name: 'another word is one', after: `${bridge} It rained.`, is: true },
    { name: 'another headline is one', title: 'Council votes', is: true },
    { name: 'another count of readers is none', before: `${bridge}\n12 comments`, after: `3,401 comments\n${bridge}` },
    { name: 'another age is none', before: `2 hours ago\n${bridge}`, after: `${bridge}\nUpdated 3 days ago` },
    { name: 'another number in a sentence is one', before: 'Storm: 12 dead', after: 'Storm: 15 dead', is: true },
    { name: 'a story after a wall is none', kind: 'wall', after: `${bridge} It rained.` },
  ])('$name', ({ before = bridge, after = bridge, title = story.title, kind = 'article', is = false }) => {
    expect(isEdit({ kind, title: story.title, text: before }, { title, text: after })).toBe(is);
    const { metadata } = captured(1, before);
    if (title === story.title && kind === 'article')
      expect(fingerprint(metadata, before) !== fingerprint(metadata, after)).toBe(is);
  });
});

describe('a newer capture', () => {
  const before = newArticle(id, captured(1, 'One two three.'));

  test('of the same text moves the times and counts, and is no change and no version', () => {
    expect(revised(before, withNewest(before, captured(2, 'One two three.'), ruled))).toMatchObject({
      v: 2,
      iv: 1,
      snapshotCount: 2,
      versionCount: 1,
      firstArchivedAt: '2024-04-03T12:01:00.000Z',
      lastArchivedAt: '2024-04-03T12:02:00.000Z',
      versionOf: '20240403120200',
      latest: { timestamp: '20240403120200', changed: false, mark: null },
      aliases: ['https://example.com/bridge?from=1', 'https://example.com/bridge?from=2'],
    });
  });

  test('of an edited text is a change, a version, and searchable anew', () => {
    expect(revised(before, withNewest(before, captured(2, 'One two three four.'), edited))).toMatchObject({
      v: 2,
      iv: 2,
      versionCount: 2,
      wordCount: 4,
      textId: textIdOf('One two three four.'),
      latest: { changed: true },
    });
  });

  test('of a new headline is a version, too', () => {
    const after = withNewest(before, captured(2, 'One two three.', { metadata: { title: 'Council votes' } }), edited);
    expect(revised(before, after)).toMatchObject({
      title: 'Council votes',
      iv: 2,
      versionCount: 2,
      latest: { changed: true },
    });
  });

  test('of new keywords is searchable anew, and no version', () => {
    const after = withNewest(before, captured(2, 'One two three.', { metadata: { keywords: ['bridge'] } }), ruled);
    expect(revised(before, after)).toMatchObject({ keywords: ['bridge'], iv: 2, versionCount: 1 });
  });

  test('of a wall keeps the text and the metadata', () => {
    const after = withNewest(
      before,
      captured(2, 'We use cookies.', {
        metadata: { title: 'Before you continue', authors: [] },
        snapshot: { kind: 'wall' },
      }),
      { rules: false, mark: 'shrunk', isEdit: true },
    );
    expect(revised(before, after)).toMatchObject({
      v: 2,
      iv: 1,
      title: 'Old bridge closes',
      authors: ['Jane Doe'],
      kind: 'article',
      textId: textIdOf('One two three.'),
      versionOf: '20240403120100',
      snapshotCount: 2,
      versionCount: 1,
      latest: { kind: 'wall', mark: 'shrunk', changed: true },
    });
  });

  test('after a wall is no new version where the story replaces it', () => {
    const walled = newArticle(id, captured(1, 'We use cookies.', { snapshot: { kind: 'wall' } }));
    expect(revised(walled, withNewest(walled, captured(2, bridge), ruled))).toMatchObject({
      kind: 'article',
      versionCount: 1,
      iv: 2,
    });
  });

  test('never undoes what a person put right', () => {
    const corrected: Article = {
      ...before,
      corrections: { title: 'The bridge', publishedAt: '2024-04-01T00:00:00.000Z' },
      tags: ['river'],
    };
    expect(withNewest(corrected, captured(2, bridge), ruled)).toMatchObject({
      corrections: { title: 'The bridge', publishedAt: '2024-04-01T00:00:00.000Z' },
      tags: ['river'],
    });
  });

  test.each<{
    name: string;
    snapshot: Partial<Snapshot>;
    verdict: { rules: boolean; mark: Mark | null };
    removedAt: string | null;
  }>([
    { name: 'of the story says that the page is back', snapshot: {}, verdict: ruled, removedAt: null },
    {
      name: 'of another story says so, too',
      snapshot: {},
      verdict: { rules: false, mark: 'replaced' },
      removedAt: null,
    },
    {
      name: 'that a client held does not',
      snapshot: { source: 'submitted' },
      verdict: ruled,
      removedAt: '2024-04-03T12:01:30.000Z',
    },
    {
      name: 'of a wall does not',
      snapshot: { kind: 'wall' },
      verdict: { rules: false, mark: 'shrunk' },
      removedAt: '2024-04-03T12:01:30.000Z',
    },
    {
      name: 'of a soft 404 does not',
      snapshot: { kind: 'error' },
      verdict: { rules: false, mark: 'shrunk' },
      removedAt: '2024-04-03T12:01:30.000Z',
    },
    {
      name: 'of a move does not',
      snapshot: {},
      verdict: { rules: false, mark: 'moved' },
      removedAt: '2024-04-03T12:01:30.000Z',
    },
  ])('$name', ({ snapshot, verdict, removedAt }) => {
    const removed: Article = { ...before, removedAt: '2024-04-03T12:01:30.000Z' };
    expect(withNewest(removed, captured(2, bridge, { snapshot }), { ...verdict, isEdit: false }).removedAt).toBe(
      removedAt,
    );
  });

  test('that says that the page is back is searchable anew', () => {
    const removed: Article = { ...before, removedAt: '2024-04-03T12:01:30.000Z' };
    expect(revised(removed, withNewest(removed, captured(2, 'One two three.'), ruled))).toMatchObject({
      iv: 2,
      removedAt: null,
    });
  });

  test('leaves the article that it was given as it was', () => {
    const copy = structuredClone(before);
    withNewest(before, captured(2, bridge), ruled);
    expect(before).toEqual(copy);
  });

  test('adds at most 50 aliases in all', () => {
    let article = before;
    for (let minute = 2; minute < 60; minute++) article = withNewest(article, captured(minute, bridge), ruled);
    expect(article.aliases).toHaveLength(50);
    expect(article.aliases[0]).toBe('https://example.com/bridge?from=1');
  });
});

describe('an older capture', () => {
  const before = newArticle(id, captured(10, 'One two three.'));

  const counted = { snapshotCount: 2, versionCount: 1, editedAt: null, latestChanged: true, past: [], ruling: null };

  test('moves only the beginning and the count, and is searchable by that anew', () => {
    const after = withOlder(before, captured(5, bridge), counted);
    expect(revised(before, after)).toEqual({
      ...before,
      v: 2,
      iv: 2,
      snapshotCount: 2,
      firstArchivedAt: '2024-04-03T12:05:00.000Z',
      aliases: ['https://example.com/bridge?from=10', 'https://example.com/bridge?from=5'],
    });
  });

  test('between two others moves no time', () => {
    const later = withNewest(before, captured(20, 'One two three.'), ruled);
    const after = withOlder(later, captured(15, bridge), { ...counted, snapshotCount: 3, latestChanged: false });
    expect(revised(later, after)).toMatchObject({
      iv: 1,
      firstArchivedAt: '2024-04-03T12:10:00.000Z',
      lastArchivedAt: '2024-04-03T12:20:00.000Z',
      latest: { timestamp: '20240403122000', changed: false },
    });
  });

  test('that makes the latest an edit is counted, and searchable anew', () => {
    const later = withNewest(before, captured(20, 'One two three.'), ruled);
    const after = withOlder(later, captured(15, bridge), { ...counted, snapshotCount: 3, versionCount: 3 });
    expect(revised(later, after)).toMatchObject({ iv: 2, versionCount: 3, latest: { changed: true } });
  });

  test('that rules gives the text and leaves the latest', () => {
    const walled = newArticle(id, captured(10, 'We use cookies.', { snapshot: { kind: 'wall' } }));
    const older = captured(5, bridge);
    expect(withOlder(walled, older, { ...counted, ruling: { ...older, isEdit: false } })).toMatchObject({
      kind: 'article',
      textId: textIdOf(bridge),
      versionOf: '20240403120500',
      latest: { timestamp: '20240403121000', kind: 'wall' },
    });
  });
});

describe('in any history', () => {
  /** How a capture turns out; `good` ones tell the story, each with a sentence of its own. */
  const turn = fc.constantFrom('good', 'wall', 'error', 'other', 'short', 'moved');

  function reading(kind: 'good' | 'wall' | 'error' | 'other' | 'short' | 'moved', minute: number): Reading {
    switch (kind) {
      case 'good':
        return { ...story, text: `${bridge} Edit ${minute}.` };
      case 'wall':
        return wall;
      case 'error':
        return { ...wall, kind: 'error', title: 'Page not found', text: null, moved: false, part: null };
      case 'other':
        return { ...story, title: 'Village saved', text: flood };
      case 'short':
        return { ...story, text: 'The council voted on Tuesday.' };
      case 'moved':
        return { ...story, title: 'Village saved', text: flood, moved: true };
    }
  }

  test('folding in the order of time gives the newest good version', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 30 }), async (rest) => {
        const turns = ['good' as const, ...rest];
        const readings = turns.map(reading);
        const incoming = readings.map((r, i) =>
          captured(i + 1, r.text, { metadata: { title: r.title }, snapshot: { kind: r.kind } }),
        );
        let article: Article | null = null;
        let current: Reading | null = null;
        for (const [i, r] of readings.entries()) {
          const next = incoming[i];
          if (next === undefined) throw new Error('as many captures as readings');
          const verdict = { ...judge(current, r), isEdit: current !== null && isEdit(current, r) };
          article = article === null ? newArticle(id, next) : revised(article, withNewest(article, next, verdict));
          if (verdict.rules) current = r;
        }
        const newestGood = turns.lastIndexOf('good');
        const versionCount = turns.filter((kind) => kind === 'good').length;
        expect(await historyOf(readings)).toMatchObject({ ruling: newestGood, versionCount });
        expect(article).toMatchObject({
          title: 'Old bridge closes',
          kind: 'article',
          textId: textIdOf(readings[newestGood]?.text ?? null),
          versionOf: incoming[newestGood]?.snapshot.timestamp,
          snapshotCount: turns.length,
          v: turns.length,
          versionCount,
          firstArchivedAt: '2024-04-03T12:01:00.000Z',
          lastArchivedAt: incoming.at(-1)?.snapshot.fetchedAt,
          latest: { timestamp: incoming.at(-1)?.snapshot.timestamp },
        });
      }),
    );
  });

  test('a story rules as soon as one was captured, whatever came before it', async () => {
    const noStory = fc.constantFrom('wall', 'error', 'moved');
    await fc.assert(
      fc.asyncProperty(fc.array(noStory), fc.array(noStory), async (before, after) => {
        const readings = [...before, 'good' as const, ...after].map(reading);
        expect(await historyOf(readings)).toMatchObject({ ruling: before.length });
      }),
    );
  });
});

describe('names of states', () => {
  test('a fingerprint is the same for the same state and another after each change that is shown', () => {
    const changes: [Partial<Metadata>, string | null][] = [
      [{}, bridge],
      [{ title: 'Council votes' }, bridge],
      [{ authors: [] }, bridge],
      [{ description: 'Cracks.' }, bridge],
      [{ publishedAt: null }, bridge],
      [{}, flood],
      [{}, null],
    ];
    const all = changes.map(([change, text]) => fingerprint({ ...plain, ...change }, text));
    expect(new Set(all).size).toBe(7);
    expect(fingerprint({ ...plain }, bridge)).toBe(all[0]);
  });

  test('a fingerprint does not change with what sites churn: keywords, image, section, time of change', () => {
    const churned = {
      ...plain,
      keywords: ['a'],
      image: 'https://example.com/a.png',
      section: 'News',
      modifiedAt: '2024-04-04T00:00:00.000Z',
    };
    expect(fingerprint(churned, bridge)).toBe(fingerprint(plain, bridge));
  });

  test.each([
    { name: 'no text', text: null, id: null },
    { name: 'an empty text', text: '', id: null },
    // printf 'One two three.' | openssl dgst -sha256 -binary | base64 | tr +/ -_ | cut -c1-22
    { name: 'a text', text: 'One two three.', id: 'dJOzKtC1z3O2YGHfD8iyqf' },
  ])('the text id of $name', ({ text, id: expected }) => {
    expect(textIdOf(text)).toBe(expected);
  });
});
