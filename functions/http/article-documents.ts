/** An article -> its documents: those that were imported, byte for byte, or one that is written of what it says now. */
import { type Article, effective } from '../article/article.ts';
import { bodyOf, documentOf } from '../capture/own-document.ts';
import { writeMarkdown } from '../formats/markdown.ts';
import { safeName } from '../formats/tree.ts';
import { paragraphs } from '../formats/write-document.ts';
import { allOlderSnapshots, getMarkedText, type Store } from '../store/articles.ts';

/** Path below `articles/`; one that was written is named by the article's id. */
export type ArticleDocument = { file: string; bytes: Uint8Array };

/** The article as Markdown that reads well; without marks it has paragraphs only. */
export async function markdownOf(store: Store, article: Article): Promise<string> {
  const { title, authors, publishedAt } = effective(article);
  const marked = article.textId ? await getMarkedText(store, article.id, article.textId) : null;
  return writeMarkdown({
    front: [
      ['title', title],
      ['url', article.url],
      ['site', article.site],
      ['authors', authors],
      ['published', publishedAt],
      ['archived', article.firstArchivedAt],
      ['language', article.lang],
      ['tags', article.tags],
    ],
    title,
    html: marked?.html ?? paragraphs(marked?.text ?? ''),
  });
}

export async function documentsOf(store: Store, article: Article): Promise<ArticleDocument[]> {
  if (article.files.length === 0) {
    const folder = safeName(article.feed ?? article.site, 100);
    return [{ file: `${folder}/${article.id}.md`, bytes: (await documentOf(store, article)).bytes }];
  }
  const older = article.snapshotCount === 1 ? [] : await allOlderSnapshots(store.table, article);
  const imported = [article.latest, ...older].filter(({ file }) => file !== null);
  // A page that was captured since tells the story better: the newest file goes on with it, as a file in git does.
  const isOutdated = !imported.some(({ timestamp }) => timestamp === article.versionOf);
  const documents: ArticleDocument[] = [];
  // A file that was edited and sent again is what it was last.
  const newest = imported.filter(({ file }, i) => imported.findIndex((other) => other.file === file) === i);
  for (const [i, snapshot] of newest.entries()) {
    const isStandIn = isOutdated && i === 0;
    const bytes = isStandIn ? (await documentOf(store, article)).bytes : await bodyOf(store, article, snapshot);
    if (bytes && snapshot.file !== null) documents.push({ file: snapshot.file, bytes });
  }
  return documents;
}
