/**
 * Which article a page belongs to. The alias table decides: the requested URL, the final URL and the canonical URL are
 * looked up in one consistent read, and the first that is known wins, unless the page tells another story. What only another
 * page named as its canonical URL is a claim: it is held against the story, and files nothing by itself.
 */

import type { Counted, Known } from '../article/article.ts';
import {
  articleId,
  isHomePage,
  isSection,
  isVariant,
  norm,
  otherScheme,
  sameRegistrableDomain,
  urlHash,
} from '../article/norm.ts';
import { hasSameHeadline, isSameStory, type Told } from '../article/same-story.ts';
import { type Alias, getAliases } from '../store/aliases.ts';
import { getKnown, getLived, getText, type Store } from '../store/articles.ts';

export type PageUrls = { requestedUrl: string; finalUrl: string; canonicalUrl: string | null };

export type Resolution = {
  id: string;
  known: Known | null;
  /** How far it was counted before a takedown that was lifted, when it is new again. */
  lived: Counted | null;
  /** The URL that the article goes by when it is new. */
  url: string;
  /** URLs of the article to remember, normalised. */
  urls: string[];
  /** Aliases to put before the article, the one that made the id first. */
  aliases: { alias: Alias; over?: Alias }[];
  /** Set when the requested URL led to another story or to the home page. */
  movedTo: string | null;
};

export async function resolve(store: Store, urls: PageUrls, told: Told): Promise<Resolution> {
  const { requestedUrl, finalUrl } = urls;
  const canonical = acceptedCanonical(urls);
  const redirected = norm(requestedUrl) !== norm(finalUrl);
  const toHome = redirected && isHomePage(finalUrl) && !isHomePage(requestedUrl);
  const basis = toHome ? requestedUrl : canonical?.variant ? canonical.url : finalUrl;
  const found = await getAliases(
    store.table,
    [requestedUrl, finalUrl, basis, otherScheme(basis), ...(canonical ? [canonical.url] : [])].map(urlHash),
  );
  const aliasOf = (url: string) => found.get(urlHash(url)) ?? null;
  const directOf = (url: string) => {
    const alias = aliasOf(url);
    return alias?.by === 'direct' ? alias : null;
  };
  const tellsSame = async ({ article: id, by }: Alias, orStone = false) => {
    const known = await getKnown(store.table, id);
    // A stone has no story left that anything could be held against: it keeps only its own addresses out.
    if (!known?.article) return orStone && by === 'direct' && known !== null;
    const { article } = known;
    const there = { title: article.title, text: article.textId && (await getText(store, id, article.textId)) };
    // Two pages without a text tell the same nothing: too little for a claim.
    return isSameStory(told, there) && (by === 'direct' || Boolean(told.text) || hasSameHeadline(told, there));
  };

  const requested = directOf(requestedUrl);
  if (redirected && requested) {
    const final = directOf(finalUrl);
    // Only a URL of which no more than a claim is known is judged by what it tells: a wall or a rewrite at the article's own is
    // no move.
    const elsewhere =
      toHome ||
      (final
        ? final.article !== requested.article
        : !isVariant(requestedUrl, finalUrl) && !(await tellsSame(requested)));
    if (elsewhere) return belongs(requested.article, { url: requestedUrl, direct: [], movedTo: finalUrl });
  }
  if (toHome) return belongs(articleId(requestedUrl), { url: requestedUrl, direct: [requestedUrl], movedTo: finalUrl });

  const id = await firstKnown();
  return belongs(id ?? articleId(basis), { url: basis, direct: [basis, finalUrl, requestedUrl], movedTo: null });

  async function firstKnown(): Promise<string | null> {
    for (const url of new Set([requestedUrl, finalUrl])) {
      const alias = aliasOf(url);
      if (alias && (alias.by === 'direct' || (await tellsSame(alias)))) return alias.article;
    }
    const named = canonical && aliasOf(canonical.url);
    const isItsOwn = canonical?.variant && named?.by === 'direct';
    if (named && (isItsOwn || (await tellsSame(named)))) return named.article;
    const twin = aliasOf(otherScheme(basis));
    return twin && (await tellsSame(twin, true)) ? twin.article : null;
  }

  async function belongs(
    article: string,
    { url, direct, movedTo }: { url: string; direct: string[]; movedTo: string | null },
  ): Promise<Resolution> {
    const wanted: Alias[] = distinct(direct).map((href) => ({ urlHash: urlHash(href), article, by: 'direct' }));
    if (canonical && !canonical.variant && movedTo === null && !aliasOf(canonical.url)) {
      wanted.push({ urlHash: urlHash(canonical.url), article, by: 'canonical' });
    }
    const aliases = wanted.flatMap((alias) => {
      const there = found.get(alias.urlHash);
      if (!there) return [{ alias }];
      // A page that was served here decides over what another page said of this URL.
      const overrules = there.by === 'canonical' && alias.by === 'direct';
      return overrules ? [{ alias, over: there }] : [];
    });
    // An article has its aliases before it exists, so one without any is new; if not, the put that expects nothing fails.
    const known = isKnown(article) ? await getKnown(store.table, article) : null;
    const remembered = movedTo === null ? [...direct, ...(canonical ? [canonical.url] : [])] : direct;
    return {
      id: article,
      known,
      // The aliases of an article that was taken down stay.
      lived: isKnown(article) && known === null ? await getLived(store.table, article) : null,
      url: norm(url),
      urls: distinct(remembered.filter((href) => isOf(article, href, direct))).map(norm),
      aliases,
      movedTo,
    };
  }

  function isKnown(article: string): boolean {
    return [...found.values()].some((alias) => alias.article === article);
  }

  /** Whether the URL leads to the article once its aliases are put. */
  function isOf(article: string, href: string, direct: string[]): boolean {
    const there = aliasOf(href);
    return !there || there.article === article || (there.by === 'canonical' && direct.includes(href));
  }
}

/**
 * The canonical URL if it may be believed: of the same registrable domain, not the home page and not a section, since
 * whole sites name those on every page. `variant`: it differs from the final URL only in what makes no other page.
 */
function acceptedCanonical({ finalUrl, canonicalUrl }: PageUrls): { url: string; variant: boolean } | null {
  if (!canonicalUrl || norm(canonicalUrl) === norm(finalUrl)) return null;
  if (!sameRegistrableDomain(canonicalUrl, finalUrl)) return null;
  if (isVariant(canonicalUrl, finalUrl)) return { url: canonicalUrl, variant: true };
  if (isHomePage(canonicalUrl) || isSection(canonicalUrl, finalUrl)) return null;
  return { url: canonicalUrl, variant: false };
}

function distinct(hrefs: string[]): string[] {
  const seen = new Set<string>();
  return hrefs.filter((href) => !seen.has(urlHash(href)) && seen.add(urlHash(href)));
}
