/**
 * Writes and removes files below one folder and nowhere else: someone who can put a symlink into that folder, as with a git
 * repository that is shared, could otherwise have the export write where it leads.
 */
import { constants } from 'node:fs';
import { lstat, open, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { codeOf } from '../error-code.ts';
import { makeFolder } from '../make-folder.ts';

/** A symlink, or a file, stands where a folder should. Has the code that the system gives for such a name. */
export class NotBelow extends Error {
  override name = 'NotBelow';
  readonly code = 'ELOOP';
}

/** `root` itself may be a symlink, because the user who runs the export named it. Throws NotBelow before anything is written. */
export async function writeBelow(root: string, path: string, bytes: Uint8Array): Promise<void> {
  await checkBelow(root, path);
  makeFolder(dirname(path));
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const file = await open(path, O_WRONLY | O_CREAT | O_TRUNC | (O_NOFOLLOW ?? 0));
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}

/** As `writeBelow`; nothing happens where there is no such file. */
export async function removeBelow(root: string, path: string): Promise<void> {
  await checkBelow(root, path);
  await rm(path, { force: true });
}

/** Throws NotBelow when any part of the path below the root is a symlink. */
export async function checkBelow(root: string, path: string): Promise<void> {
  let at = root;
  for (const part of relative(root, path).split(sep)) {
    at = join(at, part);
    const found = await lstat(at).catch((error: unknown) => {
      if (/^(ENOENT|ENOTDIR)$/.test(codeOf(error) ?? '')) return null;
      throw error;
    });
    if (found?.isSymbolicLink()) throw new NotBelow(`${at} is a symlink, and nothing is written through one`);
  }
}
