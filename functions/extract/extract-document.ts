/** The bytes of a document -> what it says. Its body is the story already, so that all of its text is kept. Pure. */

import { toIso } from '../article/times.ts';
import { readDocument } from '../formats/document.ts';
import { documentType } from '../formats/document-type.ts';
import { decodeHtml } from './charset.ts';
import type { Extracted } from './extracted.ts';
import { wholeText } from './marked-text.ts';
import { languageOfScript } from './metadata/language.ts';
import { languageOfWords } from './metadata/stopwords.ts';
import { prune } from './prune.ts';

export function extractDocument(bytes: Uint8Array, contentType: string | null = documentType): Extracted {
  const { text: source, charset } = decodeHtml(bytes, contentType);
  const { title, publishedAtMs, authors, tags, body } = readDocument(source);
  const { text, html } = wholeText(prune(body).root.children) ?? { text: null, html: null };
  const sample = (text ?? title ?? '').slice(0, 4000);
  return {
    title,
    authors,
    publishedAt: publishedAtMs === null ? null : toIso(publishedAtMs),
    modifiedAt: null,
    description: null,
    lang: languageOfScript(sample) ?? languageOfWords(sample),
    section: null,
    keywords: tags,
    image: null,
    canonicalUrl: null,
    siteName: null,
    isPaid: false,
    newsType: null,
    charset,
    kind: text === null ? 'stub' : 'article',
    kindReason: text === null ? 'no-text' : 'story-data',
    kindConfidence: 1,
    text,
    html,
  };
}
