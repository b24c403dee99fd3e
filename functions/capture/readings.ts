/** What is judged when a capture is added to an article: what each of its snapshots said, and what an edit took out. */
import type { Article, Snapshot } from '../article/article.ts';
import { type PastVersion, readPast, writePast } from '../article/past.ts';
import { type Incoming, type Reading, textIdOf } from '../article/versions.ts';
import { getText, putText, type Store } from '../store/articles.ts';
import type { Resolution } from './resolve.ts';

export async function currentReading(store: Store, article: Article): Promise<Reading> {
  const name = article.ownTextId ?? article.textId;
  const text = name && (await getText(store, article.id, name));
  return {
    timestamp: article.versionOf,
    kind: article.kind,
    title: article.title,
    text,
    moved: article.latest.mark === 'moved' && article.versionOf === article.latest.timestamp,
    part: null,
    isCut: article.latest.mark === 'truncated' && article.versionOf === article.latest.timestamp,
  };
}

export function readingOf(incoming: Incoming, resolution: Resolution): Reading {
  return {
    timestamp: incoming.snapshot.timestamp,
    kind: incoming.snapshot.kind,
    title: incoming.metadata.title,
    text: incoming.text,
    moved: resolution.movedTo !== null,
    part: resolution.part,
    isCut: incoming.snapshot.mark === 'truncated',
  };
}

export function readingOfStored(snapshot: Snapshot, text: string | null): Reading {
  return {
    timestamp: snapshot.timestamp,
    kind: snapshot.kind,
    title: snapshot.title,
    text,
    moved: snapshot.mark === 'moved',
    part: snapshot.part,
    isCut: snapshot.mark === 'truncated',
  };
}

export async function getPast(store: Store, { id, pastId }: Article): Promise<PastVersion[]> {
  return pastId === null ? [] : readPast(await getText(store, id, pastId));
}

/** Stores what is past as a text of the article; its id. */
export async function putPast(store: Store, { id, pastId }: Article, past: PastVersion[]): Promise<string | null> {
  const written = writePast(past);
  const writtenId = textIdOf(written);
  if (written !== null && writtenId !== null && writtenId !== pastId)
    await putText(store, { id, textId: writtenId, text: written });
  return writtenId;
}
