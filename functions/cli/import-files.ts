/** Paths that a user names -> what is in them, read one after the other: documents, WARCs, and what was passed over and why. */

import { createReadStream } from 'node:fs';
import { opendir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { isDocumentFile, maxDocumentBytes, tooLarge } from '../capture/document-name.ts';
import { codeOf } from '../error-code.ts';
import { TarError, tarFiles } from '../formats/tar.ts';
import { WarcError } from '../formats/warc-read.ts';
import { fileFault } from './expected.ts';
import { type FileKind, kindOfFile } from './file-kind.ts';
import { isDataDir } from './import-data-dir.ts';
import { warcsOf } from './wacz.ts';

export type ImportFile =
  | { name: string; path: string; bytes: Uint8Array }
  | { path: string; open: () => Readable | Promise<Readable> }
  /** The folder of an archive. */
  | { path: string; dataDir: true }
  | { path: string; skipped: string }
  /** Files that cannot be read at all. */
  | { path: string; fault: string };

/** A tar of any size is read as it comes; this only ends one that never would. */
const maxTarBytes = 1024 ** 4;

/**
 * Files, folders and all that is in them, tar and tar.gz, WARC and WACZ, told by their bytes. A document's name is its path below the folder or
 * in the tar that was named. Nothing is held but the file at hand.
 */
export async function* importFiles(paths: string[]): AsyncGenerator<ImportFile> {
  for (const path of paths) {
    try {
      if (isDataDir(path)) yield { path, dataDir: true };
      else if ((await stat(path)).isDirectory()) yield* filesOfFolder(path);
      else yield* filesOfFile(path, await kindOfFile(path));
    } catch (error) {
      if (!isFileFault(error)) throw error;
      yield { path, fault: fileFault(error)?.replace(`${path}: `, '') ?? error.message };
    }
  }
}

async function* filesOfFolder(folder: string): AsyncGenerator<ImportFile> {
  for await (const file of filesBelow(folder)) {
    const name = nameOf(folder, file);
    if (isDocumentFile(name)) yield await readOne(file, name);
    else {
      const kind = await kindOfFile(file);
      if (kind === 'warc' || kind === 'wacz') yield* filesOfFile(file, kind);
      else yield { path: file, skipped: whyNot(kind) };
    }
  }
}

async function* filesOfFile(path: string, kind: FileKind): AsyncGenerator<ImportFile> {
  if (kind === 'warc') yield { path, open: () => createReadStream(path) };
  else if (kind === 'wacz') for await (const { name, open } of warcsOf(path)) yield { path: `${path}: ${name}`, open };
  else if (kind === 'tar') yield* filesOfTar(path);
  else if (kind === 'document') yield await readOne(path, nameOf(dirname(path), path));
  else yield { path, fault: `it is ${kind.other}` };
}

function whyNot(kind: Exclude<FileKind, 'warc' | 'wacz'>): string {
  if (kind === 'tar') return 'a tar in a folder; name it, to import it';
  return kind === 'document' ? 'no document, by its name' : kind.other;
}

/** The number of documents, where that is known without reading their files: when there are no others. */
export async function countFiles(paths: string[]): Promise<number | null> {
  let count = 0;
  for (const path of paths) {
    const kind = await stat(path).catch(() => null);
    if (isDataDir(path)) return null;
    if (kind?.isDirectory()) {
      for await (const file of filesBelow(path)) if (isDocumentFile(nameOf(path, file))) count++;
    } else if (kind && (await kindOfFile(path).catch(() => 'document')) !== 'document') return null;
    else count++;
  }
  return count;
}

/** Its path in the tree of an archive, `articles/<feed>/<file>`, when it is in one; else its path below the folder that was named. */
function nameOf(folder: string, file: string): string {
  const parts = resolve(file).split(sep);
  if (parts.at(-3) === 'articles') return parts.slice(-3).join('/');
  return relative(folder, file).split(sep).join('/');
}

/** In the order of their names, so that an import that is repeated does the same in the same order. */
async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = [];
  for await (const entry of await opendir(folder)) entries.push(entry);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.isDirectory() && !entry.name.startsWith('.')) yield* filesBelow(join(folder, entry.name));
    else if (entry.isFile()) yield join(folder, entry.name);
  }
}

async function readOne(path: string, name: string): Promise<ImportFile> {
  const { size } = await stat(path);
  if (size > maxDocumentBytes) return { path, fault: tooLarge.detail };
  return { name, path, bytes: await readFile(path) };
}

async function* filesOfTar(path: string): AsyncGenerator<ImportFile> {
  for await (const { name, bytes } of tarFiles(createReadStream(path), {
    maxFileBytes: maxDocumentBytes,
    maxBytes: maxTarBytes,
  })) {
    const shown = `${path}: ${name}`;
    if (!isDocumentFile(name)) yield { path: shown, skipped: 'no document, by its name' };
    else yield bytes ? { name, path: shown, bytes } : { path: shown, fault: tooLarge.detail };
  }
}

function isFileFault(error: unknown): error is Error {
  return (
    error instanceof TarError ||
    error instanceof WarcError ||
    (error instanceof Error && /^(ENOENT|EACCES|EISDIR|EPERM|ELOOP)$/.test(codeOf(error) ?? ''))
  );
}
