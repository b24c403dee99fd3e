/** Text of a page's data or elements -> as people read it. */
import { decodeHTMLStrict } from 'entities';
import { joinBrokenLines } from '../../white-space.ts';

/**
 * Text of data, where markup may have been written into it: entities that were escaped twice undone, tags of running text gone,
 * white space folded. A name in angle brackets that is no markup (`the <blink> tag`) stays.
 */
export function clean(text: string | null | undefined): string | null {
  return text ? cleanSeen(withoutTags(withoutEntities(text))) : null;
}

/** Text of an element, which readers see as it is: white space folded, characters that cannot be seen gone. */
export function cleanSeen(text: string | null | undefined): string | null {
  if (!text) return null;
  const plain = joinBrokenLines(withoutEntities(text))
    .replaceAll('\u00ad', '')
    .replace(/[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\s]+/gu, ' ')
    .trim();
  return plain === '' ? null : plain;
}

function withoutEntities(text: string): string {
  return /&(#|[a-z\d]{2,10};)/i.test(text) ? decodeHTMLStrict(text) : text;
}

const tag =
  /<(\/?)(a|abbr|b|big|bdi|bdo|blockquote|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|li|mark|ol|p|q|rt|ruby|s|small|span|strike|strong|sub|sup|u|ul|wbr)(\s[^<>]{0,300}|\s?\/)?>/gi;

/** A tag counts as one if it has attributes, needs no end, has its end, or opens the text. */
function withoutTags(text: string): string {
  if (!text.includes('<')) return text;
  const found = [...text.matchAll(tag)].slice(0, 5000);
  const opened = new Set(found.filter(([, end]) => end === '').map(([, , name = '']) => name.toLowerCase()));
  const closed = new Set(found.filter(([, end]) => end !== '').map(([, , name = '']) => name.toLowerCase()));
  return text.replace(tag, (whole, end: string, name: string, attributes: string | undefined, at: number) => {
    const key = name.toLowerCase();
    if (/^(br|wbr|img)$/.test(key)) return ' ';
    const isPaired = opened.has(key) && closed.has(key);
    if (!isPaired && attributes === undefined && (at > 0 || end !== '')) return whole;
    return /^(p|div|li|h\d|blockquote|ul|ol)$/.test(key) ? ' ' : '';
  });
}
