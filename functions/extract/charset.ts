/** Bytes -> text in the charset they are really in (WHATWG HTML 13.2.3.2, with declared charsets held against the bytes). */
import { detect } from 'chardet';
import iconv from 'iconv-lite';

/** The first bytes of a page, which are searched for declarations and for detection. */
const sniffBytes = 4096;
const detectBytes = 64 * 1024;
/** So many multi-byte sequences that are valid UTF-8 do not happen by chance in another charset. */
const enoughSequences = 8;

export function decodeHtml(bytes: Uint8Array, contentType: string | null): { text: string; charset: string } {
  const read = utf8Text(bytes);
  const charset = charsetBy(bytes, contentType, read);
  // A sequence that is cut at the end is not in what was read.
  const isWhole = read !== null && charset === 'utf-8' && (bytes.at(-1) ?? 0) < 0x80;
  return { text: isWhole ? read : decode(bytes, charset), charset };
}

/** BOM, then the bytes themselves where they are plainly UTF-8, then header, meta and XML declaration, then detection. */
export function sniffCharset(bytes: Uint8Array, contentType: string | null): string {
  return charsetBy(bytes, contentType, utf8Text(bytes));
}

/** `read`: the bytes as UTF-8, if they are that. */
function charsetBy(bytes: Uint8Array, contentType: string | null, read: string | null): string {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  const utf8 = read === null ? null : sequencesIn(read);
  if (utf8 !== null && utf8 >= enoughSequences) return 'utf-8';
  const declared = declaredCharsets(bytes, contentType);
  if (utf8 !== null && utf8 > 0 && declared.includes('utf-8') && declared.every(isAlphabet)) return 'utf-8';
  for (const name of declared) {
    if (name !== 'utf-8' || utf8 !== null || isMostlyUtf8(bytes)) return name;
  }
  if (utf8 !== null) return 'utf-8';
  const guess = detect(bytes.subarray(0, detectBytes));
  return (guess && supported(guess)) ?? 'windows-1252';
}

/** The charsets that the page declares, in order of rank; only those that browsers know. */
function declaredCharsets(bytes: Uint8Array, contentType: string | null): string[] {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, sniffBytes)).toString('latin1');
  const inPage = [
    /<meta[^>]{0,400}?charset\s*=\s*["']?([\w:.-]{2,40})/i.exec(head)?.[1],
    /^\s{0,100}<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]{2,40})/i.exec(head)?.[1],
  ].map(supported);
  // A tag that was read as ASCII cannot tell the truth when it says UTF-16 (HTML 13.2.3.2).
  const believed = inPage.map((name) => (name?.startsWith('utf-16') ? 'utf-8' : name));
  return [charsetOf(contentType), ...believed].filter((name) => name !== null && name !== undefined);
}

/**
 * A charset of one byte a letter, whose letters beyond ASCII seldom follow each other as the bytes of UTF-8 do: where one declaration
 * says UTF-8 the bytes decide. Two bytes of a Chinese, Japanese or Korean charset often look like one letter of UTF-8.
 */
function isAlphabet(name: string): boolean {
  return name === 'utf-8' || /^(windows-125|iso-8859-|koi8-|macintosh|x-mac-|ibm866)/.test(name);
}

/** The charset that a media type names, if it is one that browsers know. */
export function charsetOf(contentType: string | null): string | null {
  return supported(/charset\s*=\s*["']?([\w:.-]{2,40})/i.exec(contentType ?? '')?.[1]);
}

/** Labels that pages use and the Encoding Standard lacks. */
const moreLabels: Record<string, string> = { cp949: 'euc-kr', ms949: 'euc-kr', uhc: 'euc-kr' };

function supported(label: string | undefined): string | null {
  if (label === undefined) return null;
  const known = moreLabels[label.toLowerCase()];
  if (known) return known;
  try {
    return new TextDecoder(label).encoding;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Node's decoders lack what the Encoding Standard has: of euc-kr the 8,822 syllables of windows-949, of big5 the
 * characters of Hong Kong.
 */
const betterElsewhere: Record<string, string> = { 'euc-kr': 'cp949', big5: 'big5hkscs' };

function decode(bytes: Uint8Array, charset: string): string {
  const other = betterElsewhere[charset];
  return other ? iconv.decode(Buffer.from(bytes), other) : new TextDecoder(charset).decode(bytes);
}

/** A stray byte or a cut sequence does not make a UTF-8 page another one. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes);
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  const whole = text.match(/[\u0080-\ufffc]/g)?.length ?? 0;
  return whole > 0 && whole >= broken;
}

/** The text if all bytes are valid UTF-8 (the last sequence may be cut, and is left out); otherwise null. */
function utf8Text(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** The number of characters that UTF-8 writes with several bytes, as far as it matters. */
function sequencesIn(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/[\u0080-\udbff\ue000-\uffff]/g)) {
    if (++count >= enoughSequences) break;
  }
  return count;
}
