/**
 * Which article a page belongs to. The alias table decides: the requested URL, the final URL and the canonical URL are looked up in one
 * consistent read. Beyond the requested URL an address is one proof of two, and the text is the other: pages that share an address may tell
 * two stories. A page without a story proves nothing, and leaves its article where it was asked for.
 */
import type { Article, Counted, Known } from '../article/article.ts';
import type { Kind } from '../article/kind.ts';
import {
  addressOf,
  articleId,
  isHomePage,
  isSection,
  isVariant,
  registrableDomain,
  sameRegistrableDomain,
  urlHash,
} from '../article/norm.ts';
import { partNumber } from '../article/part-number.ts';
import { isGrown, isSameStory, provesSameText, type Told } from '../article/same-story.ts';
import { nearSpellings, twinKeys } from '../article/spelling.ts';
import { textIdOf } from '../article/versions.ts';
import { countWords } from '../article/words.ts';
import { type Alias, getAliases, getTwins, twinHash } from '../store/aliases.ts';
import { getLived, getText, type Store } from '../store/articles.ts';
import { getFollowed } from '../store/followed.ts';
import { fewestTracedWords, takedownsOf } from './takedown-traces.ts';

export type PageUrls = { requestedUrl: string; finalUrl: string; canonicalUrl: string | null };
export type ToldPage = Told & { kind: Kind; publishedAt: string | null };

export type Resolution = {
  id: string;
  known: Known | null;
  /** How far it was counted before it was taken down or removed, when it is new again. `isLeft`: its item is still there. */
  lived: (Counted & { isLeft: boolean }) | null;
  /** The URL that the article goes by when it is new. */
  url: string;
  /** URLs of the article to remember, normalised. */
  urls: string[];
  /** Aliases to put before the article, the one that made the id first. */
  aliases: { alias: Alias; over?: Alias }[];
  /** Set when the requested URL led to another story or to the home page. */
  movedTo: string | null;
  /** Set when it is a further page of the article's story. */
  part: number | null;
  /** Set when this page proves that two articles are one; they are joined before it is added. */
  join: { younger: Article; older: Article } | null;
};

export async function resolve(store: Store, urls: PageUrls, told: ToldPage): Promise<Resolution> {
  const { requestedUrl, finalUrl } = urls;
  const hasStory = told.kind === 'article';
  const canonical = hasStory ? acceptedCanonical(urls) : null;
  const isLed = addressOf(requestedUrl) !== addressOf(finalUrl) && !isVariant(requestedUrl, finalUrl);
  const toHome =
    addressOf(requestedUrl) !== addressOf(finalUrl) && isHome(finalUrl, told) && !isHome(requestedUrl, told);
  const found = await getAliases(
    store.table,
    [requestedUrl, finalUrl, ...(canonical ? [canonical.url] : [])].map(urlHash),
  );
  const followed = await getFollowed(
    store.table,
    [...found.values()].map(({ article }) => article),
  );
  const aliasOf = (url: string) => found.get(urlHash(url)) ?? null;
  const directOf = (url: string) => {
    const alias = aliasOf(url);
    return alias?.by === 'direct' ? idOf(alias) : null;
  };
  const idOf = ({ article }: Alias) => followed.get(article)?.id ?? article;
  const articleOf = (id: string) => followed.get(id)?.known.article ?? null;

  const requested = directOf(requestedUrl);
  if (requested !== null) return withKnown(requested);
  if (toHome) return belongs(articleId(requestedUrl), { url: requestedUrl, direct: [requestedUrl], movedTo: finalUrl });
  // A wall that many URLs lead to is the address of none of them.
  if (!hasStory && isLed) return orTwin(requestedUrl, [requestedUrl]);

  const known = await firstKnown();
  const basis = canonical?.variant ? canonical.url : finalUrl;
  if (known) return belongs(known.id, { url: finalUrl, direct: [basis, finalUrl, requestedUrl], part: known.part });
  const isTaken = [basis, finalUrl].some((url) => directOf(url) !== null);
  return isTaken ? orTwin(requestedUrl, [requestedUrl]) : orTwin(basis, [basis, finalUrl, requestedUrl]);

  /** The page of a URL that has an article: its own, unless it led to another story. */
  async function withKnown(id: string): Promise<Resolution> {
    const elsewhere = () => belongs(id, { url: requestedUrl, direct: [], movedTo: finalUrl });
    const other = isLed ? directOf(finalUrl) : canonical && directOf(canonical.url);
    const own = articleOf(id);
    if (other !== null && other !== id) {
      const [mine, theirs] = [own, articleOf(other)];
      if (mine && theirs && hasStory && !toHome && (await proves(mine)) && (await proves(theirs)))
        return { ...(await belongs(id, { url: requestedUrl, direct: [] })), join: ordered(mine, theirs) };
      if (isLed) return elsewhere();
    }
    if (toHome) return elsewhere();
    // What is known of the final URL is at most a claim: what the page tells decides. Where there was no story yet, a wall may have gone.
    if (isLed && other === null) {
      const hadStory = own !== null && own.kind === 'article' && own.textId !== null;
      if (!hasStory || (hadStory && !(await tellsOn(own)))) return elsewhere();
    }
    const part = canonical && directOf(canonical.url) === id ? partNumber(finalUrl, canonical.url) : null;
    const isPart = part !== null && own !== null && !(await proves(own));
    return belongs(id, { url: finalUrl, direct: [finalUrl, requestedUrl], part: isPart ? part : null });
  }

  async function firstKnown(): Promise<{ id: string; part: number | null } | null> {
    const final = aliasOf(finalUrl);
    if (!isLed && final?.by === 'direct') return { id: idOf(final), part: null };
    const named = canonical && aliasOf(canonical.url);
    for (const alias of [aliasOf(requestedUrl), final, named]) {
      if (!alias) continue;
      const id = idOf(alias);
      const isItsOwn = alias === named && canonical?.variant && alias.by === 'direct';
      const article = articleOf(id);
      if (isItsOwn || (article && (await proves(article)))) return { id, part: null };
    }
    const part = named?.by === 'direct' && canonical ? partNumber(finalUrl, canonical.url) : null;
    return named && part !== null && articleOf(idOf(named)) ? { id: idOf(named), part } : null;
  }

  /** An article that nothing leads to yet, unless its story is there at another spelling of its address, or was taken down there. */
  async function orTwin(url: string, direct: string[]): Promise<Resolution> {
    const keys = hasStory ? twinKeys(url) : [];
    const near = nearSpellings(url).map(urlHash);
    const [twins, stones] = await Promise.all([
      getTwins(store.table, [...near, ...keys.map(twinHash)]),
      takedownsOf(store.table, {
        // What a page names as its canonical URL is no address of it: whole sites name one on every page.
        urls: [requestedUrl, ...(hasStory ? [finalUrl] : []), ...(canonical?.variant ? [canonical.url] : [])],
        site: registrableDomain(finalUrl),
        textId: hasStory && countWords(told.text ?? '') >= fewestTracedWords ? textIdOf(told.text) : null,
      }),
    ]);
    const stone = stones[0];
    if (stone) {
      for (const [id, one] of await getFollowed(store.table, [stone])) followed.set(id, one);
      return belongs(stone, { url, direct });
    }
    const those = await getFollowed(
      store.table,
      twins.map(({ article }) => article),
    );
    for (const alias of twins) {
      const twin = those.get(alias.article);
      if (!twin) continue;
      const isStone = alias.by === 'direct' && twin.known.tombstone?.keys.length === 0;
      if (!isStone && !(twin.known.article && (await proves(twin.known.article)))) continue;
      followed.set(twin.id, twin);
      return belongs(twin.id, { url, direct });
    }
    const there = new Set(twins.map((alias) => alias.urlHash));
    const id = articleId(url);
    const resolution = await belongs(id, { url, direct });
    const own = keys.map((key): Alias => ({ urlHash: twinHash(key), article: id, by: 'twin' }));
    const fresh = own.filter((alias) => !there.has(alias.urlHash));
    return { ...resolution, aliases: [...resolution.aliases, ...fresh.map((alias) => ({ alias }))] };
  }

  async function belongs(
    article: string,
    {
      url,
      direct,
      movedTo = null,
      part = null,
    }: { url: string; direct: string[]; movedTo?: string | null; part?: number | null },
  ): Promise<Resolution> {
    const wanted: Alias[] = distinct(direct).map((href) => ({ urlHash: urlHash(href), article, by: 'direct' }));
    if (canonical && !canonical.variant && movedTo === null && !aliasOf(canonical.url))
      wanted.push({ urlHash: urlHash(canonical.url), article, by: 'canonical' });
    const aliases = wanted.flatMap((alias) => {
      const there = found.get(alias.urlHash);
      if (!there) return [{ alias }];
      // A page that was served here decides over what another page said of this URL.
      const overrules = there.by !== 'direct' && alias.by === 'direct';
      return overrules ? [{ alias, over: there }] : [];
    });
    // An article has its aliases before it exists, so one that no alias led to is new; if not, the put that expects nothing fails.
    const known = followed.get(article)?.known ?? null;
    const remembered = movedTo === null ? [...direct, ...(canonical ? [canonical.url] : [])] : direct;
    return {
      id: article,
      known,
      lived: await livedOf(article, known),
      url: addressOf(url),
      urls: distinct(remembered.filter((href) => isOf(article, href, direct))).map(addressOf),
      aliases,
      movedTo,
      part,
      join: null,
    };
  }

  async function livedOf(article: string, known: Known | null): Promise<Resolution['lived']> {
    if (known?.removed) return known.removed.article ? null : { ...known.removed, isLeft: true };
    const isKnown = [...found.values()].some((alias) => alias.article === article);
    const lived = isKnown && known === null ? await getLived(store.table, article) : null;
    return lived && { ...lived, isLeft: false };
  }

  /** Whether the URL leads to the article once its aliases are put. */
  function isOf(article: string, href: string, direct: string[]): boolean {
    const there = aliasOf(href);
    return !there || idOf(there) === article || (there.by !== 'direct' && direct.includes(href));
  }

  async function storyOf({ id, title, ownTextId, textId }: Article): Promise<Told> {
    const name = ownTextId ?? textId;
    return { title, text: name && (await getText(store, id, name)) };
  }

  async function proves(article: Article): Promise<boolean> {
    return hasStory && provesSameText(await storyOf(article), told);
  }

  async function tellsOn(article: Article): Promise<boolean> {
    const story = await storyOf(article);
    return isSameStory(story, told) || isGrown(story, told);
  }
}

function ordered(a: Article, b: Article): { younger: Article; older: Article } {
  const isFirst = a.firstArchivedAt === b.firstArchivedAt ? a.id < b.id : a.firstArchivedAt < b.firstArchivedAt;
  return isFirst ? { older: a, younger: b } : { older: b, younger: a };
}

/** The front page, also with a query, as dead links lead there: unless what it says was published as a story is. */
function isHome(href: string, { publishedAt }: ToldPage): boolean {
  const url = new URL(href);
  if (isHomePage(href)) return true;
  url.search = '';
  return new URL(href).search !== '' && isHomePage(url.href) && publishedAt === null;
}

/**
 * The canonical URL if it may be believed: of the same registrable domain, not the home page and not a section, since
 * whole sites name those on every page. `variant`: it differs from the final URL only in what makes no other page.
 */
function acceptedCanonical({ finalUrl, canonicalUrl }: PageUrls): { url: string; variant: boolean } | null {
  if (!canonicalUrl || addressOf(canonicalUrl) === addressOf(finalUrl)) return null;
  if (!sameRegistrableDomain(canonicalUrl, finalUrl)) return null;
  if (isVariant(canonicalUrl, finalUrl)) return { url: canonicalUrl, variant: true };
  if (isHomePage(canonicalUrl)) return null;
  if (isSection(canonicalUrl, finalUrl) && partNumber(finalUrl, canonicalUrl) === null) return null;
  return { url: canonicalUrl, variant: false };
}

function distinct(hrefs: string[]): string[] {
  const seen = new Set<string>();
  return hrefs.filter((href) => !seen.has(urlHash(href)) && seen.add(urlHash(href)));
}
