/** An article and its texts -> what search knows of it. Pure. */
import { type Article, effective, isListed } from '../article/article.ts';
import type { PastVersion } from '../article/past.ts';
import type { TermsVersion } from './fold.ts';
import { type Facets, type Searchable, termsOf } from './terms.ts';

export function searchableOf(article: Article, text: string | null, past: PastVersion[]): Searchable {
  const { description, keywords, authors } = article;
  return { title: effective(article).title, description, keywords, authors, text, past };
}

export function facetsOf(article: Article): Facets {
  const { site, feed, lang, tags, versionCount, removedAt, kind } = article;
  const isShown = isListed(article);
  const { publishedAt } = effective(article);
  return { site, feed, lang, tags, changed: versionCount > 1, removed: removedAt !== null, kind, isShown, publishedAt };
}

/** All terms under which a segment of a version of terms lists an article, with its texts. */
export function termsOfArticle(
  article: Article,
  { text, past }: { text: string | null; past: PastVersion[] },
  version?: TermsVersion,
): Set<string> {
  return termsOf(searchableOf(article, text, past), facetsOf(article), version);
}
