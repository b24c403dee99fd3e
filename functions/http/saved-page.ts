/** A page that a browser saved, as SingleFile and others send it: a form with `url` and `file` -> its URL and bytes. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Context } from 'hono';
import { codeOf } from '../error-code.ts';
import { ProblemError } from '../problems.ts';

/** What a page may have, packed or not, where it reaches the archive directly. */
export const maxSavedBytes = 20 * 1024 * 1024;
/** The form around it. */
const formBytes = 64 * 1024;
export const maxFormBytes = maxSavedBytes + formBytes;

/** For people who save pages with SingleFile, who see this answer there. In the words of its options page (`_locales/en/messages.json`). */
export const howToShrink =
  'in the options of SingleFile, under Network, turn on "set maximum size" and lower "maximum size (MB)", so that it leaves out large pictures and fonts';

export function isForm(c: Context): boolean {
  return c.req.method === 'POST' && /^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '');
}

/** `contentType`: what the form calls the file, with a charset if it names one. Throws ProblemError. */
export async function savedPage(c: Context): Promise<{ url: string; bytes: Uint8Array; contentType: string }> {
  const form = await formOf(c);
  const [url, file] = [form.get('url'), form.get('file')];
  if (typeof url !== 'string' || url.trim() === '')
    throw new ProblemError('invalid-request', 'field "url": it is missing; send the address of the page');
  if (file === null) throw new ProblemError('invalid-request', 'field "file": it is missing; send the saved page');
  const sent = typeof file === 'string' ? Buffer.from(file) : Buffer.from(await file.arrayBuffer());
  const bytes = await unpacked(sent);
  if (bytes.length === 0) throw new ProblemError('invalid-request', 'field "file": it is empty');
  const type = typeof file === 'string' ? '' : file.type;
  return {
    url: url.trim(),
    bytes,
    contentType: /^(text\/html|application\/xhtml\+xml)\b/i.test(type) ? type : 'text/html',
  };
}

async function formOf(c: Context): Promise<FormData> {
  try {
    return await c.req.formData();
  } catch (error) {
    if (error instanceof TypeError)
      throw new ProblemError('invalid-request', `the form cannot be read: ${error.message}`);
    throw error;
  }
}

/** The page, which may have come packed with gzip. Throws `body-too-large` and `invalid-request`. */
export async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.length > maxSavedBytes) throw tooLarge();
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(gunzip)(bytes, {
      maxOutputLength: maxSavedBytes,
    });
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    if (code.startsWith('Z_')) throw new ProblemError('invalid-request', 'the gzip of the page is damaged');
    throw error;
  }
}

function tooLarge(): ProblemError {
  return new ProblemError(
    'body-too-large',
    `a saved page may have at most ${maxSavedBytes / 1024 / 1024} MB; ${howToShrink}`,
  );
}
