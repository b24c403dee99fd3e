/** Makes a folder, and those above it that are missing. Imports nothing of ours: the storage makes its folder before all else is loaded. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Not Node's `recursive`, which never ends under /proc, where each folder is there and none can be made. Throws the system's error when
 * the folder cannot be made. `mode`: of the folders that it makes.
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
