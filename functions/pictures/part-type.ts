/** What the bytes of a part are, whatever its site calls them: a picture, a font or a style sheet; null for all that is none. Pure. */
import { fileTypeOf } from '../formats/file-type.ts';
import type { PartKind } from './rewrite-css.ts';

const fonts: [RegExp, string][] = [
  [/^wOF2/, 'font/woff2'],
  [/^wOFF/, 'font/woff'],
  [/^OTTO/, 'font/otf'],
];
const sniffed = 1024;

/** The media type that it is shown as. `sentAs`: what the site calls it, which is asked of style sheets alone. */
export function partType(body: Uint8Array, kind: PartKind, sentAs: string | null): string | null {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, sniffed)).toString('latin1');
  const isTrueType = head.startsWith('\0\u0001\0\0') || head.startsWith('true');
  if (kind === 'font') return isTrueType ? 'font/ttf' : (fonts.find(([mark]) => mark.test(head))?.[1] ?? null);
  if (kind === 'picture') {
    const file = fileTypeOf(body);
    if (file?.is === 'image') return file.mediaType;
    return isSvg(head) ? 'image/svg+xml' : null;
  }
  const isText = sentAs === null || /^\s*(text\/(css|plain)|application\/(x-)?(css|octet-stream))\b/i.test(sentAs);
  return isText && !/^\s*<(!doctype|html|head|body)\b/i.test(head) ? 'text/css' : null;
}

/** The first element is what it is, after what may stand before one. */
function isSvg(head: string): boolean {
  const first = head
    .replace('\xef\xbb\xbf', '')
    .split('<')
    .slice(1)
    .find((part) => !part.startsWith('?') && !part.startsWith('!--') && !/^!doctype svg/i.test(part));
  return (
    first !== undefined && /^svg[\s>/]/i.test(first) && head.trimStart().replace('\xef\xbb\xbf', '').startsWith('<')
  );
}
