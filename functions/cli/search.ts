/** `nightdesk search WORDS`: the articles that say these words, newest first, a few lines each. */
import { secondOf } from '../article/times.ts';
import { readSettings } from '../settings.ts';
import { callArchive, connect } from './client.ts';
import { print, printJson, type Run, readArguments, say, UsageError } from './context.ts';
import { typedQuery } from './typed-query.ts';

export const help = `nightdesk search WORDS... [--from DAY] [--to DAY] [--site HOST] [--limit N] [--in ADDRESS] [--json]

Finds articles that contain all of the words, in any language, newest first. "in quotes" is a phrase, estim* the beginning of
a word, -word excludes articles with that word, OR finds either, site:, tag:, author: and others narrow it: docs/search.md. Several
words in one argument are a phrase, unless one of these stands among them. Asks the archive that runs on PORT (8080). If none
runs, opens the archive in DATA_DIR (./data) meanwhile.

  nightdesk search lighthouse keeper
  nightdesk search reopens -mill
  nightdesk search 'author:"greta holm" tram'
  nightdesk search 图书馆 --from 2024-04-01 --to 2024-04-30

  --from DAY, --to DAY    published on or after, on or before (UTC)
  --site HOST             only articles of this site, such as example.org
  --limit N               how many articles to print, 1 to 100; 20 if not set
  --in ADDRESS            another archive, such as http://127.0.0.1:8081
  --json                  print the answer of the API

Exit status 1: nothing was found.
`;

type Found = {
  id: string;
  title: string | null;
  url: string;
  publishedAt: string;
  snippet?: string;
  /** Where the words are, if the present version does not have them. `mark`: of a text that did not become the article's version. */
  pastVersion?: { timestamp: string; mark?: string } | null;
};

export const run: Run = async (args, context) => {
  const text = { type: 'string' } as const;
  const { values, positionals } = readArguments(markLeftOut(args), {
    allowPositionals: true,
    options: { from: text, to: text, site: text, limit: text, in: text, json: { type: 'boolean' } },
  });
  const words = positionals.map((word) => word.replace(mark, ''));
  if (words.length === 0) throw new UsageError('Say what to search for.');
  const { from, to, site, limit } = values;
  const given = Object.entries({ from, to, site, limit }).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams([['q', typedQuery(words)], ...(given as [string, string][])]);
  const client = await connect(readSettings(context.env), {
    to: values.in,
    tell: (line) => say(context, line),
    mayBeNew: false,
  });
  try {
    const answer = (await callArchive(client, `/articles?${query}`)) as { items: Found[]; next: string | null };
    if (values.json) printJson(context, answer);
    else for (const item of answer.items) print(context, shown(item));
    if (answer.items.length === 0) say(context, 'Nothing was found.');
    else if (answer.next !== null) say(context, 'There is more: raise --limit, or narrow the days.');
    return answer.items.length > 0 ? 0 : 1;
  } finally {
    await client.close();
  }
};

/** No argument of a process has this character. */
const mark = '\u0000';

/** `-word` leaves a word out, and would be read as short options, of which there are none here. Not behind an option that lacks its value. */
function markLeftOut(args: string[]): string[] {
  const isValue = (at: number) => /^--(from|to|site|limit|in)$/.test(args[at - 1] ?? '');
  return args.map((arg, at) => (/^-[^-]/.test(arg) && !isValue(at) ? `${mark}${arg}` : arg));
}

function shown({ id, title, url, publishedAt, snippet, pastVersion }: Found): string {
  const lines = [`${publishedAt.slice(0, 10)}  ${title ?? url}`, `            ${url}`];
  if (snippet) lines.push(`            ${snippet.replace(/\s+/g, ' ')}`);
  if (pastVersion) lines.push(`            ${whereIn(pastVersion)}`);
  return [...lines, `            nightdesk show ${id}`, ''].join('\n');
}

/** The headline above it is the present one. */
function whereIn({ timestamp, mark }: NonNullable<Found['pastVersion']>): string {
  const at = secondOf(timestamp);
  return mark === undefined
    ? `(only in the earlier version of ${at})`
    : `(only in the text of ${at}, which did not become its version: ${mark})`;
}
