/** How to cite a story as it stood: in words, as BibTeX and as CSL-JSON. Pure. */

export type Cited = {
  title: string;
  authors: string[];
  site: string;
  /** What it is called. */
  publication: string;
  url: string;
  /** RFC 3339. */
  publishedAt: string;
  archivedAt: string;
  /** The address of the archived version. */
  archive: string;
  digest: string;
  lang: string | null;
};

/** BibTeX; its signs in the words of publishers are escaped. */
export function bibtex({
  title,
  authors,
  site,
  publication,
  url,
  publishedAt,
  archivedAt,
  archive,
  digest,
}: Cited): string {
  const day = publishedAt.slice(0, 10);
  const fields: [string, string][] = [
    ['title', `{${texed(title)}}`],
    ...(authors.length > 0
      ? ([['author', authors.map((one) => `{${texed(one)}}`).join(' and ')]] as [string, string][])
      : []),
    ['organization', texed(publication)],
    ['date', day],
    ['url', url],
    ['urldate', archivedAt.slice(0, 10)],
    ['note', `Archived at \\url{${archive}}, ${texed(digest)}`],
  ];
  const key = `${site.replace(/[^a-z0-9]/gi, '')}${day.replaceAll('-', '')}`;
  return `@online{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}},`).join('\n')}\n}`;
}

function texed(text: string): string {
  return text
    .replace(/[\\{}]/g, (sign) => (sign === '\\' ? '\\textbackslash ' : `\\${sign}`))
    .replace(/[#$%&_]/g, '\\$&')
    .replace(/~/g, '\\textasciitilde ')
    .replace(/\^/g, '\\textasciicircum ');
}

/** CSL-JSON 1.0.2, as reference managers take it. */
export function cslJson({
  title,
  authors,
  publication,
  url,
  publishedAt,
  archivedAt,
  archive,
  digest,
  lang,
}: Cited): string {
  const date = (iso: string) => ({ 'date-parts': [iso.slice(0, 10).split('-').map(Number)] });
  return JSON.stringify(
    [
      {
        id: archive,
        type: 'article-newspaper',
        title,
        author: authors.map((literal) => ({ literal })),
        'container-title': publication,
        issued: date(publishedAt),
        accessed: date(archivedAt),
        URL: url,
        archive: 'Nightdesk',
        archive_location: archive,
        note: digest,
        ...(lang ? { language: lang } : {}),
      },
    ],
    null,
    1,
  );
}
