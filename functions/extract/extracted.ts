/** The result of extraction, for a page and for a document. */
import type { Kind, KindReason } from '../article/kind.ts';
import type { PageMetadata } from './metadata/metadata.ts';

export type Extracted = PageMetadata & {
  charset: string;
  kind: Kind;
  /** Why it is of this kind: one of the words of `find-kind.ts`. */
  kindReason: KindReason;
  /** How sure that is, from 0 to 1. */
  kindConfidence: number;
  /** Clean text, one line a paragraph; null when the page has none. */
  text: string | null;
  /**
   * The same text with its marks, in a subset of HTML that is safe to show: p, h2 to h4, ul, ol, li, blockquote, table, tr, td, th,
   * pre, code, figure, figcaption, em, strong, ruby, rt, rp and br, with no attributes but dir and lang; and a with an http(s) href.
   */
  html: string | null;
};
