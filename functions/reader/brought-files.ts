/** A file that somebody brings -> what it is and what it names: bookmarks, lists of other readers, a saved page with its address. Pure. */
import { parseStoryUrl } from '../article/article-url.ts';
import { addressesIn } from './addresses.ts';

/** An address that a list has, with the tags that it has there. */
export type Listed = { url: string; tags: string[] };
export type Brought =
  | { kind: 'links'; links: Listed[] }
  | { kind: 'page'; url: string }
  | { kind: 'page-without-address' }
  | { kind: 'opml' | 'warc' | 'document' | 'unknown' };

/** More are not read of one file. */
const maxLinks = 5000;
const maxHead = 200_000;
const maxTags = 50;

/** `text`: the file as UTF-8; what it is follows from what it says first, and from its name where it says nothing. */
export function readBrought(name: string, bytes: Uint8Array): Brought {
  const isWarc = /\.warc(\.gz)?$/i.test(name) || Buffer.from(bytes.subarray(0, 5)).toString('latin1') === 'WARC/';
  if (isWarc) return { kind: 'warc' };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return { kind: /\.gz$/i.test(name) ? 'warc' : 'unknown' };
  const text = new TextDecoder().decode(bytes);
  const head = text.slice(0, maxHead);
  if (/<opml[\s>]/i.test(head)) return { kind: 'opml' };
  if (/netscape-bookmark-file/i.test(head.slice(0, 2000)) || /<title>\s{0,20}Pocket Export/i.test(head.slice(0, 2000)))
    return { kind: 'links', links: bookmarksIn(text) };
  if (/\.csv$/i.test(name)) return { kind: 'links', links: csvLinks(text) };
  if (/\.(md|markdown)$/i.test(name)) return { kind: 'document' };
  if (/\.(html?|xhtml)$/i.test(name) || /^\s{0,100}<(!doctype html|html)/i.test(head)) {
    const url = addressOfPage(head);
    return url === null ? { kind: 'page-without-address' } : { kind: 'page', url };
  }
  if (/\.(txt|list|urls)$/i.test(name))
    return {
      kind: 'links',
      links: addressesIn(text)
        .urls.slice(0, maxLinks)
        .map((url) => ({ url, tags: [] })),
    };
  return { kind: 'unknown' };
}

/** Links of a bookmarks file as browsers write it (Netscape), or of Pocket's export, which is alike; folders are their tags. */
function bookmarksIn(text: string): Listed[] {
  const links: Listed[] = [];
  const folders: string[] = [];
  for (const [, folder, close, attributes = ''] of text.matchAll(/<h3[^<>]*>([^<]*)<\/h3>|(<\/dl>)|<a\s([^<>]*)>/gi)) {
    if (folder !== undefined) folders.push(decoded(folder).trim());
    else if (close) folders.pop();
    else {
      const href = attribute(attributes, 'href');
      const parsed = href === null ? null : parseStoryUrl(href);
      if (!parsed || !('url' in parsed)) continue;
      const own = (attribute(attributes, 'tags') ?? '').split(',').map((tag) => tag.trim());
      // The names that browsers give their bars say nothing.
      const named = folders
        .slice(-1)
        .filter((name) => name !== '' && !/bookmarks|lesezeichen|favorit|书签|書籤/i.test(name));
      links.push({ url: parsed.url, tags: tidy([...own, ...named]) });
      if (links.length === maxLinks) break;
    }
  }
  return links;
}

function attribute(attributes: string, wanted: string): string | null {
  for (const [, name = '', value = ''] of attributes.matchAll(/(?<![a-z_:-])([a-z_:-]+)="([^"]*)"/gi))
    if (name.toLowerCase() === wanted) return decoded(value);
  return null;
}

function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** The tables of Pocket (`title,url,time_added,tags,status`), Instapaper (`URL,Title,Selection,Folder,Timestamp`) and their like. */
function csvLinks(text: string): Listed[] {
  const [head = [], ...rows] = csvRows(text);
  const names = head.map((name) => name.trim().toLowerCase());
  const at = names.indexOf('url');
  if (at < 0)
    return addressesIn(text)
      .urls.slice(0, maxLinks)
      .map((url) => ({ url, tags: [] }));
  const [tagsAt, folderAt] = [names.indexOf('tags'), names.indexOf('folder')];
  return rows.slice(0, maxLinks).flatMap((row) => {
    const parsed = parseStoryUrl(row[at] ?? '');
    if (!('url' in parsed)) return [];
    const tags = (row[tagsAt] ?? '')
      .replace(/^\[|\]$/g, '')
      .split(/[|,]/)
      .map((tag) => tag.replaceAll('"', '').trim());
    const folder = row[folderAt] ?? '';
    return [{ url: parsed.url, tags: tidy([...tags, /^(unread|archive|starred)$/i.test(folder) ? '' : folder]) }];
  });
}

/** RFC 4180. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < text.length && rows.length <= maxLinks; at++) {
    const sign = text[at];
    if (isQuoted) {
      if (sign !== '"') field += sign;
      else if (text[at + 1] === '"') {
        field += '"';
        at++;
      } else isQuoted = false;
    } else if (sign === '"' && field === '') isQuoted = true;
    else if (sign === ',') {
      row.push(field);
      field = '';
    } else if (sign === '\n' || sign === '\r') {
      if (field !== '' || row.length > 0) rows.push([...row, field]);
      row = [];
      field = '';
    } else field += sign;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}

function tidy(tags: string[]): string[] {
  return [...new Set(tags.filter((tag) => tag !== '' && tag.length <= 80))].slice(0, maxTags);
}

/** Where a saved page says that it was: SingleFile and browsers write it into a comment; else its canonical address. */
function addressOfPage(head: string): string | null {
  const said =
    /<!--\s{0,20}Page saved with SingleFile\s{1,20}url:\s{0,20}(\S{1,2100})/i.exec(head)?.[1] ??
    /<!--\s{0,20}saved from url=\(\d{1,5}\)(\S{1,2100})/i.exec(head)?.[1] ??
    canonicalIn(head);
  const parsed = said === null ? null : parseStoryUrl(decoded(said));
  return parsed && 'url' in parsed ? parsed.url : null;
}

function canonicalIn(head: string): string | null {
  for (const [, attributes = ''] of head.matchAll(/<link\s([^<>]*)>/gi))
    if (/(?:^|\s)rel\s{0,9}=\s{0,9}["']?canonical/i.test(attributes)) return attribute(attributes, 'href');
  return null;
}
