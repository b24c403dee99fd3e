/** The result of extraction, for a page and for a document. */
import type { Kind } from '../article/kind.ts';
import type { PageMetadata } from './metadata/metadata.ts';

export type Extracted = PageMetadata & {
  charset: string;
  kind: Kind;
  /** Clean text, one line a paragraph; null when the page has none. */
  text: string | null;
};
