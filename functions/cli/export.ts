/** `npm run export -- DIR`: an archive as the tree of a git archive, so that it can be committed again each hour. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { parseArticleUrl } from '../capture/article-url.ts';
import { isDocumentFile, parseDocumentName } from '../capture/document-name.ts';
import { articleId, siteOf, urlHash } from '../capture/norm.ts';
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
import { awsProblem } from './aws-problem.ts';
import { askArchive, type Client, connect, fetchArchive, isExpected } from './client.ts';
import { argumentsOrExit } from './command.ts';
import { exportWarc } from './export-warc.ts';
import { namedOnAws } from './maintenance.ts';
import { openOnAws } from './open-to-read.ts';
import { makeProgress } from './progress.ts';
import { checkBelow, removeBelow, writeBelow } from './write-below.ts';

const help = `npm run export -- DIR [--format warc] [--from ADDRESS | --table TABLE --bucket BUCKET]

Writes the archive as a tree of Markdown documents, made to be committed to git: articles/<feed>/<id>_<title>.md, or the name
that a document was imported under, byte for byte as it was; lists/<feed>.md with the newest 300; README.md with the counts.
Run again, it changes only the files that changed. Files of its own that the archive does not know are left alone, but for
those of articles that were taken down: they are removed.

  npm run export -- ../news-archive

  --format warc   WARC 1.1 files instead, nightdesk-00001.warc.gz and so on: every snapshot as it was served
  --from ADDRESS  another archive, such as http://127.0.0.1:8081
  --table TABLE --bucket BUCKET
                  the archive on AWS with these, with your AWS credentials: also when its stack is gone
  --help          this text
`;

const pageSize = 100;

/** What a list may be called, with `.md` behind it. */
const maxListBytes = 200;

type Counts = { written: number; same: number; removed: number; failed: number };

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { values, positionals } = argumentsOrExit({
      allowPositionals: true,
      options: {
        ...{ from: { type: 'string' }, table: { type: 'string' }, bucket: { type: 'string' } },
        ...{ format: { type: 'string' }, help: { type: 'boolean' } },
      },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const [dir, ...others] = positionals;
    if (dir === undefined || others.length > 0) {
      console.error(`Name one folder to write to.\n\n${help}`);
      return 2;
    }
    if (values.format !== undefined && values.format !== 'warc' && values.format !== 'tree') {
      console.error(`There is no format ${values.format}; it is tree or warc.`);
      return 2;
    }
    return await (values.format === 'warc' ? exportWarcs(dir, values) : exportTree(dir, values));
  } catch (error) {
    const message = isExpected(error) || isFileFault(error) ? error.message : awsProblem(error);
    if (message === null) throw error;
    console.error(message);
    return 2;
  }
}

type Source = { from?: string; table?: string; bucket?: string };

/** Throws what connect throws, and SettingsError for a table without its bucket. */
function sourceOf(source: Source): Promise<Client> {
  const names = namedOnAws(source);
  if (names) return openOnAws(names.tableName, names.bucketName);
  return connect(readSettings(process.env), source.from, console.error, { mayBeNew: false });
}

async function exportWarcs(dir: string, source: Source): Promise<number> {
  const client = await sourceOf(source);
  const progress = makeProgress(null, process.stderr);
  try {
    const { snapshots, files } = await exportWarc(client, dir, progress);
    progress.end();
    console.log(
      `${snapshots} snapshots in ${files.length} ${files.length === 1 ? 'file' : 'files'}: ${files.join(', ')}`,
    );
    return 0;
  } finally {
    await client.close();
  }
}

async function exportTree(dir: string, source: Source): Promise<number> {
  const client = await sourceOf(source);
  const startedMs = Date.now();
  const counts: Counts = { written: 0, same: 0, removed: 0, failed: 0 };
  const progress = makeProgress(null, process.stderr);
  try {
    const tree = await readTree(dir);
    const entries: TreeEntry[] = [];
    const kept = new Set<string>();
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
    await removeTakenDown(client, dir, tree, kept, counts);
    for (const [feed, list] of Map.groupBy(entries, (entry) => entry.feed)) {
      await writeIfChanged(dir, join(dir, 'lists', `${feed}.md`), Buffer.from(writeList(list)));
    }
    if (await isIndexOurs(join(dir, 'README.md')))
      await writeIfChanged(dir, join(dir, 'README.md'), Buffer.from(writeIndex(entries)));
    else console.error(`README.md is not one that an export wrote; it is left as it is.`);
  } finally {
    progress.end();
    await client.close();
  }
  const ms = Date.now() - startedMs;
  const all = counts.written + counts.same;
  console.log(
    `${all} documents in ${(ms / 1000).toFixed(1)} s (${Math.round(all / Math.max(0.001, ms / 1000))}/s): ${counts.written} written, ${counts.same} as they were, ${counts.removed} removed${counts.failed > 0 ? `, ${counts.failed} failed` : ''}.`,
  );
  return counts.failed > 0 ? 1 : 0;
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
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
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
  const file = keepsName ? given : nameOf(folder, url ?? 'http://unknown/', title, tree, kept);
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

function nameOf(folder: string, url: string, title: string | null, tree: Tree, kept: Set<string>): string {
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
  dir: string,
  tree: Tree,
  kept: Set<string>,
  counts: Counts,
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
    const isOfName =
      error instanceof Error &&
      'code' in error &&
      /^(EISDIR|ENOTDIR|EEXIST|ENAMETOOLONG|EINVAL|EILSEQ|ELOOP)$/.test(String(error.code));
    if (isOfName) return error;
    throw error;
  }
}

/** Whether it was written; a file with these bytes is left as it is, with its time. */
async function writeIfChanged(dir: string, path: string, bytes: Uint8Array): Promise<boolean> {
  await checkBelow(dir, path);
  if ((await readOrNull(path))?.equals(bytes)) return false;
  await writeBelow(dir, path, bytes);
  return true;
}

async function readOrNull(path: string): Promise<Buffer | null> {
  return readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}

/** What Node says of a file is meant for the user. */
function isFileFault(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    /^(ENOENT|EACCES|EISDIR|ENOTDIR|EPERM|ENOSPC|EROFS|ELOOP)$/.test(String(error.code))
  );
}
