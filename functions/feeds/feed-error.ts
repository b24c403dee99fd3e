/** Why a body is no feed that can be used: a stable code and a sentence that says what to do. */

/**
 * - `empty-feed`: no bytes, or white space only
 * - `not-a-feed`: something else than a feed, such as a web page
 * - `malformed-feed`: it begins as a feed, and nothing in it can be read
 * - `too-large`: more bytes than are read
 */
export type FeedErrorCode = 'empty-feed' | 'not-a-feed' | 'malformed-feed' | 'too-large';

/** The only thing that `parseFeed` throws. */
export class FeedError extends Error {
  readonly code: FeedErrorCode;

  constructor(code: FeedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FeedError';
    this.code = code;
  }
}
