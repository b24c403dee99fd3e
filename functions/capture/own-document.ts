/** An article -> the one document that tells it: the one that gave it its text, byte for byte, or one that is written of what it says now. */
import { gunzipSync } from 'node:zlib';
import { type Article, effective, type Snapshot } from '../article/article.ts';
import { documentType, isDocument } from '../formats/document-type.ts';
import { paragraphs, writeDocument } from '../formats/write-document.ts';
import { bodyObject, getSnapshot, getText, type Store } from '../store/articles.ts';

/** The document that gave the article its text, or else one that is written from what it says; and its media type. */
export async function documentOf(store: Store, article: Article): Promise<{ bytes: Buffer; contentType: string }> {
  const ruling = await getSnapshot(store.table, article, article.versionOf);
  const stored = ruling && isDocument(ruling.contentType) ? await bodyOf(store, article, ruling) : null;
  if (ruling && stored) return { bytes: stored, contentType: ruling.contentType };
  return { bytes: await write(store, article), contentType: documentType };
}

/** The document that is written from what the article says; null where a document gave it its text. */
export async function writtenOf(store: Store, article: Article): Promise<Buffer | null> {
  const ruling = await getSnapshot(store.table, article, article.versionOf);
  return ruling && isDocument(ruling.contentType) ? null : write(store, article);
}

async function write(store: Store, article: Article): Promise<Buffer> {
  const { title, publishedAt } = effective(article);
  const text = article.textId && (await getText(store, article.id, article.textId));
  const written = writeDocument({
    title: title ?? article.url,
    url: article.url,
    publishedAtMs: Date.parse(publishedAt),
    body: paragraphs(text ?? ''),
  });
  return Buffer.from(written);
}

/** Null when it was purged since the article was read. */
export async function bodyOf(store: Store, { id }: Article, { digest }: Snapshot): Promise<Buffer | null> {
  const object = await store.bucket.get(bodyObject(id, digest));
  return object && gunzipSync(object.bytes);
}
