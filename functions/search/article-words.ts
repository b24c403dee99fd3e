/** An article and its texts -> what search knows of it. Pure. */
import { type Article, effective, isListed } from '../article/article.ts';
import type { PastVersion } from '../article/past.ts';
import type { TermsVersion } from './fold.ts';
import type { TermSink } from './term-ids.ts';
import { type Facets, type Searchable, termsOf, writeTerms } from './terms.ts';

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

type Texts = { text: string | null; past: PastVersion[] };

/** All terms under which a segment of a version of terms lists an article, with its texts. */
export function termsOfArticle(article: Article, { text, past }: Texts, version?: TermsVersion): Set<string> {
  return termsOf(searchableOf(article, text, past), facetsOf(article), version);
}

/** The same, in the newest version, for a builder of segments. */
export function writerOf(article: Article, { text, past }: Texts): (sink: TermSink) => void {
  return (sink) => writeTerms(sink, { words: searchableOf(article, text, past), facets: facetsOf(article) });
}
