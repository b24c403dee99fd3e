/** How a page is read: with a limit of time and memory, so that no page is a reason for a failure. */
import type { Extent } from '../article/article.ts';
import type { Extracted } from '../extract/extracted.ts';
import type { ExtractInput } from './extract.ts';

/** `extent`: how much of it could be read; `reason`: why not all. */
export type Extraction = { extracted: Extracted; extent: Extent; reason: string | null };

export type PageReader = { extract(body: Uint8Array, input: ExtractInput): Promise<Extraction> };
