/** Faults that the user can repair -> a message without a stack trace. */

import { codeOf } from '../error-code.ts';
import { SettingsError } from '../settings.ts';
import { DataDirError } from '../store/embedded-servers.ts';
import { FormatError } from '../store/format.ts';
import { awsProblem } from './aws-problem.ts';
import { ArchiveError } from './client.ts';

/** Null for a fault of ours. */
export function expectedMessage(error: unknown): string | null {
  if (
    error instanceof SettingsError ||
    error instanceof DataDirError ||
    error instanceof FormatError ||
    error instanceof ArchiveError
  )
    return error.message;
  return fileFault(error) ?? awsProblem(error);
}

/** Node's error about a file that the user named, in words. */
export function fileFault(error: unknown): string | null {
  const code = codeOf(error);
  if (!(error instanceof Error) || code === null) return null;
  const why: Record<string, string> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'no permission',
    EPERM: 'no permission',
    EEXIST: 'something else is there',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of its path is a file',
    ENOSPC: 'the disk is full',
    EROFS: 'it cannot be written there',
    ELOOP: 'it is a symbolic link',
  };
  const reason = why[code];
  if (reason === undefined) return null;
  // Node names no path if it had already opened the file. An error of our own has its own message.
  if (code === 'EISDIR') return `a file was expected, and ${reason}`;
  return 'path' in error ? `${error.path}: ${reason}` : error.message;
}
