/** What the archive knows -> what the API shows: one maker per shape of schemas.ts. */

import type * as v from 'valibot';
import type { Article, Snapshot } from '../article/article.ts';
import { effective } from '../article/article.ts';
import { recheckAfterMs } from '../capture/recheck-times.ts';
import { pastVersionOf } from '../search/match.ts';
import type { Query } from '../search/query-language.ts';
import type { Found } from '../search/search.ts';
import { type Marked, markAll, snippetOf } from '../search/snippet.ts';
import { type Capture, capturedFrom } from '../store/captures.ts';
import type { FollowedFeed } from '../store/feeds.ts';
import type { Pack } from '../store/packs.ts';
import { durationText } from './parameters.ts';
import { problemBody } from './problem-response.ts';
import type * as schemas from './schemas.ts';

/** The schema that documents an answer also types what makes it: a field that one of them forgets does not compile. */
type Shown<Schema extends v.GenericSchema> = v.InferOutput<Schema>;

export function articleView(article: Article): Shown<typeof schemas.articleItem> {
  const { title, authors, publishedAt, publishedAtSource } = effective(article);
  const self = `/articles/${article.id}`;
  return {
    id: article.id,
    url: article.url,
    aliases: article.aliases,
    site: article.site,
    kind: article.kind,
    title,
    authors,
    description: article.description,
    publishedAt,
    publishedAtSource,
    modifiedAt: article.modifiedAt,
    lang: article.lang,
    section: article.section,
    keywords: article.keywords,
    tags: article.tags,
    image: article.image,
    siteName: article.siteName,
    paid: article.isPaid,
    type: article.newsType,
    feed: article.feed,
    files: article.files,
    firstArchivedAt: article.firstArchivedAt,
    lastArchivedAt: article.lastArchivedAt,
    changedAt: changedAt(article),
    snapshotCount: article.snapshotCount,
    versionCount: article.versionCount,
    versionOf: article.versionOf,
    wordCount: article.wordCount,
    removedAt: article.removedAt,
    removal: article.removal ?? null,
    joined: article.joined,
    pages: article.parts.length + 1,
    missing: missingOf(article),
    ...(Object.keys(article.corrections).length > 0
      ? { extracted: { title: article.title, publishedAt: article.publishedAt } }
      : {}),
    links: {
      self,
      document: `${self}.md`,
      markdown: `${self}.markdown`,
      snapshots: `${self}/snapshots`,
      diff: `${self}/diff`,
      latest: snapshotUrl(article.id, article.latest.timestamp),
    },
  };
}

/** What the archive does not have of an article without text, why, and how to send it. */
function missingOf({ textId, latest }: Article): Shown<typeof schemas.articleItem>['missing'] {
  if (textId !== null) return null;
  const type = latest.contentType.toLowerCase();
  if (type.startsWith('application/pdf'))
    return { what: 'text', why: 'pdf', detail: `It is a PDF: its bytes are kept, its text is not read. ${howToSend}` };
  if (type.startsWith('image/'))
    return { what: 'text', why: 'image', detail: `It is a picture: its bytes are kept. ${howToSend}` };
  const detail = `The page has no text as it was sent; scripts may build it, or it may be a wall. ${howToSend}`;
  return { what: 'text', why: 'no-text', detail };
}

const howToSend =
  'To add the text, send what a browser shows: POST /articles with "url" and "html", or save the page with SingleFile.';

/** An article that a search found, and why: a piece of its text with the words that matched. */
export function foundView({ article, match, words }: Found, query: Query | null) {
  if (query === null) return articleView(article);
  const { searchable } = words;
  const past = match.in === 'past' ? pastVersionOf(searchable, match.timestamp) : null;
  const body = past ? [past.title, ...past.paragraphs].filter((line) => line !== null).join('\n') : searchable.text;
  const { text, ranges } = bestSnippet([body, searchable.description], query);
  return {
    ...articleView(article),
    snippet: text,
    matches: ranges,
    titleMatches: markAll(searchable.title ?? '', query, 'title').ranges,
    pastVersion:
      match.in === 'past'
        ? {
            timestamp: match.timestamp,
            url: snapshotUrl(article.id, match.timestamp),
            ...(past?.mark ? { mark: past.mark } : {}),
          }
        : null,
  };
}

/** How a query was understood, a group for each part that must hold, and what of it had no effect. */
export function understoodView({ clauses, ignored }: Query): Shown<typeof schemas.understood> {
  return { all: clauses.map(({ negated, asked }) => ({ not: negated, any: asked })), ignored };
}

/** Of the first text that has a word of the query; the beginning of the first one when none has. */
function bestSnippet(texts: (string | null)[], query: Query): Marked {
  const snippets = texts.flatMap((text) => (text ? [snippetOf(text, query)] : []));
  return snippets.find(({ ranges }) => ranges.length > 0) ?? snippets[0] ?? { text: '', ranges: [] };
}

export function snapshotUrl(id: string, timestamp: string): string {
  return `/articles/${id}/snapshots/${timestamp}`;
}

export function snapshotView(
  id: string,
  { snapshot, pack }: { snapshot: Snapshot; pack: Pack | null },
): Shown<typeof schemas.snapshot> {
  const url = snapshotUrl(id, snapshot.timestamp);
  return {
    timestamp: snapshot.timestamp,
    fetchedAt: snapshot.fetchedAt,
    digest: snapshot.digest,
    bytes: snapshot.bytes,
    status: snapshot.status,
    contentType: snapshot.contentType,
    charset: snapshot.charset,
    changed: snapshot.changed,
    mark: snapshot.mark,
    part: snapshot.part,
    source: snapshot.source,
    file: snapshot.file,
    kind: snapshot.kind,
    kindReason: snapshot.kindReason ?? null,
    kindConfidence: snapshot.kindConfidence ?? null,
    title: snapshot.title,
    wordCount: snapshot.wordCount,
    extent: snapshot.extent,
    requestedUrl: snapshot.requestedUrl,
    finalUrl: snapshot.finalUrl,
    redirects: snapshot.redirects,
    durationMs: snapshot.durationMs,
    headers: snapshot.headers,
    headersCut: snapshot.headersCut,
    pictures: pack && { parts: pack.parts, missing: pack.missing, bytes: pack.bytes, url: `${url}/pack` },
    url,
  };
}

/** `articles`: how many it brought. */
export function feedView(feed: FollowedFeed, articles: number): Shown<typeof schemas.feed> {
  const self = `/feeds/${encodeURIComponent(feed.id)}`;
  const status = statusOf(feed);
  return {
    id: feed.id,
    url: feed.url,
    name: feed.name ?? feed.title,
    title: feed.title,
    siteUrl: feed.siteUrl,
    format: feed.format,
    status,
    every: durationText(feed.everyMs),
    capture: feed.capture,
    pictures: feed.pictures ?? 'off',
    tags: feed.tags,
    recheck: (feed.recheckMs ?? recheckAfterMs).map(durationText),
    createdAt: feed.createdAt,
    lastPollAt: feed.lastPollAt,
    lastSuccessAt: feed.lastSuccessAt,
    lastNewEntryAt: feed.lastNewEntryAt,
    nextPollAt: feed.nextPollAt,
    endedAt: feed.endedAt,
    pausedAt: feed.pausedAt,
    entries: feed.entries,
    entriesWithoutLink: feed.unusable,
    entriesSeen: feed.entriesSeen,
    articles,
    others: feed.others ?? [],
    failures: feed.failures,
    problem: feed.problem && problemBody(feed.problem),
    links: {
      self,
      articles: `/articles?feed=${encodeURIComponent(feed.id)}`,
      atom: `/feed.xml?feed=${encodeURIComponent(feed.id)}`,
    },
  };
}

function statusOf({ endedAt, pausedAt, problem, format }: FollowedFeed): Shown<typeof schemas.feed>['status'] {
  if (endedAt !== null) return 'ended';
  if (pausedAt !== null) return 'paused';
  if (problem) return 'failing';
  return format === null ? 'new' : 'active';
}

export function captureView(capture: Capture): Shown<typeof schemas.capture> {
  const { state } = capture;
  const waiting = state.status === 'queued' || state.status === 'running' ? state : null;
  const ended = state.status === 'succeeded' || state.status === 'failed' ? state : null;
  const problem = state.status === 'succeeded' ? null : state.problem;
  return {
    id: capture.id,
    url: capture.url,
    status: state.status,
    batch: capture.batch,
    source: capturedFrom(capture),
    feed: capture.origin?.feed ?? null,
    createdAt: capture.createdAt,
    attempts: capture.attempts,
    nextAttemptAt: waiting?.nextAttemptAt ?? null,
    finishedAt: ended?.finishedAt ?? null,
    article: ended?.article ?? null,
    snapshot: state.status === 'succeeded' ? state.snapshot : null,
    problem: problem && problemBody(problem),
  };
}

/** When what it says last changed: its story, or the corrections of a person. */
function changedAt({ firstArchivedAt, editedAt = firstArchivedAt, correctedAt }: Article): string {
  return correctedAt !== undefined && correctedAt > editedAt ? correctedAt : editedAt;
}
