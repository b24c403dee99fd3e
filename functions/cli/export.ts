/** `npm run export -- DIR`: an archive as the tree of a git archive, so that it can be committed again each hour. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { parseArticleUrl } from '../capture/article-url.ts';
import { isDocumentFile, parseDocumentName } from '../capture/document-name.ts';
import { articleId, urlHash } from '../capture/norm.ts';
import { readDocument } from '../formats/document.ts';
import { documentFileName, nextId, safeName, type TreeEntry, writeIndex, writeList } from '../formats/tree.ts';
import { readSettings, SettingsError } from '../settings.ts';
import { DataDirError } from '../store/embedded-servers.ts';
import { ArchiveError, callArchive, connect, fetchArchive } from './client.ts';
import { argumentsOrExit } from './command.ts';
import { makeProgress } from './progress.ts';

const help = `npm run export -- DIR [--from ADDRESS]

Writes the archive as a tree of Markdown documents, made to be committed to git: articles/<feed>/<id>_<title>.md, or the name
that a document was imported under, byte for byte as it was; lists/<feed>.md with the newest 300; README.md with the counts.
Run again, it changes only the files that changed. Files of its own that the archive does not know are left alone, but for
those of articles that were taken down: they are removed.

  npm run export -- ../news-archive

  --from ADDRESS  another archive, such as http://127.0.0.1:8081
  --help          this text
`;

const pageSize = 100;
/** Documents asked for side by side. */
const atOnce = 8;

type Listed = {
  id: string;
  url: string;
  site: string;
  title: string | null;
  publishedAt: string;
  feed: string | null;
  files: string[];
  snapshotCount: number;
};
type SnapshotItem = { timestamp: string; source: string; file: string | null };
type Counts = { written: number; same: number; removed: number };

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { values, positionals } = argumentsOrExit({
      allowPositionals: true,
      options: { from: { type: 'string' }, help: { type: 'boolean' } },
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
    return await exportTree(dir, values.from);
  } catch (error) {
    const expected =
      error instanceof SettingsError ||
      error instanceof DataDirError ||
      error instanceof ArchiveError ||
      isFileFault(error);
    if (!expected) throw error;
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

async function exportTree(dir: string, from: string | undefined): Promise<number> {
  const client = await connect(readSettings(process.env), from, console.error);
  const startedMs = Date.now();
  const counts: Counts = { written: 0, same: 0, removed: 0 };
  const progress = makeProgress(null, process.stderr);
  try {
    const tree = await readTree(dir);
    const entries: TreeEntry[] = [];
    const kept = new Set<string>();
    const one = async (article: Listed) => {
      for (const { file, bytes } of await documentsOf(client.url, article, tree)) {
        kept.add(file);
        entries.push(entryOf(article, file));
        const isNew = await writeIfChanged(join(dir, 'articles', file), bytes);
        counts[isNew ? 'written' : 'same']++;
        progress.step(`${isNew ? 'written   ' : 'same      '}articles/${file}`);
      }
    };
    for await (const articles of pages(client.url)) {
      // Names are given in the order of time, whatever order the documents arrive in.
      for (const article of articles) if (article.files.length === 0) nameFor(article, tree);
      const queue = articles.values();
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (const article of queue) await one(article);
        }),
      );
    }
    await removeTakenDown(client.url, dir, tree, kept, counts);
    for (const [feed, list] of Map.groupBy(entries, (entry) => entry.feed)) {
      await writeIfChanged(join(dir, 'lists', `${feed}.md`), Buffer.from(writeList(list)));
    }
    await writeIfChanged(join(dir, 'README.md'), Buffer.from(writeIndex(entries)));
  } finally {
    progress.end();
    await client.close();
  }
  const ms = Date.now() - startedMs;
  const all = counts.written + counts.same;
  console.log(
    `${all} documents in ${(ms / 1000).toFixed(1)} s (${Math.round(all / Math.max(0.001, ms / 1000))}/s): ${counts.written} written, ${counts.same} as they were, ${counts.removed} removed.`,
  );
  return 0;
}

/** The documents that are in the folder: which file tells which URL, and what names each feed's folder has. */
type Tree = {
  fileOf: Map<string, string>;
  urlOf: Map<string, string>;
  names: Map<string, Set<string>>;
  next: Map<string, number>;
};

async function readTree(dir: string): Promise<Tree> {
  const tree: Tree = { fileOf: new Map(), urlOf: new Map(), names: new Map(), next: new Map() };
  const found = await readdir(join(dir, 'articles'), { recursive: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  for (const path of found.sort()) {
    const file = path.split(sep).join('/');
    if (!isDocumentFile(file)) continue;
    const folder = dirname(file);
    tree.names.set(folder, (tree.names.get(folder) ?? new Set()).add(file.slice(folder.length + 1)));
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

/** The file of an article that was not imported: the one that tells its URL, or a new one. */
function nameFor(article: Listed, tree: Tree): string {
  const folder = feedOf(article);
  const known = tree.fileOf.get(key(folder, article.url));
  if (known) return known;
  const id = tree.next.get(folder) ?? nextId(tree.names.get(folder) ?? []);
  tree.next.set(folder, id - 1);
  const file = `${folder}/${documentFileName(id, article.title)}`;
  tree.fileOf.set(key(folder, article.url), file);
  return file;
}

function feedOf({ feed, site }: Listed): string {
  return safeName(feed ?? site, 100);
}

/** A list is of a folder; a document that was imported without one is listed with its feed. */
function entryOf(article: Listed, file: string): TreeEntry {
  const folder = dirname(file);
  return {
    feed: folder === '.' ? feedOf(article) : folder.replaceAll('/', ' '),
    file,
    title: article.title ?? article.url,
    publishedAtMs: Date.parse(article.publishedAt),
  };
}

/** Each imported document under its own name, as it came; what has none, as the archive writes it. */
async function documentsOf(archive: string, article: Listed, tree: Tree) {
  const imported = article.files.filter((file) => 'file' in parseDocumentName(file));
  if (imported.length === 0)
    return [{ file: nameFor(article, tree), bytes: await fetchArchive(`${archive}/articles/${article.id}.md`) }];
  if (imported.length === 1 && article.snapshotCount === 1) {
    return [{ file: imported[0] ?? '', bytes: await fetchArchive(`${archive}/articles/${article.id}.md`) }];
  }
  const documents = [];
  for (const { timestamp, file } of await snapshotsOf(archive, article.id)) {
    if (file !== null && imported.includes(file))
      documents.push({ file, bytes: await fetchArchive(`${archive}/articles/${article.id}/snapshots/${timestamp}`) });
  }
  return documents;
}

/** All articles, the oldest first, so that the ids that are given count down with time. */
async function* pages(archive: string): AsyncGenerator<Listed[]> {
  let next: string | null = null;
  do {
    const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
    const page = (await callArchive(`${archive}/articles?order=oldest&limit=${pageSize}${cursor}`)) as {
      items: Listed[];
      next: string | null;
    };
    yield page.items;
    next = page.next;
  } while (next !== null);
}

async function snapshotsOf(archive: string, id: string): Promise<SnapshotItem[]> {
  const items: SnapshotItem[] = [];
  let next: string | null = null;
  do {
    const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
    const page = (await callArchive(`${archive}/articles/${id}/snapshots?limit=100${cursor}`)) as {
      items: SnapshotItem[];
      next: string | null;
    };
    items.push(...page.items);
    next = page.next;
  } while (next !== null);
  return items;
}

/** Files that were there and that no article gave: those of a takedown go, all others are somebody's own. */
async function removeTakenDown(
  archive: string,
  dir: string,
  tree: Tree,
  kept: Set<string>,
  counts: Counts,
): Promise<void> {
  for (const [file, url] of tree.urlOf) {
    if (kept.has(file)) continue;
    const { status } = await fetch(`${archive}/articles/${articleId(url)}`);
    if (status !== 410) continue;
    await rm(join(dir, 'articles', file), { force: true });
    counts.removed++;
  }
}

/** Whether it was written; a file with these bytes is left as it is, with its time. */
async function writeIfChanged(path: string, bytes: Uint8Array): Promise<boolean> {
  const there = await readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (there?.equals(bytes)) return false;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return true;
}

/** What Node says of a file is meant for the user. */
function isFileFault(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    /^(ENOENT|EACCES|EISDIR|ENOTDIR|EPERM|ENOSPC|EROFS)$/.test(String(error.code))
  );
}
