/** `nightdesk import PATH...`: documents from files, folders and tars into an archive, and what became of each. */
import { existsSync } from 'node:fs';
import type { Pictures } from '../article/pictures.ts';
import { forEachAtOnce } from '../at-once.ts';
import { readSettings } from '../settings.ts';
import { type Client, callArchive, connect } from './client.ts';
import { type Context, print, printJson, type Run, readArguments, say, UsageError } from './context.ts';
import { importDataDir } from './import-data-dir.ts';
import { countFiles, type ImportFile, importFiles } from './import-files.ts';
import { importWarc, type WarcOutcome } from './import-warcs.ts';
import { makeProgress, type Progress } from './progress.ts';

export const help = `nightdesk import PATH... [--to ADDRESS] [--pictures page|story|off] [--json]

Imports from PATH, which may be any of these. No page is fetched; feeds that an export names are polled from now on.

  Markdown documents   files, folders with everything below them, .tar and .tar.gz files, byte for byte. Each document becomes
                       an article with its title, time, URL, authors, feed and text; the document itself is the snapshot
  WARC files           plain or packed with gzip, and those in WACZ files: the pages in them, with their status, headers and
                       times, and the pictures, styles and fonts that the file holds of them; of an export also tags, notes,
                       corrections, feeds and, with a key of scope admin, takedowns
  a DATA_DIR           the folder of an archive that does not run: all of the above

A file is known by its bytes, whatever its name. What is skipped is said with the reason. Bookmarks, OPML, saved pages and lists
of Pocket or Instapaper are taken by the page "Save a page" of the archive in a browser.

Sends to the archive that runs on PORT (8080). If none runs, opens the archive in DATA_DIR (./data) meanwhile.

  nightdesk import ../old-archive              a git repository: all documents below articles/
  nightdesk import old-archive.tar.gz story.md
  nightdesk import data --to https://abc.execute-api.us-east-1.amazonaws.com

  --to ADDRESS    another archive, such as http://127.0.0.1:8081
  --pictures page|story|off
                  what is kept of the pictures and styles in WARC files of other programs: all that a page shows (page, if
                  not set), styles and the pictures of its story, or nothing
  --json          print the counts and what failed as JSON

You can stop the command and run it again: it does not change what it imported before. Exit status 1: a document could not be
imported; the others were.
`;

/** One request's worth: well under what a request may hold, and enough that requests cost nothing. */
const maxBatch = 50;
const maxBatchBytes = 2 * 1024 * 1024;
/** While one is saved, the next is sent. */
const requestsAtOnce = 2;
const maxRounds = 5;
const maxReasons = 100;
const extents = ['page', 'story', 'off'] as const;
const factNames: Record<string, string> = {
  article: 'tags, note or corrections of an article',
  feed: 'feed',
  takedowns: 'list of takedowns',
};

type ReadFile = Extract<ImportFile, { bytes: Uint8Array }>;
type Item = { snapshot?: 'first' | 'new' | 'unchanged'; problem?: { code: string; detail: string } };
type Counts = {
  first: number;
  new: number;
  unchanged: number;
  /** Pictures, styles and fonts that are kept with their pages. */
  parts: number;
  /** What an export said beside its pages: articles with tags, notes or corrections; feeds; takedowns. */
  restored: Record<string, number>;
  /** By the reason. */
  skipped: Record<string, number>;
  failed: { path: string; problem: string }[];
};

export const run: Run = async (args, context) => {
  const { values, positionals } = readArguments(args, {
    allowPositionals: true,
    options: { to: { type: 'string' }, pictures: { type: 'string' }, json: { type: 'boolean' } },
  });
  if (positionals.length === 0) throw new UsageError('Say what to import.');
  const pictures = extents.find((one) => one === (values.pictures ?? 'page'));
  if (pictures === undefined) throw new UsageError('--pictures must be page, story or off.');
  // Before an archive is opened, or made.
  for (const path of positionals) if (!existsSync(path)) throw new UsageError(`There is no file or folder ${path}.`);
  const startedMs = context.now();
  const counts = await importAll(positionals, { to: values.to, pictures }, context);
  const ms = context.now() - startedMs;
  if (values.json) printJson(context, { ...counts, ms });
  else summarise(counts, ms, context);
  return counts.failed.length > 0 ? 1 : 0;
};

type Wishes = { to: string | undefined; pictures: Pictures };

async function importAll(paths: string[], { to, pictures }: Wishes, context: Context): Promise<Counts> {
  const client = await connect(readSettings(context.env), { to, tell: (line) => say(context, line) });
  const progress = makeProgress(await countFiles(paths), context.err);
  const counts: Counts = { first: 0, new: 0, unchanged: 0, parts: 0, restored: {}, skipped: {}, failed: [] };
  const ledger = ledgerOf(counts, progress);
  try {
    await forEachAtOnce(batches(client, importFiles(paths), { ...ledger, pictures }), requestsAtOnce, (batch) =>
      send(client, batch, ledger),
    );
  } finally {
    progress.end();
    await client.close();
  }
  return counts;
}

type Ledger = ReturnType<typeof ledgerOf>;

/** Counts what became of each file, and shows it. */
function ledgerOf(counts: Counts, progress: Progress) {
  const fail = (path: string, problem: string) => {
    counts.failed.push({ path, problem });
    progress.step(`failed    ${path}  ${problem}`, { matters: true });
  };
  const skip = (path: string, why: string) => {
    // What each one is called, or led to, is no reason of its own.
    const reason = why.replace(/ ?"?https?:\S+/g, '').replace(/ to$/, '');
    const known = Object.hasOwn(counts.skipped, reason) || Object.keys(counts.skipped).length < maxReasons;
    const under = known ? reason : 'other reasons';
    counts.skipped[under] = (counts.skipped[under] ?? 0) + 1;
    progress.step(`skipped   ${path}  ${why}`);
  };
  const note = (outcome: WarcOutcome) => {
    if ('problem' in outcome) return fail(outcome.path, outcome.problem);
    if ('skipped' in outcome) return skip(outcome.path, outcome.skipped);
    if ('parts' in outcome) {
      counts.parts += outcome.parts;
      return;
    }
    if ('restored' in outcome) {
      counts.restored[outcome.restored] = (counts.restored[outcome.restored] ?? 0) + 1;
      return;
    }
    counts[outcome.snapshot]++;
    progress.step(`${outcome.snapshot.padEnd(10)}${outcome.path}`);
  };
  return { fail, skip, note };
}

/** Documents, so many at a time; what comes between them is done as it comes. */
async function* batches(client: Client, files: AsyncIterable<ImportFile>, ledger: Ledger & { pictures: Pictures }) {
  let batch: ReadFile[] = [];
  let bytes = 0;
  for await (const file of files) {
    if (!('bytes' in file)) {
      await importOther(client, file, ledger);
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

async function importOther(
  client: Client,
  file: Exclude<ImportFile, ReadFile>,
  { fail, skip, note, pictures }: Ledger & { pictures: Pictures },
): Promise<void> {
  if ('fault' in file) fail(file.path, file.fault);
  else if ('skipped' in file) skip(file.path, file.skipped);
  else if ('dataDir' in file) await importDataDir(file.path, client, note);
  else for await (const outcome of importWarc(client, { ...file, pictures })) note(outcome);
}

/** Sends what the archive had no time for once more. */
async function send(client: Client, batch: ReadFile[], { fail, note }: Ledger): Promise<void> {
  let files = batch;
  for (let round = 1; files.length > 0; round++) {
    const form = new FormData();
    for (const { name, bytes } of files) form.append('file', new Blob([Uint8Array.from(bytes)]), name);
    const { items } = (await callArchive(client, '/documents', { method: 'POST', body: form })) as { items: Item[] };
    const again: ReadFile[] = [];
    for (const [i, file] of files.entries()) {
      const { snapshot, problem } = items[i] ?? {};
      if (snapshot) note({ path: file.path, snapshot });
      else if (problem?.code === 'unavailable' && round < maxRounds) again.push(file);
      else
        fail(file.path, problem ? `${problem.code}: ${problem.detail}` : 'the archive did not say what became of it');
    }
    files = again;
  }
}

function summarise(
  { first, new: added, unchanged, parts, restored, skipped, failed }: Counts,
  ms: number,
  context: Context,
): void {
  const count = first + added + unchanged + failed.length;
  const perSecond = Math.round(count / Math.max(0.001, ms / 1000));
  print(
    context,
    `${count} ${count === 1 ? 'document' : 'documents'} in ${(ms / 1000).toFixed(1)} s (${perSecond}/s): ${first} new, ${added} added to known articles, ${unchanged} there already, ${failed.length} failed.`,
  );
  if (parts > 0) print(context, `Kept with their pages: ${parts} pictures, styles and fonts.`);
  const also = Object.entries(restored).map(([what, times]) => `${times} × ${factNames[what] ?? what}`);
  if (also.length > 0) print(context, `Also taken in: ${also.join(', ')}.`);
  const reasons = Object.entries(skipped).sort(([, a], [, b]) => b - a);
  for (const [reason, times] of reasons.slice(0, 20)) print(context, `  skipped ${times}: ${reason}`);
  for (const { path, problem } of failed.slice(0, 20)) print(context, `  ${path}: ${problem}`);
  if (failed.length > 20) print(context, `  and ${failed.length - 20} more`);
}
