/** What an answer that shows an archived page says to a browser: run nothing, load nothing but what it holds. */

/** What the frame may do: a link that the reader clicks leads away from it, at the top. */
export const sandbox = 'allow-top-navigation-by-user-activation';

export const replayHeaders = {
  'content-security-policy': `sandbox ${sandbox}; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, no-cache',
};

/** The bytes of parts that an answer has at most. A browser takes tens of MB; a Lambda answers with six. */
export const mostInlined = { direct: 16 * 1024 * 1024, small: 3 * 1024 * 1024 };

/** What is read as HTML: also what a site gave no type, or called text. */
export function isPage(contentType: string): boolean {
  return /^\s*($|;|text\/(html|plain)|application\/(xhtml\+xml|xml)|text\/xml)/i.test(contentType);
}
