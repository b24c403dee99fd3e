/** `nightdesk show ID|URL`: one article, as it is now: headline, byline, times, text. */
import { parseStoryUrl } from '../article/article-url.ts';
import { articleId } from '../article/norm.ts';
import { nearSpellings } from '../article/spelling.ts';
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

Exit status 1: the article is not in the archive, or was taken down or removed.
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
    const article = await findArticle(client, wanted);
    if (values.json) printJson(context, article);
    else print(context, readable(article));
    return 0;
  } catch (error) {
    const message = missingMessage(error);
    if (message === null) throw error;
    say(context, message);
    return 1;
  } finally {
    await client.close();
  }
};

/** Throws ArchiveError when there is no such article, or none any more. */
async function findArticle(client: Client, wanted: string): Promise<Article> {
  if (!/[.:/]/.test(wanted)) return articleOf(client, encodeURIComponent(wanted));
  const url = /^https?:/i.test(wanted) ? wanted : `https://${wanted}`;
  const { items } = (await callArchive(client, `/articles?url=${encodeURIComponent(url)}`)) as { items: Article[] };
  const [found] = items;
  if (found) return articleOf(client, found.id);
  // A list names none that was taken down or removed; the id does, which an address gives.
  for (const id of idsOf(url)) {
    const gone = await articleOf(client, id).catch((error: unknown) => {
      if (error instanceof ArchiveError && error.status === 404) return null;
      throw error;
    });
    if (gone) return gone;
  }
  throw new ArchiveError(`${url} is not in the archive; nightdesk add archives it`, 404);
}

/** Throws ArchiveError. */
async function articleOf(client: Client, id: string): Promise<Article> {
  return (await callArchive(client, `/articles/${id}`).catch((error: unknown) => {
    if (!(error instanceof ArchiveError) || !error.message.startsWith('taken-down')) throw error;
    throw new ArchiveError(`${error.message}; ${howToLift(id)}`, error.status);
  })) as Article;
}

/** Of the articles that began at this address, or at one that people use for it. */
function idsOf(address: string): string[] {
  const parsed = parseStoryUrl(address);
  return 'problem' in parsed ? [] : [...new Set([parsed.url, ...nearSpellings(parsed.url)].map(articleId))];
}

function howToLift(id: string): string {
  return `its addresses are not archived again until that is lifted, 15 minutes after it or later, by a PATCH of /articles/${id} with {"takenDown": false} (docs/api.md). That restores nothing: nightdesk add archives it anew then`;
}

/** What is not there, in words; null for any other error. */
function missingMessage(error: unknown): string | null {
  return error instanceof ArchiveError && (error.status === 404 || error.status === 410) ? error.message : null;
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
