/** Bytes -> text in the charset they are really in (WHATWG HTML 13.2.3.2, with declared charsets held against the bytes). */
import { detect } from 'chardet';
import iconv from 'iconv-lite';

/** How much of a page is looked at for declarations and detection. */
const sniffBytes = 4096;
const detectBytes = 64 * 1024;
/** So many multi-byte sequences that are valid UTF-8 do not happen by chance in another charset. */
const enoughSequences = 8;

export function decodeHtml(bytes: Uint8Array, contentType: string | null): { text: string; charset: string } {
  const charset = sniffCharset(bytes, contentType);
  return { text: decode(bytes, charset), charset };
}

/** BOM, then the bytes themselves where they are plainly UTF-8, then header, meta and XML declaration, then detection. */
export function sniffCharset(bytes: Uint8Array, contentType: string | null): string {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  const utf8 = utf8Sequences(bytes);
  if (utf8 !== null && utf8 >= enoughSequences) return 'utf-8';
  const declared = declaredCharset(bytes, contentType);
  // A declared UTF-8 that does not hold is no better than none.
  if (declared !== null && !(declared === 'utf-8' && utf8 === null)) return declared;
  if (utf8 !== null) return 'utf-8';
  const guess = detect(bytes.subarray(0, detectBytes));
  return (guess && supported(guess)) ?? 'windows-1252';
}

function declaredCharset(bytes: Uint8Array, contentType: string | null): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, sniffBytes)).toString('latin1');
  const candidates = [
    /charset\s*=\s*["']?([\w:.-]{2,40})/i.exec(contentType ?? '')?.[1],
    /<meta[^>]{0,400}?charset\s*=\s*["']?([\w:.-]{2,40})/i.exec(head)?.[1],
    /^\s{0,100}<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]{2,40})/i.exec(head)?.[1],
  ];
  for (const candidate of candidates) {
    const name = candidate && supported(candidate);
    // A meta tag that was read as ASCII cannot tell the truth when it says UTF-16 (HTML 13.2.3.2).
    if (name) return name.startsWith('utf-16') ? 'utf-8' : name;
  }
  return null;
}

function supported(label: string): string | null {
  try {
    return new TextDecoder(label).encoding;
  } catch (error) {
    if (error instanceof RangeError) return iconv.encodingExists(label) ? label.toLowerCase() : null;
    throw error;
  }
}

function decode(bytes: Uint8Array, charset: string): string {
  // Node's euc-kr lacks the 8,822 syllables that windows-949 adds and that pages declared so use.
  if (charset === 'euc-kr' || supported(charset) !== charset) {
    return iconv.decode(Buffer.from(bytes), charset === 'euc-kr' ? 'cp949' : charset);
  }
  return new TextDecoder(charset).decode(bytes);
}

/** How many multi-byte sequences there are when all bytes are valid UTF-8 (a cut last one forgiven); null when not. */
function utf8Sequences(bytes: Uint8Array): number | null {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
  let count = 0;
  for (const byte of bytes) {
    if (byte >= 0xc0 && ++count >= enoughSequences) break;
  }
  return count;
}
