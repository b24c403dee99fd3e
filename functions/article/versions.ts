/**
 * Which snapshot gives an article its text: the newest good one. Pure; reads nothing and stores nothing. Every rule of
 * "good" is here, and so is how an article changes when a capture is added to it, whichever order captures arrive in.
 */

import { hash22 } from '../hash.ts';
import {
  type Article,
  backAt,
  type EntryFacts,
  isListed,
  joinTags,
  type Mark,
  type Metadata,
  maxTags,
  type Snapshot,
} from './article.ts';
import { withoutCounters } from './counters.ts';
import type { Kind } from './kind.ts';
import type { PastVersion } from './past.ts';
import { pastAfter, pastWithAside, writePast } from './past.ts';
import { isGrown, isSameStory } from './same-story.ts';
import { countWords } from './words.ts';

/** One capture's reading of the page, which is judged here. */
export type Reading = {
  timestamp: string;
  kind: Kind;
  title: string | null;
  text: string | null;
  moved: boolean;
  part: number | null;
  /** It ends before its end. */
  isCut?: boolean;
};

/** A later text under this share of the one before has lost the story, not changed it. */
const minShareOfBefore = 0.5;
const maxAliases = 50;
const maxFiles = 20;

export type Verdict = { rules: boolean; mark: Mark | null };

/** Decides if `next`, captured later, replaces `current`; and if not, why. `current: null`: there was no version yet. */
export function judge(current: Reading | null, next: Reading): Verdict {
  const rules: Verdict = { rules: true, mark: null };
  if (next.part !== null) return { rules: false, mark: 'part' };
  if (next.moved) return { rules: current === null, mark: 'moved' };
  if (next.isCut) return { rules: current === null || isBetterThanNothing(current, next), mark: 'truncated' };
  if (current === null || current.moved) return rules;
  const isLonger = length(next.text) > length(current.text);
  const isSame = isSameStory(current, next) || isGrown(current, next);
  if (current.kind !== 'article') {
    const isLost = length(current.text) > 0 && !isLonger && rankOf(next.kind) < rankOf(current.kind);
    return isLost ? { rules: false, mark: 'shrunk' } : rules;
  }
  // What a page is called is a judgement; more of the same story is none.
  if (next.kind !== 'article' && !(isLonger && isSame)) return { rules: false, mark: 'shrunk' };
  if (!isSame) return { rules: false, mark: 'replaced' };
  if (length(next.text) < length(current.text) * minShareOfBefore) return { rules: false, mark: 'shrunk' };
  return rules;
}

/** A part of a page is better than no story, and than less of it. */
function isBetterThanNothing(current: Reading, next: Reading): boolean {
  const isWhole = current.kind === 'article' && !current.isCut;
  return current.moved || (!isWhole && length(next.text) > length(current.text));
}

/** Of two kinds, which more likely is a story, or a part of one. */
function rankOf(kind: Kind): number {
  return { article: 2, stub: 1, index: 1, wall: 0, error: 0 }[kind];
}

/**
 * What came of all readings of an article, in the order of their capture: the index of the one that rules, or -1, how
 * often a story was followed by an edit of it, plus one, the index of the last edit, or -1, and what was said of each. Holds two readings at a time.
 */
export async function historyOf(
  readings: Iterable<Reading> | AsyncIterable<Reading>,
): Promise<{ ruling: number; versionCount: number; lastEdit: number; verdicts: Verdict[]; past: PastVersion[] }> {
  let current: Reading | null = null;
  let past: PastVersion[] = [];
  let ruling = -1;
  let versionCount = 1;
  let lastEdit = -1;
  const verdicts: Verdict[] = [];
  for await (const reading of readings) {
    const verdict = judge(current, reading);
    verdicts.push(verdict);
    if (!verdict.rules) {
      past = withAside(past, current, { ...reading, mark: verdict.mark });
      continue;
    }
    if (current && isEdit(current, reading)) {
      versionCount++;
      lastEdit = verdicts.length - 1;
    }
    past = pastOf(past, current, reading);
    current = reading;
    ruling = verdicts.length - 1;
  }
  return { ruling, versionCount, lastEdit, verdicts, past };
}

/** The past of the article once `next` has replaced `current`. A page that was served in place of a story is not part of it. */
export function pastOf(past: PastVersion[], current: Reading | null, next: Reading): PastVersion[] {
  return current && !current.moved && isWorthKeeping(current) ? pastAfter(past, current, next) : past;
}

/** The past with what a page said that does not rule: it stays to be found, with its mark. */
export function withAside(
  past: PastVersion[],
  current: Reading | null,
  { mark, ...aside }: Reading & Pick<Verdict, 'mark'>,
): PastVersion[] {
  if (current === null || (mark !== 'shrunk' && mark !== 'replaced') || !isWorthKeeping(aside)) return past;
  return pastWithAside(past, current, { ...aside, mark });
}

/** The words of a wall or of an error are no news. */
function isWorthKeeping({ kind, text }: Reading): boolean {
  return isListed({ kind, wordCount: countWords(text ?? '') });
}

/** Whether `after` is an edit of the story `before`: another headline, or other words. Lines that only count or tell an age are none. */
export function isEdit(
  before: Pick<Reading, 'kind' | 'title' | 'text'>,
  after: Pick<Reading, 'title' | 'text'>,
): boolean {
  if (before.kind !== 'article') return false;
  return before.title !== after.title || withoutCounters(before.text) !== withoutCounters(after.text);
}

/** Names a state of an article: equal when title, text, authors, description and publication time are, but for lines that only count. */
export function fingerprint(metadata: Metadata, text: string | null): string {
  const { title, authors, description, publishedAt } = metadata;
  const said = text === null ? null : withoutCounters(text);
  return hash22(JSON.stringify([title, authors, description, publishedAt, said]));
}

/** Names a text by its content; null names no text. */
export function textIdOf(text: string | null): string | null {
  return text === null || text === '' ? null : hash22(text);
}

/** A capture that has been read and is ready to be added to its article. */
export type Incoming = {
  snapshot: Snapshot;
  metadata: Metadata;
  text: string | null;
  /** The text with its marks. */
  html: string | null;
  urls: string[];
  url: string;
  site: string;
  feed: string | null;
  entry: EntryFacts | null;
  /** Those of the feed, or of the request. */
  tags: string[];
  note: string | null;
  /** RFC 3339 UTC. */
  bookmarkedAt: string | null;
};

export function newArticle(id: string, incoming: Incoming): Article {
  const { snapshot, metadata } = incoming;
  return {
    ...metadata,
    id,
    v: 1,
    iv: 1,
    url: incoming.url,
    aliases: incoming.urls.filter((url) => url !== incoming.url).slice(0, maxAliases),
    site: incoming.site,
    kind: snapshot.kind,
    tags: incoming.tags.slice(0, maxTags),
    feed: incoming.feed,
    entry: incoming.entry,
    files: snapshot.file === null ? [] : [snapshot.file],
    firstArchivedAt: snapshot.fetchedAt,
    lastArchivedAt: snapshot.fetchedAt,
    snapshotCount: 1,
    versionCount: 1,
    wordCount: snapshot.wordCount,
    textId: snapshot.textId,
    pastId: null,
    versionOf: snapshot.timestamp,
    removedAt: null,
    latest: { ...snapshot, changed: true },
    corrections: {},
    note: incoming.note,
    ...(incoming.bookmarkedAt === null ? {} : { bookmarkedAt: incoming.bookmarkedAt }),
    parts: [],
    ownTextId: null,
    joined: [],
    countedBy: 2,
  };
}

/** The article once a capture newer than its latest was added; `verdict` is what `judge` said of it, and `isEdit` whether it changes the story. */
export function withNewest(article: Article, incoming: Incoming, verdict: Verdict & { isEdit: boolean }): Article {
  const snapshot = {
    ...incoming.snapshot,
    mark: verdict.mark,
    changed: incoming.snapshot.fingerprint !== article.latest.fingerprint,
  };
  // Bytes that a client held say nothing about the web of today.
  const back = article.removedAt !== null && snapshot.source === 'fetch' && showsPage(snapshot);
  const added: Article = {
    ...withOrigin(article, incoming),
    latest: snapshot,
    lastArchivedAt: snapshot.fetchedAt,
    snapshotCount: article.snapshotCount + 1,
    ...(back ? backAt(article, snapshot.fetchedAt) : {}),
  };
  const { metadata, text } = incoming;
  return verdict.rules ? withVersion(added, { snapshot, metadata, text, isEdit: verdict.isEdit }) : added;
}

/** True if the site answered the article's page, and not a page in place of one that is gone. */
export function showsPage({ kind, mark }: Pick<Snapshot, 'kind' | 'mark'>): boolean {
  return mark !== 'moved' && kind !== 'error' && kind !== 'wall';
}

/** The state of an article by its snapshots in order, after an older capture was added. */
export type Counted = {
  snapshotCount: number;
  versionCount: number;
  /** When the snapshot was made that was its last edit; null while there is none. */
  editedAt: string | null;
  /** The words that earlier versions had and the ruling version does not have. */
  past: PastVersion[];
  /** True if the latest snapshot differs from the one before it. */
  latestChanged: boolean;
  /** The snapshot that gives the text from now on, when that is not the one that did. */
  ruling: Ruling | null;
};

/** A snapshot that gives the text from now on; `isEdit` as seen from the text that it replaces. */
type Ruling = { snapshot: Snapshot; metadata: Metadata; text: string | null; isEdit: boolean };

/** The article once an older capture was added beside it. The text changes only if `ruling` says so. */
export function withOlder(article: Article, incoming: Incoming, counted: Counted): Article {
  const { ruling, snapshotCount, versionCount } = counted;
  const added: Article = {
    ...withOrigin(article, incoming),
    snapshotCount,
    firstArchivedAt: earlier(incoming.snapshot.fetchedAt, article.firstArchivedAt),
    latest: { ...article.latest, changed: counted.latestChanged },
  };
  const after = ruling ? withVersion(added, ruling) : added;
  const { editedAt: _editedAt, ...rest } = after;
  const edited = counted.editedAt === null ? {} : { editedAt: counted.editedAt };
  return { ...rest, ...edited, versionCount, pastId: textIdOf(writePast(counted.past)) };
}

function withVersion(article: Article, { snapshot, metadata, text, isEdit }: Ruling): Article {
  return {
    ...article,
    ...metadata,
    kind: snapshot.kind,
    versionCount: article.versionCount + (isEdit ? 1 : 0),
    wordCount: countWords(text ?? ''),
    textId: snapshot.textId,
    versionOf: snapshot.timestamp,
    ...(isEdit ? { editedAt: snapshot.fetchedAt } : {}),
  };
}

/** The additions of a further capture to the article: URLs, file names, and a feed if it had none. */
function withOrigin(article: Article, { urls, snapshot, feed, entry, tags, note, bookmarkedAt }: Incoming): Article {
  const aliases = distinct([...article.aliases, ...urls.filter((url) => url !== article.url)]).slice(0, maxAliases);
  const files = distinct([...article.files, ...(snapshot.file === null ? [] : [snapshot.file])]).slice(0, maxFiles);
  const known = {
    ...article,
    ...{ aliases, files, entry: article.entry ?? entry, note: note ?? article.note },
    ...bookmarked(article, bookmarkedAt),
  };
  // A feed that comes second brings no tags; a person's request does.
  if (feed !== null && article.feed !== null) return known;
  return { ...known, feed: article.feed ?? feed, tags: joinTags(article.tags, tags) };
}

/** What an article says of its bookmark once there was another one. */
export function bookmarked(
  { bookmarkedAt: known }: { bookmarkedAt?: string | undefined },
  at: string | null | undefined,
): Pick<Article, 'bookmarkedAt'> {
  return at == null ? {} : { bookmarkedAt: known === undefined ? at : earlier(known, at) };
}

function distinct(texts: string[]): string[] {
  return [...new Set(texts)];
}

/** Times of one form sort as text. */
function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function length(text: string | null): number {
  return text?.length ?? 0;
}
