/** Paths that a user names -> the documents in them, read one after the other, and what was passed over. */
import { createReadStream } from 'node:fs';
import { opendir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isDocumentFile, maxDocumentBytes, tooLarge } from '../capture/document-name.ts';
import { codeOf } from '../error-code.ts';
import { TarError, tarFiles } from '../formats/tar.ts';

export type ImportFile =
  | { name: string; path: string; bytes: Uint8Array }
  /** Files that cannot be read at all. */
  | { name: string; path: string; fault: string };

/** A tar of any size is read as it comes; this only ends one that never would. */
const maxTarBytes = 1024 ** 4;

/**
 * Files, folders and all that is in them, tar and tar.gz. A document's name is its path below the folder or in the tar that was
 * named. Nothing is held but the file at hand.
 */
export async function* importFiles(paths: string[]): AsyncGenerator<ImportFile> {
  for (const path of paths) {
    try {
      const kind = await stat(path);
      if (kind.isDirectory()) {
        for await (const file of filesBelow(path)) {
          const name = nameOf(path, file);
          if (isDocumentFile(name)) yield await readOne(file, name);
        }
      } else if (isTar(path)) yield* filesOfTar(path);
      else yield await readOne(path, nameOf(dirname(path), path));
    } catch (error) {
      if (!isFileFault(error)) throw error;
      yield { name: path, path, fault: error.message };
    }
  }
}

/** The number of documents, as far as it is known without reading files: a tar counts as zero. */
export async function countFiles(paths: string[]): Promise<number | null> {
  let count = 0;
  for (const path of paths) {
    if (isTar(path)) return null;
    const kind = await stat(path).catch(() => null);
    if (!kind?.isDirectory()) count++;
    else for await (const file of filesBelow(path)) if (isDocumentFile(nameOf(path, file))) count++;
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
  if (size > maxDocumentBytes) return { name, path, fault: tooLarge.detail };
  return { name, path, bytes: await readFile(path) };
}

async function* filesOfTar(path: string): AsyncGenerator<ImportFile> {
  for await (const { name, bytes } of tarFiles(createReadStream(path), {
    maxFileBytes: maxDocumentBytes,
    maxBytes: maxTarBytes,
  })) {
    if (!isDocumentFile(name)) continue;
    const shown = `${path}: ${name}`;
    yield bytes ? { name, path: shown, bytes } : { name, path: shown, fault: tooLarge.detail };
  }
}

function isTar(path: string): boolean {
  return /\.(tar|tar\.gz|tgz)$/i.test(path);
}

function isFileFault(error: unknown): error is Error {
  return (
    error instanceof TarError ||
    (error instanceof Error && /^(ENOENT|EACCES|EISDIR|EPERM|ELOOP)$/.test(codeOf(error) ?? ''))
  );
}
