/** A story of several pages: the text of the article is that of its first page, and after it those of the others. */
import type { Article, Part } from '../article/article.ts';
import { type Incoming, textIdOf } from '../article/versions.ts';
import { countWords } from '../article/words.ts';
import { getText, putText, type Store } from '../store/articles.ts';

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
  const texts = await Promise.all(parts.map(({ textId }) => getText(store, id, textId)));
  const text = [own, ...texts].filter((page) => page !== null && page !== '').join('\n');
  const textId = textIdOf(text);
  if (textId !== null) await putText(store, { id, textId, text });
  return { ...article, ownTextId: textIdOf(own), textId, wordCount: countWords(text) };
}
