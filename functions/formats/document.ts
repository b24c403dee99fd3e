/**
 * The Markdown document of the git archives that Nightdesk grew out of. One line each: the publication time in
 * milliseconds, the linked title, a rule, an empty line, the body as HTML on one line.
 *
 *     <!--1712173501000-->
 *     [title](url)
 *     ------
 *
 *     <p>first paragraph</p><p>second paragraph</p>
 */

export type DocumentSource = {
  title: string;
  url: string;
  publishedAtMs: number;
  /** Plain text, one line a paragraph. */
  text: string;
};

export function writeDocument({ title, url, publishedAtMs, text }: DocumentSource): string {
  const paragraphs = text
    .split('\n')
    .filter(Boolean)
    .map((line) => `<p>${escapeHtml(line)}</p>`);
  return `<!--${publishedAtMs}-->\n[${title.replace(/\s+/g, ' ')}](${escapeUrl(url)})\n------\n\n${paragraphs.join('')}\n`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A bracket that closes would end the link. */
function escapeUrl(url: string): string {
  return url.replaceAll('(', '%28').replaceAll(')', '%29');
}
