/** Files that are no pages and are kept as they are, by their first bytes. */

/** `mediaType`: what the bytes are, whatever the site calls them. */
export type FileType = { is: 'pdf' | 'image'; mediaType: string };

/** PDF readers take a file whose mark stands within its first KB (ISO 32000-1, annex H.3.4.1). */
const pdfBytes = 1024;

/** Null for all that is none of these, such as a page. Pictures by WHATWG MIME Sniffing 6.1. */
export function fileTypeOf(body: Uint8Array): FileType | null {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, pdfBytes)).toString('latin1');
  const image = images.find(([mark]) => mark.test(head))?.[1];
  if (image) return { is: 'image', mediaType: image };
  const at = head.indexOf('%PDF-');
  const isPage = at > 0 && /<(!doctype|html|head|body)\b/i.test(head.slice(0, at));
  return at >= 0 && !isPage ? { is: 'pdf', mediaType: 'application/pdf' } : null;
}

const images: [RegExp, string][] = [
  [/^\x89PNG\r\n/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF.{4}WEBPVP/s, 'image/webp'],
  [/^.{4}ftyp(avif|avis)/s, 'image/avif'],
];
