/** `nightdesk export DIR`: an archive as the tree of a git archive, so that it can be committed again each hour. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { parseArticleUrl } from '../article/article-url.ts';
import { articleId, siteOf, urlHash } from '../article/norm.ts';
import { isDocumentFile, parseDocumentName } from '../capture/document-name.ts';
import { codeOf } from '../error-code.ts';
import { readDocument } from '../formats/document.ts';
import { tarFiles } from '../formats/tar.ts';
import {
  cutToBytes,
  documentFileName,
  indexHead,
  nextId,
  safeName,
  type TreeEntry,
  writeIndex,
  writeList,
} from '../formats/tree.ts';
import type { Problem } from '../problems.ts';
import { readSettings } from '../settings.ts';
import { askArchive, type Client, connect, fetchArchive } from './client.ts';
import { type Context, print, printJson, type Run, readArguments, say, UsageError } from './context.ts';
import { exportWarc } from './export-warc.ts';
import { namedOnAws } from './maintenance.ts';
import { openOnAws } from './open-to-read.ts';
import { makeProgress, type Progress } from './progress.ts';
import { checkBelow, removeBelow, writeBelow } from './write-below.ts';

export const help = `nightdesk export DIR [--format warc] [--json]
                   [--from ADDRESS | --table TABLE --bucket BUCKET]

Writes the archive to DIR as a tree of Markdown documents, which you can commit to git:

  articles/<feed>/<id>_<title>.md   one file for each article; an imported document keeps its name and its bytes
  lists/<feed>.md                   the newest 300 articles of each feed
  README.md                         the counts

When you run it again, it writes only files that changed. It removes the files of articles that were taken down, and leaves
all other files alone.

  nightdesk export ../news-archive

  --format warc   write WARC 1.1 files, nightdesk-00001.warc.gz and so on: every snapshot as it was served; and with them tags, notes,
                  corrections, feeds and (with a key of scope admin) takedowns, which an import takes in again
  --public        with --format warc: pages alone, for files that you give to others
  --from ADDRESS  another archive, such as http://127.0.0.1:8081
  --table TABLE --bucket BUCKET
                  the archive on AWS with this table and bucket, by your AWS credentials; its stack may be gone
  --json          print the counts as JSON
`;

const pageSize = 100;

/** The bytes that the name of a list may have, without `.md`. */
const maxListBytes = 200;

type Counts = { written: number; same: number; removed: number; failed: number };

export const run: Run = async (args, context) => {
  const { values, positionals } = readArguments(args, {
    allowPositionals: true,
    options: {
      ...{ from: { type: 'string' }, table: { type: 'string' }, bucket: { type: 'string' } },
      ...{ format: { type: 'string' }, public: { type: 'boolean' }, json: { type: 'boolean' } },
    },
  });
  const [dir, ...others] = positionals;
  if (dir === undefined || others.length > 0) throw new UsageError('Name one folder to write to.');
  if (values.format !== undefined && values.format !== 'warc' && values.format !== 'tree')
    throw new UsageError(`There is no format ${values.format}; it is tree or warc.`);
  if (values.public && values.format !== 'warc') throw new UsageError('--public is for --format warc.');
  const client = await sourceOf(values, context);
  try {
    const how = { dir, context, isJson: values.json === true };
    if (values.format !== 'warc') return await exportTree(client, how);
    return await exportWarcs(client, { ...how, isPublic: values.public === true });
  } finally {
    await client.close();
  }
};

type Source = { from?: string; table?: string; bucket?: string };

/** Throws what connect throws, and SettingsError for a table without its bucket. */
function sourceOf(source: Source, context: Context): Promise<Client> {
  const names = namedOnAws(source);
  if (names) return openOnAws(names.tableName, names.bucketName);
  return connect(readSettings(context.env), {
    to: source.from,
    tell: (line) => say(context, line),
    mayBeNew: false,
  });
}

async function exportWarcs(
  client: Client,
  { dir, context, isJson, isPublic }: { dir: string; context: Context; isJson: boolean; isPublic: boolean },
): Promise<number> {
  const progress = makeProgress(null, context.err);
  const exported = await exportWarc(client, { dir, progress, isPublic });
  progress.end();
  if (isJson) {
    printJson(context, exported);
    return 0;
  }
  const { snapshots, feeds, takedowns, files, leftOut } = exported;
  print(
    context,
    files.length === 0
      ? 'There is nothing to export.'
      : `${snapshots} snapshots in ${files.length} ${files.length === 1 ? 'file' : 'files'}: ${files.join(', ')}`,
  );
  if (feeds + takedowns > 0)
    print(
      context,
      `With them: ${feeds} ${feeds === 1 ? 'feed' : 'feeds'}, ${takedowns} ${takedowns === 1 ? 'takedown' : 'takedowns'}.`,
    );
  for (const what of leftOut) print(context, `Left out: ${what}`);
  return 0;
}

async function exportTree(
  client: Client,
  { dir, context, isJson }: { dir: string; context: Context; isJson: boolean },
): Promise<number> {
  const startedMs = context.now();
  const progress = makeProgress(null, context.err);
  const counts: Counts = { written: 0, same: 0, removed: 0, failed: 0 };
  try {
    const tree = await readTree(dir);
    const kept = new Set<string>();
    const entries = await writeDocuments(client, { dir, tree }, { kept, counts, progress });
    await removeTakenDown(client, { dir, tree }, { kept, counts });
    await writeLists(dir, entries, context);
  } finally {
    progress.end();
  }
  const ms = context.now() - startedMs;
  if (isJson) printJson(context, { ...counts, ms });
  else summarise(counts, ms, context);
  return counts.failed > 0 ? 1 : 0;
}

type Work = { kept: Set<string>; counts: Counts };

/** Writes each document under its name; what the lists say of those that were written. */
async function writeDocuments(
  client: Client,
  { dir, tree }: { dir: string; tree: Tree },
  { kept, counts, progress }: Work & { progress: Progress },
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for await (const document of documents(client)) {
    if ('problem' in document) {
      counts.failed++;
      progress.step(`failed    ${JSON.stringify(document.name)}: ${document.problem.detail}`, { matters: true });
      continue;
    }
    const { file, entry } = nameFor(document, tree, kept);
    kept.add(folded(file));
    const outcome = await written(dir, join(dir, 'articles', file), document.bytes);
    if (typeof outcome !== 'string') {
      counts.failed++;
      progress.step(`failed    articles/${file} cannot be written: ${outcome.message}`, { matters: true });
      continue;
    }
    entries.push(entry);
    counts[outcome]++;
    progress.step(outcome === 'written' ? `written   articles/${file}` : '');
  }
  return entries;
}

async function writeLists(dir: string, entries: TreeEntry[], context: Context): Promise<void> {
  for (const [feed, list] of Map.groupBy(entries, (entry) => entry.feed)) {
    await writeIfChanged(dir, join(dir, 'lists', `${feed}.md`), Buffer.from(writeList(list)));
  }
  if (await isIndexOurs(join(dir, 'README.md')))
    await writeIfChanged(dir, join(dir, 'README.md'), Buffer.from(writeIndex(entries)));
  else say(context, 'README.md was not written by an export, so it was not changed.');
}

function summarise({ written, same, removed, failed }: Counts, ms: number, context: Context): void {
  const all = written + same;
  const perSecond = Math.round(all / Math.max(0.001, ms / 1000));
  print(
    context,
    `${all} documents in ${(ms / 1000).toFixed(1)} s (${perSecond}/s): ${written} written, ${same} as they were, ${removed} removed${failed > 0 ? `, ${failed} failed` : ''}.`,
  );
}

/** The documents that are in the folder: which file tells which URL, and what names each feed's folder has. */
type Tree = {
  fileOf: Map<string, string>;
  urlOf: Map<string, string>;
  names: Map<string, Set<string>>;
  next: Map<string, number>;
};

async function readTree(dir: string): Promise<Tree> {
  await checkBelow(dir, join(dir, 'articles'));
  const tree: Tree = { fileOf: new Map(), urlOf: new Map(), names: new Map(), next: new Map() };
  const found = await readdir(join(dir, 'articles'), { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    },
  );
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(dir, 'articles'), join(entry.parentPath, entry.name)));
  for (const path of paths.sort()) {
    const file = path.split(sep).join('/');
    if (!isDocumentFile(file)) continue;
    const folder = dirname(file);
    tree.names.set(folder, (tree.names.get(folder) ?? new Set()).add(basename(file)));
    const { url } = readDocument(await readFile(join(dir, 'articles', path), 'utf8'));
    const parsed = url === null ? null : parseArticleUrl(url);
    if (!parsed || 'problem' in parsed) continue;
    tree.urlOf.set(file, parsed.url);
    if (!tree.fileOf.has(key(folder, parsed.url))) tree.fileOf.set(key(folder, parsed.url), file);
  }
  return tree;
}

function key(folder: string, url: string): string {
  return `${folder} ${urlHash(url)}`;
}

/**
 * Where a document goes, and what the lists say of it. One that was imported keeps its name, unless another of this export has
 * it; one that the archive writes has the name of the file that tells its URL, or a new one.
 */
function nameFor(
  { file: given, bytes }: { file: string; bytes: Uint8Array },
  tree: Tree,
  kept: Set<string>,
): { file: string; entry: TreeEntry } {
  const { title, url, publishedAtMs, category } = readDocument(Buffer.from(bytes).toString('utf8'));
  const folder = dirname(given);
  const keepsName = (!isWritten(given) || url === null) && !kept.has(folded(given));
  const file = keepsName ? given : nameOf(folder, { url: url ?? 'http://unknown/', title, tree, kept });
  return {
    file,
    entry: {
      // A list is of a folder; a document that was imported without one is listed with what it calls its feed.
      feed:
        folder === '.'
          ? safeName(category ?? siteOf(url ?? 'http://unknown/'), 100)
          : cutToBytes(folder.replaceAll('/', ' '), maxListBytes),
      file,
      title: title ?? url ?? given,
      publishedAtMs: publishedAtMs ?? 0,
    },
  };
}

function nameOf(
  folder: string,
  { url, title, tree, kept }: { url: string; title: string | null; tree: Tree; kept: Set<string> },
): string {
  const known = tree.fileOf.get(key(folder, url));
  if (known && !kept.has(folded(known))) return known;
  for (;;) {
    const id = tree.next.get(folder) ?? nextId(tree.names.get(folder) ?? []);
    tree.next.set(folder, id - 1);
    const file = join(folder, documentFileName(id, title)).split(sep).join('/');
    if (kept.has(folded(file))) continue;
    tree.fileOf.set(key(folder, url), file);
    return file;
  }
}

/** The same for names that some file system takes for one. */
function folded(file: string): string {
  return file.normalize('NFC').toLowerCase();
}

/** The archive names what it writes by the article's id. */
function isWritten(file: string): boolean {
  return /^[^/]+\/[\w-]{22}\.md$/.test(file);
}

/** All documents, those of the oldest articles first, so that the ids that are given count down with time. */
async function* documents(
  client: Client,
): AsyncGenerator<{ file: string; bytes: Uint8Array } | { name: string; problem: Problem }> {
  // While one page is written, the next is asked for.
  let coming: ReturnType<typeof fetchArchive> | null = fetchArchive(client, `/documents?limit=${pageSize}`);
  while (coming) {
    const { bytes, link }: Awaited<ReturnType<typeof fetchArchive>> = await coming;
    const next: string | undefined = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
    coming = next === undefined ? null : fetchArchive(client, next);
    coming?.catch(() => undefined);
    for await (const file of tarFiles([bytes], { maxFileBytes: bytes.length, maxBytes: bytes.length })) {
      const named = parseDocumentName(file.name);
      if ('problem' in named) yield { name: file.name, problem: named.problem };
      else if (file.bytes && named.file !== null) yield { file: named.file, bytes: file.bytes };
    }
  }
}

/** Files that were there and that no article gave: those of a takedown go, all others are somebody's own. */
async function removeTakenDown(
  client: Client,
  { dir, tree }: { dir: string; tree: Tree },
  { kept, counts }: Work,
): Promise<void> {
  for (const [file, url] of tree.urlOf) {
    if (kept.has(folded(file))) continue;
    const { status } = await askArchive(client, `/articles/${articleId(url)}`);
    if (status !== 410) continue;
    await removeBelow(dir, join(dir, 'articles', file));
    counts.removed++;
  }
}

/** An index that an earlier export wrote may be written again; a README of somebody's own may not. */
async function isIndexOurs(path: string): Promise<boolean> {
  const there = await readOrNull(path);
  return there === null || there.toString('utf8').startsWith(indexHead);
}

/** As `writeIfChanged`; the fault where a file system cannot hold this name, which is no reason to keep the others. */
async function written(dir: string, path: string, bytes: Uint8Array): Promise<'written' | 'same' | Error> {
  try {
    return (await writeIfChanged(dir, path, bytes)) ? 'written' : 'same';
  } catch (error) {
    const isOfName = /^(EISDIR|ENOTDIR|EEXIST|ENAMETOOLONG|EINVAL|EILSEQ|ELOOP)$/.test(codeOf(error) ?? '');
    if (isOfName && error instanceof Error) return error;
    throw error;
  }
}

/** Says if the file was written; a file that has these bytes already keeps its time. */
async function writeIfChanged(dir: string, path: string, bytes: Uint8Array): Promise<boolean> {
  await checkBelow(dir, path);
  if ((await readOrNull(path))?.equals(bytes)) return false;
  await writeBelow(dir, path, bytes);
  return true;
}

async function readOrNull(path: string): Promise<Buffer | null> {
  return readFile(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
}
