/**
 * Old articles, read again with the present extractor from the bytes that were kept: text, marks and metadata. What an article is called by
 * stays: id, URLs, corrections, times of capture, its count of versions. An article that is up to date is left alone, so it may stop
 * anywhere and go on later.
 */
import type { Article, Metadata, Snapshot } from '../article/article.ts';
import { fingerprint, textIdOf } from '../article/versions.ts';
import { countWords } from '../article/words.ts';
import { extractorVersion } from '../extract/extractor-version.ts';
import {
  allArticleItems,
  getKnown,
  getSnapshot,
  getText,
  putArticle,
  putSnapshot,
  putText,
  relistTombstone,
  type Store,
} from '../store/articles.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { withParts } from './parts.ts';
import { reread } from './read-page.ts';

/** A reading with less than this share of the old text has lost the story. */
const minShareOfBefore = 0.8;
/** Lost compare-and-sets in a row before giving up. */
const maxRounds = 10;

export type ReextractDeps = Pick<CaptureDeps, 'store' | 'extractor'>;

/** `changed`: the fields of the article that differ now. `kept`: the new reading was not taken, and why. */
export type Reextracted = { id: string; url: string } & ({ changed: string[] } | { kept: string });

/** Whether it was read by an older extractor, or is counted by older rules. */
export function isOutdated(article: Article, ruling: Pick<Snapshot, 'extractor'> | null): boolean {
  return article.countedBy === 1 || (ruling !== null && ruling.extractor < extractorVersion);
}

/** Every article, a page of the table at a time; what came of those that were not up to date. Tombstones of older versions get into the list. */
export async function* reextractAll(
  deps: ReextractDeps,
  onProgress: (done: number) => void = () => undefined,
): AsyncGenerator<Reextracted> {
  let done = 0;
  for await (const items of allArticleItems(deps.store.table)) {
    for (const item of items) {
      await relistTombstone(deps.store.table, item);
      const result = await reextract(deps, item.pk.slice(2));
      onProgress(++done);
      if (result) yield result;
    }
  }
}

/** Null when there was nothing to do. */
export async function reextract(deps: ReextractDeps, id: string): Promise<Reextracted | null> {
  const { store } = deps;
  for (let round = 0; round < maxRounds; round++) {
    const before = (await getKnown(store.table, id))?.article;
    if (!before) return null;
    const ruling = await getSnapshot(store.table, before, before.versionOf);
    if (!isOutdated(before, ruling)) return null;
    const read = ruling && (await readAgain(deps, before, ruling));
    const kept = 'the new reading has under 80 % of the text';
    const edit = editOf(before, ruling);
    const isDone = before.countedBy === 2 && edit.editedAt === undefined;
    if (!read && ruling && isDone) return { id, url: before.url, kept };
    const after = { ...(read ? await withReading(store, before, read) : before), ...edit };
    if (read && ruling.timestamp !== before.latest.timestamp) await putSnapshot(store.table, id, read.snapshot);
    const put = await putArticle(store.table, after, before);
    if (!put) continue;
    if (ruling && !read) return { id, url: before.url, kept };
    return { id, url: before.url, changed: differences(before, put) };
  }
  throw new Error(`the article ${id} changed ${maxRounds} times while it was being read again`);
}

/** Older versions did not keep when an article was edited: its present text is that of its last edit. */
function editOf({ versionCount, editedAt }: Article, ruling: Snapshot | null): Pick<Article, 'editedAt'> {
  return ruling && versionCount > 1 && editedAt === undefined ? { editedAt: ruling.fetchedAt } : {};
}

type Reading = { snapshot: Snapshot; metadata: Metadata; text: string | null; html: string | null };

/** Null when the new reading is too short to be taken. */
async function readAgain(deps: ReextractDeps, article: Article, ruling: Snapshot): Promise<Reading | null> {
  const { metadata, text, html, extent, ...kind } = await reread(deps, article.id, ruling);
  const old = ruling.textId && (await getText(deps.store, article.id, ruling.textId));
  if ((text?.length ?? 0) < (old?.length ?? 0) * minShareOfBefore) return null;
  const snapshot: Snapshot = {
    ...ruling,
    ...kind,
    title: metadata.title,
    textId: textIdOf(text),
    wordCount: countWords(text ?? ''),
    fingerprint: fingerprint(metadata, text),
    extractor: extractorVersion,
    extent,
  };
  return { snapshot, metadata, text, html };
}

async function withReading(
  store: Store,
  before: Article,
  { snapshot, metadata, text, html }: Reading,
): Promise<Article> {
  const { id } = before;
  const { textId, kind, wordCount } = snapshot;
  if (textId !== null && text !== null) await putText(store, { id, textId, text, html });
  const latest = before.latest.timestamp === snapshot.timestamp ? snapshot : before.latest;
  const after = { ...before, ...metadata, kind, textId, wordCount, latest };
  return withParts(store, after, text);
}

function differences(before: Article, after: Article): string[] {
  const fields = [
    'title',
    'authors',
    'description',
    'publishedAt',
    'modifiedAt',
    'lang',
    'section',
    'keywords',
    'image',
    'siteName',
    'isPaid',
    'newsType',
    'kind',
    'textId',
  ] as const;
  return fields
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => (field === 'textId' ? 'text' : field));
}
