/** `npm run import -- PATH...`: documents from files, folders and tars into an archive, and what became of each. */
import { forEachAtOnce } from '../at-once.ts';
import { readSettings } from '../settings.ts';
import { type Client, callArchive, connect, isExpected } from './client.ts';
import { argumentsOrExit } from './command.ts';
import { importDataDir, isDataDir } from './import-data-dir.ts';
import { countFiles, type ImportFile, importFiles } from './import-files.ts';
import { importWarc, isWarc, type WarcOutcome } from './import-warcs.ts';
import { makeProgress, type Progress } from './progress.ts';

const help = `npm run import -- PATH... [--to ADDRESS]

Imports Markdown documents, byte for byte: files, folders with all that is in them, .tar and .tar.gz files; and the pages of
.warc and .warc.gz files, with their status, headers and times. A folder that an archive keeps its data in is moved
into another whole: pages with their histories, corrections, tags and feeds. Each document becomes an
article with its title, time, URL, authors, feed and text, and what was imported is the snapshot. Nothing is fetched.
Uses the archive that runs on PORT (8080), else opens the one in DATA_DIR (./data) for as long as it takes.

  npm run import -- ../old-archive              a git repository: all documents below articles/
  npm run import -- old-archive.tar.gz story.md
  npm run import -- data --to https://abc.execute-api.us-east-1.amazonaws.com

  --to ADDRESS    another archive, such as http://127.0.0.1:8081
  --help          this text

What was imported before is left as it is, so that a command that was stopped can be run again. It ends with status 1 when
a document could not be imported; the others are.
`;

/** One request's worth: well under what a request may hold, and enough that requests cost nothing. */
const maxBatch = 50;
const maxBatchBytes = 2 * 1024 * 1024;
/** While one is saved, the next is sent. */
const requestsAtOnce = 2;
const maxRounds = 5;

type ReadFile = Extract<ImportFile, { bytes: Uint8Array }>;
type Item = { snapshot?: 'first' | 'new' | 'unchanged'; problem?: { code: string; detail: string } };
type Counts = { first: number; new: number; unchanged: number; failed: { path: string; problem: string }[] };

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { values, positionals } = argumentsOrExit({
      allowPositionals: true,
      options: { to: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    if (positionals.length === 0) {
      console.error(`Say what to import.\n\n${help}`);
      return 2;
    }
    return await importAll(positionals, values.to);
  } catch (error) {
    if (!isExpected(error)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function importAll(paths: string[], to: string | undefined): Promise<number> {
  const client = await connect(readSettings(process.env), to, console.error);
  const startedMs = Date.now();
  const documents = paths.filter((path) => !isWarc(path) && !isDataDir(path));
  const isCounted = documents.length === paths.length;
  const progress = makeProgress(isCounted ? await countFiles(paths) : null, process.stderr);
  const counts: Counts = { first: 0, new: 0, unchanged: 0, failed: [] };
  const fail = (path: string, problem: string) => {
    counts.failed.push({ path, problem });
    progress.step(`failed    ${path}  ${problem}`, { matters: true });
  };
  const note = (outcome: WarcOutcome) => {
    if ('problem' in outcome) return fail(outcome.path, outcome.problem);
    counts[outcome.snapshot]++;
    progress.step(`${outcome.snapshot.padEnd(10)}${outcome.path}`);
  };
  try {
    for (const path of paths.filter(isWarc)) for await (const outcome of importWarc(client, path)) note(outcome);
    for (const path of paths.filter(isDataDir)) {
      const { feeds } = await importDataDir(path, client, note);
      progress.step(`${feeds} feeds of ${path} are followed from now on`, { matters: true });
    }
    await forEachAtOnce(batches(importFiles(documents), fail), requestsAtOnce, (batch) =>
      send(client, batch, counts, progress, fail),
    );
  } finally {
    progress.end();
    await client.close();
  }
  return summarise(counts, Date.now() - startedMs);
}

async function* batches(files: AsyncIterable<ImportFile>, fail: (path: string, problem: string) => void) {
  let batch: ReadFile[] = [];
  let bytes = 0;
  for await (const file of files) {
    if ('fault' in file) {
      fail(file.path, file.fault);
      continue;
    }
    if (batch.length === maxBatch || (batch.length > 0 && bytes + file.bytes.length > maxBatchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.bytes.length;
  }
  if (batch.length > 0) yield batch;
}

/** Sends what the archive had no time for once more. */
async function send(
  client: Client,
  batch: ReadFile[],
  counts: Counts,
  progress: Progress,
  fail: (path: string, problem: string) => void,
): Promise<void> {
  let files = batch;
  for (let round = 1; files.length > 0; round++) {
    const form = new FormData();
    for (const { name, bytes } of files) form.append('file', new Blob([Uint8Array.from(bytes)]), name);
    const { items } = (await callArchive(client, '/documents', { method: 'POST', body: form })) as { items: Item[] };
    const again: ReadFile[] = [];
    for (const [i, file] of files.entries()) {
      const { snapshot, problem } = items[i] ?? {};
      if (snapshot) {
        counts[snapshot]++;
        progress.step(`${snapshot.padEnd(10)}${file.path}`);
      } else if (problem?.code === 'unavailable' && round < maxRounds) again.push(file);
      else
        fail(file.path, problem ? `${problem.code}: ${problem.detail}` : 'the archive did not say what became of it');
    }
    files = again;
  }
}

function summarise({ first, new: added, unchanged, failed }: Counts, ms: number): number {
  const count = first + added + unchanged + failed.length;
  const perSecond = Math.round(count / Math.max(0.001, ms / 1000));
  console.log(
    `${count} ${count === 1 ? 'document' : 'documents'} in ${(ms / 1000).toFixed(1)} s (${perSecond}/s): ${first} new, ${added} added to known articles, ${unchanged} there already, ${failed.length} failed.`,
  );
  for (const { path, problem } of failed.slice(0, 20)) console.log(`  ${path}: ${problem}`);
  if (failed.length > 20) console.log(`  and ${failed.length - 20} more`);
  return failed.length > 0 ? 1 : 0;
}
