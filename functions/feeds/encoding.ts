/** The bytes of a feed -> text, by RFC 7303 section 3 (byte order mark, header, XML declaration), held against the bytes. */
import iconv from 'iconv-lite';
import { decodeHtml } from '../extract/charset.ts';

/** How far leading junk may push the XML declaration. */
const sniffBytes = 4096;

export function decodeFeed(bytes: Uint8Array, contentType: string | null): string {
  const wide = wideCharset(bytes);
  if (wide) return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), wide);
  // The label goes in as a header, which counts more than a <meta> that stands in some entry.
  const label = narrow(inHeader(contentType), bytes) ?? inDeclaration(bytes) ?? 'utf-8';
  return decodeHtml(bytes, `text/xml; charset=${label}`).text;
}

/** UTF-32, and UTF-16 without a byte order mark, by their first characters (XML 1.0, appendix F). */
function wideCharset(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (start === '0000feff' || /^000000(3c|7b|20|0a)/.test(start)) return 'utf-32be';
  if (start === 'fffe0000' || /^(3c|7b|20|0a)000000/.test(start)) return 'utf-32le';
  if (/^00(3c|7b|20|0a)00[2-7]/.test(start)) return 'utf-16be';
  if (/^(3c|7b|20|0a)00[2-7].00/.test(start)) return 'utf-16le';
  return null;
}

/** What begins with two ASCII characters side by side is not two bytes wide, whatever a header says. */
function narrow(label: string | null, [first = 0, second = 0]: Uint8Array): string | null {
  const isAscii = (byte: number) => byte > 0 && byte < 0x80;
  return label && isAscii(first) && isAscii(second) && /^(utf-?16|utf-?32|ucs)/i.test(label) ? null : label;
}

function inHeader(contentType: string | null): string | null {
  return known(/charset\s*=\s*["']?([\w:.-]{2,40})/i.exec(contentType ?? '')?.[1]);
}

/** A declaration that was read as ASCII cannot tell the truth when it says that characters are two bytes wide. */
function inDeclaration(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, sniffBytes)).toString('latin1');
  const label = /<\?xml\s[^<>]{0,200}?encoding\s*=\s*["']\s*([\w:.-]{2,40})/i.exec(head)?.[1];
  return label && /^(utf-?16|utf-?32|ucs|iso-10646|unicode)/i.test(label) ? 'utf-8' : known(label);
}

/** Null for a label that no decoder has: what is read next may be right. */
function known(label: string | undefined): string | null {
  return label !== undefined && iconv.encodingExists(label) ? label : null;
}
