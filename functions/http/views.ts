/** What the archive knows -> what the API shows: one maker per shape of schemas.ts. */
import type { Article, Snapshot } from '../store/article.ts';
import { effective } from '../store/article.ts';
import type { Capture } from '../store/captures.ts';
import { problemBody } from './problem-response.ts';

export function articleView(article: Article) {
  const { title, publishedAt } = effective(article);
  const self = `/articles/${article.id}`;
  return {
    id: article.id,
    url: article.url,
    aliases: article.aliases,
    site: article.site,
    kind: article.kind,
    title,
    authors: article.authors,
    description: article.description,
    publishedAt,
    publishedAtSource: article.publishedAtSource,
    modifiedAt: article.modifiedAt,
    lang: article.lang,
    section: article.section,
    keywords: article.keywords,
    tags: article.tags,
    image: article.image,
    feed: article.feed,
    firstArchivedAt: article.firstArchivedAt,
    lastArchivedAt: article.lastArchivedAt,
    snapshotCount: article.snapshotCount,
    versionCount: article.versionCount,
    wordCount: article.wordCount,
    removedAt: article.removedAt,
    ...(Object.keys(article.corrections).length > 0
      ? { extracted: { title: article.title, publishedAt: article.publishedAt } }
      : {}),
    links: {
      self,
      document: `${self}.md`,
      snapshots: `${self}/snapshots`,
      latest: snapshotUrl(article.id, article.latest.timestamp),
    },
  };
}

export function snapshotUrl(id: string, timestamp: string): string {
  return `/articles/${id}/snapshots/${timestamp}`;
}

export function snapshotView(id: string, snapshot: Snapshot) {
  const { capture: _capture, fingerprint: _fingerprint, textId: _textId, extractor: _extractor, ...shown } = snapshot;
  return { ...shown, url: snapshotUrl(id, snapshot.timestamp) };
}

export function captureView(capture: Capture) {
  const { state } = capture;
  const waiting = state.status === 'queued' || state.status === 'running' ? state : null;
  const ended = state.status === 'succeeded' || state.status === 'failed' ? state : null;
  const problem = state.status === 'succeeded' ? null : state.problem;
  return {
    id: capture.id,
    url: capture.url,
    status: state.status,
    batch: capture.batch,
    source: capture.submitted ? 'submitted' : 'fetch',
    createdAt: capture.createdAt,
    attempts: capture.attempts,
    nextAttemptAt: waiting?.nextAttemptAt ?? null,
    finishedAt: ended?.finishedAt ?? null,
    article: ended?.article ?? null,
    snapshot: state.status === 'succeeded' ? state.snapshot : null,
    problem: problem && problemBody(problem),
  };
}
