/**
 * What tells that an entry was seen in an earlier poll: its keys, of which one that is known is enough. So an entry stays the
 * same when its id changes, or its link's tracking parameters do, or its link with the headline.
 */
import { isHomePage, norm } from '../article/norm.ts';
import { hash22 } from '../hash.ts';

type Identified = { id: string | null; url: string | null; title: string | null; publishedAt: string | null };

/**
 * For each entry of one poll, its keys, each 24 characters that mean nothing outside of its feed; best first, and none for an
 * entry that says nothing. Two entries of a poll that differ have no key in common: an id that several links have
 * (a guid that a feed repeats) tells nothing, nor does a link that several ids have, nor one to the home page.
 */
export function entryKeys(entries: readonly Identified[]): string[][] {
  const known = entries.map((entry) => ({ entry, link: linkOf(entry), id: idOf(entry) }));
  const linksOfId = grouped(known.map(({ id, link }) => [id, link]));
  const idsOfLink = grouped(known.map(({ id, link }) => [link, id]));
  return known.map(({ entry, link, id }) => {
    const own = [
      ...(link && (idsOfLink.get(link)?.size ?? 0) <= 1 ? [hash('u', link)] : []),
      ...(id && (linksOfId.get(id)?.size ?? 0) <= 1 ? [hash('i', id)] : []),
    ];
    return own.length > 0 ? own : textKeys(entry);
  });
}

/** The home page is where entries without a page of their own lead. */
function linkOf({ url }: Identified): string | null {
  return url && URL.canParse(url) && !isHomePage(url) ? withoutScheme(norm(url)) : null;
}

/** An id that is an address is compared as one. */
function idOf({ id }: Identified): string | null {
  if (!id) return null;
  return /^https?:/i.test(id) && URL.canParse(id) ? withoutScheme(norm(id)) : id;
}

/** A site that moves to https has no new stories. */
function withoutScheme(url: string): string {
  return url.replace(/^https?:/, '');
}

function textKeys({ title, publishedAt, url }: Identified): string[] {
  const text = [title, publishedAt, title ? null : url].filter((part) => part !== null);
  return text.length > 0 ? [hash('t', text.join('\n'))] : [];
}

function grouped(pairs: [string | null, string | null][]): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const [key, value] of pairs) {
    if (key === null) continue;
    const group = groups.get(key) ?? new Set();
    if (value !== null) group.add(value);
    groups.set(key, group);
  }
  return groups;
}

function hash(kind: 'u' | 'i' | 't', text: string): string {
  return `${kind}:${hash22(text)}`;
}
