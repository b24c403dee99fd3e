/** HTML out of a feed: XHTML that stands in it as elements -> HTML text, and links in HTML resolved against their base. */
import { decodeText } from './tags.ts';
import type { XmlElement } from './xml.ts';

/** HTML 13.1.2: elements that are never closed. */
const voidElements = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/i;
const linkNames = 'href|src|cite|longdesc|poster|action|background';
const linkAttributes = new RegExp(`^(${linkNames})$`, 'i');

/** The inside of an element, as HTML; links are resolved against the `xml:base` nearest to them. */
export function innerMarkup(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? escapeText(child) : outerMarkup(child))).join('');
}

function outerMarkup(element: XmlElement): string {
  const attributes = [...element.attributes]
    .filter(([name]) => !/^xml(ns)?(:|$)/.test(name))
    .map(
      ([name, value]) =>
        ` ${name}="${escapeAttribute(linkAttributes.test(name) ? absolute(value, element.base) : value)}"`,
    )
    .join('');
  const inside = innerMarkup(element);
  const { tag } = element;
  return voidElements.test(tag) ? `<${tag}${attributes} />${inside}` : `<${tag}${attributes}>${inside}</${tag}>`;
}

const anyTag = /<[a-z][^<>]*>/gi;
const link = new RegExp(String.raw`(\s(?:${linkNames})\s*=\s*)("[^"]*"|'[^']*'|[^\s"'<>]+)`, 'gi');

/** Relative links of HTML that comes as text, so that it can be read away from its feed; nothing else changes. */
export function resolveLinks(html: string, base: string): string {
  if (!html.includes('<')) return html;
  return html.replace(anyTag, (tag) =>
    tag.replace(link, (whole, before: string, value: string) => {
      const quote = /^["']/.exec(value)?.[0] ?? '';
      const inner = quote ? value.slice(1, -1) : value;
      const target = decodeText(inner);
      const resolved = absolute(target, base);
      return resolved === target ? whole : `${before}${quote}${escapeAttribute(resolved)}${quote}`;
    }),
  );
}

/** Each link may grow by so much, and there may be very many. */
const maxBaseLength = 500;

/** What has a scheme, or cannot be resolved, stays as it is. */
function absolute(href: string, base: string): string {
  const trimmed = href.trim();
  if (/^[a-z][a-z\d+.-]*:/i.test(trimmed) || base.length > maxBaseLength) return href;
  return URL.parse(trimmed, base)?.href ?? href;
}

export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function escapeAttribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}
