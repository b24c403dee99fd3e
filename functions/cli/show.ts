/** `nightdesk show ID|URL`: one article, as it is now: headline, byline, times, text. */
import { secondOf, toTimestamp } from '../article/times.ts';
import { readSettings } from '../settings.ts';
import { ArchiveError, type Client, callArchive, connect } from './client.ts';
import { print, printJson, type Run, readArguments, say, UsageError } from './context.ts';

export const help = `nightdesk show ID|URL [--in ADDRESS] [--json]

Prints one article. Name it by its id, which search and lists print, or by its address.
Asks the archive that runs on PORT (8080). If none runs, opens the archive in DATA_DIR (./data) meanwhile.

  nightdesk show https://example.org/a-story | less

  --in ADDRESS    another archive, such as http://127.0.0.1:8081
  --json          print the answer of the API
`;

type Article = {
  id: string;
  url: string;
  title: string | null;
  authors: string[];
  publishedAt: string;
  firstArchivedAt: string;
  versionCount: number;
  /** The timestamp of the snapshot that gave the text; of the last one, where several gave the same. */
  versionOf: string;
  removedAt?: string | null;
  text: string | null;
};

export const run: Run = async (args, context) => {
  const { values, positionals } = readArguments(args, {
    allowPositionals: true,
    options: { in: { type: 'string' }, json: { type: 'boolean' } },
  });
  const [wanted, ...others] = positionals;
  if (wanted === undefined || others.length > 0) throw new UsageError('Name one article, by its id or its address.');
  const client = await connect(readSettings(context.env), {
    to: values.in,
    tell: (line) => say(context, line),
    mayBeNew: false,
  });
  try {
    const article = (await callArchive(client, `/articles/${await idOf(client, wanted)}`)) as Article;
    if (values.json) printJson(context, article);
    else print(context, readable(article));
    return 0;
  } finally {
    await client.close();
  }
};

/** Throws ArchiveError when no article has this address. */
async function idOf(client: Client, wanted: string): Promise<string> {
  if (!/[.:/]/.test(wanted)) return encodeURIComponent(wanted);
  const url = /^https?:/i.test(wanted) ? wanted : `https://${wanted}`;
  const { items } = (await callArchive(client, `/articles?url=${encodeURIComponent(url)}`)) as { items: Article[] };
  const [found] = items;
  if (!found) throw new ArchiveError(`${url} is not in the archive; nightdesk add archives it`);
  return found.id;
}

function readable(article: Article): string {
  const { title, authors, publishedAt, url, firstArchivedAt, versionCount, versionOf, removedAt, text } = article;
  const isOfFirst = versionOf === toTimestamp(Date.parse(firstArchivedAt));
  const history = [
    ...(isOfFirst
      ? [`archived ${firstArchivedAt}`]
      : [`first archived ${firstArchivedAt}`, `shown as of ${secondOf(versionOf)}`]),
    ...(versionCount > 1 ? [`${versionCount} versions`] : []),
    ...(removedAt ? [`gone from its site since ${removedAt}`] : []),
  ];
  const head = [title ?? url, [...authors, publishedAt].join(', '), url, history.join(', ')];
  return [...head, '', text ?? 'The archive has the bytes of this page, but found no text in it.'].join('\n');
}
