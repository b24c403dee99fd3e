/** Where a page that says nothing itself leads on: by a `Refresh` header, a meta refresh, or a script that does nothing else. Pure. */
import { Parser } from 'htmlparser2';
import { addressOf, isHomePage } from '../article/norm.ts';
import { countWords } from '../article/words.ts';
import { decodeHtml } from './charset.ts';
import { literalLocation } from './literal-location.ts';

/** An answer with status 200, or as good as that. */
type AnsweredPage = {
  finalUrl: string;
  headers: [string, string][];
  body: Uint8Array;
  contentType: string | null;
};

/** A page with so many words says something itself. */
const fewWords = 25;
/** A page that waits longer means to be read. */
const longestWaitSeconds = 10;
const maxPageBytes = 512 * 1024;
const maxWordsLength = 100_000;
const chunkLength = 8192;

/**
 * The http(s) address, neither the page's own nor a home page; null where there is none. The header goes before the page, and a tag
 * before a script. `<noscript>` counts in such a page, after all that readers with scripts get.
 */
export function pageRedirect(page: AnsweredPage): string | null {
  const { body, headers, finalUrl } = page;
  if (body.length > maxPageBytes || !isPage(page)) return null;
  const inHeader = headers
    .filter(([name]) => name.toLowerCase() === 'refresh')
    .map(([, value]) => refreshTarget(Buffer.from(value, 'latin1').toString('utf8')))
    .find((target) => target !== null);
  if (inHeader === undefined && !/refresh|location/i.test(Buffer.from(body).toString('latin1'))) return null;
  const read = readLeads(decodeHtml(body, page.contentType).text);
  if (read === null) return null;
  const base = baseOf(read.base, finalUrl);
  const scripted = literalLocation(read.scripts);
  const inPage = [...read.refreshes, ...(scripted === null ? [] : [scripted]), ...read.withoutScripts];
  const targets = [
    ...(inHeader === undefined ? [] : [URL.parse(inHeader, finalUrl)]),
    ...inPage.map((target) => URL.parse(target.trim(), base)),
  ];
  return targets.find((target) => target !== null && leadsOn(target, finalUrl))?.href ?? null;
}

function leadsOn(target: URL, from: string): boolean {
  return /^https?:$/.test(target.protocol) && addressOf(target.href) !== addressOf(from) && !isHomePage(target.href);
}

const maybePage = /^\s*(text\/(html|xml|plain)|application\/(xhtml\+xml|xml|octet-stream))\b/i;

/** Feeds and other files may hold such words, and lead nowhere. */
function isPage({ body, contentType }: AnsweredPage): boolean {
  if (body.length === 0) return true;
  if (contentType !== null && !maybePage.test(contentType)) return false;
  const head = Buffer.from(body.subarray(0, 1024)).toString('latin1').replaceAll('\0', '');
  return !/<(rss|feed|rdf:rdf|urlset|sitemapindex)\b/i.test(head);
}

function baseOf(href: string | null, finalUrl: string): string {
  const base = href === null ? null : URL.parse(href.trim(), finalUrl);
  return base && /^https?:$/.test(base.protocol) ? base.href : finalUrl;
}

/**
 * HTML 4.2.5.3, "shared declarative refresh steps": `0; url='there'` -> `there`. Null for one that names no other page or waits too
 * long.
 */
export function refreshTarget(text: string): string | null {
  const [, seconds = '', rest = ''] = /^\s*(\d{0,9})(?:\.[\d.]*)?([\s;,][\s\S]*)?$/.exec(text.slice(0, 4096)) ?? [];
  if ((seconds === '' && !/^\s*\./.test(text)) || Number(seconds) > longestWaitSeconds) return null;
  const url = rest
    .replace(/^\s*[;,]?\s*/, '')
    .replace(/^url\s*=\s*/i, '')
    .trim();
  const quoted = /^(["'])([^"']*)/.exec(url);
  return (quoted ? quoted[2] : url)?.trim() || null;
}

/** `withoutScripts`: the refreshes in `<noscript>`. */
type Leads = { base: string | null; refreshes: string[]; scripts: string[]; withoutScripts: string[] };

/** Null as soon as the page has words enough to be one that is read. */
function readLeads(html: string): Leads | null {
  let base: string | null = null;
  const refreshes: string[] = [];
  const withoutScripts: string[] = [];
  const scripts: string[] = [];
  /** The open elements whose text nobody reads, by name: an end tag that is missing ends with the page. */
  const open: string[] = [];
  let text = '';
  let script: string | null = null;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'base') base ??= attributes.href ?? null;
      if (
        name === 'meta' &&
        attributes['http-equiv']?.trim().toLowerCase() === 'refresh' &&
        !open.includes('template')
      ) {
        const target = refreshTarget(attributes.content ?? '');
        if (target !== null) (open.includes('noscript') ? withoutScripts : refreshes).push(target);
      }
      if (name === 'script') {
        const isRun = isJavaScript(attributes.type) && attributes.src === undefined && open.length === 0;
        script = isRun ? '' : null;
      }
      if (unread.has(name)) open.push(name);
      text += ' ';
    },
    ontext(part) {
      const inside = open.at(-1);
      if (inside === 'script') script = script === null ? null : script + part;
      else if (!open.some((name) => name !== 'noscript') && text.length < maxWordsLength) text += part;
    },
    onclosetag(name) {
      if (name === 'script' && script !== null) scripts.push(script);
      if (name === 'script') script = null;
      if (unread.has(name)) open.pop();
      text += ' ';
    },
  });
  for (let at = 0; at < html.length; at += chunkLength) {
    parser.write(html.slice(at, at + chunkLength));
    if (text.length >= fewWords && countWords(text) >= fewWords) return null;
  }
  parser.end();
  return countWords(text) < fewWords ? { base, refreshes, scripts, withoutScripts } : null;
}

const unread = new Set(['script', 'style', 'title', 'template', 'noscript']);

function isJavaScript(type = ''): boolean {
  const plain = type.trim().toLowerCase();
  return plain === '' || plain === 'module' || /^(text|application)\/(x-)?(java|ecma)script\b/.test(plain);
}
