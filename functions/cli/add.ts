/** `npm run add -- URL...`: archive URLs from arguments, a file or standard input, and say what became of each. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '../settings.ts';
import { allItems, type Client, callArchive, connect, isExpected } from './client.ts';
import { argumentsOrExit } from './command.ts';
import { makeProgress, type Progress } from './progress.ts';

const help = `npm run add -- URL... [--file FILE] [--to ADDRESS]

Archives URLs: those given, those in FILE (one a line, # starts a comment), or those on standard input.
Uses the archive that runs on PORT (8080), else opens the one in DATA_DIR (./data) for as long as it takes.

  npm run add -- https://example.org/a-story
  npm run add -- --file urls.txt
  cat urls.txt | npm run --silent add

  --file FILE     read URLs from a file; - is standard input
  --to ADDRESS    another archive, such as http://127.0.0.1:8081
  --help          this text

It ends with status 1 when a URL could not be archived. One that will be tried again later counts as neither.
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

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { values, positionals } = argumentsOrExit({
      allowPositionals: true,
      options: { file: { type: 'string' }, to: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const urls = [...new Set([...positionals, ...readUrls(values.file, positionals.length === 0)])];
    if (urls.length === 0) {
      console.error(`There is nothing to archive.\n\n${help}`);
      return 2;
    }
    return await add(urls, values.to);
  } catch (error) {
    if (!isExpected(error) && !isFileError(error)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function add(urls: string[], to: string | undefined): Promise<number> {
  const client = await connect(readSettings(process.env), to, console.error);
  const progress = makeProgress(urls.length, process.stderr);
  const outcomes: Outcome[] = [];
  try {
    for (let at = 0; at < urls.length; at += batchSize) {
      outcomes.push(...(await addBatch(client, urls.slice(at, at + batchSize), progress)));
    }
  } finally {
    progress.end();
    await client.close();
  }
  return summarise(outcomes);
}

/** Posts a batch and waits until each of its captures has ended, or has failed once and waits for its next attempt. */
async function addBatch(client: Client, urls: string[], progress: Progress): Promise<Outcome[]> {
  const posted = (await callArchive(client, '/articles', { method: 'POST', body: { urls } })) as Batch;
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

function summarise(outcomes: Outcome[]): number {
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
  console.log(`${outcomes.length} ${outcomes.length === 1 ? 'URL' : 'URLs'}: ${parts.join(', ')}.`);
  for (const [code, list] of Map.groupBy(failed, ({ problem }) => problem?.code ?? 'unknown')) {
    console.log(
      `  ${code} (${list.length}): ${list
        .slice(0, 3)
        .map(({ url }) => url)
        .join(' ')}${list.length > 3 ? ' …' : ''}`,
    );
  }
  return failed.length > 0 ? 1 : 0;
}

function readUrls(file: string | undefined, orStandardInput: boolean): string[] {
  const fromInput = file === '-' || (file === undefined && orStandardInput && !process.stdin.isTTY);
  if (!fromInput && file === undefined) return [];
  return readFileSync(fromInput ? 0 : (file ?? ''), 'utf8')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(Boolean);
}

/** That of `--file`: what Node says of it is meant for the user. */
function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^(ENOENT|EISDIR|EACCES)$/.test(String(error.code));
}
