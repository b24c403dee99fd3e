/** The text of a style sheet: by its byte order mark, its `@charset`, else UTF-8 (CSS Syntax 3.2). Pure. */

/** `type`: as the site sent it, with a charset if it names one. */
export function decodeSheet(body: Uint8Array, type: string): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  const sent = /charset\s*=\s*"?([\w-]{1,40})/i.exec(type)?.[1];
  const said = /^@charset "([\w-]{1,40})";/.exec(bytes.toString('latin1', 0, 100))?.[1];
  for (const label of [marked, sent, said])
    if (label)
      try {
        return new TextDecoder(label).decode(bytes);
      } catch (error) {
        // A label that nobody knows is none.
        if (!(error instanceof RangeError)) throw error;
      }
  return new TextDecoder().decode(bytes);
}
