/**
 * Where a list goes on: a position, bound to the query that it belongs to. Opaque to clients. The check is no secret: a
 * cursor only names a position in a list that its holder may read; it is there to catch damage and mix-ups.
 */
import { createHash } from 'node:crypto';
import { ProblemError } from '../problems.ts';

const version = '1';

/** `query`: whatever decides the order and the members of the list, in any stable form. */
export function writeCursor(query: string, position: string): string {
  return Buffer.from(`${version}${check(query, position)}${position}`).toString('base64url');
}

/** The position, or null without a cursor. Throws `invalid-cursor`. */
export function readCursor(query: string, cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const position = text.slice(13);
  if (!/^[\w-]+$/.test(cursor) || text[0] !== version || text.slice(1, 13) !== check(query, position)) {
    throw new ProblemError(
      'invalid-cursor',
      'start again without a cursor; keep all other parameters the same from page to page',
    );
  }
  return position;
}

function check(query: string, position: string): string {
  return createHash('sha256').update(`${version}\n${query}\n${position}`).digest('base64url').slice(0, 12);
}
