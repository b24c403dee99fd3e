/** Articles -> an Atom feed (RFC 4287), so that an archive can be followed as any site. */
import { uriOf } from './uri.ts';
import { xmlText } from './xml-text.ts';

export type AtomEntry = {
  /** Never changes, wherever the archive is. */
  id: string;
  title: string;
  /** The original. */
  url: string;
  /** Where the archive has it. */
  archived: string;
  publishedAt: string;
  updatedAt: string;
  /** At least one: an entry without would take that of the feed, which has none (RFC 4287 4.1.1). */
  authors: string[];
  summary: string | null;
  tags: string[];
};

export type AtomFeed = {
  id: string;
  title: string;
  self: string;
  next: string | null;
  updatedAt: string;
  entries: AtomEntry[];
};

export function writeAtom({ id, title, self, next, updatedAt, entries }: AtomFeed): string {
  const links = [
    `<link rel="self" type="application/atom+xml" href="${xmlText(uriOf(self))}"/>`,
    // Paged feeds (RFC 5005 3).
    ...(next === null ? [] : [`<link rel="next" type="application/atom+xml" href="${xmlText(uriOf(next))}"/>`]),
  ];
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${xmlText(id)}</id>
<title>${xmlText(title)}</title>
<updated>${updatedAt}</updated>
${links.join('\n')}
${entries.map(writeEntry).join('')}</feed>
`;
}

function writeEntry(entry: AtomEntry): string {
  const { id, title, url, archived, publishedAt, updatedAt, authors, summary, tags } = entry;
  return `<entry>
<id>${xmlText(id)}</id>
<title>${xmlText(title)}</title>
<link rel="alternate" href="${xmlText(uriOf(archived))}"/>
<link rel="via" type="text/html" href="${xmlText(uriOf(url))}"/>
<published>${publishedAt}</published>
<updated>${updatedAt}</updated>
${authors.map((name) => `<author><name>${xmlText(name)}</name></author>\n`).join('')}${tags.map((tag) => `<category term="${xmlText(tag)}"/>\n`).join('')}${summary === null ? '' : `<summary>${xmlText(summary)}</summary>\n`}</entry>
`;
}
