/** By what a takedown holds: the addresses that an article had, in all their spellings, and its texts on its own site. */
import type { Article, Snapshot } from '../article/article.ts';
import { registrableDomain, urlHash } from '../article/norm.ts';
import { spellingOf } from '../article/spelling.ts';
import { getAliases } from '../store/aliases.ts';
import { allOlderSnapshots, getKnownMany, type Store } from '../store/articles.ts';
import type { Table } from '../store/table.ts';
import { findTakedowns, hashTraces, hashTracesByAll, type Trace } from '../store/takedowns.ts';

/** A shorter text may be a notice that many pages have. */
export const fewestTracedWords = 60;
/** An article has 50 aliases at most; texts beyond are those of its oldest versions. */
const mostTraces = 200;

/** The keyed hashes of all that the article was known by. */
export async function tracesOf({ table }: Store, article: Article): Promise<string[]> {
  const urls = [article.url, ...article.aliases];
  const aliases = await getAliases(table, urls.map(urlHash));
  // What it only named as its canonical URL is another page's address.
  const own = urls.filter((url) => url === article.url || aliases.get(urlHash(url))?.by === 'direct');
  const addresses = own.map(addressTrace);
  const site = registrableDomain(article.url);
  const snapshots = [article.latest, ...(await allOlderSnapshots(table, article))];
  const texts = snapshots.flatMap(({ textId, wordCount }: Snapshot) =>
    textId !== null && wordCount >= fewestTracedWords ? [textTrace(site, textId)] : [],
  );
  return hashTraces(table, [...addresses, ...texts].slice(0, mostTraces));
}

/** The articles that are taken down and had one of these addresses, or this text on this site. */
export async function takedownsOf(
  table: Table,
  { urls, site, textId }: { urls: string[]; site: string; textId: string | null },
): Promise<string[]> {
  const traces = [...urls.map(addressTrace), ...(textId === null ? [] : [textTrace(site, textId)])];
  const ids = await findTakedowns(table, await hashTracesByAll(table, traces));
  const known = ids.length > 0 ? await getKnownMany(table, ids) : new Map();
  return ids.filter((id) => known.get(id)?.tombstone);
}

function addressTrace(url: string): Trace {
  return { kind: 'address', value: spellingOf(url) };
}

function textTrace(site: string, textId: string): Trace {
  return { kind: 'text', value: `${site} ${textId}` };
}
