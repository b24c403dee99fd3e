/**
 * The stored HTML of a story, written anew by an allow-list: the few elements that extraction writes, their language and direction, and links
 * to http and https. Whatever else should be in the store is shown as text. Pure.
 */
import { type Html, html, ownHtml, webLink } from './markup.ts';

const inline = new Set(['strong', 'em', 'code', 'ruby', 'rt', 'rp']);
/** Each takes its direction from its own words, unless it says it. */
const lines = new Set(['p', 'h2', 'h3', 'h4', 'li', 'blockquote', 'pre', 'figcaption', 'td', 'th']);
const groups = new Set(['ul', 'ol', 'table', 'tr', 'figure']);

/** `mark`: what stands before a paragraph, by its words; null for nothing. */
export function storyHtml(stored: string, mark: (text: string) => Html | null = () => null): Html {
  const parts: string[] = [];
  const open: string[] = [];
  /** The paragraph that is open: the place for its mark, and its words so far. */
  let paragraph: { at: number; text: string } | null = null;
  for (const [token, close, name = '', attributes = ''] of stored.matchAll(
    /<(\/?)([a-z0-9]{1,10})((?: [^<>]{0,5000})?)>|[^<]+|</g,
  )) {
    const isKnown = inline.has(name) || lines.has(name) || groups.has(name) || name === 'a';
    if (name === '' || (!isKnown && name !== 'br')) {
      const text = decoded(token);
      if (paragraph) paragraph.text += text;
      parts.push(escaped(text));
    } else if (name === 'br') parts.push('<br>');
    else if (close) {
      // Only what is open is closed, and in its order.
      if (!open.includes(name)) continue;
      for (let top = open.pop(); top !== undefined; top = open.pop()) {
        if (top === 'p' && paragraph) {
          const before = mark(paragraph.text);
          if (before) parts[paragraph.at] = before.toString();
          paragraph = null;
        }
        parts.push(`</${top}>`);
        if (top === name) break;
      }
    } else {
      parts.push(openTag(name, attributes));
      open.push(name);
      if (name === 'p' && !paragraph) paragraph = { at: parts.push('') - 1, text: '' };
    }
  }
  for (const name of open.reverse()) parts.push(`</${name}>`);
  return ownHtml(parts.join(''));
}

/** Plain text, one paragraph a line, as such HTML. */
export function plainStory(text: string): string {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => `<p>${escaped(line)}</p>`)
    .join('');
}

function openTag(name: string, attributes: string): string {
  if (name === 'a') {
    const link = webLink(decoded(/ href="([^"]*)"/.exec(attributes)?.[1] ?? ''));
    return link === null ? '<a>' : html`<a href="${link}" rel="noreferrer">`.toString();
  }
  const lang = / lang="([A-Za-z\d-]{2,35})"/.exec(attributes)?.[1];
  const dir = / dir="(ltr|rtl|auto)"/.exec(attributes)?.[1] ?? (lines.has(name) ? 'auto' : undefined);
  return `<${name}${lang ? ` lang="${lang}"` : ''}${dir ? ` dir="${dir}"` : ''}>`;
}

function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
