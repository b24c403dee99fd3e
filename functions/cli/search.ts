/** `nightdesk search WORDS`: the articles that say these words, newest first, a few lines each. */
import { readSettings } from '../settings.ts';
import { callArchive, connect } from './client.ts';
import { print, printJson, type Run, readArguments, say, UsageError } from './context.ts';

export const help = `nightdesk search WORDS... [--from DAY] [--to DAY] [--site HOST] [--limit N] [--in ADDRESS] [--json]

Finds articles that contain all of the words, in any language, newest first. "in quotes" is a phrase, estim* the beginning of
a word, -word excludes articles with that word, OR finds either. Asks the archive that runs on PORT (8080). If none runs, opens
the archive in DATA_DIR (./data) meanwhile.

  nightdesk search lighthouse keeper
  nightdesk search 图书馆 --from 2024-04-01 --to 2024-04-30

  --from DAY, --to DAY    published on or after, on or before (UTC)
  --site HOST             only articles of this site, such as example.org
  --limit N               how many articles to print, 1 to 100; 20 if not set
  --in ADDRESS            another archive, such as http://127.0.0.1:8081
  --json                  print the answer of the API

Exit status 1: nothing was found.
`;

type Found = { id: string; title: string | null; url: string; site: string; publishedAt: string; snippet?: string };

export const run: Run = async (args, context) => {
  const text = { type: 'string' } as const;
  const { values, positionals } = readArguments(args, {
    allowPositionals: true,
    options: { from: text, to: text, site: text, limit: text, in: text, json: { type: 'boolean' } },
  });
  if (positionals.length === 0) throw new UsageError('Say what to search for.');
  const { from, to, site, limit } = values;
  const given = Object.entries({ from, to, site, limit }).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams([['q', positionals.map(asTyped).join(' ')], ...(given as [string, string][])]);
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

/** The shell has taken the quotes off what was one word to it: several words in one argument were a phrase. */
function asTyped(argument: string): string {
  return /\s/.test(argument) && !/["()]|\s(?:OR|AND)\s|(?:^|\s)NOT\s/.test(argument) ? `"${argument}"` : argument;
}

function shown({ id, title, url, publishedAt, snippet }: Found): string {
  const lines = [`${publishedAt.slice(0, 10)}  ${title ?? url}`, `            ${url}`];
  if (snippet) lines.push(`            ${snippet.replace(/\s+/g, ' ')}`);
  return [...lines, `            nightdesk show ${id}`, ''].join('\n');
}
