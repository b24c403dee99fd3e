/** The media type that documents are stored and served under (RFC 7763). */

export const documentType = documentTypeIn('utf-8');

export function documentTypeIn(charset: string): string {
  return `text/markdown; charset=${charset}`;
}

export function isDocument(contentType: string | null | undefined): boolean {
  return /^\s*text\/markdown\b/i.test(contentType ?? '');
}
