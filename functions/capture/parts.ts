/** A story of several pages: the text of the article is that of its first page, and after it those of the others. */
import type { Article, Part } from '../article/article.ts';
import { type Incoming, textIdOf } from '../article/versions.ts';
import { countWords } from '../article/words.ts';
import { getMarkedText, putText, type Store } from '../store/articles.ts';

const mostParts = 30;

/** The article's further pages once a capture was added: with this one, when it is one. */
export function partsWith({ parts }: Article, { snapshot }: Incoming): Part[] {
  const { part, textId, timestamp } = snapshot;
  if (part === null || textId === null) return parts;
  const others = parts.filter(({ number }) => number !== part);
  return [...others, { number: part, textId, timestamp }].sort((a, b) => a.number - b.number).slice(0, mostParts);
}

/** The article with its whole text, which is stored; as it is where it has one page. `own`: the text of its first page. */
export async function withParts(store: Store, article: Article, own: string | null): Promise<Article> {
  const { id, parts } = article;
  if (parts.length === 0) return article;
  const ownTextId = textIdOf(own);
  const names = [ownTextId, ...parts.map((part) => part.textId)].filter((name) => name !== null);
  const pages = (await Promise.all(names.map((name) => getMarkedText(store, id, name)))).filter(
    (page) => page !== null,
  );
  const text = pages.map((page) => page.text).join('\n');
  const html = pages.every((page) => page.html !== null) ? pages.map((page) => page.html).join('') : null;
  const textId = textIdOf(text);
  if (textId !== null) await putText(store, { id, textId, text, html });
  return { ...article, ownTextId, textId, wordCount: countWords(text) };
}
