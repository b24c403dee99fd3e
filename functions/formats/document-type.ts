/** The media type that documents are stored and served under (RFC 7763). */

export const documentType = 'text/markdown; charset=utf-8';

export function isDocument(contentType: string | null | undefined): boolean {
  return /^\s*text\/markdown\b/i.test(contentType ?? '');
}
