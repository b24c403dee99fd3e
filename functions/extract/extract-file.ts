/** A file that is no page -> what is known of it without reading it: what its URL calls it. Pure. */
import type { Extracted } from './extracted.ts';

export function extractFile(url: string): Extracted {
  return {
    ...{ title: nameIn(url), authors: [], publishedAt: null, modifiedAt: null, description: null, lang: null },
    ...{ section: null, keywords: [], image: null, canonicalUrl: null, charset: 'binary' },
    ...{ siteName: null, isPaid: false, newsType: null },
    ...{ kind: 'stub', kindReason: 'file', kindConfidence: 1, text: null, html: null },
  };
}

/** `…/annual-report_2024.pdf` is called "annual report 2024"; null for a URL that ends in a slash. */
function nameIn(url: string): string | null {
  const part = new URL(url).pathname.split('/').at(-1) ?? '';
  const name = decoded(part)
    .replace(/\.\w{1,5}$/, '')
    .replace(/[-_+\s]+/g, ' ')
    .trim();
  return name === '' ? null : name.slice(0, 300);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Bytes that are no UTF-8 stay as the URL has them.
    return part;
  }
}
