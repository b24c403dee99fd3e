/** Which article a URL leads to: `U#<hash of the normalised URL>`. The alias table decides identity. */
import { hash22 } from '../hash.ts';
import type { Item, Key, Table } from './table.ts';

/**
 * `direct`: a page was served at this URL. `canonical`: a page elsewhere named it. That is a claim, which a direct fetch may
 * overrule: it says neither that the URL is archived nor which story is there. `twin`: no URL but what several URLs of a story may share
 * (`article/spelling.ts`).
 */
export type Alias = { urlHash: string; article: string; by: 'direct' | 'canonical' | 'twin' };

/** The key under which the twin of a story is looked for. */
export const twinHash = (key: string): string => hash22(`twin|${key}`);

const aliasKey = (urlHash: string): Key => ({ pk: `U#${urlHash}`, sk: 'U' });

/** Consistent; a hash that leads nowhere is absent from the map. */
export async function getAliases(table: Table, urlHashes: string[]): Promise<Map<string, Alias>> {
  const items = await table.getMany([...new Set(urlHashes)].map(aliasKey), { consistent: true });
  return new Map(items.map((item) => [item.pk.slice(2), toAlias(item)]));
}

/** Those of near spellings and twins: hints, which the text decides about, so not consistent. */
export async function getTwins(table: Table, urlHashes: string[]): Promise<Alias[]> {
  const items = await table.getMany([...new Set(urlHashes)].map(aliasKey));
  return items.map(toAlias);
}

/** The alias of one URL, claim or not. */
export async function getAlias(table: Table, urlHash: string): Promise<Alias | null> {
  return (await getAliases(table, [urlHash])).get(urlHash) ?? null;
}

/** The article whose page was served at a URL; null where none was, whatever other pages say of it. */
export async function archivedAt(table: Table, urlHash: string): Promise<string | null> {
  const alias = await getAlias(table, urlHash);
  return alias?.by === 'direct' ? alias.article : null;
}

/** Puts an alias if there is none, or if `over` is still the one that is there. False when it was lost to another. */
export async function putAlias(table: Table, alias: Alias, over?: Alias): Promise<boolean> {
  const { article, by } = alias;
  const others = over ? [{ is: { article: over.article, by: over.by } }] : [];
  return table.put(
    { ...aliasKey(alias.urlHash), article, by },
    { either: [{ absent: true }, { is: { article, by } }, ...others] },
  );
}

function toAlias(item: Item): Alias {
  return {
    urlHash: item.pk.slice(2),
    article: String(item.article),
    by: item.by === 'canonical' || item.by === 'twin' ? item.by : 'direct',
  };
}
