/** One news story as a value: the article, its snapshots, and the tombstone. */
import type { Kind, KindReason } from './kind.ts';
import type { NewsType } from './news-type.ts';

/** The extracted part of a page: everything, only metadata, or nothing. */
export type Extent = 'all' | 'metadata' | 'nothing';

/** Where a snapshot's bytes came from: the site, a client that held them, a document or a WARC that was imported, an entry of a feed. */
export type Source = 'fetch' | 'submitted' | 'document' | 'warc' | 'feed';

/**
 * Why a snapshot does not give the article its text. `shrunk`: no story, or under half of the one before. `replaced`:
 * another story. `moved`: the URL redirected to another story or to the home page. `part`: a further page of
 * the story. `truncated`: the page ends before its end, and gives the text only where there is nothing better.
 */
export type Mark = 'shrunk' | 'replaced' | 'moved' | 'part' | 'truncated';

/** The bytes that one successful capture stored, and what the response said beside them. */
export type Snapshot = {
  /** 14 digits, UTC; unique within the article. */
  timestamp: string;
  fetchedAt: string;
  /** `sha256:<hex>` of the body as decoded from its content encoding. */
  digest: string;
  /** Length of that body. */
  bytes: number;
  status: number;
  contentType: string;
  charset: string;
  /** As the site sent them, in order, at most a few KB; `headersCut` when some were left out. */
  headers: [string, string][];
  headersCut: boolean;
  requestedUrl: string;
  finalUrl: string;
  /** The URLs that redirected, in order; empty when there was no redirect. */
  redirects: string[];
  durationMs: number;
  source: Source;
  /** The capture that stored it. */
  capture: string;
  /** The name of an imported document with its folder: `rfi/ffe0a_title.md`. */
  file: string | null;
  /** True when title, text or metadata differ from the snapshot before. The first one has changed. */
  changed: boolean;
  mark: Mark | null;
  /** Which page of its story it is, when it is not the first. */
  part: number | null;
  kind: Kind;
  /** Why, and how sure that is, from 0 to 1; absent in snapshots of older versions. */
  kindReason?: KindReason;
  kindConfidence?: number;
  title: string | null;
  /** The id of its text among the article's texts; null without a text. */
  textId: string | null;
  wordCount: number;
  /** Hash of the title, text and metadata that were extracted, to tell a change from an unchanged page. */
  fingerprint: string;
  extractor: number;
  /** The part that the extractor finished before its time or memory ran out. */
  extent: Extent;
};

/** The metadata of the page in the archive's forms. Times are RFC 3339 UTC. */
export type Metadata = {
  title: string | null;
  authors: string[];
  description: string | null;
  publishedAt: string | null;
  modifiedAt: string | null;
  lang: string | null;
  section: string | null;
  keywords: string[];
  image: string | null;
  /** What the site calls itself. */
  siteName: string | null;
  /** Whether the page says that its story is for those who pay. */
  isPaid: boolean;
  newsType: NewsType | null;
};

/** Times are RFC 3339 UTC. */
export type EntryFacts = { publishedAt: string | null; authors: string[] };

export type Article = Metadata & {
  id: string;
  /** Counts the writes; each write is conditional on it. */
  v: number;
  /** Counts the writes that changed something searchable. */
  iv: number;
  url: string;
  aliases: string[];
  site: string;
  kind: Kind;
  tags: string[];
  /** The feed that brought it, or the folder that it was imported from. */
  feed: string | null;
  /** The metadata of the feed's entry, for fields that the page lacks. */
  entry: EntryFacts | null;
  /** The names of the documents that were imported as this article. */
  files: string[];
  firstArchivedAt: string;
  lastArchivedAt: string;
  snapshotCount: number;
  /** The number of different good texts so far. */
  versionCount: number;
  wordCount: number;
  textId: string | null;
  /** Names what left the text in earlier versions, stored as a text; null when nothing has. */
  pastId: string | null;
  /** The timestamp of the snapshot that gave the current text and metadata. */
  versionOf: string;
  removedAt: string | null;
  /** The last time that its site took it down. */
  removal?: Removal;
  latest: Snapshot;
  /** The corrections of a person; they win over extracted values. */
  corrections: { title?: string; publishedAt?: string };
  /** When the snapshot was made that last changed its title or text. */
  editedAt?: string;
  /** When a person last corrected it. */
  correctedAt?: string;
  /** What a person wrote beside it. Shown to who has a key. */
  note: string | null;
  /** When somebody put it into the bookmarks that they brought, the earliest of these times. Shown to who has a key. */
  bookmarkedAt?: string;
  /** Further pages of the story, shown and searched after the first. */
  parts: Part[];
  /** The text of the first page alone, where there are further ones; `textId` is then the whole. */
  ownTextId: string | null;
  /** Which rules it is counted by in `placesOf`: 1 until it is written anew, since version 0.2 counted all, and no tags. */
  countedBy: 1 | 2;
  /** Articles that turned out to be this one. */
  joined: string[];
};

/** `says`: what the site answered; `backAt`: when the page was there again. */
export type Removal = { at: string; says: 'not-found' | 'gone' | 'home'; backAt?: string };

/** What an article says of its removal once its page is back. */
export function backAt({ removal }: Pick<Article, 'removal'>, at: string): Pick<Article, 'removedAt' | 'removal'> {
  return { removedAt: null, ...(removal ? { removal: { ...removal, backAt: at } } : {}) };
}

/** A further page of a story: which, the text it has, and the snapshot that gave it. */
export type Part = { number: number; textId: string; timestamp: string };

/**
 * How far an article was counted in `v` and `iv`. Neither number is used twice for one id, whatever is taken down, lifted and
 * archived again: the search index takes the higher `iv` for the newer.
 */
export type Counted = Pick<Article, 'v' | 'iv'>;

/**
 * The rest of an article that was taken down, so that it stays down. It continues the article's counts, and has no words: `urlHash` names
 * its URL, `keys` the keyed hashes of its addresses and texts (`store/takedowns.ts`).
 */
export type Tombstone = Counted & {
  id: string;
  urlHash: string;
  keys: string[];
  takenDownAt: string;
  /** Set when the last purge has run; from then on the takedown can be lifted. */
  purgedAt: string | null;
};

/** An article that turned out to be the story of another one, `into`. What it was stays as it was, so that it can be undone. */
export type Joined = Counted & { id: string; into: string; article: Article };

/**
 * An article that somebody removed as a mistake: hidden at once, and deleted a day later: then `article` is null, and once all is gone
 * `purgedAt` is set. It keeps nothing out.
 */
export type Removed = Counted & { id: string; hiddenAt: string; article: Article | null; purgedAt: string | null };

/** What an id stands for: one of these, and the others are null. */
export type Known =
  | { article: Article; tombstone: null; joined: null; removed: null }
  | { article: null; tombstone: Tombstone; joined: null; removed: null }
  | { article: null; tombstone: null; joined: Joined; removed: null }
  | { article: null; tombstone: null; joined: null; removed: Removed };

/** More tags than anybody reads. */
export const maxTags = 50;

/** Each once, those that were there first. */
export function joinTags(tags: string[], more: string[]): string[] {
  return [...new Set([...tags, ...more])].slice(0, maxTags);
}

/** A wall or an error with fewer words is no story to list: it is kept, and shown to who asks for its kind. */
const fewestListed = 220;

/** Whether lists, feeds, exports and counts have it without being asked for its kind. */
export function isListed({ kind, wordCount }: Pick<Article, 'kind' | 'wordCount'>): boolean {
  return (kind !== 'wall' && kind !== 'error') || wordCount >= fewestListed;
}

/**
 * Where an article is counted: `day` is a day (UTC) with `at`, the quarter of an hour (`13:45`), and `site` a site or a mark of
 * stories (`#edited`); or `day` is a month, and `site` a language or a kind (`#lang:en`); or `#tag`, and a tag. Old counts have no `at`.
 */
export type Place = { day: string; at?: string; site: string };
export const tagDay = '#tag';

/** Where an article is counted as one of its site and of its tags; nowhere if lists leave it out. */
export function placesOf(article: Article): Place[] {
  const { publishedAt } = effective(article);
  const quarter = String(Math.floor(Number(publishedAt.slice(14, 16)) / 15) * 15).padStart(2, '0');
  const place = { day: publishedAt.slice(0, 10), at: publishedAt.slice(11, 14) + quarter, site: article.site };
  if (article.countedBy === 1) return [place];
  return isListed(article) ? [place, ...article.tags.map((tag) => ({ day: tagDay, site: tag }))] : [];
}

/** All places that an article is counted in: those of `placesOf`, and those of its language, its kind and what happened to it. */
export function countsOf(article: Article): Place[] {
  const places = placesOf(article);
  const [place] = places;
  if (article.countedBy === 1 || !place) return places;
  const { lang, kind, versionCount, removedAt, textId } = article;
  const marks = [
    ...(versionCount > 1 ? ['#edited'] : []),
    ...(removedAt === null ? [] : ['#removed']),
    ...(textId === null ? ['#textless'] : []),
  ];
  const ofMonth = [...(lang === null ? [] : [`#lang:${lang}`]), `#kind:${kind}`];
  return [
    ...places,
    ...marks.map((site) => ({ ...place, site })),
    ...ofMonth.map((site) => ({ day: place.day.slice(0, 7), site })),
  ];
}

/** The values that count: corrections, then extracted values, then those of the feed, then the time of the first capture. */
export function effective(article: Article): {
  title: string | null;
  authors: string[];
  publishedAt: string;
  publishedAtSource: 'corrected' | 'page' | 'feed' | 'capture';
} {
  const { corrections, entry } = article;
  const times = {
    corrected: corrections.publishedAt,
    page: article.publishedAt,
    feed: entry?.publishedAt,
    capture: article.firstArchivedAt,
  };
  const publishedAtSource = times.corrected ? 'corrected' : times.page ? 'page' : times.feed ? 'feed' : 'capture';
  return {
    title: corrections.title ?? article.title,
    authors: article.authors.length > 0 ? article.authors : (entry?.authors ?? []),
    publishedAt: times[publishedAtSource] ?? article.firstArchivedAt,
    publishedAtSource,
  };
}

/** `article` as the first write of its life, after those that its id has had before. */
export function begun(article: Article, before: Counted | null): Article {
  const tags = oneOfEach(article.tags);
  return { ...article, tags, countedBy: 2, v: (before?.v ?? 0) + 1, iv: (before?.iv ?? 0) + 1 };
}

/**
 * `after` as the write that follows `before`: counted in `v`, and in `iv` when it changes what the search index says of the
 * article, so that it is indexed anew.
 */
export function revised(before: Article, changed: Article): Article {
  const after = { ...changed, tags: oneOfEach(changed.tags) };
  const isIndexedAnew =
    before.countedBy === 1 || JSON.stringify(indexedFields(before)) !== JSON.stringify(indexedFields(after));
  return { ...after, countedBy: 2, v: before.v + 1, iv: isIndexedAnew ? before.iv + 1 : before.iv };
}

/** Tags in one of the forms of é, whoever set them; each once. */
function oneOfEach(tags: string[]): string[] {
  return [...new Set(tags.map((tag) => tag.normalize('NFC')))];
}

function indexedFields(article: Article): unknown[] {
  const { description, keywords, lang, site, feed, tags, textId, pastId, firstArchivedAt, kind } = article;
  const { title, authors, publishedAt } = effective(article);
  const isChanged = article.versionCount > 1;
  const isRemoved = article.removedAt !== null;
  return [
    title,
    publishedAt,
    authors,
    description,
    keywords,
    lang,
    site,
    feed,
    tags,
    textId,
    pastId,
    firstArchivedAt,
    isChanged,
    isRemoved,
    kind,
    isListed(article),
  ];
}
