/** What an answer that shows an archived page says to a browser: run nothing, load nothing but what it holds. */
import type { Pack } from '../store/packs.ts';

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

/** Of what an answer may have, this share may go to what it has already: a page may name one picture a thousand times. */
export const shareOfRepeats = 1 / 4;

/** Whether an answer with at most so many bytes of parts shows all that is kept. */
export function showsAll({ inlined, repeats }: Pick<Pack, 'inlined' | 'repeats'>, most: number): boolean {
  return inlined <= most && repeats <= most * shareOfRepeats;
}

/** What is read as HTML: also what a site gave no type, or called text. */
export function isPage(contentType: string): boolean {
  return /^\s*($|;|text\/(html|plain)|application\/(xhtml\+xml|xml)|text\/xml)/i.test(contentType);
}
