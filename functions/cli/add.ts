/** `nightdesk add URL...`: archive URLs from arguments, a file or standard input, and say what became of each. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '../settings.ts';
import { allItems, type Client, callArchive, connect } from './client.ts';
import { type Context, print, printJson, type Run, readArguments, say, UsageError } from './context.ts';
import { makeProgress, type Progress } from './progress.ts';

export const help = `nightdesk add URL... [--file FILE] [--tag TAG] [--note NOTE] [--to ADDRESS] [--json]

Archives URLs: those given, those in FILE (one a line, # starts a comment), or those on standard input.
Sends the URLs to the archive that runs on PORT (8080). If none runs, opens the archive in DATA_DIR (./data) meanwhile.

  nightdesk add https://example.org/a-story
  nightdesk add --file urls.txt
  cat urls.txt | nightdesk add

  --file FILE     read URLs from a file; - is standard input
  --tag TAG       give the articles a tag; may be repeated
  --note NOTE     write a note beside the articles
  --to ADDRESS    another archive, such as http://127.0.0.1:8081
  --json          print the outcome of each URL as JSON

An address without https:// in front gets it. Exit status 1: a URL could not be archived. A URL that will be tried again
later does not count as failed.
`;

/** POST /articles takes so many at a time. */
const batchSize = 500;

type Outcome = {
  url: string;
  status: string;
  snapshot: string | null;
  problem: { code: string; detail: string } | null;
};
type CaptureItem = Outcome & { id: string; attempts: number };
type Batch = { batch: string; items: { url: string; capture?: string; problem?: { code: string; detail: string } }[] };

export const run: Run = async (args, context) => {
  const { values, positionals } = readArguments(args, {
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      tag: { type: 'string', multiple: true },
      note: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const isInput =
    values.file === '-' || (values.file === undefined && positionals.length === 0 && !context.stdin.isTTY);
  const listed = isInput
    ? await text(context.stdin)
    : values.file === undefined
      ? ''
      : textOf(await readFile(values.file));
  const file = positionals.find((one) => existsSync(one));
  if (file !== undefined) throw new UsageError(`${file} is a file. To archive the URLs in it, write --file ${file}`);
  const urls = [...new Set([...positionals, ...urlsIn(listed)].map(withScheme))];
  if (urls.length === 0) throw new UsageError('There is nothing to archive.');
  const wishes = { ...(values.tag ? { tags: values.tag } : {}), ...(values.note ? { note: values.note } : {}) };
  const outcomes = await add({ urls, wishes, to: values.to }, context);
  if (values.json) printJson(context, outcomes);
  else summarise(outcomes, context);
  return outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
};

type Wishes = { tags?: string[]; note?: string };

async function add(
  { urls, wishes, to }: { urls: string[]; wishes: Wishes; to: string | undefined },
  context: Context,
): Promise<Outcome[]> {
  const client = await connect(readSettings(context.env), { to, tell: (line) => say(context, line) });
  const progress = makeProgress(urls.length, context.err);
  const outcomes: Outcome[] = [];
  try {
    for (let at = 0; at < urls.length; at += batchSize) {
      outcomes.push(...(await addBatch(client, { urls: urls.slice(at, at + batchSize), ...wishes }, progress)));
    }
  } finally {
    progress.end();
    await client.close();
  }
  return outcomes;
}

/** Posts a batch and waits until each of its captures has ended, or has failed once and waits for its next attempt. */
async function addBatch(client: Client, body: { urls: string[] } & Wishes, progress: Progress): Promise<Outcome[]> {
  const posted = (await callArchive(client, '/articles', { method: 'POST', body })) as Batch;
  const outcomes: Outcome[] = [];
  const settle = (outcome: Outcome) => {
    outcomes.push(outcome);
    progress.step(lineOf(outcome), { matters: outcome.problem !== null });
  };
  const urlsOf = new Map<string, string[]>();
  for (const { url, capture, problem } of posted.items) {
    if (problem) settle({ url, status: 'failed', snapshot: null, problem });
    else if (capture) urlsOf.set(capture, [...(urlsOf.get(capture) ?? []), url]);
  }
  for (let pauseMs = 100; urlsOf.size > 0; pauseMs = Math.min(pauseMs * 1.5, 1000)) {
    await sleep(pauseMs);
    for await (const capture of allItems<CaptureItem>(client, `/captures?batch=${posted.batch}&limit=100`)) {
      const waitsForRetry = capture.status === 'queued' && capture.problem !== null;
      const over = capture.status === 'succeeded' || capture.status === 'failed' || waitsForRetry;
      if (!over) continue;
      for (const url of urlsOf.get(capture.id) ?? []) settle({ ...capture, url });
      urlsOf.delete(capture.id);
    }
  }
  return outcomes;
}

function lineOf({ url, status, snapshot, problem }: Outcome): string {
  if (status === 'succeeded') return `${(snapshot ?? '').padEnd(10)}${url}`;
  return `${(status === 'failed' ? 'failed' : 'later').padEnd(10)}${url}  ${problem?.code}: ${problem?.detail}`;
}

function summarise(outcomes: Outcome[], context: Context): void {
  const count = (test: (outcome: Outcome) => boolean) => outcomes.filter(test).length;
  const failed = outcomes.filter(({ status }) => status === 'failed');
  const later = count(({ status }) => status === 'queued');
  const parts = [
    `${count(({ snapshot }) => snapshot === 'first')} new`,
    `${count(({ snapshot }) => snapshot === 'new')} with a new snapshot`,
    `${count(({ snapshot }) => snapshot === 'unchanged')} unchanged`,
    ...(later > 0 ? [`${later} to be tried again while the archive runs`] : []),
    `${failed.length} failed`,
  ];
  print(context, `${outcomes.length} ${outcomes.length === 1 ? 'URL' : 'URLs'}: ${parts.join(', ')}.`);
  for (const [code, list] of Map.groupBy(failed, ({ problem }) => problem?.code ?? 'unknown')) {
    const some = list.slice(0, 3).map(({ url }) => url);
    print(context, `  ${code} (${list.length}): ${some.join(' ')}${list.length > 3 ? ' …' : ''}`);
  }
}

/** UTF-8, or what the mark at its beginning says: shells of Windows write UTF-16. */
function textOf(bytes: Buffer): string {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return new TextDecoder(isUtf16 ? (first === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(bytes);
}

function urlsIn(list: string): string[] {
  return list
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(Boolean);
}

/** An address as people type it, `example.org/story` or `localhost:8000`, is one of https. */
function withScheme(text: string): string {
  return /^[\p{L}\p{N}-]+((\.[\p{L}\p{N}-]+)+(:\d+)?|:\d+)([/?#].*)?$/u.test(text) ? `https://${text}` : text;
}
