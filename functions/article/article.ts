/** One news story as a value: the article, its snapshots, and the tombstone. */
import type { Kind } from './kind.ts';

/** The extracted part of a page: everything, only metadata, or nothing. */
export type Extent = 'all' | 'metadata' | 'nothing';

/** Where a snapshot's bytes came from: the site, a client that held them, a document or a WARC that was imported, an entry of a feed. */
export type Source = 'fetch' | 'submitted' | 'document' | 'warc' | 'feed';

/**
 * Why a snapshot does not give the article its text. `shrunk`: no story, or under half of the one before. `replaced`:
 * another story. `moved`: the URL redirected to another story or to the home page.
 */
export type Mark = 'shrunk' | 'replaced' | 'moved';

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
  kind: Kind;
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
  latest: Snapshot;
  /** The corrections of a person; they win over extracted values. */
  corrections: { title?: string; publishedAt?: string };
};

/**
 * How far an article was counted in `v` and `iv`. Neither number is used twice for one id, whatever is taken down, lifted and
 * archived again: the search index takes the higher `iv` for the newer.
 */
export type Counted = Pick<Article, 'v' | 'iv'>;

/** The rest of an article that was taken down, so that it stays down. It continues the article's counts. */
export type Tombstone = Counted & {
  id: string;
  url: string;
  site: string;
  takenDownAt: string;
  /** Set when the last purge has run; from then on the takedown can be lifted. */
  purgedAt: string | null;
};

export type Known = { article: Article; tombstone: null } | { article: null; tombstone: Tombstone };

/** The day (UTC) and site that an article is counted under. */
export function placeOf(article: Article): { day: string; site: string } {
  return { day: effective(article).publishedAt.slice(0, 10), site: article.site };
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
  return { ...article, v: (before?.v ?? 0) + 1, iv: (before?.iv ?? 0) + 1 };
}

/**
 * `after` as the write that follows `before`: counted in `v`, and in `iv` when it changes what the search index says of the
 * article, so that it is indexed anew.
 */
export function revised(before: Article, after: Article): Article {
  const isIndexedAnew = JSON.stringify(indexedFields(before)) !== JSON.stringify(indexedFields(after));
  return { ...after, v: before.v + 1, iv: isIndexedAnew ? before.iv + 1 : before.iv };
}

function indexedFields(article: Article): unknown[] {
  const { description, keywords, lang, site, feed, tags, textId, pastId, firstArchivedAt } = article;
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
  ];
}
