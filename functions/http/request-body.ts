/**
 * A request's body: its bytes, or the text of its JSON. The gateway of AWS hands `text/*`, JSON and XML on as a string. What was
 * no UTF-8 in them is U+FFFD by then, and nobody can tell it from one that was sent: such a body is refused, never kept damaged.
 */
import type { Context } from 'hono';
import { ProblemError } from '../problems.ts';

/** U+FFFD in UTF-8. */
const replacement = Buffer.from('\ufffd');

/** The bytes as they were sent, for what is kept or says itself in which charset it is. */
export async function bodyBytes(c: Context): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (isDoubtful(c, bytes))
    throw new ProblemError(
      'not-utf8',
      'the gateway read the body as UTF-8 and replaced every byte that is not UTF-8 with U+FFFD; send application/octet-stream, which the gateway does not change',
    );
  return bytes;
}

/** JSON is UTF-8, whatever a header says (RFC 8259 8.1). */
export async function bodyJson(c: Context): Promise<string> {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (isDoubtful(c, bytes))
    throw new ProblemError(
      'invalid-json',
      'the body is not UTF-8, or it contains U+FFFD, which replaces bytes that are not UTF-8; send UTF-8, and write that character as \\ufffd',
    );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new ProblemError('invalid-json', 'the body is not UTF-8; JSON must be UTF-8');
    throw error;
  }
}

function isDoubtful(c: Context, bytes: Uint8Array): boolean {
  return cameAsText(c) && Buffer.from(bytes.buffer).includes(replacement);
}

/** Beside a request that came through a gateway stands its event, as hono/aws-lambda puts it there. */
function cameAsText(c: Context): boolean {
  const { event } = (c.env ?? {}) as { event?: { isBase64Encoded?: boolean } };
  return event !== undefined && event.isBase64Encoded !== true;
}
