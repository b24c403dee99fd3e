/** The code of an error of Node's, of a database's or of a library's: `ENOENT`, `ERR_BUFFER_TOO_LARGE`. */

/** Null for an error without one, and for what is no error. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}
