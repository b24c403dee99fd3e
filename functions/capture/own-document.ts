/** An article -> the one document that tells it: the one that gave it its text, byte for byte, or one that is written of what it says now. */
import { gunzipSync } from 'node:zlib';
import { type Article, effective, type Snapshot } from '../article/article.ts';
import { documentType, isDocument } from '../formats/document-type.ts';
import { paragraphs, writeDocument } from '../formats/write-document.ts';
import { bodyObject, getSnapshot, getText, type Store } from '../store/articles.ts';

/** The document that gave the article its text, or else one that is written from what it says (`isWritten`); and its media type. */
export async function documentOf(
  store: Store,
  article: Article,
): Promise<{ bytes: Buffer; contentType: string; isWritten: boolean }> {
  const ruling = await getSnapshot(store.table, article, article.versionOf);
  const stored = ruling && isDocument(ruling.contentType) ? await bodyOf(store, article, ruling) : null;
  if (ruling && stored) return { bytes: stored, contentType: ruling.contentType, isWritten: false };
  const { title, publishedAt } = effective(article);
  const text = article.textId && (await getText(store, article.id, article.textId));
  const written = writeDocument({
    title: title ?? article.url,
    url: article.url,
    publishedAtMs: Date.parse(publishedAt),
    body: paragraphs(text ?? ''),
  });
  return { bytes: Buffer.from(written), contentType: documentType, isWritten: true };
}

/** Null when it was purged since the article was read. */
export async function bodyOf(store: Store, { id }: Article, { digest }: Snapshot): Promise<Buffer | null> {
  const object = await store.bucket.get(bodyObject(id, digest));
  return object && gunzipSync(object.bytes);
}
