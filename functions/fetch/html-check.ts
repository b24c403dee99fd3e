/** Whether bytes that were served are an HTML page at all, or a file that is kept, by what they are called and by what they are. */
import { fileTypeOf } from '../formats/file-type.ts';
import type { Problem } from '../problems.ts';

const htmlType = /^\s*(text\/html|application\/xhtml\+xml)\b/i;
const maybeHtmlType = /^\s*(text\/xml|application\/xml|text\/plain|application\/octet-stream)\b/i;
const sniffBytes = 1024;

/** Null for what is kept: a page, a PDF or a picture. */
export function notKept(body: Uint8Array, contentType: string | null): Problem | null {
  return fileTypeOf(body) ? null : notAPage(body, contentType);
}

/** Null when it is a page. */
export function notAPage(body: Uint8Array, contentType: string | null): Problem | null {
  if (body.length === 0) return { code: 'empty-page', detail: 'the site answered with no bytes at all' };
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, sniffBytes));
  if (head.toString('latin1').trim() === '' && body.length <= sniffBytes)
    return { code: 'empty-page', detail: 'the page holds only white space' };
  const wide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  // Without the zeros that UTF-16 puts between ASCII, which need no mark in front when the header names it.
  const looksLikeHtml = /<(!doctype\s+html|html|head|body|title|meta|article|div|p)\b/i.test(
    head.toString('latin1').replaceAll('\0', ''),
  );
  const named = contentType === null ? 'the site gives no content type' : `the site calls it ${contentType}`;
  if (contentType !== null && !htmlType.test(contentType) && !(maybeHtmlType.test(contentType) && looksLikeHtml)) {
    return { code: 'not-html', detail: named };
  }
  if (!wide && head.includes(0) && !looksLikeHtml) return { code: 'not-html', detail: `${named}, and it is binary` };
  if (contentType === null && !looksLikeHtml)
    return { code: 'not-html', detail: 'the site gives no content type, and it does not look like HTML' };
  return null;
}
