/**
 * Which snapshot gives an article its text: the newest good one. Pure; reads nothing and stores nothing. Every rule of
 * "good" is here, and so is how an article changes when a capture is added to it, whichever order captures arrive in.
 */
import { createHash } from 'node:crypto';
import type { Article, Mark, Metadata, Snapshot } from '../store/article.ts';
import { countWords, type Kind } from './kind.ts';
import { isSameStory } from './same-story.ts';

/** What is judged: one capture's reading of the page. */
export type Reading = { kind: Kind; title: string | null; text: string | null; moved: boolean };

/** A later text under this share of the one before has lost the story, not changed it. */
const minShareOfBefore = 0.5;
const maxAliases = 50;

/** Whether `next`, captured later, takes over from `current`; and if not, why. `current: null`: nothing was there. */
export function judge(current: Reading | null, next: Reading): { rules: boolean; mark: Mark | null } {
  if (next.moved) return { rules: current === null, mark: 'moved' };
  if (current === null || current.moved) return { rules: true, mark: null };
  if (current.kind !== 'article') return { rules: true, mark: null };
  if (next.kind !== 'article') return { rules: false, mark: 'shrunk' };
  if (!isSameStory(current, next)) return { rules: false, mark: 'replaced' };
  if (length(next.text) < length(current.text) * minShareOfBefore) return { rules: false, mark: 'shrunk' };
  return { rules: true, mark: null };
}

/** The index of the reading that rules, of all readings of an article in the order of their capture. */
export function rulingOf(readings: Reading[]): number {
  let ruling = -1;
  for (const [i, reading] of readings.entries()) {
    const current = readings[ruling] ?? null;
    if (judge(current, reading).rules) ruling = i;
  }
  return ruling;
}

/** Names a state of an article: equal when title, text, authors, description and publication time are. */
export function fingerprint(metadata: Metadata, text: string | null): string {
  const { title, authors, description, publishedAt } = metadata;
  return hash22(JSON.stringify([title, authors, description, publishedAt, text]));
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
  urls: string[];
  url: string;
  site: string;
};

export function newArticle(id: string, incoming: Incoming): Article {
  const { snapshot, metadata, text } = incoming;
  return {
    ...metadata,
    id,
    v: 1,
    iv: 1,
    url: incoming.url,
    aliases: incoming.urls.filter((url) => url !== incoming.url).slice(0, maxAliases),
    site: incoming.site,
    kind: snapshot.kind,
    tags: [],
    feed: null,
    publishedAtSource: metadata.publishedAt ? 'page' : 'capture',
    firstArchivedAt: snapshot.fetchedAt,
    lastArchivedAt: snapshot.fetchedAt,
    snapshotCount: 1,
    versionCount: 1,
    wordCount: countWords(text ?? ''),
    textId: snapshot.textId,
    versionOf: snapshot.timestamp,
    removedAt: null,
    latest: { ...snapshot, changed: true },
    corrections: {},
  };
}

/** The article once a capture newer than its latest was added; `verdict` is what `judge` said of it. */
export function withNewest(
  article: Article,
  incoming: Incoming,
  verdict: { rules: boolean; mark: Mark | null },
): Article {
  const snapshot = {
    ...incoming.snapshot,
    mark: verdict.mark,
    changed: incoming.snapshot.fingerprint !== article.latest.fingerprint,
  };
  // Bytes that a client held say nothing about the web of today.
  const back = article.removedAt !== null && snapshot.source === 'fetch' && showsPage(snapshot);
  const added: Article = {
    ...withUrls(article, incoming.urls),
    v: article.v + 1,
    latest: snapshot,
    lastArchivedAt: snapshot.fetchedAt,
    snapshotCount: article.snapshotCount + 1,
    iv: back ? article.iv + 1 : article.iv,
    removedAt: back ? null : article.removedAt,
  };
  return verdict.rules ? withVersion(added, snapshot, incoming.metadata, incoming.text) : added;
}

/** Whether what a site answered is the article's page, and not what is served in place of a page that is gone. */
export function showsPage({ kind, mark }: Pick<Snapshot, 'kind' | 'mark'>): boolean {
  return mark !== 'moved' && kind !== 'error' && kind !== 'wall';
}

/** The article once an older capture was added beside it. The text changes only if `ruling` says so. */
export function withOlder(
  article: Article,
  incoming: Incoming,
  counted: { snapshotCount: number; ruling: { snapshot: Snapshot; metadata: Metadata; text: string | null } | null },
): Article {
  const { fetchedAt } = incoming.snapshot;
  const added: Article = {
    ...withUrls(article, incoming.urls),
    v: article.v + 1,
    snapshotCount: counted.snapshotCount,
    firstArchivedAt: earlier(fetchedAt, article.firstArchivedAt),
  };
  const { ruling } = counted;
  return ruling ? withVersion(added, ruling.snapshot, ruling.metadata, ruling.text) : added;
}

function withVersion(article: Article, snapshot: Snapshot, metadata: Metadata, text: string | null): Article {
  const searchableBefore = JSON.stringify([
    article.title,
    article.authors,
    article.description,
    article.keywords,
    article.publishedAt,
    article.section,
    article.lang,
    article.textId,
  ]);
  const searchable = JSON.stringify([
    metadata.title,
    metadata.authors,
    metadata.description,
    metadata.keywords,
    metadata.publishedAt,
    metadata.section,
    metadata.lang,
    snapshot.textId,
  ]);
  const edited = article.kind === 'article' && (article.textId !== snapshot.textId || article.title !== metadata.title);
  return {
    ...article,
    ...metadata,
    iv: searchable === searchableBefore ? article.iv : article.iv + 1,
    kind: snapshot.kind,
    publishedAtSource: article.corrections.publishedAt ? 'corrected' : metadata.publishedAt ? 'page' : 'capture',
    versionCount: article.versionCount + (edited ? 1 : 0),
    wordCount: countWords(text ?? ''),
    textId: snapshot.textId,
    versionOf: snapshot.timestamp,
  };
}

function withUrls(article: Article, urls: string[]): Article {
  const aliases = [...new Set([...article.aliases, ...urls.filter((url) => url !== article.url)])].slice(0, maxAliases);
  return { ...article, aliases };
}

/** Times of one form sort as text. */
function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function length(text: string | null): number {
  return text?.length ?? 0;
}

function hash22(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
